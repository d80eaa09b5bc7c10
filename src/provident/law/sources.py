"""Where a number or a formula stands, and how well that is evidenced."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from provident.kernel.citation import Citation


class Status(StrEnum):
    """How well a value is evidenced, best first. `memory` is no member: it never ships."""

    VERIFIED = "verified"  # the official text itself was read
    SECONDARY = "secondary"  # a copy, a translation or agreeing third parties were read
    SYNTHETIC = "synthetic"  # made up, for the fictional region only


@dataclass(frozen=True, slots=True)
class Title:
    """A name in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class LawTitle:
    """A law, decision or notice that values rest on."""

    id: str
    title: Title
    in_force: dt.date | None


@dataclass(frozen=True, slots=True)
class Sourced:
    """Where a value stands and how well that is evidenced."""

    citation: Citation
    law: str  # id in the pack's laws
    evidence: str
    status: Status
