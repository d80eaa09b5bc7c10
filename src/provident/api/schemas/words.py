"""The words and forms of values that the answers are made of."""

from collections.abc import Iterable
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from provident.kernel.words import Branch, Checked, EntryKind, Evidence, MonthStatus, Scheme


class Form(Schema):
    """An object with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class Names(Form):
    """A text in English and in Chinese."""

    en: str
    zh: str


def _one_of(words: Iterable[str]) -> Any:
    return Field(json_schema_extra={"enum": list(words)})


BranchWord = Annotated[str, _one_of(branch.word for branch in Branch)]
SchemeWord = Annotated[str, _one_of(scheme.name.lower() for scheme in Scheme)]
KindWord = Annotated[str, _one_of(kind.name.lower() for kind in EntryKind)]
StatusWord = Annotated[str, _one_of(status.value for status in MonthStatus)]
EvidenceWord = Annotated[str, _one_of(grade.name.lower() for grade in Evidence)]
CheckedWord = Annotated[str, _one_of(checked.name.lower() for checked in Checked)]
MoneyText = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="Major units, exact.")]
RateText = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="A share of one.")]
MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2026-03"])]
DayText = Annotated[str, Field(json_schema_extra={"format": "date"})]
MomentText = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
HashText = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256, hexadecimal.")]
