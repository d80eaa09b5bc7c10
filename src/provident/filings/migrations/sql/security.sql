-- Enrolments are a person's rows: readable in the transaction whose look opened the person, written by
-- functions only. The other tables name employers and files, never a person.

ALTER TABLE filings_enrolment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON filings_enrolment FOR ALL TO provident_owner USING (true) WITH CHECK (true);
CREATE POLICY opened ON filings_enrolment FOR SELECT TO provident_app
    USING (person_key = ANY (ARRAY(SELECT access_opened_keys())));

GRANT SELECT ON filings_filing, filings_named_employer, filings_total, filings_payment, filings_allocation,
    filings_enrolment TO provident_app;
GRANT INSERT ON filings_filing, filings_named_employer, filings_total, filings_payment, filings_allocation
    TO provident_app;
GRANT UPDATE (state, withdrawn_at, withdrawn_by, withdrawn_reason) ON filings_filing TO provident_app;
GRANT UPDATE (withdrawn) ON filings_total, filings_allocation TO provident_app;
GRANT UPDATE (allocated, withdrawn) ON filings_payment TO provident_app;

-- A filing is posted or refused, and a posted one withdrawn at most: nothing else about it changes.
CREATE FUNCTION filings_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'posted' OR NEW.state <> 'withdrawn' THEN
        RAISE EXCEPTION 'a filing is withdrawn, never rewritten' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_rewritten BEFORE UPDATE ON filings_filing
    FOR EACH ROW EXECUTE FUNCTION filings_refuse_rewriting();

CREATE FUNCTION filings_refuse_supersession() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL
       OR to_jsonb(NEW) - '{superseded_by,superseded_at}'::text[] IS DISTINCT FROM
          to_jsonb(OLD) - '{superseded_by,superseded_at}'::text[] THEN
        RAISE EXCEPTION 'an enrolment is superseded, never rewritten' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_rewritten BEFORE UPDATE ON filings_enrolment
    FOR EACH ROW EXECUTE FUNCTION filings_refuse_supersession();

REVOKE EXECUTE ON FUNCTION
    filings_begin, filings_branches, filings_refuse_rewriting, filings_refuse_supersession, filings_insist,
    filings_kin, filings_spells, filings_enrol, filings_undo_enrolments, filings_stated_before, filings_open_claims, filings_rests_on
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    filings_begin, filings_branches, filings_spells, filings_enrol, filings_undo_enrolments, filings_stated_before,
    filings_open_claims, filings_rests_on
TO provident_app;
