"""The guide to writing a pack, followed word for word."""

import re
from pathlib import Path

import pytest

from provident.kernel.words import Language
from provident.law.engine.explain import Explained
from provident.law.engine.plan import Law
from provident.law.pack import load_pack
from provident.law.strict_yaml import read_yaml

from .asking import one, told

GUIDE = Path(__file__).resolve().parents[2] / "docs/guide/write-a-pack.md"
TEXT = GUIDE.read_text(encoding="utf-8")


@pytest.fixture
def toy(tmp_path):
    """Write every file of the guide, and read the pack."""
    files = re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    for name, text in files:
        path = tmp_path / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "toy"


def test_the_guide_makes_a_pack_without_a_fault(toy):
    """Its examples come out, the refused one too."""
    law = Law(load_pack(toy))
    document = read_yaml(toy / "cases/pension.yaml")
    for case in document["cases"]:
        for name, text in {**case.get("expected", {}), **case.get("refused", {})}.items():
            assert told(law, document["calculation"], case["given"], {}, name) == text, case["name"]
    assert len(document["cases"]) == 3


def test_the_guide_shows_what_is_printed(toy):
    """The explained example is the program's own."""
    law = Law(load_pack(toy))
    case = read_yaml(toy / "cases/pension.yaml")["cases"][0]
    asked = one(law, "toy.pension", case["given"])
    node = law.node("toy.pension.pension")
    asked.value(node)
    printed = "\n".join(Explained(asked.trace, Language.EN).lines((node,))).rstrip()
    assert f"```text\n{printed}\n```" in TEXT
