"""A pack with one fault is refused whole, and every kind of fault is named where it stands."""

import pytest

from provident.law.pack import load_pack, pack_folder, read_pack
from provident.law.refusals import NoSuchPack, PackMalformed

from .small_pack import write_pack

RATE = "parameters__rate_yaml"
PLACE = "places__110000_yaml"

# kind of fault → (file to change, text to replace, replacement or None to leave the file out)
PLANTED = {
    "yaml": (RATE, 'value: "0.08"', "value: 0.08"),
    "missing_file": ("retention_yaml", "", None),
    "not_a_mapping": (RATE, "title: {en: Rate, zh: 比例}", "title: Rate"),
    "not_a_list": ("deadlines_yaml", "- id: list", "id: list\nrest:\n- id: list"),
    "unknown_key": (RATE, "evidence: read", "evidnce: read"),
    "missing_key": (RATE, "unit: share\n", ""),
    "not_text": (RATE, "evidence: read", "evidence: 7"),
    "not_a_date": (RATE, "since: 2010-01-01", "since: 2010"),
    "not_a_make_up_day": ("calendar_yaml", "work_days: [01-26]", "work_days: [01-27]"),
    "not_whole": ("deadlines_yaml", "value: 15", 'value: "15"'),
    "not_a_share": (RATE, '"0.08"', '"1.08"'),
    "not_money": (PLACE, '"100.50"', '"100.505"'),
    "not_a_word": (RATE, "unit: share", "unit: percent"),
    "memory": (RATE, "status: verified", "status: memory"),
    "unsorted": (RATE, "since: 2010-01-01", "since: 1999-01-01"),
    "overlap": (RATE, 'value: "0.08"', 'until: 2010-01-01\n    value: "0.08"'),
    "ends_early": (RATE, "until: 2019-12-31", "until: 2009-12-31"),
    "repeated": ("laws_yaml", "id: fiction", "id: act"),
    "unknown_law": (RATE, 'cite: {law: act, article: "1"}', "cite: {law: other}"),
    "unused_law": ("laws_yaml", "- {id: fiction", "- {id: idle, title: {en: Idle, zh: 闲}}\n- {id: fiction"),
    "unknown_region": (PLACE, "region: 110000", "region: 120000"),
    "unknown_parameter": (PLACE, "xx.pension.base_floor", "xx.pension.base_flor"),
    "synthetic_outside": (PLACE, "status: secondary", "status: synthetic"),
    "real_inside": ("places__990000_yaml", "status: synthetic", "status: verified"),
    "wrong_id": (RATE, "id: xx.", "id: yy."),
    "floor_above_ceiling": (PLACE, '"900.00"', '"99.99"'),
    "no_changelog": ("CHANGELOG_md", "1.2.0", "1.1.0"),
    "yields_to_nothing": ("deadlines_yaml", "yields_to: list", "yields_to: nothing"),
}  # fmt: skip


def test_the_small_pack_has_no_fault(tmp_path):
    """A pack that keeps every rule is read without a word."""
    pack, problems = read_pack(write_pack(tmp_path))
    assert problems == []
    assert set(pack.parameters) == {
        "xx.pension.employee_rate", "xx.pension.base_floor", "xx.pension.base_ceiling",
    }  # fmt: skip


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found_and_the_pack_refused(kind, tmp_path):
    """One fault anywhere refuses the pack, naming kind and file in both languages."""
    key, old, new = PLANTED[kind]
    folder = write_pack(tmp_path, **{key: None if new is None else (old, new)})
    _, problems = read_pack(folder)
    found = [problem for problem in problems if problem.kind == kind]
    assert found, [problem.sentence("en") for problem in problems]
    for problem in found:
        assert problem.file in problem.sentence("en")
        assert problem.sentence("zh-hans") != problem.sentence("en")
        assert "{" not in problem.sentence("zh-hans").replace(dict(problem.facts).get("detail", "\0"), "")
    with pytest.raises(PackMalformed):
        load_pack(folder)


