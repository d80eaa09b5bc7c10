-- How a person comes by a way to sign in: a code handed over at the counter, or an e-ID that says who they are.

-- What an e-ID is known by: its issuer's address and the name the issuer has for its holder. Never an e-mail address.
CREATE TABLE access_identity (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issuer text NOT NULL CHECK (issuer <> '' AND length(issuer) <= 500),
    subject text NOT NULL CHECK (subject <> '' AND length(subject) <= 255),
    account bigint NOT NULL REFERENCES access_account,
    linked_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    UNIQUE (issuer, subject)
);
CREATE INDEX access_identity_account ON access_identity (account);

-- The person's own account, made if there is none; `maker` is NULL where the person's e-ID makes it.
CREATE FUNCTION access_person_account(person bigint, maker bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    family bigint[] := access_family(person);
    account bigint;
BEGIN
    -- Two at once make one account.
    PERFORM pg_advisory_xact_lock(hashtextextended('access account of a person', family[1]));
    SELECT a.id INTO account FROM access_account a
    WHERE a.kind = 'person' AND a.person_key = ANY (family) AND a.closed_at IS NULL ORDER BY a.id LIMIT 1;
    IF account IS NULL THEN
        account := nextval(pg_get_serial_sequence('access_account', 'id'));
        INSERT INTO access_account (id, kind, sign_in, label_en, label_zh, office_en, office_zh, person_key,
                                    sample, password, created_at, created_by)
        VALUES (account, 'person', 'unused-' || gen_random_uuid(), '', '', '', '', family[1],
                false, '!', transaction_timestamp(), coalesce(maker, account));
        INSERT INTO access_role_grant (account, role, since, given_by)
        VALUES (account, 'resident', transaction_timestamp(), coalesce(maker, account));
    END IF;
    RETURN account;
END $$;

-- The person reads in their log that a way to sign in became theirs.
CREATE FUNCTION access_tell_linked(linked bigint, shown text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM access_open(a.id, a.person_key, 'linking', ARRAY[shown], 'portal', '')
    FROM access_account a WHERE a.id = linked AND a.kind = 'person';
END $$;

-- A code for the person whose record the giver has open for just that; it voids the one before. Where somebody
-- can sign in to the account already, one clerk would be enough to become its holder: that takes a second.
CREATE FUNCTION access_letter_code(
    giver bigint, person bigint, code_sha256 bytea,
    OUT account bigint, OUT expires_at timestamptz, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM access_look l
                   WHERE l.xid = pg_current_xact_id_if_assigned() AND l.at = transaction_timestamp() AND l.answered
                     AND l.actor = giver AND l.purpose = 'sign_in_letter' AND person = ANY (l.keys)) THEN
        refusal := 'access.may_not_give';
        RETURN;
    END IF;
    account := access_person_account(person, giver);
    IF access_is_taken(account) AND NOT access_agree_on_letter(giver, account) THEN
        account := NULL;
        refusal := 'access.letter_needs_another';
        RETURN;
    END IF;
    expires_at := transaction_timestamp() + interval '14 days'; -- a house rule: time for a letter to be used
    DELETE FROM access_enrolment_code c WHERE c.account = access_letter_code.account AND c.used_at IS NULL;
    INSERT INTO access_enrolment_code VALUES (code_sha256, account, expires_at, giver);
END $$;

-- A code for an account of an office or an employer that nobody has signed in to yet.
CREATE FUNCTION access_office_code(
    giver bigint, holder bigint, code_sha256 bytea, OUT expires_at timestamptz, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF giver = holder OR NOT access_holds(giver, ARRAY['administrator', 'operator']) OR NOT EXISTS (
        SELECT FROM access_account a WHERE a.id = holder AND a.kind IN ('staff', 'employer') AND a.closed_at IS NULL
           AND a.password LIKE '!%' FOR NO KEY UPDATE) THEN
        refusal := 'access.may_not_give';
        RETURN;
    END IF;
    expires_at := transaction_timestamp() + interval '3 days';
    DELETE FROM access_enrolment_code c WHERE c.account = holder AND c.used_at IS NULL;
    INSERT INTO access_enrolment_code VALUES (code_sha256, holder, expires_at, giver);
END $$;

-- The open account an e-ID signs in to, or NULL.
CREATE FUNCTION access_identity_account(asked_issuer text, asked_subject text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.id FROM access_identity i JOIN access_account a ON a.id = i.account
    WHERE i.issuer = asked_issuer AND i.subject = asked_subject AND a.closed_at IS NULL
$$;

-- Links an e-ID to a person the e-ID itself has named; only the room that finds people by number calls this.
CREATE FUNCTION access_link_person(issuer text, subject text, person bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
<<here>>
DECLARE
    account bigint := access_identity_account(issuer, subject);
BEGIN
    IF account IS NULL THEN
        INSERT INTO access_identity (issuer, subject, account)
        VALUES (issuer, subject, access_person_account(person, NULL)) ON CONFLICT DO NOTHING;
        account := access_identity_account(issuer, subject); -- of two at once, both sign in to what the first linked
        -- A letter made while nobody could sign in took one clerk: now that somebody can, it is worth nothing.
        DELETE FROM access_enrolment_code c WHERE c.account = here.account AND c.used_at IS NULL;
        PERFORM access_tell_linked(account, 'numbers');
    END IF;
    RETURN account;
END $$;

-- Links an e-ID to the person to whom the code was given at the counter, instead of a name and a password.
CREATE FUNCTION access_link_by_code(
    code bytea, issuer text, subject text, OUT account bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT c.account INTO account
    FROM access_enrolment_code c JOIN access_account a ON a.id = c.account
    WHERE c.code_sha256 = code AND c.used_at IS NULL AND c.expires_at > clock_timestamp()
      AND a.kind = 'person' AND a.closed_at IS NULL
    FOR UPDATE OF c;
    IF account IS NOT NULL THEN
        INSERT INTO access_identity (issuer, subject, account) VALUES (issuer, subject, account)
        ON CONFLICT DO NOTHING;
    END IF;
    IF account IS NULL OR NOT FOUND THEN
        account := NULL;
        refusal := 'access.code_not_valid';
        RETURN;
    END IF;
    UPDATE access_enrolment_code c SET used_at = transaction_timestamp() WHERE c.code_sha256 = code;
    PERFORM access_tell_linked(account, 'name');
END $$;

-- The e-IDs that sign in to an account, for its own list, and the end of one of them.
CREATE FUNCTION access_identities_of(holder bigint) RETURNS TABLE (id bigint, issuer text, linked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT i.id, i.issuer, i.linked_at FROM access_identity i WHERE i.account = holder ORDER BY i.id
$$;

CREATE FUNCTION access_end_identity(holder bigint, ended bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM access_identity i WHERE i.id = ended AND i.account = holder;
    RETURN CASE WHEN NOT FOUND THEN 'access.nothing_to_end' END;
END $$;

REVOKE EXECUTE ON FUNCTION
    access_person_account, access_tell_linked, access_letter_code, access_office_code, access_identity_account,
    access_link_person, access_link_by_code, access_identities_of, access_end_identity
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    access_letter_code, access_office_code, access_identity_account, access_link_by_code, access_identities_of,
    access_end_identity
TO provident_app;
