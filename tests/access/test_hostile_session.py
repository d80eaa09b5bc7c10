"""What the application role can command, set or forge to read somebody it has not opened: nothing."""

import itertools

import psycopg
import pytest
from psycopg import errors
from tests.access.office import AN, BO, CUI, Connect, Office
from tests.access.session import OPEN, denied, open_own, seen

# Settings that end the session or the statement by themselves prove nothing either way.
_DEADLINES = {
    "statement_timeout",
    "transaction_timeout",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
}


def test_no_setting_of_the_session_opens_anything(office: Office, connect: Connect) -> None:
    """Every setting a client may change is tried with its odd values, beside a look at another person."""
    session = connect()
    settings = session.execute(
        "SELECT name, vartype, enumvals, min_val, max_val FROM pg_settings"
        " WHERE context IN ('user', 'superuser', 'backend', 'superuser-backend') ORDER BY name"
    ).fetchall()
    tried = 0
    for name, kind, choices, low, high in settings:
        for value in {"bool": ["on", "off"], "enum": choices, "string": ["public", ""]}.get(
            kind, [low, high]
        ):
            if name not in _DEADLINES:
                tried += _try_setting(session, office, name, value)
    assert tried > 200


def _try_setting(session: psycopg.Connection, office: Office, name: str, value: str) -> bool:
    with session.transaction(force_rollback=True):
        try:
            with session.transaction():
                session.execute("SELECT set_config(%s, %s, true)", [name, value])
        except psycopg.Error:
            return False
        try:
            with session.transaction():
                open_own(session, office)
                found = seen(session)
        except psycopg.Error:
            return True
        assert found <= {AN}, (name, value)
    return True


_COMMANDS = [
    "SET SESSION app.person = '1002'",
    "SET SESSION access.look = '1'",
    "SET SESSION provident.person_key = '1002'",
    "SELECT set_config('access.keys', '{1002}', false)",
    "SET search_path = pg_temp, public",
    "SET search_path = ''",
    "SET default_transaction_isolation = 'serializable'",
    "SET plan_cache_mode = force_generic_plan",
    "SET session_replication_role = replica",
    "SET row_security = off",
    "SET ROLE provident_owner",
    "SET ROLE NONE",
    "RESET SESSION AUTHORIZATION",
    "SET SESSION AUTHORIZATION provident_owner",
    "ALTER ROLE provident_app BYPASSRLS",
    "ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE ledger_entry NO FORCE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON ledger_entry USING (true)",
    "DROP POLICY opened ON ledger_entry",
    "GRANT provident_owner TO provident_app",
    "CREATE FUNCTION public.access_opened_keys(int) RETURNS SETOF bigint LANGUAGE sql AS 'SELECT 1002::bigint'",
    "CREATE TEMP TABLE access_look (keys bigint[])",
    "PREPARE TRANSACTION 'later'",
]


def test_no_command_opens_anything(office: Office, connect: Connect) -> None:
    """Whatever is commanded before or after, at most the person of the look is readable."""
    for statement, committed in itertools.product(_COMMANDS, (True, False)):
        session = connect()
        try:
            session.execute(statement)
        except psycopg.Error:
            assert session.execute("SELECT current_user").fetchone() == ("provident_app",)
        with session.transaction(force_rollback=not committed):
            try:
                open_own(session, office)
                found = seen(session)
            except psycopg.Error:
                found = set()
        assert found <= {AN}, statement
        session.close()


def test_row_security_off_is_an_error_and_not_a_way_in(office: Office, connect: Connect) -> None:
    """With row security switched off the server refuses the query."""
    session = connect()
    session.execute("SET row_security = off")
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        session.execute("SELECT * FROM ledger_entry")


