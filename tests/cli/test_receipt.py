"""Receipts and statements by the command line, checked by the stranger's program."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from provident.statements.receipts.records import FILE

from .conftest import DECLARE, NUMBER, environment


def verify(path: Path | str) -> tuple[int, dict]:
    """Run the stranger's program apart; return its exit code and what it says of the file."""
    done = subprocess.run(
        [sys.executable, "-m", "provident.verify", str(path), "--json", "--lang", "en"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)["files"][0]


@pytest.fixture
def posted(agency: Callable, write: Callable[..., str]) -> Callable:
    """Run the program on an installation with one declared month."""
    assert agency("ingest", write("declare.csv", DECLARE), "--json").code == 0
    return agency


def test_a_receipt_is_made_and_checks(posted: Callable, tmp_path: Path) -> None:
    """The command seals first, so everything posted is in the receipt, and the stranger says proven."""
    path = tmp_path / "mine.json"
    made = posted("receipt", NUMBER, "--out", str(path), "--json")
    assert made.code == 0, made.out + made.err
    assert made.document["waiting"] == []
    assert made.document["witnesses"] == []
    code, said = verify(path)
    assert (code, said["proven"]) == (0, True), said
    assert len(said["entries"]) == made.document["entries"] == 3
    text = path.read_text()
    assert NUMBER not in text
    assert "王小明" not in text
    changed = path.with_name("changed.json")
    changed.write_text(text.replace('"employee":64000', '"employee":64001'))
    assert changed.read_text() != text
    code, said = verify(changed)
    assert (code, said["reason"]) == (3, "root")


def test_one_entry(posted: Callable, tmp_path: Path) -> None:
    """With --entry the receipt holds that entry alone; an id that is not the person's is refused."""
    whole = tmp_path / "whole.json"
    posted("receipt", NUMBER, "--out", str(whole))
    entry = next(one for one in json.loads(whole.read_text())["entries"] if one["family"] == "money")
    one = tmp_path / "one.json"
    made = posted(
        "receipt", NUMBER, "--entry", entry["form"]["entry_id"], "--out", str(one), "--lang", "zh-hans"
    )
    assert made.code == 0, made.err
    assert "1 条账目的回执" in made.out
    assert verify(one)[0] == 0
    assert len(json.loads(one.read_text())["entries"]) == 1
    other = posted("receipt", NUMBER, "--entry", "00000000-0000-8000-8000-000000000000", "--json")
    assert (other.code, other.document["refused"]) == (1, "statements.no_such_entry")
    assert posted("receipt", NUMBER, "--entry", "7").code == 2


def test_what_cannot_be_sealed_is_said(posted: Callable, tmp_path: Path) -> None:
    """Where the log may not be sealed the receipt rests on what was published, and names what it lacks."""
    first = posted("receipt", NUMBER, "--out", str(tmp_path / "first.json"), "--json")
    enrolled = tmp_path / "more.csv"
    enrolled.write_text(
        "resident_id,name,employer_id,branch,month,base,employee,employer\n"
        + ",".join((*DECLARE[:4], "2026-02", *DECLARE[5:8]))
        + "\n"
    )
    assert posted("ingest", str(enrolled), "--json").code == 0
    elsewhere = {"PROVIDENT_GUARD": str(tmp_path / "no guard here")}
    second = posted("receipt", NUMBER, "--out", str(tmp_path / "second.json"), **elsewhere)
    assert second.code == 0, second.err
    assert "Not in the receipt yet" in second.out
    assert "guard" in second.err
    assert verify(tmp_path / "second.json")[0] == 0
    third = posted("receipt", NUMBER, "--out", str(tmp_path / "third.json"), "--json")
    assert third.document["entries"] == first.document["entries"] + 1
    (late,) = {
        one["form"].get("entry_id") for one in json.loads((tmp_path / "third.json").read_text())["entries"]
    } - {one["form"].get("entry_id") for one in json.loads((tmp_path / "first.json").read_text())["entries"]}
    assert late in second.out


def test_the_statement_carries_the_receipt(posted: Callable, tmp_path: Path) -> None:
    """The PDF is checked as it is, and so is its attachment taken out of it; one digit changed is refused."""
    for language in ("en", "zh-hans"):
        path = tmp_path / f"{language}.pdf"
        made = posted("statement", NUMBER, "--year", "2026", "--lang", language, "--out", str(path), "--json")
        assert made.code == 0, made.err
        assert made.document["receipt"]["entries"] == 1
        code, said = verify(path)
        assert (code, said["kind"]) == (0, "statement"), said
        attached = pypdf.PdfReader(io.BytesIO(path.read_bytes())).attachments[FILE][0]
        inside = tmp_path / f"{language}.json"
        inside.write_bytes(attached)
        assert verify(inside)[0] == 0
        assert NUMBER not in attached.decode()
        inside.write_bytes(attached.replace(b'"base":800000', b'"base":800001'))
        assert verify(inside)[0] == 3


def test_a_statement_of_nothing_sealed_has_no_receipt(agency: Callable, tmp_path: Path) -> None:
    """A year without an entry is told without an attachment, and the statement says so."""
    path = tmp_path / "out.pdf"
    made = agency("statement", NUMBER, "--year", "2026", "--lang", "en", "--out", str(path), "--json")
    assert made.code == 0, made.err
    assert made.document["receipt"] is None
    text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert "No receipt is attached" in text
    assert verify(path)[0] == 3
