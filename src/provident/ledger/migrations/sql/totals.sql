-- Sums without persons, and the search for months declared twice.

CREATE FUNCTION ledger_totals(of_employer bigint)
RETURNS TABLE (month integer, branch smallint, kind smallint, entries bigint, base bigint, employee bigint,
    employer_share bigint, account bigint, fund bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT e.month, e.branch, e.kind, sum(CASE WHEN e.reverses IS NULL THEN 1 ELSE -1 END), sum(e.base)::bigint,
        sum(e.employee)::bigint, sum(e.employer_share)::bigint, sum(e.account)::bigint, sum(e.fund)::bigint
    FROM ledger_entry e
    WHERE of_employer IS NULL OR e.employer_key = of_employer
    GROUP BY e.month, e.branch, e.kind ORDER BY e.month, e.branch, e.kind
$$;

-- Every key with all the keys of the same person; persons with one key are left out.
CREATE VIEW ledger_alias AS
WITH RECURSIVE down (top, person_key) AS (
    SELECT p.into_key, p.person_key FROM ledger_person p
    WHERE p.into_key IS NOT NULL
      AND NOT EXISTS (SELECT FROM ledger_person t WHERE t.person_key = p.into_key AND t.into_key IS NOT NULL)
    UNION ALL
    SELECT d.top, p.person_key FROM down d JOIN ledger_person p ON p.into_key = d.person_key)
SELECT DISTINCT a.person_key, b.person_key AS same_person
FROM (SELECT top, person_key FROM down UNION SELECT top, top FROM down) a
    JOIN (SELECT top, person_key FROM down UNION SELECT top, top FROM down) b ON b.top = a.top;

-- Of the months asked (arrays of one length: person, branch, employer, yyyymm), the places, from 1,
-- of those that stand declared already. Batches say which months and employers they concern, so
-- where nothing overlaps no entry is read. It answers about persons without a look: the room that
-- asks wraps it in a function of its own that insists on a run.
CREATE FUNCTION ledger_declared(persons bigint[], branches smallint[], employers bigint[], months integer[])
RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    near record;
    found integer[];
BEGIN
    SELECT array_agg(DISTINCT b.posted_month) AS posted, array_agg(DISTINCT b.leaf) AS leaves
    INTO near
    FROM ledger_batch b,
        (SELECT min(m) AS low, max(m) AS high FROM unnest(months) m) span,
        (SELECT array_agg(DISTINCT m) AS keys FROM unnest(employers) m) asked
    WHERE b.closed AND b.max_month >= span.low AND b.min_month <= span.high
      AND (b.employer_key IS NULL OR b.employer_key = ANY (asked.keys));
    IF near.posted IS NULL THEN
        RETURN '{}';
    END IF;
    EXECUTE format($sql$
        WITH asked AS (
            SELECT * FROM unnest($1, $2, $3, $4) WITH ORDINALITY u (person_key, branch, employer_key, month, place)),
        wanted AS (
            SELECT * FROM asked
            UNION ALL
            SELECT a.same_person, u.branch, u.employer_key, u.month, u.place
            FROM ledger_alias a JOIN asked u ON u.person_key = a.person_key AND a.same_person <> a.person_key)
        SELECT array_agg(d.place ORDER BY d.place) FROM (
            SELECT w.place::integer
            FROM wanted w JOIN ledger_entry e ON e.person_key = w.person_key
            WHERE e.posted_month = ANY (%L::date[]) AND e.leaf = ANY (%L::integer[]) AND e.kind = 1
              AND e.month = w.month AND e.branch = w.branch AND e.employer_key = w.employer_key
            GROUP BY w.place HAVING sum(CASE WHEN e.reverses IS NULL THEN 1 ELSE -1 END) > 0) d
        $sql$, near.posted, near.leaves)
    INTO found USING persons, branches, employers, months;
    RETURN coalesce(found, '{}');
END $$;
