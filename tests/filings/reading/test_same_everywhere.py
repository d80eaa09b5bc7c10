"""One payroll written in every format and encoding reads as the same rows."""

import csv
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .payrolls import (
    PAYROLL,
    ROW,
    ZH,
    Row,
    check_shape,
    csv_bytes,
    parquet_bytes,
    read,
    with_shared_texts,
    xlsx_bytes,
)

NAMES = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FA1F, categories=["L", "M", "N", "P", "Zs"]),
    max_size=12,
).map(str.strip)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=4)
AMOUNT = st.one_of(
    st.just(""),
    st.integers(0, 10**7).map(lambda minor: f"{minor // 100}.{minor % 100:02d}"),
    st.integers(0, 10**14).map(lambda minor: f"{minor // 100}.{minor % 100:02d}"),
)
NUMBER = st.text("0123456789X", min_size=1, max_size=20).map(lambda digits: "N" + digits)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "resident_id": st.sampled_from([f"11010119000101{n:04d}" for n in range(40)]) | NUMBER,
            "name": st.one_of(HAN, NAMES, st.just("")),
            "employer_id": st.sampled_from(["91110000600037341L", "Y1110000MA0000001Y", ""]),
            "branch": st.sampled_from(["pension", "养老", "medical", "失业", "work_injury", "生育", ""]),
            "month": st.sampled_from(["2026-03", "202603", "2026年3月", "2025-12", ""]),
            "base": AMOUNT,
            "employee": AMOUNT,
            "employer": AMOUNT,
        }
    ).filter(lambda row: any(row.values()) and any(cell != "" for cell in row.values())),
    min_size=1,
    max_size=60,
)


def _rendered(rows: list[Row]) -> dict[str, bytes]:
    chinese = {name: f" {ZH[name]} " for name in PAYROLL}
    return {
        "csv": csv_bytes(rows),
        "quoted": csv_bytes(rows, quoting=csv.QUOTE_ALL, lineterminator="\n"),
        "tabs": csv_bytes(rows, delimiter="\t", titles=ZH),
        "semicolons": csv_bytes(rows, delimiter=";", lineterminator="\r"),
        "marked": csv_bytes(rows, encoding="utf-8-sig", titles=chinese),
        "utf-16-le": b"\xff\xfe" + csv_bytes(rows, encoding="utf-16-le", titles=ZH),
        "utf-16-be": b"\xfe\xff" + csv_bytes(rows, encoding="utf-16-be"),
        "gb18030": csv_bytes(rows, encoding="gb18030", titles=ZH),
        "xlsx": xlsx_bytes(rows),
        "xlsx, texts shared": with_shared_texts(xlsx_bytes(rows)),
        "xlsx as text": xlsx_bytes(rows, headings=PAYROLL, numbers=False),
        "parquet": parquet_bytes(rows),
        "parquet as text": parquet_bytes(rows, decimals=False, row_group_size=7),
    }


def _expected(rows: list[Row]) -> list[dict[str, Any]]:
    """Return what the rows say, worked out cell by cell and by other means."""
    branches = {"pension": 1, "养老": 1, "medical": 2, "失业": 3, "work_injury": 4, "生育": 5, "": -1}
    months = {"2026-03": 202603, "202603": 202603, "2026年3月": 202603, "2025-12": 202512, "": -1}
    return [
        {
            "row": at + 2,
            "resident": row["resident_id"],
            "employer": row["employer_id"] or None,
            "branch": branches[row["branch"]],
            "month": months[row["month"]],
            "base": int(row["base"].replace(".", "")) if row["base"] else None,
            "employee": int(row["employee"].replace(".", "")) if row["employee"] else None,
            "employer_share": int(row["employer"].replace(".", "")) if row["employer"] else None,
        }
        for at, row in enumerate(rows)
    ]


@settings(max_examples=8, deadline=None)
@given(rows=ROWS, size=st.sampled_from([1, 5, 100_000]))
def test_every_rendering_reads_the_same(rows: list[Row], size: int) -> None:
    """Format, encoding, separator, quoting, language and chunk size change nothing."""
    rows = [ROW, *rows]  # its name can only be meant in one encoding
    found = {}
    for kind, content in _rendered(rows).items():
        if kind.startswith("xlsx") and any(len(row["base"]) > 13 for row in rows):
            continue  # a spreadsheet's numbers end at 15 digits
        whole = read(content, rows=size)
        for chunk in whole.chunks:
            check_shape(chunk)
            assert len(chunk) <= size
        found[kind] = (whole.rows, whole.refused)
    assert all(content == found["csv"] for content in found.values()), found
    told, _ = found["csv"]
    assert [
        {key: row[key] for key in expected} for row, expected in zip(told, _expected(rows), strict=True)
    ] == (_expected(rows))


@pytest.mark.parametrize("kind", ["csv", "gb18030", "utf-16-le", "xlsx", "parquet"])
def test_a_name_with_rare_characters_survives(kind: str) -> None:
    """Characters outside the basic plane, a middle dot and inner spaces are kept as they are."""
    names = [
        "𠮷野",
        "阿依古丽·买买提",
        "Zoë van der Berg",
        "㛃莹",
        "龘",
        "=SUM(A1)",
        "'tis",
        'a "b" c',
        "a,b;c",
    ]
    rows: list[Row] = [
        {
            "resident_id": f"N{at}",
            "name": name,
            "employer_id": "E1",
            "branch": "pension",
            "month": "202603",
            "base": "1",
        }
        for at, name in enumerate(names)
    ]
    assert [row["name"] for row in read(_rendered(rows)[kind]).rows] == names
