-- A person's rows in the ledger are readable while a look of this transaction opens the person.
-- The array form is read once for each query and can use the key's index, so a query without a
-- condition of its own reads the opened rows and not the whole table.

ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON ledger_entry FOR ALL TO provident_owner USING (true) WITH CHECK (true);
CREATE POLICY opened ON ledger_entry FOR SELECT TO provident_app
    USING (person_key = ANY (ARRAY(SELECT access_opened_keys())));

ALTER TABLE ledger_record_year ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON ledger_record_year FOR ALL TO provident_owner USING (true) WITH CHECK (true);
CREATE POLICY opened ON ledger_record_year FOR SELECT TO provident_app
    USING (person_key = ANY (ARRAY(SELECT access_opened_keys())));

ALTER TABLE ledger_person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON ledger_person FOR ALL TO provident_owner USING (true) WITH CHECK (true);
CREATE POLICY opened ON ledger_person FOR SELECT TO provident_app
    USING (person_key = ANY (ARRAY(SELECT access_opened_keys())));

-- Subject kind 1 is a person; events about employers, accounts and filings are no person's rows.
ALTER TABLE ledger_event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON ledger_event FOR ALL TO provident_owner USING (true) WITH CHECK (true);
CREATE POLICY opened ON ledger_event FOR SELECT TO provident_app
    USING (subject_kind <> 1 OR subject_key = ANY (ARRAY(SELECT access_opened_keys())));

-- The secrets that salt entries are for posting alone: in a filing, or with these very records open.
CREATE FUNCTION ledger_secrets(persons bigint[]) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF access_run_purpose() IS DISTINCT FROM 'filing' AND NOT persons <@ ARRAY(SELECT access_opened_keys()) THEN
        RAISE EXCEPTION 'only a filing salts entries of persons it has not opened' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN ledger_hand_out_secrets(persons);
END $$;
REVOKE EXECUTE ON FUNCTION ledger_secrets FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_secrets TO provident_app;

-- Joining two keys joins two records, so whoever does it has both open: else aliasing a stranger's key
-- to one's own would be a way round every look.
CREATE FUNCTION access_guard_alias() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.into_key IS DISTINCT FROM OLD.into_key
       AND NOT pg_has_role(session_user, 'provident_owner', 'MEMBER')
       AND NOT ARRAY[NEW.person_key, coalesce(NEW.into_key, OLD.into_key)] <@ ARRAY(SELECT access_opened_keys()) THEN
        RAISE EXCEPTION 'both records must be open' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION access_guard_alias FROM PUBLIC;
CREATE TRIGGER both_are_open BEFORE UPDATE ON ledger_person FOR EACH ROW EXECUTE FUNCTION access_guard_alias();
