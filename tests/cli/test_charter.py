"""`provident charter` shows the promises, checks them, and says what it did not check."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg

import provident
from provident.charter import ARTICLES, catalogues_of
from provident.host.server import running
from provident.host.state import State


def test_without_a_database(run: Callable, tmp_path: Path) -> None:
    """Without a database the code and the catalogues are checked, and the database is said not to be."""
    done = run("charter", "--json")
    assert done.code == 0, done.document["breaches"]
    assert [one["id"] for one in done.document["articles"]] == [one.id for one in ARTICLES]
    checked = {one["en"]: one["count"] for one in done.document["checked"]}
    assert checked["catalogues"] > len(catalogues_of(Path(provident.__file__).parent))
    assert checked["tables as the code declares them"] > 10
    assert any("database" in one["en"] for one in done.document["not_checked"])
    assert not (tmp_path / "state").exists()


def test_with_a_database(ready: Callable) -> None:
    """With a database its own tables are walked too."""
    done = ready("charter", "--json")
    assert done.code == 0, done.out
    checked = {one["en"]: one["count"] for one in done.document["checked"]}
    assert checked["tables as the database has them"] > 20


def test_planted_table(ready: Callable, installation: State) -> None:
    """A column planted in the database that scores persons is a breach: named, exit 1."""
    with (
        running(installation) as server,
        closing(psycopg.connect(server.owner_url, autocommit=True)) as owner,
    ):
        owner.execute("CREATE TABLE planted (person_key bigint, trust_score int)")
        done = ready("charter")
    assert done.code == 1
    assert "trust_score" in done.out
