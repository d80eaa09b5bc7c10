"""`provident law` needs no database and shows values with article and evidence."""

from collections.abc import Callable
from pathlib import Path


def test_list(run: Callable, tmp_path: Path) -> None:
    """Every parameter is listed; no state directory is made for that."""
    done = run("law", "list", "--json")
    assert done.code == 0
    ids = [one["id"] for one in done.document["parameters"]]
    assert "cn.pension.employee_rate" in ids
    assert ids == sorted(ids)
    assert not (tmp_path / "state").exists()


def test_show_on(run: Callable) -> None:
    """A parameter on a day shows what was in force, with its article and how it is evidenced."""
    done = run("law", "show", "cn.pension.employee_rate", "--on", "2020-05-01", "--json")
    assert done.code == 0
    values = done.document["values"]
    assert values
    for value in values:
        assert value["since"] <= "2020-05-01"
        assert value["value"] is None or value["law"]["en"]
    shown = run("law", "show", "cn.pension.employee_rate", "--on", "2020-05-01")
    assert str(values[0]["value"]) in shown.out


def test_show_uncovered(run: Callable) -> None:
    """A day the packs do not cover is refused, never answered with a default."""
    done = run("law", "show", "cn.pension.employee_rate", "--on", "1901-01-01", "--json")
    assert done.code == 1
    assert done.document["refused"] == "law.not_covered"


def test_check(run: Callable) -> None:
    """The packs that ship have no fault."""
    done = run("law", "check", "--json")
    assert done.code == 0
    assert done.document["well"] is True
    assert all(pack["values"] for pack in done.document["packs"])
