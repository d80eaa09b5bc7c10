-- Giving and ending accounts, roles and grants. Each function decides itself whether the giver may:
-- nobody gives to their own account, and a refusal writes nothing and comes back as its code.

CREATE FUNCTION access_holds(asked bigint, wanted text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_role_grant g JOIN access_account a ON a.id = g.account
        WHERE g.account = asked AND a.closed_at IS NULL AND g.role = ANY (wanted)
          AND g.since <= transaction_timestamp() AND (g.until IS NULL OR transaction_timestamp() < g.until))
$$;

-- The person's key and every key merged with it, the one they were merged into first; empty if unknown.
CREATE FUNCTION access_family(person bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    above bigint;
    family bigint[];
BEGIN
    SELECT p.into_key INTO above FROM ledger_person p WHERE p.person_key = person;
    IF NOT FOUND THEN
        RETURN '{}';
    END IF;
    IF above IS NULL AND NOT EXISTS (SELECT FROM ledger_person p WHERE p.into_key = person) THEN
        RETURN ARRAY[person];
    END IF;
    WITH RECURSIVE up AS (
        SELECT p.person_key, p.into_key FROM ledger_person p WHERE p.person_key = person
        UNION SELECT p.person_key, p.into_key FROM up JOIN ledger_person p ON p.person_key = up.into_key
    ), down AS (
        SELECT up.person_key, 0 AS depth FROM up WHERE up.into_key IS NULL
        UNION SELECT p.person_key, 1 FROM down JOIN ledger_person p ON p.into_key = down.person_key
    )
    SELECT array_agg(d.person_key ORDER BY d.depth, d.person_key) INTO family FROM down d;
    RETURN coalesce(family, '{}');
END $$;

-- The families of many persons at once; merges are rare, so only those keys are walked.
CREATE FUNCTION access_families(members bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN ARRAY(
        SELECT m FROM unnest(members) m JOIN ledger_person p ON p.person_key = m
        UNION SELECT unnest(access_family(m)) FROM unnest(members) m
        WHERE m IN (SELECT p.person_key FROM ledger_person p WHERE p.into_key IS NOT NULL
                    UNION ALL SELECT p.into_key FROM ledger_person p WHERE p.into_key IS NOT NULL));
END $$;

CREATE FUNCTION access_is_self(asked bigint, person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_account a
                   WHERE a.id = asked AND a.closed_at IS NULL AND a.kind = 'person'
                     AND a.person_key = ANY (access_family(person)))
$$;

-- A person's account decides who sees that person's record as "self": the administrator, who holds
-- no business data, cannot make one. It bears no name: an account is read before any look, a name only after one.
CREATE FUNCTION access_create_account(
    giver bigint, kind text, sign_in text, label text[], office text[], person bigint, employer bigint,
    sample boolean, OUT account bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    makers text[] := CASE WHEN kind = 'person' THEN ARRAY['operator'] ELSE ARRAY['operator', 'administrator'] END;
BEGIN
    IF kind = 'operator' OR NOT access_holds(giver, makers) THEN
        refusal := 'access.may_not_give';
        RETURN;
    END IF;
    INSERT INTO access_account (kind, sign_in, label_en, label_zh, office_en, office_zh, person_key, employer_key,
                                sample, password, created_at, created_by)
    VALUES (kind, sign_in, CASE WHEN kind <> 'person' OR sample THEN label[1] ELSE '' END,
            CASE WHEN kind <> 'person' OR sample THEN label[2] ELSE '' END, office[1], office[2], person, employer,
            sample, '!', transaction_timestamp(), giver)
    ON CONFLICT DO NOTHING RETURNING id INTO account;
    IF account IS NULL THEN
        refusal := 'access.sign_in_taken';
    END IF;
END $$;

CREATE FUNCTION access_give_role(
    giver bigint, holder bigint, wanted text, since timestamptz, until timestamptz,
    OUT role_grant bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r access_role;
    holder_kind text;
    givers text[] := CASE WHEN wanted = 'operator' THEN ARRAY['operator'] ELSE ARRAY['operator', 'administrator'] END;
BEGIN
    -- The lock makes two givers at once see each other's grants.
    SELECT a.kind INTO holder_kind FROM access_account a
    WHERE a.id = holder AND a.closed_at IS NULL FOR NO KEY UPDATE;
    SELECT * INTO r FROM access_role WHERE id = wanted;
    refusal := CASE
        WHEN giver = holder OR NOT access_holds(giver, givers) THEN 'access.may_not_give'
        WHEN holder_kind IS NULL OR r.id IS NULL OR holder_kind <> ALL (r.kinds) THEN 'access.role_does_not_fit'
        WHEN EXISTS (SELECT FROM access_role_grant g WHERE g.account = holder AND g.role = wanted
                     AND tstzrange(g.since, g.until) && tstzrange(access_give_role.since, access_give_role.until))
            THEN 'access.already_held'
        WHEN EXISTS (SELECT FROM access_role_grant g JOIN access_role o ON o.id = g.role
                     WHERE g.account = holder AND o.business <> r.business
                     AND tstzrange(g.since, g.until) && tstzrange(access_give_role.since, access_give_role.until))
            THEN 'access.duties_not_separate'
    END;
    IF refusal IS NULL THEN
        INSERT INTO access_role_grant (account, role, since, until, given_by)
        VALUES (holder, wanted, since, until, giver) RETURNING id INTO role_grant;
    END IF;
END $$;

CREATE FUNCTION access_end_role(ender bigint, held bigint, ends timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    g access_role_grant;
BEGIN
    SELECT * INTO g FROM access_role_grant WHERE id = held FOR NO KEY UPDATE;
    IF NOT access_holds(ender, CASE WHEN g.role = 'operator' THEN ARRAY['operator']
                                    ELSE ARRAY['operator', 'administrator'] END) THEN
        RETURN 'access.may_not_give';
    END IF;
    IF g.id IS NULL OR g.until <= ends THEN
        RETURN 'access.nothing_to_end';
    END IF;
    UPDATE access_role_grant SET until = greatest(ends, g.since, transaction_timestamp()), ended_by = ender WHERE id = held;
    RETURN NULL;
END $$;

-- Who may open a record to another: the person (mandate, consent, case), an agency clerk holding the
-- written authority (mandate), a supervisor or the operator (mandate, case, agreement).
CREATE FUNCTION access_give_grant(
    giver bigint, kind text, holder bigint, person bigint, purpose text, fields text[], basis text,
    since timestamptz, until timestamptz, OUT given bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    p access_purpose;
    givers text[] := CASE kind WHEN 'mandate' THEN ARRAY['agency_clerk', 'supervisor', 'operator']
                               WHEN 'case' THEN ARRAY['supervisor', 'operator']
                               WHEN 'agreement' THEN ARRAY['supervisor', 'operator']
                               ELSE '{}' END;
BEGIN
    SELECT * INTO p FROM access_purpose WHERE id = access_give_grant.purpose;
    refusal := CASE
        WHEN giver = holder OR NOT (access_holds(giver, givers)
                                      OR kind <> 'agreement' AND access_is_self(giver, person))
            THEN 'access.may_not_give'
        WHEN p.id IS NULL OR kind <> ALL (p.grants) OR NOT fields <@ p.fields OR cardinality(fields) = 0
            THEN 'access.grant_does_not_fit'
        WHEN NOT EXISTS (SELECT FROM access_account a WHERE a.id = holder AND a.closed_at IS NULL)
            THEN 'access.unknown_account'
        WHEN kind <> 'agreement' AND access_family(person) = '{}' THEN 'access.unknown_person'
    END;
    IF refusal IS NULL THEN
        INSERT INTO access_grant (kind, account, person_key, purpose, fields, basis, since, until, given_by)
        VALUES (kind, holder, CASE WHEN kind <> 'agreement' THEN person END, purpose, fields, basis, since, until,
                giver)
        RETURNING id INTO given;
    END IF;
END $$;

CREATE FUNCTION access_end_grant(ender bigint, held bigint, ends timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    g access_grant;
BEGIN
    SELECT * INTO g FROM access_grant WHERE id = held FOR NO KEY UPDATE;
    IF NOT (access_holds(ender, ARRAY['supervisor', 'operator']) OR access_is_self(ender, g.person_key)
            OR g.kind = 'mandate' AND g.account = ender) THEN -- whoever acts for another may lay that down
        RETURN 'access.may_not_give';
    END IF;
    IF g.id IS NULL OR g.until <= ends THEN
        RETURN 'access.nothing_to_end';
    END IF;
    UPDATE access_grant SET until = greatest(ends, g.since, transaction_timestamp()), ended_by = ender WHERE id = held;
    RETURN NULL;
END $$;

CREATE FUNCTION access_guard(giver bigint, person bigint, reason text, until timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT access_holds(giver, ARRAY['supervisor', 'operator']) THEN
        RETURN 'access.may_not_give';
    END IF;
    IF access_family(person) = '{}' THEN
        RETURN 'access.unknown_person';
    END IF;
    INSERT INTO access_guarded (person_key, reason, since, until, given_by)
    VALUES (person, reason, transaction_timestamp(), until, giver);
    RETURN NULL;
END $$;

CREATE FUNCTION access_set_ceiling(setter bigint, wanted text, looks integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT access_holds(setter, ARRAY['administrator', 'operator']) THEN
        RETURN 'access.may_not_give';
    END IF;
    UPDATE access_ceiling SET looks_per_hour = looks WHERE role = wanted;
    RETURN CASE WHEN NOT FOUND THEN 'access.role_does_not_fit' END;
END $$;
