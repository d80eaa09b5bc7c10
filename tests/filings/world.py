"""An agency with employers and payroll files, for the tests that need a database."""

import csv
import datetime as dt
import io
from pathlib import Path
from zoneinfo import ZoneInfo

from provident.access.door import open_record
from provident.access.records import OPERATOR
from provident.filings.actions import ingest
from provident.filings.records import Incoming
from provident.identity import actions as identity
from provident.identity.numbers import check_character
from provident.identity.queries import find_resident
from provident.ledger import actions as ledger

REGION = 990000
SINCE = dt.date(2005, 1, 1)
NOW = dt.datetime(2026, 3, 20, 4, tzinfo=dt.UTC)
PAYROLL = (
    "resident_id",
    "name",
    "employer_id",
    "branch",
    "month",
    "base",
    "employee",
    "employer",
    "region",
    "event",
)
PAYMENTS = ("employer_id", "month", "branch", "amount", "paid_on", "reference")
TAKE_ON = (
    "resident_id", "name", "employer_id", "branch", "month", "kind", "base", "employee", "employer", "account",
    "amount", "evidence", "region",
)  # fmt: skip
FIELDS = ("name", "numbers", "enrolments", "contributions", "benefits", "account", "events", "looks")


def number(sequence):
    """Return a well-formed number with an unassigned region code."""
    body = f"99000019{60 + sequence % 40}0{1 + sequence // 40 % 9}1{sequence // 360 % 9}{sequence % 1000:03d}"
    return body + check_character(body)


def code(sequence):
    """Return a well-formed credit code in the fictional region."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91990000{sequence:09d}"
    total = sum(alphabet.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + alphabet[-total % 31]


def agency(employers=1):
    """Register the installation and some employers; return their keys by credit code."""
    ledger.register_installation(
        agency_en="Agency",
        agency_zh="机构",
        currency="CNY",
        zone=ZoneInfo("Asia/Shanghai"),
        home_region=REGION,
    )
    return {
        code(at): identity.register_employer(
            code=code(at), name=f"Employer {at}", region=REGION, since=SINCE, at=NOW
        )
        for at in range(employers)
    }


class Desk:
    """Where files are sent in."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.count = 0

    def file(self, rows, columns=PAYROLL, name=None, encoding="utf-8"):
        """Write rows (dictionaries) as a CSV file."""
        self.count += 1
        path = self.folder / (name or f"file-{self.count}.csv")
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_bytes(text.getvalue().encode(encoding))
        return Incoming(path, path.name)

    def send(self, rows, columns=PAYROLL, by=OPERATOR, **options):
        """Send rows as a file and return the receipt."""
        return ingest(self.file(rows, columns), by=by, **options)


def enrol(who, month, branches=("pension",), employer=0, event="enrol"):
    """Return enrol (or leave) rows."""
    return [
        {
            "resident_id": number(one), "name": f"Person {one}", "employer_id": code(employer), "branch": branch,
            "month": month, "event": event,
        }
        for one in who
        for branch in branches
    ]  # fmt: skip


def declare(who, month, base="10000.00", employer=0):
    """Return pension declarations under the fictional region's rates (8 % and 16 %)."""
    minor = int(base.replace(".", ""))

    def share(percent):
        return f"{(minor * percent * 2 + 100) // 200 / 100:.2f}"

    return [
        {
            "resident_id": number(one), "name": f"Person {one}", "employer_id": code(employer), "branch": "pension",
            "month": month, "base": base, "employee": share(8),
            "employer": share(16),
        }
        for one in who
    ]  # fmt: skip


def pay(amount, month="", branch="", employer=0, reference="", paid_on="2026-03-01"):
    """Return a payment row."""
    return {
        "employer_id": code(employer), "month": month, "branch": branch, "amount": amount, "paid_on": paid_on,
        "reference": reference,
    }  # fmt: skip


def key_of(who):
    """Return somebody's person key."""
    return find_resident(number(who), by=OPERATOR, purpose="console", system="tests")


def opened(who):
    """Open somebody's record at the console."""
    return open_record(key_of(who), by=OPERATOR, purpose="console", fields=FIELDS, system="tests")
