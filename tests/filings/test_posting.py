"""A file is posted as a whole, once, or refused as a whole."""

import pytest

from provident.filings.refusals import FileRefused
from provident.ledger import queries as ledger

from .world import declare, enrol, opened


def test_declarations_become_entries(desk):
    """Every row is an entry of its person with the legs the law makes of it."""
    first = desk.send(enrol([1, 2], "2026-01"))
    assert (first.events, first.entries, first.registered) == (2, 0, 2)
    receipt = desk.send(declare([1, 2], "2026-01"))
    assert (receipt.rows, receipt.entries, receipt.events) == (2, 2, 0)
    with opened(1) as look:
        (entry,) = ledger.entries(look)
    assert (entry.legs.base, entry.legs.employee, entry.legs.employer) == (10000_00, 800_00, 1600_00)


def test_one_wrong_cent_refuses_the_whole_file(desk):
    """The report names the row, nothing is posted."""
    desk.send(enrol([1, 2], "2026-01"))
    rows = declare([1, 2], "2026-01")
    rows[1]["employee"] = "800.01"
    with pytest.raises(FileRefused) as refused:
        desk.send(rows)
    (line,) = refused.value.report.lines
    assert (line.row, line.field, line.value) == (3, "employee", "800.01")
    with opened(1) as look:
        assert ledger.entries(look) == ()
