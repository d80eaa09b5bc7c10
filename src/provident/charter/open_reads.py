"""Reads of tables about persons that need no look, each with its reason. A test keeps the list true.

The key is the module or SQL file below `provident`, a colon, and the function.
"""

_QUESTION = (
    "only words the question: it travels with the look that opens the record, and row security answers it"
)
OPEN_READS = {
    "access.queries:account": "an account's own card: signing in comes before any purpose can be named",
    "access.queries:account_of": "finds the account of a sign-in name; signing in comes before any purpose",
    "access.queries:offices_accounts": "accounts of offices, employers and systems; no resident's among them",
    "access.queries:roles_held": "roles decide on the look and are read before it; no person's data",
    "access.queries:sample_accounts": "the sample's sign-ins in development mode; no person's data",
    "access.queries:session_with_account": (
        "whose a browser's session is: asked before any purpose can be named; an account, its roles, and whom"
        " it may act for as they told each other"
    ),
    "identity/migrations/sql/registering.sql:identity_register": (
        "tells whoever registers a number only that it is taken, so that nobody is registered twice"
    ),
    "identity/migrations/sql/registering.sql:identity_remove_replaced": (
        "removes values whose retention has ended and returns how many; no person's data comes out"
    ),
    "identity/migrations/sql/forgetting.sql:identity_proposed_person": (
        "names the key a proposal to forget is about, so that whoever confirms can open that record"
    ),
    "ledger.check.rows.events:EventCheck.check": (
        "hashes stored events for the operator's check, a look everybody finds; no event comes out"
    ),
    "ledger.check.rows.facts:FactSums.take_years": (
        "weighs the reading copy for the operator's check, a look everybody finds; only sums come out"
    ),
    "ledger.queries:years_question": _QUESTION,
    "filings.queries:enrolments_question": _QUESTION,
    "ledger.journal.replay:_Replay.segment": (
        "puts back what a restored database lost and compares it with the guard; nothing comes out"
    ),
    "ledger.journal.writing:_Reading.write": (
        "copies the ledger for the operator's export, which is a look everybody finds in their log"
    ),
    "ledger/migrations/sql/forgetting.sql:ledger_unlinked": (
        "counts a batch's entries of forgotten persons for the operator's check; no entry comes out"
    ),
    "ledger/migrations/sql/form.sql:ledger_damaged": (
        "recomputes hashes for the operator's check and returns ids of entries, nothing of what they say"
    ),
    "ledger/migrations/sql/posting.sql:ledger_event_salts": (
        "salts events that are about to be appended; no secret comes out, and nothing that is stored"
    ),
    "ledger/migrations/sql/totals.sql:ledger_totals": (
        "sums of an employer or of everyone by month and branch; no row stands for a person"
    ),
}
