"""The log of looks as a named log: its form, who is in it, and that nobody is left out."""

import random
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from psycopg import errors
from psycopg.rows import dict_row
from tests.access import look_form
from tests.access.look_log import LookLog
from tests.access.office import AN, BO, CUI, NOBODY, Connect, Office

from provident import access
from provident.access.actions import add_run_members, name_run_batch
from provident.access.look_log import LookSource
from provident.access.records import OPERATOR, AccountKind, Role
from provident.access.refusals import LookRefused

MANUAL = Path(__file__).parents[2] / "docs" / "spec" / "look-form.md"
GOLDEN_LEAF = "fcb369db9ee82276f3a5e3633e96f4b34f4fc0c8e2e0a9a16a771d9df1036388"
SOME = ("name", "contributions")
OPEN = "SELECT look FROM access_open(%s, %s, %s, %s, 'portal', %s)"


def look_at(person: int, by: int, purpose: str = "own_record") -> None:
    """Look, answered or refused."""
    try:
        with access.open_record(person, by=by, purpose=purpose, fields=SOME):
            pass
    except LookRefused:
        pass


def every_kind(office: Office) -> None:
    """Write looks of every kind: own, in office, refused, at nobody, runs, at a merged person."""
    look_at(AN, office.an)
    look_at(BO, office.clerk, "counter_service")
    look_at(NOBODY, OPERATOR, "console")
    look_at(None, OPERATOR, "console")
    look_at(AN, 12345, "no such purpose")
    office.owner.execute("UPDATE ledger_person SET into_key = %s WHERE person_key = %s", [AN, CUI])
    look_at(CUI, OPERATOR, "console")
    with access.open_run(by=OPERATOR, purpose="statement_run", fields=SOME, members=[BO, CUI]):
        pass
    clerk = office.account(AccountKind.EMPLOYER, Role.EMPLOYER_CLERK)
    with access.open_run(by=clerk, purpose="filing", fields=SOME) as run:
        name_run_batch(run, batch=3)
        name_run_batch(run, batch=2)
        add_run_members(run, [BO])
        add_run_members(run, [AN])
    with access.open_run(by=OPERATOR, purpose="backup", fields=SOME):
        pass


def strange_texts(session: psycopg.Connection, office: Office) -> None:
    """Write looks whose texts and fields are unlike any the program would send."""
    for fields, reason in (
        (["name", None], "é \u0301e \x01\x1f\x7f \"'\\/\b\f\n\r\t 𠮷"),
        ([["name", "events"], ["name", "looks"]], "<script>&\u2028"),
        ([], ""),
    ):
        session.execute(OPEN, [office.clerk, BO, "counter_service", fields, reason])


def as_the_manual_says(office: Office, look: int) -> bytes:
    """Return the leaf a stranger makes of what the tables hold."""
    cursor = office.owner.cursor(row_factory=dict_row)
    row = cursor.execute(
        "SELECT *, (extract(epoch FROM at) * 1000000)::bigint AS moment FROM access_look WHERE id = %s",
        [look],
    ).fetchone()
    members = cursor.execute("SELECT person_key FROM access_look_member WHERE look = %s", [look]).fetchall()
    batches = cursor.execute("SELECT batch FROM access_look_batch WHERE look = %s", [look]).fetchall()
    secrets = cursor.execute(
        "SELECT coalesce((SELECT secret FROM ledger_person WHERE person_key = %s),"
        " (SELECT secret FROM access_look_secret)) AS secret, installation_id FROM ledger_installation",
        [row["person_key"]],
    ).fetchone()
    said = look_form.payload(
        row, row["moment"], [one["person_key"] for one in members], [one["batch"] for one in batches]
    )
    return look_form.leaf(secrets["installation_id"].bytes, look, said, secrets["secret"])


