"""What the check found wrong, as records without persons."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from provident.ledger.check.words import SENTENCES


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong: where in which log, or what of the database."""

    code: str
    log: str = ""
    position: int | None = None
    last: int | None = None  # of a run of positions
    id: str = ""  # of an entry or event; made from source and row, it says nothing about a person
    what: str = ""
    what_zh: str = ""  # where what is said in words

    def sentence(self, language: str) -> str:
        """Return it in words."""
        en, zh = SENTENCES[self.code]
        chinese = language.startswith("zh")
        what = self.what_zh or self.what if chinese else self.what
        told = {"log": self.log, "id": self.id, "what": what, "where": self._where(language)}
        return (zh if chinese else en).format(**told)

    def _where(self, language: str) -> str:
        if self.position is None:
            return "尚未封存" if language.startswith("zh") else "not sealed yet"
        if self.last in {None, self.position}:
            return f"位置 {self.position}" if language.startswith("zh") else f"position {self.position}"
        ends = (self.position, self.last)
        return (
            "位置 {} 至 {}".format(*ends) if language.startswith("zh") else "positions {} to {}".format(*ends)
        )

    def as_document(self) -> dict[str, object]:
        """Return it for JSON: what is known, and the sentence in both languages."""
        facts = {
            "log": self.log,
            "position": self.position,
            "last": self.last,
            "id": self.id,
            "what": self.what,
        }
        said = {name: value for name, value in facts.items() if value not in {None, ""}}
        message = {"en": self.sentence("en"), "zh": self.sentence("zh-hans")}
        return {"code": self.code, **said, "message": message}


@dataclass(slots=True)
class Findings:
    """What a check has come to so far. What is sound leaves nothing; neighbours without an id are one run."""

    damage: list[Damage] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)  # leaves held against the tree, by log
    waiting: Counter[str] = field(default_factory=Counter)  # rows not sealed yet, held against their own leaf
    unlinked: Counter[str] = field(default_factory=Counter)
    progress: Callable[[str, int, int], None] | None = None

    def add(self, code: str, **facts: object) -> None:
        """Add something that is wrong."""
        found = Damage(code, **facts)  # type: ignore[arg-type]
        if self.damage and not found.id and found.position is not None:
            before = self.damage[-1]
            end = before.position if before.last is None else before.last
            if replace(before, position=0, last=None) == replace(found, position=0, last=None) and (
                end is not None and end + 1 == found.position
            ):
                self.damage[-1] = replace(before, last=found.position if found.last is None else found.last)
                return
        self.damage.append(found)

    def next_checked(self, log: str, count: int, of: int) -> None:
        """Count leaves that were held against the tree."""
        self.checked[log] += count
        if self.progress is not None:
            self.progress(log, self.checked[log], of)
