-- The salts of entries and events, for the receipts of an opened person. The secret stays here: who
-- holds a receipt can check the entries in it and guess no other.

CREATE FUNCTION statements_salts(persons bigint[], ids uuid[]) RETURNS bytea[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT unnest(persons) EXCEPT SELECT unnest(l.keys) FROM access_look l
               WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
                 AND 'receipt' = ANY (l.fields)
                 AND NOT EXISTS (SELECT FROM pg_cursor() c WHERE c.is_holdable)) THEN
        RAISE EXCEPTION 'the record is not open for a receipt' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN (SELECT array_agg(coalesce(ledger_salt(p.secret, u.id), '') ORDER BY u.at)
            FROM unnest(persons, ids) WITH ORDINALITY u (person, id, at)
                JOIN ledger_person p ON p.person_key = u.person);
END $$;

REVOKE EXECUTE ON FUNCTION statements_salts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statements_salts TO provident_app;
