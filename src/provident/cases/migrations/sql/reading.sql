-- The desk's list, and opening the record a request is about.

-- The open requests an account may do something with: what, since when, until when. Neither words nor persons.
CREATE FUNCTION cases_worklist(actor bigint)
RETURNS TABLE (receipt text, kind text, ground text, lodged_at timestamptz, deadline text, due_on date, state text,
               mine boolean, takes boolean, checks boolean, frees boolean)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
    WITH roles AS MATERIALIZED (
        SELECT array_remove(ARRAY[CASE WHEN access_holds(actor, '{agency_clerk}') THEN 'agency_clerk' END,
                                  CASE WHEN access_holds(actor, '{supervisor}') THEN 'supervisor' END], NULL) AS held
    )
    SELECT w.* FROM (
        SELECT r.receipt, r.kind, r.ground, r.lodged_at, r.deadline, r.due_on, r.state, r.handler = actor,
               r.state = 'waiting' AND cases_role(r.kind) = ANY (held)
                   AND NOT EXISTS (SELECT FROM access_look l WHERE l.id = r.look AND cases_same_eyes(cases_worklist.actor, l.actor)),
               r.state = 'proposed' AND 'supervisor' = ANY (held) AND NOT cases_same_eyes(actor, r.handler),
               r.state = 'in_hand' AND (r.handler = actor OR 'supervisor' = ANY (held))
        FROM cases_request r, roles
        WHERE r.state IN ('waiting', 'in_hand', 'proposed') AND NOT r.forgotten AND NOT cases_is_own(actor, r.person_key)
          AND NOT cases_made(actor, r)
          AND (cases_role(r.kind) = ANY (held) OR 'supervisor' = ANY (held))
    ) w (receipt, kind, ground, lodged_at, deadline, due_on, state, mine, takes, checks, frees)
    WHERE w.mine OR w.takes OR w.checks OR w.frees
    ORDER BY w.due_on NULLS LAST, w.lodged_at LIMIT 500
$$;

-- Opens the record of a request to whoever handles or checks it; search and opening are one look. Whoever checks
-- gets a day for it, by a house rule of ours: without, a guarded record would stay shut to the second pair of eyes.
CREATE FUNCTION cases_open(
    actor bigint, asked text, purpose text, fields text[], system text,
    OUT look bigint, OUT answered boolean, OUT refusal text, OUT keys bigint[], OUT at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r cases_request;
    checking boolean;
BEGIN
    SELECT * INTO r FROM cases_request q WHERE q.receipt = asked COLLATE "C";
    checking := r.state = 'proposed' AND purpose = 'supervision' AND access_holds(actor, '{supervisor}')
        AND NOT cases_is_own(actor, r.person_key) AND NOT cases_made(actor, r) AND NOT cases_same_eyes(actor, r.handler);
    IF checking AND NOT EXISTS (
        SELECT FROM access_grants_of(actor) g
        WHERE g.person_key = r.person_key AND g.purpose = 'supervision' AND cases_open.fields <@ g.fields) THEN
        PERFORM access_open_case(actor, r.lodged_by, r.person_key, 'supervision', fields, 'request ' || r.receipt,
                                 transaction_timestamp() + interval '1 day');
    END IF;
    SELECT o.look, o.answered, o.refusal, o.keys, o.at INTO look, answered, refusal, keys, at
    FROM access_open(actor, CASE WHEN checking OR (r.state = 'in_hand' AND r.handler = actor) THEN r.person_key END,
                     purpose, fields, system, '') o;
END $$;

-- Whose account made the look that was asked about, for whoever has the question in hand.
CREATE FUNCTION cases_looker(actor bigint, asked text)
RETURNS TABLE (sign_in text, label_en text, label_zh text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.sign_in, a.label_en, a.label_zh
    FROM cases_request r JOIN access_look l ON l.id = r.look JOIN access_account a ON a.id = l.actor
    WHERE r.receipt = asked COLLATE "C" AND a.kind <> 'person' AND cases_has_open(cases_looker.actor, r.person_key, '{supervision}')
$$;

REVOKE EXECUTE ON FUNCTION cases_worklist, cases_open, cases_looker FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_worklist, cases_open, cases_looker TO provident_app;
