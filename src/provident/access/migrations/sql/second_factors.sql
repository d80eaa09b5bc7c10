-- A lost second factor: one account proposes to take it away, another confirms. What is confirmed ends the
-- account's sessions and its password too, and gives a one-time code by which it is taken up anew: whoever has
-- only the password gains nothing by it. Proposals stay as the journal of who did what and why.

CREATE TABLE access_reset (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES access_account,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    proposed_by bigint NOT NULL REFERENCES access_account,
    proposed_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    confirmed_by bigint REFERENCES access_account,
    confirmed_at timestamptz,
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
CREATE INDEX access_reset_account ON access_reset (account);

-- Who may propose or confirm it: for a resident whoever serves them, for an office its administrator.
CREATE FUNCTION access_may_reset(actor bigint, holder bigint, confirming boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT actor <> holder AND EXISTS (
        SELECT FROM access_account a WHERE a.id = holder AND a.closed_at IS NULL
          AND access_holds(actor, CASE
              WHEN a.kind IN ('staff', 'employer') THEN ARRAY['administrator', 'operator']
              WHEN a.kind = 'person' AND confirming THEN ARRAY['supervisor', 'operator']
              WHEN a.kind = 'person' THEN ARRAY['agency_clerk', 'supervisor', 'operator']
              ELSE '{}' END))
$$;

CREATE FUNCTION access_propose_reset(
    proposer bigint, holder bigint, why text, OUT proposal bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT access_may_reset(proposer, holder, false) THEN
        refusal := 'access.may_not_give';
        RETURN;
    END IF;
    INSERT INTO access_reset (account, reason, proposed_by) VALUES (holder, why, proposer)
    RETURNING id INTO proposal;
END $$;

-- The operator alone is enough only where nobody else could confirm: they hold the machine anyway.
CREATE FUNCTION access_confirm_reset(
    confirmer bigint, proposal bigint, code_sha256 bytea, expires_at timestamptz,
    OUT account bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    r access_reset;
    moment timestamptz := transaction_timestamp();
BEGIN
    SELECT * INTO r FROM access_reset WHERE id = proposal FOR NO KEY UPDATE;
    refusal := CASE
        WHEN r.id IS NULL OR r.confirmed_at IS NOT NULL OR r.proposed_at < moment - interval '7 days'
            THEN 'access.no_open_reset'
        WHEN NOT access_may_reset(confirmer, r.account, true) THEN 'access.may_not_give'
        WHEN r.proposed_by = confirmer AND (NOT access_holds(confirmer, ARRAY['operator']) OR EXISTS (
            SELECT FROM access_account a WHERE a.id <> confirmer AND a.password NOT LIKE '!%'
              AND access_may_reset(a.id, r.account, true)))
            THEN 'access.needs_another_account'
    END;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    UPDATE access_reset SET confirmed_by = confirmer, confirmed_at = moment WHERE id = proposal;
    DELETE FROM mfa_authenticator WHERE user_id = r.account;
    DELETE FROM django_session
    WHERE session_key IN (SELECT u.session_key FROM usersessions_usersession u WHERE u.user_id = r.account);
    DELETE FROM usersessions_usersession WHERE user_id = r.account;
    UPDATE access_token t SET ended_at = moment WHERE t.account = r.account AND t.ended_at IS NULL;
    -- The new password makes every session not listed there worthless, too.
    UPDATE access_account a SET password = '!' WHERE a.id = r.account;
    DELETE FROM access_enrolment_code c WHERE c.account = r.account AND c.used_at IS NULL;
    INSERT INTO access_enrolment_code (code_sha256, account, expires_at, made_by)
    VALUES (code_sha256, r.account, expires_at, confirmer);
    account := r.account;
END $$;

-- Can somebody sign in to this account?
CREATE FUNCTION access_is_taken(asked bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM access_account a WHERE a.id = asked AND a.password NOT LIKE '!%')
        OR EXISTS (SELECT FROM access_identity i WHERE i.account = asked)
        OR EXISTS (SELECT FROM mfa_authenticator m WHERE m.user_id = asked AND m.type = 'webauthn');
END $$;

-- A letter for an account somebody can sign in to takes two: says whether another human being asked for it, or
-- proposed its reset, within the week; if nobody did, whoever asks now is the first.
CREATE FUNCTION access_agree_on_letter(giver bigint, holder bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := transaction_timestamp();
BEGIN
    UPDATE access_reset r SET confirmed_by = giver, confirmed_at = moment
    WHERE r.account = holder AND r.confirmed_at IS NULL AND r.proposed_at >= moment - interval '7 days'
      AND r.proposed_by <> giver AND NOT EXISTS (
          SELECT FROM access_account a JOIN access_account b ON b.person_key = ANY (access_family(a.person_key))
          WHERE a.id = r.proposed_by AND b.id = giver);
    IF FOUND THEN
        RETURN true;
    END IF;
    INSERT INTO access_reset (account, reason, proposed_by)
    SELECT holder, 'sign-in letter', giver WHERE NOT EXISTS (
        SELECT FROM access_reset r WHERE r.account = holder AND r.proposed_by = giver AND r.confirmed_at IS NULL
           AND r.proposed_at >= moment - interval '7 days');
    RETURN false;
END $$;

REVOKE ALL ON access_reset FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION
    access_may_reset, access_propose_reset, access_confirm_reset, access_is_taken, access_agree_on_letter
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_propose_reset, access_confirm_reset TO provident_app;
