"""What the check answers: sentences in two languages, and the one way to say no."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh-hans")
_WORDS = Path(__file__).with_name("words")


@cache
def words(language: str) -> dict[str, str]:
    """Return every sentence of a language by its key; both languages have the same keys."""
    found: dict[str, str] = json.loads((_WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its key, and the facts it fills in; a fact may be a sentence itself."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return the sentence in a language."""
        said = {
            name: fact.say(language) if isinstance(fact, Sentence) else fact
            for name, fact in self.facts.items()
        }
        return words(language)[self.key].format(**said)


class NotProven(Exception):  # noqa: N818 - it is an answer, not an error
    """The check's no: which rule did not hold, and where."""

    def __init__(self, key: str, /, **facts: Any) -> None:
        super().__init__(key)
        self.sentence = Sentence(f"no.{key}", facts)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer about one file: every sentence of it, the reason first if it is no, and the bare facts."""

    file: str
    kind: str
    proven: bool
    sentences: tuple[Sentence, ...]
    facts: dict[str, Any]
