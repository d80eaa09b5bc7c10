"""Formulas as machine code: exact quotients, whoever is doubted, and runs that go on without it."""

import os
import random
import shutil
from itertools import product

import numpy as np
import pytest

from provident.kernel.rounding import Rounding, divide
from provident.law import law_of
from provident.law.engine.proof import Span
from provident.law.engine.rounding import Step
from provident.law.machine import compiler, program
from provident.law.machine.code import Code, Line, part_of
from provident.law.machine.divided import CodeQuotient, NotForMachine, rounded
from provident.law.machine.program import Output, Text, compiled, framed, stored
from provident.law.refusals import FileUnreadable
from provident.law.runs import local, programs
from provident.law.runs.assembling import answer
from provident.law.runs.programs import answer_by
from provident.law.runs.sources import open_source

TODAY = 20_779


def test_what_stands_for_a_part_gives_the_whole_quotient():
    """A number up to 2^49 times the part of a divisor, cut, is the quotient, next to every multiple too."""
    dice = random.Random(5)
    for divisor in [1, 2, 3, 7, 10, 12, 500, 1000, 999_983, 10**6, 2**31 - 1, 10**12, 2**48 + 1]:
        part = float(np.array([part_of(divisor)], dtype=np.int64).view(np.float64)[0])
        most = 2**49 // divisor
        for times in [0, 1, most, *(dice.randrange(most + 1) for _ in range(300))]:
            for number in (times * divisor - 1, times * divisor, times * divisor + 1):
                if 0 <= number <= 2**49:
                    assert int(number * part) == number // divisor


MODES = (Rounding.HALF_UP, Rounding.DOWN, Rounding.UP)
SIZES = [  # bounds of the number, what it is multiplied with and divided by, and of the quotients that fit
    (Span(0, 10**9), Span(0, 10**6), Span(1, 10**6)),
    (Span(-(10**9), 10**9), Span(0, 10**3), Span(1, 10**4)),
    (Span(0, 10**17), Span(0, 10**7), Span(10**10, 10**17)),
    (Span(10**15, 10**17), Span(10**6, 10**7), Span(10**7, 10**8)),  # some quotients are beyond 2^53
]


@pytest.mark.parametrize(("size", "mode"), list(product(SIZES, MODES)))
def test_a_quotient_is_rounded_as_for_one_person(size, mode):
    """Number × times ÷ by equals plain whole-number arithmetic, or is doubted; most are not."""
    dice = random.Random(11)
    line, columns = Line(), [object(), object(), object()]
    codes = [Code(line, line.loaded(one, "%i", 8), span) for one, span in zip(columns, size, strict=True)]
    found, doubts = Output(0), Output(1)
    quotient = rounded(CodeQuotient(*codes), Step("", mode, 10))
    stored(quotient, found)
    made = compiled(Text(framed(line, doubts), tuple(line.slots), (found,), doubts, {}))
    rows = [[dice.choice((s.low, s.high, dice.randint(s.low, s.high))) for s in size] for _ in range(3_000)]
    given = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    laid = {id(one): numbers for one, numbers in zip(columns, given, strict=True)}
    results, doubted = made.run(len(rows), laid)
    for at, (number, times, by) in enumerate(rows):
        if not doubted[at]:
            assert results[0][at] == divide(number * times, by * 10, mode) * 10
        assert quotient.span.low <= results[0][at] <= quotient.span.high
    assert np.count_nonzero(doubted) < len(rows) // 2


