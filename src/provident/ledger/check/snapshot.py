"""One moment of the whole database, and rows of it as NumPy arrays."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import psycopg

from provident.ledger.arrays import Array

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stood at one moment, read past row security by the owner. One thread at a time uses it."""

    connection: "psycopg.Connection[Any]"

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query, parameters or None, binary=True).fetchall()

    def value(self, query: str, parameters: Sequence[object] = ()) -> Any:
        """Return the one value a query gives."""
        return self.rows(query, parameters)[0][0]

    def image(
        self, table: str, columns: Sequence[tuple[str, str, str]], where: str, given: Sequence[object] = ()
    ) -> Array:
        """Return rows of a table as an array of their binary form.

        The columns are SQL, name and NumPy's word for the bytes, none of them ever NULL. The server packs
        a whole row in one call, which is several times faster than COPY through the driver.
        """
        packed = f"record_send(ROW({', '.join(sql for sql, _, _ in columns)}))"
        found = self.value(f"SELECT string_agg({packed}, NULL) FROM ONLY {table} WHERE {where}", given)
        return np.frombuffer(found or b"", image_dtype(columns))


def image_dtype(columns: Sequence[tuple[str, str, str]]) -> np.dtype[np.void]:
    """Lay out a row as record_send writes it: a count, then each value after its type and length."""
    parts = [("columns", ">i4")]
    for _, name, kind in columns:
        parts += [(f"{name} type", ">i4"), (f"{name} bytes", ">i4"), (name, kind)]
    return np.dtype(parts)


@contextmanager
def snapshot(owner_url: str) -> Iterator[Snapshot]:
    """Hold one moment of the database for the block's time; nothing can be written through it."""
    with closing(psycopg.connect(owner_url, autocommit=True)) as connection:
        connection.execute("SET search_path = pg_catalog, public")
        connection.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SELECT 1")  # from here on
        yield Snapshot(connection)


def ahead(coming: Iterator[T]) -> Iterator[T]:
    """Read one piece ahead in a thread of its own: the server works while we hash."""
    nothing: Any = object()
    with ThreadPoolExecutor(1) as reader:
        piece = reader.submit(next, coming, nothing)
        while (found := piece.result()) is not nothing:
            piece = reader.submit(next, coming, nothing)
            yield found
