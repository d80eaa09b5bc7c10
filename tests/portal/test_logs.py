"""The published log over the web: what the checkpoint covers, for anybody, and nothing else."""

import os
import urllib.parse

import pytest
from django.test import Client
from tests.ledger import people
from tests.ledger.journal.conftest import agency

from provident.ledger.journal import exporting
from provident.ledger.seal import serving
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.tiles import TileStore
from provident.ledger.seal.tree import Growth
from provident.verify import logs

__all__ = ["agency"]


@pytest.fixture
def log(agency, settings):
    """Return the directory of a log of 300 entries."""
    settings.SECURE_SSL_REDIRECT = False
    persons = people.register(3)
    people.post(*(people.entry(persons[n % 3]) for n in range(300)))
    seal(LEDGER)
    return agency.places.log("ledger")


@pytest.fixture
def client():
    return Client()


def test_checkpoint_keys_and_tiles_are_handed_out(log, client):
    """Each file byte for byte, with its content type."""
    for path, kind in (
        ("checkpoint", "text/plain; charset=utf-8"),
        ("keys", "text/plain; charset=utf-8"),
        ("tile/0/000", "application/octet-stream"),
        ("tile/0/001.p/44", "application/octet-stream"),
        ("tile/1/000.p/1", "application/octet-stream"),
    ):
        answer = client.get(f"/log/ledger/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert answer.content == (log / path).read_bytes()


def test_the_web_is_enough_to_check_the_log(log, client, tmp_path):
    """A stranger who fetches the files has a log that checks."""
    copy = tmp_path / "copy"
    for path in (*serving.plain_shown(log.parent, "ledger"), *serving.tiles_shown(300)):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(client.get(f"/log/ledger/{path}").content)
    assert logs.check_log(copy).signed.checkpoint.size == 300


def test_an_export_holds_what_the_web_shows(log, client, tmp_path):
    """Every file of the static export is byte for byte the one under /log/."""
    exporting.export_logs(tmp_path / "export", lambda *_: None)
    base = tmp_path / "export" / "log"
    files = sorted(path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file())
    assert files == [
        "ledger/checkpoint",
        "ledger/keys",
        "ledger/tile/0/000",
        "ledger/tile/0/001.p/44",
        "ledger/tile/1/000.p/1",
    ]
    for path in files:
        assert client.get(f"/log/{path}").content == (base / path).read_bytes()
    assert logs.check_log(base / "ledger").signed.checkpoint.size == 300


def test_tiles_are_kept_for_ever_and_checkpoints_for_a_moment(log, client):
    """What never changes may be kept by any cache; nobody gets a cookie or a session."""
    tile, checkpoint = (client.get(f"/log/ledger/{path}") for path in ("tile/0/000", "checkpoint"))
    assert tile["Cache-Control"] == "public, max-age=31536000, immutable"
    assert checkpoint["Cache-Control"] == "public, max-age=5"
    for answer in (tile, checkpoint):
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
    assert client.head("/log/ledger/checkpoint").status_code == 200
    assert client.post("/log/ledger/checkpoint").status_code in {403, 405}


def test_a_narrower_tile_is_the_beginning_of_the_wider_one(log, client):
    """A partial tile is there as long as somebody may hold an older checkpoint."""
    assert client.get("/log/ledger/tile/0/000.p/100").content == (log / "tile/0/000").read_bytes()[:3200]


def test_what_no_checkpoint_covers_is_not_shown(log, client):
    """Tiles of a seal that was cut off may still be written over, so nobody may keep them."""
    growth = Growth(TileStore(log), 300)
    growth.add(os.urandom(32 * 300))
    growth.finish()
    assert (log / "tile/0/001").exists()
    for path in ("tile/0/001", "tile/0/001.p/45", "tile/0/002.p/88", "tile/1/000.p/2"):
        assert client.get(f"/log/ledger/{path}").status_code == 404
    assert client.get("/log/ledger/tile/0/001.p/44").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "tile/0/0",
        "tile/0/1",
        "tile/00/000",
        "tile/0/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/0100",
        "tile/9/000",
        "tile/63/000.p/1",
        "tile/entries/000",
        "../../secrets/django.key",
        "tile/0/../../checkpoint",
        "rotation/../keys",
        "rotation/5",
        ".checkpoint.new",
        "checkpoint/",
        "",
    ],
)
def test_nothing_else_is_there(log, client, path):
    """No other path leads to a file, however it is written."""
    for written in (path, urllib.parse.quote(path, safe="")):
        assert client.get(f"/log/ledger/{written}").status_code in {301, 404}


@pytest.mark.parametrize("name", ["nothing", "..", ".", "LEDGER", "ledger%2F2", "ledger/2", "ledger/0"])
def test_a_log_that_is_none_is_not_there(log, client, name):
    """Only logs that show a checkpoint are there."""
    assert client.get(f"/log/{name}/checkpoint").status_code == 404
