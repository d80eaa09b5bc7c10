"""Registering residents, finding them by number, and the facts recorded about them."""

import datetime as dt
import logging
import threading

import pytest
from django.db import connection
from tests.identity.register import FIELDS, NOON, Register, number_of

from provident import access
from provident.access.records import OPERATOR
from provident.access.refusals import NoGrant, RoleMissing, UnknownPerson
from provident.identity import actions, queries
from provident.identity.names import NameFlag
from provident.identity.numbers import NumberKind, NumberWarning, Sex, modern_form
from provident.identity.records import NewResident
from provident.identity.refusals import (
    BirthDiffers,
    BornAfterRegistration,
    FieldUnknown,
    FieldValueWrong,
    LastOne,
    NotAName,
    NothingHeld,
    NotYetBegun,
    NumberCheckWrong,
    NumberTaken,
)
from provident.kernel.refusal import Refusal
from provident.ledger.records import Source

FILE = Source.of_act("enrolment_file")


def test_a_registered_resident_reads_as_registered(register: Register) -> None:
    """Name, number, birth date and sex of a resident are what was registered, under a random key."""
    found = register.read(register.add("欧阳 若溪", number_of(12, "19850417")))
    assert found.name == "欧阳 若溪"
    assert (found.number.normal, found.number.kind) == (number_of(12, "19850417"), NumberKind.RESIDENT_ID)
    assert (found.born, found.sex) == (dt.date(1985, 4, 17), Sex.FEMALE)
    assert found.archive == ()
    assert found.number.masked == f"990000********{number_of(12, '19850417')[-4:]}"
    assert found.person > 1 << 40


def test_registering_is_an_event_without_name_or_number(register: Register) -> None:
    """The ledger holds that a person was registered and what brought them, and nothing that says who."""
    person = register.add("王小明", number_of(77))
    rows = register.owner.execute("SELECT type, payload FROM ledger_event WHERE subject_key = %s", [person])
    [(type_, payload)] = rows.fetchall()
    assert type_ == "identity.resident_registered"
    assert "王" not in payload
    assert number_of(77) not in payload


@pytest.mark.parametrize(
    "name", ["𠮷田㐂", "欧阳龘", "司马𡋗", "𫝆𬺰", "阿卜杜热西提·买买提", "Maria de la Concepción"]
)
def test_rare_characters_come_back_as_they_went(register: Register, name: str) -> None:
    """Names with characters beyond the basic plane are stored, read and kept unflagged."""
    assert register.read(register.add(name)).names[-1].name == name


def test_the_original_of_a_name_is_kept(register: Register) -> None:
    """A name typed with combining marks is stored in NFC with what was typed beside it."""
    held = register.read(register.add("Jose\u0301 Pe\u0301rez")).names[0]
    assert (held.name, held.original) == ("José Pérez", "Jose\u0301 Pe\u0301rez")


def test_what_to_look_at_is_told(register: Register) -> None:
    """Registration says which names and numbers somebody should look at, and registers them."""
    done = actions.register_residents_bulk(
        residents=[NewResident("王⼩明", number_of(1)), NewResident("王小明", number_of(2, region="110101"))],
        source=FILE,
        at=NOON,
    )
    assert len(done.keys) == 2
    [notice] = done.notices
    assert notice.index == 0
    assert notice.name_flags == (NameFlag.RADICAL,)
    assert notice.number_warnings == (NumberWarning.REGION_UNKNOWN,)