def test_instructions_that_need_more_than_themselves_are_none():
    """A call of something outside gives no instructions, and without instructions there is no program."""
    outside = (
        "declare i64 @far(i64)\ndefine i64 @law(i64 %n) {\n %v = call i64 @far(i64 %n)\n ret i64 %v\n}\n"
    )
    assert compiler.instructions(outside) == b""
    alone = "define i64 @law(i64 %n) {\n %v = add i64 %n, 1\n ret i64 %v\n}\n"
    assert compiler.instructions(alone)
    with pytest.raises(NotForMachine):
        compiled(Text(outside, (), (), Output(0), {}))


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """Return a folder of people: some ask too early, some gave what is no amount, some the law does not reach."""
    folder, dice, count = tmp_path_factory.mktemp("machine") / "people", np.random.default_rng(3), 500
    folder.mkdir()
    birth = np.datetime64("1910-01-01") + dice.integers(0, 365 * 70, count)
    entitled = birth.astype("datetime64[M]") + 62 * 12 + dice.integers(-3, 90, count)
    np.save(folder / "person_id.npy", np.arange(count))
    np.save(folder / "birth_date.npy", birth)
    np.save(folder / "entitlement_month.npy", entitled)
    np.save(folder / "benefit_month.npy", entitled + dice.integers(-1, 40, count))
    for year in range(1970, 2016):
        dollars = dice.integers(-50, 20_000, count) if year == 1999 else dice.integers(0, 20_000, count)
        np.save(folder / f"earnings_{year}_minor.npy", (dollars * 100).astype(np.int32))
    np.save(folder / "insured.npy", np.where(dice.random(count) < 0.9, 1.0, 0.5))
    return folder


def test_a_run_by_a_program_answers_and_refuses_as_arrays_do(people, monkeypatch):
    """Answers, who is refused and why are the same, for columns taken as they are and for those read first."""
    asked = local.Asked("us.retirement", people, None, {}, TODAY)
    source, law = open_source(people), law_of("us.retirement")
    job, plainly = local.prepared(law, asked, source), local.prepared(law, asked, source)
    made = programs.program_of(job, source.kinds, {}).result()
    assert "birth_date" in made.direct
    assert "insured" not in made.direct
    (block,) = source.blocks()
    monkeypatch.setattr(program, "SOME", 64)  # persons at a time: some eight times, then fewer
    fast, slow = answer_by(made, job, block, {}), answer(plainly, block, {})
    for at in range(len(job.outputs)):
        why = [[one.reasons.refusals[n - 1].code if n else None for n in _all(of.faults[at])]
               for one, of in ((job, fast), (plainly, slow))]  # fmt: skip
        assert why[0] == why[1]
        assert (fast.values[at] == slow.values[at])[slow.faults[at] == 0].all()
    assert 0 < np.count_nonzero(slow.faults[-1]) < 450


def _all(faults):
    return [0] * 500 if faults is None else faults


def test_a_file_that_became_shorter_is_refused_by_a_program_too(people, tmp_path):
    """A column that is cut off while it is read is refused as it is where it is read first."""
    folder = shutil.copytree(people, tmp_path / "people")
    asked, source = local.Asked("us.retirement", folder, None, {}, TODAY), open_source(folder)
    job = local.prepared(law_of("us.retirement"), asked, source)
    made = programs.program_of(job, source.kinds, {}).result()
    os.truncate(folder / "earnings_1980_minor.npy", 1_000)
    (block,) = source.blocks()
    with pytest.raises(FileUnreadable, match=r"earnings_1980_minor\.npy cannot be read: it became shorter"):
        answer_by(made, job, block, {})


def _too_wide(*_):
    return Span(0, 2**62) * 4


@pytest.mark.parametrize(("name", "instead"), [("possible", lambda: False), ("written", _too_wide)])
def test_a_run_goes_on_without_a_program(people, monkeypatch, name, instead):
    """Where nothing can be compiled, or numbers might not fit, the arrays do the whole run."""
    asked = local.Asked("us.retirement", people, None, {"insured": "1"}, TODAY)
    source = open_source(people)
    monkeypatch.setattr(programs, name, instead)
    monkeypatch.setattr(local, "WORTH", 1)
    job = local.prepared(law_of("us.retirement"), asked, source)
    monkeypatch.setattr(job.law, "programs", {})
    assert programs.program_of(job, source.kinds, {}).result() is None
    assert sum(len(one.values[0]) for one in local.answers(job, source, None, lambda *_: None)) == 500
