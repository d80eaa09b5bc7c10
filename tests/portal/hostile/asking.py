"""What a request asks the database, as the protocol itself shows it: nothing between can hide a question."""

import re
import tempfile
from collections.abc import Callable

from django.db import connection

from provident.ledger.wire import trips

_MESSAGE = re.compile(r'^F\t\d+\t(Query|Parse|Bind|Execute)\t "(.*?)(?=^[FB]\t|\Z)', re.MULTILINE | re.DOTALL)
_FRAME = re.compile(r"[\s\"]*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|DEALLOCATE)", re.IGNORECASE)


def asked(act: Callable[[], object]) -> list[str]:
    """Return every statement an act sends on Django's connection, the frame of transactions left out."""
    connection.ensure_connection()
    raw = connection.connection
    texts = {name.decode(): text for text, name in trips._kept.get(raw, {}).items()}
    with tempfile.TemporaryFile("w+") as told:
        raw.pgconn.trace(told.fileno())
        raw.pgconn.set_trace_flags(1)  # without times
        try:
            act()
        finally:
            raw.pgconn.untrace()
        assert connection.connection is raw, "the connection was opened anew"
        told.seek(0)
        found, bound = [], ""
        for kind, body in _MESSAGE.findall(told.read()):
            first, _, rest = body.partition('"' if kind != "Query" else "\0")
            if kind == "Parse":
                texts[first] = rest
            elif kind == "Bind":
                named = rest.split('"')[1]
                bound = texts.get(named, f"prepared {named}")
            found += [first] if kind == "Query" else [bound] if kind == "Execute" else []
    return [text for text in found if not _FRAME.match(text)]
