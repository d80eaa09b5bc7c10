-- Files that came in through a door and wait to be checked. What becomes of a file is said here once;
-- the filing itself, its report and its original live where every other filing's do.

CREATE TABLE filings_upload (
    upload_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES access_account (id),
    file_name text NOT NULL,
    language text NOT NULL,
    system text NOT NULL, -- the door it came through, as the log of looks names it
    waits_in text NOT NULL, -- the name of its copy in the store, until it has been checked
    received_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'working', 'posted', 'already', 'refused')),
    filing_id bigint REFERENCES filings_filing,
    outcome jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX filings_upload_of_account ON filings_upload (account, upload_id DESC);

GRANT SELECT, INSERT ON filings_upload TO provident_app;
GRANT UPDATE (state, filing_id, outcome) ON filings_upload TO provident_app;

CREATE FUNCTION filings_refuse_reopening() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('posted', 'already', 'refused') THEN
        RAISE EXCEPTION 'what became of an upload is said once' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER said_once BEFORE UPDATE ON filings_upload
    FOR EACH ROW EXECUTE FUNCTION filings_refuse_reopening();
REVOKE EXECUTE ON FUNCTION filings_refuse_reopening FROM PUBLIC;
