"""A file is posted as a whole, once, or refused as a whole."""

import hashlib
import stat
from dataclasses import replace

import pytest

from provident.access.queries import looks
from provident.access.refusals import LookRefused
from provident.filings import actions, queries
from provident.filings.intake import originals
from provident.filings.records import FilingState, Incoming
from provident.filings.refusals import FileRefused, NothingFiled
from provident.identity import actions as identity
from provident.kernel.money import Money
from provident.kernel.words import Branch, Checked, EntryKind, Evidence
from provident.ledger import queries as ledger

from .world import NOW, OPERATOR, PAYMENTS, TAKE_ON, code, declare, enrol, number, opened, pay


def entries(who):
    with opened(who) as look:
        return ledger.entries(look)


def refused(send, *arguments, **options):
    with pytest.raises(FileRefused) as error:
        send(*arguments, **options)
    return [(line.row, line.field, line.refusal.code) for line in error.value.report.lines]


def test_declarations_become_entries(desk):
    """Every row is an entry of its person with the legs the law makes of it."""
    first = desk.send(enrol([1, 2], "2026-01"))
    assert (first.events, first.entries, first.registered) == (2, 0, 2)
    receipt = desk.send(declare([1, 2], "2026-01"))
    assert (receipt.rows, receipt.entries, receipt.events) == (2, 2, 0)
    (entry,) = entries(1)
    assert (entry.kind, entry.branch, entry.month.code) == (EntryKind.DECLARED, Branch.PENSION, 202601)
    assert (entry.legs.base, entry.legs.employee, entry.legs.employer) == (10000_00, 800_00, 1600_00)
    assert (entry.legs.account, entry.legs.fund, entry.checked) == (800_00, 1600_00, Checked.CHECKED)
    assert (entry.row, entry.batch, entry.region) == (2, receipt.batch, 990000)
    assert ledger.damaged(receipt.batch) == ()


def test_the_receipt_says_what_the_file_comes_to(desk):
    """Control totals per branch, the original's hash, how long it is kept and why."""
    desk.send(enrol([1, 2], "2026-01", ("pension", "medical")))
    receipt = desk.send(declare([1, 2], "2026-01"))
    (total,) = receipt.totals
    assert (total.branch, total.rows) == (Branch.PENSION, 2)
    assert total.minor == {"base": 20000_00, "employee": 1600_00, "employer": 3200_00}
    assert receipt.whole_minor == 4800_00
    assert receipt.keep_until.year == NOW.year + 101
    assert receipt.keep_basis
    assert queries.filing(receipt.filing) == receipt
    assert queries.receipts(1 << 60) == ()


def test_one_wrong_cent_refuses_the_whole_file(desk):
    """The report names the row, nothing is posted, and that a file was refused is kept."""
    desk.send(enrol([1, 2], "2026-01"))
    rows = declare([1, 2], "2026-01")
    rows[1]["employee"] = "800.01"
    with pytest.raises(FileRefused) as error:
        desk.send(rows)
    (line,) = error.value.report.lines
    assert (line.row, line.field, line.value) == (3, "employee", "800.01")
    assert line.refusal.citation is not None
    assert entries(1) == ()
    kept = queries.filing(error.value.filing)
    assert (kept.state, kept.faults, kept.batch) == (FilingState.REFUSED, 1, None)
    assert "800.01" in queries.report_of(kept.filing).read_text(encoding="utf-8-sig")


def test_the_same_file_again_changes_nothing(desk):
    """A repeat gives the first receipt and says so."""
    desk.send(enrol([1], "2026-01"))
    file = desk.file(declare([1], "2026-01"))
    first = actions.ingest(file, by=OPERATOR)
    again = actions.ingest(Incoming(file.path, "other name.csv"), by=OPERATOR)
    assert (again.already, again.same_content, again.filing) == (True, False, first.filing)
    assert len(entries(1)) == 1


def test_the_same_rows_under_other_bytes_are_recognised(desk):
    """The same payroll in another encoding and with Chinese headings gives the first receipt."""
    desk.send(enrol([1], "2026-01"))
    first = desk.send(declare([1], "2026-01"))
    text = (
        "公民身份号码,姓名,单位统一社会信用代码,险种,费款所属期,缴费基数,个人缴费,单位缴费\n"
        f"{number(1)},Person 1,{code(0)},养老,202601,10000.00,800.00,1600.00\n"
    )
    path = desk.folder / "again.csv"
    path.write_bytes(text.encode("gb18030"))
    again = actions.ingest(Incoming(path, "again.csv"), by=OPERATOR)
    assert (again.already, again.same_content, again.filing) == (True, True, first.filing)
    assert len(entries(1)) == 1


