"""What arrays do differently from one number, and must come to the same."""

import numpy as np
import pytest

from provident.law.arrays import calendar
from provident.law.engine import numbers
from provident.law.engine.batch import Batch, Column, sameness
from provident.law.engine.many import Constants, Many, Reasons
from provident.law.engine.plan import Law
from provident.law.pack import load_pack, pack_folder
from provident.law.refusals import FileUnreadable
from provident.law.runs.sources import ArrayFolder

P = "us.retirement."


@pytest.fixture(scope="module")
def law():
    """Return the pack us."""
    return Law(load_pack(pack_folder("us")))


@pytest.mark.parametrize("first", [-25567, -25568, 40000, 47847])
def test_days_in_and_beyond_the_table_have_one_calendar(first):
    """Year, month and day of the month equal those of one day, inside the table and where it ends."""
    days = np.arange(first, first + 800)
    for name in ("year_of", "month_of", "day_of"):
        alone = getattr(numbers, name)
        assert getattr(calendar, name)(days).tolist() == [alone(int(day)) for day in days]


def test_no_days_have_no_months():
    """An empty column stays one."""
    assert calendar.month_of(np.zeros(0, dtype=np.int64)).tolist() == []


def test_what_is_kept_for_all_batches_is_of_their_own_givens(law):
    """Batches that share what is the same for everybody do not take over another's givens."""
    kept: Constants = {}
    node = law.node(P + "quarter_amount")
    usual = Many(law, Batch(2), Reasons(), kept).row(node, 1980).values
    given = Batch(2, {}, {P + "quarter_amount": {1979: Column(99900)}})
    altered = Many(law, given, Reasons(), kept).row(node, 1980).values
    assert usual < altered == 99900
    assert Many(law, Batch(3), Reasons(), kept).row(node, 1980).values == usual
    for year in (1930, 1940, 1950):
        batch = Batch(2, {P + "birth_year": Column(year)})
        found = Many(law, batch, Reasons(), kept).value(law.node(P + "eligibility_year"))
        assert found.values == year + 62


def test_what_one_column_gives_differs(law):
    """A variable is the same for everybody only where no column or history reaches it."""
    age = law.node(P + "eligibility_year")
    single = Batch(2, {P + "birth_year": Column(1950)})
    column = Batch(2, {P + "birth_year": Column(np.array([1950, 1951]))})
    partly = Batch(2, {P + "birth_year": Column(1950, np.array([True, False]))})
    assert sameness(single, {}).holds(age)
    assert not sameness(column, {}).holds(age)
    assert not sameness(partly, {}).holds(age)
    assert not sameness(single, {}).holds(law.node(P + "earnings"))


def test_a_column_cut_short_while_it_is_read_is_refused(tmp_path):
    """A file that became shorter is not filled up with nothing."""
    np.save(tmp_path / "person_id.npy", np.arange(1000))
    source = ArrayFolder(tmp_path)
    whole = (tmp_path / "person_id.npy").read_bytes()
    (tmp_path / "person_id.npy").write_bytes(whole[:-8])
    with pytest.raises(FileUnreadable):
        [block["person_id"] for block in source.blocks()]
