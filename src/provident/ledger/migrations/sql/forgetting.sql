-- Forgetting: a person's secret is erased, and what it salted can no longer be held against its leaf. Rows
-- stay under the bare key, so sums stay. Only an event that names the key allows it: a secret that is missing
-- without one is damage.

-- The keys whose secret was erased by a recorded decision.
CREATE FUNCTION ledger_forgotten() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(('x' || k)::bit(64)::bigint), '{}')
    FROM ledger_event e, jsonb_array_elements_text(e.payload::jsonb -> 'persons') k
    WHERE e.subject_kind = 3 AND e.subject_key = 0 AND e.type = 'ledger.secret_erased'
$$;

CREATE FUNCTION ledger_insist_on_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.person_key <> ALL (ledger_forgotten()) THEN
        RAISE EXCEPTION 'a secret is erased by a recorded decision only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER erased_by_decision AFTER UPDATE ON ledger_person FOR EACH ROW
    WHEN (OLD.secret IS NOT NULL AND NEW.secret IS NULL) EXECUTE FUNCTION ledger_insist_on_erasure();

-- Whoever salts something holds the secrets until its transaction ends; erasing one waits for them all, so
-- nothing is salted with a secret that is gone.
CREATE FUNCTION ledger_hold_secrets() RETURNS void
LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock_shared(5418772602) $$;

-- What erasing these secrets unlinks: how many entries and events, their positions in the log, how many of
-- them have none yet, and when the last entry was posted. From here to its end the transaction is the only
-- one that handles secrets.
CREATE FUNCTION ledger_weigh_erasure(persons bigint[], OUT entries bigint, OUT events bigint, OUT positions bigint[],
    OUT waiting bigint, OUT last_posted timestamptz)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(5418772602);
    SELECT count(*) FILTER (WHERE f.is_entry), count(*) FILTER (WHERE NOT f.is_entry),
           coalesce(array_agg(f.place ORDER BY f.place) FILTER (WHERE f.place IS NOT NULL), '{}'),
           count(*) FILTER (WHERE f.place IS NULL), max(f.posted_at) FILTER (WHERE f.is_entry)
    INTO entries, events, positions, waiting, last_posted
    FROM (
        SELECT true AS is_entry, b.posted_at, b.position + CASE
            WHEN b.last_row - b.first_row + 1 = b.rows THEN e.source_row - b.first_row
            ELSE (SELECT count(*) FROM ledger_entry o
                  WHERE o.posted_month = b.posted_month AND o.leaf = b.leaf AND o.batch_id = b.batch_id
                    AND o.source_row < e.source_row) END AS place
        FROM ledger_entry e JOIN ledger_batch b ON b.batch_id = e.batch_id WHERE e.person_key = ANY (persons)
        UNION ALL
        SELECT false, e.posted_at, (
            SELECT g.position + e.source_row - g.first_row FROM ledger_event_batch g
            WHERE g.source_hash = e.source_hash AND g.first_row <= e.source_row
            ORDER BY g.first_row DESC LIMIT 1)
        FROM ledger_event e WHERE e.subject_kind = 1 AND e.subject_key = ANY (persons)) f;
END $$;

CREATE FUNCTION ledger_erase_secrets(persons bigint[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE ledger_person SET secret = NULL WHERE person_key = ANY (persons)
$$;

-- How many entries of a batch are unlinked: their person's secret was erased by decision.
CREATE FUNCTION ledger_unlinked(checked_batch bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b ledger_batch;
    found bigint;
BEGIN
    SELECT * INTO STRICT b FROM ledger_batch WHERE batch_id = checked_batch;
    EXECUTE format($sql$
        SELECT count(*) FROM ledger_entry e JOIN ledger_person p ON p.person_key = e.person_key
        WHERE e.posted_month = %L AND e.leaf = %L AND e.batch_id = %L AND p.secret IS NULL
          AND e.person_key = ANY (%L::bigint[])
        $sql$, b.posted_month, b.leaf, b.batch_id, ledger_forgotten()) INTO found;
    RETURN found;
END $$;
