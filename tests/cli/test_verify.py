"""`provident verify` on an installation: exit codes, the JSON document, both languages."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from provident.host.server import Server
from provident.host.state import State

from .conftest import DECLARE, NUMBER


@pytest.fixture
def posted(agency: Callable, write: Callable[..., str], tmp_path: Path) -> Callable:
    """Run the program on an installation with one declared month, whose receipt was made."""
    assert agency("ingest", write("declare.csv", DECLARE), "--json").code == 0
    assert agency("receipt", NUMBER, "--out", str(tmp_path / "mine.json"), "--json").code == 0
    return agency


def test_a_sound_installation_verifies(posted: Callable, tmp_path: Path) -> None:
    """Exit 0; from the beginning, from what was sound, and against a receipt kept elsewhere."""
    whole = posted("verify", "--from-scratch", "--json")
    assert (whole.code, whole.document["sound"], whole.document["damage"]) == (0, True, [])
    assert whole.document["checked"]["ledger"] > 3
    again = posted("verify", "--against", str(tmp_path / "mine.json"), "--json")
    assert (again.code, again.document["sound"]) == (0, True)
    assert again.document["checked"].get("ledger", 0) == 0
    said = posted("verify", "--lang", "zh-hans")
    assert (said.code, "完好" in said.out) == (0, True)


def test_every_check_is_a_look_everybody_finds(posted: Callable, tmp_path: Path) -> None:
    """Nobody reads the rows unseen: a check of everything and one of only what is new are both told."""
    for asked in ((), ("--from-scratch",)):
        before = _told(tmp_path)
        assert posted("verify", *asked, "--json").code == 0
        assert _told(tmp_path) == before + 1


def _told(tmp_path: Path) -> int:
    state = State(tmp_path / "state")
    server = Server(state, Path((state.run / "socket.path").read_text(encoding="utf-8")))
    with psycopg.connect(server.superuser_url("provident")) as superuser:
        found = superuser.execute(
            "SELECT count(*) FROM access_look l JOIN access_look_member m ON m.look = l.id AND m.person_key = 0"
            " WHERE l.purpose = 'integrity_check' AND l.answered"
        ).fetchone()
    return found[0]


def test_an_installation_that_was_never_sealed_verifies(agency: Callable, write: Callable[..., str]) -> None:
    """What waits for its first seal is held against its own leaves."""
    assert agency("ingest", write("declare.csv", DECLARE), "--json").code == 0
    found = agency("verify", "--from-scratch", "--json")
    assert (found.code, found.document["damage"], found.document["checked"]) == (0, [], {})
    assert found.document["waiting"]["ledger"] > 3


def test_damage_is_exit_3(posted: Callable, tmp_path: Path) -> None:
    """Every damaged entry is listed by its id, in both languages, without the person's number or key."""
    state = State(tmp_path / "state")
    with psycopg.connect(
        Server(state, state.run / "socket").superuser_url("provident"), autocommit=True
    ) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE ledger_entry SET base = base + 1")
        keys = [str(key) for (key,) in superuser.execute("SELECT person_key FROM ledger_person")]
        ids = [str(id_) for (id_,) in superuser.execute("SELECT entry_id FROM ledger_entry")]
    found = posted("verify", "--from-scratch", "--json")
    assert (found.code, found.document["sound"]) == (3, False)
    assert {one["id"] for one in found.document["damage"] if one["code"] == "entry.changed"} == set(ids)
    assert not any(key in found.out for key in [*keys, NUMBER])
    for language, word in (("en", "was changed"), ("zh-hans", "已被改动")):
        said = posted("verify", "--from-scratch", "--lang", language)
        assert said.code == 3
        assert said.out.count(word) >= len(ids)


def test_a_file_that_is_no_checkpoint_is_refused(posted: Callable, tmp_path: Path) -> None:
    """A file that proves nothing is a refusal before anything is read."""
    path = tmp_path / "nothing"
    path.write_text("nothing")
    refused = posted("verify", "--against", str(path), "--json")
    assert (refused.code, refused.document["refused"]) == (1, "cli.no_older_checkpoint")
