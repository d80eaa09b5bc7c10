"""How bytes get to the database: a plain cursor, questions in one trip, arrays, COPY."""

from provident.ledger.wire.bulk import CopyStream, HashArray, Int2Array, Int4Array, Int8Array, UuidArray
from provident.ledger.wire.trips import (
    NotAskedAheadError,
    Rows,
    Statement,
    ask,
    ask_alone,
    begin,
    call,
    call_row,
    cursor,
    driver,
    forget_ahead,
    one_transaction,
)

__all__ = [
    "CopyStream",
    "HashArray",
    "Int2Array",
    "Int4Array",
    "Int8Array",
    "NotAskedAheadError",
    "Rows",
    "Statement",
    "UuidArray",
    "ask",
    "ask_alone",
    "begin",
    "call",
    "call_row",
    "cursor",
    "driver",
    "forget_ahead",
    "one_transaction",
]