_DENIED = [
    (
        "INSERT INTO access_look (at, xid, actor, office_en, office_zh, role, system, purpose, article_en, article_zh,"
        " fields, person_key, keys, answered, refusal, reason, override, counted, run) VALUES (transaction_timestamp(),"
        " pg_current_xact_id(), 1, '', '', '', '', '', '', '', '{}', 1002, '{1002}', true, '', '', false, false, false)"
    ),
    "INSERT INTO access_look_member VALUES (1002, 1)",
    "INSERT INTO access_look_batch VALUES (2, 1)",
    "UPDATE access_look SET keys = '{1002}'",
    "DELETE FROM access_look",
    "TRUNCATE access_look CASCADE",
    "COPY access_look FROM STDIN",
    "SELECT * FROM access_look",
    "SELECT * FROM access_look_member",
    "SELECT * FROM access_grant",
    "SELECT * FROM access_enrolment_code",
    "SELECT setval('access_look_id_seq', 1)",
    "INSERT INTO access_role_grant (account, role, since, given_by) VALUES (2, 'operator', now(), 1)",
    (
        "INSERT INTO access_grant (kind, account, person_key, purpose, fields, basis, since, until, given_by)"
        " VALUES ('mandate', 2, 1002, 'representation', '{name}', 'x', now(), now(), 1)"
    ),
    "UPDATE access_account SET person_key = 1002 WHERE id = 2",
    "UPDATE access_account SET kind = 'operator'",
    "INSERT INTO access_account (sign_in) VALUES ('x')",
    "DELETE FROM access_guarded",
    "UPDATE access_purpose SET needs = 'role'",
    "UPDATE access_ceiling SET looks_per_hour = NULL",
    "SELECT access_family(1002)",
    "SELECT access_holds(1, '{operator}')",
    "SELECT access_judge(1, 1, 'console', 'operator', '{1002}', '{name}', '')",
    "SELECT access_asker(1, 'console')",
    "SELECT * FROM ledger_entry_202601",
    "SELECT * FROM ledger_entry_202601_0",
    "COPY ledger_entry_202601_0 TO STDOUT",
    "TABLE ledger_alias",
    "SELECT secret FROM ledger_person",
    "SELECT ledger_secrets('{1002}')",
    "SELECT ledger_hand_out_secrets('{1001}')",
    "SELECT ledger_forget_projection()",
    "SELECT * FROM ledger_entry FOR UPDATE",
    "INSERT INTO ledger_person VALUES (5, decode(repeat('00', 32), 'hex'), 1001)",
    "UPDATE ledger_person SET into_key = 1001",
]


def test_what_is_not_the_applications_is_denied(office: Office, connect: Connect) -> None:
    """The log, the grants and the leaves can be neither read nor written but through the functions."""
    session = connect()
    for statement in _DENIED:
        denied(session, statement)
        with session.transaction(force_rollback=True):
            open_own(session, office)
            with session.transaction(force_rollback=True):
                denied(session, statement)
            assert seen(session) == {AN}


def test_asking_as_another_account_opens_what_that_account_may(office: Office, connect: Connect) -> None:
    """Naming somebody else as actor is judged by that account's grants, and written as theirs."""
    session = connect()
    asked = [
        (office.an, BO, "own_record"),
        (office.clerk, BO, "own_record"),
        (office.clerk, BO, "counter_service"),
        (office.supervisor, BO, "audit"),
        (0, BO, "console"),
        (None, BO, "console"),
        (office.bo, BO, "console"),
    ]
    for actor, person, purpose in asked:
        with session.transaction():
            assert session.execute(OPEN, [actor, person, purpose]).fetchone() == (False,)
            assert seen(session) == set()
    assert [answered for _, _, answered, _ in office.looks()] == [False] * len(asked)


def test_a_strangers_key_cannot_be_made_an_alias(office: Office, connect: Connect) -> None:
    """Joining two keys needs both records open, so nobody reads a stranger by becoming them."""
    session = connect()
    denied(session, f"SELECT ledger_set_alias({BO}, {AN})")
    with session.transaction(force_rollback=True):
        open_own(session, office)
        with session.transaction(force_rollback=True):
            denied(session, f"SELECT ledger_set_alias({BO}, {AN})")
        with session.transaction(force_rollback=True):
            denied(session, f"SELECT ledger_set_alias({AN}, {BO})")
    with session.transaction():
        for person in (AN, BO):
            assert session.execute(OPEN, [1, person, "console"]).fetchone() == (True,)
        session.execute(f"SELECT ledger_set_alias({BO}, {AN})")
    with session.transaction():
        open_own(session, office)
        assert seen(session) == {AN, BO}