# The same kinds of fault in other places: file, text, replacement, kind expected.
ELSEWHERE = [
    (RATE, "values:\n", "values: none\nrest:\n", "not_a_list"),
    (RATE, "- since: 2000-01-01", "- 7\n  - since: 2000-01-01", "not_a_mapping"),
    (RATE, 'cite: {law: act, article: "2"}', "cite: act", "not_a_mapping"),
    (RATE, 'cite: {law: act, article: "2"}', 'cite: {article: "2"}', "missing_key"),
    (RATE, "    status: verified\n", "", "missing_key"),
    (RATE, "status: verified", "status: certain", "not_a_word"),
    (RATE, '"0.08"', "true", "not_a_share"),
    (RATE, "title: {en: Rate, zh: 比例}", "title: {en: Rate}", "missing_key"),
    ("regions_yaml", "fictional: true", 'fictional: "yes"', "not_a_word"),
    ("regions_yaml", "code: 110000", "code: 11", "not_whole"),
    ("parameters__floor_yaml", "id: xx.pension.base_floor", "id: xx.pension.employee_rate", "repeated"),
    ("parameters__floor_yaml", "title: {en: Floor, zh: 下限}\n", "", "missing_key"),
    (PLACE, "region: 110000", "region: north", "not_whole"),
    (PLACE, "region: 110000", "region: 990000", "wrong_id"),
    (PLACE, "values:", "values: none\nrest:", "not_a_mapping"),
    (PLACE, "xx.pension.base_floor:", "xx.pension.base_floor: none\n  rest:", "not_a_list"),
    (PLACE, '"100.50"', '"9999999999999999"', "not_money"),
    (PLACE, "unknown: {en: not read", "value: {en: not read", "not_a_share"),
    (PLACE, "until: 2005-12-31", "until: 2004-12-31", "ends_early"),
    ("deadlines_yaml", "unit: calendar_day\n  starts", "unit: day\n  starts", "not_a_word"),
    ("deadlines_yaml", "- id: list", "- 7\n- id: list", "not_a_mapping"),
    ("retention_yaml", "years: 100", "years: forever", "not_whole"),
    ("retention_yaml", "- kind: person", "- 7\n- kind: person", "not_a_mapping"),
    ("CHANGELOG_md", "", None, "missing_file"),
    ("pack_yaml", "currency: CNY", "currency: 7", "not_text"),
]


@pytest.mark.parametrize(("key", "old", "new", "kind"), ELSEWHERE)
def test_a_fault_is_found_wherever_it_stands(key, old, new, kind, tmp_path):
    """Every file's every part is checked, not only the first place a kind of fault can stand."""
    _, problems = read_pack(write_pack(tmp_path, **{key: None if new is None else (old, new)}))
    assert kind in {problem.kind for problem in problems}, [str(problem) for problem in problems]


@pytest.mark.parametrize("words", ["values: 7", "- a"])
def test_a_parameter_file_that_is_no_parameter_is_a_fault(words, tmp_path):
    """A file among the parameters is a parameter."""
    folder = write_pack(tmp_path)
    (folder / "parameters/odd.yaml").write_text(words, encoding="utf-8")
    _, problems = read_pack(folder)
    assert {problem.file for problem in problems} == {"parameters/odd.yaml"}


@pytest.mark.parametrize(
    "text",
    ["id: xx\nid: xx\n", "id: [\n", "1.5: x\n", "!!python/name:os.system x\n", "true: x\n"],
)
def test_yaml_that_guesses_or_runs_is_refused(text, tmp_path):
    """A repeated key, broken text, a float as key and a tag that would run code are all faults."""
    folder = write_pack(tmp_path)
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    _, problems = read_pack(folder)
    assert "yaml" in {problem.kind for problem in problems if problem.file == "pack.yaml"}


def test_bytes_that_are_no_text_are_refused(tmp_path):
    """A file that is not UTF-8 is a fault of that file."""
    folder = write_pack(tmp_path)
    (folder / "laws.yaml").write_bytes(b"- {id: \xff}\n")
    _, problems = read_pack(folder)
    assert ("laws.yaml", "yaml") in {(problem.file, problem.kind) for problem in problems}


def test_one_reading_names_all_faults(tmp_path):
    """An author sees every fault at once, not the first of many."""
    folder = write_pack(
        tmp_path,
        parameters__rate_yaml=("evidence: read", "evidnce: read"),
        places__110000_yaml=('"100.50"', '"x"'),
    )
    _, problems = read_pack(folder)
    assert {problem.kind for problem in problems} == {"unknown_key", "not_money"}


def test_a_pack_that_is_not_installed_is_refused():
    """An unknown pack is a refusal that lists the installed ones."""
    with pytest.raises(NoSuchPack, match="no law pack 'zz'"):
        pack_folder("zz")
    assert "cn" in NoSuchPack(pack="zz", installed="cn").remedy("en")
