"""The database's own guards, held against the SQL we ship: triggers, row security, functions, privileges.

What is read here is what the migrations say, so a new trigger or function is checked without a word here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import provident
from provident.ledger.check.findings import Findings
from provident.ledger.check.snapshot import Snapshot

_ROOMS = ("ledger", "access")
# A body in SQL proper (BEGIN ATOMIC) is kept parsed: of that one only the kind of body can be compared.
_FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\s*\(.*?(?:\bAS \$\$(.*?)\$\$|\bBEGIN ATOMIC\b.*?\bEND\b)",
    re.DOTALL,
)
_TRIGGER = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s+(?:BEFORE|AFTER)[^;]*?\sON (\w+)[^;]*?EXECUTE FUNCTION (\w+)",
    re.DOTALL,
)
_FORMATTED = re.compile(r"'CREATE TRIGGER (\w+) [^;]*?ON %I '\s*'[^']*EXECUTE FUNCTION (\w+)", re.DOTALL)
_LOOP = re.compile(r"FOREACH \w+ IN ARRAY ARRAY\[(.*?)\] LOOP(.*?)END LOOP", re.DOTALL)
_SECURED = re.compile(r"ALTER TABLE (\w+) ENABLE ROW LEVEL SECURITY, FORCE")
_POLICY = re.compile(r"CREATE POLICY (\w+) ON (\w+)\s+FOR (\w+) TO (\w+)")
_GRANT = re.compile(r"^GRANT EXECUTE ON FUNCTION(.*?)TO provident_app", re.DOTALL | re.MULTILINE)
_WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

_TRIGGERS = """
    SELECT t.tgname::text, c.relname::text, p.proname::text, t.tgenabled IN ('O', 'A')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal"""
_FUNCTIONS = """
    SELECT p.proname::text, p.prosrc, has_function_privilege('provident_app', p.oid, 'EXECUTE')
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      AND p.prokind = 'f' AND (starts_with(p.proname, 'ledger_') OR starts_with(p.proname, 'access_'))"""
_POLICIES = """
    SELECT policyname::text, tablename::text, cmd, roles::text[], permissive FROM pg_policies
    WHERE schemaname = 'public'
      AND (starts_with(tablename, 'ledger_') OR starts_with(tablename, 'access_'))"""
_SECURITY = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity"""
_PRIVILEGES = """
    SELECT c.relname::text, p.what FROM pg_class c CROSS JOIN unnest(%s::text[]) p (what)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
      AND (starts_with(c.relname, 'ledger_') OR starts_with(c.relname, 'access_look'))
      AND has_table_privilege('provident_app', c.oid, p.what) ORDER BY 1, 2"""
_SECRETS = """
    SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relname IN ('ledger_person', 'access_look_secret') AND a.attname = 'secret'
      AND has_column_privilege('provident_app', c.oid, a.attnum, 'SELECT')"""
_ROLE = """
    SELECT v.what FROM pg_roles r CROSS JOIN LATERAL (VALUES
        (r.rolsuper, 'SUPERUSER'), (r.rolbypassrls, 'BYPASSRLS'), (r.rolcreaterole, 'CREATEROLE'),
        (pg_has_role('provident_app', 'provident_owner', 'MEMBER'), 'provident_owner')) v (has, what)
    WHERE r.rolname = 'provident_app' AND v.has"""
_LOOSE = """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname ~ '^ledger_entry_[0-9]{6}'
      AND c.relkind IN ('r', 'p')
      AND c.oid NOT IN (SELECT relid FROM pg_partition_tree('ledger_entry'))"""


_OWNERS = """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
      AND (starts_with(c.relname, 'ledger_') OR starts_with(c.relname, 'access_'))
      AND pg_get_userbyid(c.relowner) <> 'provident_owner' ORDER BY 1"""


@dataclass(slots=True)
class Shipped:
    """What the SQL we ship makes."""

    functions: dict[str, list[str]] = field(default_factory=dict)
    triggers: dict[tuple[str, str], str] = field(default_factory=dict)  # name and table: function
    secured: set[str] = field(default_factory=set)
    policies: set[tuple[str, str, str, str]] = field(default_factory=set)
    callable: set[str] = field(default_factory=set)


def shipped() -> Shipped:
    """Read the SQL of the rooms that keep logs."""
    made = Shipped()
    base = Path(provident.__file__).parent
    for room in _ROOMS:
        for path in sorted((base / room / "migrations" / "sql").glob("*.sql")):
            _read(path.read_text(encoding="utf-8"), made)
    return made


