"""Receipts made from a sealed ledger, held against the stranger's check."""

import copy
import json
import uuid
from dataclasses import replace

import psycopg
import pytest
from django.db import transaction
from filings import world
from psycopg.errors import InsufficientPrivilege

from provident.access.catalogue import catalogue
from provident.ledger import queries as ledger
from provident.ledger.journal.recovery import declare
from provident.ledger.seal.guard import Guard
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.named import places
from provident.ledger.seal.logs.publishing import published
from provident.statements.receipts import Receipts
from provident.statements.receipts.making import of_statement, salts
from provident.statements.refusals import NoSuchEntry, NotAsSealed, NothingPublished, NothingToProve
from provident.verify.receipts import check_receipt
from provident.verify.signing import Trust
from provident.verify.strict import read_json
from provident.verify.verdicts import NotProven

from .sealing import opened, receipt_of, sealed, set_places

PEOPLE = (1, 2, 3)


@pytest.fixture
def desk(fresh_database, tmp_path, monkeypatch):
    """Return the desk of an agency with three people, a declared and a paid month each, not sealed yet."""
    set_places(monkeypatch, tmp_path)
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol(PEOPLE, "2025-03"))
    desk.send(world.declare(PEOPLE, "2025-03"))
    desk.send([world.pay("7200.00", month="2025-03", branch="pension")], columns=world.PAYMENTS)
    return desk


def checked(raw: bytes):
    return check_receipt(read_json(raw), Trust((), ()))


def test_a_receipt_holds_everything_about_the_person(desk):
    """Entries and events of the person, and of nobody else, are proven by the stranger's check."""
    sealed()
    receipt = receipt_of(1)
    found = checked(receipt.raw)
    with opened(1) as person:
        ids = {str(one.id) for one in (*ledger.entries(person), *ledger.events(person))}
    assert {one.form.get("entry_id") or one.form["event_id"] for one in found.entries} == ids
    assert {one.form.get("kind") for one in found.entries} >= {"declared", "paid"}
    assert {one.form.get("type") for one in found.entries} >= {"filings.enrolled"}
    assert receipt.entries == len(ids)
    assert (receipt.unlinked, receipt.waiting) == (0, ())
    keys = {one.form.get("person_key") or one.form["subject_key"] for one in found.entries}
    assert keys == {f"{world.key_of(1):016x}"}


def test_a_receipt_holds_no_name_number_or_secret(desk, superuser_connection: psycopg.Connection):
    """Neither the name nor the official number nor the secret is in the file, in any writing."""
    sealed()
    raw = receipt_of(1).raw
    ((secret,),) = superuser_connection.execute(
        "SELECT secret FROM ledger_person WHERE person_key = %s", (world.key_of(1),)
    ).fetchall()
    for told in (
        b"Person 1",
        world.number(1).encode(),
        b"Employer",
        world.code(0).encode(),
        secret.hex().encode(),
    ):
        assert told not in raw


def leaves(value, path=()):
    """Yield the path of every value that is no list or mapping."""
    if isinstance(value, dict | list):
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(below, (*path, step))
    else:
        yield path


def other(value):
    """Return a value of the same kind that is not the same."""
    match value:
        case int():
            return value + 1
        case None:
            return str(uuid.uuid4())
        case str() if value[-1:].isdigit():
            return value[:-1] + str((int(value[-1]) + 1) % 10)
        case _:
            return ("b" if value[0] == "a" else "a") + value[1:]


def test_every_changed_field_is_refused(desk):
    """Whatever single value of a receipt is changed, the check says no."""
    sealed()
    document = read_json(receipt_of(1).raw)
    paths = list(leaves(document))
    assert len(paths) > 60
    for path in paths:
        changed = copy.deepcopy(document)
        inside = changed
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = other(inside[path[-1]])
        with pytest.raises(NotProven):
            check_receipt(changed, Trust((), ()))


