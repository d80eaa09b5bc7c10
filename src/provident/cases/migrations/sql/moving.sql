-- How a request comes in and moves. The caller appends the event between asking and moving, in one transaction.

-- At most so many open at a time: a house rule of ours, so that nobody drowns the desk.
CREATE FUNCTION cases_most_open() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 20 $$;

CREATE FUNCTION cases_happened(event uuid, person bigint, wanted text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e
                   WHERE e.subject_kind = 1 AND e.subject_key = person AND e.event_id = event
                     AND e.type = 'cases.' || wanted AND e.posted_at >= transaction_timestamp()) THEN
        RAISE EXCEPTION 'the ledger holds no event of this step' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
END $$;

CREATE FUNCTION cases_note_step(r cases_request, wanted text, actor bigint, note text, event uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO cases_step (request, person_key, step, at, account, office_en, office_zh, note, event_id)
    SELECT r.id, r.person_key, wanted, transaction_timestamp(), a.id, a.office_en, a.office_zh, note, event
    FROM access_account a WHERE a.id = actor
$$;

-- Takes a request in: from the person's own account, with the person's own record open, or from whoever acts for the
-- person under a mandate that is enough for it.
CREATE FUNCTION cases_lodge(actor bigint, person bigint, receipt text, kind text, ground text, branch smallint,
    month integer, look bigint, field text, told text, salt bytea, deadline text, due_on date, event uuid)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
<<here>>
DECLARE
    family bigint[] := access_family(person);
    own boolean := cases_has_open(actor, person, '{own_record}');
    mandate bigint := CASE WHEN NOT own THEN cases_mandate(actor, person, cases_lodge.kind, cases_lodge.ground) END;
    made cases_request;
BEGIN
    IF NOT own AND mandate IS NULL THEN
        RAISE EXCEPTION 'the record is not open for this to its person or to who acts for them'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM cases_happened(event, person, 'lodged');
    PERFORM pg_advisory_xact_lock(hashtextextended('cases of a person', family[1]));
    -- Only a look that the person's own list shows can be asked about.
    IF cases_lodge.look IS NOT NULL AND NOT EXISTS (
        SELECT FROM access_log(family, cases_lodge.look + 1, 1) l WHERE l.id = cases_lodge.look) THEN
        RETURN 'cases.no_such_look';
    END IF;
    IF EXISTS (SELECT FROM cases_request q
               WHERE q.person_key = ANY (family) AND q.state IN ('waiting', 'in_hand', 'proposed')
                 AND q.kind = cases_lodge.kind AND q.ground = cases_lodge.ground
                 AND (q.branch, q.month, q.look, q.field) IS NOT DISTINCT FROM
                     (cases_lodge.branch, cases_lodge.month, cases_lodge.look, cases_lodge.field)) THEN
        RETURN 'cases.already_asked';
    END IF;
    IF (SELECT count(*) FROM cases_request q
        WHERE q.person_key = ANY (family) AND q.state IN ('waiting', 'in_hand', 'proposed')) >= cases_most_open() THEN
        RETURN 'cases.too_many_open';
    END IF;
    INSERT INTO cases_request (receipt, person_key, kind, ground, branch, month, look, field, told, told_salt,
                               deadline, due_on, lodged_by, mandate, lodged_at, state, seen_at)
    VALUES (cases_lodge.receipt, person, cases_lodge.kind, cases_lodge.ground, cases_lodge.branch,
            cases_lodge.month, cases_lodge.look, cases_lodge.field, cases_lodge.told, salt, cases_lodge.deadline,
            cases_lodge.due_on, actor, here.mandate, transaction_timestamp(), 'waiting',
            CASE WHEN own THEN transaction_timestamp() END)
    RETURNING * INTO made;
    PERFORM cases_note_step(made, 'lodged', actor, '', event);
    RETURN '';
END $$;

-- Whose record the step is about, for the event; or why this account may not take it.
CREATE FUNCTION cases_ask(actor bigint, asked text, wanted text, OUT person bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT (j.r).person_key AS key, j.refusal AS code INTO found FROM cases_judge(actor, asked, wanted) j;
    refusal := coalesce(found.code, '');
    person := CASE WHEN refusal = '' THEN found.key END;
END $$;

-- Moves it. What opens the record to the handler begins with taking and ends with whatever ends the handling.
CREATE FUNCTION cases_move(actor bigint, asked text, wanted text, event uuid, note text, answer text, why text,
    salt bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
    r cases_request;
    next text := CASE wanted WHEN 'taken' THEN 'in_hand' WHEN 'sent_back' THEN 'in_hand' WHEN 'put_back' THEN 'waiting'
                             WHEN 'confirmed' THEN 'answered' ELSE wanted END;
BEGIN
    SELECT j.r AS request, j.refusal INTO found FROM cases_judge(actor, asked, wanted) j;
    IF found.refusal IS NOT NULL THEN
        RAISE EXCEPTION 'the request cannot be moved so: %', found.refusal USING ERRCODE = 'insufficient_privilege';
    END IF;
    r := found.request;
    PERFORM cases_insist(actor, r, wanted), cases_happened(event, r.person_key, wanted);
    IF wanted = 'taken' THEN
        -- Ninety days at most, by a house rule of ours: then it is put back and taken again.
        r.grant_id := access_open_case(actor, r.lodged_by, r.person_key, cases_purpose(r.kind), cases_fields(r.kind),
                                       'request ' || r.receipt, transaction_timestamp() + interval '90 days');
    ELSIF next IN ('waiting', 'answered', 'taken_back') THEN
        PERFORM access_shut_case(r.grant_id, actor);
    END IF;
    UPDATE cases_request q SET
        state = next,
        handler = CASE wanted WHEN 'taken' THEN actor WHEN 'put_back' THEN NULL ELSE q.handler END,
        grant_id = CASE WHEN wanted = 'put_back' THEN NULL ELSE r.grant_id END,
        outcome = CASE WHEN wanted IN ('proposed', 'answered') THEN answer ELSE q.outcome END,
        reasons = CASE WHEN wanted IN ('proposed', 'answered') THEN why ELSE q.reasons END,
        reasons_salt = CASE WHEN wanted IN ('proposed', 'answered') THEN salt ELSE q.reasons_salt END
    WHERE q.id = r.id;
    PERFORM cases_note_step(r, wanted, actor, note, event);
END $$;

-- The person has opened their request: what happened to it up to now is no news any more.
CREATE FUNCTION cases_seen(actor bigint, asked text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE cases_request q SET seen_at = transaction_timestamp()
    WHERE q.receipt = asked COLLATE "C" AND cases_has_open(actor, q.person_key, '{own_record}')
$$;

-- Erases the words of persons who were forgotten by decision, and shuts what their requests opened.
CREATE FUNCTION cases_remove_forgotten() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint[] := ledger_forgotten();
BEGIN
    UPDATE cases_step s SET note = '' WHERE s.person_key = ANY (gone) AND s.note <> '';
    UPDATE cases_request q SET
        forgotten = true, told = '', told_salt = decode(repeat('00', 16), 'hex'),
        reasons = CASE WHEN q.reasons IS NOT NULL THEN '' END,
        reasons_salt = CASE WHEN q.reasons IS NOT NULL THEN decode(repeat('00', 16), 'hex') END,
        state = CASE WHEN q.state IN ('waiting', 'in_hand', 'proposed') THEN 'taken_back' ELSE q.state END
    WHERE q.person_key = ANY (gone) AND NOT q.forgotten;
END $$;

REVOKE EXECUTE ON FUNCTION
    cases_most_open, cases_happened, cases_note_step, cases_lodge, cases_ask, cases_move, cases_seen,
    cases_remove_forgotten
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_lodge, cases_ask, cases_move, cases_seen, cases_remove_forgotten TO provident_app;
