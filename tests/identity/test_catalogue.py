"""Nothing is stored about a resident that the catalogue does not name with purpose, basis and retention."""

from importlib import resources

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from provident import law
from provident.identity import catalogue
from provident.identity.catalogue import WHILE_CURRENT, FieldKind, read_value
from provident.identity.refusals import FieldUnknown, FieldValueWrong

FIELDS = list(catalogue.catalogue().values())


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.id)
def test_every_field_says_what_it_is_for(field):
    """Each field has titles and a purpose in both languages, a legal basis with article and a retention."""
    assert field.title("en") != field.title("zh-hans")
    assert field.purpose("en") != field.purpose("zh-hans")
    assert field.purpose("en").endswith(".")
    assert field.basis
    assert all(cite.law and cite.article for cite in field.basis)
    assert field.retention == WHILE_CURRENT or law.book().retention(field.retention).years


def test_a_law_has_one_title():
    """A law the law pack knows too stands under the same title in both languages."""
    text = resources.files("provident.identity").joinpath("archive.yaml").read_text(encoding="utf-8")
    pack = law.book().pack.laws
    shared = {key: titles for key, titles in yaml.safe_load(text)["laws"].items() if key in pack}
    assert "si-law" in shared
    assert all((pack[key].title.en, pack[key].title.zh) == (t["en"], t["zh"]) for key, t in shared.items())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("born", "1980-02-29"),
        ("sex", "female"),
        ("nationality", "FRA"),
        ("postal_address", "虚构市长青路 1 号"),
        ("phone", "+86 138-0000-0000"),
        ("phone", "010 8888 8888"),
        ("email", "someone@example.org"),
        ("employment_form", "flexible"),
    ],
)
def test_values_that_fit(field, value):
    """A value of the field's kind is stored as typed, without outer spaces."""
    assert read_value(field, f" {value} ") == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("born", "1981-02-29"),
        ("born", "19800229"),
        ("born", ""),
        ("sex", "unknown"),
        ("nationality", "fra"),
        ("postal_address", ""),
        ("postal_address", "a\nb"),
        ("postal_address", "路" * 301),
        ("phone", "call me"),
        ("phone", "1234"),
        ("phone", "1" * 20),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a@b@c.d"),
        ("email", "a b@example.org"),
        ("died_on", "yesterday"),
        ("next_of_kin", " "),
    ],
)
def test_values_that_do_not_fit(field, value):
    """A value of another kind is refused in both languages, and the refusal does not repeat it."""
    with pytest.raises(FieldValueWrong) as refused:
        read_value(field, value)
    document = str(refused.value.as_document())
    assert len(value) < 4 or value not in document
    assert refused.value.sentence("en") != refused.value.sentence("zh-hans")


@given(st.text(max_size=20))
def test_a_field_outside_the_catalogue_is_refused(name):
    """Whatever it is called, a field the catalogue does not have stores nothing."""
    if name not in catalogue.catalogue():
        with pytest.raises(FieldUnknown):
            read_value(name, "1")


@pytest.mark.parametrize("name", ["income", "religion", "credit_score", "fingerprint", "location"])
def test_what_is_left_out_on_purpose(name):
    """Fields no duty needs, or the charter refuses, are not there."""
    assert name not in catalogue.catalogue()


def test_a_text_is_stored_composed():
    """A text typed with combining marks is stored in NFC."""
    assert read_value("next_of_kin", "Jose\u0301") == "José"


def test_a_field_without_a_basis_cannot_be_declared():
    """The catalogue itself refuses a field that names no legal basis, or a key it does not know."""
    row = {
        "id": "shoe_size",
        "group": "identity",
        "kind": "text",
        "title": {"en": "a", "zh": "b"},
        "purpose": {"en": "a", "zh": "b"},
        "basis": [],
        "retention": WHILE_CURRENT,
    }
    with pytest.raises(ValueError, match="no legal basis"):
        catalogue._field(row, {})
    cited = row | {"basis": [{"law": "x", "article": "1"}]}
    laws = {"x": {"en": "X", "zh": "X"}}
    assert catalogue._field(cited, laws).kind is FieldKind.TEXT
    with pytest.raises(TypeError):
        catalogue._field(cited | {"weight": 3}, laws)
    for key in row:
        with pytest.raises(KeyError):
            catalogue._field({name: value for name, value in cited.items() if name != key}, laws)


def test_a_field_stands_in_the_catalogue_once(monkeypatch):
    """A field declared twice is an error, not the later of the two."""
    document = yaml.safe_load(
        resources.files("provident.identity").joinpath("archive.yaml").read_text("utf-8")
    )
    document["fields"].append(document["fields"][0])
    monkeypatch.setattr(catalogue.yaml, "safe_load", lambda _text: document)
    with pytest.raises(ValueError, match="twice"):
        catalogue.catalogue.__wrapped__()


def test_the_page_names_every_field():
    """The page a person can read has one line for each field, with its basis and retention."""
    lines = [line for line in catalogue.page().splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines] == [field.id for field in FIELDS]
    assert all(str(field.basis[0]) in line for field, line in zip(FIELDS, lines, strict=True))
