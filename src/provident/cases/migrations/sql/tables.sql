-- A request: what a resident asks about their own record, a look at it, or what is kept about them. The words
-- stand here, under row security that reads the look of the transaction; the ledger's events hold their hashes.

CREATE TABLE cases_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt text COLLATE "C" NOT NULL UNIQUE CHECK (receipt ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
    person_key bigint NOT NULL REFERENCES ledger_person (person_key),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('record', 'look', 'data')),
    ground text COLLATE "C" NOT NULL CHECK (ground ~ '^[a-z_]{1,40}$'), -- of the room's catalogue
    branch smallint CHECK (branch BETWEEN 1 AND 5),
    month integer CHECK (month BETWEEN 190001 AND 299912 AND month % 100 BETWEEN 1 AND 12),
    look bigint REFERENCES access_look (id),
    field text COLLATE "C" CHECK (field ~ '^[a-z_]{1,40}$'),
    told text NOT NULL CHECK (length(told) <= 2000),
    told_salt bytea NOT NULL CHECK (octet_length(told_salt) = 16),
    deadline text COLLATE "C" NOT NULL, -- of the law pack; empty where we know of none
    due_on date, -- NULL as well while the working days of its year are not known
    lodged_by bigint NOT NULL REFERENCES access_account,
    mandate bigint REFERENCES access_grant, -- by which somebody else lodged it for the person
    lodged_at timestamptz NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'in_hand', 'proposed', 'answered', 'taken_back')),
    handler bigint REFERENCES access_account,
    grant_id bigint REFERENCES access_grant, -- what opens the record to the handler
    outcome text COLLATE "C" CHECK (outcome ~ '^[a-z_]{1,40}$'),
    reasons text CHECK (length(reasons) <= 4000),
    reasons_salt bytea CHECK (octet_length(reasons_salt) = 16),
    seen_at timestamptz, -- when the person last opened it
    forgotten boolean NOT NULL DEFAULT false, -- the words were erased with the person's other data
    CHECK ((kind = 'look') = (look IS NOT NULL)),
    CHECK ((kind = 'data') = (field IS NOT NULL)),
    CHECK (kind = 'record' OR (branch IS NULL AND month IS NULL)),
    CHECK (kind = 'record' OR mandate IS NULL),
    CHECK (forgotten = (told = '')),
    CHECK (state NOT IN ('in_hand', 'proposed', 'answered') OR handler IS NOT NULL),
    CHECK (state NOT IN ('proposed', 'answered') OR num_nulls(outcome, reasons, reasons_salt) = 0)
);
CREATE INDEX cases_request_person ON cases_request (person_key);
CREATE INDEX cases_request_open ON cases_request (lodged_at) WHERE state IN ('waiting', 'in_hand', 'proposed');

-- What was done with a request, by which office; the ledger holds an event for each.
CREATE TABLE cases_step (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request bigint NOT NULL REFERENCES cases_request,
    person_key bigint NOT NULL,
    step text COLLATE "C" NOT NULL CHECK (step IN ('lodged', 'taken', 'put_back', 'proposed', 'sent_back',
                                                   'confirmed', 'answered', 'taken_back')),
    at timestamptz NOT NULL,
    account bigint NOT NULL REFERENCES access_account,
    office_en text NOT NULL,
    office_zh text NOT NULL,
    note text NOT NULL CHECK (length(note) <= 500), -- between colleagues: why it was put or sent back
    event_id uuid NOT NULL UNIQUE
);
CREATE INDEX cases_step_request ON cases_step (request);

DO $$
DECLARE
    person_table text;
BEGIN
    FOREACH person_table IN ARRAY ARRAY['cases_request', 'cases_step'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', person_table);
        EXECUTE format('CREATE POLICY owner_all ON %I FOR ALL TO provident_owner USING (true) WITH CHECK (true)',
                       person_table);
        EXECUTE format('CREATE POLICY opened ON %I FOR SELECT TO provident_app '
                       'USING (person_key = ANY (ARRAY(SELECT access_opened_keys())))', person_table);
        EXECUTE format('GRANT SELECT ON %I TO provident_app', person_table);
    END LOOP;
END $$;

-- What was asked is never rewritten, and an answer that was given neither: it is only erased, with the person.
CREATE FUNCTION cases_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moves text[] := '{state,handler,grant_id,outcome,reasons,reasons_salt,seen_at}';
BEGIN
    IF NEW.forgotten AND NOT OLD.forgotten THEN
        moves := moves || '{forgotten,told,told_salt}'::text[];
    ELSIF OLD.state IN ('answered', 'taken_back') THEN
        moves := '{seen_at}';
    END IF;
    IF to_jsonb(NEW) - moves IS DISTINCT FROM to_jsonb(OLD) - moves THEN
        RAISE EXCEPTION 'a request is never rewritten' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_rewritten BEFORE UPDATE ON cases_request
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_rewriting();

CREATE FUNCTION cases_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR to_jsonb(NEW) - 'note' IS DISTINCT FROM to_jsonb(OLD) - 'note' OR NEW.note <> '' THEN
        RAISE EXCEPTION 'the steps of a request stay' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_step
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_change();

REVOKE EXECUTE ON FUNCTION cases_refuse_rewriting, cases_refuse_change FROM PUBLIC;
