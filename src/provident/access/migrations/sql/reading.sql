-- What the look of this transaction opens. A transaction is its number and its moment, both the
-- server's own: no variable a client can set comes into it, and a look that was rolled back, written
-- by another connection or left over from an earlier transaction opens nothing. These functions are asked all
-- the time and keep the plan of their first call, made perhaps when the log was short: never a sequential scan.

CREATE FUNCTION access_opened_keys() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    -- A cursor WITH HOLD would carry rows past the end of the transaction, to whoever uses the
    -- connection next: while one is there, nothing is open.
    RETURN QUERY
        SELECT unnest(l.keys) FROM access_look l
        WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
          AND NOT EXISTS (SELECT FROM pg_cursor() c WHERE c.is_holdable);
END $$;

-- The purpose of the run this transaction is, for functions that serve a run only.
CREATE FUNCTION access_run_purpose() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    RETURN (SELECT l.purpose FROM access_look l
            WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered AND l.run
            ORDER BY l.id DESC LIMIT 1);
END $$;

-- Is this the answered look of a run of this transaction?
CREATE FUNCTION access_is_run(asked bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    RETURN EXISTS (SELECT FROM access_look l
                   WHERE l.id = asked AND l.xid = pg_current_xact_id_if_assigned()
                     AND l.at = transaction_timestamp() AND l.answered AND l.run);
END $$;

-- Adds persons to those told about the run of this transaction. It opens nothing.
CREATE FUNCTION access_run_members(run bigint, members bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT access_is_run(run) THEN
        RAISE EXCEPTION 'look % is no run of this transaction', run USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO access_look_member SELECT k, run FROM unnest(access_families(members)) k ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION access_run_batch(run bigint, posted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT access_is_run(run) THEN
        RAISE EXCEPTION 'look % is no run of this transaction', run USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO access_look_batch VALUES (posted, run) ON CONFLICT DO NOTHING;
END $$;

-- The log of the persons asked for, as far as a look of this transaction opens them with the field `looks`. Who
-- acted under a mandate is named to the person who gave it alone, by the name told to that person.
CREATE FUNCTION access_log(asked bigint[], before bigint, at_most integer)
RETURNS TABLE (id bigint, at timestamptz, office_en text, office_zh text, role text, system text, purpose text,
               article_en text, article_zh text, fields text[], answered boolean, refusal text, reason text,
               override boolean, run boolean, holder text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    shown bigint[];
    own bigint[]; -- of those shown, whoever reads as themselves
BEGIN
    SELECT array_agg(k), array_agg(k) FILTER (WHERE a.person_key = ANY (l.keys)) INTO shown, own
    FROM access_look l LEFT JOIN access_account a ON a.id = l.actor, unnest(l.keys) k
    WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
      AND 'looks' = ANY (l.fields) AND k = ANY (asked)
      AND NOT EXISTS (SELECT FROM pg_cursor() c WHERE c.is_holdable);
    IF shown IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT l.id, l.at, l.office_en, l.office_zh, l.role, l.system, l.purpose, l.article_en, l.article_zh,
               l.fields, l.answered, l.refusal, l.reason, l.override, l.run,
               coalesce(g.holder_name, '')
        FROM access_look l
            LEFT JOIN access_grant g ON g.id = l.grant_id AND g.kind = 'mandate' AND g.person_key = ANY (own)
        WHERE l.id < before AND l.id IN (
            SELECT p.id FROM access_look p WHERE p.person_key = ANY (shown)
            UNION SELECT m.look FROM access_look_member m WHERE m.person_key = ANY (shown || 0::bigint)
            UNION SELECT b.look FROM access_look_batch b WHERE b.batch IN (
                SELECT e.batch_id FROM ledger_entry e WHERE e.person_key = ANY (shown)))
        ORDER BY l.id DESC LIMIT at_most;
END $$;

-- Whose records are open to an account by mandate or case, for its own list.
CREATE FUNCTION access_grants_of(holder bigint)
RETURNS TABLE (id bigint, kind text, account bigint, person_key bigint, purpose text, fields text[], basis text,
               since timestamptz, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, g.kind, g.account, g.person_key, g.purpose, g.fields, g.basis, g.since, g.until
    FROM access_grant g
    WHERE g.account = holder AND g.since <= transaction_timestamp() AND transaction_timestamp() < g.until
    ORDER BY g.id
$$;
