"""The witness as a program: asked over the network, killed, started again."""

import http.client
import json
import signal
import socket
import stat
import subprocess
import threading
import time
from contextlib import closing

import pytest
from tests.cli.conftest import command_line, environment

from provident.verify import notes
from provident.witness import server

from .small_log import SmallLog

PORT_WAIT = 30


class Running:
    """A witness in a process of its own."""

    def __init__(self, directory):
        self.directory = directory
        self.process = None

    def start(self):
        line = command_line("witness", "--dir", self.directory, "--listen", "127.0.0.1:0", "--json")
        self.process = subprocess.Popen(
            line, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        said = b""
        while not said.endswith(b"}\n"):
            said += self.process.stdout.readline()
        self.said = json.loads(said)
        host, _, port = self.said["listening"].rpartition(":")
        self.address = (host, int(port))
        return self

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        code = self.process.wait(PORT_WAIT)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def ask(self, request, **headers):
        with closing(http.client.HTTPConnection(*self.address, timeout=PORT_WAIT)) as connection:
            connection.request("POST", "/add-checkpoint", request, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.getheader("Content-Type")


@pytest.fixture
def log():
    return SmallLog().grow(5)


@pytest.fixture
def witness(tmp_path, log, run):
    running = Running(tmp_path / "witness").start()
    trusted = run("witness", "add-log", log.origin, str(log.key), "--dir", running.directory)
    assert trusted.code == 0
    yield running
    if running.process.poll() is None:
        running.kill()


def test_a_witness_serves_what_its_operator_trusts_at_once(witness, log, run):
    """A log added while it runs is co-signed for; `list` says how far; the key is its owner's alone."""
    status, body, _ = witness.ask(log.request(0))
    assert status == 200
    note = notes.parse_note(log.note() + body)
    (held,), _ = notes.verify_note(note, [notes.parse_key(witness.said["verifier_key"])])
    assert abs(held.time - time.time()) < 60
    listed = run("witness", "list", "--dir", witness.directory, "--json").document
    assert [(one["origin"], one["size"], one["conflicts"]) for one in listed["logs"]] == [(log.origin, 5, 0)]
    assert stat.S_IMODE((witness.directory / "witness.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(witness.directory.stat().st_mode) == 0o700


def test_every_status_goes_over_the_wire(witness, log):
    """400, 404, 403, 409 with its own content type, 422, as the protocol numbers them."""
    assert witness.ask(log.request(0))[0] == 200
    log.grow(1)
    assert witness.ask(b"nonsense")[0] == 400
    assert witness.ask(SmallLog("log.example/other").request(0))[0] == 404
    assert witness.ask(SmallLog(log.origin).grow(1).request(0))[0] == 403
    assert witness.ask(log.request(2)) == (409, b"5\n", "text/x.tlog.size")
    assert witness.ask(log.request(5, proof=[bytes(32)]))[0] == 422


def test_it_remembers_after_kill_nine(witness, log):
    """Killed in the middle of answering many, it never co-signs less than it answered before."""
    largest, stop = [0], threading.Event()

    def submit():
        at = 0
        while not stop.is_set():
            log.grow(1)
            try:
                status, _, _ = witness.ask(log.request(at))
            except (OSError, http.client.HTTPException):
                return
            assert status == 200
            at = largest[0] = len(log.leaves)

    thread = threading.Thread(target=submit)
    thread.start()
    time.sleep(1)
    witness.kill()
    stop.set()
    thread.join()
    assert largest[0] > 5
    witness.start()
    fork = SmallLog(log.origin, log.private).grow(len(log.leaves) + 3)
    status, body, _ = witness.ask(fork.request(0))
    assert status == 409
    assert int(body) in {largest[0], largest[0] + 1}  # the last may be remembered without being answered
    assert witness.ask(fork.request(int(body)))[0] == 422


def test_it_ends_when_asked(witness):
    """A request to end is followed by an orderly end."""
    assert witness.kill(signal.SIGTERM) == 0


def test_what_is_no_submission_is_turned_away(witness, log):
    """Another address, another method, no length, a body that is too long, a head that is too long."""
    connection = http.client.HTTPConnection(*witness.address, timeout=PORT_WAIT)
    connection.request("GET", "/add-checkpoint")
    assert connection.getresponse().status == 405
    connection.close()
    for request, status in (
        (b"POST /elsewhere HTTP/1.1\r\nHost: w\r\nContent-Length: 2\r\n\r\n{}", b"404"),
        (b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 70000\r\n\r\n", b"413"),
        (b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: " + b"9" * 400 + b"\r\n\r\n", b"413"),
    ):
        with socket.create_connection(witness.address, PORT_WAIT) as raw:
            raw.sendall(request)
            assert raw.recv(65536).split()[1] == status, request
    with socket.create_connection(witness.address, PORT_WAIT) as raw:
        try:
            raw.sendall(b"POST /add-checkpoint HTTP/1.1\r\n")
            for _ in range(200):
                raw.sendall(b"X-Long: " + b"y" * 8000 + b"\r\n")
            rest = raw.recv(65536)
        except OSError:
            rest = b""
        assert not rest or rest.split()[1] in {b"400", b"414", b"431"}
    assert witness.ask(log.request(0))[0] == 200


def test_one_connection_serves_several_requests(witness, log):
    """A log keeps its connection, as the protocol recommends."""
    connection = http.client.HTTPConnection(*witness.address, timeout=PORT_WAIT)
    at = 0
    for _ in range(3):
        connection.request("POST", "/add-checkpoint", log.request(at))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        at = len(log.leaves)
        log.grow(1)
    connection.close()


def test_those_who_say_nothing_hold_nobody_up(witness, log):
    """Silent connections take places; whoever asks properly is answered meanwhile."""
    silent = [socket.create_connection(witness.address, PORT_WAIT) for _ in range(20)]
    for one in silent:
        one.sendall(b"POST /add-checkpoint HTTP/1.1\r\n")
    try:
        assert witness.ask(log.request(0))[0] == 200
    finally:
        for one in silent:
            one.close()


def test_a_slow_sender_is_cut_off(monkeypatch):
    """A request that trickles in byte by byte ends at its deadline, not a time-out after the last byte."""
    monkeypatch.setattr(server, "_PATIENCE", 0.3)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bounded = server._Bounded(ours)
        began = time.monotonic()
        with pytest.raises(TimeoutError):  # noqa: PT012 - which byte it ends at does not matter
            while True:
                theirs.sendall(b"x")
                bounded.read(1)
                time.sleep(0.05)
        assert time.monotonic() - began < 5


def test_a_key_others_can_read_is_refused(tmp_path, run):
    """The witness does not start with a key that was open to others."""
    Running(tmp_path / "witness").start().kill()
    (tmp_path / "witness/witness.key").chmod(0o644)
    ran = run("witness", "--dir", tmp_path / "witness", "--json")
    assert (ran.code, ran.document["refused"]) == (1, "witness.key_open")


def test_a_witness_that_lost_its_key_is_not_made_anew(witness, run):
    """With logs but no key, nothing starts under a new key as if it were the old witness."""
    witness.kill()
    (witness.directory / "witness.key").unlink()
    ran = run("witness", "--dir", witness.directory, "--json")
    assert (ran.code, ran.document["refused"]) == (1, "witness.missing")


def test_what_cannot_be_a_key_is_refused(witness, log, run):
    """A verifier key whose parts do not belong together, and a witness's key in place of a log's."""
    for wrong in (str(log.key).replace("+", "+0", 1), witness.said["verifier_key"]):
        ran = run("witness", "add-log", log.origin, wrong, "--dir", witness.directory, "--json")
        assert (ran.code, ran.document["refused"]) == (1, "witness.log_key_unfit")
    ran = run("witness", "--dir", witness.directory, "--listen", "nowhere", "--json")
    assert (ran.code, ran.document["refused"]) == (1, "witness.listen_unfit")
    ran = run("witness", "--dir", witness.directory, "--name", "other", "--json")
    assert (ran.code, ran.document["refused"]) == (1, "witness.named")
