"""Published logs: complete and true tiles are accepted; whatever is altered, missing or rewritten is named."""

import shutil

import pytest

from provident.verify import logs

from . import small_log as small
from . import stranger

SIZES = (0, 1, 7, 255, 256, 257, 700)


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """Publish a log with a full tile at level 1: 66,000 leaves, once for all tests."""
    return small.SmallLog(small.others(66_000)).publish(tmp_path_factory.mktemp("big"))


@pytest.mark.parametrize("size", SIZES)
def test_a_published_log_holds(verify, tmp_path, size):
    """From its tiles the root is rebuilt, for every shape of the last tile."""
    folder = small.SmallLog(small.others(size)).publish(tmp_path / "log")
    answer = verify(folder)
    assert answer.code == 0
    assert answer.document["files"][0]["size"] == size


@pytest.mark.parametrize("size", SIZES)
def test_a_stranger_rebuilds_the_root(tmp_path, size):
    """A script of forty lines written from the manual finds the root, and sees one altered bit."""
    folder = small.SmallLog(small.others(size)).publish(tmp_path / "log")
    assert stranger.check(folder)
    if size:
        tile = next(path for path in sorted((folder / "tile/0").rglob("*")) if path.is_file())
        tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])
        assert not stranger.check(folder)


def test_tiles_of_every_level_are_compared(verify, plain, big, tmp_path):
    """A bit altered in any level is found, and the tile named."""
    assert verify(big).code == 0
    copy = tmp_path / "copy"
    shutil.copytree(big, copy)
    for name in ("tile/0/007", "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"):
        tile = copy / name
        whole = tile.read_bytes()
        tile.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        answer = verify(copy)
        assert (answer.code, answer.reason) == (3, "tile_wrong")
        assert name in plain(copy).out or name == "tile/0/007"
        tile.write_bytes(whole)
    (copy / "tile/0/100").unlink()
    assert verify(copy).reason == "file_missing"


def test_a_long_path_is_grouped_by_threes():
    """Tile numbers are written as the manual says."""
    for number in (0, 5, 999, 1000, 1234067):
        assert logs.tile_path(0, number) == small.tile_name(0, number, 256) == stranger.tile(0, number)
    assert logs.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert logs.tile_path(2, 3, 7) == "tile/2/003.p/7"


@pytest.mark.parametrize("by", [0, 1, 200, 300])
def test_a_log_that_has_grown_continues_what_was_kept(verify, tmp_path, by):
    """An old checkpoint and an old receipt hold against the longer log."""
    old = small.SmallLog.of(200)
    kept = tmp_path / "kept"
    kept.write_text(small.checkpoint(old.leaves), encoding="utf-8")
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(small.written(old.receipt()))
    folder = old.longer(by).publish(tmp_path / "log")
    told = "begins with everything the checkpoint over 200" if by else "same size and the same root"
    assert verify(folder, "--against", kept).says(told)
    answer = verify(receipt, kept, "--log", folder)
    assert answer.code == 0
    assert answer.says("The log begins with everything")


def test_a_rewritten_log_is_exposed_by_what_was_kept(verify, tmp_path):
    """Rows rewritten, tree rebuilt and signed with the real key: an old checkpoint or receipt tells."""
    old = small.SmallLog.of(200)
    kept = tmp_path / "kept"
    kept.write_text(small.checkpoint(old.leaves), encoding="utf-8")
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(small.written(old.receipt()))
    forged = small.SmallLog([*old.leaves[:9], small.sha(b"forged"), *old.leaves[10:], *small.others(3)])
    folder = forged.publish(tmp_path / "log")
    assert verify(folder).code == 0
    for call in ((folder, "--against", kept), (kept, "--log", folder), (receipt, "--log", folder)):
        answer = verify(*call)
        assert (answer.code, answer.reason) == (3, "rewritten")


def test_a_shorter_log_is_exposed(verify, tmp_path):
    """A log restored to an earlier time does not reach what was kept."""
    old = small.SmallLog.of(200)
    kept = tmp_path / "kept"
    kept.write_text(small.checkpoint(old.leaves), encoding="utf-8")
    folder = small.SmallLog(old.leaves[:150]).publish(tmp_path / "log")
    assert verify(folder, "--against", kept).reason == "shorter"