def _read(text: str, made: Shipped) -> None:
    for name, body in _FUNCTION.findall(text):
        made.functions.setdefault(name, []).append(_plain(body))
    outside = re.sub(r"--.*", "", _FUNCTION.sub("", text))
    for name, table, function in _TRIGGER.findall(outside):
        made.triggers[name, table] = function
    made.secured.update(_SECURED.findall(outside))
    made.policies.update((table, name, how, role) for name, table, how, role in _POLICY.findall(outside))
    for tables, loop in _LOOP.findall(outside):
        for table in re.findall(r"'(\w+)'", tables):
            made.triggers.update({(name, table): function for name, function in _FORMATTED.findall(loop)})
            if "FORCE ROW LEVEL SECURITY" in loop:
                made.secured.add(table)
            loose = re.findall(r"CREATE POLICY (\w+) ON %I FOR (\w+) TO (\w+)", loop)
            made.policies.update((table, name, how, role) for name, how, role in loose)
    for names in _GRANT.findall(outside):
        made.callable.update(re.findall(r"\w+", re.sub(r"\(.*?\)", "", names)))


def _plain(body: str) -> str:
    """Return a function's body without lines that are comments, which do nothing."""
    return re.sub(r"^\s*--.*$\n?", "", body, flags=re.MULTILINE).strip()


def hold_database(snapshot: Snapshot, findings: Findings) -> None:
    """Hold the database's guards against what we ship."""
    made = shipped()
    for code, what in (
        *_triggers(snapshot, made),
        *_row_security(snapshot, made),
        *_functions(snapshot, made),
        *_privileges(snapshot),
    ):
        findings.add(code, what=what)


def _triggers(snapshot: Snapshot, made: Shipped) -> Iterator[tuple[str, str]]:
    found = {
        (name, table): (function, enabled) for name, table, function, enabled in snapshot.rows(_TRIGGERS)
    }
    wanted = dict(made.triggers)
    tables = snapshot.rows("SELECT relid::regclass::text, isleaf FROM pg_partition_tree('ledger_entry')")
    for table, _ in tables:
        wanted["append_only_whole", table] = wanted["append_only", table] = "ledger_refuse_change"
    for (name, table), function in sorted(wanted.items()):
        if found.get((name, table)) != (function, True):
            yield "database.trigger", f"{name} ({table})"
    for (table,) in snapshot.rows(_LOOSE):
        yield "database.unpartitioned", table


def _row_security(snapshot: Snapshot, made: Shipped) -> Iterator[tuple[str, str]]:
    forced = {table for (table,) in snapshot.rows(_SECURITY)}
    for table in sorted(made.secured - forced):
        yield "database.row_security", table
    found = {
        (table, name, how, ",".join(roles))
        for name, table, how, roles, permissive in snapshot.rows(_POLICIES)
        if permissive == "PERMISSIVE"
    }
    for table, name, _, _ in sorted(found ^ made.policies):
        yield "database.policy", f"{name} ({table})"


def _functions(snapshot: Snapshot, made: Shipped) -> Iterator[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    may: set[str] = set()
    for name, body, is_callable in snapshot.rows(_FUNCTIONS):
        found.setdefault(name, []).append(_plain(body))
        may |= {name} if is_callable else set()
    for name in sorted(found.keys() | made.functions.keys()):
        if sorted(found.get(name, [])) != sorted(made.functions.get(name, [])):
            yield "database.function", name
    yield from (("database.privilege", f"EXECUTE {name}") for name in sorted(may - made.callable))
    yield from (("database.privilege_missing", f"EXECUTE {name}") for name in sorted(_of_ours(made) - may))


def _of_ours(made: Shipped) -> set[str]:
    return {name for name in made.callable if name in made.functions}


def _privileges(snapshot: Snapshot) -> Iterable[tuple[str, str]]:
    for table, what in snapshot.rows(_PRIVILEGES, (list(_WRITES),)):
        yield "database.privilege", f"{what} {table}"
    for (column,) in snapshot.rows(_SECRETS):
        yield "database.privilege", f"SELECT {column}"
    for (table,) in snapshot.rows(_OWNERS):
        yield "database.owner", table
    for (what,) in snapshot.rows(_ROLE):
        yield "database.privilege", what
