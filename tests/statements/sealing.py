"""A small agency whose ledger is sealed, for tests of receipts."""

from filings import world

from provident import access
from provident.access.records import OPERATOR
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import Sealed, seal
from provident.statements.receipts import Receipt, Receipts
from provident.statements.receipts.making import FIELDS

PLACES = (("PROVIDENT_DATA", "data"), ("PROVIDENT_GUARD", "guard"), ("PROVIDENT_LOG_KEYS", "keys"))


def set_places(monkeypatch, folder) -> None:
    """Keep data, guard and keys of the test in directories of its own."""
    for setting, name in PLACES:
        monkeypatch.setenv(setting, str(folder / name))


def sealed() -> Sealed:
    return seal(LEDGER)


def opened(who: int, fields=FIELDS):
    return access.open_record(
        world.key_of(who), by=OPERATOR, purpose="console", fields=fields, system="tests"
    )


def receipt_of(who: int) -> Receipt:
    with opened(who) as person:
        return Receipts.newest().of_person(person)