def test_two_roots_for_one_size_are_two_histories(verify, tmp_path):
    """Two checkpoints of one log that contradict each other are not proven together, each held alone or not."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text(small.checkpoint(small.others(9)), encoding="utf-8")
    two.write_text(small.checkpoint([*small.others(8), bytes(32)]), encoding="utf-8")
    answer = verify(one, two, "--key", small.LOG.vkey)
    assert (answer.code, answer.reason) == (3, "two_roots")
    assert [file["proven"] for file in answer.document["files"]] == [True, True, False]
    assert verify(one, "--against", two, "--key", small.LOG.vkey).reason == "two_roots"
    assert verify(one, "--against", one, "--key", small.LOG.vkey).code == 0


def test_order_needs_the_tiles(verify, tmp_path):
    """Two checkpoints of different sizes prove nothing about each other without the log."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text(small.checkpoint(small.others(8)), encoding="utf-8")
    two.write_text(small.checkpoint(small.others(9)), encoding="utf-8")
    key = ("--key", small.LOG.vkey)
    assert verify(one, two, *key).says("was not checked")
    assert verify(one, "--against", two, *key).reason == "not_checked_against"
    folder = small.SmallLog(small.others(10)).publish(tmp_path / "log")
    answer = verify(one, two, "--log", folder, *key)
    assert answer.code == 0
    assert not answer.says("was not checked")


def test_checkpoints_of_two_logs_are_told_apart(verify, tmp_path):
    """A checkpoint of another log is no measure for this one."""
    other = small.Key("log.agency.example/looks")
    kept = tmp_path / "kept"
    kept.write_text(small.checkpoint(small.others(3), (other,), other.name), encoding="utf-8")
    folder = small.SmallLog(small.others(3)).publish(tmp_path / "log")
    assert verify(folder, "--against", kept, "--key", other.vkey).reason == "key_not_given"
    assert verify(kept, "--log", folder, "--key", small.LOG.vkey, "--key", other.vkey).reason == "other_log"


def test_a_checkpoint_alone_needs_a_key(verify, tmp_path):
    """Without a key a signature says nothing; with the right one, size, root and time are proven."""
    kept = tmp_path / "kept"
    kept.write_text(small.checkpoint(small.others(8)), encoding="utf-8")
    assert verify(kept).reason == "key_unknown"
    answer = verify(kept, "--key", small.LOG.vkey)
    assert answer.code == 0
    assert answer.says("stated at 2026-04-02 08:20:00 UTC that it held 8 entries")
    assert answer.says("was not checked, because its key is not known")


def _rotated(folder, until=7, size=9):
    """Publish a log whose key changed after some entries."""
    log = small.SmallLog(small.others(size))
    keys = f"{small.NEXT.vkey}\n{small.LOG.vkey} # until {until}\n"
    log.publish(folder, note=small.checkpoint(log.leaves, (small.NEXT,)), keys=keys)
    (folder / "rotation").mkdir()
    both = small.checkpoint(log.leaves[:until], (small.LOG, small.NEXT))
    (folder / f"rotation/{until}").write_text(both, encoding="utf-8")
    return log


def test_an_old_key_leads_to_the_new_one(verify, tmp_path):
    """Who knows the first key alone follows the hand-over; what it signed before stays good."""
    log = _rotated(tmp_path / "log")
    assert verify(tmp_path / "log", "--key", small.LOG.vkey).says(
        "It is a key you gave, or one that key handed over to."
    )
    kept = tmp_path / "kept"
    kept.write_text(small.checkpoint(log.leaves[:5], (small.LOG,)), encoding="utf-8")
    assert verify(kept, "--log", tmp_path / "log").code == 0


def test_a_hand_over_the_old_key_did_not_sign_is_none(verify, tmp_path):
    """A rotation signed by the new key alone, or over another history, leads nowhere."""
    log = _rotated(tmp_path / "log")
    alone = small.checkpoint(log.leaves[:7], (small.NEXT,))
    (tmp_path / "log/rotation/7").write_text(alone, encoding="utf-8")
    assert verify(tmp_path / "log", "--key", small.LOG.vkey).reason == "key_not_given"
    other = small.checkpoint([*log.leaves[:6], bytes(32)], (small.LOG, small.NEXT))
    (tmp_path / "log/rotation/7").write_text(other, encoding="utf-8")
    assert verify(tmp_path / "log", "--key", small.LOG.vkey).reason == "rewritten"


