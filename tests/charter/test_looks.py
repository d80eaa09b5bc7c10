"""A read of persons without a look is found in source code and in the database's functions."""

import ast
from pathlib import Path

import pytest

import provident
from provident.charter import walk
from provident.charter.open_reads import OPEN_READS
from provident.charter.tables import definers, person_tables

ROOT = Path(next(iter(provident.__path__)))

SCHEMA = """
-- CREATE TABLE commented (person_key bigint);
CREATE TABLE diary_page (
    page_id bigint PRIMARY KEY,
    person_key bigint NOT NULL CHECK (person_key > 0),
    body text
);
CREATE TABLE diary_cover (employer_key bigint, person_count int);
CREATE VIEW diary_latest AS SELECT person_key, max(page_id) FROM diary_page GROUP BY person_key;
"""

MODELS = '''
class Page(models.Model):
    """A page."""

    person_key = models.BigIntegerField()

    class Meta:
        db_table = "diary_sheet"


class Cover(models.Model):
    employer = models.BigIntegerField()
'''


@pytest.fixture
def package(tmp_path):
    """Make a package with one room, tables about persons and about employers."""
    root = tmp_path / "provident"
    (root / "diary/migrations/sql").mkdir(parents=True)
    (root / "diary/migrations/sql/0001.sql").write_text(SCHEMA)
    (root / "diary/models.py").write_text(MODELS)

    def plant(name, text):
        (root / name).write_text(text)
        return [(breach.where, breach.what) for breach in walk(sources=root).breaches]

    plant.root = root
    return plant


READS = {
    "sql": 'def pages(cursor, key):\n    return cursor.execute("SELECT body FROM diary_page WHERE person_key = %s", [key])\n',
    "join": 'def pages(c):\n    c.execute("SELECT 1 FROM diary_cover c JOIN public.diary_page p ON true")\n',
    "view": 'def pages(c):\n    c.execute("SELECT * FROM diary_latest")\n',
    "copy": 'def pages(c):\n    c.copy("COPY diary_page (body) TO STDOUT")\n',
    "f-string": 'def pages(c, column):\n    c.execute(f"SELECT {column} FROM diary_page")\n',
    "constant": 'READ = "SELECT body FROM diary_page"\n\ndef pages(c):\n    c.execute(READ)\n',
    "model": "def pages(key):\n    return Page.objects.filter(person_key=key)\n",
    "model by module": "def pages(key):\n    return models.Page.objects.get(person_key=key)\n",
    "async": 'async def pages(c):\n    await c.execute("SELECT 1 FROM diary_sheet")\n',
    "private helper": 'def _rows(c):\n    return c.execute("SELECT 1 FROM diary_page")\n\n\ndef pages(c):\n    return _rows(c)\n',
}


@pytest.mark.parametrize("way", READS)
def test_a_planted_read_without_a_look_is_a_breach(way, package):
    """Whatever the way to the table, the function that needs the look is named."""
    assert package("diary/queries.py", READS[way]) == [("diary.queries", "pages")]


@pytest.mark.parametrize("way", READS)
@pytest.mark.parametrize(
    "proof", ["opened: Opened", "*, opened: kernel.OpenedRun", 'run: "OpenedRun | None"']
)
def test_the_same_read_with_a_look_is_fine(way, proof, package):
    """An argument of the kernel's type is the proof, however it is written."""
    text = READS[way]
    for name in ("(cursor, key)", "(c, column)", "(key)", "(c)"):
        text = text.replace(f"pages{name}:", f"pages{name[:-1]}, {proof}):")
    assert package("diary/queries.py", text) == []


def test_opening_the_record_itself_is_a_proof(package):
    """A door opens the record and reads inside."""
    text = 'def page(c, key):\n    with access.open_record(key, by=1) as opened:\n        c.execute("SELECT 1 FROM diary_page")\n'
    assert package("diary/pages.py", text) == []


def test_a_method_may_hold_its_proof_in_its_class(package):
    """A class made with a look reads with it; one made without does not."""
    good = 'class Reader:\n    opened: Opened\n\n    def pages(self, c):\n        c.execute("SELECT 1 FROM diary_page")\n'
    assert package("diary/reading.py", good) == []
    assert package("diary/reading.py", good.replace("opened: Opened", "key: int")) == [
        ("diary.reading", "Reader.pages")
    ]


def test_a_text_of_sql_is_followed_into_other_modules(package):
    """A constant imported from next door reads what it reads."""
    package("diary/texts.py", 'READ = "SELECT body FROM diary_page"\n')
    text = "from provident.diary.texts import READ as FETCH\n\n\ndef pages(c):\n    c.execute(FETCH)\n"
    assert package("diary/queries.py", text) == [("diary.queries", "pages")]


def test_a_private_function_nobody_calls_is_named_itself(package):
    """There is no caller to hold the look, so the private function is the breach."""
    text = 'def _rows(c):\n    return c.execute("SELECT 1 FROM diary_page")\n'
    assert package("diary/queries.py", text) == [("diary.queries", "_rows")]


