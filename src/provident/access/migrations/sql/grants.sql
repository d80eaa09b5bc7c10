-- Who holds which role, and which records are open to whom. The application reads roles, nothing
-- here may be written but through the functions of giving.sql.

REVOKE ALL ON access_account FROM PUBLIC;
GRANT SELECT, UPDATE (last_login, password) ON access_account TO provident_app;
-- Names that differ by capitals only would be mistaken for each other.
CREATE UNIQUE INDEX access_account_name ON access_account (lower(sign_in));
CREATE INDEX access_account_person ON access_account (person_key) WHERE person_key IS NOT NULL;

CREATE TABLE access_role_grant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES access_account,
    role text NOT NULL REFERENCES access_role,
    since timestamptz NOT NULL,
    until timestamptz CHECK (until >= since), -- the first moment it no longer holds
    given_by bigint NOT NULL REFERENCES access_account,
    given_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    ended_by bigint REFERENCES access_account
);
CREATE INDEX access_role_grant_account ON access_role_grant (account);
GRANT SELECT ON access_role_grant TO provident_app;

-- A mandate, consent or case opens one person's record; an agreement opens records for its purpose.
CREATE TABLE access_grant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('mandate', 'consent', 'agreement', 'case')),
    account bigint NOT NULL REFERENCES access_account,
    person_key bigint CHECK ((person_key IS NULL) = (kind = 'agreement')),
    purpose text NOT NULL REFERENCES access_purpose,
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    basis text NOT NULL CHECK (btrim(basis) <> ''), -- the paper, case or article it rests on
    giver_name text NOT NULL DEFAULT '' CHECK (length(giver_name) <= 150), -- what the two of a mandate told each
    holder_name text NOT NULL DEFAULT '' CHECK (length(holder_name) <= 150), -- other: nobody else is shown it
    since timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until >= since),
    given_by bigint NOT NULL REFERENCES access_account,
    given_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    ended_by bigint REFERENCES access_account
);
CREATE INDEX access_grant_account ON access_grant (account, person_key);

-- Records that staff open only with an open case.
CREATE TABLE access_guarded (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_key bigint NOT NULL,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    since timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > since),
    given_by bigint NOT NULL REFERENCES access_account
);
CREATE INDEX access_guarded_person ON access_guarded (person_key);

-- One-time codes by which an account sets its first password; only their hash is here.
CREATE TABLE access_enrolment_code (
    code_sha256 bytea PRIMARY KEY CHECK (octet_length(code_sha256) = 32),
    account bigint NOT NULL REFERENCES access_account,
    expires_at timestamptz NOT NULL,
    made_by bigint NOT NULL REFERENCES access_account,
    used_at timestamptz
);
