-- The application asks and is answered; what decides is not for it to call.

REVOKE EXECUTE ON FUNCTION
    access_holds, access_family, access_families, access_is_self, access_create_account, access_give_role,
    access_end_role, access_give_grant, access_end_grant, access_guard, access_set_ceiling,
    access_first_administrator, access_activate, access_refuse_change, access_asker, access_judge, access_open, access_open_run,
    access_opened_keys, access_run_purpose, access_is_run, access_run_members, access_run_batch, access_log,
    access_grants_of
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    access_create_account, access_give_role, access_end_role, access_give_grant, access_end_grant, access_guard,
    access_set_ceiling, access_first_administrator, access_activate, access_open, access_open_run, access_opened_keys,
    access_run_purpose, access_run_members, access_run_batch, access_log, access_grants_of
TO provident_app;
