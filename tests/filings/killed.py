"""A process whose children take files in and are killed while they do: run by test_kill.py.

Reads lines `word path` on standard input; for each, forks a child that does it, and prints the child's
number, then how it ended. This process itself never opens the database, so a fork is a fresh start.
"""

import os
import sys
from pathlib import Path

import django

django.setup()

from provident.access.records import OPERATOR
from provident.filings.actions import ingest
from provident.filings.records import Incoming
from provident.ledger import posting

from . import world


def work(word: str, path: Path) -> None:
    if word == "agency":
        world.agency(2)
        return
    if word == "load":
        posting.BULK_ROWS = 10  # as a bulk load, with a table of its own
    ingest(Incoming(path, path.name), by=OPERATOR)


for line in sys.stdin:
    word, path = line.split()
    child = os.fork()
    if not child:
        try:
            work(word, Path(path))
        except BaseException as error:  # noqa: BLE001 - told to the test, which ends this process
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
