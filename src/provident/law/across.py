"""Faults that only show when a pack's files are read together."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from provident.law.formulas.linting import check_rules
from provident.law.problems import Problems
from provident.law.records import DatedValue, Pack, Parameter
from provident.law.sources import Status
from provident.law.timeline import Timeline, in_force


def check_across(folder: Path, pack: Pack, problems: Problems) -> None:
    """Note every fault between files: fiction and law mixed, floors above ceilings, loose ends."""
    _fiction_apart(pack, problems)
    _floors_below_ceilings(pack, problems)
    _laws_used(pack, problems)
    check_rules(pack, problems)
    for deadline in pack.deadlines.values():
        if deadline.yields_to and deadline.yields_to not in pack.deadlines:
            problems.add("deadlines.yaml", deadline.id, "yields_to_nothing", id=deadline.yields_to)
    changelog = folder / "CHANGELOG.md"
    if not changelog.is_file():
        problems.add("CHANGELOG.md", "", "missing_file")
    elif f"\n## {pack.version}\n" not in changelog.read_text(encoding="utf-8"):
        problems.add("CHANGELOG.md", "", "no_changelog", version=pack.version)


def timelines(parameter: Parameter) -> Iterator[tuple[int, Timeline]]:
    """Yield each timeline of a parameter with its region; 0 stands for the whole country."""
    yield 0, parameter.national
    yield from parameter.places.items()


def _fiction_apart(pack: Pack, problems: Problems) -> None:
    """Synthetic values live in the fictional region, and nothing else does."""
    fictional = {code for code, region in pack.regions.items() if region.fictional}
    for parameter in pack.parameters.values():
        for code, timeline in timelines(parameter):
            for element in timeline:
                if not isinstance(element, DatedValue):
                    continue
                synthetic = element.source.status is Status.SYNTHETIC
                if synthetic and code not in fictional:
                    problems.add(parameter.id, f"{code} {element.since}", "synthetic_outside")
                if not synthetic and code in fictional:
                    problems.add(parameter.id, f"{code} {element.since}", "real_inside")


def _floors_below_ceilings(pack: Pack, problems: Problems) -> None:
    for parameter in pack.parameters.values():
        ceiling = pack.parameters.get(parameter.id.replace(".base_floor", ".base_ceiling"))
        if ceiling is None or ceiling is parameter:
            continue
        for code, floors in timelines(parameter):
            ceilings = ceiling.places.get(code, ()) if code else ceiling.national
            for day in _starts(floors, ceilings):
                low, high = in_force(floors, day), in_force(ceilings, day)
                if isinstance(low, DatedValue) and isinstance(high, DatedValue) and _more(low, high):
                    problems.add(parameter.id, "", "floor_above_ceiling", region=code, day=day)


def _starts(*several: Timeline) -> list[dt.date]:
    return sorted({element.since for timeline in several for element in timeline})


def _more(left: DatedValue, right: DatedValue) -> bool:
    return isinstance(left.value, int) and isinstance(right.value, int) and left.value > right.value


def _laws_used(pack: Pack, problems: Problems) -> None:
    used = {
        element.source.law
        for parameter in pack.parameters.values()
        for _, timeline in timelines(parameter)
        for element in timeline
        if isinstance(element, DatedValue)
    }
    used |= {deadline.source.law for deadline in pack.deadlines.values()}
    used |= {year.source.law for year in pack.calendar.years.values()}
    rules = pack.rules
    used |= {formula.source.law for variable in rules.variables.values() for formula in variable.formulas}
    used |= {requirement.source.law for requirement in rules.requirements.values()}
    cited = {retention.citation.law for retention in pack.retention.values()}
    for law in pack.laws.values():
        if law.id not in used and law.title.en not in cited:
            problems.add("laws.yaml", law.id, "unused_law", law=law.id)
