"""A file taken in at a door waits for its check, and the check for it: neither without the other."""

import io

import pytest
from django.db import connection

from provident.access.records import OPERATOR
from provident.filings import uploads

pytestmark = pytest.mark.usefixtures("desk")


def _taken_in() -> int:
    return uploads.receive(io.BytesIO(b"a,b\n1,2\n"), file_name="may.csv", language="en", by=OPERATOR)


def _asked(question: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_a_file_is_queued_for_its_check():
    """The job that is queued names the upload."""
    upload = _taken_in()
    queued = _asked("SELECT task_name, (args ->> 'upload')::bigint FROM procrastinate_jobs")
    assert (uploads.JOB, upload) in queued
    assert uploads.one(upload, by=OPERATOR).state == "waiting"


def test_a_file_that_cannot_be_queued_does_not_wait(monkeypatch):
    """Where the queue fails nothing says that the file was taken in."""

    def fail(*_named, **_more):
        raise RuntimeError("no queue")

    before = uploads.of_account(OPERATOR)
    monkeypatch.setattr(uploads.queue, "configure_task", fail)
    with pytest.raises(RuntimeError, match="no queue"):
        _taken_in()
    assert uploads.of_account(OPERATOR) == before
