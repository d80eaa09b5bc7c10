"""Reading all of a pack's law that is not a number: variables/, formulas/ and the lists beside them."""

from typing import TYPE_CHECKING

from provident.law.forms import Form
from provident.law.formulas.declared import Calculation, Requirement, RoundingRule, Rules, Variable
from provident.law.formulas.reading import (
    Namespace,
    read_calculation,
    read_requirement,
    read_rounding,
    read_variable,
    read_word,
)
from provident.law.formulas.source import read_functions
from provident.law.shapes import Frame

if TYPE_CHECKING:
    from provident.law.pack import PackReader
    from provident.law.sources import Title


def read_rules(reader: "PackReader", stem: str, frame: Frame) -> Rules:
    """Return the pack's rules; a pack of numbers only has none."""
    if not (reader.folder / "variables").is_dir():
        return Rules()
    roundings: dict[str, RoundingRule] = reader.list_of(
        "roundings.yaml", read_rounding, lambda found: found.id
    )
    requirements: dict[str, Requirement] = reader.list_of(
        "requirements.yaml", lambda row, spot: read_requirement(row, spot, frame), lambda found: found.id
    )
    calculations: dict[str, Calculation] = reader.list_of(
        "calculations.yaml", read_calculation, lambda found: found.id
    )
    words: dict[str, tuple[str, Title]] = {}
    if (reader.folder / "words.yaml").is_file():
        words = reader.list_of("words.yaml", read_word, lambda found: found[0])
    return Rules(_variables(reader, stem, frame), calculations, roundings, requirements, dict(words.values()))


def _variables(reader: "PackReader", stem: str, frame: Frame) -> dict[str, Variable]:
    result: dict[str, Variable] = {}
    for path in sorted((reader.folder / "variables").glob("*.yaml")):
        file = path.relative_to(reader.folder).as_posix()
        form = Form(reader.yaml(file), reader.spot(file), required="namespace variables", optional="defaults")
        name = form.text("namespace") or stem
        if name.partition(".")[0] != stem:
            form.spot.at("namespace").fault("wrong_id", stem=f"{stem}.")
        source = reader.folder / "formulas" / f"{path.stem}.py"
        at = reader.spot(f"formulas/{path.stem}.py")
        functions = read_functions(source, at) if source.is_file() else {}
        space = Namespace(name, frame.with_defaults(form), functions)
        for index, row in enumerate(form.rows("variables")):
            variable = read_variable(row, form.spot.at("variables").at(index), space)
            if variable is None:
                continue
            if variable.id in result:
                form.spot.at("variables").at(index).fault("repeated", key=variable.id)
            result[variable.id] = variable
        for unused in sorted(set(functions) - space.used):
            at.fault("unused_function", what=unused)
    return result
