-- The one door to a person: decide, write the look or the refusal, and say what this transaction opens.
-- It is called for every page, so what every look needs is one query (access_asker is inlined into it)
-- and only a look at somebody else asks further (access_judge).

-- 1. Who asks, what for, in which role: whatever is unknown or has run out comes back as NULL.
CREATE FUNCTION access_asker(actor bigint, wanted text)
RETURNS TABLE (account bigint, own_person bigint, office_en text, office_zh text, acting text, article_en text,
               article_zh text, needs text, covers text[], run boolean, opens_members boolean,
               everyone boolean)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT a.id, a.person_key, a.office_en, a.office_zh, g.role, p.article_en, p.article_zh, p.needs, p.fields, p.run, p.opens_members, p.everyone
    FROM (VALUES (actor)) asking (actor)
    LEFT JOIN access_account a ON a.id = asking.actor AND a.closed_at IS NULL
    LEFT JOIN access_purpose p ON p.id = wanted
    LEFT JOIN access_role_grant g ON g.account = a.id AND g.role = ANY (p.roles)
        AND g.since <= transaction_timestamp() AND (g.until IS NULL OR transaction_timestamp() < g.until)
    LIMIT 1;
END;

-- 2. May this account look at somebody else's record in office? The refusal's code, or NULL for yes.
CREATE FUNCTION access_judge(
    actor bigint, own_person bigint, wanted text, acting text, family bigint[], asked text[], reason text,
    OUT grant_id bigint, OUT override boolean, OUT counted boolean, OUT refusal text)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := transaction_timestamp();
    f record;
BEGIN
    override := false;
    counted := false;
    -- 2.1 Nobody opens their own record in office.
    IF own_person = ANY (family) THEN
        refusal := 'access.own_record';
        RETURN;
    END IF;
    -- 2.2 An open grant; without one, a colleague's and a guarded record stay shut, and where the role
    --     is not enough only a typed reason opens a record, if the purpose takes one.
    SELECT p.needs, p.override AS overrides, CASE WHEN c.role IS NULL THEN 0 ELSE c.looks_per_hour END AS ceiling,
           (SELECT g.id FROM access_grant g
            WHERE g.account = actor AND g.purpose = wanted AND g.kind = ANY (p.grants) AND asked <@ g.fields
              AND (g.person_key = ANY (family) OR g.person_key IS NULL)
              AND g.since <= moment AND moment < g.until
            LIMIT 1) AS grant_id,
           EXISTS (SELECT FROM access_account a
                   WHERE a.person_key = ANY (family) AND a.kind = 'staff' AND a.closed_at IS NULL)
           OR EXISTS (SELECT FROM access_guarded g
                      WHERE g.person_key = ANY (family) AND g.since <= moment AND moment < g.until) AS shut
    INTO f
    FROM access_purpose p LEFT JOIN access_ceiling c ON c.role = acting WHERE p.id = wanted;
    grant_id := f.grant_id;
    IF grant_id IS NULL THEN
        override := f.overrides AND btrim(reason) <> '';
        refusal := CASE WHEN f.shut THEN 'access.guarded_record'
                        WHEN f.needs = 'grant' AND NOT override THEN 'access.no_grant' END;
        IF refusal IS NOT NULL THEN
            override := false;
            RETURN;
        END IF;
    END IF;
    -- 2.3 How many in this hour. The lock makes an actor's looks wait for each other, so that asking
    --     over many connections at once does not get past the ceiling.
    IF f.ceiling IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('access ceiling', actor));
        counted := (SELECT count(*) FROM access_look l
                    WHERE l.counted AND l.actor = access_judge.actor AND l.at > moment - interval '1 hour') < f.ceiling;
        IF NOT counted THEN
            override := false;
            refusal := 'access.ceiling_reached';
        END IF;
    END IF;
END $$;

