"""An epoch that began because a key was lost is held against the log before it."""

import pytest

from provident.ledger.seal.notes import Beginning
from provident.verify.notes import parse_beginning

from . import small_log as small

FORMER = small.others(9)
LATER = small.others(12)
OTHER = [*small.others(8), *(bytes([n] * 32) for n in range(4))]
STRANGER = small.Key(small.SECOND.name, bytes([3] * 32))


@pytest.fixture
def renewed(tmp_path):
    """Publish a log of nine entries and its second epoch; return the folder of the second."""

    def publish(said, leaves=LATER, key=small.SECOND):
        first = small.SmallLog(FORMER).publish(tmp_path / "log" / "ledger")
        note = small.checkpoint(leaves, (small.SECOND,), small.SECOND.name)
        second = small.SmallLog(leaves).publish(first / "2", note=note, keys=f"{small.SECOND.vkey}\n")
        if said is not None:
            (second / "beginning").write_text(f"{said}\n{key.line(said)}", encoding="utf-8")
        return second

    return publish


@pytest.mark.parametrize("size", [9, 10, 12])
def test_an_epoch_that_goes_on_says_how_it_began(verify, plain, tmp_path, renewed, size):
    """Alone or in an export, with what waited for the key or without: reason and parent are told."""
    second = renewed(small.beginning(LATER[:size]))
    answer = verify(second)
    assert answer.code == 0
    assert answer.says(f"with the {size} entries of {small.ORIGIN}, whose key was said to be lost")
    assert answer.says("Reason given: The disk with the key failed.")
    assert answer.says(f"It continues {small.ORIGIN}: it begins with all 9 entries")
    assert answer.document["files"][0]["continues"] == small.ORIGIN
    assert [file["proven"] for file in verify(tmp_path).document["files"]] == [True, True]
    assert "该日志延续" in plain(second, "--lang", "zh-hans").out


@pytest.mark.parametrize(
    ("said", "leaves", "reason"),
    [
        (small.beginning(LATER[:8]), LATER, "beginning_broken"),
        (small.beginning(OTHER[:10]), OTHER, "beginning_broken"),
        (small.beginning(OTHER[:10], ", lost 10 11"), OTHER, "beginning_broken"),
        (small.beginning(OTHER[:5], ", lost 5 7"), OTHER, "beginning_broken"),
        (small.beginning([LATER[1]], ", lost 1 8"), [LATER[1]], "beginning_broken"),
        (small.beginning(OTHER[:10]), LATER, "beginning_root"),
        (small.beginning(small.others(13)), LATER, "beginning_root"),
        (small.beginning(LATER[:9], log=" other"), LATER, "other_log"),
        (small.beginning(LATER[:9], now=" other"), LATER, "other_log"),
        (None, LATER, "beginning_missing"),
    ],
)
def test_one_that_does_not_continue_the_parent_is_refused(verify, renewed, said, leaves, reason):
    """Shorter, rewritten, of another log, or silent: each is named."""
    answer = verify(renewed(said, leaves))
    assert (answer.code, answer.reason) == (3, reason)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (small.beginning(LATER[:5], ", lost 5 8"), "positions 5 to 8 are lost"),
        (small.beginning(LATER[:5], ", lost 5 20"), "positions 5 to 20 are lost"),
        (small.beginning(LATER[:9], ", forked"), f"It does not continue {small.ORIGIN}"),
    ],
)
def test_a_loss_that_is_said_is_told(verify, renewed, said, told):
    """What is honestly lost refuses nothing, and is in the answer."""
    answer = verify(renewed(said))
    assert answer.code == 0
    assert answer.says(told)
    assert not answer.says("It continues")


def test_only_the_new_log_s_own_key_begins_it(verify, renewed):
    """Neither the old key nor a stranger's signs it, nor a key that was already retired."""
    said = small.beginning(LATER[:9])
    for key in (STRANGER, small.LOG):
        assert verify(renewed(said, key=key)).reason == "beginning_unsigned"
    folder = renewed(said)
    later = small.Key(small.SECOND.name, bytes([4] * 32))
    (folder / "checkpoint").write_text(small.checkpoint(LATER, (later,), later.name), encoding="utf-8")
    keys = f"{later.vkey}\n{small.SECOND.vkey} # until "
    (folder / "keys").write_text(f"{keys}10\n", encoding="utf-8")
    assert verify(folder).code == 0
    (folder / "keys").write_text(f"{keys}8\n", encoding="utf-8")
    assert verify(folder).reason == "beginning_unsigned"


def test_without_the_parent_nothing_is_said_to_be_continued(verify, renewed, tmp_path):
    """A copy of the epoch alone is checked in itself, and the answer says what was not."""
    copy = renewed(small.beginning(LATER[:9])).rename(tmp_path / "2")
    answer = verify(copy)
    assert answer.code == 0
    assert answer.says("does not lie beside it")
    assert not answer.says("It continues")


@pytest.mark.parametrize(
    "changed",
    [
        {"log": " a b"},
        {"now": f" {small.ORIGIN}"},
        {"size": " 09"},
        {"root": " ABCD"},
        {"cause": " boredom"},
        {"cause": " key lost, lost 8 9"},
        {"cause": " key lost, lost 9 8"},
        {"time": None},
        {"reason": None},
        {"more": " x"},
    ],
)
def test_a_beginning_out_of_form_is_refused(verify, renewed, changed):
    """Each line has its form."""
    assert verify(renewed(small.beginning(LATER[:9], **changed))).reason == "beginning_malformed"


@pytest.mark.parametrize(("said", "lost"), [("", None), (", lost 9 11", (9, 11)), (", forked", None)])
def test_the_ledger_s_beginning_is_read(said, lost):
    """What the ledger publishes the stranger understands."""
    made = Beginning(small.ORIGIN, small.SECOND.name, 9, bytes(range(32)), said, small.TIME, "Lost.")
    found = parse_beginning(made.text())
    assert (found.log, found.now, found.size, found.root) == made_facts(made)
    assert (found.lost, found.forked, found.reason) == (lost, said == ", forked", "Lost.")


def made_facts(made):
    return (made.log, made.now, made.size, made.root)
