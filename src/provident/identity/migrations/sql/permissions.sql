-- The application asks through these functions; the steps inside them are not for it to call.

REVOKE EXECUTE ON FUNCTION
    identity_refuse_rewriting, identity_register, identity_may_write, identity_insist, identity_current_check,
    identity_refresh, identity_add_name, identity_add_number, identity_set_value, identity_withdraw,
    identity_remove_replaced, identity_find, identity_link, identity_insist_on_filing, identity_resolve, identity_known_names,
    identity_born, identity_births, identity_possible_same, identity_possible_pairs, identity_open_beside,
    identity_merge, identity_split, identity_move, identity_undo_join, identity_undo_split, identity_tell_apart,
    identity_insist_on_forgetting, identity_newest_records, identity_propose_forgetting, identity_proposed_person,
    identity_proposal, identity_weigh_forgetting, identity_forget, identity_remove_facts
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    identity_register, identity_add_name, identity_add_number, identity_set_value, identity_withdraw,
    identity_remove_replaced, identity_find, identity_link, identity_resolve, identity_known_names, identity_possible_same,
    identity_possible_pairs, identity_merge, identity_split, identity_undo_join, identity_tell_apart,
    identity_newest_records, identity_propose_forgetting, identity_proposed_person, identity_weigh_forgetting,
    identity_forget
TO provident_app;