def test_functions_of_ones_own_see_no_row_and_shadow_nothing(
    office: Office, connect: Connect, superuser_connection: psycopg.Connection
) -> None:
    """Even with a schema and temporary tables of its own, the application neither peeks nor shadows."""
    superuser_connection.execute("CREATE SCHEMA playground AUTHORIZATION provident_app")
    superuser_connection.execute(
        f"GRANT TEMP ON DATABASE {superuser_connection.info.dbname} TO provident_app"
    )
    session = connect()
    session.execute("""
        CREATE FUNCTION playground.peek(key bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
            $$ BEGIN RAISE EXCEPTION 'peeked at %', key; END $$;
        CREATE OPERATOR playground.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = playground.always);
    """.replace("CREATE OPERATOR", "CREATE FUNCTION playground.always(bigint, bigint) RETURNS boolean"
                " LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR"))  # fmt: skip
    for schema in ("playground", "pg_temp"):
        session.execute(f"""
            CREATE TABLE {schema}.ledger_person (person_key bigint, into_key bigint);
            INSERT INTO {schema}.ledger_person VALUES ({AN}, NULL), ({BO}, {AN});
            CREATE TABLE {schema}.access_account (id bigint, person_key bigint, closed_at timestamptz);
            CREATE TABLE {schema}.access_look (keys bigint[], xid xid8, at timestamptz, answered boolean);
            INSERT INTO {schema}.access_look VALUES ('{{{BO}}}', pg_current_xact_id(), transaction_timestamp(), true);
            CREATE FUNCTION {schema}.access_opened_keys() RETURNS SETOF bigint LANGUAGE sql AS 'SELECT 1002::bigint';
            CREATE FUNCTION {schema}.transaction_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()';
        """)
        session.execute(f"SET search_path = {schema}, public, pg_catalog")
        assert (
            session.execute("SELECT 1 FROM public.ledger_entry WHERE playground.peek(person_key)").fetchall()
            == []
        )
        assert seen(session) == set()
        with session.transaction():
            opening = session.execute(
                f"SELECT keys FROM public.access_open({office.an}, {AN}, 'own_record', '{{name}}', '', '')"
            )
            assert opening.fetchone() == ([AN],)
            assert seen(session) == {AN}


def test_a_block_of_code_reads_no_more(office: Office, connect: Connect) -> None:
    """Code run in the server commits and goes on, and what was open is shut with the commit."""
    with pytest.raises(errors.RaiseException, match="then 0"):
        connect().execute(f"""
            DO $$
            DECLARE n bigint;
            BEGIN
                PERFORM access_open({office.an}, {AN}, 'own_record', '{{name}}', '', '');
                COMMIT;
                SELECT count(*) INTO n FROM ledger_entry;
                RAISE EXCEPTION 'then %', n;
            END $$
        """)


def test_the_ledgers_functions_say_nothing_of_others(office: Office, connect: Connect) -> None:
    """Functions that read as the caller find only the opened person."""
    session = connect()
    with session.transaction():
        open_own(session, office)
        found = session.execute(
            "SELECT person_key FROM ledger_facts_known_on(%s, now())", [[AN, BO, CUI]]
        ).fetchall()
    assert found == [(AN,)]


def test_statistics_of_the_tables_are_not_readable(office: Office, connect: Connect) -> None:
    """Sampled values the server keeps of persons' tables are hidden from the application."""
    office.owner.execute("ANALYZE ledger_entry, ledger_record_year, ledger_person")
    session = connect()
    assert session.execute("SELECT * FROM pg_stats WHERE tablename LIKE 'ledger_%'").fetchall() == []
    denied(session, "SELECT * FROM pg_statistic")


def test_the_log_is_append_only_for_the_owner_too(office: Office, connect: Connect) -> None:
    """Neither the owner of the tables changes a look."""
    session = connect()
    open_own(session, office)
    for statement in (
        "UPDATE access_look SET reason = 'x'",
        "DELETE FROM access_look",
        "TRUNCATE access_look CASCADE",
    ):
        with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
            office.owner.execute(statement)
    assert office.looks() == [(office.an, AN, True, "")]


# Tables about persons the application reads without a look, and why.
_OPEN_TABLES = {
    "access_account": "signing in comes before any look; the keys in it open nothing by themselves"
}


def test_every_table_about_persons_has_forced_row_security(office: Office) -> None:
    """A table with a person's key that the application may read stands behind a policy of looks."""
    bare = office.owner.execute("""
        SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname IN ('person_key', 'into_key') AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
          AND c.relnamespace = 'public'::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
          AND has_any_column_privilege('provident_app', c.oid, 'SELECT')
    """).fetchall()
    assert {name for (name,) in bare} == set(_OPEN_TABLES)
