"""`provident forget`: proposes, confirms, refuses; in one JSON document and in two languages."""

import json

import pytest

from provident.access.records import OPERATOR
from provident.cli.main import answer
from provident.host import safety
from provident.statements import queries
from provident.statements.references import reference_of

ORDER = ("--decision", "Decision 2026-17", "--article", "art. 47")


@pytest.fixture(autouse=True)
def hasty_server(monkeypatch):
    """Let commands use the tests' server, which does without what a safe one has."""
    monkeypatch.setattr(safety, "require_safe", lambda *addresses: None)


@pytest.fixture
def ask(town, capsys):
    """Return a way to run the command and read its exit code and its answer."""

    def ask(*arguments, as_json=True):
        capsys.readouterr()
        code = answer(["forget", *map(str, arguments), *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        return code, json.loads(said.out) if as_json else said.out + said.err

    return ask


def test_one_account_proposes_and_another_confirms(town, lapsed, ask):
    """The proposal says its number; confirming says what was unlinked, what lapses when, what is not reached."""
    reference = reference_of(town.an)
    code, proposed = ask(reference, *ORDER)
    assert (code, proposed["confirmed"]) == (0, False)
    town.seal()
    code, refused = ask("--confirm", proposed["proposal"])
    assert (code, refused["refused"]) == (1, "identity.same_eyes")
    town.seal()
    code, done = ask("--confirm", proposed["proposal"], "--as", "supervisor")
    assert code == 0
    assert done["unlinked"]["entries"] == 3
    assert done["backups"] == {"last": None, "lapse": None}
    assert done["not_reached"] == ["originals", "exports", "reasons"]


def test_the_record_says_that_it_was_forgotten(town, lapsed, capsys):
    """By its reference the record still opens, without a name, and says since when and what that means."""
    town.forget()
    reference = reference_of(town.an)
    capsys.readouterr()
    assert answer(["record", reference, "--json"]) == 0
    person = json.loads(capsys.readouterr().out)["person"]
    assert (person["name"], person["number_masked"], person["forgotten_on"]) == ("", None, "2026-11-22")
    for language, told in (("en", "unlinked"), ("zh-hans", "脱钩")):
        assert answer(["record", reference, "--lang", language]) == 0
        assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Forgotten. Unlinked: 3"), ("zh-hans", "已删除。已脱钩：3")]
)
def test_people_are_told_in_their_language(town, lapsed, ask, language, told, monkeypatch):
    """The answer, with what is known of backups, in both languages."""
    code, said = ask(reference_of(town.an), *ORDER, "--lang", language, as_json=False)
    assert code == 0
    assert "--confirm 1" in said
    town.seal()
    code, said = ask("--confirm", 1, "--as", "supervisor", "--lang", language, as_json=False)
    assert told in said


def test_a_receipt_says_that_everything_is_unlinked(town, lapsed, capsys, tmp_path):
    """A forgotten person's entries cannot be proven any more, and the answer says why; another's still can."""
    town.forget()
    for person, code in ((town.an, 1), (town.bo, 0)):
        capsys.readouterr()
        out = str(tmp_path / "receipt.json")
        assert answer(["receipt", reference_of(person), "--out", out, "--json"]) == code
        said = json.loads(capsys.readouterr().out)
        assert said.get("refused") == ("statements.only_unlinked" if code else None)
    assert (said["entries"], said["unlinked"]) == (2, 0)


def test_no_yearly_statement_is_made_of_a_forgotten_person(town, lapsed):
    """The yearly run goes over everyone but those who were forgotten."""
    assert set(queries.everyone(by=OPERATOR, system="cli")) == {town.an, town.bo}
    town.forget()
    assert set(queries.everyone(by=OPERATOR, system="cli")) == {town.bo}


def test_the_law_keeps_it(town, ask):
    """Within the period of the law's catalogue the answer is the refusal with its article."""
    code, refused = ask(reference_of(town.an), *ORDER)
    assert (code, refused["refused"]) == (1, "identity.still_to_be_kept")
    assert refused["article"]


def test_it_takes_a_person_or_a_proposal(town, ask):
    """Neither, or both, is a wrong call."""
    for wrong in ((), (reference_of(town.an), "--confirm", 1)):
        code, refused = ask(*wrong)
        assert code == 2
        assert refused["refused"]
