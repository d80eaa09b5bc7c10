-- The beginning of every filing: its turn, and what has to be known before anything is checked.

-- Waits until no other filing is being taken in or back; the turn ends with the transaction. Then says
-- which posted filing has these bytes or these rows, how often these bytes were posted before, which
-- employer alone the account may file for (0: any), whether any employer has credit, and whose agency
-- this is.
CREATE FUNCTION filings_begin(actor bigint, bytes bytea, row_hash bytea,
    OUT posted bigint, OUT attempts integer, OUT own_employer bigint, OUT credit boolean,
    OUT currency text, OUT zone text, OUT home_region integer)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(5418772700);
    SELECT f.filing_id INTO posted FROM filings_filing f WHERE f.sha256 = bytes AND f.state = 'posted';
    IF posted IS NULL THEN
        SELECT f.filing_id INTO posted FROM filings_filing f WHERE f.content = row_hash AND f.state = 'posted';
    END IF;
    attempts := (SELECT count(*) FROM filings_filing f WHERE f.sha256 = bytes AND f.state <> 'refused');
    own_employer := coalesce((SELECT a.employer_key FROM access_account a WHERE a.id = actor), 0);
    credit := EXISTS (SELECT FROM filings_payment p WHERE NOT p.withdrawn AND p.allocated < p.amount);
    SELECT i.currency, i.zone, i.home_region INTO currency, zone, home_region FROM ledger_installation i;
END $$;
