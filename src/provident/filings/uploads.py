"""Files that come in through a door and are checked by a job: taken in at once, answered when done."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection, transaction
from procrastinate.contrib.django import app as queue

from provident.filings import actions
from provident.filings.intake import originals
from provident.filings.records import Incoming, Receipt
from provident.filings.refusals import FileRefused
from provident.filings.report import SHOWN
from provident.kernel.keys import AccountId
from provident.kernel.refusal import Refusal

_COLUMNS = "upload_id, account, file_name, language, received_at, state, filing_id, outcome"
_BEGIN = """
UPDATE filings_upload SET state = 'working' WHERE upload_id = %s AND state IN ('waiting', 'working')
RETURNING account, file_name, language, system, waits_in
"""
#: The job that checks an uploaded file, by name: the jobs import the rooms, not the other way round.
JOB = "provident.filings.process_upload"


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file and, once it has been checked, what became of it.

    `outcome` of a refused file holds `refusal` (a refusal's document), `filing` (its number as a refused
    filing, 0 if none was kept), `count`, `lines` (the first of the report, as shown: row, field, value,
    reason, remedy, article) and `report` (the SHA-256 of the whole report in the store of originals).
    """

    id: int
    account: AccountId
    file_name: str
    language: str
    received_at: dt.datetime
    state: str  # waiting | working | posted | already | refused
    filing: int | None
    outcome: dict[str, Any]

    @property
    def waiting(self) -> bool:
        """Whether the file has not been answered yet."""
        return self.state in ("waiting", "working")


def receive(stream: BinaryIO, *, file_name: str, language: str, by: AccountId, system: str = "portal") -> int:
    """Take a file in and queue its check. Its bytes are on the disk before the row that names them commits.

    The row and the queued job commit together: no file waits that nobody will look at.
    """
    name = originals.keep_waiting(stream)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO filings_upload (account, file_name, language, system, waits_in)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING upload_id",
            [by, Path(file_name).name[:200], language, system, name],
        )
        upload = int(cursor.fetchone()[0])
        queue.configure_task(JOB).defer(upload=upload)
    return upload


def process(upload: int) -> None:
    """Check and post an upload and write down what became of it. Running twice changes nothing more."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [upload])
        row = cursor.fetchone()
    if row is None:
        return
    account, file_name, language, system, name = row
    path = originals.waiting(name)
    file = Incoming(path, file_name, language=language)
    try:
        outcome = _posted(actions.ingest(file=file, by=AccountId(account), system=system))
    except FileRefused as refusal:
        outcome = _refused(refusal, language)
    except Refusal as refusal:
        outcome = ("refused", None, {"refusal": refusal.as_document()})
    _say(upload, outcome)
    path.unlink(missing_ok=True)


_Outcome = tuple[str, int | None, dict[str, Any]]


def _posted(receipt: Receipt) -> _Outcome:
    return "already" if receipt.already else "posted", receipt.filing, {}


def _refused(refusal: FileRefused, language: str) -> _Outcome:
    report = refusal.report
    lines = [list(line.cells(language)) for line in report.lines[:SHOWN]]
    kept = report.path.name if report.path else None
    told = {"refusal": refusal.as_document(), "filing": refusal.filing, "count": report.count, "lines": lines}
    return "refused", None, {**told, "report": kept}


def _say(upload: int, outcome: _Outcome) -> None:
    state, filing, told = outcome
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE filings_upload SET state = %s, filing_id = %s, outcome = %s WHERE upload_id = %s",
            [state, filing, json.dumps(told), upload],
        )


def of_account(account: AccountId, *, at_most: int = 100) -> tuple[Upload, ...]:
    """Return what an account uploaded, latest first."""
    return _found("account = %s", [account], at_most)


def one(upload: int, *, by: AccountId) -> Upload | None:
    """Return one upload of this account; None if it is not there or another account's."""
    return next(iter(_found("upload_id = %s AND account = %s", [upload, by], 1)), None)


def report_of(upload: Upload) -> Path | None:
    """Return where the whole report of a refused upload lies, None if there is none (any more)."""
    kept = upload.outcome.get("report")
    return originals.find(bytes.fromhex(kept)) if kept else None


def _found(condition: str, facts: list[int], at_most: int) -> tuple[Upload, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM filings_upload WHERE {condition} ORDER BY upload_id DESC LIMIT %s",
            [*facts, at_most],
        )
        return tuple(_upload(*row) for row in cursor.fetchall())


def _upload(*row: Any) -> Upload:
    number, account, name, language, received_at, state, filing, told = row
    outcome = told if isinstance(told, dict) else json.loads(told)
    return Upload(number, AccountId(account), name, language, received_at, state, filing, outcome)