def test_everybody_or_nobody(register: Register) -> None:
    """One bad row keeps everybody out, and every bad row is told with its reason."""
    register.add(number=number_of(500))
    bad = [
        ("王小明", number_of(1)),
        ("王小明", number_of(2)[:17] + ("1" if number_of(2)[17] != "1" else "2")),
        ("\x00", number_of(3)),
        ("王小明", number_of(4, "20990101")),
    ]
    done = actions.register_residents_bulk(residents=[NewResident(*row) for row in bad], source=FILE, at=NOON)
    assert done.keys == ()
    assert [(p.index, type(p.refusal)) for p in done.problems] == [
        (1, NumberCheckWrong),
        (2, NotAName),
        (3, BornAfterRegistration),
    ]
    taken = [("甲", number_of(6)), ("乙", number_of(500)), ("丙", number_of(7))]
    done = actions.register_residents_bulk(residents=[NewResident(*r) for r in taken], source=FILE, at=NOON)
    assert [(p.index, type(p.refusal)) for p in done.problems] == [(1, NumberTaken)]
    twice = [("甲", number_of(6)), ("乙", number_of(8)), ("丙", number_of(6))]
    done = actions.register_residents_bulk(residents=[NewResident(*r) for r in twice], source=FILE, at=NOON)
    assert [(p.index, type(p.refusal)) for p in done.problems] == [(2, NumberTaken)]
    assert register.owner.execute("SELECT count(*) FROM identity_resident").fetchone() == (1,)
    assert register.owner.execute("SELECT count(*) FROM ledger_person").fetchone() == (1,)


def test_registering_nobody_does_nothing(register: Register) -> None:
    """An empty list registers nobody and is no error."""
    done = actions.register_residents_bulk(residents=[], source=FILE, at=NOON)
    assert (done.keys, done.problems, done.notices) == ((), (), ())


