"""What the witness answers, question by question."""

import threading

import pytest

from provident.verify import notes
from provident.witness.actions import open_witness
from provident.witness.protocol import add_checkpoint
from provident.witness.refusals import WitnessDamaged
from provident.witness.store import Store

from .small_log import SmallLog, consistency

NOW = 1_800_000_000


@pytest.fixture
def log():
    return SmallLog().grow(5)


@pytest.fixture
def witness(tmp_path, log):
    store, key = open_witness(tmp_path / "witness", "witness.example/w1")
    store.trust(log.origin, str(log.key))
    return store, key


def ask(witness, request, now=NOW):
    return add_checkpoint(*witness, request, now)


def test_a_new_checkpoint_is_cosigned(witness, log):
    """200 with one line that, put under the checkpoint, verifies as this witness's at this time."""
    answer = ask(witness, log.request(0))
    assert answer.status == 200
    note = notes.parse_note(log.note() + answer.body)
    held, unknown = notes.verify_note(note, [log.key, witness[1].verifier_key])
    assert [(one.key.name, one.time) for one in held] == [
        ("log.example/small", None),
        ("witness.example/w1", NOW),
    ]
    assert unknown == ()


@pytest.mark.parametrize("first", [1, 2, 3, 4, 6, 7, 8, 9])
@pytest.mark.parametrize("more", [1, 2, 5, 8])
def test_growth_with_its_proof_is_cosigned(witness, log, first, more):
    """From any size to any larger one."""
    log.leaves.clear()
    log.grow(first)
    assert ask(witness, log.request(0)).status == 200
    log.grow(more)
    assert ask(witness, log.request(first)).status == 200
    assert witness[0].log(log.origin).size == first + more


def test_the_same_checkpoint_again_is_cosigned_anew(witness, log):
    """A log may ask again, for a fresh time."""
    ask(witness, log.request(0))
    answer = ask(witness, log.request(5), NOW + 60)
    note = notes.parse_note(log.note() + answer.body)
    assert notes.verify_note(note, [witness[1].verifier_key])[0][0].time == NOW + 60


def test_an_empty_log_is_cosigned_once_as_empty(witness):
    """Size 0 has one root only."""
    log = SmallLog()
    witness[0].trust(log.origin, str(log.key))
    assert ask(witness, log.request(0)).status == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda r: b"",
        lambda r: r.replace(b"old 0", b"old 00"),
        lambda r: r.replace(b"old 0", b"old -1"),
        lambda r: r.replace(b"old 0", b"old 99999999999999999999"),
        lambda r: r.replace(b"old 0", b"older 0"),
        lambda r: r.replace(b"old 0\n", b""),
        lambda r: r.replace(b"\n\n", b"\n", 1),
        lambda r: r.replace(b"old 0\n", b"old 0\nAAAA\n"),
        lambda r: r.replace(b"old 0\n", b"old 0\n\xff\xff\n"),
        lambda r: r.replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63),
        lambda r: r.replace(b"old 0\n", b"old 0\r\n"),
        lambda r: r[:-1],
        lambda r: r.replace(b"\n5\n", b"\n05\n"),
        lambda r: r.replace(b"old 0", b"old 6"),
    ],
)
def test_what_the_protocol_does_not_allow_is_400(witness, log, change):
    """Each deviation is said to be one, and nothing is remembered."""
    assert ask(witness, change(log.request(0))).status == 400
    assert witness[0].log(log.origin).size == 0


def test_an_unknown_log_is_404(witness):
    """A witness signs only for logs its operator named."""
    assert ask(witness, SmallLog("log.example/other").grow(1).request(0)).status == 404


def test_a_checkpoint_without_a_trusted_signature_is_403(witness, log):
    """Another key under the same name is nobody's; a bad signature of a known key is worse."""
    stranger = SmallLog(log.origin, leaves=log.leaves)
    assert ask(witness, stranger.request(0)).status == 403
    text, _, _ = log.request(0).rpartition(b"\n\n")
    line = log.note(4).rpartition(b"\n\n")[2]
    assert ask(witness, text + b"\n\n" + line).status == 403


def test_a_wrong_old_size_is_409_with_the_right_one(witness, log):
    """The body is the size last co-signed, in its own content type."""
    ask(witness, log.request(0))
    log.grow(3)
    for old in (0, 4, 6):
        answer = ask(witness, log.request(old))
        assert (answer.status, answer.body, answer.kind) == (409, b"5\n", "text/x.tlog.size")
    assert ask(witness, log.request(5)).status == 200