def test_one_entry_has_a_receipt_of_its_own(desk):
    """A receipt of one entry or event holds just that; an id of somebody else's is refused."""
    sealed()
    with opened(1) as person:
        receipts = Receipts.newest()
        for one in (ledger.entries(person)[0], ledger.events(person)[0]):
            (entry,) = checked(receipts.of_entry(person, one.id).raw).entries
            assert str(one.id) in {entry.form.get("entry_id"), entry.form.get("event_id")}
        with pytest.raises(NoSuchEntry):
            receipts.of_entry(person, uuid.uuid4())
    with opened(2) as somebody, pytest.raises(NoSuchEntry):
        Receipts.newest().of_entry(somebody, one.id)


def test_what_is_not_in_a_checkpoint_yet_is_named(desk):
    """An entry posted after the newest checkpoint is said to wait, and is in the next receipt."""
    sealed()
    before = receipt_of(1)
    desk.send(world.declare(PEOPLE, "2025-04"))
    receipt = receipt_of(1)
    assert receipt.entries == before.entries
    assert len(receipt.waiting) == 1
    with opened(1) as person, pytest.raises(NothingToProve, match="1 entries"):
        Receipts.newest().of_entry(person, receipt.waiting[0])
    sealed()
    after = receipt_of(1)
    assert (after.entries, after.waiting) == (before.entries + 1, ())


def test_without_a_checkpoint_there_is_no_receipt(desk):
    """Before the first seal, and for somebody without an entry, a receipt is refused."""
    with pytest.raises(NothingPublished):
        receipt_of(1)


def test_gaps_between_rows_do_not_matter(desk):
    """A file in which rows of two kinds alternate leaves gaps; every entry is found in its place all the same."""
    rows = []
    for who in range(10, 40):
        rows += world.enrol([who], "2025-05")
        rows += world.declare([who], "2025-05")
    desk.send(rows)
    sealed()
    for who in (10, 17, 39):
        assert len(checked(receipt_of(who).raw).entries) == receipt_of(who).entries


def test_a_year_s_receipt_holds_the_entries_of_that_year(desk):
    """A statement's receipt holds the money entries of its year's months and nothing else."""
    desk.send(world.declare(PEOPLE, "2026-01"))
    desk.send(world.enrol(PEOPLE, "2024-01", branches=("medical",)))
    sealed()
    with opened(1) as person:
        receipts = Receipts.newest()
        for year, months in ((2025, {"2025-03"}), (2026, {"2026-01"})):
            found = checked(receipts.of_year(person, year, known_on=person.at).raw).entries
            assert {entry.form["month"] for entry in found} == months
        before = min(entry.posted_at for entry in ledger.entries(person))
        assert receipts.of_year(person, 2025, known_on=before.replace(year=2020)) is None


def test_a_merged_person_s_receipt_holds_the_entries_of_both(desk, superuser_connection):
    """Entries under every key of the person are in the receipt, each with its own key's salt."""
    sealed()
    merge(superuser_connection, world.key_of(2), world.key_of(1))
    found = checked(receipt_of(1).raw)
    assert len({one.form.get("person_key") for one in found.entries} - {None}) == 2


def merge(superuser: psycopg.Connection, key: int, into: int) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE ledger_person SET into_key = %s WHERE person_key = %s", (into, key))


def test_the_salts_need_a_look_that_covers_receipts(desk):
    """The database makes salts only for whom a look with the field `receipt` opens."""
    sealed()
    with opened(1, fields=("contributions",)) as person:
        of = ledger.entries(person)
        with pytest.raises(InsufficientPrivilege, match="not open for a receipt"), transaction.atomic():
            salts(of)
    with pytest.raises(InsufficientPrivilege, match="not open for a receipt"), transaction.atomic():
        salts(of)
    with (
        opened(2),
        pytest.raises(InsufficientPrivilege, match="not open for a receipt"),
        transaction.atomic(),
    ):
        salts(of)


def test_a_purpose_that_does_not_cover_receipts_gets_none():
    """Audit and supervision read without making proofs for others to carry away."""
    purposes = catalogue().purposes
    having = {name for name, purpose in purposes.items() if "receipt" in purpose.fields}
    assert having == {"own_record", "representation", "counter_service", "console", "statement_run"}


