"""The charter's check of names fails on planted breaches and passes what only looks like one."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import provident
from provident.charter import ARTICLES, Export, catalogues_of, walk
from provident.charter.matching import holds, words_of
from provident.charter.words import EXCUSES, MEASURE, PRYING, PUBLIC, SCORE


def model(label, *fields, choices=()):
    """Make a table class as a registry hands it out."""
    described = [
        SimpleNamespace(
            name=field, column=field, verbose_name=field.replace("_", " "), choices=choices, concrete=True
        )
        for field in fields
    ]
    reverse = SimpleNamespace(name="rank", concrete=False)
    return SimpleNamespace(_meta=SimpleNamespace(label=label, get_fields=lambda: [*described, reverse]))


def articles(findings):
    return {breach.article for breach in findings.breaches}


@pytest.mark.parametrize("term", sorted({term for kind in PRYING for term in kind.terms}))
@pytest.mark.parametrize("case", ["model", "column", "api", "export", "catalogue"])
def test_a_field_of_a_refused_kind_is_a_breach_wherever_it_is_planted(term, case):
    """Each word of every refused kind is found in tables, columns, schemas, exports and catalogues."""
    field = f"last_{term.replace(' ', '_')}_seen"
    given = {
        "model": {"models": [model("identity.Archive", "id", field)]},
        "column": {"columns": [("identity_archive", "id"), ("identity_archive", field)]},
        "api": {"api": {"components": {"schemas": {"Record": {"properties": {field: {"type": "string"}}}}}}},
        "export": {"exports": [Export("totals", ["month", field])]},
        "catalogue": {"catalogues": {"archive": {"fields": [{"id": field, "purpose": "p"}]}}},
    }[case]
    findings = walk(**given)
    assert articles(findings) == {"no-prying"}
    assert not findings.kept
    assert field in findings.breaches[0].sentence("en")
    assert field in findings.breaches[0].sentence("zh-hans")


@pytest.mark.parametrize("spelling", ["gpsTrack", "GPSTrack", "gps-track", "GPS track", "home_gps", "GPS"])
def test_spelling_does_not_hide_a_word(spelling):
    """Camel case, capitals, dashes and blanks are all the same word."""
    assert not walk(columns=[("identity_resident", spelling)]).kept


@pytest.mark.parametrize(
    "name",
    ["surface", "interface", "allocation", "preface", "trace", "embrace", "chatter_free", "dnat", "irish", "habitat",
     "key_fingerprint", "publicKeyFingerprints", "file_fingerprint", "违法行为"],
)  # fmt: skip
def test_a_word_inside_another_word_and_an_excused_phrase_are_fine(name):
    """Words are matched whole; a phrase that means something else is excused with its reason."""
    assert walk(columns=[("filings_original", name)]).kept


def test_an_excuse_is_shown_and_covers_only_its_phrase():
    """What is excused appears in the findings; the same word elsewhere in the name still counts."""
    findings = walk(columns=[("access_device", "key_fingerprint")])
    assert [(one.what, one.reason) for one in findings.excused] == [("key_fingerprint", EXCUSES[0].reason)]
    assert not walk(columns=[("access_device", "key_fingerprint_and_thumb_fingerprint")]).kept


@pytest.mark.parametrize("term", SCORE.terms)
def test_a_score_in_a_table_about_persons_is_a_breach(term):
    """Any score, rank, rating or grade beside a person is refused, and also where no subject is named."""
    field = term.replace(" ", "_")
    assert "no-score" in articles(walk(models=[model("insight.Person", "person_key", field)]))
    assert "no-score" in articles(walk(columns=[("some_table", field), ("some_table", "total")]))
    assert "no-score" in articles(
        walk(columns=[("compliance_employer", field), ("compliance_employer", "person_key")])
    )


def test_an_employer_may_be_graded():
    """A grade in a table about employers with no person in it is no breach."""
    assert walk(models=[model("compliance.Grade", "employer_key", "grade", "decided_on")]).kept


def test_a_score_hidden_in_a_label_or_choice_is_a_breach():
    """The words people see count as much as the field's name."""
    planted = model("identity.Resident", "person_key", "level", choices=[("a", "信用等级 A")])
    assert "no-score" in articles(walk(models=[planted]))


@pytest.mark.parametrize("term", [*MEASURE.terms, *PUBLIC.terms])
def test_a_measure_or_publication_with_a_person_in_it_is_a_breach(term):
    """A list of sanctions, or of anything public, has no column for a person."""
    kind = MEASURE if term in MEASURE.terms else PUBLIC
    table = f"compliance_{term.replace(' ', '_')}"
    assert kind.article in articles(walk(columns=[(table, "resident_id")]))
    assert walk(columns=[(table, "employer_key")]).kept


def measures(**row):
    return {"measures": {"measures": [{"id": "inspect", "article": "1", **row}]}}


def test_a_measure_aimed_at_an_organisation_is_fine():
    """Employer, organisation, and their Chinese names are targets a measure may have."""
    for target in ("employer", "organisation", "用人单位", ["employer", "company"]):
        assert walk(catalogues=measures(target=target)).kept


@pytest.mark.parametrize(
    "target", ["person", "resident", "个人", "legal representative", "everyone", ["employer", "worker"]]
)
def test_a_measure_aimed_at_anybody_else_is_a_breach(target):
    """A measure at a person, or at nobody in particular, is refused."""
    assert "no-measure" in articles(walk(catalogues=measures(target=target)))


