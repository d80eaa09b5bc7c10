"""`provident up` starts everything and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provident.host.server import is_running
from provident.host.state import State

from .conftest import command_line, environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Up:
    """A running `provident up`."""

    def __init__(self, state: State, *arguments: str) -> None:
        self.port = _free_port()
        self.process = subprocess.Popen(
            command_line("up", "--no-sample", "--port", str(self.port), *arguments),
            env=environment(PROVIDENT_DATA=str(state.directory)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def descendants(self) -> set[int]:
        """Return every process under this one, and those the supervisor holds."""
        parents = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(path.parent.name)] = int(fields[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}


@pytest.fixture
def up(installation: State) -> Iterator[Callable[..., Up]]:
    started = []

    def start(*arguments: str) -> Up:
        started.append(Up(installation, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


def _await(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _alive(pids: set[int]) -> set[int]:
    alive = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state != "Z":
            alive.add(pid)
    return alive


def _children(pid: int) -> set[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for path in listed for child in path.read_text().split()}


def _first_document(one: Up) -> dict:
    lines = []
    while True:
        line = one.process.stdout.readline()
        assert line, one.process.stderr.read()
        lines.append(line)
        if line == "}\n":
            return json.loads("".join(lines))


def test_up_and_down(up: Callable[..., Up], installation: State) -> None:
    """It answers on its port, prints one JSON document, and on the request to end stops everything."""
    one = up("--json")
    document = _first_document(one)
    assert document["address"] == f"http://localhost:{one.port}/"
    with urllib.request.urlopen(document["address"], timeout=10) as answer:
        assert answer.status == 200
    below = one.descendants()
    assert len(below) >= 3
    one.process.send_signal(signal.SIGTERM)
    out, err = one.process.communicate(timeout=60)
    assert one.process.returncode == 0, err
    assert out == ""
    assert not _alive(below)
    assert not is_running(installation)


def test_killed(up: Callable[..., Up], installation: State) -> None:
    """Killed without a chance to stop anything, everything below it ends by itself."""
    one = up("--json")
    _first_document(one)
    below = one.descendants()
    one.process.kill()
    _await(lambda: not _alive(below))
    _await(lambda: not is_running(installation))


def test_second_up(up: Callable[..., Up], run: Callable) -> None:
    """A second one on the same data is refused; other commands attach."""
    one = up("--json")
    _first_document(one)
    second = run("up", "--no-sample", "--port", str(_free_port()), "--json")
    assert second.code == 1
    assert second.document["refused"] == "host.already_running"
    assert run("user", "list").code == 0
    assert one.process.poll() is None


def test_port_taken(run: Callable, tmp_path: Path) -> None:
    """A port somebody uses is refused before anything is made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("up", "--port", str(taken.getsockname()[1]), "--json")
    assert done.code == 1
    assert done.document["refused"] == "cli.port_taken"
    assert not (tmp_path / "state").exists()


def test_sample_in_production(run: Callable, tmp_path: Path) -> None:
    """Production mode refuses the sample, before anything is made."""
    done = run("up", "--json", PROVIDENT_MODE="production")
    assert done.code == 1
    assert done.document["refused"] == "cli.sample_in_production"
    assert not (tmp_path / "state").exists()


def test_web_server_killed(up: Callable[..., Up]) -> None:
    """A part that dies takes what it had started with it, is started again and answers again."""
    one = up("--json")
    address = _first_document(one)["address"]
    web = [
        pid
        for pid in one.descendants()
        if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()
        and f"\nPPid:\t{one.process.pid}\n" in Path(f"/proc/{pid}/status").read_text()
    ]
    assert len(web) == 1
    workers = _children(web[0])
    assert workers
    os.kill(web[0], signal.SIGKILL)

    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return answer.status == 200 and not _alive({*web, *workers})
        except OSError:
            return False

    _await(answers)
