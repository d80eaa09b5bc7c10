"""Files in by the command line: posted once, refused as a whole, taken back in one act."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from .conftest import CODE, DECLARE, NUMBER

CHINESE = (
    "公民身份号码", "姓名", "单位统一社会信用代码", "险种", "费款所属期", "缴费基数", "个人缴费", "单位缴费", "增减变动",
)  # fmt: skip


def test_posted_once(agency: Callable, write: Callable[..., str]) -> None:
    """A file is posted; the same rows in another encoding and language change nothing."""
    first = agency("ingest", write("english.csv", DECLARE), "--json")
    assert first.code == 0, first.out
    (posted,) = first.document["files"]
    assert (posted["state"], posted["already"], posted["entries"]) == ("posted", False, 1)
    assert posted["total"] == "1920.00"
    row = (*DECLARE[:3], "养老", "202601", *DECLARE[5:])
    again = agency("ingest", write("chinese.csv", row, headings=CHINESE, encoding="gb18030"), "--json")
    assert again.code == 0, again.out
    (same,) = again.document["files"]
    assert (same["filing"], same["already"], same["same_content"]) == (posted["filing"], True, True)
    shown = agency("ingest", write("english.csv", DECLARE), "--lang", "zh-hans")
    assert "未作任何更改" in shown.out
    assert "缴费基数" in shown.out


def test_wrong_cent(agency: Callable, write: Callable[..., str], tmp_path: Path) -> None:
    """One wrong cent refuses the file: row, value and right amount named, on screen and in the report."""
    wrong = (*DECLARE[:6], "640.01", *DECLARE[7:])
    report = tmp_path / "report.csv"
    done = agency("ingest", write("wrong.csv", wrong), "--report", str(report), "--json")
    assert done.code == 1
    assert done.document["refused"] == "filings.file_refused"
    (line,) = done.document["files"][0]["report"]["lines"]
    assert (line["row"], line["field"], line["value"]) == (2, "employee", "640.01")
    rows = list(csv.reader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert rows[1][:3] == ["2", "employee", "640.01"]
    assert "640.00" in agency("ingest", write("wrong.csv", wrong)).out


def test_dry_run(agency: Callable, write: Callable[..., str]) -> None:
    """A dry run checks everything and posts nothing."""
    path = write("declare.csv", DECLARE)
    tried = agency("ingest", path, "--dry-run", "--json").document["files"][0]
    assert (tried["state"], tried["filing"]) == ("checked", None)
    assert agency("ingest", path, "--json").document["files"][0]["already"] is False


def test_partly_refused(agency: Callable, write: Callable[..., str], tmp_path: Path) -> None:
    """Of several files each stands for itself: the good is posted, the exit code tells of the bad."""
    bad = write("bad.csv", (*DECLARE[:2], "not a code", *DECLARE[3:]))
    good = write("good.csv", DECLARE)
    done = agency("ingest", bad, good, "--report", str(tmp_path / "r.csv"), "--json")
    assert done.code == 1
    assert [one["state"] for one in done.document["files"]] == ["refused", "posted"]
    assert (tmp_path / "r.csv").exists()
    assert not (tmp_path / "r-2.csv").exists()


def test_expected_total(agency: Callable, write: Callable[..., str]) -> None:
    """A file that does not add up to what its sender says is refused."""
    path = write("declare.csv", DECLARE)
    assert agency("ingest", path, "--expect-total", "1920.01").code == 1
    assert agency("ingest", path, "--expect-total", "1920.00").code == 0


def test_withdraw(agency: Callable, write: Callable[..., str]) -> None:
    """A filing is taken back with a reason, once; afterwards the same file can be posted anew."""
    path = write("declare.csv", DECLARE)
    filing = str(agency("ingest", path, "--json").document["files"][0]["filing"])
    assert agency("withdraw", filing).code == 2
    done = agency("withdraw", filing, "--reason", "wrong month", "--json")
    assert done.code == 0, done.out
    assert done.document["state"] == "withdrawn"
    assert done.document["withdrawn"]["reason"] == "wrong month"
    assert agency("ingest", path, "--json").document["files"][0]["already"] is False


def test_unknown_filing(ready: Callable) -> None:
    """Taking back what was never posted is refused."""
    done = ready("withdraw", "99", "--reason", "none", "--json")
    assert done.document["refused"] == "filings.no_such_filing"


def test_missing_file(run: Callable, tmp_path: Path) -> None:
    """A file that is not there is a wrong call, and nothing is made."""
    assert run("ingest", "/no/such/file.csv").code == 2
    assert not (tmp_path / "state").exists()


def test_originals_travel(agency: Callable, tmp_path: Path) -> None:
    """Filed originals are in the backup and in what is restored from it."""
    assert agency("backup", str(tmp_path / "backup")).code == 0
    elsewhere = tmp_path / "elsewhere"
    assert agency("restore", str(tmp_path / "backup"), "--data", str(elsewhere)).code == 0
    kept = {
        path.name: path.read_bytes()
        for path in (tmp_path / "state" / "originals").rglob("*")
        if path.is_file()
    }
    assert kept
    restored = {
        path.name: path.read_bytes() for path in (elsewhere / "originals").rglob("*") if path.is_file()
    }
    assert restored == kept


def test_known_employer(agency: Callable) -> None:
    """An employer that is registered is not registered again."""
    done = agency("employer", "add", CODE, "--name", "示例公司", "--json")
    assert done.code == 1
    assert done.document["refused"] == "identity.credit_code_taken"


def test_a_pension_of_a_record(agency: Callable, write: Callable[..., str]) -> None:
    """A person's number names the record; what is given stands before it; what is missing is listed."""
    assert agency("ingest", write("english.csv", DECLARE), "--json").code == 0
    given = ("--category", "male60", "--contribution_months", "240", "--account_balance", "1000", "--divisor", "139",
             "--average_index", "1", "--benefit_base", "8000", "--years_rounding", "exact", "--indexed_wage_rounding", "exact",
             "--extra_pension", "0")  # fmt: skip
    done = agency("calculate", "cn.pension.old_age", NUMBER, *given, "--json")
    assert done.code == 0, done.out
    assert done.document["values"]["retirement_month"] == "2053-01"
    assert done.document["left_out"]["declared_not_paid"] == ["2026-01"]
    shown = agency("calculate", "cn.retirement_age", "--category", "male60", NUMBER, "--explain")
    assert "2053-01" in shown.out
    wrong = agency("calculate", "cn.maternity.leave", NUMBER, "--json")
    assert (wrong.code, wrong.document["refused"]) == (1, "statements.not_of_a_record")
    both = agency("calculate", "cn.retirement_age", NUMBER, "--people", write("people.csv"), "--json")
    assert both.code == 2
    nobody = agency("calculate", "cn.retirement_age", "--json")
    assert nobody.code == 2
