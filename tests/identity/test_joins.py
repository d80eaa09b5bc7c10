"""Merges and splits re-key nothing and are undone exactly; look-alikes are shown, never joined."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.identity.register import NOON, Register, number_of

from provident import access
from provident.access.queries import looks
from provident.access.records import OPERATOR
from provident.access.refusals import OwnRecord
from provident.identity import actions, queries
from provident.identity.records import Parting
from provident.identity.refusals import (
    AlreadyMerged,
    LaterJoinFirst,
    MergeWithItself,
    NothingToSplit,
    NotMerged,
    ReasonMissing,
)
from provident.kernel.keys import PersonKey
from provident.kernel.opened import OpenedRun
from provident.kernel.refusal import Refusal

WHY = "two documents of one person were seen"


def merge(register: Register, person: PersonKey, other: PersonKey) -> int:
    with register.open(person) as opened:
        return actions.merge(opened, other=other, reason=WHY, system="test", at=NOON)


def undo(register: Register, person: PersonKey, join: int) -> None:
    with register.open(person) as opened:
        actions.undo(opened, join=join, reason="it was an error", system="test", at=NOON)


def test_a_merge_makes_two_records_one(register: Register) -> None:
    """After a merge either number opens both; the surviving record's name is the current one."""
    kept, gone = register.add("王小明", number_of(1)), register.add("王晓明", number_of(2))
    merge(register, kept, gone)
    for number in (number_of(1), number_of(2)):
        with queries.open_by_number(
            number, by=OPERATOR, purpose="console", fields=("name", "numbers")
        ) as opened:
            assert opened.person == kept
            assert set(opened.keys) == {kept, gone}
            found = queries.resident(opened)
    assert found.name == "王小明"
    assert {held.name for held in found.names} == {"王小明", "王晓明"}
    assert {held.normal for held in found.numbers} == {number_of(1), number_of(2)}
    for person in (kept, gone):
        assert register.events(person)[-1] == "identity.records_merged"


def test_a_merge_looks_at_both(register: Register) -> None:
    """Whoever merges opens both records, and both persons find the look in their log."""
    kept, gone = register.add(), register.add()
    merge(register, kept, gone)
    assert register.looks() == [(OPERATOR, kept, True, ""), (OPERATOR, gone, True, "")]


def test_a_refused_look_at_the_other_refuses_the_merge(register: Register) -> None:
    """A clerk cannot merge their own record into one they may open; nothing is joined."""
    other, mine = register.add(), register.add()
    register.owner.execute("UPDATE access_account SET person_key = %s WHERE id = %s", [mine, register.clerk])
    with (
        access.open_record(
            other,
            by=register.clerk,
            purpose="counter_service",
            fields=("name", "numbers"),
            reason="at the desk",
        ) as opened,
        pytest.raises(OwnRecord),
    ):
        actions.merge(opened, other=mine, reason=WHY, at=NOON)
    assert register.owner.execute("SELECT count(*) FROM identity_join").fetchone() == (0,)
    assert register.read(other).person == other


def test_what_cannot_be_merged(register: Register) -> None:
    """A record is merged with another, once, for a reason."""
    one, two, three = register.add(), register.add(), register.add()
    with register.open(one) as opened:
        with pytest.raises(ReasonMissing):
            actions.merge(opened, other=two, reason="  ", at=NOON)
        with pytest.raises(MergeWithItself):
            actions.merge(opened, other=one, reason=WHY, at=NOON)
        with pytest.raises(AlreadyMerged):
            actions.merge(opened, other=PersonKey(5), reason=WHY, at=NOON)
    merge(register, one, two)
    with register.open(one) as opened, pytest.raises(MergeWithItself):
        actions.merge(opened, other=two, reason=WHY, at=NOON)
    with register.open(three) as opened, pytest.raises(AlreadyMerged):
        actions.merge(opened, other=two, reason=WHY, at=NOON)
    with register.open(three) as opened, pytest.raises(NotMerged):
        actions.undo(opened, join=1, reason="not mine", at=NOON)


def test_the_history_of_joins_stays(register: Register) -> None:
    """A merge that was undone is still told, with both reasons."""
    one, two = register.add(), register.add()
    join = merge(register, one, two)
    undo(register, one, join)
    with register.open(two) as opened:
        [held] = queries.joins(opened)
    assert (held.id, held.kind, held.reason, held.undone_reason) == (join, "merge", WHY, "it was an error")
    with register.open(one) as opened, pytest.raises(NotMerged):
        actions.undo(opened, join=join, reason="again", at=NOON)
    assert register.events(two)[-1] == "identity.merge_undone"


