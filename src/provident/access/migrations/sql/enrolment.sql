-- The first administrator: made at the console, enrolled by a one-time code that expires.

CREATE FUNCTION access_first_administrator(
    maker bigint, wanted text, label text[], code_sha256 bytea, expires_at timestamptz,
    OUT account bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    since timestamptz := transaction_timestamp();
BEGIN
    LOCK TABLE access_enrolment_code IN SHARE ROW EXCLUSIVE MODE;
    IF NOT access_holds(maker, ARRAY['operator']) THEN
        refusal := 'access.may_not_give';
    ELSIF EXISTS (SELECT FROM access_account a
                  WHERE a.password NOT LIKE '!%' AND access_holds(a.id, ARRAY['administrator'])) THEN
        refusal := 'access.administrator_exists';
    ELSE
        -- Whoever let the first code lapse gets another for the same account.
        SELECT a.id INTO account FROM access_account a
        WHERE a.sign_in = wanted AND access_holds(a.id, ARRAY['administrator']);
        IF account IS NULL THEN
            SELECT c.account, c.refusal INTO account, refusal
            FROM access_create_account(maker, 'staff', wanted, label, ARRAY['', ''], NULL, NULL, false) c;
            IF refusal IS NULL THEN
                SELECT g.refusal INTO refusal FROM access_give_role(maker, account, 'administrator', since, NULL) g;
            END IF;
        END IF;
    END IF;
    IF refusal IS NULL THEN
        DELETE FROM access_enrolment_code c WHERE c.account = access_first_administrator.account AND c.used_at IS NULL;
        INSERT INTO access_enrolment_code VALUES (code_sha256, account, expires_at, maker);
    END IF;
END $$;

-- Takes a code, and with it the account: a person chooses its sign-in name, an office's account has one already.
-- A person begins anew: who they are was seen at the counter, so the second factors and tokens of before go.
-- A code that is unknown, used or late and a name that is not the account's get one answer. The first of two at
-- once wins. Only whoever has a good code learns that a name is taken.
CREATE FUNCTION access_activate(
    code bytea, wanted text, new_password text, OUT account bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    holder access_account;
BEGIN
    SELECT a.* INTO holder
    FROM access_enrolment_code c JOIN access_account a ON a.id = c.account
    WHERE c.code_sha256 = code AND c.used_at IS NULL AND c.expires_at > clock_timestamp() AND a.closed_at IS NULL
      AND (a.kind = 'person' OR lower(a.sign_in) = wanted)
    FOR UPDATE OF c;
    IF holder.id IS NULL THEN
        refusal := 'access.code_not_valid';
        RETURN;
    END IF;
    IF holder.kind <> 'person' THEN
        wanted := holder.sign_in;
    END IF;
    BEGIN -- the index decides, also between two who choose one name at the same moment
        UPDATE access_account a SET sign_in = wanted, password = new_password WHERE a.id = holder.id;
    EXCEPTION WHEN unique_violation THEN
        refusal := 'access.sign_in_taken';
        RETURN;
    END;
    UPDATE access_enrolment_code c SET used_at = transaction_timestamp() WHERE c.code_sha256 = code;
    account := holder.id;
    IF holder.kind = 'person' THEN
        DELETE FROM mfa_authenticator m WHERE m.user_id = account;
        UPDATE access_token t SET ended_at = transaction_timestamp()
        WHERE t.account = access_activate.account AND t.ended_at IS NULL;
    END IF;
    PERFORM access_tell_linked(account, 'name');
END $$;
