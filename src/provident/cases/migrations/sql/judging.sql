-- Who may do what with a request. A request that is not there and one that is not this account's answer alike.

-- Has this account opened this person for one of these purposes, in this transaction, with what happened to them?
CREATE FUNCTION cases_has_open(actor bigint, person bigint, purposes text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM access_look l
        WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
          AND l.actor = cases_has_open.actor AND l.purpose = ANY (purposes) AND person = ANY (l.keys)
          AND 'events' = ANY (l.fields));
END $$;

-- What a mandate must name for its holder to ask for the person: what the request is about, and what happens to it.
-- Looks and what is kept are the person's own matter: no mandate is enough.
CREATE FUNCTION cases_mandate_fields(kind text, ground text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kind = 'record' THEN
        ARRAY['enrolments', 'contributions', 'events'] || CASE WHEN ground = 'benefit_wrong' THEN ARRAY['benefits'] END
    END
$$;

-- The mandate by which this account acts for this person in such a matter: the one of a look of this transaction that
-- opened all of it, still open; NULL if there is none.
CREATE FUNCTION cases_mandate(actor bigint, person bigint, kind text, ground text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    needed text[] := cases_mandate_fields(kind, ground);
BEGIN
    RETURN (
        SELECT g.id FROM access_look l JOIN access_grant g ON g.id = l.grant_id
        WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
          AND l.actor = cases_mandate.actor AND l.purpose = 'representation' AND person = ANY (l.keys)
          AND needed <@ l.fields AND needed <@ g.fields AND g.kind = 'mandate' AND g.account = cases_mandate.actor
          AND g.since <= transaction_timestamp() AND transaction_timestamp() < g.until
        ORDER BY l.id LIMIT 1);
END $$;

-- Who answers: a supervisor about looks, because the person asks what an office did; a clerk about the rest.
CREATE FUNCTION cases_role(kind text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE kind WHEN 'look' THEN 'supervisor' ELSE 'agency_clerk' END $$;

CREATE FUNCTION cases_purpose(kind text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE kind WHEN 'look' THEN 'supervision' ELSE 'counter_service' END $$;

-- What of the record a kind of request opens to whoever handles it.
CREATE FUNCTION cases_fields(kind text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind
        WHEN 'record' THEN ARRAY['name', 'numbers', 'enrolments', 'contributions', 'benefits', 'account', 'events']
        WHEN 'data' THEN ARRAY['name', 'numbers', 'archive', 'events']
        WHEN 'look' THEN ARRAY['name', 'numbers', 'events', 'looks']
    END
$$;

-- One human being, whatever the accounts and however many records were merged into theirs.
CREATE FUNCTION cases_same_eyes(one bigint, other bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT one = other OR EXISTS (
        SELECT FROM access_account a JOIN access_account b ON b.person_key = ANY (access_family(a.person_key))
        WHERE a.id = one AND b.id = other)
$$;

-- Is the request this account's own, as the person it stands for in private?
CREATE FUNCTION cases_is_own(actor bigint, person bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_account a WHERE a.id = actor AND a.person_key = ANY (access_family(person)))
$$;

-- Did the one human being behind this account make the request, for whomever?
CREATE FUNCTION cases_made(actor bigint, r cases_request) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.mandate IS NOT NULL AND cases_same_eyes(actor, r.lodged_by)
$$;

-- The request, held, and why this account may not move it so; NULL if it may.
CREATE FUNCTION cases_judge(actor bigint, asked text, wanted text, OUT r cases_request, OUT refusal text)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    handles boolean;
    supervises boolean := access_holds(actor, '{supervisor}');
BEGIN
    SELECT * INTO r FROM cases_request q WHERE q.receipt = asked COLLATE "C" FOR UPDATE;
    handles := access_holds(actor, ARRAY[cases_role(r.kind)]);
    refusal := CASE
        WHEN r.id IS NULL THEN 'cases.not_found'
        WHEN wanted = 'taken_back' THEN CASE
            WHEN NOT cases_has_open(actor, r.person_key, '{own_record}')
             AND (r.lodged_by <> actor OR cases_mandate(actor, r.person_key, r.kind, r.ground) IS NULL)
                THEN 'cases.not_found'
            WHEN r.state NOT IN ('waiting', 'in_hand', 'proposed') THEN 'cases.closed' END
        WHEN NOT (handles OR supervises) THEN 'cases.not_found'
        WHEN cases_is_own(actor, r.person_key) THEN 'access.own_record'
        WHEN cases_made(actor, r) THEN 'cases.own_request'
        WHEN r.state IN ('answered', 'taken_back') THEN 'cases.closed'
        WHEN wanted = 'taken' THEN CASE
            WHEN NOT handles THEN 'cases.not_found'
            WHEN r.state <> 'waiting' THEN 'cases.taken_by_another'
            WHEN EXISTS (SELECT FROM access_look l WHERE l.id = r.look AND cases_same_eyes(cases_judge.actor, l.actor))
                THEN 'cases.own_look' END
        WHEN wanted = 'put_back' THEN CASE
            WHEN r.state <> 'in_hand' OR NOT (supervises OR r.handler = actor) THEN 'cases.not_found' END
        WHEN wanted IN ('confirmed', 'sent_back') THEN CASE
            WHEN r.state <> 'proposed' OR NOT supervises THEN 'cases.not_found'
            WHEN cases_same_eyes(actor, r.handler) THEN 'cases.same_eyes' END
        WHEN wanted NOT IN ('proposed', 'answered') OR r.state <> 'in_hand' OR r.handler IS DISTINCT FROM actor
            OR NOT handles OR (wanted = 'answered') <> (r.kind = 'look') THEN 'cases.not_found'
    END;
END $$;

-- An answer is given, checked and sent with the record open: by whom it says, for what it says.
CREATE FUNCTION cases_insist(actor bigint, r cases_request, wanted text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF wanted IN ('proposed', 'answered') AND NOT cases_has_open(actor, r.person_key, ARRAY[cases_purpose(r.kind)])
       OR wanted IN ('confirmed', 'sent_back') AND NOT cases_has_open(actor, r.person_key, '{supervision}') THEN
        RAISE EXCEPTION 'no look of this transaction is for this request' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION
    cases_has_open, cases_mandate_fields, cases_mandate, cases_role, cases_purpose, cases_fields, cases_same_eyes,
    cases_is_own, cases_made, cases_judge, cases_insist
FROM PUBLIC;
