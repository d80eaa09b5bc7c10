-- What all web workers count together: attempts to guess, codes already used. Keys are hashed before they
-- come here, so no address and no name stands in it. Losing it in a crash only starts the counts anew.

CREATE UNLOGGED TABLE access_counted (
    key_sha256 bytea PRIMARY KEY CHECK (octet_length(key_sha256) = 32),
    value jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX access_counted_expiry ON access_counted (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON access_counted TO provident_app;
