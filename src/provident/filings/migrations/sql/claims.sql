-- What the ledger already holds of a file's rows, and what is still owed, read from the batches that
-- filings_total names.

-- Which of these rows an earlier batch already states, and which batch: contributions (kind 1) declared
-- or taken on as paid, other kinds as they are. Entries that were reversed do not count.
CREATE FUNCTION filings_stated_before(batches bigint[], persons bigint[], employers bigint[], branches smallint[],
    months integer[], kinds smallint[])
RETURNS TABLE (place bigint, batch bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    posted date[];
    leaves integer[];
BEGIN
    PERFORM filings_insist();
    SELECT array_agg(DISTINCT b.posted_month), array_agg(DISTINCT b.leaf) INTO posted, leaves
    FROM ledger_batch b WHERE b.batch_id = ANY (batches);
    RETURN QUERY EXECUTE $sql$
        WITH asked AS (
            SELECT u.* FROM unnest($4, $5, $6, $7, $8) WITH ORDINALITY
                u (person, employer, branch, month, kind, place)
            UNION ALL
            SELECT k.kin, u.employer, u.branch, u.month, u.kind, u.place
            FROM filings_kin($4) k JOIN unnest($5, $6, $7, $8) WITH ORDINALITY
                u (employer, branch, month, kind, place) USING (place))
        SELECT w.place, min(e.batch_id)
        FROM asked w JOIN ledger_entry e ON e.person_key = w.person AND e.employer_key = w.employer
            AND e.branch = w.branch AND e.month = w.month
            AND CASE WHEN e.kind = 2 THEN 1 ELSE e.kind END = w.kind
        WHERE e.batch_id = ANY ($1) AND e.posted_month = ANY ($2) AND e.leaf = ANY ($3) AND e.reverses IS NULL
            AND NOT EXISTS (SELECT FROM ledger_entry r
                            WHERE r.person_key = e.person_key AND r.posted_month >= e.posted_month
                              AND r.reverses = e.entry_id)
        GROUP BY w.place $sql$
    USING batches, posted, leaves, persons, employers, branches, months, kinds;
END $$;

-- What is still owed for some employers' months and branches, person by person, in the order of the groups
-- asked for: 50 bytes each, big-endian: i32 group, i64 person, i16 scheme, i32 region, then i64 employee,
-- employer, account, fund. Declared less paid, over the batches named and over
-- corrections, which no filing posted.
CREATE FUNCTION filings_open_claims(batches bigint[], employers bigint[], months integer[], branches smallint[])
RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    read bigint[];
    posted date[];
    leaves integer[];
    found bytea;
BEGIN
    PERFORM filings_insist();
    SELECT array_agg(b.batch_id), array_agg(DISTINCT b.posted_month), array_agg(DISTINCT b.leaf)
    INTO read, posted, leaves
    FROM ledger_batch b
    WHERE b.batch_id = ANY (batches)
       OR b.reverses_batch IS NULL
          AND b.max_month >= (SELECT min(m) FROM unnest(months) m)
          AND b.min_month <= (SELECT max(m) FROM unnest(months) m)
          AND (b.employer_key IS NULL OR b.employer_key = ANY (employers))
          AND NOT EXISTS (
              SELECT FROM filings_total t
              WHERE t.employer_key = ANY (employers) AND t.month = ANY (months) AND t.batch_id = b.batch_id);
    EXECUTE $sql$
        SELECT string_agg(int4send(c.place) || int8send(c.person_key) || int2send(c.scheme) || int4send(c.region)
                || int8send(c.employee) || int8send(c.employer) || int8send(c.account) || int8send(c.fund), ''
                ORDER BY c.place, c.person_key, c.scheme, c.region)
        FROM (SELECT w.place::integer - 1 AS place, e.person_key, e.scheme, e.region,
                  sum(CASE e.kind WHEN 1 THEN e.employee ELSE -e.employee END)::bigint AS employee,
                  sum(CASE e.kind WHEN 1 THEN e.employer_share ELSE -e.employer_share END)::bigint AS employer,
                  sum(CASE e.kind WHEN 1 THEN e.account ELSE -e.account END)::bigint AS account,
                  sum(CASE e.kind WHEN 1 THEN e.fund ELSE -e.fund END)::bigint AS fund
              FROM unnest($4, $5, $6) WITH ORDINALITY w (employer, month, branch, place)
              JOIN ledger_entry e ON e.employer_key = w.employer AND e.month = w.month AND e.branch = w.branch
              WHERE e.batch_id = ANY ($1) AND e.posted_month = ANY ($2) AND e.leaf = ANY ($3) AND e.kind IN (1, 2)
              GROUP BY w.place, e.person_key, e.scheme, e.region) c
        WHERE c.employee + c.employer > 0 AND c.employee >= 0 AND c.employer >= 0 AND c.account >= 0 AND c.fund >= 0
        $sql$
    INTO found USING read, posted, leaves, employers, months, branches;
    RETURN coalesce(found, '');
END $$;
