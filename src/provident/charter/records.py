"""What the walk is handed and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass

from provident.charter.articles import BY_ID


@dataclass(frozen=True, slots=True)
class Part:
    """One field, column, property or key: its name and the labels people see."""

    name: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Container:
    """Something that holds named parts: a table, an API schema, an export, a catalogue row."""

    where: str
    name: str
    parts: tuple[Part, ...]
    public: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """A file the system hands out: its columns, and whether anybody may have it."""

    name: str
    columns: Sequence[str]
    public: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where what is built breaks an article of the charter."""

    article: str
    where: str
    what: str  # the field, table, row or function
    why_en: str
    why_zh: str

    def sentence(self, language: str) -> str:
        """Return the breach as one line in `en` or `zh-hans`."""
        why = self.why_zh if language.startswith("zh") else self.why_en
        return f"{self.where}: {self.what}: {why} [{self.article}]"

    @property
    def promise(self) -> str:
        """The broken promise, in English."""
        return BY_ID[self.article].en


@dataclass(frozen=True, slots=True)
class Checked:
    """What was walked, and how many things it had."""

    en: str
    zh: str
    count: int


@dataclass(frozen=True, slots=True)
class NotChecked:
    """What was not walked, and why."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Excused:
    """A name that would be a breach but for a reason that is written down."""

    where: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The outcome of a walk."""

    breaches: tuple[Breach, ...]
    checked: tuple[Checked, ...]
    not_checked: tuple[NotChecked, ...]
    excused: tuple[Excused, ...]

    @property
    def kept(self) -> bool:
        """Whether no breach was found in what was checked."""
        return not self.breaches
