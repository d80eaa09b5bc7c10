-- What the application may do: read (row security stands before persons' rows), and call.

GRANT SELECT ON ledger_installation, ledger_batch, ledger_entry, ledger_event, ledger_event_batch,
    ledger_record_year, ledger_balanced_posting, ledger_checkpoint TO provident_app;
GRANT SELECT (person_key, into_key) ON ledger_person TO provident_app;

DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT p.oid FROM pg_proc p
                WHERE p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, 'ledger_') LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', made);
    END LOOP;
END $$;

GRANT EXECUTE ON FUNCTION
    ledger_register_installation, ledger_register_persons, ledger_event_salts, ledger_set_alias,
    ledger_open_batch, ledger_insert, ledger_close_batch, ledger_reverse_batch, ledger_insert_events, ledger_damaged,
    ledger_project, ledger_narrow, ledger_fact, ledger_wide_facts, ledger_facts, ledger_facts_query, ledger_late_facts, ledger_unmonthed,
    ledger_facts_known_on, ledger_totals, ledger_unsealed_since, ledger_take_sealing_lock, ledger_leaf_pages,
    ledger_leaves_of_pages, ledger_leaves_of_rows, ledger_leaves_of_batches, ledger_leaves_of_events, ledger_place,
    ledger_placed, ledger_add_checkpoint, ledger_keep_note, ledger_unlinked, ledger_forgotten
TO provident_app;
