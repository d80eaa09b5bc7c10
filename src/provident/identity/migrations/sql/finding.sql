-- Finding a person by number, one or many. Every way in is a look of its own.

-- A number as `normal_form` writes it -> the look, and the person if it was answered. A miss is a
-- refused look without a person. An answer never depends on a number the actor may not ask for:
-- access decides first who asks and why, and only then whether there is anybody.
CREATE FUNCTION identity_find(
    actor bigint, number text, purpose text, fields text[], system text, reason text,
    OUT look bigint, OUT answered boolean, OUT refusal text, OUT keys bigint[], OUT at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    person bigint := (SELECT n.person_key FROM identity_number n
                      WHERE n.normal = number COLLATE "C" AND n.withdrawn_at IS NULL);
BEGIN
    SELECT o.look, o.answered, o.refusal, o.keys, o.at INTO look, answered, refusal, keys, at
    FROM access_open(actor, person, purpose, fields, system, reason) o;
END $$;

-- Links an e-ID to the person holding the number its issuer vouches for, with the account that makes; a miss
-- is a refused look without a person. Whether the issuer is one to believe is the application's to know.
CREATE FUNCTION identity_link(
    issuer text, subject text, number text, OUT account bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    family bigint[] := (SELECT access_family(n.person_key) FROM identity_number n
                        WHERE n.normal = number COLLATE "C" AND n.withdrawn_at IS NULL);
BEGIN
    IF family IS NULL THEN
        PERFORM access_open(NULL, NULL, 'linking', ARRAY['numbers'], 'portal', '');
        refusal := 'access.identity_not_linked';
        RETURN;
    END IF;
    account := access_link_person(issuer, subject, family[1]);
END $$;

CREATE FUNCTION identity_insist_on_filing() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF access_run_purpose() IS DISTINCT FROM 'filing' THEN
        RAISE EXCEPTION 'numbers are looked up in bulk in a filing only' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- For each number, in order, 16 bytes: the key it stands for (0: nobody) and the check of that key's
-- current name. The key is the one that holds the number, also when it was merged into another: what
-- is filed under a number stays with it if the merge is undone.
--
-- One probe of the index for each number, whatever the register's size: a hash of the whole register
-- would grow with it. Numbers that come sorted touch each page once. The plan is made anew for
-- each call: one made while the register was still empty would live on in its session and read the
-- whole register for each number once that has grown.
CREATE FUNCTION identity_resolve(numbers text[]) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB' AS $$
BEGIN
    PERFORM identity_insist_on_filing();
    RETURN coalesce((
        SELECT string_agg(int8send(coalesce(n.person_key, 0)) || int8send(coalesce(n.name_check, 0)), ''
                          ORDER BY w.place)
        FROM unnest(numbers) WITH ORDINALITY w (number, place)
        LEFT JOIN identity_number n ON n.normal = w.number COLLATE "C" AND n.withdrawn_at IS NULL), '');
END $$;

-- Every name each of these persons bears or bore, merged records included.
CREATE FUNCTION identity_known_names(keys bigint[]) RETURNS TABLE (person_key bigint, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM identity_insist_on_filing();
    RETURN QUERY
        SELECT k, n.name FROM unnest(keys) k, unnest(access_family(k)) f, identity_name n
        WHERE n.person_key = f AND n.withdrawn_at IS NULL;
END $$;

-- The birth date a number states, as yyyymmdd, or NULL.
CREATE FUNCTION identity_born(kind smallint, normal text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN kind IN (1, 3, 4) THEN substr(normal, 7, 8) WHEN kind = 2 THEN '19' || substr(normal, 7, 6) END
$$;

-- Every birth date known of a key, from its numbers and its archive.
CREATE FUNCTION identity_births(person bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT b.born), '{}') FROM (
        SELECT identity_born(n.kind, n.normal) AS born FROM identity_number n
        WHERE n.person_key = person AND n.withdrawn_at IS NULL
        UNION
        SELECT replace(v.value, '-', '') FROM identity_value v
        WHERE v.person_key = person AND v.field = 'born' AND v.withdrawn_at IS NULL) b
    WHERE b.born IS NOT NULL
$$;

-- Who might be the same person as the opened one: a name that looks alike, and a birth date that
-- agrees or is not known of one of them. Candidates for somebody to look at, each behind a look of
-- its own; there is no order and no weight. Shown to staff only.
CREATE FUNCTION identity_possible_same(person bigint, at_most integer)
RETURNS TABLE (other bigint, birth_agrees boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    family bigint[] := access_family(person);
    births text[] := (SELECT coalesce(array_agg(b), '{}') FROM unnest(family) k, unnest(identity_births(k)) b);
BEGIN
    IF NOT identity_may_write(person, false) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.k, births && c.known FROM (
            SELECT a.k, identity_births(a.k) AS known FROM (
                SELECT DISTINCT o.person_key AS k
                FROM identity_name n JOIN identity_name o ON o.skeleton = n.skeleton AND o.withdrawn_at IS NULL
                WHERE n.person_key = ANY (family) AND n.withdrawn_at IS NULL
                  AND o.person_key <> ALL (family)) a
            WHERE NOT EXISTS (SELECT FROM identity_told_apart t
                              WHERE t.one = least(a.k, person) AND t.other = greatest(a.k, person))) c
        WHERE births && c.known OR births = '{}' OR c.known = '{}'
        ORDER BY c.k LIMIT at_most;
END $$;

-- The same question for the whole register: pairs whose names look alike and whose birth dates agree,
-- by the keys that stand for them now. In a run that every person sees in their log.
CREATE FUNCTION identity_possible_pairs(at_most integer) RETURNS TABLE (one bigint, other bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF access_run_purpose() IS DISTINCT FROM 'register_check' THEN
        RAISE EXCEPTION 'the register is searched for pairs in a check of the register only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
        WITH births AS (
            SELECT n.person_key, identity_born(n.kind, n.normal) AS born FROM identity_number n
            WHERE n.withdrawn_at IS NULL AND n.kind <= 4
            UNION
            SELECT v.person_key, replace(v.value, '-', '') FROM identity_value v
            WHERE v.field = 'born' AND v.withdrawn_at IS NULL
        ), known AS (
            SELECT DISTINCT n.skeleton, b.born, n.person_key FROM identity_name n JOIN births b USING (person_key)
            WHERE n.withdrawn_at IS NULL
        ), pairs AS (
            SELECT DISTINCT (access_family(a.person_key))[1] AS k, (access_family(z.person_key))[1] AS l
            FROM known a JOIN known z USING (skeleton, born) WHERE a.person_key < z.person_key
        )
        SELECT DISTINCT least(p.k, p.l), greatest(p.k, p.l) FROM pairs p
        WHERE p.k <> p.l AND NOT EXISTS (SELECT FROM identity_told_apart t
                                         WHERE t.one = least(p.k, p.l) AND t.other = greatest(p.k, p.l))
        ORDER BY 1, 2 LIMIT at_most;
END $$;
