"""The reading copy, damaged: the check names the year and branch, and never a person."""

import pytest
from tests.ledger.check.conftest import checked


def test_a_reading_copy_that_was_changed_is_named(filled, damager):
    """The reading copy must add up to the entries; year and branch are named, and no person."""
    damager.execute(
        "UPDATE ledger_record_year SET facts = set_byte(facts, 7, get_byte(facts, 7) # 1) WHERE ctid ="
        " (SELECT min(ctid) FROM ledger_record_year WHERE get_byte(facts, 2) = 1)"
    )
    (found,) = checked().damage
    assert (found.code, found.what) == ("record_year", "2026 pension")
    damager.execute("DELETE FROM ledger_record_year")
    assert {"2026 pension", "2026 medical"} <= {one.what for one in checked().damage}


@pytest.mark.parametrize(
    ("facts", "named"),
    [("", "2026 -"), ("04", "2026 pension"), ("04ff", "2026 -"), ("0501010001", "2026 -")],
)
def test_a_reading_copy_that_cannot_be_read_is_named(filled, damager, facts, named):
    """An empty list of facts, or what is none at all, is a difference and not a failure of the check."""
    damager.execute(
        "UPDATE ledger_record_year SET facts = decode(%s, 'hex')"
        " WHERE ctid = (SELECT min(ctid) FROM ledger_record_year)",
        [facts],
    )
    assert named in {one.what for one in checked().damage}
