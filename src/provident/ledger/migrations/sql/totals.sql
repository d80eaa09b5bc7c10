-- Sums without persons, and who is whom.

-- Sums by month, branch and kind, of everybody or of one employer. Batches say whose entries they
-- hold, so leaves without any of the employer's are not read.
CREATE FUNCTION ledger_totals(of_employer bigint)
RETURNS TABLE (month integer, branch smallint, kind smallint, entries bigint, base bigint, employee bigint,
    employer_share bigint, account bigint, fund bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    posted date[];
    leaves integer[];
BEGIN
    SELECT array_agg(DISTINCT b.posted_month), array_agg(DISTINCT b.leaf) INTO posted, leaves
    FROM ledger_batch b
    WHERE b.closed AND (of_employer IS NULL OR b.employer_key IS NULL OR b.employer_key = of_employer);
    RETURN QUERY EXECUTE format($sql$
        SELECT e.month, e.branch, e.kind, sum(CASE WHEN e.reverses IS NULL THEN 1 ELSE -1 END), sum(e.base)::bigint,
            sum(e.employee)::bigint, sum(e.employer_share)::bigint, sum(e.account)::bigint, sum(e.fund)::bigint
        FROM ledger_entry e
        WHERE ($1 IS NULL OR e.employer_key = $1)
          AND e.posted_month = ANY (%L::date[]) AND e.leaf = ANY (%L::integer[])
        GROUP BY e.month, e.branch, e.kind ORDER BY e.month, e.branch, e.kind $sql$, posted, leaves)
    USING of_employer;
END $$;

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