def test_two_at_once_register_one(register: Register) -> None:
    """The same number registered from two connections in the same moment ends with one holder."""
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def go() -> None:
        ready.wait()
        try:
            outcomes.append(register.add(number=number_of(9)))
        except Refusal as refusal:
            outcomes.append(type(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert NumberTaken in outcomes
    assert len([one for one in outcomes if isinstance(one, int)]) == 1
    held = register.owner.execute("SELECT count(*) FROM identity_number").fetchone()
    assert held == register.owner.execute("SELECT count(*) FROM ledger_person").fetchone() == (1,)


def test_an_old_number_finds_the_holder_of_the_new_one(register: Register) -> None:
    """Fifteen digits and the eighteen that replaced them lead to the same person, whichever was registered."""
    old = "990000650101012"
    person = register.add(number=old)
    for number in (old, modern_form(old), f" {old} "):
        assert queries.find_resident(number, by=OPERATOR, purpose="console", system="test") == person
    found = register.read(person)
    assert [held.kind for held in found.numbers] == [NumberKind.RESIDENT_ID, NumberKind.RESIDENT_ID_15]
    assert found.number.normal == modern_form(old)
    with pytest.raises(NumberTaken):
        register.add(number=modern_form(old))


def test_finding_is_a_look(register: Register) -> None:
    """A search by number is logged with the person it found, and opens the record in the same look."""
    person = register.add(number=number_of(3))
    with queries.open_by_number(
        number_of(3), by=OPERATOR, purpose="console", fields=FIELDS, system="test"
    ) as opened:
        assert opened.person == person
        assert queries.resident(opened).name == "王小明"
    assert register.looks() == [(OPERATOR, person, True, "")]


def test_a_miss_is_logged_without_a_person(register: Register) -> None:
    """A number nobody holds is refused, and the log says who searched, not for whom."""
    with pytest.raises(UnknownPerson):
        queries.find_resident(number_of(4), by=OPERATOR, purpose="console")
    assert register.looks() == [(OPERATOR, None, False, "access.unknown_person")]


def test_a_number_that_is_none_is_not_searched_for(register: Register) -> None:
    """A mistyped number is refused with its reason before anything is looked up."""
    with pytest.raises(NumberCheckWrong):
        queries.find_resident("110101190001010010", by=OPERATOR, purpose="console")
    assert register.looks() == []


def test_who_may_not_look_does_not_learn_who_is_registered(register: Register) -> None:
    """Somebody without a role or a case gets the same refusal for a number that is held and one that is not."""
    register.add(number=number_of(3))
    for purpose, refusal in (("console", RoleMissing), ("supervision", RoleMissing)):
        for number in (number_of(3), number_of(4)):
            with pytest.raises(refusal):
                queries.find_resident(number, by=register.clerk, purpose=purpose)
    with pytest.raises(NoGrant):
        queries.find_resident(number_of(3), by=register.clerk, purpose="counter_service")


def test_only_the_fields_of_the_look_are_read(register: Register) -> None:
    """Parts of the record the look does not name stay empty."""
    person = register.add()
    with register.open(person, fields=("name",)) as opened:
        found = queries.resident(opened)
    assert (found.name, found.numbers, found.archive) == ("王小明", (), ())
    assert (found.number, found.born, found.sex) == (None, None, None)
    with register.open(person, fields=("numbers",)) as opened:
        assert queries.resident(opened).name is None


def test_names_over_time(register: Register) -> None:
    """A new name becomes the current one from its day on; the former stays."""
    person = register.add("王小明")
    with register.open(person) as opened:
        actions.rename(opened, name="王大明", since=dt.date(2026, 1, 1), at=NOON)
        actions.rename(opened, name="王中明", since=dt.date(2025, 1, 1), at=NOON)
        with pytest.raises(NotYetBegun):
            actions.rename(opened, name="王老明", since=dt.date(2027, 1, 1), at=NOON)
    found = register.read(person)
    assert [held.name for held in found.names] == ["王小明", "王中明", "王大明"]
    assert found.name == "王大明"
    assert register.events(person)[1:] == ["identity.name_changed"] * 2


def test_numbers_over_a_life(register: Register) -> None:
    """A permit that ended and the card that came after are both found; the one in use is the card."""
    person = register.add("Jeanne Martin", "XXA000000000000010")
    card = "911124190001010019"
    with register.open(person) as opened:
        actions.add_number(opened, number=card, since=dt.date(2024, 1, 1), at=NOON)
        actions.add_number(opened, number="GBR123456789012", until=dt.date(2023, 12, 31), at=NOON)
    found = register.read(person)
    assert found.number.normal == card
    assert found.born == dt.date(1900, 1, 1)
    for number in (card, "XXA000000000000010", "GBR123456789012"):
        assert queries.find_resident(number, by=OPERATOR, purpose="console") == person
    other = register.add()
    with register.open(other) as opened, pytest.raises(NumberTaken):
        actions.add_number(opened, number=card, at=NOON)


def test_a_wrong_fact_is_withdrawn_not_erased(register: Register) -> None:
    """A number recorded wrongly is free again and no longer shown; the row stays with the moment it went."""
    person = register.add(number=number_of(1))
    with register.open(person) as opened:
        actions.add_number(opened, number=number_of(2), at=NOON)
        wrong = queries.resident(opened).numbers[0]
        actions.withdraw(opened, fact="number", id=wrong.id, at=NOON)
        with pytest.raises(NothingHeld):
            actions.withdraw(opened, fact="number", id=wrong.id, at=NOON)
        left = queries.resident(opened)
        with pytest.raises(LastOne):
            actions.withdraw(opened, fact="number", id=left.numbers[0].id, at=NOON)
        with pytest.raises(LastOne):
            actions.withdraw(opened, fact="name", id=left.names[0].id, at=NOON)
    assert [held.normal for held in left.numbers] == [number_of(2)]
    assert register.add(number=number_of(1)) != person
    rows = register.owner.execute("SELECT count(*) FROM identity_number WHERE withdrawn_at IS NOT NULL")
    assert rows.fetchone() == (1,)


def test_the_archive_keeps_dated_values(register: Register) -> None:
    """Archive values have a history; a value can end; a decided birth date wins over the number."""
    person = register.add(number=number_of(1, "19800101"))
    with register.open(person) as opened:
        actions.set_value(
            opened, name="employment_form", value="employee", since=dt.date(2020, 1, 1), at=NOON
        )
        actions.set_value(
            opened, name="employment_form", value="flexible", since=dt.date(2024, 1, 1), at=NOON
        )
        actions.set_value(opened, name="phone", value="138 0000 0000", since=None, at=NOON)
        actions.set_value(opened, name="phone", value=None, since=None, at=NOON)
        actions.set_value(opened, name="born", value="1979-12-31", since=None, at=NOON)
    found = register.read(person)
    assert found.value("employment_form") == "flexible"
    assert [held.value for held in found.archive if held.field == "employment_form"] == [
        "employee",
        "flexible",
    ]
    assert found.value("phone") is None
    assert found.value("email") is None
    assert found.born == dt.date(1979, 12, 31)


def test_nothing_outside_the_catalogue_is_stored(register: Register) -> None:
    """A field or a value the catalogue does not allow is refused by the act, and by the database itself."""
    person = register.add()
    with register.open(person) as opened:
        with pytest.raises(FieldUnknown):
            actions.set_value(opened, name="religion", value="x", since=None, at=NOON)
        with pytest.raises(FieldUnknown):
            actions.set_value(opened, name="religion", value=None, since=None, at=NOON)
        with pytest.raises(FieldValueWrong):
            actions.set_value(opened, name="phone", value="none", since=None, at=NOON)
        with (
            pytest.raises(Exception, match="identity_value_field_fkey"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT identity_set_value(%s, 'religion', 'x', NULL, now())", [person])


def test_replaced_contact_values_are_removed(register: Register) -> None:
    """What is kept only while current goes once it is replaced; what the law keeps stays."""
    person = register.add()
    with register.open(person) as opened:
        for phone in ("138 0000 0001", "138 0000 0002"):
            actions.set_value(opened, name="phone", value=phone, since=None, at=NOON)
        for form in ("employee", "flexible"):
            actions.set_value(opened, name="employment_form", value=form, since=None, at=NOON)
    assert actions.remove_replaced(at=NOON) == 1
    assert actions.remove_replaced(at=NOON) == 0
    assert [held.value for held in register.read(person).archive] == ["138 0000 0002", "employee", "flexible"]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [({"born": dt.date(1980, 1, 2)}, BirthDiffers), ({"sex": Sex.FEMALE}, BirthDiffers)],
)
def test_what_contradicts_the_number_is_refused(register: Register, facts: dict, refusal: type) -> None:
    """A birth date or sex other than the number's own is refused at registration."""
    with pytest.raises(refusal):
        register.add(number=number_of(1, "19800101"), **facts)


def test_what_the_number_does_not_say_is_stored(register: Register) -> None:
    """Birth date and sex given beside a number that says neither go to the archive."""
    facts = {"born": dt.date(1990, 5, 4), "sex": Sex.MALE}
    found = register.read(register.add("Jeanne Martin", "XXA000000000000010", **facts))
    assert (found.born, found.sex) == (dt.date(1990, 5, 4), Sex.MALE)
    assert {held.field for held in found.archive} == {"born", "sex"}
    assert register.read(register.add(number=number_of(5), born=dt.date(1980, 1, 1))).archive == ()


def test_reading_does_not_allow_changing(register: Register) -> None:
    """A look for a purpose that only reads cannot change the record; one's own look changes contact only."""
    person = register.add()
    own = register.resident_account(person)
    with access.open_record(person, by=own, purpose="own_record", fields=FIELDS) as opened:
        actions.set_value(opened, name="email", value="wang@example.org", since=None, at=NOON)
        for change in (
            lambda: actions.rename(opened, name="王大明", since=None, at=NOON),
            lambda: actions.set_value(opened, name="born", value="1970-01-01", since=None, at=NOON),
            lambda: actions.add_number(opened, number=number_of(8), at=NOON),
        ):
            with pytest.raises(Exception, match="no look of this transaction"):
                change()
    assert register.read(person).value("email") == "wang@example.org"


def test_nothing_personal_reaches_a_log(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    """Registering, finding, missing and refusing leave neither name nor number in any log line."""
    caplog.set_level(logging.DEBUG)
    number = number_of(41)
    register.add("诸葛不亮", number)
    with pytest.raises(NumberTaken):
        register.add("诸葛不亮", number)
    with pytest.raises(UnknownPerson):
        queries.find_resident(number_of(42), by=OPERATOR, purpose="console")
    seen = " ".join(record.getMessage() for record in caplog.records)
    assert number not in seen
    assert number_of(42) not in seen
    assert "诸葛" not in seen