def test_the_forms_bytes_are_frozen(office: Office, superuser_connection: psycopg.Connection) -> None:
    """The sample look has the leaf it had when the form was frozen, in the manual and in the database."""
    said, shown = look_form.sample()
    manual = MANUAL.read_text(encoding="utf-8")
    assert f"```json\n{said}\n```" in manual
    assert f"```\n{shown}\n```" in manual
    assert shown.endswith(GOLDEN_LEAF)
    session = superuser_connection
    session.execute("SET session_replication_role = replica")
    session.execute(
        "INSERT INTO ledger_installation VALUES (%s, 'a', 'b', 'CNY', 'UTC', 990000)",
        [look_form.INSTALLATION.hex()],
    )
    row = look_form.ROW
    session.execute("INSERT INTO ledger_person VALUES (%s, %s, NULL)", [row["person_key"], look_form.SECRET])
    session.execute(
        f"INSERT INTO access_look (id, xid, {', '.join(row)}) OVERRIDING SYSTEM VALUE"
        f" VALUES (%s, pg_current_xact_id(), {', '.join(['%s'] * len(row))})",
        [look_form.LOOK, *row.values()],
    )
    session.execute(
        "INSERT INTO access_look_member SELECT unnest(%s::bigint[]), %s", [look_form.MEMBERS, look_form.LOOK]
    )
    session.execute("INSERT INTO access_look_batch VALUES (%s, %s)", [look_form.BATCHES[0], look_form.LOOK])
    leaf = session.execute("SELECT leaf FROM access_look_leaves(ARRAY[7], NULL)").fetchone()
    assert leaf[0].hex() == GOLDEN_LEAF


def test_a_stranger_makes_the_same_leaves(office: Office, log: LookLog, connect: Connect) -> None:
    """The manual is enough to make the leaf of a look of any kind, and each look has one position."""
    every_kind(office)
    strange_texts(connect(), office)
    sealed = log.seal()
    found = list(LookSource().looks(0, sealed.checkpoint.size))
    (count,) = office.owner.execute("SELECT count(*) FROM access_look").fetchone()
    assert sealed.added == sealed.checkpoint.size == len(found) == count == 12
    assert [one.position for one in found] == list(range(count))
    assert [one.leaf for one in found] == log.leaves(count)
    assert [one.leaf for one in found] == [as_the_manual_says(office, one.look) for one in found]


def test_a_look_of_a_transaction_still_running_is_not_skipped(
    office: Office, log: LookLog, connect: Connect
) -> None:
    """Looks committed long after later ones were sealed get their positions, however many seals lie between."""
    slow = connect()
    own = [office.an, AN, "own_record", list(SOME), ""]
    look_at(AN, office.an)
    with slow.transaction():
        (late,) = slow.execute(OPEN, own).fetchone()
        for _ in range(4):
            look_at(AN, office.an)
            assert log.seal().added >= 1
        assert log.seal().added == 0
    assert log.seal().added == 1
    size = log.seal().checkpoint.size
    assert [one.look for one in LookSource().looks(0, size)][-1] == late
    assert log.damage(size) == set()
    assert LookSource().left_out() == ()
    (watermark,) = office.owner.execute("SELECT watermark FROM access_look_seal").fetchone()
    assert watermark > late


def test_a_look_that_was_rolled_back_leaves_no_gap(office: Office, log: LookLog, connect: Connect) -> None:
    """A number that was given out and never committed is passed over, and positions stay without gaps."""
    session = connect()
    with session.transaction(force_rollback=True):
        session.execute(OPEN, [office.an, AN, "own_record", list(SOME), ""])
    for _ in range(3):
        look_at(AN, office.an)
        log.seal()
    assert [one.position for one in LookSource().looks(0, 9)] == [0, 1, 2]


