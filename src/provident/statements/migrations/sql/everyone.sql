-- The yearly run is over everyone, and nobody else may list everyone. A key alone says nothing; the
-- records are opened afterwards, in chunks, each a look of its own that its members are shown.

CREATE FUNCTION statements_insist() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF access_run_purpose() IS DISTINCT FROM 'statement_run' THEN
        RAISE EXCEPTION 'only the yearly run goes over everyone' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Everyone, once each: a key merged into another is not listed, and nobody who was forgotten by decision.
CREATE FUNCTION statements_everyone() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM statements_insist();
    RETURN QUERY SELECT p.person_key FROM ledger_person p
        WHERE p.into_key IS NULL AND NOT (p.secret IS NULL AND p.person_key = ANY (ledger_forgotten()))
        ORDER BY p.person_key;
END $$;

-- All keys of each of these persons, as opening them one by one would give.
CREATE FUNCTION statements_families(members bigint[]) RETURNS TABLE (member bigint, keys bigint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM statements_insist();
    RETURN QUERY SELECT m, access_family(m) FROM unnest(members) m;
END $$;

REVOKE EXECUTE ON FUNCTION statements_insist, statements_everyone, statements_families FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statements_everyone, statements_families TO provident_app;
