-- Registering residents, many in one call, and facts about one resident whom a look opened.

-- `owners` and `value_owners` tell whose each number and archive value is, as a position in `keys`. Returns
-- the positions in `numbers` that somebody holds already; then nobody is registered.
CREATE FUNCTION identity_register(
    keys bigint[], names text[], originals text[], skeletons text[], checks bigint[],
    numbers text[], kinds smallint[], owners integer[],
    fields text[], field_values text[], value_owners integer[], moment timestamptz)
RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    taken integer[];
    written bigint;
BEGIN
    SELECT array_agg(w.place::integer ORDER BY w.place) INTO taken
    FROM unnest(numbers) WITH ORDINALITY w (number, place)
    JOIN identity_number n ON n.normal = w.number COLLATE "C" AND n.withdrawn_at IS NULL;
    IF taken IS NOT NULL THEN
        RETURN taken;
    END IF;
    INSERT INTO identity_resident (person_key, registered_at) SELECT k, moment FROM unnest(keys) k;
    INSERT INTO identity_name (person_key, name, original, skeleton, name_check, recorded_at)
    SELECT k, n, o, s, c, moment FROM unnest(keys, names, originals, skeletons, checks) w (k, n, o, s, c);
    INSERT INTO identity_number (person_key, kind, normal, recorded_at, name_check)
    SELECT keys[o], k, n, moment, checks[o] FROM unnest(numbers, kinds, owners) w (n, k, o)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < cardinality(numbers) THEN
        -- Another transaction was quicker. The server's own message would repeat a number in its log.
        RAISE EXCEPTION 'a number was registered by somebody else in this moment' USING ERRCODE = 'PVI01';
    END IF;
    INSERT INTO identity_value (person_key, field, value, recorded_at)
    SELECT keys[o], f, v, moment FROM unnest(fields, field_values, value_owners) w (f, v, o);
    RETURN '{}';
END $$;

-- Whether the look of this transaction opened the person to somebody who may change these facts: staff
-- at work on the record, or the person for what only concerns how to be reached.
CREATE FUNCTION identity_may_write(person bigint, own boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT person IN (SELECT access_opened_keys()) AND EXISTS (
        SELECT FROM access_look l
        WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
          AND person = ANY (l.keys)
          AND (l.purpose IN ('counter_service', 'console')
               OR own AND l.purpose IN ('own_record', 'representation')))
$$;

CREATE FUNCTION identity_insist(person bigint, own boolean) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT identity_may_write(person, own) THEN
        RAISE EXCEPTION 'no look of this transaction allows changing this record'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- The check of the current name: the latest that has begun.
CREATE FUNCTION identity_current_check(person bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.name_check FROM identity_name n
    WHERE n.person_key = person AND n.withdrawn_at IS NULL
    ORDER BY n.since DESC NULLS LAST, n.id DESC LIMIT 1
$$;

-- After a name or a number came, went or moved.
CREATE FUNCTION identity_refresh(people bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE identity_number n SET name_check = c.current
    FROM (SELECT k, identity_current_check(k) AS current FROM unnest(people) k) c
    WHERE n.person_key = c.k AND n.name_check <> c.current
$$;

CREATE FUNCTION identity_add_name(
    person bigint, name text, original text, skeleton text, name_check bigint, since date, moment timestamptz)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM identity_insist(person, false);
    INSERT INTO identity_name (person_key, name, original, skeleton, name_check, since, recorded_at)
    VALUES (person, $2, $3, $4, $5, $6, moment) RETURNING id INTO made;
    PERFORM identity_refresh(ARRAY[person]);
    RETURN made;
END $$;

-- Returns NULL if somebody holds the number.
CREATE FUNCTION identity_add_number(
    person bigint, kind smallint, normal text, since date, until date, moment timestamptz)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM identity_insist(person, false);
    INSERT INTO identity_number (person_key, kind, normal, since, until, recorded_at, name_check)
    VALUES (person, $2, $3, $4, $5, moment, identity_current_check(person))
    ON CONFLICT DO NOTHING RETURNING id INTO made;
    RETURN made;
END $$;

CREATE FUNCTION identity_set_value(person bigint, field text, value text, since date, moment timestamptz)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    -- `while_current` fields tell how to reach somebody: the person may set those.
    PERFORM identity_insist(person, EXISTS (
        SELECT FROM identity_field f WHERE f.field = $2 AND f.retention = 'while_current'));
    INSERT INTO identity_value (person_key, field, value, since, recorded_at)
    VALUES (person, $2, $3, $4, moment) RETURNING id INTO made;
    RETURN made;
END $$;

-- Withdraws a fact of an opened person: `done`, `absent`, or `last` when it is the key's only number or name.
CREATE FUNCTION identity_withdraw(fact text, fact_id bigint, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    facts regclass := CASE fact WHEN 'number' THEN 'identity_number' WHEN 'name' THEN 'identity_name'
                                WHEN 'value' THEN 'identity_value' END;
    holder bigint;
    others bigint;
BEGIN
    EXECUTE format('SELECT person_key FROM %s WHERE id = $1 AND withdrawn_at IS NULL '
                   'AND person_key IN (SELECT access_opened_keys()) FOR UPDATE', facts)
    INTO holder USING fact_id;
    IF holder IS NULL THEN
        RETURN 'absent';
    END IF;
    PERFORM identity_insist(holder, false);
    EXECUTE format('SELECT count(*) FROM %s WHERE person_key = $1 AND id <> $2 AND withdrawn_at IS NULL', facts)
    INTO others USING holder, fact_id;
    IF others = 0 AND fact <> 'value' THEN
        RETURN 'last';
    END IF;
    EXECUTE format('UPDATE %s SET withdrawn_at = $2 WHERE id = $1', facts) USING fact_id, moment;
    PERFORM identity_refresh(ARRAY[holder]);
    RETURN 'done';
END $$;

-- Removes values of `while_current` fields that a later value replaced or that were withdrawn.
CREATE FUNCTION identity_remove_replaced(moment timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH removed AS (
        DELETE FROM identity_value v USING identity_field f
        WHERE f.field = v.field AND f.retention = 'while_current' AND v.recorded_at <= moment
          AND (v.withdrawn_at <= moment OR EXISTS (
              SELECT FROM identity_value o
              WHERE o.person_key = v.person_key AND o.field = v.field AND o.withdrawn_at IS NULL
                AND (o.since IS NULL OR o.since <= moment::date)
                AND (coalesce(o.since, '-infinity'), o.id) > (coalesce(v.since, '-infinity'), v.id)))
        RETURNING v.id)
    SELECT count(*) FROM removed
$$;
