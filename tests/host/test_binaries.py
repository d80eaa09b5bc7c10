"""The server's programs are found, and run as a user who may not enter where pip put them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from provident.host import binaries
from provident.host.binaries import Binaries, packaged, runnable, server_user
from provident.host.refusals import BinariesMissing
from provident.host.server import running
from provident.host.state import State

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a directory everybody may enter, for copies."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def closed(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> Binaries:
    """Put the programs, with the libraries beside them, below a directory closed to all but root."""
    package = packaged().directory.parents[1]
    site = tmp_path / "site-packages"
    shutil.copytree(package, site / package.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), site / f"{package.name}.libs")
    tmp_path.chmod(0o700)
    inside = Binaries(site / package.name / "pginstall" / "bin")
    monkeypatch.setattr(binaries, "packaged", lambda: inside)
    monkeypatch.setattr(binaries, "_PLACES", (place / "copies",))
    return inside


def test_copied_once(closed: Binaries, place: Path) -> None:
    """Programs in a closed place are copied, libraries too, to a place the server's user can read."""
    user = server_user()
    assert not closed.runs_as(user)
    copy = runnable(user)
    assert copy.directory.is_relative_to(place)
    assert copy.runs_as(user)
    made = copy.directory.stat().st_ino
    assert runnable(user).directory.stat().st_ino == made
    assert closed.directory.stat().st_mode & 0o777 == packaged_mode(closed)


def packaged_mode(inside: Binaries) -> int:
    return inside.directory.parents[1].stat().st_mode & 0o777


def test_server_on_the_copy(closed: Binaries, tmp_path: Path) -> None:
    """A server below a closed home directory, its programs closed too, starts and answers."""
    with (
        running(State(tmp_path / "state")) as server,
        closing(psycopg.connect(server.application_url)) as one,
    ):
        assert one.execute("SELECT 1").fetchone() == (1,)
    assert not closed.runs_as(server_user())
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_planted_copy(closed: Binaries, place: Path) -> None:
    """A copy that others could have changed is not run."""
    copy = runnable(server_user())
    root = next(path for path in copy.directory.parents if path.parent.name == "copies")
    root.chmod(0o777)
    with pytest.raises(BinariesMissing):
        runnable(server_user())


def test_owner_of_the_cluster(installation: State) -> None:
    """Root runs the server as whoever owns the cluster."""
    os.chown(installation.database, 65534, 65534)
    assert server_user(installation.database).uid == 65534
