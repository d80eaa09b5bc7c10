"""Questions: a plain cursor, and many statements in one trip to the server."""

import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import abc
from psycopg.adapt import Buffer, PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_PREPARED_FROM = 5  # times a statement is sent before the server keeps its plan


class _Preparing(psycopg.Cursor[Any]):
    """Lets the driver prepare what is executed often: planning is half of a short read.

    Django turns that off, and it stays off for Django's own cursors: at their ROLLBACK TO SAVEPOINT the
    driver would make the server forget every prepared statement, those of `begin` and `ask` too.
    """

    def execute(self, *asked: Any, **options: Any) -> "_Preparing":
        self.connection.prepare_threshold = _PREPARED_FROM
        try:
            return super().execute(*asked, **options)
        finally:
            self.connection.prepare_threshold = None


def cursor() -> psycopg.Cursor[Any]:
    """Return a cursor of psycopg's own on Django's connection: parameters and results travel in binary."""
    return _Preparing(_unended())


def _unended() -> psycopg.Connection[Any]:
    if connections[DEFAULT_DB_ALIAS] in _ended:
        raise NotAskedAheadError
    return driver()


class NotAskedAheadError(RuntimeError):
    """A question to a transaction that is over: our own mistake, and never answered with nothing."""


def driver() -> psycopg.Connection[Any]:
    """Return the driver's connection under Django's, made anew if it was lost between transactions."""
    here = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up anew for each word
    if here.connection is not None and here.connection.closed and not here.in_atomic_block:
        here.close()  # Django learns of a loss only from its own cursors
    here.ensure_connection()
    raw: psycopg.Connection[Any] = here.connection
    return raw


def call_row(statement: str, parameters: Sequence[object]) -> tuple[Any, ...]:
    """Return the one row a statement gives."""
    row = cursor().execute(statement, parameters, binary=True).fetchone()
    if row is None:
        raise LookupError(statement)
    return tuple(row)


def call(statement: str, parameters: Sequence[object]) -> Any:
    """Return the one value a statement gives."""
    return call_row(statement, parameters)[0]


_NUMBERS = count()
# The names by which a connection's server keeps the statements a transaction begins with.
_kept: WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = WeakKeyDictionary()


Statement = tuple[str, Sequence[object]]
Rows = list[tuple[Any, ...]]

# What a connection's transaction was asked ahead of `ask`, and the answers.
_ahead: WeakKeyDictionary[psycopg.Connection[Any], list[tuple[Statement, Rows]]] = WeakKeyDictionary()
# Django's connections whose transaction ended with its beginning: only what was asked ahead is there. They
# outlive the driver's, so that one made anew in between answers nothing without a look.
_ended: WeakSet[BaseDatabaseWrapper] = WeakSet()


def begin(*statements: Statement, ahead: Sequence[Statement] = ()) -> list[Rows]:
    """Begin a transaction with these statements, all in one trip to the server; return the rows of each.

    The parameters are $1, $2 and so on, of the types the server makes out. This goes past the
    driver's cursors, whose own work takes longer than the server's: it is for what every page asks.
    Inside a test's own transaction there is nothing to begin, and nothing is prepared.

    `ahead` travels with them, and `ask` finds its answers here. If one of them fails none was asked: the
    last of the statements is then the savepoint to go back to.
    """
    raw = _unended()
    _ahead.pop(raw, None)
    results = _begun(raw, [*statements, *ahead])
    done, told = results[: len(statements)], results[len(statements) :]
    _raise_first(done)
    if all(result.status == ExecStatus.TUPLES_OK for result in told):
        _ahead[raw] = list(zip(ahead, _rows(raw, told), strict=True))
    else:
        _raise_first([raw.pgconn.exec_(b"ROLLBACK TO " + statements[-1][0].encode())])
    return _rows(raw, done)


@contextmanager
def one_transaction(opening: Statement, ahead: Sequence[Statement]) -> Iterator[Rows]:
    """Ask everything of a transaction at once, its commit included: one trip, and no other question after it.

    Yields the rows of what opens it; what it wrote is committed, whatever the block does. In the block
    `ask` finds what was asked `ahead`, and whoever asks anything else is refused, but for `ask_alone`. If a
    question fails, its error is raised and what the opening wrote stays. Not inside a transaction.
    """
    here, raw = connections[DEFAULT_DB_ALIAS], _unended()
    if raw.info.transaction_status != TransactionStatus.IDLE:
        raise psycopg.ProgrammingError("the connection is inside a transaction")
    results = _at_rest(raw, [("BEGIN", ()), opening, (f"SAVEPOINT {_KEPT}", ()), *ahead, ("COMMIT", ())])
    if results[-1].status == ExecStatus.PIPELINE_ABORTED:
        _end_after_failure(raw)
    _raise_first(results)
    _, opened, _, *told, _ = _rows(raw, results)
    try:
        _ahead[raw] = list(zip(ahead, told, strict=True))
        _ended.add(here)
        yield opened
    finally:
        _ended.discard(here)
        _ahead.pop(raw, None)


def _end_after_failure(raw: psycopg.Connection[Any]) -> None:
    try:
        raw.pgconn.exec_(f"ROLLBACK TO {_KEPT}".encode())  # fails if the opening did: then all is undone
        _raise_first([raw.pgconn.exec_(b"COMMIT")])
    except BaseException:
        raw.close()  # nobody else may come into this transaction
        raise


_KEPT = "wire_kept"