@pytest.mark.parametrize(
    "column", ["base = base + 100", "region = region + 1", "source_row = source_row + 7"]
)
def test_a_changed_row_gets_no_receipt(desk, superuser_connection, column):
    """What is no longer what was sealed is refused by name, not proven by accident."""
    sealed()
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute(
        f"UPDATE ledger_entry SET {column} WHERE person_key = %s AND kind = 1", (world.key_of(1),)
    )
    with pytest.raises(NotAsSealed):
        receipt_of(1)
    assert receipt_of(2).entries


def test_an_erased_secret_leaves_positions_without_content(desk, superuser_connection):
    """Entries of an erased key are unlinked: their leaf is proven, and nothing of what they said."""
    sealed()
    keys = [world.key_of(who) for who in PEOPLE]
    superuser_connection.execute("ALTER TABLE ledger_person ALTER secret DROP NOT NULL")
    merge(superuser_connection, keys[1], keys[0])
    erase = "UPDATE ledger_person SET secret = NULL WHERE person_key = %s"
    superuser_connection.execute(erase, (keys[1],))
    receipt = receipt_of(1)
    found = checked(receipt.raw)
    assert receipt.unlinked == len(found.unlinked) > 0
    assert {one.form.get("person_key") for one in found.entries} <= {f"{keys[0]:016x}", None}
    superuser_connection.execute(erase, (keys[2],))
    with pytest.raises(NothingToProve):
        receipt_of(3)


def lose_some(lost: int) -> None:
    """Let the guard have seen more than the database holds, as after a restored backup."""
    with Guard(places(ledger.installation().id).guard, LEDGER.name) as guard:
        seen = guard.read()
        guard.swap(seen, replace(seen, size=seen.size + lost, root="00" * 32))


def test_after_a_recovery_statement_receipts_are_of_the_new_epoch(desk):
    """What was posted before and after the loss is proven in the epoch that goes on, never in the one that ended."""
    ended = sealed()
    lose_some(3)
    declare(LEDGER, "the disk failed")
    desk.send(world.declare(PEOPLE, "2025-04"))
    now = sealed()
    receipt = receipt_of(1)
    assert (receipt.origin, receipt.size) == (now.checkpoint.origin, now.checkpoint.size)
    assert receipt.origin == f"{ended.checkpoint.origin}/2"
    found = checked(receipt.raw).entries
    assert {one.form["month"] for one in found if one.form.get("kind") == "declared"} == {
        "2025-03",
        "2025-04",
    }
    assert receipt.waiting == ()
    with opened(1) as person:
        told = of_statement(person, 2025, known_on=person.at)
    assert told.origin == receipt.origin


def test_a_new_epoch_that_shows_nothing_yet_gives_no_receipt(desk):
    """Before the new epoch's first checkpoint is published nothing is proven by the one that ended."""
    sealed()
    lose_some(3)
    declare(LEDGER, "the disk failed")
    (places(ledger.installation().id).log(LEDGER.name, 2) / "checkpoint").unlink()
    with pytest.raises(NothingPublished):
        receipt_of(1)


def test_a_signature_by_an_unknown_key_is_left_out(desk):
    """Whoever's key neither the log shows nor the operator names does not come into the receipt."""
    sealed()
    path = places(ledger.installation().id).log(LEDGER.name) / "checkpoint"
    path.write_text(
        path.read_text()
        + "— witness.example/w1 JLXZ/gAAAABpziawjpHHfBxfrN2+7ovgfr+Oyy9cbFiVlxf6++Or6AAygxhcUox8VsXAx0OmxkHpYx9RpJRPxtbEeWiJ+tuQmGVDDg==\n"
    )
    assert len(published(path.parent).signatures) == 2
    receipt = receipt_of(1)
    assert receipt.witnesses == ()
    assert len(checked(receipt.raw).signed.logs) == 1
    assert "witness.example" not in json.dumps(read_json(receipt.raw))