def test_a_retired_key_signs_nothing_new(verify, tmp_path):
    """A stolen old key cannot speak for the log beyond the size at which it was retired."""
    log = _rotated(tmp_path / "log")
    (tmp_path / "log/checkpoint").write_text(small.checkpoint(log.leaves, (small.LOG,)), encoding="utf-8")
    assert verify(tmp_path / "log").reason == "key_retired"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("keys", "", "keys_malformed"),
        ("keys", "x\n", "key_malformed"),
        ("keys", f"{small.LOG.vkey}", "keys_malformed"),
        ("keys", f"{small.LOG.vkey} # until 07\n", "keys_malformed"),
        ("keys", f"{small.LOG.vkey[:-4]}AAAA\n", "key_malformed"),
        ("keys", f"{small.NEXT.vkey}\n", "key_unknown"),
        ("keys", None, "file_missing"),
        ("checkpoint", "x", "note_malformed"),
        ("checkpoint", "a\n1\n\n— b c\n", "note_malformed"),
        ("checkpoint", "a b\n1\nx\n\n— b AAAAAAAA\n", "checkpoint_malformed"),
        ("checkpoint", "a\n01\nx\n\n— b AAAAAAAA\n", "checkpoint_malformed"),
        ("checkpoint", "a\n-1\nx\n\n— b AAAAAAAA\n", "checkpoint_malformed"),
        ("checkpoint", "a\n1\nx\n\n— b AAAAAAAA\n", "checkpoint_malformed"),
        ("checkpoint", "a\n1\u2028\nx\n\n— b AAAAAAAA\n", "note_malformed"),
        ("tile/0/000.p/7", "short", "tile_size"),
        ("tile/0/000.p/7", None, "file_missing"),
    ],
)
def test_a_damaged_directory_names_the_place(verify, tmp_path, name, text, reason):
    """Each file that is missing or not as it must be is named."""
    folder = small.SmallLog.of(7).publish(tmp_path / "log")
    (folder / name).unlink() if text is None else (folder / name).write_text(text, encoding="utf-8")
    answer = verify(folder)
    assert (answer.code, answer.reason) == (3, reason)


def test_a_size_no_log_can_have_ends_at_once(verify, tmp_path):
    """A checkpoint over more entries than there are tiles names the first that is missing."""
    folder = small.SmallLog.of(7).publish(tmp_path / "log")
    text = (folder / "checkpoint").read_text(encoding="utf-8").replace("\n7\n", f"\n{(1 << 63) - 1}\n")
    (folder / "checkpoint").write_text(text, encoding="utf-8")
    assert verify(folder).reason == "signature_wrong"
    body = text.partition("\n\n")[0] + "\n"
    (folder / "checkpoint").write_text(f"{body}\n{small.LOG.line(body)}", encoding="utf-8")
    assert verify(folder).reason == "file_missing"


def test_wider_tiles_serve_an_older_checkpoint(verify, tmp_path):
    """While a log grows, its last partial tile may already hold more than the checkpoint covers."""
    log = small.SmallLog(small.others(300))
    for later in (280, 512):
        folder = small.SmallLog(small.others(later)).publish(tmp_path / str(later))
        (folder / "checkpoint").write_text(small.checkpoint(log.leaves[:260]), encoding="utf-8")
        assert verify(folder).code == 0


def test_an_export_of_several_logs_is_checked_log_by_log(verify, tmp_path):
    """A directory with `log/ledger` and `log/looks` has an answer for each."""
    small.SmallLog(small.others(3)).publish(tmp_path / "log/ledger")
    small.SmallLog(small.others(4)).publish(tmp_path / "log/looks")
    (tmp_path / "log/looks/tile/0/000.p/4").write_bytes(bytes(128))
    answer = verify(tmp_path)
    assert [file["proven"] for file in answer.document["files"]] == [True, False]
    assert answer.reason == "tree_root"


def test_a_directory_that_is_no_log_says_so(verify, tmp_path):
    """An empty directory is no log."""
    assert verify(tmp_path).reason == "kind"