def test_another_root_of_the_same_size_is_409_and_kept(witness, log):
    """A second history of the same length, signed with the log's real key, is kept as evidence."""
    ask(witness, log.request(0))
    other = SmallLog(log.origin, log.private).grow(5)
    answer = ask(witness, other.request(5))
    assert (answer.status, answer.body) == (409, b"5\n")
    assert [path.read_bytes() for path in witness[0].evidence(log.origin)] == [other.request(5)]


def test_a_rewritten_history_is_422_and_kept(witness, log):
    """Rows rewritten, the tree rebuilt and signed with the real key: no proof leads there."""
    ask(witness, log.request(0))
    rewritten = SmallLog(log.origin, log.private, [*log.leaves]).grow(4)
    rewritten.leaves[2] = bytes(32)
    answer = ask(witness, rewritten.request(5))
    assert answer.status == 422
    assert witness[0].log(log.origin).size == 5
    assert len(witness[0].evidence(log.origin)) == 1


@pytest.mark.parametrize("spoil", [lambda p: p[:-1], lambda p: [*p, p[0]], lambda p: [bytes(32), *p[1:]]])
def test_a_proof_that_does_not_hold_is_422(witness, log, spoil):
    """Too short, too long, or with another hash in it."""
    ask(witness, log.request(0))
    before = SmallLog(log.origin, log.private, [*log.leaves]).grow(4)
    proof = consistency(5, before.leaves)
    assert ask(witness, before.request(5, proof=spoil(proof))).status == 422


def test_a_proof_from_nothing_is_422(witness, log):
    """From size 0 there is nothing to prove, so the proof must be empty."""
    assert ask(witness, log.request(0, proof=[bytes(32)])).status == 422


def test_a_log_that_goes_back_is_not_cosigned(witness, log):
    """After 9 entries nobody gets a co-signature for 5, though both are the same history."""
    log.grow(4)
    ask(witness, log.request(0))
    answer = ask(witness, log.request(0, 5))
    assert (answer.status, answer.body) == (409, b"9\n")
    assert ask(witness, log.request(5, 5)).status == 409


def test_what_was_cosigned_is_remembered_after_a_restart(witness, log, tmp_path):
    """A witness opened anew has its key, its logs and their sizes."""
    ask(witness, log.request(0))
    again = open_witness(tmp_path / "witness")
    assert str(again[1].verifier_key) == str(witness[1].verifier_key)
    assert ask(again, log.request(0)).body == b"5\n"


def test_of_two_forks_at_once_one_is_cosigned(witness, log):
    """Many requests from the same size with different histories: exactly one of them wins."""
    ask(witness, log.request(0))
    forks = [SmallLog(log.origin, log.private, [*log.leaves]).grow(1 + n) for n in range(12)]
    begin = threading.Barrier(len(forks))
    answers = [None] * len(forks)

    def submit(place):
        begin.wait()
        answers[place] = ask(witness, forks[place].request(5))

    threads = [threading.Thread(target=submit, args=(n,)) for n in range(len(forks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [n for n, answer in enumerate(answers) if answer.status == 200]
    assert len(won) == 1
    assert witness[0].log(log.origin).size == len(forks[won[0]].leaves)
    assert {answer.status for n, answer in enumerate(answers) if n != won[0]} == {409}


def test_a_second_key_of_a_log_is_trusted_beside_the_first(witness, log):
    """After a rotation the operator adds the new key; what was co-signed stays."""
    ask(witness, log.request(0))
    rotated = SmallLog(log.origin, leaves=[*log.leaves]).grow(1)
    assert ask(witness, rotated.request(5)).status == 403
    witness[0].trust(log.origin, str(rotated.key))
    assert ask(witness, rotated.request(5)).status == 200


def test_a_damaged_memory_signs_nothing(witness, log, tmp_path):
    """A file that cannot be read is never taken for a log not seen yet."""
    ask(witness, log.request(0))
    (path,) = (tmp_path / "witness/logs").glob("*.json")
    path.write_text(path.read_text()[:-20])
    with pytest.raises(WitnessDamaged):
        ask(witness, log.request(0))
    with pytest.raises(WitnessDamaged):
        Store(tmp_path / "witness").logs()
