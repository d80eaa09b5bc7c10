-- The catalogue of access/catalogue.yaml as the database decides by it. Written by migrations only.

CREATE TABLE access_role (
    id text PRIMARY KEY,
    kinds text[] NOT NULL,
    business boolean NOT NULL
);

CREATE TABLE access_purpose (
    id text PRIMARY KEY,
    article_en text NOT NULL,
    article_zh text NOT NULL,
    roles text[] NOT NULL CHECK (cardinality(roles) > 0),
    needs text NOT NULL CHECK (needs IN ('self', 'role', 'grant')),
    grants text[] NOT NULL CHECK (grants <@ ARRAY['mandate', 'consent', 'agreement', 'case']),
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    override boolean NOT NULL CHECK (NOT override OR needs = 'grant'),
    run boolean NOT NULL CHECK (NOT run OR needs = 'role'),
    opens_members boolean NOT NULL CHECK (run OR NOT opens_members),
    everyone boolean NOT NULL CHECK (run OR NOT everyone)
);

-- How many records a holder of the role may open in an hour; NULL is no ceiling, no row is none at all.
-- Our own house rule: an installation sets its own with access_set_ceiling.
CREATE TABLE access_ceiling (
    role text PRIMARY KEY REFERENCES access_role,
    looks_per_hour integer CHECK (looks_per_hour >= 0)
);

GRANT SELECT ON access_role, access_purpose, access_ceiling TO provident_app;
