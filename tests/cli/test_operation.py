"""Doctor, users, backup and restore, on a real installation."""

from collections.abc import Callable
from pathlib import Path

import psycopg

from provident.host.server import is_running, running
from provident.host.state import State


def test_doctor_first(run: Callable, tmp_path: Path) -> None:
    """On a machine where nothing was ever started the doctor finds nothing wrong and makes nothing."""
    done = run("doctor", "--json")
    assert done.code == 0, done.out
    assert done.document["well"] is True
    assert not (tmp_path / "state").exists()


def test_doctor_on_an_installation(ready: Callable) -> None:
    """On an installation the doctor has looked at the database and its tables too."""
    done = ready("doctor", "--json")
    assert done.code == 0, done.out
    assert {"database", "tables"} <= {finding["check"] for finding in done.document["findings"]}


def test_doctor_finds(run: Callable) -> None:
    """What is wrong is exit 1, with what to do in the language asked for."""
    done = run("doctor", "--lang", "zh-hans", PROVIDENT_DATABASE_URL="postgresql:///provident")
    assert done.code == 1
    assert "PROVIDENT_OWNER_DATABASE_URL" in done.out
    assert "请" in done.out


def test_first_administrator(ready: Callable) -> None:
    """The first administrator gets a one-time code, listed with the role; a second is not made."""
    made = ready("user", "first", "wang", "--json")
    assert made.code == 0, made.err
    assert len(made.document["code"]) >= 16
    listed = ready("user", "list", "--json").document["accounts"]
    (account,) = [one for one in listed if one["sign_in"] == "wang"]
    assert [held["role"] for held in account["roles"]] == ["administrator"]
    shown = ready("user", "list")
    assert "wang" in shown.out
    again = ready("user", "first", "wang", "--json").document
    assert again["code"] != made.document["code"]


def test_a_lost_second_factor(ready: Callable) -> None:
    """The operator alone opens the only administrator's account anew: propose, confirm, a code; once."""
    ready("user", "first", "wang")
    assert ready("user", "reset", "wang", "--json").code == 2
    assert ready("user", "reset", "nobody", "--reason", "Lost", "--json").code == 1
    proposed = ready("user", "reset", "wang", "--reason", "Telephone lost", "--json")
    assert proposed.code == 0, proposed.err
    assert proposed.document["confirmed"] is False
    number = str(proposed.document["proposal"])
    done = ready("user", "reset", "--confirm", number, "--json")
    assert done.code == 0, done.err
    assert (done.document["sign_in"], done.document["confirmed"]) == ("wang", True)
    assert done.document["code"]
    again = ready("user", "reset", "--confirm", number, "--lang", "zh-hans", "--json")
    assert (again.code, again.document["refused"]) == (1, "access.no_open_reset")


def test_grant_to_nobody(ready: Callable) -> None:
    """A role for an account that does not exist is refused."""
    done = ready("user", "grant", "nobody", "agency_clerk", "--json")
    assert done.code == 1
    assert done.document["refused"] == "access.unknown_account"


def test_grant_of_nothing(ready: Callable) -> None:
    """A role that does not exist is a wrong call."""
    assert ready("user", "grant", "operator", "king").code == 2


def test_unknown_actor(ready: Callable) -> None:
    """Acting as an account that does not exist is refused."""
    done = ready("user", "first", "wang", "--as", "ghost", "--json")
    assert done.code == 1
    assert done.document["refused"] == "cli.unknown_actor"


def test_there_and_back(ready: Callable, tmp_path: Path) -> None:
    """What a backup took, a restore brings to an empty directory; to a used one it is refused."""
    ready("user", "first", "wang")
    made = ready("backup", str(tmp_path / "backup"), "--json")
    assert made.code == 0, made.err
    elsewhere = str(tmp_path / "elsewhere" / "state")
    restored = ready("restore", str(tmp_path / "backup"), "--data", elsewhere, "--json")
    assert restored.code == 0, restored.out
    assert restored.document["manifest_sha256"] == made.document["manifest_sha256"]
    listed = ready("user", "list", "--data", elsewhere, "--json").document["accounts"]
    assert "wang" in [one["sign_in"] for one in listed]
    refused = ready("restore", str(tmp_path / "backup"), "--data", elsewhere, "--json")
    assert refused.code == 1
    assert refused.document["refused"] == "host.target_not_empty"


