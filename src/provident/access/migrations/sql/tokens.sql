-- Tokens: what a program may ask in an account's name, and until when. Only a token's hash is here, and
-- the application reaches the table through these functions alone.

CREATE TABLE access_scope (
    id text PRIMARY KEY,
    roles text[] NOT NULL CHECK (cardinality(roles) > 0) -- whoever holds one of them may give it to a token
);
GRANT SELECT ON access_scope TO provident_app;

CREATE TABLE access_token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(token_sha256) = 32),
    account bigint NOT NULL REFERENCES access_account,
    label text NOT NULL CHECK (btrim(label) <> '' AND length(label) <= 100),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    made_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    expires_at timestamptz NOT NULL CHECK (expires_at > made_at),
    last_used_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX access_token_account ON access_token (account);

CREATE FUNCTION access_roles_now(asked bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT g.role ORDER BY g.role), '{}')
    FROM access_role_grant g JOIN access_account a ON a.id = g.account
    WHERE g.account = asked AND a.closed_at IS NULL
      AND g.since <= transaction_timestamp() AND (g.until IS NULL OR transaction_timestamp() < g.until)
$$;

-- An account makes tokens for itself only, for no more than it may do itself, and for no longer than a year.
CREATE FUNCTION access_make_token(
    maker bigint, label text, wanted text[], sha256 bytea, expires_at timestamptz,
    OUT token bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    held text[] := access_roles_now(maker);
    given text[] := ARRAY(SELECT DISTINCT w FROM unnest(wanted) w ORDER BY w);
BEGIN
    -- The lock makes two makings at once count each other.
    PERFORM FROM access_account a WHERE a.id = maker FOR NO KEY UPDATE;
    refusal := CASE
        WHEN cardinality(given) = 0 OR cardinality(given) <> (
            SELECT count(*) FROM access_scope s WHERE s.id = ANY (given) AND s.roles && held)
            THEN 'access.scope_does_not_fit'
        WHEN access_make_token.expires_at <= transaction_timestamp()
          OR access_make_token.expires_at > transaction_timestamp() + interval '366 days'
            THEN 'access.token_too_long'
        WHEN (SELECT count(*) FROM access_token t
              WHERE t.account = maker AND t.ended_at IS NULL AND t.expires_at > transaction_timestamp()) >= 20
            THEN 'access.too_many_tokens'
    END;
    IF refusal IS NULL THEN
        INSERT INTO access_token (token_sha256, account, label, scopes, expires_at)
        VALUES (sha256, maker, left(btrim(access_make_token.label), 100), given, access_make_token.expires_at)
        RETURNING id INTO token;
    END IF;
END $$;

-- Another account's token is answered like one that does not exist.
CREATE FUNCTION access_end_token(ender bigint, asked bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE access_token t SET ended_at = transaction_timestamp()
    WHERE t.id = asked AND t.account = ender AND t.ended_at IS NULL;
    RETURN CASE WHEN NOT FOUND THEN 'access.nothing_to_end' END;
END $$;

CREATE FUNCTION access_tokens_of(holder bigint)
RETURNS TABLE (id bigint, label text, scopes text[], made_at timestamptz, expires_at timestamptz,
               last_used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id, t.label, t.scopes, t.made_at, t.expires_at, t.last_used_at FROM access_token t
    WHERE t.account = holder AND t.ended_at IS NULL AND t.expires_at > transaction_timestamp()
    ORDER BY t.id DESC
$$;

-- Whose token this is and what it may do now; no row if it is unknown, ended or has run out, or its account
-- is closed. That it was used is kept to the hour, so that most requests write nothing for it.
CREATE FUNCTION access_token_holder(
    asked bytea, OUT account bigint, OUT person bigint, OUT scopes text[], OUT roles text[])
RETURNS SETOF record
LANGUAGE plpgsql ROWS 1 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_token bigint;
    used timestamptz;
BEGIN
    SELECT t.id, t.last_used_at, a.id, CASE WHEN a.kind = 'person' THEN a.person_key END, t.scopes,
           ARRAY(SELECT g.role FROM access_role_grant g
                 WHERE g.account = a.id AND g.since <= transaction_timestamp()
                   AND (g.until IS NULL OR transaction_timestamp() < g.until))
    INTO found_token, used, account, person, scopes, roles
    FROM access_token t JOIN access_account a ON a.id = t.account AND a.closed_at IS NULL
    WHERE t.token_sha256 = asked AND t.ended_at IS NULL AND t.expires_at > transaction_timestamp();
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF used IS NULL OR used < transaction_timestamp() - interval '1 hour' THEN
        UPDATE access_token t SET last_used_at = transaction_timestamp() WHERE t.id = found_token;
    END IF;
    RETURN NEXT;
END $$;

REVOKE EXECUTE ON FUNCTION
    access_roles_now, access_make_token, access_end_token, access_tokens_of, access_token_holder
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_make_token, access_end_token, access_tokens_of, access_token_holder TO provident_app;
