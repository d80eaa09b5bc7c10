"""Opening a record or a run: the look is written first, and stays whatever happens after."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from provident.access.records import Asking
from provident.access.refusals import of_code
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.opened import Opened, OpenedRun
from provident.ledger import wire
from provident.ledger.queries import years_question

_YEARS = "contributions"  # the field of which the ledger's years are a part
_OPEN = "SELECT refusal, look, at, keys FROM access_open($1, $2, $3, $4, $5, $6)"
_OPEN_ALONE = "SELECT refusal, look, at, keys FROM access_open($1, $2, $3, $4, $5, $6, true)"
_OPEN_RUN = "SELECT refusal, look, at, '{}'::bigint[] FROM access_open_run($1, $2, $3, $4, $5, NULL)"

_Questions = Callable[[Sequence[PersonKey]], Sequence[wire.Statement]]


@dataclass(frozen=True, slots=True)
class _Answer:
    refusal: str
    look: int  # 0: not opened, because the record has more keys than the one asked for
    at: dt.datetime
    keys: tuple[PersonKey, ...]


@contextmanager
def open_record(
    person: PersonKey | None,
    *,
    by: AccountId,
    purpose: str,
    fields: Sequence[str],
    system: str = "portal",
    reason: str = "",
) -> Iterator[Opened]:
    """Open one person's record for the length of one transaction of its own.

    The look is committed when the block ends. If the block raises, what it wrote is undone and
    the look stays. A refused look is committed too, and LookRefused is raised in place of the
    block. `person=None` logs a search that found nobody.
    """
    asked = [by, person, purpose, list(fields), system, reason]
    ahead = [years_question([person])] if person is not None and _YEARS in fields else []
    with open_found(_OPEN, asked, by=by, purpose=purpose, fields=fields, ahead=ahead) as opened:
        yield opened


@contextmanager
def open_found(
    question: str,
    asked: Sequence[Any],
    *,
    by: AccountId,
    purpose: str,
    fields: Sequence[str],
    ahead: Sequence[wire.Statement] = (),
) -> Iterator[Opened]:
    """Open whom a room above finds: `question` calls its database function, which ends in access_open.

    Its parameters are $1 and so on. The function answers as access_open does, with refusal, look, at
    and keys in this order, so the search and the opening are one look, found or not. `ahead` goes along
    and is answered as far as the look opens it: the database sees the look before it sees the question.
    """
    with _looking(question, list(asked), ahead) as found:
        yield _opened(found, Asking(by, purpose, fields))


@contextmanager
def read_record(person: PersonKey, asking: Asking, questions: _Questions) -> Iterator[Opened]:
    """Open one person's record for these questions: look, questions and commit are one trip to the server.

    For pages. `questions` returns of the record's keys what the block will ask through `wire.ask`; to ask
    anything else is an error, because the transaction is over when the block begins. So is the look's
    commit, whatever happens in the block. A refused look is committed too, and LookRefused is raised.
    """
    asked = [asking.by, person, asking.purpose, list(asking.fields), asking.system, asking.reason]
    here = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up anew for each word
    if not here.in_atomic_block:
        with (
            here.wrap_database_errors,
            wire.one_transaction((_OPEN_ALONE, asked), questions([person])) as rows,
            here.execute_wrapper(_not_asked_ahead),
        ):
            found = _answer(rows)
            if found.refusal:
                raise of_code(found.refusal)
            if found.look:
                yield _opened(found, asking)
                return
    # Others were merged into the record, so the questions were about a part of it and nothing was opened; or
    # this is inside a test's transaction, any other being refused.
    with _looking(_OPEN, asked, questions([person])) as found:
        yield _opened(found, asking)


def _not_asked_ahead(*_asked: object) -> NoReturn:
    raise wire.NotAskedAheadError


def _opened(found: _Answer, asking: Asking) -> Opened:
    return Opened(
        person=found.keys[0],
        keys=found.keys,
        look=found.look,
        actor=asking.by,
        purpose=asking.purpose,
        fields=tuple(asking.fields),
        at=found.at,
    )


@contextmanager
def open_run(
    *,
    by: AccountId,
    purpose: str,
    fields: Sequence[str],
    system: str = "jobs",
    members: Sequence[PersonKey] = (),
) -> Iterator[OpenedRun]:
    """Open a run over many persons for the length of one transaction of its own; one look for all.

    Whoever is a member is told. Members not known beforehand are named with add_run_members or
    name_run_batch while the run lasts.
    """
    with _looking(_OPEN_RUN, [by, purpose, list(fields), system, list(members)], ()) as found:
        yield OpenedRun(look=found.look, actor=by, purpose=purpose, fields=tuple(fields), at=found.at)


# The look is written before this savepoint, what the block does comes after it.
_KEPT = "access_look_kept"


@contextmanager
def _looking(question: str, facts: list[Any], ahead: Sequence[wire.Statement]) -> Iterator[_Answer]:
    failed: BaseException | None = None
    with transaction.atomic(durable=True):
        answer = _ask(question, facts, ahead)
        if not answer.refusal:
            connection.savepoint_ids.append(_KEPT)
            try:
                yield answer
            except BaseException as error:  # noqa: BLE001 - raised again once the look is committed
                failed = error
                transaction.set_rollback(False)
                transaction.savepoint_rollback(_KEPT)
            finally:
                connection.savepoint_ids.remove(_KEPT)
                wire.forget_ahead()
    if failed is not None:
        raise failed
    if answer.refusal:
        raise of_code(answer.refusal)


def _ask(question: str, facts: list[Any], ahead: Sequence[wire.Statement]) -> _Answer:
    # The question and the savepoint begin the transaction; the commit releases the savepoint.
    with connection.wrap_database_errors:
        found, _ = wire.begin((question, facts), (f"SAVEPOINT {_KEPT}", ()), ahead=ahead)
    return _answer(found)


def _answer(rows: wire.Rows) -> _Answer:
    ((refusal, look, at, keys),) = rows
    return _Answer(refusal, look, at, tuple(keys))
