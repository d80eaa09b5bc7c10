-- A person's rows are readable in the transaction whose look opened the person, and in no other.
-- The application writes through functions only.

DO $$
DECLARE
    person_table text;
    key_columns text;
BEGIN
    FOR person_table, key_columns IN VALUES
        ('identity_resident', 'person_key'),
        ('identity_number', 'person_key'),
        ('identity_name', 'person_key'),
        ('identity_value', 'person_key'),
        ('identity_join', 'person_key,into_key'),
        ('identity_told_apart', 'one,other')
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', person_table);
        EXECUTE format('CREATE POLICY owner_all ON %I FOR ALL TO provident_owner USING (true) WITH CHECK (true)',
                       person_table);
        EXECUTE format('CREATE POLICY opened ON %I FOR SELECT TO provident_app USING (%s)', person_table,
                       (SELECT string_agg(format('%I IN (SELECT access_opened_keys())', k), ' OR ')
                        FROM unnest(string_to_array(key_columns, ',')) k));
        EXECUTE format('GRANT SELECT ON %I TO provident_app', person_table);
    END LOOP;
END $$;
ALTER TABLE identity_join_move ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON identity_join_move FOR ALL TO provident_owner USING (true) WITH CHECK (true);

GRANT SELECT ON identity_field TO provident_app;
GRANT SELECT, INSERT ON identity_employer, identity_employer_detail TO provident_app;

-- Facts are withdrawn, moved by a split, and removed when their retention is over; nothing else about
-- them changes, whoever asks. (A number's name_check follows the holder's current name.)
CREATE FUNCTION identity_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(NEW) - '{withdrawn_at,person_key,name_check}'::text[] IS DISTINCT FROM
       to_jsonb(OLD) - '{withdrawn_at,person_key,name_check}'::text[] THEN
        RAISE EXCEPTION 'a recorded fact is withdrawn, never rewritten' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_rewritten BEFORE UPDATE ON identity_number
    FOR EACH ROW EXECUTE FUNCTION identity_refuse_rewriting();
CREATE TRIGGER never_rewritten BEFORE UPDATE ON identity_name
    FOR EACH ROW EXECUTE FUNCTION identity_refuse_rewriting();
CREATE TRIGGER never_rewritten BEFORE UPDATE ON identity_value
    FOR EACH ROW EXECUTE FUNCTION identity_refuse_rewriting();