def _begun(raw: psycopg.Connection[Any], asked: list[Statement]) -> list[PGresult]:
    if raw.info.transaction_status != TransactionStatus.IDLE:
        _kept.pop(raw, None)
        return _one_trip(raw, [(text.encode(), given) for text, given in asked], named=False)
    raw.autocommit = True  # as far as the driver is concerned; it would send a BEGIN of its own
    results = _at_rest(raw, [("BEGIN", ()), *asked])
    _raise_first(results[:1])
    return results[1:]


def _at_rest(raw: psycopg.Connection[Any], asked: list[Statement]) -> list[PGresult]:
    results = _one_trip(raw, _named(raw, asked), named=True)
    if results[0].status == ExecStatus.FATAL_ERROR:
        # The driver makes the server forget all statements after a rollback. Nothing has begun yet.
        del _kept[raw]
        results = _one_trip(raw, _named(raw, asked), named=True)
    return results


def ask_alone(statement: str, given: Sequence[object]) -> Rows:
    """Return the rows of a statement that is asked before any transaction, or inside whichever there is.

    Before any, it is also what finds out whether the server is still there: a connection it has dropped
    is made anew, and Django need not ask once more.
    """
    raw = driver()
    if raw.info.transaction_status != TransactionStatus.IDLE:
        results = _one_trip(raw, [(statement.encode(), given)], named=False)
    else:
        try:
            results = _at_rest(raw, [(statement, given)])
        except psycopg.OperationalError:
            if not raw.closed:
                raise
            raw = driver()
            results = _at_rest(raw, [(statement, given)])
        connections[DEFAULT_DB_ALIAS].health_check_done = True  # type: ignore[attr-defined] # stubs lack it
    _raise_first(results)
    return _rows(raw, results)[0]


def ask(statement: str, given: Sequence[object]) -> Rows:
    """Return the rows of one more statement of a transaction that `begin` began, or was asked ahead."""
    raw = driver()
    for at, (asked, told) in enumerate(early := _ahead.get(raw, [])):
        if asked == (statement, given):
            del early[at]
            return told
    if connections[DEFAULT_DB_ALIAS] in _ended:
        raise NotAskedAheadError(statement)
    named = raw in _kept
    sent = _named(raw, [(statement, given)]) if named else [(statement.encode(), given)]
    results = _one_trip(raw, sent, named=named)
    _raise_first(results)
    return _rows(raw, results)[0]


def forget_ahead() -> None:
    """Ask again what was asked ahead: the ledger changes, or the transaction is over."""
    if connection.connection is not None:
        _ahead.pop(connection.connection, None)


# What turns a connection's results into rows: it remembers how for each type the server has, and in which
# time zone moments are told. Kept with Django's connection, because it holds the driver's.
_loaders: WeakKeyDictionary[BaseDatabaseWrapper, abc.Transformer] = WeakKeyDictionary()


def _rows(raw: psycopg.Connection[Any], results: Sequence[PGresult]) -> list[Rows]:
    here = connections[DEFAULT_DB_ALIAS]
    loader, told = _loaders.get(here), []
    if loader is None or loader.connection is not raw:
        loader = _loaders[here] = Transformer(raw)
    for result in results:
        loader.set_pgresult(result)
        told.append(loader.load_rows(0, result.ntuples, tuple))
    loader.set_pgresult(None)
    return told


def _named(
    raw: psycopg.Connection[Any], statements: Sequence[Statement]
) -> list[tuple[bytes, Sequence[object]]]:
    names = _kept.setdefault(raw, {})
    for text, _ in statements:
        if text not in names:
            name = b"provident_%d" % next(_NUMBERS)  # never one twice: the server may still know the last
            result = raw.pgconn.prepare(name, text.encode())
            if result.status != ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(result)
            names[text] = name
    return [(names[text], given) for text, given in statements]


def _one_trip(
    raw: psycopg.Connection[Any], statements: Sequence[tuple[bytes, Sequence[object]]], *, named: bool
) -> list[PGresult]:
    pgconn, dumper = raw.pgconn, Transformer(raw)
    sent = [(what, _as_text(dumper, given)) for what, given in statements]
    send = pgconn.send_query_prepared if named else pgconn.send_query_params
    try:
        pgconn.enter_pipeline_mode()
        for what, given in sent:
            send(what, given, result_format=Format.BINARY)
        pgconn.pipeline_sync()
        results = list(_results(pgconn))
        pgconn.exit_pipeline_mode()
    except BaseException:
        raw.close()  # in the middle of an answer; nothing else can be asked on it
        raise
    return results


def _raise_first(results: Sequence[PGresult]) -> None:
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(result)


def _as_text(dumper: abc.Transformer, given: Sequence[object]) -> Sequence[Buffer | None] | None:
    """Return parameters as text: what every page sends at once, all else as the driver does it."""
    return [_plain(dumper, one) for one in given] if given else None


def _plain(dumper: abc.Transformer, one: object) -> Buffer | None:
    if type(one) is str and "\0" not in one:
        return one.encode()
    if type(one) is int:
        return b"%d" % one
    if type(one) is list and one and all(type(each) is int for each in one):
        return b"{%b}" % b",".join([b"%d" % each for each in one])
    if type(one) is list and one and all(type(each) is str and each.isidentifier() for each in one):
        return b"{%b}" % ",".join(f'"{each}"' for each in one).encode()
    return dumper.dump_sequence([one], [PyFormat.TEXT])[0]


def _results(pgconn: PGconn) -> Iterator[PGresult]:
    """Yield the results up to the end of the trip, waiting where a signal can interrupt."""
    waiting = select.poll()
    waiting.register(pgconn.socket, select.POLLIN)
    while pgconn.flush():  # more than the socket takes at once, which these statements hardly are
        waiting.poll(1)
        pgconn.consume_input()
    while True:
        while pgconn.is_busy():
            waiting.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:  # the end of one statement's
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return
        yield result
