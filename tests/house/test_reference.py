"""Reference pages are equal to what the code says."""

import difflib
import itertools

import pytest

from .generated import PAGES, pages


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_up_to_date(name):
    """The page is what `python -m tests.house.regenerate` would write now."""
    written, made = (PAGES / name).read_text(encoding="utf-8"), pages()[name]()
    changed = difflib.unified_diff(
        written.splitlines(), made.splitlines(), "written", "made", lineterm="", n=0
    )
    assert list(itertools.islice(changed, 20)) == []
