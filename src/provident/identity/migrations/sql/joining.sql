-- Merges and splits. No entry is re-keyed: a merge is an alias in the ledger, a split moves numbers,
-- names and archive values, and both are undone exactly.

-- Opens another person beside the opened one, for the same purpose, by a look of its own: whoever joins
-- or parts two records answers to both. Returns the refusal, '' if there is none.
CREATE FUNCTION identity_open_beside(actor bigint, person bigint, other bigint, system text, reason text)
RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.refusal FROM (
        SELECT l.purpose FROM access_look l
        WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
          AND person = ANY (l.keys)
        LIMIT 1) l, access_open(actor, other, l.purpose, '{name,numbers}', system, reason) o
$$;

-- Records that the opened person and another are one. Returns the merge, or why not.
CREATE FUNCTION identity_merge(
    actor bigint, person bigint, other bigint, system text, reason text, moment timestamptz,
    OUT made bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM identity_insist(person, false);
    IF other = ANY (access_family(person)) THEN
        refusal := 'identity.merge_with_itself';
    ELSIF other IS DISTINCT FROM (access_family(other))[1] THEN
        refusal := 'identity.already_merged';
    ELSE
        refusal := identity_open_beside(actor, person, other, system, reason);
    END IF;
    IF refusal = '' THEN
        INSERT INTO identity_join AS j (kind, person_key, into_key, reason, made_by, made_at)
        VALUES ('merge', other, person, identity_merge.reason, actor, moment) RETURNING j.id INTO made;
    END IF;
END $$;

-- Moves facts from the opened person's keys to a new key. The caller registers the key in the ledger.
CREATE FUNCTION identity_split(
    actor bigint, person bigint, new_key bigint, numbers bigint[], names bigint[], archive bigint[],
    reason text, moment timestamptz)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    split bigint;
    asked bigint := cardinality(numbers) + cardinality(names) + cardinality(archive);
    family bigint[] := access_family(person);
BEGIN
    PERFORM identity_insist(person, false);
    INSERT INTO identity_resident VALUES (new_key, moment);
    INSERT INTO identity_join (kind, person_key, into_key, reason, made_by, made_at)
    VALUES ('split', new_key, person, reason, actor, moment) RETURNING id INTO split;
    INSERT INTO identity_join_move
    SELECT split, 'number', n.id, n.person_key FROM identity_number n
    WHERE n.id = ANY (numbers) AND n.person_key = ANY (family) AND n.withdrawn_at IS NULL
    UNION ALL
    SELECT split, 'name', n.id, n.person_key FROM identity_name n
    WHERE n.id = ANY (names) AND n.person_key = ANY (family) AND n.withdrawn_at IS NULL
    UNION ALL
    SELECT split, 'value', v.id, v.person_key FROM identity_value v
    WHERE v.id = ANY (archive) AND v.person_key = ANY (family) AND v.withdrawn_at IS NULL;
    PERFORM identity_move(split, false);
    -- Every fact asked for was there, and each key on either side still has a number and a name.
    IF asked <> (SELECT count(*) FROM identity_join_move m WHERE m.join_id = split)
       OR EXISTS (SELECT FROM (SELECT new_key UNION SELECT m.from_key FROM identity_join_move m
                               WHERE m.join_id = split) s (k)
                  WHERE NOT EXISTS (SELECT FROM identity_number n WHERE n.person_key = k AND n.withdrawn_at IS NULL)
                     OR NOT EXISTS (SELECT FROM identity_name n WHERE n.person_key = k AND n.withdrawn_at IS NULL)) THEN
        RETURN NULL; -- the caller rolls back
    END IF;
    RETURN split;
END $$;

-- Moves the facts of a split to the new key, or each back to where it came from.
CREATE FUNCTION identity_move(split bigint, back boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    target bigint := (SELECT j.person_key FROM identity_join j WHERE j.id = split);
BEGIN
    UPDATE identity_number f SET person_key = CASE WHEN back THEN m.from_key ELSE target END
    FROM identity_join_move m WHERE m.join_id = split AND m.fact = 'number' AND f.id = m.fact_id;
    UPDATE identity_name f SET person_key = CASE WHEN back THEN m.from_key ELSE target END
    FROM identity_join_move m WHERE m.join_id = split AND m.fact = 'name' AND f.id = m.fact_id;
    UPDATE identity_value f SET person_key = CASE WHEN back THEN m.from_key ELSE target END
    FROM identity_join_move m WHERE m.join_id = split AND m.fact = 'value' AND f.id = m.fact_id;
    PERFORM identity_refresh(ARRAY(
        SELECT target UNION SELECT m.from_key FROM identity_join_move m WHERE m.join_id = split));
END $$;

-- Undoes a merge or a split of the opened person. Returns which key stops or starts being an alias, or why not.
CREATE FUNCTION identity_undo_join(
    actor bigint, person bigint, joining bigint, system text, why text, moment timestamptz,
    OUT kind text, OUT alias_key bigint, OUT into_key bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    j identity_join;
BEGIN
    PERFORM identity_insist(person, false);
    SELECT * INTO j FROM identity_join s
    WHERE s.id = joining AND s.undone_at IS NULL AND s.into_key = ANY (access_family(person)) FOR UPDATE;
    IF j.id IS NULL THEN
        refusal := 'identity.not_merged';
        RETURN;
    END IF;
    IF j.kind = 'split' THEN
        refusal := identity_undo_split(actor, person, j, system, why);
        IF refusal <> '' THEN
            RETURN;
        END IF;
    END IF;
    UPDATE identity_join s SET undone_reason = why, undone_by = actor, undone_at = moment WHERE s.id = j.id;
    kind := j.kind;
    alias_key := j.person_key;
    into_key := j.into_key;
    refusal := '';
END $$;

-- Both records must stand as the split left them: merged with nobody since, no fact split further.
CREATE FUNCTION identity_undo_split(actor bigint, person bigint, j identity_join, system text, why text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    refusal text;
BEGIN
    IF EXISTS (SELECT FROM identity_join s WHERE s.undone_at IS NULL AND s.id > j.id
               AND (s.person_key = j.person_key OR s.into_key = j.person_key
                    OR s.kind = 'merge' AND s.person_key = j.into_key
                    OR s.kind = 'split' AND EXISTS (
                        SELECT FROM identity_join_move m JOIN identity_join_move o USING (fact, fact_id)
                        WHERE m.join_id = j.id AND o.join_id = s.id))) THEN
        RETURN 'identity.later_join_first';
    END IF;
    refusal := identity_open_beside(actor, person, j.person_key, system, why);
    IF refusal = '' THEN
        PERFORM identity_move(j.id, true);
    END IF;
    RETURN refusal;
END $$;

CREATE FUNCTION identity_tell_apart(actor bigint, person bigint, stranger bigint, reason text, moment timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM identity_insist(person, false);
    INSERT INTO identity_told_apart VALUES (least(person, stranger), greatest(person, stranger), reason, actor, moment)
    ON CONFLICT DO NOTHING;
END $$;
