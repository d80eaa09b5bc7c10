-- What is known of one person, as far as a look of this transaction opens all the keys asked for: the facts
-- of merged records before the surviving record's own (the first key), so that its latest are the current ones.
-- With them how employers are called: those of `employers` and all whose payrolls name the person; NULL: none.
-- The look is checked here once, as row security would check it for each of these tables.
CREATE FUNCTION identity_told(keys bigint[], fields text[], employers bigint[])
RETURNS TABLE (part text, id bigint, kind text, text text, original text, since date, until date,
               recorded_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF keys <@ ARRAY(SELECT access_opened_keys()) THEN
        RETURN QUERY SELECT f.part, f.id, f.kind, f.text, f.original, f.since, f.until, f.recorded_at FROM (
            SELECT 'number' AS part, n.id, n.person_key, n.kind::text AS kind, n.normal AS text, NULL AS original,
                   n.since, n.until, n.recorded_at
            FROM identity_number n
            WHERE n.person_key = ANY (keys) AND n.withdrawn_at IS NULL AND 'numbers' = ANY (fields)
            UNION ALL
            SELECT 'name', n.id, n.person_key, NULL, n.name, n.original, n.since, NULL, n.recorded_at
            FROM identity_name n
            WHERE n.person_key = ANY (keys) AND n.withdrawn_at IS NULL AND 'name' = ANY (fields)
            UNION ALL
            SELECT 'value', v.id, v.person_key, v.field, v.value, NULL, v.since, NULL, v.recorded_at
            FROM identity_value v
            WHERE v.person_key = ANY (keys) AND v.withdrawn_at IS NULL AND 'archive' = ANY (fields)
            UNION ALL
            SELECT 'forgotten', g.id, g.person_key, NULL, '', NULL, NULL, NULL, g.confirmed_at
            FROM identity_forgetting g WHERE g.person_key = ANY (keys) AND g.confirmed_at IS NOT NULL) f
        ORDER BY f.person_key = keys[1], f.since NULLS FIRST, f.id;
        RETURN QUERY SELECT 'employer', d.id, e.uscc, d.name, e.employer_key::text, d.since, NULL::date, NULL::timestamptz
        FROM identity_employer e JOIN identity_employer_detail d USING (employer_key)
        WHERE employers IS NOT NULL AND e.employer_key IN (
            SELECT unnest(employers)
            UNION ALL SELECT y.employer_key FROM ledger_record_year y WHERE y.person_key = ANY (keys)
            UNION ALL SELECT l.employer_key FROM ledger_late_facts(keys) l
            WHERE EXISTS (SELECT FROM ledger_batch b WHERE NOT b.projected))
        ORDER BY d.since NULLS FIRST, d.id;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION identity_told FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity_told TO provident_app;
