-- Residents: one key, and dated facts about it. A fact is withdrawn, never overwritten.

CREATE TABLE identity_resident (
    person_key bigint PRIMARY KEY REFERENCES ledger_person (person_key),
    registered_at timestamptz NOT NULL
);

CREATE TABLE identity_number (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_key bigint NOT NULL REFERENCES identity_resident (person_key),
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 6),
    normal text COLLATE "C" NOT NULL CHECK (normal ~ '^[0-9A-Z]{15,18}$'),
    since date,
    until date,
    recorded_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    -- The check of the holder's current name (identity.names.name_check): bulk look-ups read it here.
    name_check bigint NOT NULL,
    CHECK (until >= since)
);
-- A number stands for one person at most. The look-up in bulk reads this index only.
CREATE UNIQUE INDEX identity_number_held ON identity_number (normal) INCLUDE (person_key, name_check)
    WHERE withdrawn_at IS NULL;
CREATE INDEX identity_number_person ON identity_number (person_key);

CREATE TABLE identity_name (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_key bigint NOT NULL REFERENCES identity_resident (person_key),
    name text COLLATE "C" NOT NULL CHECK (name IS NFC NORMALIZED AND length(name) BETWEEN 1 AND 400),
    original text COLLATE "C" CHECK (length(original) <= 400), -- as typed, where that differs
    skeleton text COLLATE "C" NOT NULL,
    name_check bigint NOT NULL,
    since date,
    recorded_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX identity_name_person ON identity_name (person_key);
CREATE INDEX identity_name_skeleton ON identity_name (skeleton) WHERE withdrawn_at IS NULL;

-- The catalogue of archive fields, as identity/archive.yaml has it; a test compares the two.
CREATE TABLE identity_field (
    field text COLLATE "C" PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    retention text COLLATE "C" NOT NULL
);
INSERT INTO identity_field VALUES
    ('born', 'date', 'person_registration'),
    ('sex', 'choice', 'person_registration'),
    ('nationality', 'country', 'person_registration'),
    ('died_on', 'date', 'person_registration'),
    ('postal_address', 'text', 'while_current'),
    ('phone', 'phone', 'while_current'),
    ('email', 'email', 'while_current'),
    ('next_of_kin', 'text', 'while_current'),
    ('employment_form', 'choice', 'person_registration'),
    ('work_started_on', 'date', 'person_registration');

CREATE TABLE identity_value (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_key bigint NOT NULL REFERENCES identity_resident (person_key),
    field text COLLATE "C" NOT NULL REFERENCES identity_field (field),
    value text COLLATE "C" CHECK (length(value) BETWEEN 1 AND 400), -- NULL: known to have none since
    since date,
    recorded_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX identity_value_person ON identity_value (person_key);

-- Merges and splits. A merge makes `person_key` an alias of `into_key`; a split moved facts from
-- `into_key` to the new `person_key`. Undone ones stay.
CREATE TABLE identity_join (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('merge', 'split')),
    person_key bigint NOT NULL REFERENCES identity_resident (person_key),
    into_key bigint NOT NULL REFERENCES identity_resident (person_key),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL,
    undone_reason text CHECK (length(undone_reason) BETWEEN 1 AND 500),
    undone_by bigint,
    undone_at timestamptz,
    CHECK (person_key <> into_key),
    CHECK (num_nulls(undone_reason, undone_by, undone_at) IN (0, 3))
);
CREATE INDEX identity_join_person ON identity_join (person_key);
CREATE INDEX identity_join_into ON identity_join (into_key);
CREATE UNIQUE INDEX identity_join_standing ON identity_join (person_key) WHERE kind = 'merge' AND undone_at IS NULL;

-- Which facts a split moved, and from which key: undoing it moves exactly these back.
CREATE TABLE identity_join_move (
    join_id bigint NOT NULL REFERENCES identity_join (id),
    fact text COLLATE "C" NOT NULL CHECK (fact IN ('number', 'name', 'value')),
    fact_id bigint NOT NULL,
    from_key bigint NOT NULL REFERENCES identity_resident (person_key),
    PRIMARY KEY (join_id, fact, fact_id)
);

-- Pairs a person looked at and found to be two.
CREATE TABLE identity_told_apart (
    one bigint NOT NULL REFERENCES identity_resident (person_key),
    other bigint NOT NULL REFERENCES identity_resident (person_key),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
);

-- Employers are organisations: no row security.
CREATE TABLE identity_employer (
    employer_key bigint PRIMARY KEY CHECK (employer_key > 0),
    uscc text COLLATE "C" NOT NULL UNIQUE CHECK (uscc ~ '^[0-9A-HJ-NP-RTUWXY]{18}$'),
    registered_at timestamptz NOT NULL
);
CREATE TABLE identity_employer_detail (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    employer_key bigint NOT NULL REFERENCES identity_employer (employer_key),
    name text COLLATE "C" NOT NULL CHECK (name IS NFC NORMALIZED AND length(name) BETWEEN 1 AND 400),
    original text COLLATE "C" CHECK (length(original) <= 400),
    region integer NOT NULL CHECK (region BETWEEN 100000 AND 999999),
    since date,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX identity_employer_detail_employer ON identity_employer_detail (employer_key);
