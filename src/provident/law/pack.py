"""Reading a pack's folder as a whole, and the faults that only show across its files."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import provident.packs
from provident.law.across import check_across
from provident.law.calendar.days import WorkCalendar
from provident.law.calendar.reading import Row, read_calendar_year
from provident.law.forms import Form, Spot
from provident.law.formulas.rules import read_rules
from provident.law.problems import Problem, Problems
from provident.law.records import Pack, Parameter, Region
from provident.law.refusals import NoSuchPack, PackMalformed
from provident.law.shapes import (
    Frame,
    Sort,
    read_deadline,
    read_law,
    read_parameter,
    read_region,
    read_retention,
    read_timeline,
)
from provident.law.sources import Title
from provident.law.strict_yaml import YamlFault, read_yaml

_Record = TypeVar("_Record")
_Key = TypeVar("_Key", bound=Hashable)


def installed_packs() -> tuple[str, ...]:
    """Return the ids of the packs that came with this program."""
    root = Path(next(iter(provident.packs.__path__)))
    return tuple(sorted(file.parent.name for file in root.glob("*/pack.yaml")))


def pack_folder(pack: str) -> Path:
    """Return an installed pack's folder; refused if there is none of that id."""
    if pack not in installed_packs():
        raise NoSuchPack(pack=pack, installed=", ".join(installed_packs()))
    return Path(next(iter(provident.packs.__path__))) / pack


def load_pack(folder: Path) -> Pack:
    """Return the pack, or refuse all of it if it has a single fault."""
    pack, problems = read_pack(folder)
    if problems:
        raise PackMalformed(pack=folder.name, count=len(problems), first=problems[0].sentence("en"))
    return pack


def read_pack(folder: Path) -> tuple[Pack, list[Problem]]:
    """Return what could be read of a pack and every fault found on the way."""
    reader = PackReader(folder)
    pack = reader.read()
    check_across(folder, pack, reader.problems)
    return pack, reader.problems.found


class PackReader:
    """Reads the files of one folder in the order in which they depend on each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems = Problems()

    def read(self) -> Pack:
        """Read the whole folder."""
        head = Form(self.yaml("pack.yaml"), self.spot("pack.yaml"), required="id version title currency zone")
        stem = head.text("id") or self.folder.name
        currency, zone = head.text("currency") or "XXX", head.text("zone") or "UTC"
        laws = self.list_of("laws.yaml", read_law, lambda law: law.id)
        frame = Frame(laws, currency, {})
        regions = self.list_of(
            "regions.yaml",
            lambda row, spot: read_region(row, spot, currency, zone),
            lambda region: region.code,
        )
        parameters = self._parameters(stem, frame)
        self._places(parameters, regions, frame)
        rules = read_rules(self, stem, frame)
        return Pack(
            id=stem,
            version=head.text("version") or "",
            title=head.title("title") or Title(stem, stem),
            currency=currency,
            zone=zone,
            regions=regions,
            laws=laws,
            parameters=parameters,
            deadlines=self.list_of(
                "deadlines.yaml", lambda row, spot: read_deadline(row, spot, frame), lambda found: found.id
            ),
            retention=self.list_of(
                "retention.yaml", lambda row, spot: read_retention(row, spot, frame), lambda found: found.kind
            ),
            rules=rules,
            calendar=self._calendar(stem, head.text("version") or "", frame),
        )

    def spot(self, file: str) -> Spot:
        """Return the spot of a whole file."""
        return Spot(self.problems, file)

    def yaml(self, file: str) -> object:
        """Return a file's document; a file that is missing or cannot be read is a fault and empty."""
        path = self.folder / file
        if not path.is_file():
            self.spot(file).fault("missing_file")
            return {}
        try:
            return read_yaml(path)
        except YamlFault as fault:
            self.spot(file).fault("yaml", detail=fault)
            return {}

    def list_of(
        self, file: str, read: Callable[[object, Spot], _Record | None], key_of: Callable[[_Record], _Key]
    ) -> dict[_Key, _Record]:
        """Read a file that lists records, by their keys; the same key twice is a fault."""
        spot = self.spot(file)
        rows = self.yaml(file)
        if not isinstance(rows, list):
            spot.fault("not_a_list")
            return {}
        result: dict[_Key, _Record] = {}
        for index, row in enumerate(rows):
            record = read(row, spot.at(index))
            if record is None:
                continue
            if key_of(record) in result:
                spot.at(index).fault("repeated", key=key_of(record))
            result[key_of(record)] = record
        return result

    def _calendar(self, stem: str, version: str, frame: Frame) -> WorkCalendar:
        """Return the working days; a pack without calendar.yaml knows none."""
        years: dict[int, Row] = {}
        if (self.folder / "calendar.yaml").is_file():
            years = self.list_of(
                "calendar.yaml", lambda row, spot: read_calendar_year(row, spot, frame), lambda row: row[0]
            )
        return WorkCalendar(f"{stem} {version}", {year: row[1] for year, row in years.items()})

    def _parameters(self, stem: str, frame: Frame) -> dict[str, Parameter]:
        result: dict[str, Parameter] = {}
        for path in sorted((self.folder / "parameters").rglob("*.yaml")):
            file = path.relative_to(self.folder).as_posix()
            parameter = read_parameter(self.yaml(file), self.spot(file), stem, frame)
            if parameter is None:
                continue
            if parameter.id in result:
                self.spot(file).fault("repeated", key=parameter.id)
            result[parameter.id] = parameter
        return result

    def _places(self, parameters: dict[str, Parameter], regions: dict[int, Region], frame: Frame) -> None:
        """Add to each parameter the values of the places, one file a place."""
        for path in sorted((self.folder / "places").glob("*.yaml")):
            file = path.relative_to(self.folder).as_posix()
            form = Form(self.yaml(file), self.spot(file), required="region values", optional="defaults")
            code = form.whole("region", 110000, 999999)
            if code is None:
                continue
            if code not in regions:
                self.spot(file).fault("unknown_region", region=code)
            elif str(code) != path.stem:
                self.spot(file).fault("wrong_id", stem=f"{code}.yaml")
            self._place(code, form, parameters, frame)

    def _place(self, code: int, form: Form, parameters: dict[str, Parameter], frame: Frame) -> None:
        local = frame.with_defaults(form)
        values = form.data.get("values", {})
        if not isinstance(values, dict):
            form.spot.at("values").fault("not_a_mapping")
            return
        for key, rows in values.items():
            spot = form.spot.at("values").at(key)
            parameter = parameters.get(key)
            if parameter is None:
                spot.fault("unknown_parameter", id=key)
            elif not isinstance(rows, list):
                spot.fault("not_a_list")
            else:
                timeline = read_timeline(
                    rows, spot, Sort(parameter.unit, parameter.lookup, parameter.words), local
                )
                parameters[key] = replace(parameter, places={**parameter.places, code: timeline})
