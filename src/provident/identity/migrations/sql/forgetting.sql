-- Forgetting a person: one account proposes what a decision orders, another confirms it. Then the secret, the
-- names, the numbers and the archive are gone for good. The caller records the event between weighing and
-- forgetting, in one transaction.

CREATE TABLE identity_forgetting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_key bigint NOT NULL REFERENCES identity_resident (person_key),
    decision text NOT NULL CHECK (length(decision) BETWEEN 1 AND 200),
    article text NOT NULL CHECK (length(article) BETWEEN 1 AND 200),
    proposed_by bigint NOT NULL,
    proposed_at timestamptz NOT NULL,
    confirmed_by bigint CHECK (confirmed_by <> proposed_by),
    confirmed_at timestamptz,
    event_id uuid,
    CHECK (num_nulls(confirmed_by, confirmed_at, event_id) IN (0, 3))
);
CREATE UNIQUE INDEX identity_forgetting_open ON identity_forgetting (person_key) WHERE confirmed_at IS NULL;
CREATE UNIQUE INDEX identity_forgetting_done ON identity_forgetting (person_key) WHERE confirmed_at IS NOT NULL;
ALTER TABLE identity_forgetting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON identity_forgetting FOR ALL TO provident_owner USING (true) WITH CHECK (true);
CREATE POLICY opened ON identity_forgetting FOR SELECT TO provident_app
    USING (person_key IN (SELECT access_opened_keys()));
GRANT SELECT ON identity_forgetting TO provident_app;

