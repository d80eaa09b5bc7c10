-- A case opens a record because the person asked for something. Only the functions of the rooms above call these:
-- they know the request, and that whoever gives, the person or who acts for them, made it.

CREATE FUNCTION access_open_case(
    holder bigint, asked_by bigint, person bigint, purpose text, fields text[], basis text, until timestamptz)
RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    given bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM access_purpose p
                   WHERE p.id = purpose AND 'case' = ANY (p.grants) AND fields <@ p.fields) THEN
        RAISE EXCEPTION 'the purpose % takes no case for these fields', purpose
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO access_grant AS g (kind, account, person_key, purpose, fields, basis, since, until, given_by)
    VALUES ('case', holder, person, purpose, fields, basis, transaction_timestamp(), until, asked_by)
    RETURNING g.id INTO given;
    RETURN given;
END $$;

CREATE FUNCTION access_shut_case(held bigint, ender bigint) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE access_grant SET until = greatest(since, transaction_timestamp()), ended_by = ender
    WHERE id = held AND until > transaction_timestamp()
$$;

REVOKE EXECUTE ON FUNCTION access_open_case, access_shut_case FROM PUBLIC;