def test_many_writers_with_pauses_lose_no_look(office: Office, log: LookLog, connect: Connect) -> None:
    """With writers that commit out of order while seals go on, every look is sealed once."""
    stop = time.monotonic() + 2
    own = [office.an, AN, "own_record", list(SOME), ""]

    def write(session: psycopg.Connection, chance: random.Random) -> None:
        while time.monotonic() < stop:
            with session.transaction(force_rollback=chance.random() < 0.2):
                session.execute(OPEN, own)
                time.sleep(chance.random() / 20)

    writers = [threading.Thread(target=write, args=(connect(), random.Random(n))) for n in range(6)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        log.seal()
        time.sleep(0.05)
    size = log.seal().checkpoint.size
    looks = [one.look for one in LookSource().looks(0, size)]
    written = [look for (look,) in office.owner.execute("SELECT id FROM access_look ORDER BY id")]
    assert sorted(looks) == written
    assert len(written) > 50
    assert log.damage(size) == set()


def test_what_another_cluster_left_behind_holds_nothing_up(office: Office, log: LookLog) -> None:
    """In a restored database the transactions noted before are none of this server's, and sealing goes on."""
    look_at(AN, office.an)
    log.seal()
    office.owner.execute("UPDATE access_look_seal SET running = '{999/1,998/7}'")
    look_at(AN, office.an)
    assert log.seal().added == 1
    assert log.seal().added == 0
    look_at(AN, office.an)
    assert log.seal().checkpoint.size == 3


def test_the_oldest_waiting_look_is_known(office: Office, log: LookLog) -> None:
    """Until it is sealed, the moment of the oldest waiting look can be asked for."""
    assert LookSource().waiting_since() is None
    look_at(AN, office.an)
    look_at(BO, office.bo)
    (first,) = office.owner.execute("SELECT min(at) FROM access_look").fetchone()
    assert LookSource().waiting_since() == first
    log.seal()
    assert LookSource().waiting_since() is None


def test_lost_tiles_are_made_anew(office: Office, log: LookLog) -> None:
    """Tiles that are gone come back from the looks, with the same root."""
    every_kind(office)
    root = log.seal().checkpoint.root
    for tile in (log.places.log("looks") / "tile").rglob("*"):
        if tile.is_file():
            tile.unlink()
    assert log.seal().checkpoint.root == root
    assert log.damage(9) == set()


def test_a_look_takes_members_in_its_own_transaction_only(office: Office) -> None:
    """Not even the owner of the tables adds a member or a batch to a look that is committed."""
    with access.open_run(by=OPERATOR, purpose="filing", fields=SOME, members=[AN]) as run:
        pass
    for table in ("access_look_member", "access_look_batch"):
        with pytest.raises(errors.InsufficientPrivilege, match="its own transaction only"):
            office.owner.execute(f"INSERT INTO {table} VALUES (%s, %s)", [BO, run.look])
    with office.owner.transaction():
        office.owner.execute("SELECT access_open(%s, %s, 'own_record', '{name}', '', '')", [office.an, AN])
        with pytest.raises(errors.InsufficientPrivilege), office.owner.transaction():
            office.owner.execute("INSERT INTO access_look_member VALUES (%s, %s)", [BO, run.look])


@pytest.mark.parametrize(
    "table", ["access_look_secret", "access_look_position", "access_look_unlinked", "access_look_seal"]
)
def test_the_application_reads_no_secret_and_writes_no_position(
    office: Office, connect: Connect, table: str
) -> None:
    """The application neither reads nor writes what sealing keeps, in or outside of a seal."""
    session = connect()
    with session.transaction():
        session.execute("SELECT ledger_take_sealing_lock('looks')")
        with pytest.raises(errors.InsufficientPrivilege), session.transaction():
            session.execute(f"SELECT * FROM {table}")
        with pytest.raises(errors.InsufficientPrivilege), session.transaction():
            session.execute(f"DELETE FROM {table}")
    for making in ("access_look_leaves('{1}', NULL)", "access_look_salt('', 1)"):
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute(f"SELECT {making}")


def test_positions_follow_one_another(office: Office, log: LookLog, connect: Connect) -> None:
    """A position is given once, and after the last one only."""
    every_kind(office)
    log.seal()
    session = connect()
    for start, look in ((8, 500), (10, 500), (9, 1)):
        with pytest.raises(psycopg.Error):
            session.execute("SELECT access_place_looks(%s, %s, '{}')", [start, [look]])


def test_two_seals_at_once_place_each_look_once(office: Office, log: LookLog) -> None:
    """Of two sealers one waits, and no look is placed twice."""
    every_kind(office)

    def work() -> None:
        with closing(connections["default"]):
            log.seal()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.position for one in LookSource().looks(0, 99)] == list(range(9))
