"""Whatever the bytes are, reading ends in rows or in a Refusal that says what to do."""

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provident.kernel.refusal import Refusal

from .payrolls import ROW, ZH, check_shape, csv_bytes, parquet_bytes, read, with_shared_texts, xlsx_bytes

ROWS = [
    {**ROW, "name": name, "base": f"{at}.25"}
    for at, name in enumerate(["王芳", "a,b", 'say "hi"', "x\ny", "𠮷"] * 4)
]
FILES = {
    "csv": csv_bytes(ROWS),
    "gb18030": csv_bytes(ROWS, encoding="gb18030", titles=ZH),
    "utf-16": csv_bytes(ROWS, encoding="utf-16"),
    "xlsx": xlsx_bytes(ROWS),
    "parquet": parquet_bytes(ROWS),
}
PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b'"', b",", b"\n", b"\r", b"\0", b"\xff" * 9, b"<f>1</f>", b"<!DOCTYPE a>", b"9" * 40, b"PK\5\6"]
    ),
)
# Where to change a file, as a share of its length: the bytes there are replaced or pushed aside.
CHANGES = st.lists(st.tuples(st.integers(0, 999), st.integers(0, 20), PIECES), min_size=1, max_size=6)


def _changed(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, piece in changes:
        at = len(content) * place // 1000
        content = content[:at] + piece + content[at + length :]
    return content


def _ends_well(content: bytes) -> None:
    try:
        for chunk in read(content).chunks:
            check_shape(chunk)
    except Refusal as refused:
        document = refused.as_document()
        assert str(document["refused"]).startswith("filings.reading.")


def _fuzzed(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_fuzzed(150)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)))
def test_random_bytes(content: bytes) -> None:
    """Bytes from nowhere."""
    _ends_well(content)


@pytest.mark.parametrize("kind", ["csv", "gb18030", "utf-16"])
def test_damaged_text(kind: str) -> None:
    """Text files with bytes changed, lost and put in."""

    @_fuzzed(120)
    @given(CHANGES)
    def damaged(changes: list[tuple[int, int, bytes]]) -> None:
        _ends_well(_changed(FILES[kind], changes))

    damaged()


@_fuzzed(60)
@given(CHANGES)
def test_damaged_packages(changes: list[tuple[int, int, bytes]]) -> None:
    """Workbooks whose ZIP is damaged."""
    _ends_well(_changed(FILES["xlsx"], changes))


@_fuzzed(80)
@given(st.integers(0, 99), CHANGES)
def test_damaged_parts(part: int, changes: list[tuple[int, int, bytes]]) -> None:
    """Workbooks whose ZIP is sound and one of whose parts is not."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(with_shared_texts(FILES["xlsx"]))) as before,
        zipfile.ZipFile(out, "w") as after,
    ):
        names = before.namelist()
        for name in names:
            inside = before.read(name)
            after.writestr(name, _changed(inside, changes) if name == names[part % len(names)] else inside)
    _ends_well(out.getvalue())


@_fuzzed(40)
@given(CHANGES)
def test_damaged_parquet(changes: list[tuple[int, int, bytes]]) -> None:
    """Parquet files with bytes changed anywhere."""
    _ends_well(_changed(FILES["parquet"], changes))


@_fuzzed(15)
@given(st.integers(4, 999), st.integers(0, 255))
def test_parquet_with_one_wrong_byte(place: int, byte: int) -> None:
    """The smallest damage, which passes the most checks."""
    content = bytearray(FILES["parquet"])
    content[len(content) * place // 1000] = byte
    _ends_well(bytes(content))
