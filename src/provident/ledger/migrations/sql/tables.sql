-- The ledger's tables. A row is put in and stays; triggers in guards.sql say so once more.

CREATE TABLE ledger_installation (
    installation_id uuid PRIMARY KEY,
    agency_en text NOT NULL,
    agency_zh text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    zone text NOT NULL,
    home_region integer NOT NULL CHECK (home_region > 0),
    only_one boolean NOT NULL DEFAULT true UNIQUE CHECK (only_one)
);

-- A person is a random key. The secret salts the hashed forms; into_key makes this key an alias.
CREATE TABLE ledger_person (
    person_key bigint PRIMARY KEY CHECK (person_key > 0),
    secret bytea CHECK (octet_length(secret) = 32), -- NULL once erased by decision, see forgetting.sql
    into_key bigint REFERENCES ledger_person CHECK (into_key <> person_key)
);
CREATE INDEX ledger_person_into ON ledger_person (into_key) WHERE into_key IS NOT NULL;

CREATE SEQUENCE ledger_batch_number AS integer;

-- One row for each posting: what all its entries share. `posted_at` orders postings strictly.
CREATE TABLE ledger_batch (
    batch_id bigint PRIMARY KEY,
    source_hash bytea NOT NULL UNIQUE CHECK (octet_length(source_hash) = 32),
    source_kind text NOT NULL CHECK (source_kind ~ '^[a-z][a-z_]{0,39}$'),
    pack_version text NOT NULL,
    posted_at timestamptz NOT NULL UNIQUE,
    posted_month date NOT NULL,
    leaf integer NOT NULL,
    closed boolean NOT NULL DEFAULT false, -- an open batch cannot be committed
    rows integer NOT NULL DEFAULT 0,
    reversing integer NOT NULL DEFAULT 0, -- how many of the rows are reversals
    min_month integer, -- of the months concerned; NULL when no row names a month
    max_month integer,
    employer_key bigint, -- the employer of every row, NULL when they differ
    reverses_batch bigint UNIQUE REFERENCES ledger_batch,
    projected boolean NOT NULL DEFAULT false,
    position bigint, -- of the first entry in the log, NULL until sealed; the entries follow by source_row
    first_row integer, -- the lowest and highest source_row, said when sealed
    last_row integer,
    CHECK ((position IS NULL) = (first_row IS NULL) AND (position IS NULL) = (last_row IS NULL))
);
CREATE INDEX ledger_batch_unprojected ON ledger_batch (batch_id) WHERE NOT projected;
CREATE INDEX ledger_batch_reversing ON ledger_batch (posted_at) WHERE reversing > 0;
CREATE INDEX ledger_batch_unsealed ON ledger_batch (batch_id) WHERE position IS NULL;
CREATE INDEX ledger_batch_position ON ledger_batch (position) WHERE position IS NOT NULL;
CREATE INDEX ledger_batch_months ON ledger_batch (max_month, min_month);

