-- The log of looks as a named log: every look has a leaf, and once sealed a position. The hashed form of a
-- look is docs/spec/look-form.md; tests hold an implementation of their own against this one. Leaves are
-- made here and not in the application: it gets hashes, never looks, and never the secret of looks.

-- What salts looks that are about nobody. Three random UUIDs carry more than 256 random bits.
CREATE TABLE access_look_secret (
    secret bytea NOT NULL CHECK (octet_length(secret) = 32),
    only_one boolean NOT NULL DEFAULT true UNIQUE CHECK (only_one)
);
INSERT INTO access_look_secret
VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

-- No key leads to access_look: a look that was removed keeps its place here, and is missed by it.
CREATE TABLE access_look_position (
    look bigint PRIMARY KEY,
    position bigint NOT NULL UNIQUE CHECK (position >= 0),
    by_installation boolean NOT NULL -- whose secret salts the leaf: the installation's, else the person's
);

-- Leaves that cannot be made any more, because the person's secret was erased by decision.
CREATE TABLE access_look_unlinked (
    position bigint PRIMARY KEY,
    leaf bytea NOT NULL CHECK (octet_length(leaf) = 32)
);

-- Up to `watermark` every look that is or ever will be has its place. `mark` is the highest number given
-- out when `running` were the transactions at work: once they have all ended, no look up to it can appear.
CREATE TABLE access_look_seal (
    watermark bigint NOT NULL,
    mark bigint NOT NULL,
    running text[] NOT NULL,
    only_one boolean NOT NULL DEFAULT true UNIQUE CHECK (only_one)
);
INSERT INTO access_look_seal VALUES (0, 0, '{}');

-- Members and batches come with their look, so those of neighbouring looks lie together.
CREATE INDEX access_look_member_look ON access_look_member USING brin (look) WITH (pages_per_range = 16);
CREATE INDEX access_look_batch_look ON access_look_batch USING brin (look) WITH (pages_per_range = 16);

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['access_look_secret', 'access_look_position', 'access_look_unlinked'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change()', kept);
    END LOOP;
END $$;

-- A look is complete once it is committed: its members and batches come in its own transaction or never.
CREATE FUNCTION access_refuse_late_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT part.look FROM part) p LEFT JOIN access_look l ON l.id = p.look
               WHERE l.xid IS DISTINCT FROM pg_current_xact_id() OR l.at <> transaction_timestamp()) THEN
        RAISE EXCEPTION 'a look takes members and batches in its own transaction only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER with_its_look AFTER INSERT ON access_look_member REFERENCING NEW TABLE AS part
    FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_late_part();
CREATE TRIGGER with_its_look AFTER INSERT ON access_look_batch REFERENCING NEW TABLE AS part
    FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_late_part();

