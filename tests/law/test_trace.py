"""The trace keeps its published form, and the explained example in the guide is what the program prints."""

import json
import os
import re
from pathlib import Path

import pytest

from provident.kernel.words import Language
from provident.law.engine.explain import Explained
from provident.law.engine.numbers import grouped, parse
from provident.law.engine.one import One
from provident.law.engine.trace import Given

from .test_us_cases import CALCULATION, EARNINGS, LAW, TODAY

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/trace-1.schema.json").read_text("utf-8"))
GUIDE = {Language.EN: "explained-us.en.txt", Language.ZH_HANS: "explained-us.zh-hans.txt"}
OUTPUTS = tuple(LAW.node(name) for name in CALCULATION.outputs)


@pytest.fixture
def trace():
    texts = {"birth_date": "1964-02-02", "entitlement_month": "2026-02", "benefit_month": "2026-02"}
    given = {"us.on": TODAY}
    for name, text in texts.items():
        given[f"us.retirement.{name}"] = Given(
            parse(LAW.named(name, CALCULATION).variable, text), "column", ("e1",)
        )
    years = {year: Given(amount * 100) for year, amount in EARNINGS["US-2026-A"].items()}
    one = One(LAW, "us.retirement", given, {"us.retirement.earnings": years})
    for node in OUTPUTS:
        one.value(node)
    return one.trace


def check(form, found, at="trace"):
    """Hold a document to the keywords the schema uses."""
    if "$ref" in form:
        form = SCHEMA["$defs"][form["$ref"].rpartition("/")[2]]
    if "oneOf" in form:
        fitting = [one for one in form["oneOf"] if fits(one, found)]
        assert len(fitting) == 1, f"{at} fits {len(fitting)} forms"
        return
    kinds = {"object": dict, "array": list, "string": str, "null": type(None)}
    types = form.get("type", [])
    for_any = [types] if isinstance(types, str) else types
    assert not for_any or isinstance(found, tuple(kinds[one] for one in for_any)), at
    assert "const" not in form or found == form["const"], at
    assert "enum" not in form or found in form["enum"], at
    assert "pattern" not in form or re.search(form["pattern"], found), at
    for one in found if isinstance(found, list) else ():
        check(form["items"], one, f"{at}[]")
    if isinstance(found, dict):
        assert set(form["required"]) <= set(found) <= set(form["properties"]), at
        for key, value in found.items():
            check(form["properties"][key], value, f"{at}.{key}")


def fits(form, found):
    try:
        check(form, found)
    except AssertionError:
        return False
    return True


def test_a_trace_has_its_published_form(trace):
    """Every key is in the schema, and every step an input names is there before it is needed."""
    document = json.loads(json.dumps(trace.document("somebody")))
    check(SCHEMA, document)
    seen = set()
    for step in document["steps"]:
        assert {one["step"] for one in step.get("inputs", ()) if "step" in one} <= seen
        seen.add(step["id"])
    (born,) = [step for step in document["steps"] if step["id"] == "us.retirement.birth_date"]
    assert born["given"]["entries"] == ["e1"]


@pytest.mark.parametrize("language", GUIDE, ids=str)
def test_the_explained_example_is_what_is_printed(trace, language):
    """Set PROVIDENT_REWRITE to write it anew."""
    text = "\n".join(Explained(trace, language).lines(OUTPUTS)).rstrip() + "\n"
    kept = ROOT / "docs/guide" / GUIDE[language]
    if os.environ.get("PROVIDENT_REWRITE"):
        kept.write_text(text, "utf-8")
    assert kept.read_text("utf-8") == text


def test_amounts_are_set_apart_for_people_only(trace):
    """Whoever reads the working sees thousands apart; the published form keeps plain decimals."""
    shown = "\n".join(Explained(trace, Language.EN).lines(OUTPUTS))
    amounts = [one["value"] for one in trace.document()["steps"] if one["unit"] == "USD"]
    large = [one for one in amounts if len(one) > len("999.00")]
    assert large
    assert not any("," in one for one in amounts)
    assert all(grouped(one) in shown for one in large)
    assert not re.search(r"\b\d{4,}\.\d\d\b", shown)


def test_an_amount_below_zero_keeps_its_sign():
    """The thousands of a negative amount are set apart from its digits, not from its sign."""
    assert [grouped(one) for one in ("-123456.70", "-0.50", "999", "1000")] == [
        "−123,456.70", "−0.50", "999", "1,000",
    ]  # fmt: skip
