"""Many rows at once: arrays as parameters, and a COPY that stays open."""

import os
import socket
import struct
from contextlib import ExitStack, suppress
from typing import Any, ClassVar

import numpy as np
import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from provident.ledger.arrays import COPY_HEADER, COPY_TRAILER, Array
from provident.ledger.wire.trips import cursor

_BUFFER = 4 << 20


class ArrayParameter:
    """A NumPy array on its way to PostgreSQL, laid out as the binary form of an SQL array."""

    element: ClassVar[tuple[int, str]]  # the type's number in PostgreSQL, the element's bytes in NumPy

    def __init__(self, values: Array) -> None:
        self.values = values

    def packed(self) -> bytes:
        """Return the array in PostgreSQL's binary form."""
        oid, kind = self.element
        if not len(self.values):
            return struct.pack(">iiI", 0, 0, oid)
        out = np.empty(len(self.values), [("bytes", ">i4"), ("value", kind)])
        out["bytes"] = np.dtype(kind).itemsize
        out["value"] = self.values
        return struct.pack(">iiIii", 1, 0, oid, len(out), 1) + out.tobytes()


class Int8Array(ArrayParameter):
    """A bigint[]."""

    element = (20, ">i8")


class Int4Array(ArrayParameter):
    """An integer[]."""

    element = (23, ">i4")


class Int2Array(ArrayParameter):
    """A smallint[]."""

    element = (21, ">i2")


class UuidArray(ArrayParameter):
    """A uuid[], from 16-byte elements."""

    element = (2950, "V16")


class HashArray(ArrayParameter):
    """A bytea[], from 32-byte elements."""

    element = (17, "V32")


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: ArrayParameter) -> Buffer:
        return obj.packed()


def _register(parameter: type[ArrayParameter], array_oid: int) -> None:
    dumper = type(f"{parameter.__name__}Dumper", (_ArrayDumper,), {"oid": array_oid})
    psycopg.adapters.register_dumper(parameter, dumper)


for _parameter, _oid in (
    (Int8Array, 1016),
    (Int4Array, 1007),
    (Int2Array, 1005),
    (UuidArray, 2951),
    (HashArray, 1001),
):
    _register(_parameter, _oid)


class CopyStream:
    """A COPY that stays open while the caller prepares what comes next.

    The socket's buffer is the bounded queue between the two: writing waits only when the server is
    behind, and no thread has to take turns with the one that hashes. The connection carries one
    thing at a time, so the caller's own queries pause the stream.
    """

    def __init__(self, statement: str) -> None:
        self._statement = statement
        self._cursor = cursor()
        self._open = ExitStack()
        self._copy: psycopg.Copy | None = None
        _widen(self._cursor.connection)

    def write(self, image: bytes) -> None:
        """Send rows as COPY images, starting the COPY if none is open."""
        if self._copy is None:
            self._copy = self._open.enter_context(self._cursor.copy(self._statement))
            self._copy.write(COPY_HEADER)
        self._copy.write(image)

    def pause(self) -> None:
        """Wait until the server has everything and leave the connection free."""
        if self._copy is not None:
            copy, self._copy = self._copy, None
            with self._open.pop_all():
                copy.write(COPY_TRAILER)

    def abandon(self) -> None:
        """Leave the connection free after a failure; what was sent is refused."""
        if self._copy is not None:
            self._copy = None
            with suppress(psycopg.Error):
                self._open.pop_all().__exit__(Abandoned, Abandoned(), None)


class Abandoned(Exception):  # noqa: N818 - said to the server, never raised
    """Why a COPY ends early."""


def _widen(connection_: psycopg.Connection[Any]) -> None:
    """Ask for a socket buffer that holds some pieces; the system may grant less."""
    with socket.socket(fileno=os.dup(connection_.fileno())) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