def test_a_month_declared_before_is_refused(desk):
    """Another file with the same person, employer, branch and month is refused, naming the first."""
    desk.send(enrol([1, 2], "2026-01"))
    first = desk.send(declare([1], "2026-01"))
    rows = declare([2, 1], "2026-01", base="9000.00")
    assert refused(desk.send, rows) == [(3, "resident_id", "filings.already_in_ledger")]
    with pytest.raises(FileRefused) as error:
        desk.send(declare([1], "2026-01", base="9000.00"))
    assert error.value.report.lines[0].refusal.facts["earlier"] == first.filing
    assert desk.send(declare([2], "2026-01")).entries == 1


def test_a_row_can_enrol_and_declare_at_once(desk):
    """A newcomer's first payroll row may say both, and the person is registered by it."""
    (row,) = declare([7], "2026-02")
    receipt = desk.send([row | {"event": "enrol"}, *declare([7], "2026-03")])
    assert (receipt.registered, receipt.events, receipt.entries) == (1, 1, 2)
    assert [entry.month.code for entry in entries(7)] == [202602, 202603]


def test_a_stranger_is_refused_in_a_declaration(desk):
    """Nobody is registered by a declaration alone."""
    assert refused(desk.send, declare([1], "2026-01")) == [
        (2, "resident_id", "filings.not_registered"),
        (2, "branch", "filings.not_enrolled"),
    ]


def test_leaving_ends_what_can_be_declared(desk):
    """The month of leaving is the last insured one."""
    desk.send(enrol([1], "2026-01"))
    desk.send(enrol([1], "2026-02", event="leave"))
    assert refused(desk.send, declare([1], "2026-03")) == [(2, "branch", "filings.not_enrolled")]
    with pytest.raises(FileRefused) as error:
        desk.send(declare([1], "2026-03"))
    assert error.value.report.lines[0].value == "pension"
    assert desk.send(declare([1], "2026-02")).entries == 1
    with opened(1) as look:
        (spell,) = queries.enrolments(look)
        events = [event.type for event in ledger.events(look)]
    assert (spell.since.code, spell.until.code) == (202601, 202602)
    assert events == ["identity.resident_registered", "filings.enrolled", "filings.left"]


def test_old_records_become_entries_with_their_evidence(desk):
    """Paid and unpaid contributions, a balance, interest and a benefit: one entry each."""
    desk.send(enrol([1], "2026-01"))
    base = {"resident_id": number(1), "name": "Person 1", "branch": "pension", "evidence": "documented"}
    own = base | {"employer_id": code(0), "base": "3000.00", "employee": "240.00", "employer": "480.00"}
    receipt = desk.send(
        [
            own | {"month": "2015-01", "kind": "contribution", "evidence": "prior_system"},
            own | {"month": "2015-02", "kind": "unpaid"},
            base | {"month": "2014-12", "kind": "opening_balance", "amount": "1234.56"},
            base | {"month": "2015-12", "kind": "interest", "amount": "10.01"},
            base | {"month": "2016-01", "kind": "benefit", "amount": "100.00", "account": "30.00"},
        ],
        TAKE_ON,
    )
    assert receipt.entries == 5
    found = {entry.kind: entry for entry in entries(1)}
    assert found[EntryKind.PAID].evidence is Evidence.PRIOR_SYSTEM
    assert found[EntryKind.DECLARED].legs.employee == 240_00
    assert found[EntryKind.OPENING_BALANCE].legs.account == 1234_56
    interest, benefit = found[EntryKind.INTEREST_CREDITED].legs, found[EntryKind.BENEFIT_PAID].legs
    assert (interest.account, interest.fund) == (10_01, -10_01)
    assert (benefit.account, benefit.fund) == (-30_00, -70_00)


def test_old_records_are_taken_on_once(desk):
    """A contribution, balance or interest that stands is not taken on again, nor declared."""
    desk.send(enrol([1], "2015-01"))
    row = {"resident_id": number(1), "name": "Person 1", "branch": "pension", "evidence": "stated"}
    paid = row | {"employer_id": code(0), "month": "2015-01", "kind": "contribution", "base": "3000.00"}
    paid |= {"employee": "240.00", "employer": "480.00"}
    balance = row | {"month": "2014-12", "kind": "opening_balance", "amount": "5.00"}
    desk.send([paid, balance], TAKE_ON)
    assert refused(desk.send, [balance | {"amount": "6.00"}], TAKE_ON) == [
        (2, "resident_id", "filings.already_in_ledger")
    ]
    assert refused(desk.send, declare([1], "2015-01", base="3000.00")) == [
        (2, "resident_id", "filings.already_in_ledger")
    ]


