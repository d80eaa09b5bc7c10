-- A resident lets somebody act for them: the resident makes an offer with a code, whoever gets the code takes it
-- with their own account, and the resident sees who took it and ends it. So nobody's sign-in name has to be
-- known or guessed, and nobody acts for another without having agreed to. Each hands over the name the other is
-- to see, read from their own record with a look of their own: accounts bear no name of a person.

CREATE TABLE access_offer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(code_sha256) = 32),
    account bigint NOT NULL REFERENCES access_account,
    name text NOT NULL CHECK (length(name) <= 150),
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    since timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > since),
    offered_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX access_offer_account ON access_offer (account);

CREATE FUNCTION access_offer_mandate(
    giver bigint, name text, fields text[], since timestamptz, until timestamptz, code_sha256 bytea,
    OUT expires_at timestamptz, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    moment timestamptz := transaction_timestamp();
BEGIN
    -- The lock makes two offers at once count each other.
    PERFORM FROM access_account a WHERE a.id = giver FOR NO KEY UPDATE;
    DELETE FROM access_offer o WHERE o.expires_at <= moment; -- anybody's: a name is in it
    refusal := CASE
        WHEN NOT access_holds(giver, ARRAY['resident']) THEN 'access.may_not_give'
        WHEN access_offer_mandate.until <= greatest(moment, access_offer_mandate.since)
          OR cardinality(access_offer_mandate.fields) = 0
          OR NOT EXISTS (SELECT FROM access_purpose p
                         WHERE p.id = 'representation' AND access_offer_mandate.fields <@ p.fields)
            THEN 'access.grant_does_not_fit'
        WHEN (SELECT count(*) FROM access_offer o WHERE o.account = giver) >= 5 THEN 'access.too_many_offers'
    END;
    IF refusal IS NULL THEN
        expires_at := least(moment + interval '7 days', access_offer_mandate.until);
        INSERT INTO access_offer (code_sha256, account, name, fields, since, until, expires_at)
        VALUES (access_offer_mandate.code_sha256, giver, left(access_offer_mandate.name, 150),
                access_offer_mandate.fields, access_offer_mandate.since, access_offer_mandate.until,
                access_offer_mandate.expires_at);
    END IF;
END $$;

-- A code that is unknown, late, taken, or one's own: one answer for all.
CREATE FUNCTION access_take_mandate(taker bigint, name text, code bytea, OUT given bigint, OUT refusal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    o access_offer;
    person bigint;
BEGIN
    DELETE FROM access_offer x
    WHERE x.code_sha256 = code AND x.expires_at > clock_timestamp()
      AND EXISTS (SELECT FROM access_account t JOIN access_account g ON g.id = x.account
                  WHERE t.id = taker AND t.kind = 'person' AND t.closed_at IS NULL
                    AND g.closed_at IS NULL AND t.person_key <> ALL (access_family(g.person_key)))
    RETURNING x.* INTO o;
    IF o.id IS NULL THEN
        refusal := 'access.code_not_valid';
        RETURN;
    END IF;
    SELECT a.person_key INTO person FROM access_account a WHERE a.id = o.account;
    INSERT INTO access_grant (kind, account, person_key, purpose, fields, basis, giver_name, holder_name, since, until,
                              given_by)
    VALUES ('mandate', taker, person, 'representation', o.fields, 'portal', o.name, left(access_take_mandate.name, 150),
            o.since, o.until, o.account)
    RETURNING id INTO given;
    IF NOT access_holds(taker, ARRAY['representative']) THEN -- the role alone opens nothing; authorities do
        INSERT INTO access_role_grant (account, role, since, given_by)
        VALUES (taker, 'representative', transaction_timestamp(), o.account);
    END IF;
END $$;

CREATE FUNCTION access_offers_of(giver bigint)
RETURNS TABLE (id bigint, fields text[], since timestamptz, until timestamptz, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.id, o.fields, o.since, o.until, o.expires_at FROM access_offer o
    WHERE o.account = giver AND o.expires_at > transaction_timestamp() ORDER BY o.id
$$;

CREATE FUNCTION access_withdraw_offer(giver bigint, withdrawn bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM access_offer o WHERE o.id = withdrawn AND o.account = giver;
    RETURN CASE WHEN NOT FOUND THEN 'access.nothing_to_end' END;
END $$;

-- Who may open the record of the asking account's own person, newest first; what is over is there too. The name is
-- the one the holder handed over, an office's where staff hold it, and none where a person's was never told.
CREATE FUNCTION access_grants_on(asker bigint)
RETURNS TABLE (id bigint, kind text, holder_en text, holder_zh text, purpose text, fields text[], basis text,
               since timestamptz, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, g.kind, coalesce(nullif(g.holder_name, ''), nullif(h.office_en, ''), h.label_en),
           coalesce(nullif(g.holder_name, ''), nullif(h.office_zh, ''), h.label_zh), g.purpose, g.fields, g.basis,
           g.since, g.until
    FROM access_account a
        JOIN access_grant g ON g.person_key = ANY (access_family(a.person_key))
        JOIN access_account h ON h.id = g.account
    WHERE a.id = asker AND a.kind = 'person' AND a.closed_at IS NULL
    ORDER BY g.id DESC
$$;

-- Whom an account may act for, now or from a day on, by the name the person handed over.
CREATE FUNCTION access_mandates_held(holder bigint)
RETURNS TABLE (id bigint, person_key bigint, name text, fields text[], basis text, since timestamptz,
               until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, g.person_key, g.giver_name, g.fields, g.basis, g.since, g.until
    FROM access_grant g JOIN access_account h ON h.id = g.account AND h.closed_at IS NULL
    WHERE g.account = holder AND g.kind = 'mandate' AND g.purpose = 'representation'
      AND transaction_timestamp() < g.until
    ORDER BY g.id
$$;

REVOKE EXECUTE ON FUNCTION
    access_offer_mandate, access_take_mandate, access_offers_of, access_withdraw_offer, access_grants_on,
    access_mandates_held
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    access_offer_mandate, access_take_mandate, access_offers_of, access_withdraw_offer, access_grants_on,
    access_mandates_held
TO provident_app;