def test_backup_is_a_look(ready: Callable, installation: State, tmp_path: Path) -> None:
    """A backup is written into the log of looks, and refused to who may not make one."""
    ready("user", "first", "wang")
    refused = ready("backup", str(tmp_path / "refused"), "--as", "wang", "--json")
    assert refused.document["refused"] == "access.role_missing"
    assert not (tmp_path / "refused").exists()
    assert ready("backup", str(tmp_path / "backup")).code == 0
    with running(installation) as server, psycopg.connect(server.superuser_url("provident")) as root:
        looks = root.execute(
            "SELECT answered FROM access_look WHERE purpose = 'backup' ORDER BY id"
        ).fetchall()
    root.close()
    assert looks == [(False,), (True,)]


def test_backup_of_a_running_installation(ready: Callable, installation: State, tmp_path: Path) -> None:
    """A backup attaches to the running server and leaves it running."""
    with running(installation):
        done = ready("backup", str(tmp_path / "backup"))
        assert done.code == 0, done.err
        assert "SHA-256" in done.out
        assert is_running(installation)


def test_first_use(run: Callable, tmp_path: Path) -> None:
    """A command on an empty directory makes the database, says so on standard error, and stops it after."""
    done = run("user", "list", "--json")
    assert done.code == 0, done.err
    assert [one["sign_in"] for one in done.document["accounts"]] == ["operator"]
    assert "Making a database" in done.err
    assert not is_running(State(tmp_path / "state"))


def test_dangerous_server(run: Callable) -> None:
    """A command on a server that is not there is refused with the variable's name."""
    url = "postgresql://provident_app:x@/provident?host=/nonexistent"
    done = run("user", "list", "--json", PROVIDENT_DATABASE_URL=url, PROVIDENT_OWNER_DATABASE_URL=url)
    assert done.code == 1
    assert done.document["refused"] == "host.database_unreachable"


def test_half_loaded_sample(ready: Callable, installation: State) -> None:
    """With a sample that is only half loaded every other command is refused."""
    installation.sample_loading.touch()
    done = ready("user", "list", "--json")
    assert done.code == 1
    assert done.document["refused"] == "cli.sample_half_loaded"


def test_agency(ready: Callable) -> None:
    """The agency is said once; saying another is refused; production refuses to go on without one."""
    production = {"PROVIDENT_MODE": "production"}
    unknown = ready("user", "list", "--json", **production)
    assert unknown.document["refused"] == "cli.agency_unknown"
    said = ("--name-en", "Hangzhou Agency", "--name-zh", "杭州市社会保险中心", "--region", "330100")
    done = ready("agency", *said, "--json", **production)
    assert done.code == 0, done.err
    assert done.document["agency"]["zh"] == "杭州市社会保险中心"
    assert done.document["region"] == 330100
    assert ready("user", "list", **production).code == 0
    again = ready("agency", *said, "--json")
    assert again.document["refused"] == "ledger.already_installed"
    assert "330100" in ready("agency").out


def test_agency_unknown_region(run: Callable, tmp_path: Path) -> None:
    """A region no pack knows, or half an agency, is a wrong call, and nothing is made."""
    assert run("agency", "--name-en", "A", "--name-zh", "甲", "--region", "120").code == 2
    assert run("agency", "--name-en", "A").code == 2
    assert not (tmp_path / "state").exists()


def test_demonstration(ready: Callable) -> None:
    """An installation nobody registered can be tried out, and says so once."""
    first = ready("user", "list")
    assert "990000" in first.err
    assert "990000" not in ready("user", "list").err
