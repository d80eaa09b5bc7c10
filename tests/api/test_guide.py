"""The guide's commands, run against the interface as a program would run them."""

import os
import re
import subprocess
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from filings import world
from tests.house.tree import ROOT

from provident.verify.program import main

GUIDE = ROOT / "docs" / "guide" / "using-the-api.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def portal(town):
    """Serve the whole application on this machine; return its address."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=_Quiet)

    def serve():
        server.serve_forever(poll_interval=0.05)
        connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("commands", BLOCKS, ids=range(len(BLOCKS)))
def test_the_guide_s_commands_are_answered(town, portal, tmp_path, commands):
    """Each block runs to its end: what is asked for is there, and the last one is a no as the guide says."""
    (tmp_path / "payroll.csv").write_bytes(town.content(world.declare((2,), "2026-02")))
    holder = "mill" if "/filings" in commands else "an"
    # The town's first upload is the mill's own, as the guide's `filings/1`.
    run = subprocess.run(
        ["bash", "-ec", commands.replace("curl ", "curl --silent --show-error --noproxy '*' ")],
        env={"PATH": os.environ["PATH"], "PORTAL": portal, "TOKEN": town.tokens[holder]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    if "receipt.json" in commands:
        assert Path(tmp_path / "statement.pdf").read_bytes().startswith(b"%PDF-")
        assert main([str(tmp_path / "receipt.json")]) == 0
    if "Accept-Language" in commands:
        assert '"refused": "api.no_token"' in run.stdout
        assert "请求未附有效令牌" in run.stdout