def test_an_expected_total_is_held_against_the_file(desk):
    """A total given beside the file must be the file's; nothing is posted otherwise."""
    desk.send(enrol([1], "2026-01"))
    file = desk.file(declare([1], "2026-01"))
    wrong = Incoming(file.path, file.name, expect_total=Money(2400_01, "CNY"))
    assert refused(actions.ingest, wrong, by=OPERATOR) == [(0, "", "filings.expected_total_differs")]
    right = Incoming(file.path, file.name, expect_total=Money(2400_00, "CNY"))
    assert actions.ingest(right, by=OPERATOR).entries == 1


def test_a_trial_asks_everything_and_changes_nothing(desk):
    """A dry run gives totals or the report; nothing is posted, kept or recorded as filed."""
    desk.send(enrol([1], "2026-01"))
    trial = desk.send(declare([1], "2026-01"), dry_run=True)
    assert (trial.state, trial.whole_minor, trial.filing) == (FilingState.CHECKED, 2400_00, 0)
    assert refused(desk.send, declare([1], "2025-12"), dry_run=True)
    assert entries(1) == ()
    assert queries.posted_with(sha256=trial.sha256) is None
    assert originals.find(trial.sha256) is None


def test_the_original_is_kept_as_it_came(desk):
    """Posted or refused, the file lies under its SHA-256, readable by this user only."""
    file = desk.file(enrol([1], "2026-01"))
    receipt = actions.ingest(file, by=OPERATOR)
    kept = queries.original_of(receipt.filing)
    assert kept.read_bytes() == file.path.read_bytes()
    assert kept.name == hashlib.sha256(file.path.read_bytes()).hexdigest()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    bad = desk.file(declare([9], "2026-01"))
    with pytest.raises(FileRefused):
        actions.ingest(bad, by=OPERATOR)
    assert originals.find(hashlib.sha256(bad.path.read_bytes()).digest())


def test_a_file_nobody_can_read_is_recorded_as_refused(desk):
    """Its report names the file as a whole."""
    path = desk.folder / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n" + bytes(100))
    assert [code_ for _, _, code_ in refused(actions.ingest, Incoming(path, path.name), by=OPERATOR)] == [
        "filings.reading.not_a_table"
    ]
    (kept,) = queries.filed_by(OPERATOR)
    assert (kept.state, kept.kind, kept.rows) == (FilingState.REFUSED, None, 0)


def test_a_file_without_rows_is_refused(desk):
    """Headings alone are nothing to post."""
    assert refused(desk.send, [{"resident_id": "total", "base": "0.00"}]) == [(0, "", NothingFiled.code)]


def test_everyone_in_a_file_is_told_once(desk):
    """Each filing is one look of everyone in it, the refused file's too."""
    desk.send(enrol([1, 2], "2026-01"))
    desk.send(declare([1, 2], "2026-01"))
    with pytest.raises(FileRefused):
        desk.send(declare([1], "2025-12"))
    with opened(1) as look:
        mine = [one for one in looks(look) if one.purpose == "filing"]
    assert len(mine) == 3
    with opened(2) as look:
        assert len([one for one in looks(look) if one.purpose == "filing"]) == 2


def test_an_account_without_the_role_files_nothing(desk):
    """The door refuses it and nothing is posted."""
    file = desk.file(enrol([1], "2026-01"))
    with pytest.raises(LookRefused):
        actions.ingest(file, by=999)
    assert queries.filed_by(999) == ()


def test_a_former_name_passes_with_a_warning(desk):
    """A name the register knows for the person is no other person's; the receipt says it is not current."""
    desk.send(enrol([1], "2026-01"))
    with opened(1) as look:
        identity.rename(look, name="Renamed", since=NOW.date(), at=NOW)
    receipt = desk.send(declare([1], "2026-01"))
    assert [one.code for one in receipt.warnings] == ["filings.former_names"]
    rows = declare([1], "2026-02")
    rows[0]["name"] = "Somebody Else"
    assert refused(desk.send, rows) == [(2, "name", "filings.name_differs")]


def test_months_tell_silence_absence_and_zero_apart(desk):
    """Not insured, not yet due, not reported, declared, part paid, paid and zero are different answers."""
    desk.send(enrol([1], "2025-09"))
    desk.send(
        declare([1], "2025-10", base="0.00")
        + declare([1], "2025-11")
        + declare([1], "2025-12")
        + declare([1], "2026-01")
    )
    desk.send([pay("2400.00", "2025-11"), pay("0.01", "2025-12")], PAYMENTS)
    with opened(1) as look:
        status = {fact.month.code: fact.status.value for fact in queries.months(replace(look, at=NOW))}
    assert status == {
        202509: "not_reported",
        202510: "zero",
        202511: "paid",
        202512: "part_paid",
        202601: "declared",
        202602: "not_reported",
        202603: "not_yet_due",
    }