-- `alone`: a record with more keys than the one asked for is not opened and no look is written (look is 0), so
-- that whoever asked about one key asks again.
CREATE FUNCTION access_open(
    actor bigint, person bigint, purpose text, fields text[], system text, reason text,
    alone boolean DEFAULT false,
    OUT look bigint, OUT answered boolean, OUT refusal text, OUT keys bigint[], OUT at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    f record;
    j record;
    grant_id bigint;
    override boolean := false;
    counted boolean := false;
    typed text := left(coalesce(reason, ''), 500);
BEGIN
    SELECT q.*, CASE WHEN known.into_key IS NULL AND merged.person_key IS NULL
                     THEN array_remove(ARRAY[known.person_key], NULL) ELSE access_family(person) END AS family,
           CASE WHEN q.account IS NULL THEN 'access.unknown_account'
                WHEN q.run IS DISTINCT FROM false THEN 'access.unknown_purpose'
                WHEN fields IS NULL OR fields = '{}' OR NOT fields <@ q.covers THEN 'access.fields_beyond_purpose'
                WHEN q.acting IS NULL THEN 'access.role_missing'
                WHEN known.person_key IS NULL THEN 'access.unknown_person'
           END AS refusal
    INTO f
    FROM access_asker(actor, purpose) q
    LEFT JOIN ledger_person known ON known.person_key = person
    LEFT JOIN ledger_person merged ON merged.into_key = person
    LIMIT 1;
    at := transaction_timestamp();
    refusal := CASE WHEN f.refusal IS NULL AND f.needs = 'self' AND NOT coalesce(f.own_person = ANY (f.family), false)
                    THEN 'access.not_own_record' ELSE f.refusal END;
    IF refusal IS NULL AND f.needs <> 'self' THEN
        j := access_judge(actor, f.own_person, purpose, f.acting, f.family, fields, typed);
        refusal := j.refusal;
        grant_id := j.grant_id;
        override := j.override;
        counted := j.counted;
    END IF;
    answered := refusal IS NULL;
    refusal := coalesce(refusal, '');
    IF alone AND answered AND cardinality(f.family) > 1 THEN
        answered := false;
        look := 0;
        keys := '{}';
        RETURN;
    END IF;
    keys := CASE WHEN answered THEN f.family ELSE '{}' END;
    INSERT INTO access_look (at, xid, actor, office_en, office_zh, role, system, purpose, article_en, article_zh,
                             fields, person_key, keys, answered, refusal, reason, override, grant_id, counted,
                             run)
    VALUES (at, pg_current_xact_id(), coalesce(actor, 0), coalesce(f.office_en, ''), coalesce(f.office_zh, ''),
            coalesce(f.acting, ''), left(coalesce(system, ''), 60), left(coalesce(purpose, ''), 60),
            coalesce(f.article_en, ''), coalesce(f.article_zh, ''), coalesce(fields, '{}'),
            coalesce(f.family[1], person), keys, answered, refusal, typed, override, grant_id, counted,
            false)
    RETURNING id INTO look;
    IF cardinality(f.family) > 1 THEN
        INSERT INTO access_look_member SELECT k, look FROM unnest(f.family[2:]) k;
    END IF;
END $$;

-- A run over many persons is one look; its members are those told about it. Only a purpose that says
-- so makes the members' rows readable.
CREATE FUNCTION access_open_run(
    actor bigint, purpose text, fields text[], system text, members bigint[], batch bigint,
    OUT look bigint, OUT answered boolean, OUT refusal text, OUT at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    f record;
    families bigint[] := access_families(members);
BEGIN
    SELECT * INTO f FROM access_asker(actor, purpose);
    refusal := CASE WHEN f.account IS NULL THEN 'access.unknown_account'
                    WHEN f.run IS DISTINCT FROM true THEN 'access.unknown_purpose'
                    WHEN fields IS NULL OR fields = '{}' OR NOT fields <@ f.covers THEN 'access.fields_beyond_purpose'
                    WHEN f.acting IS NULL THEN 'access.role_missing' ELSE '' END;
    answered := refusal = '';
    at := transaction_timestamp();
    INSERT INTO access_look (at, xid, actor, office_en, office_zh, role, system, purpose, article_en, article_zh,
                             fields, keys, answered, refusal, reason, override, counted, run)
    VALUES (at, pg_current_xact_id(), coalesce(actor, 0), coalesce(f.office_en, ''), coalesce(f.office_zh, ''),
            coalesce(f.acting, ''), left(coalesce(system, ''), 60), left(coalesce(purpose, ''), 60),
            coalesce(f.article_en, ''), coalesce(f.article_zh, ''), coalesce(fields, '{}'),
            CASE WHEN answered AND f.opens_members THEN families ELSE '{}' END,
            answered, refusal, '', false, false, true)
    RETURNING id INTO look;
    IF f.everyone THEN
        families := ARRAY[0];
    END IF;
    INSERT INTO access_look_member SELECT k, look FROM unnest(families) k;
    IF batch IS NOT NULL THEN
        INSERT INTO access_look_batch VALUES (batch, look);
    END IF;
END $$;
