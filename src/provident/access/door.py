"""Opening a record or a run: the look is written first, and stays whatever happens after."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from provident.access.refusals import of_code
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.opened import Opened, OpenedRun
from provident.ledger import wire
from provident.ledger.queries import years_question

_YEARS = "contributions"  # the field of which the ledger's years are a part
_OPEN = "SELECT refusal, look, at, keys FROM access_open($1, $2, $3, $4, $5, $6)"
_OPEN_RUN = "SELECT refusal, look, at, '{}'::bigint[] FROM access_open_run($1, $2, $3, $4, $5, NULL)"


@dataclass(frozen=True, slots=True)
class _Answer:
    refusal: str
    look: int
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
    ahead = years_question([person]) if person is not None and _YEARS in fields else None
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
    ahead: wire.Statement | None = None,
) -> Iterator[Opened]:
    """Open whom a room above finds: `question` calls its database function, which ends in access_open.

    Its parameters are $1 and so on. The function answers as access_open does, with refusal, look, at
    and keys in this order, so the search and the opening are one look, found or not. `ahead` goes along
    and is answered as far as the look opens it: the database sees the look before it sees the question.
    """
    with _looking(question, list(asked), ahead) as found:
        yield Opened(
            person=found.keys[0],
            keys=found.keys,
            look=found.look,
            actor=by,
            purpose=purpose,
            fields=tuple(fields),
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
    with _looking(_OPEN_RUN, [by, purpose, list(fields), system, list(members)], None) as found:
        yield OpenedRun(look=found.look, actor=by, purpose=purpose, fields=tuple(fields), at=found.at)


# The look is written before this savepoint, what the block does comes after it.
_KEPT = "access_look_kept"


@contextmanager
def _looking(question: str, facts: list[Any], ahead: wire.Statement | None) -> Iterator[_Answer]:
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


def _ask(question: str, facts: list[Any], ahead: wire.Statement | None) -> _Answer:
    # The question and the savepoint begin the transaction; the commit releases the savepoint.
    with connection.wrap_database_errors:
        found, _ = wire.begin((question, facts), (f"SAVEPOINT {_KEPT}", ()), ahead=ahead)
        ((refusal, look, at, keys),) = wire.rows(found)
    return _Answer(refusal, look, at, tuple(keys))