def test_a_split_parts_two_people(register: Register) -> None:
    """A record two people were entered under is parted: each ends with their own name and number."""
    person = register.add("王小明", number_of(1))
    with register.open(person) as opened:
        actions.rename(opened, name="李小明", since=None, at=NOON)
        actions.add_number(opened, number=number_of(2), at=NOON)
        actions.set_value(opened, name="phone", value="138 0000 0000", since=None, at=NOON)
        found = queries.resident(opened)
        parting = Parting((found.numbers[1].id,), (found.names[1].id,), (found.archive[0].id,))
        parted, _ = actions.split(opened, parting=parting, reason="two people, one number typed", at=NOON)
    old, new = register.read(person), register.read(parted)
    assert (old.name, old.number.normal, old.archive) == ("王小明", number_of(1), ())
    assert (new.name, new.number.normal, new.value("phone")) == ("李小明", number_of(2), "138 0000 0000")
    assert queries.find_resident(number_of(2), by=OPERATOR, purpose="console") == parted


def test_a_split_leaves_nobody_without_a_number_or_a_name(register: Register) -> None:
    """Taking all names, no number, or another person's facts is refused and changes nothing."""
    person, stranger = register.add(), register.add()
    foreign = register.read(stranger)
    with register.open(person) as opened:
        actions.rename(opened, name="李小明", since=None, at=NOON)
        actions.add_number(opened, number=number_of(99), at=NOON)
        found = queries.resident(opened)
    numbers, names = [held.id for held in found.numbers], [held.id for held in found.names]
    for parting in (
        Parting((), (names[1],)),
        Parting((numbers[1],), ()),
        Parting(tuple(numbers), (names[1],)),
        Parting((numbers[1],), tuple(names)),
        Parting((foreign.numbers[0].id,), (foreign.names[0].id,)),
        Parting((numbers[1], foreign.numbers[0].id), (names[1],)),
    ):
        with register.open(person) as opened, pytest.raises(NothingToSplit):
            actions.split(opened, parting=parting, reason=WHY, at=NOON)
    assert register.read(person) == found
    assert register.owner.execute("SELECT count(*) FROM ledger_person").fetchone() == (2,)


def test_what_rests_on_a_split_is_undone_first(register: Register) -> None:
    """A split stands while the new record was merged or split further."""
    person = register.add("甲", number_of(1))
    with register.open(person) as opened:
        for sequence, name in ((2, "乙"), (3, "丙")):
            actions.rename(opened, name=name, since=None, at=NOON)
            actions.add_number(opened, number=number_of(sequence), at=NOON)
        found = queries.resident(opened)
        taken = Parting(tuple(n.id for n in found.numbers[1:]), tuple(n.id for n in found.names[1:]))
        parted, split = actions.split(opened, parting=taken, reason=WHY, at=NOON)
    with register.open(parted) as opened:
        again, second = actions.split(
            opened, parting=Parting((found.numbers[2].id,), (found.names[2].id,)), reason=WHY, at=NOON
        )
    with register.open(person) as opened, pytest.raises(LaterJoinFirst):
        actions.undo(opened, join=split, reason=WHY, at=NOON)
    undo(register, parted, second)
    other = register.add()
    merged = merge(register, other, parted)
    with register.open(person) as opened, pytest.raises(LaterJoinFirst):
        actions.undo(opened, join=split, reason=WHY, at=NOON)
    undo(register, other, merged)
    undo(register, person, split)
    assert register.read(person).numbers == found.numbers
    assert register.read(again).person == person


def state(register: Register, people: list[PersonKey]) -> dict[PersonKey, object]:
    """Return who opens with whom and with which facts, as reading shows it, for each of the people."""
    shown = {}
    for person in people:
        with register.open(person) as opened:
            found = queries.resident(opened)
            shown[person] = (
                found.person,
                frozenset(key for key in opened.keys if key in people),
                found.names,
                found.numbers,
                found.archive,
            )
    return shown


@dataclass
class History:
    """Acts done so far, each with the way to take it back and the state before it."""

    people: list[PersonKey]
    done: list[tuple[PersonKey, int, dict]] = field(default_factory=list)


