"""Asking a pack as a user would: texts in, texts out."""

from functools import cache
from pathlib import Path

from provident.kernel.refusal import Refusal
from provident.law.engine import numbers
from provident.law.engine.one import One
from provident.law.engine.plan import Law
from provident.law.engine.trace import Given
from provident.law.pack import load_pack, pack_folder
from provident.law.strict_yaml import read_yaml


@cache
def law(pack):
    """Return an installed pack, ready for calculating."""
    return Law(load_pack(pack_folder(pack)))


def cases(pack):
    """Return every case of a pack, each with its calculation."""
    found = []
    for path in sorted((pack_folder(pack) / "cases").glob("*.yaml")):
        document = read_yaml(Path(path))
        found += [{"calculation": document.get("calculation"), **case} for case in document["cases"]]
    return found


def one(ready, calculation, given, series=None):
    """Return one person's calculation, and how to name its variables."""
    known = ready.calculation(calculation)
    single, yearly = {}, {}
    for name, text in given.items():
        node = ready.named(name, known)
        single[node.variable.id] = Given(numbers.parse(node.variable, str(text)))
    for name, years in (series or {}).items():
        node = ready.named(name, known)
        yearly[node.variable.id] = {
            year: Given(numbers.parse(node.variable, str(text))) for year, text in years.items()
        }
    return One(ready, calculation, single, yearly)


def told(ready, calculation, given, series, name):
    """Return a variable as text, or the code of the refusal."""
    node = ready.named(name, ready.calculation(calculation))
    try:
        return numbers.written(node.variable, one(ready, calculation, given, series).value(node))
    except Refusal as refusal:
        return refusal.code