def test_a_measure_without_a_target_is_a_breach():
    """A catalogue of measures says whom each measure is for."""
    assert "no-measure" in articles(walk(catalogues=measures()))


def test_a_target_counts_in_any_catalogue():
    """A measure cannot hide in a catalogue of another name."""
    assert "no-measure" in articles(walk(catalogues={"record types": [{"id": "x", "target": "citizen"}]}))
    assert walk(catalogues={"events": [{"id": "x", "subject": "person"}]}).kept


def test_a_catalogue_row_that_would_be_published_about_persons_is_a_breach():
    """Public rows are about organisations."""
    rows = [{"id": "employer_list", "public": True, "target": "employer"}]
    assert walk(catalogues={"record types": rows}).kept
    assert "no-publication" in articles(
        walk(catalogues={"record types": [{"id": "resident_list", "public": True}]})
    )


def test_a_public_export_names_nobody():
    """A file anybody may have holds no column about a person; the same file behind a door may."""
    columns = ["employer", "resident_id", "amount"]
    assert "no-publication" in articles(walk(exports=[Export("payroll", columns, public=True)]))
    assert walk(exports=[Export("payroll", columns)]).kept
    assert walk(exports=[Export("totals", ["employer", "amount"], public=True)]).kept


def api(security, properties):
    return {
        "components": {"schemas": {"Answer": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
                                   "Row": {"properties": properties}}},
        "paths": {"/rows/{id}": {
            "parameters": [{"name": "id"}],
            "get": {"security": security, "responses": {"200": {"content": {"application/json": {
                "schema": {"allOf": [{"$ref": "#/components/schemas/Answer"}]}}}}}},
            "summary": "not an operation",
        }},
    }  # fmt: skip


def test_an_answer_anybody_may_ask_for_names_nobody():
    """An operation without security whose answer reaches a person's field, however deep, is a breach."""
    person = {"resident_id": {"type": "string"}}
    assert "no-publication" in articles(walk(api=api([], person)))
    assert walk(api=api([{"token": []}], person)).kept
    assert walk(api=api([], {"employer": {"type": "string"}})).kept


def test_parameters_and_bodies_of_the_interface_are_walked():
    """What an operation asks for counts like what it answers."""
    document = api([{"token": []}], {})
    document["paths"]["/rows/{id}"]["get"]["parameters"] = [{"name": "minScore"}]
    assert "no-score" in articles(walk(api=document))
    document = api([{"token": []}], {})
    body = {"content": {"application/json": {"schema": {"properties": {"p": {"properties": {"gps": {}}}}}}}}
    document["paths"]["/rows/{id}"]["post"] = {"requestBody": body}
    assert "no-prying" in articles(walk(api=document))


def test_a_schema_that_holds_itself_is_walked_once():
    """A recursive schema ends."""
    schema = {"properties": {"next": {"$ref": "#/components/schemas/Node"}, "iris": {}}}
    assert articles(walk(api={"components": {"schemas": {"Node": schema}}})) == {"no-prying"}


def test_the_walk_says_what_it_did_not_check():
    """Nothing handed in: nothing checked, and six things said not to have been."""
    findings = walk()
    assert findings.kept
    assert findings.checked == ()
    assert len(findings.not_checked) == 6
    assert all(one.en and one.zh for one in findings.not_checked)
    some = walk(models=[model("a.B", "id")], exports=[])
    assert [(one.en, one.count) for one in some.checked] == [
        ("tables as the code declares them", 1),
        ("exports", 0),
    ]
    assert len(some.not_checked) == 4


def test_a_breach_found_twice_is_told_once():
    """The same finding from the same place is one line."""
    assert len(walk(columns=[("t_person", "score"), ("t_person", "score")]).breaches) == 1


def test_every_breach_names_an_article_of_the_charter():
    """The ids of breaches are those of the text, and the text is in both languages."""
    ids = {article.id for article in ARTICLES}
    assert {kind.article for kind in (*PRYING, SCORE, MEASURE, PUBLIC)} | {"every-look"} <= ids
    for article in ARTICLES:
        assert article.in_language("en") != article.in_language("zh-hans")
    breach = walk(columns=[("t_person", "score")]).breaches[0]
    assert breach.promise == next(article.en for article in ARTICLES if article.id == "no-score")


@given(st.lists(st.sampled_from(["gps", "base", "month", "region", "iris"]), min_size=1, max_size=4))
def test_a_term_is_found_exactly_where_its_word_is(words):
    """Snake case and camel case give the same words, and a term is held if its word is among them."""
    snake = "_".join(words)
    camel = words[0] + "".join(word.title() for word in words[1:])
    assert words_of(snake) == words_of(camel) == tuple(words)
    assert holds(snake, "gps") == ("gps" in words)


def test_the_catalogues_of_this_program_keep_the_charter():
    """Archive fields, purposes, routes, law: no catalogue of ours names a refused thing."""
    found = catalogues_of(Path(next(iter(provident.__path__))))
    assert {"access/catalogue.yaml", "identity/archive.yaml", "packs/cn/retention.yaml"} <= set(found)
    findings = walk(catalogues=found)
    assert [breach.sentence("en") for breach in findings.breaches] == []
    assert findings.checked[0].count > 100
