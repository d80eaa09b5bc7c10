"""Many at once: numbers to keys inside a filing, in the order asked, fast."""

import random
import time

import numpy as np
import pytest
from tests.identity.register import NOON, Register, number_of

from provident import access
from provident.access.records import OPERATOR
from provident.identity import actions, bulk
from provident.identity.names import comparable, name_check
from provident.identity.numbers import modern_form
from provident.identity.records import NewResident
from provident.kernel.opened import OpenedRun
from provident.ledger import wire
from provident.ledger.records import Source


def filing():
    return access.open_run(by=OPERATOR, purpose="filing", fields=("name", "numbers"), system="test")


def test_numbers_become_keys_in_the_order_asked(register: Register) -> None:
    """Each number gets its holder's key and name check, an unknown one zeros, repeats the same again."""
    one, two = register.add("王小明", number_of(1)), register.add("李娜", number_of(2))
    asked = [number_of(2), number_of(3), number_of(1), "nonsense, or worse", number_of(2), ""]
    with filing() as run:
        keys, checks = bulk.resolve(run, asked)
        assert [len(part) for part in bulk.resolve(run, [])] == [0, 0]
    assert keys.tolist() == [two, 0, one, 0, two, 0]
    li, wang = name_check("李娜"), name_check("王小明")
    assert checks.tolist() == [li, 0, wang, 0, li, 0]


def test_every_way_of_writing_a_number_finds_its_holder(register: Register) -> None:
    """Old, spaced, full-width and lower-case forms resolve like the normal one."""
    old = "990000650101012"
    x = next(n for n in map(number_of, range(999)) if n.endswith("X"))
    one, two, three = (
        register.add(number=modern_form(old)),
        register.add(number=x),
        register.add(number="GBR123456789012"),
    )
    asked = [old, modern_form(old), x.lower(), f"{x[:6]} {x[6:14]} {x[14:]}", "gbr123456789012"]
    with filing() as run:
        keys, _ = bulk.resolve(run, asked)
    assert keys.tolist() == [one, one, two, two, three]


def test_a_merged_record_keeps_its_own_key(register: Register) -> None:
    """A number resolves to the key that holds it, merged or not, so that undoing a merge loses nothing."""
    kept, gone = register.add("王小明", number_of(1)), register.add("王晓明", number_of(2))
    with register.open(kept) as opened:
        actions.merge(opened, other=gone, reason="seen", at=NOON)
    with filing() as run:
        keys, _ = bulk.resolve(run, [number_of(1), number_of(2)])
        names = bulk.known_names(run, [kept, gone])
    assert keys.tolist() == [kept, gone]
    assert names == {kept: {"王小明", "王晓明"}, gone: {"王小明", "王晓明"}}


def test_the_check_follows_the_current_name(register: Register) -> None:
    """After a change of name the check is the new name's; former names are still known."""
    person = register.add("Maria Silva", number_of(1))
    with register.open(person) as opened:
        actions.rename(opened, name="Maria Costa", since=None, at=NOON)
        actions.add_number(opened, number="GBR123456789012", at=NOON)
    with filing() as run:
        _, checks = bulk.resolve(run, [number_of(1), "GBR123456789012"])
        names = bulk.known_names(run, [person])
    assert checks.tolist() == [name_check("maria costa")] * 2
    assert names == {person: {comparable("Maria Silva"), comparable("MARIA COSTA")}}


def test_only_a_filing_looks_up_in_bulk(register: Register) -> None:
    """Another run, or a run that is over, resolves nothing."""
    register.add(number=number_of(1))
    with (
        access.open_run(by=OPERATOR, purpose="projection", fields=("account",), system="test") as run,
        pytest.raises(ValueError, match="filing only"),
    ):
        bulk.resolve(run, [number_of(1)])
    with filing() as run:
        pass
    with pytest.raises(Exception, match="in a filing only"):
        bulk.resolve(run, [number_of(1)])
    forged = OpenedRun(1, OPERATOR, "filing", ("name",), NOON)
    with pytest.raises(Exception, match="in a filing only"):
        bulk.known_names(forged, [1])


def test_employers_by_code(register: Register) -> None:
    """Known credit codes give key and current region; unknown ones are left out."""
    key = actions.register_employer(code="91110000600037341L", name="测试一厂", region=990000, at=NOON)
    found = bulk.employers_by_code(["91110000600037341L", "Y1110000MA0000001Y", "x"])
    assert {code: (place.key, place.region) for code, place in found.items()} == {
        "91110000600037341L": (key, 990000)
    }


@pytest.mark.slow
def test_a_large_file_resolves_quickly(register: Register) -> None:
    """Resolving 200,000 numbers costs a small multiple of the server merely reading them."""
    rng = random.Random(7)
    births = [
        f"{year}{month:02d}{day:02d}"
        for year in range(1950, 2000)
        for month in (1, 7)
        for day in range(1, 29)
    ]
    numbers = [number_of(sequence, born) for born in births for sequence in range(36)][:100_000]
    people = [NewResident(f"测{index}", number) for index, number in enumerate(numbers)]
    done = actions.register_residents_bulk(residents=people, source=Source.of_act("test"), at=NOON)
    assert len(set(done.keys)) == len(numbers) == 100_000
    order = list(range(len(numbers)))
    rng.shuffle(order)
    asked = [numbers[i] for i in order] * 2
    register.owner.execute("VACUUM ANALYZE identity_number")
    ratios = []
    for _ in range(5):
        with filing() as run:
            began = time.perf_counter()
            wire.call("SELECT count(*) FROM unnest(string_to_array(%s, ','))", (",".join(asked),))
            read = time.perf_counter()
            keys, checks = bulk.resolve(run, asked)
            ratios.append((time.perf_counter() - read) / (read - began))
    assert np.array_equal(keys, np.array([done.keys[i] for i in order] * 2))
    assert checks[0] == name_check(f"测{order[0]}")
    # On an idle machine the reading alone takes some 50 ms; a busy one slows both.
    assert min(ratios) < 15, ratios