@pytest.mark.parametrize(
    "text",
    [
        'def totals(c):\n    c.execute("SELECT count(*) FROM diary_cover")\n',
        'def drop(c):\n    c.execute("DELETE FROM diary_page WHERE false")\n',
        'def add(c):\n    c.execute("INSERT INTO diary_page VALUES (1)")\n    c.copy("COPY diary_page (body) FROM STDIN")\n',
        "def add(rows):\n    Page.objects.bulk_create(rows)\n    Page.objects.create(person_key=1)\n",
        'def told():\n    """Nothing is read from diary_page here."""\n',
        "def covers():\n    return Cover.objects.all()\n",
        'def commented(c):\n    c.execute("SELECT 1 FROM commented")\n',
    ],
)
def test_what_reads_no_person_needs_no_look(text, package):
    """Totals, writes, deletes and prose are not reads of persons."""
    assert package("diary/queries.py", text) == []


DEFINER = """
CREATE OR REPLACE FUNCTION diary_all(a int) RETURNS {returns} LANGUAGE sql SECURITY {rights}
SET search_path = pg_catalog AS $$ SELECT body FROM diary_page {where} $$;
CREATE FUNCTION diary_none() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;
CREATE FUNCTION diary_insist() RETURNS void LANGUAGE sql AS $$ SELECT access_run_purpose() $$;
GRANT EXECUTE ON FUNCTION diary_none(), {granted} TO provident_app;
"""


@pytest.mark.parametrize(
    ("returns", "rights", "where", "granted", "breach"),
    [
        ("SETOF text", "DEFINER", "", "diary_all(int)", True),
        ("TABLE (body text)", "DEFINER", "", "diary_all", True),
        ("SETOF text", "INVOKER", "", "diary_all", False),
        ("trigger", "DEFINER", "", "diary_all", False),
        ("void", "DEFINER", "", "diary_all", False),
        ("SETOF text", "DEFINER", "", "diary_insist", False),
        ("SETOF text", "DEFINER", "WHERE access_run_purpose() = 'filing'", "diary_all", False),
        ("SETOF text", "DEFINER", "WHERE diary_insist() IS NULL", "diary_all", False),
    ],
)
def test_a_database_function_with_its_owners_rights_asks_access(
    returns, rights, where, granted, breach, package
):
    """A function the application may call, which goes around row security to persons, asks for the look."""
    (package.root / "diary/migrations/sql/0002.sql").write_text(
        DEFINER.format(returns=returns, rights=rights, where=where, granted=granted)
    )
    found = package("diary/queries.py", "")
    assert found == ([("diary/migrations/sql/0002.sql", "diary_all")] if breach else [])


def test_sql_inside_a_migration_counts(package):
    """Tables made in a migration's own text are known."""
    (package.root / "diary/migrations/0002_more.py").write_text(
        'SQL = "CREATE TABLE diary_note (note int, resident_id bigint)"\n'
    )
    assert "diary_note" in person_tables(package.root).tables
    assert package("diary/queries.py", 'def notes(c):\n    c.execute("SELECT 1 FROM diary_note")\n')


def test_an_open_read_is_shown_with_its_reason(package, monkeypatch):
    """A listed exception is no breach, and the findings show it."""
    monkeypatch.setitem(OPEN_READS, "diary.queries:pages", "a reason")
    assert package("diary/queries.py", READS["sql"]) == []
    (excused,) = walk(sources=package.root).excused
    assert (excused.where, excused.what, excused.reason) == ("diary.queries", "pages", "a reason")


def test_the_tables_about_persons_are_those_with_a_person_key(package):
    """Tables by their columns, models by their fields, views by what they show."""
    found = person_tables(package.root)
    assert found.tables == {"diary_page", "diary_sheet", "diary_latest"}
    assert found.models == {"Page"}


def test_this_program_reads_no_person_without_a_look():
    """The walk over our own source finds no breach, and it did find reads to check."""
    findings = walk(sources=ROOT)
    assert [breach.sentence("en") for breach in findings.breaches] == []
    assert findings.checked[0].count > 0


def test_every_listed_exception_is_used():
    """No entry of OPEN_READS outlives the function it excuses."""
    used = {f"{one.where}:{one.what}" for one in walk(sources=ROOT).excused}
    assert set(OPEN_READS) == used
    assert all(len(reason) > 20 for reason in OPEN_READS.values())


def test_every_migration_of_this_program_can_be_read():
    """The walk reads SQL where our migrations keep it: it knows tables and functions of several rooms."""
    tables = person_tables(ROOT).tables
    assert {table.partition("_")[0] for table in tables} >= {"ledger", "identity", "access"}
    assert sum(1 for _ in definers(ROOT)) > 3
    assert all(ast.parse(path.read_text()) for path in ROOT.rglob("migrations/*.py"))
