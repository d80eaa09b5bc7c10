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

-- Returns the account, or NULL if the code is unknown, used or late. The first of two at once wins.
CREATE FUNCTION access_enrol(code bytea, new_password text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    enrolled bigint;
BEGIN
    UPDATE access_enrolment_code c SET used_at = transaction_timestamp()
    WHERE c.code_sha256 = code AND c.used_at IS NULL AND c.expires_at > clock_timestamp()
    RETURNING c.account INTO enrolled;
    UPDATE access_account SET password = new_password WHERE id = enrolled AND closed_at IS NULL
    RETURNING id INTO enrolled;
    RETURN enrolled;
END $$;
