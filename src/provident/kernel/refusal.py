"""A refusal: the one way any room says no.

Each room's `refusals.py` lists its refusals as subclasses. Every refusal has a stable code, one
plain sentence and one remedy in both languages, and the article it rests on where there is one.
"""

from typing import ClassVar

from provident.kernel.citation import Citation


class Refusal(Exception):  # noqa: N818 - it is a refusal, not a programming error
    """Base of all refusals.

    Subclasses set the class variables; `str.format` fields in the texts are filled from the
    keyword arguments given when the refusal is raised.
    """

    code: ClassVar[str] = ""
    en: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    remedy_en: ClassVar[str] = ""
    remedy_zh: ClassVar[str] = ""
    citation: Citation | None = None  # of the class, or of the one refusal whose article depends on the case

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """Return what was refused and why, in `en` or `zh-hans`."""
        return (self.zh if language.startswith("zh") else self.en).format(**self.facts)

    def remedy(self, language: str) -> str:
        """Return what to do next, in `en` or `zh-hans`."""
        text = self.remedy_zh if language.startswith("zh") else self.remedy_en
        return text.format(**self.facts)

    def as_document(self) -> dict[str, object]:
        """Return the refusal as the JSON document the command line and the API print."""
        return {
            "refused": self.code,
            "message": {"en": self.sentence("en"), "zh": self.sentence("zh-hans")},
            "remedy": {"en": self.remedy("en"), "zh": self.remedy("zh-hans")},
            "article": str(self.citation) if self.citation else None,
        }
