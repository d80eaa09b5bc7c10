"""A file of any length is read in the memory of a chunk."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .payrolls import PAYROLL, ROW

ROWS = 1_000_000
MEGABYTE = 1 << 10  # kilobytes, as the system counts

_READ = """
import json, resource, sys
sys.path[:] = json.loads(sys.argv[1])
from provident.filings.reading.opening import open_filing
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open_filing(sys.argv[2], "payroll.csv") as file:
    rows = sum(len(chunk) for chunk in file.chunks())
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([rows, after - before]))
"""


@pytest.mark.parametrize("quoted", [False, True])
def test_a_million_rows_take_the_memory_of_one_chunk(tmp_path: Path, *, quoted: bool) -> None:
    """Less than 150 MB more than before, for a file of 100 MB."""
    path = tmp_path / "payroll.csv"
    mark = '"' if quoted else ""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(PAYROLL) + "\n")
        for first in range(0, ROWS, 1000):
            lines = []
            for at in range(first, first + 1000):
                row = {
                    **ROW,
                    "resident_id": f"9900001990{at // 5:08d}",
                    "base": f"{at % 30000}.{at % 100:02d}",
                }
                lines.append(",".join(f"{mark}{row[name]}{mark}" for name in PAYROLL))
            file.write("\n".join(lines) + "\n")
    told = subprocess.run(
        [sys.executable, "-c", _READ, json.dumps(sys.path), str(path)],
        capture_output=True,
        check=True,
        text=True,
    )
    rows, kilobytes = json.loads(told.stdout)
    assert rows == ROWS
    assert kilobytes < 150 * MEGABYTE
