-- Corrections. Nothing is edited: a reversal is an entry with the legs negated that names what it takes back.

-- Every reversing row of a small batch mirrors one standing entry, and nothing else reverses that.
CREATE FUNCTION ledger_check_reversals(b ledger_batch) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong uuid;
BEGIN
    EXECUTE format($sql$
        SELECT r.reverses FROM %I r
        WHERE r.batch_id = %s AND r.reverses IS NOT NULL AND NOT (
            EXISTS (
                SELECT FROM ledger_entry e
                WHERE e.person_key = r.person_key AND e.entry_id = r.reverses AND e.reverses IS NULL
                  AND (e.employer_key, e.region, e.month, e.kind, e.branch, e.scheme, e.evidence, e.checked)
                    = (r.employer_key, r.region, r.month, r.kind, r.branch, r.scheme, r.evidence, r.checked)
                  AND (e.base, e.employee, e.employer_share, e.account, e.fund)
                    = (-r.base, -r.employee, -r.employer_share, -r.account, -r.fund))
            AND NOT EXISTS (
                SELECT FROM ledger_entry o
                WHERE o.person_key = r.person_key AND o.reverses = r.reverses AND o.entry_id <> r.entry_id))
        LIMIT 1 $sql$, ledger_leaf_table(b), b.batch_id)
    INTO wrong;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'entry % cannot be reversed like this', wrong USING ERRCODE = 'PVL03';
    END IF;
END $$;

-- Says in SQL which entries `e` of a batch are taken back already, looking only at postings that
-- reverse something, came later and concern its months.
CREATE FUNCTION ledger_reversed_already(b ledger_batch) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    posted date[];
    leaves integer[];
BEGIN
    SELECT array_agg(DISTINCT r.posted_month), array_agg(DISTINCT r.leaf) INTO posted, leaves
    FROM ledger_batch r
    WHERE r.reversing > 0 AND r.closed AND r.posted_at > b.posted_at
      AND coalesce(r.min_month, 0) <= coalesce(b.max_month, 0)
      AND coalesce(r.max_month, 999999) >= coalesce(b.min_month, 0);
    IF posted IS NULL THEN
        RETURN 'false';
    END IF;
    RETURN format('EXISTS (SELECT FROM ledger_entry r WHERE r.person_key = e.person_key AND r.reverses = e.entry_id '
                  'AND r.posted_month = ANY (%L::date[]) AND r.leaf = ANY (%L::integer[]))', posted, leaves);
END $$;

-- Fills the open batch with the mirror of every entry of another batch that still stands.
CREATE FUNCTION ledger_reverse_batch(batch bigint, taken_back bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b ledger_batch := ledger_the_open_batch(batch);
    old ledger_batch;
    n bigint;
BEGIN
    SELECT * INTO old FROM ledger_batch WHERE batch_id = taken_back AND closed;
    IF old.batch_id IS NULL OR old.reversing > 0
        OR EXISTS (SELECT FROM ledger_batch r WHERE r.reverses_batch = taken_back)
    THEN
        RAISE EXCEPTION 'batch % cannot be reversed', taken_back USING ERRCODE = 'PVL03';
    END IF;
    PERFORM ledger_hold_secrets();
    IF ledger_unlinked(taken_back) > 0 THEN
        RAISE EXCEPTION 'one of these persons was forgotten' USING ERRCODE = 'PVL07';
    END IF;
    UPDATE ledger_batch t SET reverses_batch = taken_back WHERE t.batch_id = batch;
    EXECUTE format($sql$
        INSERT INTO %I (person_key, employer_key, base, employee, employer_share, account, fund, batch_id,
            posted_month, leaf, region, month, source_row, kind, branch, scheme, evidence, checked, entry_id,
            leaf_hash, reverses)
        SELECT m.person_key, m.employer_key, m.base, m.employee, m.employer_share, m.account, m.fund, m.batch_id,
            m.posted_month, m.leaf, m.region, m.month, m.source_row, m.kind, m.branch, m.scheme, m.evidence,
            m.checked, m.entry_id,
            sha256('\x00'::bytea || ledger_money_form(i, b, ROW (m.*)::ledger_entry, ledger_salt(p.secret, m.entry_id))),
            m.reverses
        FROM (
            SELECT e.person_key, e.employer_key, -e.base AS base, -e.employee AS employee,
                -e.employer_share AS employer_share, -e.account AS account, -e.fund AS fund, b.batch_id,
                b.posted_month, b.leaf, e.region, e.month, e.source_row, e.kind, e.branch, e.scheme, e.evidence,
                e.checked, ledger_entry_id(b.source_hash, e.source_row) AS entry_id, NULL::bytea AS leaf_hash,
                e.entry_id AS reverses
            FROM %I e, ledger_batch b
            WHERE e.batch_id = %s AND b.batch_id = %s AND NOT %s
            OFFSET 0) m -- each id is made once
            JOIN ledger_person p ON p.person_key = m.person_key,
            ledger_installation i, ledger_batch b
        WHERE b.batch_id = m.batch_id
        $sql$, ledger_leaf_table(b), ledger_leaf_table(old), taken_back, batch, ledger_reversed_already(old));
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n = 0 THEN
        RAISE EXCEPTION 'nothing of batch % stands', taken_back USING ERRCODE = 'PVL03';
    END IF;
    IF b.leaf = 0 THEN
        PERFORM ledger_count(b, n, n, old.min_month, old.max_month, old.employer_key, old.employer_key);
    END IF;
END $$;
