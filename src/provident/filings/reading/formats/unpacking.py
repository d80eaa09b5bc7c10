"""The program that unpacks Parquet pages, run in a process of its own.

Decoding pages means trusting a large library with whatever a stranger sent. It happens in a child
with bounded memory and time, no input but the path and no output but frames of text, so that a
crash, an abort or a memory bomb there is one more refusal here.

A frame is: the number of rows (u32), then for each column the number of bytes (u64), each cell's
length (u32 each) and the cells' UTF-8, joined. A frame of no rows says that all is told.
"""

import contextlib
import json
import struct
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

MOST_MEMORY = 1 << 30  # bytes of data; row groups of a million rows need a third of it
_MOST_ADDRESSES = 4 << 30  # most of which is only reserved
_SECONDS = 120  # of processor time, and as many again for each million rows


def main() -> None:
    """Tell the columns of the file named on the command line (a JSON object) as frames."""
    wanted = json.loads(sys.argv[-1])
    _bound(int(wanted["rows"]))
    write_frames(wanted, sys.stdout.buffer)


def _bound(rows: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        seconds = _SECONDS * (1 + rows // 1_000_000)
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write_frames(wanted: Mapping[str, Any], out: BinaryIO) -> None:
    """Unpack slice by slice: `path`, `columns` (heading -> decimal or not), `rows`, `step`, `longest`."""
    import polars as pl  # noqa: PLC0415 - after the bounds are set

    columns: dict[str, bool] = wanted["columns"]
    rows, step, longest = int(wanted["rows"]), int(wanted["step"]), int(wanted["longest"])
    scanned = pl.scan_parquet(
        str(wanted["path"]),
        glob=False,
        hive_partitioning=False,
        use_statistics=False,
        cache=False,
        parallel="none",
    ).select(list(columns))
    for at in range(0, rows, step):
        frame = scanned.slice(at, step).collect(engine="in-memory")
        out.write(struct.pack("<I", len(frame)))
        for heading, decimal in columns.items():
            text = frame[heading].cast(pl.String).fill_null("")
            if decimal:
                text = text.str.replace(r"^(-?[0-9]+\.[0-9]{2})0+$", "${1}")
            if (text.str.len_bytes() > longest).any():
                text = text.str.head(longest + 1)  # refused by its length all the same
            content = text.str.join("").item().encode()
            out.write(struct.pack("<Q", len(content)))
            out.write(text.str.len_bytes().cast(pl.UInt32).to_numpy().tobytes())
            out.write(content)
    out.write(struct.pack("<I", 0))
    out.flush()
