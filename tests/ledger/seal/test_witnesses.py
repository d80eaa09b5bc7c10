"""The log's side of the witness protocol, spoken with the real witness."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest
import yaml
from tests.witness.small_log import SmallLog, consistency

from provident.ledger.seal import notes, witnesses
from provident.ledger.seal.refusals import WitnessPolicyUnusable
from provident.ledger.seal.witnesses import Outcome, ask, policy
from provident.witness import server
from provident.witness.actions import open_witness


@contextmanager
def witness(directory, *logs):
    """Run a witness that trusts the logs; give its key, address and memory."""
    store, key = open_witness(directory, f"witness.example/{directory.name}")
    for log in logs:
        store.trust(log.origin, str(log.key))
    with server.listen("127.0.0.1:0", store, key) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield str(key.verifier_key), f"http://127.0.0.1:{listening.server_address[1]}/", store
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture
def log():
    return SmallLog().grow(5)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write the policy file and name it."""

    def written(needed, *named):
        path = tmp_path / "witnesses.yaml"
        asked = [{"vkey": vkey, "url": url} for vkey, url, *_ in named]
        path.write_text(yaml.safe_dump({"needed": needed, "witnesses": asked}))
        monkeypatch.setenv("PROVIDENT_WITNESSES", str(path))
        return policy()

    return written


def note_of(log, size=None):
    return notes.Note.parse(log.note(size).decode())


def outcomes(asked):
    return [one.outcome for one in asked]


def grown(log, found, previous=None):
    note = note_of(log)
    answers = ask(found, note, previous, lambda old: consistency(old, log.leaves) if old else ())
    return answers, note.and_signed_by(one.signature for one in answers if one.signature)


def test_without_a_policy_nobody_is_asked(log, monkeypatch):
    """Nothing is needed where nobody is named."""
    monkeypatch.delenv("PROVIDENT_WITNESSES", raising=False)
    assert policy() == witnesses.NOBODY
    assert policy().satisfied(note_of(log))
    assert ask(policy(), note_of(log), None, lambda _: ()) == ()


def test_a_checkpoint_and_its_growth_are_cosigned(tmp_path, log, file):
    """First from nothing, then from the size the previous note shows, without asking twice."""
    with witness(tmp_path / "one", log) as one, witness(tmp_path / "two", log) as two:
        found = file(2, one, two)
        answers, first = grown(log, found)
        assert outcomes(answers) == [Outcome.COSIGNED, Outcome.COSIGNED]
        assert found.cosigners(first) == ("witness.example/one", "witness.example/two")
        log.grow(3)
        asked = []

        def prove(old):
            asked.append(old)
            return consistency(old, log.leaves)

        assert outcomes(ask(found, note_of(log), first, prove)) == [Outcome.COSIGNED] * 2
        assert asked == [5, 5]


def test_a_witness_that_remembers_another_size_is_answered_from_there(tmp_path, log, file):
    """409 with its size leads to a second request with the proof from that size."""
    with witness(tmp_path / "one", log) as one:
        found = file(1, one)
        _, first = grown(log, found)
        log.grow(1)
        grown(log, found, first)
        log.grow(1)
        answers, _ = grown(log, found, first)  # it is at 6 by now; the note says 5
        assert outcomes(answers) == [Outcome.COSIGNED]
        answers, _ = grown(log, found, None)
        assert outcomes(answers) == [Outcome.COSIGNED]


