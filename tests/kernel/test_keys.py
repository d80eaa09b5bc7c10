"""Keys are random, entry ids follow from the source and nothing else."""

import hashlib
import uuid

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel.keys import entry_id, new_key

HASHES = st.binary(min_size=32, max_size=32)
ROWS = st.integers(0, 2**32 - 1)


def test_new_keys_fit_the_column_and_do_not_repeat():
    """A key is positive, fits a signed 64-bit column, and a thousand of them differ."""
    keys = [new_key() for _ in range(1000)]
    assert len(set(keys)) == 1000
    assert all(1 <= key < 2**63 for key in keys)
    assert max(key.bit_length() for key in keys) > 60


@given(HASHES, ROWS)
def test_an_entry_id_is_a_uuid_of_version_8(source, row):
    """The id is a valid UUIDv8 whose free bits are the hash and the row."""
    found = entry_id(source, row)
    assert (found.version, found.variant) == (8, uuid.RFC_4122)
    assert found.bytes[:6] == source[:6]
    assert int.from_bytes(found.bytes[12:], "big") == row
    assert found == entry_id(source, row)


@given(HASHES, HASHES, ROWS, ROWS)
def test_different_rows_have_different_ids(source, other, row, other_row):
    """Two rows of one source never share an id; neither do sources that differ early."""
    assert (entry_id(source, row) == entry_id(source, other_row)) == (row == other_row)
    if source[:6] != other[:6]:
        assert entry_id(source, row) != entry_id(other, row)


def test_golden_entry_id():
    """The id of a known source and row stays what it was when the form was frozen."""
    found = entry_id(hashlib.sha256(b"payroll").digest(), 7)
    assert hashlib.sha256(b"payroll").hexdigest().startswith("60f91a742458ae606572f40d")
    assert str(found) == "60f91a74-2458-8e60-a572-f40d00000007"


def test_ids_can_be_laid_out_as_an_array():
    """A file's ids built as bytes for all rows at once equal those built one by one."""
    source = hashlib.sha256(b"a file").digest()
    rows = np.arange(1000, dtype=">u4")
    ids = np.empty((1000, 16), np.uint8)
    ids[:, :12] = np.frombuffer(source[:12], np.uint8)
    ids[:, 12:] = rows.view(np.uint8).reshape(-1, 4)
    ids[:, 6] = ids[:, 6] & 0x0F | 0x80
    ids[:, 8] = ids[:, 8] & 0x3F | 0x80
    assert [bytes(line) for line in ids] == [entry_id(source, row).bytes for row in range(1000)]


@pytest.mark.parametrize(
    ("source", "row"), [(b"short", 0), (b"0" * 33, 0), (b"0" * 32, -1), (b"0" * 32, 2**32)]
)
def test_no_id_without_a_hash_and_a_row(source, row):
    """A hash of the wrong length or a row outside 32 bits is an error."""
    with pytest.raises(ValueError, match="32"):
        entry_id(source, row)