def act(register: Register, history: History, choice: int, one: int, two: int) -> None:
    """Do one random merge or split, if it is possible at all."""
    people = history.people
    person = register.read(people[one % len(people)]).person
    before = state(register, people)
    try:
        if choice:
            other = people[two % len(people)]
            history.done.append((person, merge(register, person, other), before))
        else:
            found = register.read(person)
            half = Parting(tuple(n.id for n in found.numbers[1::2]), tuple(n.id for n in found.names[1::2]))
            with register.open(person) as opened:
                parted, join = actions.split(opened, parting=half, reason=WHY, at=NOON)
            history.done.append((person, join, before))
            people.append(parted)
    except Refusal:
        assert state(register, people) == before


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=7))
def test_merges_and_splits_are_undone_exactly(register: Register, steps: list[tuple[int, int, int]]) -> None:
    """Whatever was merged and split, undoing it step by step passes through the same states back to the first."""
    people = [register.add(f"人{index}") for index in range(4)]
    for person in people[:2]:
        with register.open(person) as opened:
            actions.rename(opened, name="又名", since=None, at=NOON)
            actions.add_number(opened, number=number_of(next(register.sequence)), at=NOON)
            actions.set_value(opened, name="phone", value="138 0000 0000", since=None, at=NOON)
    history = History(people)
    for step in steps:
        act(register, history, *step)
    while history.done:
        person, join, before = history.done.pop()
        undo(register, register.read(person).person, join)
        # A key the split had minted stays as an empty alias; of those who were there, nothing differs.
        assert state(register, list(before)) == before


def test_merges_are_undone_in_any_order(register: Register) -> None:
    """Three records merged in a chain are parted from the middle first, and each is itself again."""
    people = [register.add(name) for name in ("甲", "乙", "丙")]
    before = state(register, people)
    first = merge(register, people[1], people[0])
    second = merge(register, people[2], people[1])
    with register.open(people[0]) as opened:
        assert opened.person == people[2]
        assert set(opened.keys) == set(people)
    undo(register, people[2], first)
    assert state(register, people)[people[0]] == before[people[0]]
    undo(register, people[2], second)
    assert state(register, people) == before


def test_look_alikes_are_shown_to_staff(register: Register) -> None:
    """Names that look alike are candidates when the birth dates agree or one is unknown, to staff only."""
    person = register.add("王⼩明", number_of(1, "19800101"))
    twin = register.add("王小明", number_of(2, "19800101"))
    unknown = register.add("王 小明", "XXA000000000000010")
    register.add("王小明", number_of(3, "19900101"))
    register.add("王大明", number_of(4, "19800101"))
    with register.open(person) as opened:
        assert {(c.person, c.birth_agrees) for c in queries.possible_same(opened)} == {
            (twin, True),
            (unknown, False),
        }
    own = register.resident_account(person)
    with access.open_record(person, by=own, purpose="own_record", fields=("name",)) as opened:
        assert queries.possible_same(opened) == ()


def test_who_was_told_apart_is_not_shown_again(register: Register) -> None:
    """A pair a person found to be two, or merged, is no candidate any more, from either side."""
    one, two, three = (register.add("王小明", number_of(n)) for n in (1, 2, 3))
    with register.open(one) as opened:
        actions.tell_apart(opened, other=two, reason="different parents", at=NOON)
        actions.tell_apart(opened, other=two, reason="different parents", at=NOON)
        assert [c.person for c in queries.possible_same(opened)] == [three]
    with register.open(two) as opened:
        assert [c.person for c in queries.possible_same(opened)] == [three]
    merge(register, one, three)
    with register.open(one) as opened:
        assert queries.possible_same(opened) == ()


def test_the_whole_register_can_be_checked_for_pairs(register: Register) -> None:
    """A check of the register lists pairs alike in name and birth, once each, and is a look everybody sees."""
    one, two, three = (register.add("王小明", number_of(n, "19800101")) for n in (1, 2, 3))
    register.add("王小明", number_of(4, "19810101"))
    register.add("王大明", number_of(5, "19800101"))
    foreign = register.add("Ivan", "XXA000000000000010", born=dt.date(1970, 5, 6))
    alike = register.add("Іvаn", number_of(6, "19700506"))
    merge(register, one, two)
    checking = {"by": OPERATOR, "purpose": "register_check", "fields": ("name", "numbers"), "system": "test"}
    with access.open_run(**checking) as run:
        pairs = queries.possible_pairs(run)
    assert set(pairs) == {tuple(sorted(pair)) for pair in ((one, three), (foreign, alike))}
    with register.open(one) as opened:
        actions.tell_apart(opened, other=three, reason="different parents", at=NOON)
    with access.open_run(**checking) as run:
        assert queries.possible_pairs(run) == (tuple(sorted((foreign, alike))),)
    with register.open(foreign, fields=("looks",)) as opened:
        assert [look.purpose for look in looks(opened)].count("register_check") == 2


def test_pairs_are_looked_for_in_a_check_only(register: Register) -> None:
    """Another run, or none, lists no pairs."""
    with (
        access.open_run(by=OPERATOR, purpose="projection", fields=("account",), system="test") as run,
        pytest.raises(ValueError, match="check of the register only"),
    ):
        queries.possible_pairs(run)
    forged = OpenedRun(1, OPERATOR, "register_check", ("name",), NOON)
    with pytest.raises(Exception, match="check of the register only"):
        queries.possible_pairs(forged)