-- Money entries: partitioned by the month posted, then by leaf. Leaf 0 takes the small postings of a
-- month, every bulk load is a leaf of its own (its batch's number). There is no default partition.
CREATE TABLE ledger_entry (
    person_key bigint NOT NULL,
    employer_key bigint NOT NULL, -- 0 is none
    base bigint NOT NULL,
    employee bigint NOT NULL,
    employer_share bigint NOT NULL,
    account bigint NOT NULL,
    fund bigint NOT NULL,
    batch_id bigint NOT NULL,
    posted_month date NOT NULL,
    leaf integer NOT NULL,
    region integer NOT NULL,
    month integer NOT NULL, -- yyyymm, 0 is none
    source_row integer NOT NULL,
    kind smallint NOT NULL,
    branch smallint NOT NULL,
    scheme smallint NOT NULL,
    evidence smallint NOT NULL,
    checked smallint NOT NULL,
    entry_id uuid NOT NULL,
    leaf_hash bytea NOT NULL, -- SHA-256 of a zero byte and the hashed form
    reverses uuid,
    PRIMARY KEY (person_key, entry_id, posted_month, leaf),
    CONSTRAINT ledger_entry_words CHECK (
        person_key > 0 AND employer_key >= 0 AND region > 0 AND source_row >= 0
        AND kind BETWEEN 1 AND 8 AND branch BETWEEN 1 AND 5 AND scheme BETWEEN 1 AND 3
        AND evidence BETWEEN 0 AND 3 AND checked BETWEEN 1 AND 3 AND octet_length(leaf_hash) = 32
        AND CASE WHEN month = 0 THEN kind > 2
                 ELSE month BETWEEN 190001 AND 299912 AND month % 100 BETWEEN 1 AND 12 END),
    -- 1 declared, 2 paid, 3 benefit paid, 4 interest credited, 5 transfer out, 6 transfer in,
    -- 7 adjustment, 8 opening balance. A reversal has the kind of what it reverses, legs negated.
    CONSTRAINT ledger_entry_legs CHECK (
        CASE
            WHEN kind IN (1, 2, 7) THEN account + fund = employee + employer_share
            WHEN kind = 4 THEN
                base = 0 AND employee = 0 AND employer_share = 0 AND account + fund = 0
            WHEN kind = 3 THEN
                base = 0 AND employee = 0 AND employer_share = 0
                AND CASE WHEN reverses IS NULL THEN account <= 0 AND fund <= 0 ELSE account >= 0 AND fund >= 0 END
            ELSE employee = 0 AND employer_share = 0
        END)
) PARTITION BY RANGE (posted_month);

-- Events: what happened that is no money. `payload` is the canonical JSON whose hash the form holds.
CREATE TABLE ledger_event (
    subject_kind smallint NOT NULL CHECK (subject_kind BETWEEN 1 AND 5),
    subject_key bigint NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    type text NOT NULL CHECK (type ~ '^[a-z][a-z_.]{0,79}$'),
    posted_at timestamptz NOT NULL,
    source_hash bytea NOT NULL CHECK (octet_length(source_hash) = 32),
    source_row integer NOT NULL CHECK (source_row >= 0),
    payload text NOT NULL,
    payload_hash bytea NOT NULL CHECK (payload_hash = sha256(convert_to(payload, 'UTF8'))),
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    PRIMARY KEY (subject_kind, subject_key, event_id)
);

-- One row for each appending of events: rows `first_row` onwards of one source, sealed together.
CREATE TABLE ledger_event_batch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_hash bytea NOT NULL,
    first_row integer NOT NULL,
    rows integer NOT NULL CHECK (rows > 0),
    posted_at timestamptz NOT NULL,
    position bigint, -- of the first event in the log, NULL until sealed
    UNIQUE (source_hash, first_row)
);
CREATE INDEX ledger_event_batch_unsealed ON ledger_event_batch (id) WHERE position IS NULL;
CREATE INDEX ledger_event_batch_position ON ledger_event_batch (position) WHERE position IS NOT NULL;

-- What was said of each log: so long it is, and this is its tree's root. `frontier` holds the roots of the
-- perfect subtrees, the largest first. The note comes after the guard has seen the row.
CREATE TABLE ledger_checkpoint (
    log text NOT NULL CHECK (log ~ '^[a-z]{1,20}$'),
    epoch integer NOT NULL CHECK (epoch > 0),
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    frontier bytea NOT NULL CHECK (octet_length(frontier) % 32 = 0),
    sealed_at timestamptz NOT NULL CHECK (sealed_at = date_trunc('second', sealed_at)),
    note text,
    PRIMARY KEY (log, epoch, size)
);

-- The reading copy: for each person, year and employer what the entries of each branch, kind and month add
-- up to. `facts` is a byte that says how many bytes an amount takes, 4 or 8, and then records, integers
-- big-endian: u8 kind, u8 branch, i16 standing entries of each month (a reversal counts -1), each month's base,
-- employee, employer, account, fund, u8 span (low four bits: first month of the year, 0 for none named;
-- high four: how many more months the same holds of). Facts of the same kind, branch and month add up, so
-- late ones are just added. Everything here can be rebuilt from the entries.
CREATE TABLE ledger_record_year (
    person_key bigint NOT NULL,
    employer_key bigint NOT NULL,
    year smallint NOT NULL, -- 0: entries that name no month
    facts bytea NOT NULL,
    PRIMARY KEY (person_key, year, employer_key)
) WITH (toast_tuple_target = 8160);
ALTER TABLE ledger_record_year ALTER COLUMN facts SET STORAGE MAIN;

-- Every entry as postings that add up to zero: from the employee, from the employer and from outside
-- the scheme (benefits paid out, transfers, balances taken on) into the account and the fund.
CREATE VIEW ledger_balanced_posting WITH (security_invoker = true) AS
SELECT e.person_key, e.entry_id, e.batch_id, e.kind, e.branch, e.month, e.employer_key, p.place, p.amount
FROM ledger_entry e CROSS JOIN LATERAL (VALUES
    ('employee', -e.employee),
    ('employer', -e.employer_share),
    ('outside', e.employee + e.employer_share - e.account - e.fund),
    ('account', e.account),
    ('fund', e.fund)) p (place, amount);
