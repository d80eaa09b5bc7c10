"""The program on a server of the operator's own, the oldest supported."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.server15


@pytest.fixture
def addresses(server15: Path) -> dict[str, str]:
    """Give the addresses of an empty database on it."""
    with closing(psycopg.connect(f"host={server15} user=postgres", autocommit=True)) as root:
        root.execute("DROP DATABASE IF EXISTS tried WITH (FORCE)")
        root.execute("CREATE DATABASE tried OWNER provident_owner")
    address = f"postgresql://{{}}@/tried?host={server15}"
    return {
        "PROVIDENT_DATABASE_URL": address.format("provident_app"),
        "PROVIDENT_OWNER_DATABASE_URL": address.format("provident_owner"),
    }


def test_migrated_and_used(run: Callable, addresses: dict[str, str], tmp_path: Path) -> None:
    """The first command migrates it, later ones find nothing to do, the doctor is content."""
    first = run("user", "list", "--json", **addresses)
    assert first.code == 0, first.out
    assert "Bringing the tables up to date" in first.err
    assert "Bringing" not in run("user", "list", **addresses).err
    done = run("doctor", "--json", **addresses)
    assert done.code == 0, done.out
    assert not (tmp_path / "state" / "database").exists()


def test_there_and_back(run: Callable, addresses: dict[str, str], server15: Path, tmp_path: Path) -> None:
    """A backup of it, taken as the owner, becomes an embedded installation."""
    run("user", "first", "wang", **addresses)
    made = run("backup", str(tmp_path / "backup"), "--json", **addresses)
    assert made.code == 0, made.out
    elsewhere = str(tmp_path / "elsewhere")
    restored = run("restore", str(tmp_path / "backup"), "--data", elsewhere, "--json")
    assert restored.code == 0, restored.out
    listed = run("user", "list", "--data", elsewhere, "--json").document["accounts"]
    assert "wang" in [one["sign_in"] for one in listed]