def test_one_that_is_down_holds_nobody_up(tmp_path, log, file):
    """A refused connection counts as down; the others co-sign, and that may be enough."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with witness(tmp_path / "one", log) as one:
        _, away = open_witness(tmp_path / "away", "witness.example/away")
        named = (one, (str(away.verifier_key), address))
        answers, note = grown(log, file(1, *named))
        assert outcomes(answers) == [Outcome.COSIGNED, Outcome.DOWN]
        assert policy().satisfied(note)
        assert not file(2, *named).satisfied(note)


def test_one_that_never_answers_is_given_up(tmp_path, log, file, monkeypatch):
    """A witness that accepts and says nothing costs a bounded time."""
    monkeypatch.setattr(witnesses, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        _, key = open_witness(tmp_path / "silent", "witness.example/silent")
        found = file(0, (str(key.verifier_key), f"http://127.0.0.1:{silent.getsockname()[1]}"))
        assert outcomes(grown(log, found)[0]) == [Outcome.DOWN]


def test_a_witness_ahead_of_us_says_that_something_is_lost(tmp_path, log, file):
    """A log restored to an earlier time is told so by its witness."""
    with witness(tmp_path / "one", log) as one:
        found = file(1, one)
        grown(log, found)
        earlier = SmallLog(log.origin, log.private, log.leaves[:3])
        answers, note = grown(earlier, found)
        assert outcomes(answers) == [Outcome.AHEAD]
        assert not found.satisfied(note)


def test_another_history_is_a_conflict(tmp_path, log, file):
    """Rewritten and grown, or rewritten at the same size: never co-signed, and named."""
    with witness(tmp_path / "one", log) as one:
        found = file(1, one)
        _, first = grown(log, found)
        other = SmallLog(log.origin, log.private, [bytes(32), *log.leaves[1:]])
        assert outcomes(grown(other, found, first)[0]) == [Outcome.CONFLICT]
        assert outcomes(grown(other.grow(4), found, first)[0]) == [Outcome.CONFLICT]
        assert len(one[2].evidence(log.origin)) == 2


def test_unknown_logs_and_untrusted_keys_are_told_apart(tmp_path, log, file):
    """What the witness's operator has to do differs."""
    with witness(tmp_path / "one", SmallLog(log.origin)) as one, witness(tmp_path / "two") as two:
        answers, _ = grown(log, file(0, one, two))
        assert outcomes(answers) == [Outcome.UNTRUSTED_KEY, Outcome.UNKNOWN_LOG]
        assert all(answer.told("en") and answer.told("zh-hans") for answer in answers)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 3\r\n\r\n-1\n",
        b"HTTP/1.1 409 Conflict\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n5\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_cannot_be_verified_is_no_cosignature(tmp_path, log, file, answer):
    """Nonsense, an odd size, a redirection and a failure are refusals, and none is followed."""
    with socket.create_server(("127.0.0.1", 0)) as odd:

        def serve():
            with suppress(OSError):
                connection, _ = odd.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        _, key = open_witness(tmp_path / "odd", "witness.example/odd")
        found = file(1, (str(key.verifier_key), f"http://127.0.0.1:{odd.getsockname()[1]}"))
        assert outcomes(grown(log, found)[0]) == [Outcome.REFUSED]
        thread.join()


def test_a_cosignature_of_another_checkpoint_is_none(tmp_path, log, file):
    """A witness's own signature under a different text does not count."""
    _, key = open_witness(tmp_path / "one", "witness.example/one")
    found = file(1, (str(key.verifier_key), "http://127.0.0.1:9/"))
    line = key.cosign(note_of(log, 4).text, 5).decode()
    assert not found.satisfied(note_of(log).and_signed_by([notes.Signature.parse(line)]))


@pytest.mark.parametrize(
    "text",
    [
        "needed: 1\n",
        "needed: two\nwitnesses: []\n",
        "needed: 1\nwitnesses: []\n",
        "needed: -1\nwitnesses: []\n",
        "needed: 0\nneeded: 0\nwitnesses: []\n",
        "needed: 0\nwitnesses: [{vkey: a+b+c, url: 'http://w'}]\n",
        "needed: 0\nwitnesses: [{url: 'http://w'}]\n",
        "- 1\n",
        "",
    ],
)
def test_a_policy_that_is_not_understood_is_refused(tmp_path, monkeypatch, text):
    """It is never read as needing less."""
    path = tmp_path / "witnesses.yaml"
    path.write_text(text)
    monkeypatch.setenv("PROVIDENT_WITNESSES", str(path))
    with pytest.raises(WitnessPolicyUnusable):
        policy()


def test_a_policy_names_witnesses_once_each_with_an_address(tmp_path, log, file):
    """A witness named twice could count twice; a log's key is no witness; an address is http or https."""
    _, key = open_witness(tmp_path / "one", "witness.example/one")
    named = (str(key.verifier_key), "http://127.0.0.1:9/")
    for wrong in ((named, named), ((str(log.key), named[1]),), ((named[0], "ftp://w"),), ((named[0], "w"),)):
        with pytest.raises(WitnessPolicyUnusable):
            file(1, *wrong)


def test_a_missing_policy_file_is_refused(tmp_path, monkeypatch):
    """A file that is named and not there is no empty policy."""
    monkeypatch.setenv("PROVIDENT_WITNESSES", str(tmp_path / "nowhere.yaml"))
    with pytest.raises(WitnessPolicyUnusable):
        policy()
