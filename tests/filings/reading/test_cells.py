"""Equal cells are told from different ones, whatever they hold."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.reading import cells as cells_module
from provident.filings.reading.cells import LONGEST, Cells, distinct

TEXTS = st.lists(
    st.one_of(
        st.sampled_from([b"", b"pension", b"unemployment", b"a", b"ab", b"abcdefgh", b"abcdefghi"]),
        st.binary(max_size=40).map(lambda value: value.replace(b"\0", b"0")),
    ),
    max_size=60,
)


def _plainly(texts: list[bytes]) -> tuple[list[int], list[int]]:
    known: dict[bytes, int] = {}
    first: list[int] = []
    codes = []
    for at, text in enumerate(texts):
        if text and text not in known:
            known[text] = len(known)
            first.append(at)
        codes.append(known[text] if text else -1)
    return codes, first


@given(TEXTS)
def test_distinct_cells_are_numbered_by_first_appearance(texts: list[bytes]) -> None:
    """A column's codes are those that a dictionary gives."""
    found = distinct(Cells.of(texts))
    assert (found.codes.tolist(), found.first.tolist()) == _plainly(texts)


@given(st.lists(st.sampled_from([b"", b"x", b"y" * LONGEST, b"z" * 100]), max_size=20))
def test_long_cells_stand_beside_short_ones(texts: list[bytes]) -> None:
    """Up to the longest that may be, wherever in the buffer."""
    found = distinct(Cells.of(texts))
    assert (found.codes.tolist(), found.first.tolist()) == _plainly(texts)


def test_many_different_cells_share_slots() -> None:
    """More values than the table of hashes has slots."""
    texts = [b"number %d" % (at * 7919 % 100_000) for at in range(150_000)]
    found = distinct(Cells.of(texts))
    assert (found.codes.tolist(), found.first.tolist()) == _plainly(texts)


def test_cells_with_one_hash_are_still_different() -> None:
    """If hashes collide, values are compared byte by byte."""
    texts = [b"abcdefgh%04d" % (at * 7 % 300) for at in range(1000)]
    columns = Cells.of(texts)
    multipliers = cells_module._MULTIPLIERS
    cells_module._MULTIPLIERS = [np.uint64(0)] * len(multipliers)
    try:
        found = distinct(columns)
    finally:
        cells_module._MULTIPLIERS = multipliers
    assert (found.codes.tolist(), found.first.tolist()) == _plainly(texts)


@given(st.lists(st.text(" \t\nab\u3000", max_size=6), max_size=20))
def test_space_at_the_ends_is_stripped(texts: list[str]) -> None:
    """ASCII space goes at both ends and stays inside."""
    stripped = Cells.of([text.encode() for text in texts]).stripped()
    assert [stripped.content(at).decode() for at in range(len(texts))] == [
        text.strip(" \t\n") for text in texts
    ]


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9), max_size=20
    )
)
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    """Cells decode to the texts they were made of."""
    assert Cells.of([text.encode() for text in texts]).texts() == texts


def test_a_cell_that_is_no_text_is_none() -> None:
    """One broken cell does not take the others with it."""
    assert Cells.of([b"a", b"\xff\xfe", "芳".encode()]).texts() == ["a", None, "芳"]
