"""What crosses this room's border: residents, employers and their dated facts, all frozen."""

import datetime as dt
from dataclasses import dataclass

from provident.identity.names import NameFlag, NameReading
from provident.identity.numbers import NumberKind, NumberWarning, OfficialNumber, Sex, classify
from provident.kernel.keys import AccountId, EmployerKey, PersonKey
from provident.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class HeldNumber:
    """An official number a resident holds or held; `since` and `until` are None where not known."""

    id: int
    kind: NumberKind
    normal: str
    since: dt.date | None
    until: dt.date | None
    recorded_at: dt.datetime

    @property
    def masked(self) -> str:
        """The number as shown where it need not be read in full: the first six and last four characters."""
        return f"{self.normal[:6]}{'*' * (len(self.normal) - 10)}{self.normal[-4:]}"

    def reading(self) -> OfficialNumber:
        """Return what the number says by itself."""
        return classify(self.normal, self.kind)


@dataclass(frozen=True, slots=True)
class HeldName:
    """A name a resident bears or bore; `original` is what was typed where that differs."""

    id: int
    name: str
    original: str | None
    since: dt.date | None
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class HeldValue:
    """A value of an archive field; `value` None means known to have none since then."""

    id: int
    field: str
    value: str | None
    since: dt.date | None
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Join:
    """A merge into this record, or a split from it; undone ones stay."""

    id: int
    kind: str  # merge | split
    reason: str
    made_by: AccountId
    made_at: dt.datetime
    undone_reason: str | None
    undone_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident as far as the look opened the record: parts outside `fields` are empty.

    Every list is oldest first, so that the last one in force is the current one.
    """

    person: PersonKey
    fields: tuple[str, ...]
    names: tuple[HeldName, ...]
    numbers: tuple[HeldNumber, ...]
    archive: tuple[HeldValue, ...]
    forgotten_at: dt.datetime | None = None  # by decision

    @property
    def name(self) -> str | None:
        """The current name, None if names were not opened."""
        return self.names[-1].name if self.names else None

    @property
    def number(self) -> HeldNumber | None:
        """The number in use: the latest not ended, an old form only where there is no other."""
        if not self.numbers:
            return None
        return max(
            self.numbers,
            key=lambda n: (
                n.until is None,
                n.kind not in (NumberKind.RESIDENT_ID_15, NumberKind.PERMANENT_RESIDENT_CARD_OLD),
                n.since or dt.date.min,
                n.id,
            ),
        )

    def value(self, field: str) -> str | None:
        """Return the archive's current value of a field, None if there is none."""
        held = [fact.value for fact in self.archive if fact.field == field]
        return held[-1] if held else None

    @property
    def born(self) -> dt.date | None:
        """The birth date: what the archive decided, else what a number says."""
        decided = self.value("born")
        if decided is not None:
            return dt.date.fromisoformat(decided)
        return next((born for n in reversed(self.numbers) if (born := n.reading().born)), None)

    @property
    def sex(self) -> Sex | None:
        """The sex: what the archive decided, else what a number says."""
        decided = self.value("sex")
        if decided is not None:
            return Sex(decided)
        return next((sex for n in reversed(self.numbers) if (sex := n.reading().sex)), None)


@dataclass(frozen=True, slots=True)
class PossibleSame:
    """Somebody who may be the same person, for a human to look at: there is no weight and no order."""

    person: PersonKey
    birth_agrees: bool  # False: the birth date of one of the two is not known


@dataclass(frozen=True, slots=True)
class NewResident:
    """Somebody to register: name and number as typed. `born` only where the number does not say it."""

    name: str
    number: str
    kind: NumberKind | None = None
    born: dt.date | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the resident at this position was not registered."""

    index: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody should look at about a resident who was registered."""

    index: int
    name_flags: tuple[NameFlag, ...]
    number_warnings: tuple[NumberWarning, ...]


@dataclass(frozen=True, slots=True)
class Registration:
    """What became of a registration: everybody was registered, or nobody and there are problems."""

    keys: tuple[PersonKey, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class ReadResident:
    """A resident as typed, read: nothing is registered yet."""

    name: NameReading
    number: OfficialNumber
    born: dt.date | None
    sex: Sex | None


@dataclass(frozen=True, slots=True)
class Parting:
    """Which facts a split takes to the new record, by their ids."""

    numbers: tuple[int, ...]
    names: tuple[int, ...]
    archive: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EmployerName:
    """How an employer is called now."""

    name: str
    uscc: str


@dataclass(frozen=True, slots=True)
class Employer:
    """An employer with its current name and region; former names oldest first."""

    key: EmployerKey
    uscc: str
    name: str
    region: int
    former_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmployerPlace:
    """What a look-up by credit code gives: the employer's key and current region."""

    key: EmployerKey
    region: int