-- The SHA-256 of numbers, 8 bytes each, in hexadecimal; none if there are none.
CREATE FUNCTION access_look_numbers(numbers bigint[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(string_agg(int8send(k), NULL ORDER BY n)), 'hex') FROM unnest(numbers) WITH ORDINALITY w (k, n)
$$;

-- HMAC-SHA-256 of a look's number. Declared so that the planner writes it into the query.
CREATE FUNCTION access_look_salt(secret bytea, look bigint) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(ledger_padded(secret, x'5c5c5c5c5c5c5c5c'::bigint)
                  || sha256(ledger_padded(secret, x'3636363636363636'::bigint) || int8send(look)))
$$;

-- The leaves of these looks as they are stored now. `unowned` are those the installation's secret salts; NULL:
-- those about nobody with a secret. A look whose secret is gone has no leaf. The payload's names are in the
-- order of the alphabet, so row_to_json writes canonical JSON.
CREATE FUNCTION access_look_leaves(looks bigint[], unowned bigint[])
RETURNS TABLE (look bigint, leaf bytea, by_installation boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    low bigint;
    high bigint;
BEGIN
    SELECT min(n), max(n) INTO low, high FROM unnest(looks) n;
    RETURN QUERY
        SELECT w.id, sha256('\x0001'::bytea || uuid_send(i.installation_id) || '\x03'::bytea || int8send(w.id)
                            || sha256(convert_to(row_to_json(f)::text, 'UTF8'))
                            || access_look_salt(CASE WHEN o.own THEN ours.secret ELSE p.secret END, w.id)), o.own
        FROM unnest(looks) w (id) JOIN access_look l ON l.id = w.id
            LEFT JOIN ledger_person p ON p.person_key = l.person_key
            LEFT JOIN unnest(unowned) n (id) ON n.id = l.id
            LEFT JOIN (
                SELECT k.look, encode(sha256(string_agg(int8send(k.person_key), NULL ORDER BY k.person_key)), 'hex') AS keys
                FROM access_look_member k WHERE k.look BETWEEN low AND high GROUP BY k.look) m ON m.look = l.id
            LEFT JOIN (
                SELECT k.look, encode(sha256(string_agg(int8send(k.batch), NULL ORDER BY k.batch)), 'hex') AS keys
                FROM access_look_batch k WHERE k.look BETWEEN low AND high GROUP BY k.look) b ON b.look = l.id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN unowned IS NULL THEN p.secret IS NULL ELSE n.id IS NOT NULL END AS own) o
            CROSS JOIN LATERAL (
                SELECT l.actor::text AS actor, l.answered, l.article_en, l.article_zh,
                       (extract(epoch FROM l.at) * 1000000)::bigint AS at, b.keys AS batches, l.counted, l.fields,
                       l.grant_id::text AS grant,
                       CASE cardinality(l.keys) WHEN 1 THEN encode(sha256(int8send(l.keys[1])), 'hex')
                                                ELSE access_look_numbers(l.keys) END AS keys,
                       m.keys AS members, l.office_en, l.office_zh, l.override,
                       encode(int8send(l.person_key), 'hex') AS person, l.purpose, l.reason, l.refusal, l.role,
                       l.run, l.system) f,
            ledger_installation i, access_look_secret ours;
END $$;

-- The transactions at work on this server, but for those known to be in another of its databases.
CREATE FUNCTION access_running() RETURNS text[]
LANGUAGE sql AS $$
    SELECT ARRAY(SELECT l.virtualxid FROM pg_locks l
                 WHERE l.locktype = 'virtualxid' AND l.granted AND NOT EXISTS (
                     SELECT FROM pg_stat_activity a WHERE a.pid = l.pid AND a.datid <> (
                         SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))
$$;

-- Moves the watermark as far as it may go, and returns it. A number is given out before its look can be seen,
-- so a look may appear below one that was seen earlier, as long as its transaction runs.
CREATE FUNCTION access_look_watermark() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    w access_look_seal;
    given bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'sealing needs read committed' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    SELECT * INTO w FROM access_look_seal FOR UPDATE;
    IF w.mark > w.watermark AND NOT w.running && access_running() THEN
        -- Every look up to the mark can be seen from here on, or never will be.
        UPDATE access_look_seal s SET watermark = coalesce((
            SELECT l.id - 1 FROM access_look l
            WHERE l.id > w.watermark AND l.id <= w.mark
              AND NOT EXISTS (SELECT FROM access_look_position p WHERE p.look = l.id)
            ORDER BY l.id LIMIT 1), w.mark)
        RETURNING s.watermark INTO w.watermark;
    END IF;
    IF w.mark <= w.watermark THEN
        given := (SELECT CASE WHEN q.is_called THEN q.last_value ELSE 0 END FROM access_look_id_seq q);
        IF given > w.mark THEN
            -- Read after the number: whoever took one up to it runs now, or has ended.
            UPDATE access_look_seal SET mark = given, running = access_running();
        END IF;
    END IF;
    RETURN w.watermark;
END $$;

-- The next looks after one that have no position, `at_most` of them: their numbers, leaves, and the numbers of
-- those salted by the installation's secret, one after the other.
CREATE FUNCTION access_waiting_looks(past bigint, at_most integer, OUT looks bytea, OUT leaves bytea, OUT unowned bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT coalesce(string_agg(int8send(w.look), NULL ORDER BY w.look), ''),
           coalesce(string_agg(w.leaf, NULL ORDER BY w.look), ''),
           coalesce(string_agg(int8send(w.look), NULL ORDER BY w.look) FILTER (WHERE w.by_installation), '')
    INTO looks, leaves, unowned
    FROM access_look_leaves(ARRAY(
        SELECT l.id FROM access_look l
        WHERE l.id > past AND NOT EXISTS (SELECT FROM access_look_position p WHERE p.look = l.id)
        ORDER BY l.id LIMIT at_most), NULL) w;
END $$;

CREATE FUNCTION access_looks_waiting_since() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT l.at FROM access_look l
    WHERE l.id > (SELECT s.watermark FROM access_look_seal s)
      AND NOT EXISTS (SELECT FROM access_look_position p WHERE p.look = l.id)
    ORDER BY l.id LIMIT 1
$$;

-- Gives looks their positions from `start` on, in the order named; returns where they end.
CREATE FUNCTION access_place_looks(start bigint, looks bigint[], unowned bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    next bigint := (SELECT coalesce(max(p.position) + 1, 0) FROM access_look_position p);
BEGIN
    IF start <> next THEN
        RAISE EXCEPTION 'the next position is %, not %', next, start USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO access_look_position (look, position, by_installation)
    SELECT u.id, start + u.at - 1, u.id = ANY (unowned) FROM unnest(looks) WITH ORDINALITY u (id, at);
    RETURN start + cardinality(looks);
END $$;

-- What stands at positions from `low` up to `high`: the look's number, and the leaf it gives as it is stored
-- now; none if the look or its secret is gone. `unlinked` is the leaf kept where the secret of the look's person
-- was erased by decision, and only there: beside a look that can be checked, a kept leaf counts for nothing.
CREATE FUNCTION access_sealed_looks(low bigint, high bigint)
RETURNS TABLE (place bigint, look bigint, leaf bytea, unlinked bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    looks bigint[];
    unowned bigint[];
    forgotten bigint[] := ledger_forgotten();
BEGIN
    SELECT coalesce(array_agg(p.look), '{}'), coalesce(array_agg(p.look) FILTER (WHERE p.by_installation), '{}')
    INTO looks, unowned FROM access_look_position p WHERE p.position >= low AND p.position < high;
    RETURN QUERY
        SELECT p.position, p.look, s.leaf, u.leaf
        FROM access_look_position p
            LEFT JOIN access_look_leaves(looks, unowned) s ON s.look = p.look
            LEFT JOIN access_look l ON l.id = p.look AND l.person_key = ANY (forgotten) AND s.leaf IS NULL
            LEFT JOIN access_look_unlinked u ON u.position = p.position AND l.id IS NOT NULL
        WHERE p.position >= low AND p.position < high ORDER BY p.position;
END $$;

-- Looks that should have a position and have none: somebody put them in past the guards.
CREATE FUNCTION access_looks_left_out() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT l.id FROM access_look l
    WHERE l.id <= (SELECT s.watermark FROM access_look_seal s)
      AND NOT EXISTS (SELECT FROM access_look_position p WHERE p.look = l.id)
    ORDER BY l.id
$$;

REVOKE EXECUTE ON FUNCTION
    access_refuse_late_part, access_look_numbers, access_look_salt, access_look_leaves, access_running, access_look_watermark, access_waiting_looks, access_looks_waiting_since,
    access_place_looks, access_sealed_looks, access_looks_left_out
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    access_look_watermark, access_waiting_looks, access_looks_waiting_since, access_place_looks, access_sealed_looks,
    access_looks_left_out
TO provident_app;
