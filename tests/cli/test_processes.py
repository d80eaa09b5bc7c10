"""A child of `up` is started again when it ends, and given up when it keeps ending."""

import sys
import time
from pathlib import Path

import pytest

from provident.cli.processes import Child
from provident.cli.refusals import KeptStopping
from provident.host.state import State


def _child(tmp_path: Path, text: str) -> Child:
    state = State(tmp_path / "state")
    state.prepare()
    return Child("part", [sys.executable, "-c", text], {}, state)


def _ended(child: Child) -> None:
    child._process.wait(10)


def test_started_again(tmp_path: Path) -> None:
    """One that ends is started again; one that runs is left alone."""
    child = _child(tmp_path, "import time; time.sleep(60)")
    child.start()
    assert not child.tend()
    child._process.kill()
    _ended(child)
    assert child.tend()
    assert not child.tend()
    child.ask_to_stop()
    child.stop()


def test_given_up(tmp_path: Path) -> None:
    """One that keeps ending is a refusal that names its log, where its last words are."""
    child = _child(tmp_path, "print('last words', flush=True)")
    child.start()

    def tend_for_ever() -> None:
        while True:
            _ended(child)
            child.tend()

    with pytest.raises(KeptStopping) as refused:
        tend_for_ever()
    assert "part.log" in refused.value.remedy("en")
    assert "last words" in (tmp_path / "state" / "log" / "part.log").read_text()


def test_insists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that will not end is ended, with everything it started."""
    monkeypatch.setattr("provident.cli.processes._STOP_PATIENCE", 0.3)
    child = _child(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
    )
    child.start()
    log = tmp_path / "state" / "log" / "part.log"
    while "deaf" not in log.read_text():
        time.sleep(0.02)
    child.ask_to_stop()
    child.stop()
    assert child._process.returncode == -9
