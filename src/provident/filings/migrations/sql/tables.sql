-- What was filed, what it adds up to, who is enrolled with whom, and where payments went.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS intarray;

-- One row for each file that came in, posted or refused. The file itself and a refused file's report
-- lie in the state directory under their SHA-256; nothing here names a person.
CREATE TABLE filings_filing (
    filing_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text CHECK (kind IN ('payroll', 'payments', 'take_on')), -- none where nobody could tell
    state text NOT NULL CHECK (state IN ('posted', 'refused', 'withdrawn')),
    file_name text NOT NULL,
    format text CHECK (format IN ('csv', 'xlsx', 'parquet')),
    size bigint NOT NULL CHECK (size >= 0),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    content bytea CHECK (octet_length(content) = 32), -- over the canonical rows
    source_hash bytea CHECK (octet_length(source_hash) = 32), -- what entries and events carry
    rows integer NOT NULL CHECK (rows >= 0),
    totals jsonb NOT NULL, -- control totals as computed, branch by branch
    warnings jsonb NOT NULL,
    pack_version text NOT NULL,
    filed_by bigint NOT NULL,
    system text NOT NULL,
    look bigint NOT NULL, -- the one look under which its people were looked up
    received_at timestamptz NOT NULL,
    posted_at timestamptz,
    batch_id bigint, -- none where a file only enrols
    entries integer NOT NULL DEFAULT 0 CHECK (entries >= 0),
    events integer NOT NULL DEFAULT 0 CHECK (events >= 0),
    registered integer NOT NULL DEFAULT 0 CHECK (registered >= 0),
    faults integer NOT NULL DEFAULT 0 CHECK (faults >= 0),
    report_sha256 bytea CHECK (octet_length(report_sha256) = 32), -- all lines, as CSV
    shown_sha256 bytea CHECK (octet_length(shown_sha256) = 32), -- the first lines, as JSON in both languages
    keep_until date, -- NULL: for good
    keep_basis text NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by bigint,
    withdrawn_reason text,
    CHECK ((state = 'refused') = (source_hash IS NULL) AND (state = 'refused') = (posted_at IS NULL)),
    CHECK (state = 'refused' OR kind IS NOT NULL AND format IS NOT NULL AND content IS NOT NULL),
    CHECK ((state = 'refused') = (faults > 0)),
    CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)
           AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL)
           AND (state = 'withdrawn') = (coalesce(btrim(withdrawn_reason), '') <> ''))
);
-- The same bytes, and the same rows in another format, are posted once.
CREATE UNIQUE INDEX filings_filing_bytes ON filings_filing (sha256) WHERE state = 'posted';
CREATE UNIQUE INDEX filings_filing_content ON filings_filing (content) WHERE state = 'posted';
CREATE INDEX filings_filing_any_bytes ON filings_filing (sha256);

-- The employers a file names.
CREATE TABLE filings_named_employer (
    employer_key bigint NOT NULL,
    filing_id bigint NOT NULL REFERENCES filings_filing,
    PRIMARY KEY (employer_key, filing_id)
);

-- What one batch holds of one employer, branch, month and kind of entry: which earlier filings speak of
-- the same, and what is still owed, is read from here before any entry is.
CREATE TABLE filings_total (
    employer_key bigint NOT NULL, -- 0: none
    month integer NOT NULL,
    branch smallint NOT NULL,
    kind smallint NOT NULL,
    batch_id bigint NOT NULL,
    filing_id bigint NOT NULL REFERENCES filings_filing,
    allocated boolean NOT NULL, -- paid entries made from payments, not stated by rows
    rows integer NOT NULL,
    owed bigint NOT NULL, -- employee + employer
    withdrawn boolean NOT NULL DEFAULT false,
    PRIMARY KEY (employer_key, month, branch, kind, batch_id)
);
CREATE INDEX filings_total_filing ON filings_total (filing_id);

-- Money an employer paid in. What is not allocated is the employer's credit.
CREATE TABLE filings_payment (
    payment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    filing_id bigint NOT NULL REFERENCES filings_filing,
    source_row integer NOT NULL,
    employer_key bigint NOT NULL CHECK (employer_key > 0),
    month integer CHECK (month BETWEEN 190001 AND 299912),
    branch smallint CHECK (branch BETWEEN 1 AND 5),
    amount bigint NOT NULL CHECK (amount > 0),
    paid_on date NOT NULL,
    reference text NOT NULL,
    allocated bigint NOT NULL DEFAULT 0 CHECK (allocated BETWEEN 0 AND amount),
    withdrawn boolean NOT NULL DEFAULT false,
    CHECK (NOT withdrawn OR allocated = 0),
    UNIQUE (filing_id, source_row)
);
CREATE UNIQUE INDEX filings_payment_reference
    ON filings_payment (employer_key, reference, coalesce(month, 0), coalesce(branch, 0::smallint))
    WHERE reference <> '' AND NOT withdrawn;
CREATE INDEX filings_payment_credit ON filings_payment (employer_key) WHERE NOT withdrawn AND allocated < amount;

-- Which part of a payment went to which employer's month and branch, by which filing's posting.
CREATE TABLE filings_allocation (
    allocation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL REFERENCES filings_payment,
    filing_id bigint NOT NULL REFERENCES filings_filing, -- whose posting allocated it
    batch_id bigint NOT NULL,
    month integer NOT NULL,
    branch smallint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    withdrawn boolean NOT NULL DEFAULT false
);
CREATE INDEX filings_allocation_payment ON filings_allocation (payment_id);
CREATE INDEX filings_allocation_filing ON filings_allocation (filing_id);

CREATE FUNCTION filings_branches(bits smallint) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_remove(ARRAY[(bits >> 1) & 1, ((bits >> 2) & 1) * 2, ((bits >> 3) & 1) * 3,
                              ((bits >> 4) & 1) * 4, ((bits >> 5) & 1) * 5], 0)
$$;

-- Who is enrolled with whom: what the enrol and leave events come to, kept so that any earlier state
-- can be read (`recorded_at` to before `superseded_at`). A row is never changed, only superseded.
CREATE TABLE filings_enrolment (
    enrolment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_key bigint NOT NULL CHECK (person_key > 0),
    employer_key bigint NOT NULL CHECK (employer_key > 0),
    branches smallint NOT NULL CHECK (branches > 0 AND branches & ~62 = 0), -- 1 << branch for each
    scheme smallint NOT NULL CHECK (scheme BETWEEN 1 AND 3),
    region integer NOT NULL CHECK (region > 0),
    since_month integer NOT NULL CHECK (since_month BETWEEN 190001 AND 299912),
    until_month integer CHECK (until_month BETWEEN since_month AND 299912), -- the last insured month
    recorded_by bigint NOT NULL REFERENCES filings_filing,
    recorded_at timestamptz NOT NULL,
    superseded_by bigint REFERENCES filings_filing,
    superseded_at timestamptz,
    CHECK ((superseded_by IS NULL) = (superseded_at IS NULL)),
    CONSTRAINT filings_enrolment_no_overlap EXCLUDE USING gist (
        person_key WITH =,
        employer_key WITH =,
        int4range(since_month, until_month, '[]') WITH &&,
        filings_branches(branches) gist__int_ops WITH &&) WHERE (superseded_at IS NULL)
);
CREATE INDEX filings_enrolment_person ON filings_enrolment (person_key);
CREATE INDEX filings_enrolment_recorded ON filings_enrolment (recorded_by);
CREATE INDEX filings_enrolment_superseded ON filings_enrolment (superseded_by) WHERE superseded_by IS NOT NULL;