CREATE FUNCTION identity_insist_on_forgetting(actor bigint, person bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF person IS NULL OR NOT EXISTS (
        SELECT FROM access_look l
        WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
          AND l.purpose = 'forgetting' AND l.actor = identity_insist_on_forgetting.actor AND person = ANY (l.keys)) THEN
        RAISE EXCEPTION 'no look of this transaction is for forgetting this person'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- When the newest fact about the opened person was recorded, and the newest entry posted.
CREATE FUNCTION identity_newest_records(actor bigint, person bigint, OUT fact timestamptz, OUT entry timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    family bigint[] := access_family(person);
BEGIN
    PERFORM identity_insist_on_forgetting(actor, person);
    SELECT max(f.at) INTO fact FROM (
        SELECT r.registered_at AS at FROM identity_resident r WHERE r.person_key = ANY (family)
        UNION ALL SELECT n.recorded_at FROM identity_number n WHERE n.person_key = ANY (family)
        UNION ALL SELECT n.recorded_at FROM identity_name n WHERE n.person_key = ANY (family)
        UNION ALL SELECT v.recorded_at FROM identity_value v WHERE v.person_key = ANY (family)) f;
    SELECT max(b.posted_at) INTO entry
    FROM ledger_entry e JOIN ledger_batch b ON b.batch_id = e.batch_id WHERE e.person_key = ANY (family);
END $$;

-- Returns the proposal, or why not.
CREATE FUNCTION identity_propose_forgetting(
    actor bigint, person bigint, decision text, article text, moment timestamptz, OUT made bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM identity_insist_on_forgetting(actor, person);
    IF EXISTS (SELECT FROM identity_forgetting f WHERE f.person_key = person AND f.confirmed_at IS NOT NULL) THEN
        refusal := 'identity.already_forgotten';
        RETURN;
    END IF;
    INSERT INTO identity_forgetting AS f (person_key, decision, article, proposed_by, proposed_at)
    VALUES (person, $3, $4, actor, moment) ON CONFLICT DO NOTHING RETURNING f.id INTO made;
    refusal := CASE WHEN made IS NULL THEN 'identity.already_proposed' ELSE '' END;
END $$;

-- Whose record a proposal is about, for whoever is to open it; NULL if there is none to be confirmed.
CREATE FUNCTION identity_proposed_person(proposal bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.person_key FROM identity_forgetting f WHERE f.id = proposal AND f.confirmed_at IS NULL
$$;

-- The proposal, held, if this account may confirm it: it is another one, of somebody else, and has the record open.
CREATE FUNCTION identity_proposal(actor bigint, proposal bigint, OUT f identity_forgetting, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT * INTO f FROM identity_forgetting o WHERE o.id = proposal AND o.confirmed_at IS NULL FOR UPDATE;
    PERFORM identity_insist_on_forgetting(actor, f.person_key);
    refusal := CASE WHEN actor = f.proposed_by OR EXISTS (
        SELECT FROM access_account a JOIN access_account b ON b.person_key = a.person_key
        WHERE a.id = actor AND b.id = f.proposed_by) THEN 'identity.same_eyes' ELSE '' END;
END $$;

-- What confirming would unlink. Until the transaction ends nobody salts or seals anything it is about.
CREATE FUNCTION identity_weigh_forgetting(actor bigint, proposal bigint, OUT refusal text, OUT persons bigint[],
    OUT decision text, OUT article text, OUT entries bigint, OUT events bigint, OUT positions bigint[],
    OUT look_positions bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
    waiting bigint;
BEGIN
    SELECT p.refusal, (p.f).person_key, (p.f).decision, (p.f).article INTO found FROM identity_proposal(actor, proposal) p;
    refusal := found.refusal;
    IF refusal <> '' THEN
        RETURN;
    END IF;
    persons := access_family(found.person_key);
    decision := found.decision;
    article := found.article;
    look_positions := access_weigh_unlinking(persons);
    SELECT w.entries, w.events, w.positions, w.waiting INTO entries, events, positions, waiting
    FROM ledger_weigh_erasure(persons) w;
    IF waiting > 0 THEN
        refusal := 'identity.not_yet_sealed';
    END IF;
END $$;

-- Erases and removes, once the event says so. `event` must be the one that names these persons.
CREATE FUNCTION identity_forget(actor bigint, proposal bigint, event uuid, look_positions bigint[], moment timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
    persons bigint[];
BEGIN
    SELECT p.refusal, (p.f).person_key INTO found FROM identity_proposal(actor, proposal) p;
    persons := access_family(found.person_key);
    IF found.refusal <> '' OR access_weigh_unlinking(persons) <> look_positions OR NOT EXISTS (
        SELECT FROM ledger_event e
        WHERE e.event_id = event AND e.subject_kind = 3 AND e.subject_key = 0 AND e.type = 'ledger.secret_erased'
          AND ARRAY(SELECT ('x' || k)::bit(64)::bigint FROM jsonb_array_elements_text(e.payload::jsonb -> 'persons') k)
              = persons) THEN
        RAISE EXCEPTION 'this is not what was weighed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM access_keep_leaves(look_positions);
    PERFORM ledger_erase_secrets(persons);
    PERFORM access_forget_persons(persons, moment);
    PERFORM identity_remove_facts(persons);
    UPDATE identity_forgetting f SET confirmed_by = actor, confirmed_at = moment, event_id = event WHERE f.id = proposal;
END $$;

-- Names, numbers, archive values, and what was typed when records were joined or told apart.
CREATE FUNCTION identity_remove_facts(persons bigint[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM identity_join_move m
    WHERE m.join_id IN (SELECT j.id FROM identity_join j
                        WHERE j.person_key = ANY (persons) OR j.into_key = ANY (persons));
    DELETE FROM identity_number WHERE person_key = ANY (persons);
    DELETE FROM identity_name WHERE person_key = ANY (persons);
    DELETE FROM identity_value WHERE person_key = ANY (persons);
    DELETE FROM identity_told_apart WHERE one = ANY (persons) OR other = ANY (persons);
    UPDATE identity_join SET reason = '-', undone_reason = CASE WHEN undone_at IS NOT NULL THEN '-' END
    WHERE person_key = ANY (persons) OR into_key = ANY (persons);
$$;
