-- Forgetting, as far as accounts, grants and looks go. Only the functions of the rooms above call these.

-- Which looks cannot be held against their leaf any more once these persons' secrets are gone: their positions.
-- Nothing is sealed until the transaction ends; looks without a position will be salted by the installation.
CREATE FUNCTION access_weigh_unlinking(persons bigint[]) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM ledger_take_sealing_lock('looks');
    RETURN ARRAY(
        SELECT p.position FROM access_look l JOIN access_look_position p ON p.look = l.id
        WHERE l.person_key = ANY (persons) AND NOT p.by_installation ORDER BY p.position);
END $$;

-- Keeps the leaves at these positions, while they can still be made.
CREATE FUNCTION access_keep_leaves(positions bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO access_look_unlinked (position, leaf)
    SELECT p.position, s.leaf
    FROM access_look_position p
        JOIN access_look_leaves(ARRAY(SELECT o.look FROM access_look_position o WHERE o.position = ANY (positions)),
                                '{}') s ON s.look = p.look
    WHERE p.position = ANY (positions);
END $$;

-- Closes these persons' accounts and takes their names off; ends what was open to others, or to them.
CREATE FUNCTION access_forget_persons(persons bigint[], moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE access_account SET
        sign_in = 'forgotten-' || id, password = '!', label_en = '', label_zh = '', office_en = '', office_zh = '',
        closed_at = coalesce(closed_at, moment)
    WHERE person_key = ANY (persons) AND kind = 'person';
    UPDATE access_account SET person_key = NULL WHERE person_key = ANY (persons) AND kind = 'staff';
    UPDATE access_grant SET basis = '-', giver_name = '', holder_name = '',
        until = greatest(since, least(until, moment))
    WHERE person_key = ANY (persons)
       OR account IN (SELECT a.id FROM access_account a WHERE a.person_key = ANY (persons));
    UPDATE access_token SET label = '-', ended_at = coalesce(ended_at, moment)
    WHERE account IN (SELECT a.id FROM access_account a WHERE a.person_key = ANY (persons) AND a.kind = 'person');
    DELETE FROM access_identity i USING access_account a WHERE a.id = i.account AND a.person_key = ANY (persons);
    DELETE FROM access_offer o USING access_account a WHERE a.id = o.account AND a.person_key = ANY (persons);
    DELETE FROM access_enrolment_code c USING access_account a
    WHERE a.id = c.account AND a.person_key = ANY (persons) AND a.kind = 'person';
    UPDATE access_reset SET reason = '-'
    WHERE account IN (SELECT a.id FROM access_account a WHERE a.person_key = ANY (persons) AND a.kind = 'person');
    UPDATE access_guarded SET reason = '-', until = greatest(since + interval '1 microsecond', least(until, moment))
    WHERE person_key = ANY (persons);
END $$;

-- When the last backup was made by us; NULL if none ever was.
CREATE FUNCTION access_last_backup() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT max(l.at) FROM access_look l
    WHERE l.person_key IS NULL AND l.run AND l.answered AND l.purpose = 'backup'
$$;

REVOKE EXECUTE ON FUNCTION
    access_weigh_unlinking, access_keep_leaves, access_forget_persons, access_last_backup
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_last_backup TO provident_app;
