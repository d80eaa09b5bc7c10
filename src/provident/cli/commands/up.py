"""`provident up`: everything running, until it is told to stop."""

import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from provident.cli.installation import Installation, environment_of, installation
from provident.cli.language import told
from provident.cli.processes import Child
from provident.cli.refusals import PortTaken, SampleInProduction
from provident.cli.session import Session, command
from provident.host.server import alone

_PORT = typer.Option(min=1, max=65535, help=told("Port of the web server.", "网页服务端口。"))
_HOST = typer.Option(help=told("Address the web server listens on.", "网页服务监听地址。"))
_SAMPLE = typer.Option(
    "--sample/--no-sample",
    help=told("Load the sample region if the database is empty.", "数据库为空时载入示例地区。"),
)
_WORKERS = 2
_ANSWER_PATIENCE = 60.0
_LOOK_EVERY = 1.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Start everything: database, web server, jobs; with the sample region unless told not to.",
        "启动全部服务：数据库、网页、任务；除非另行指定，载入示例地区。",
    )
    command(app, "up", help=about)(up)


def up(
    session: Session,
    port: Annotated[int, _PORT] = 8000,
    host: Annotated[str, _HOST] = "127.0.0.1",
    sample: Annotated[bool, _SAMPLE] = True,
) -> None:
    """Run until Ctrl-C or a request to end; then stop everything cleanly."""
    production = os.environ.get("PROVIDENT_MODE") == "production"
    if sample and production:
        raise SampleInProduction
    _require_free(host, port)
    with (
        alone(session.state, "up"),
        _asked_to_stop() as stop,
        installation(session, starting_over=sample, demonstration=not sample) as found,
    ):
        has_sample = _sample_region(session, load=sample)
        if has_sample and production:
            raise SampleInProduction
        os.environ["PROVIDENT_MODE"] = "development" if has_sample else "production"
        eid = _sample_eid(session, host, port) if has_sample else []  # first: the web server is told of it
        children = [*_children(found, host, port), *eid]
        try:
            for child in children:
                child.start()
            _await_answer(host, port, children, stop)
            if not stop.is_set():
                _tell(session, host, port, eid=bool(eid))
            _keep(session, found, children, stop)
        finally:
            session.say("Stopping …", "正在停止……")
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop()


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Turn Ctrl-C and the request to end into an event, so that stopping is never cut short."""
    event = threading.Event()
    before = {wish: signal.signal(wish, lambda *_: event.set()) for wish in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for wish, handler in before.items():
            signal.signal(wish, handler)


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(host=host, port=port, reason=error.strerror) from error


def _sample_region(session: Session, *, load: bool) -> bool:
    """Load the sample region if nobody else's installation is here; say whether the sample is."""
    from provident.access.queries import sample_accounts
    from provident.ledger import queries
    from provident.ledger.refusals import NoInstallation

    if not load:
        return bool(sample_accounts())
    try:
        queries.installation()
    except NoInstallation:
        from provident.sample.actions import load as load_sample
        from provident.sample.eid.people import holders, write_people

        session.say("Loading the sample region, about a minute …", "正在载入示例地区，约需一分钟……")
        session.state.sample_loading.touch(mode=0o600)
        region = load_sample(progress=session.say)
        write_people(session.state.sample_eid, holders(region))
        session.state.sample_loading.unlink()
        return True
    return bool(sample_accounts())


def _sample_eid(session: Session, host: str, port: int) -> list[Child]:
    """Return the sample e-ID, on the port after the portal's, unless an e-ID has been named already."""
    from provident.sample.eid.people import has_people, prepare

    folder, own = session.state.sample_eid, port + 1
    if os.environ.get("PROVIDENT_EID") or not has_people(folder):
        return []
    try:
        _require_free("127.0.0.1", own)
    except PortTaken:
        session.say(
            f"The sample e-ID was not started: port {own} is taken.",
            f"示例电子身份未启动：端口 {own} 已被占用。",
        )
        return []
    os.environ["PROVIDENT_EID"] = str(prepare(folder, own))
    command = [sys.executable, "-m", "provident.sample.eid", str(folder), _address(host, port)]
    return [Child("sample-eid", command, dict(os.environ), session.state)]


def _children(found: Installation, host: str, port: int) -> list[Child]:
    environment = {**_own_address(host, port), **os.environ, **environment_of(found)}
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", str(_WORKERS), "--blocking-threads", "1", "--respawn-failed-workers"]
    web += ["--no-ws", "provident.cli.web:application"]
    # A seal every few seconds would leave thousands of finished jobs a day behind.
    jobs = [sys.executable, "-m", "django", "procrastinate", "worker", "--delete-jobs", "successful"]
    return [
        # A web server asked to end while it starts its workers keeps waiting for them.
        Child("web", web, environment, found.state, dies_by=signal.SIGKILL),
        Child("jobs", jobs, environment, found.state),
    ]


def _own_address(host: str, port: int) -> dict[str, str]:
    """Return the address that statements print unless the operator has named one."""
    return {} if os.environ.get("PROVIDENT_HOSTS") else {"PROVIDENT_PORTAL_URL": _address(host, port)}


def _address(host: str, port: int) -> str:
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104 - compared
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _await_answer(host: str, port: int, children: list[Child], stop: threading.Event) -> None:
    """Wait until the web server answers a request."""
    patience = time.monotonic() + _ANSWER_PATIENCE
    while not stop.is_set() and time.monotonic() < patience:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(host, port, timeout=5)
            connection.request("GET", "/")
            status = connection.getresponse().status
            connection.close()
            if status < 500:
                return
        for child in children:
            child.tend()
        stop.wait(0.2)


def _keep(session: Session, found: Installation, children: list[Child], stop: threading.Event) -> None:
    """Start again what ends by itself, until asked to stop."""
    while not stop.wait(_LOOK_EVERY):
        if found.server is not None and found.server.revive():
            session.say("The database was started again.", "数据库已重新启动。")
        for child in children:
            if child.tend():
                session.say(f"{child.name} was started again.", f"{child.name} 已重新启动。")


def _tell(session: Session, host: str, port: int, *, eid: bool) -> None:
    """Print the address and the sample sign-ins."""
    from provident.access.queries import sample_accounts

    address = f"{_address(host, port)}/"
    signs = [(one.sign_in, one.label_en, one.label_zh) for one in sample_accounts()]
    document = {
        "address": address,
        "data": str(session.state.directory),
        "sample_sign_ins": [{"sign_in": name, "en": en, "zh": zh} for name, en, zh in signs],
        "sample_eid": f"http://localhost:{port + 1}" if eid else None,
    }
    lines = [f"  {name} · {session.text(en, zh)}" for name, en, zh in signs]
    if lines:
        lines.insert(
            0, session.text(f"Sample sign-ins at {address}sign-in/ :", f"示例登录（{address}sign-in/）：")
        )
    if eid:
        issuer = f"http://localhost:{port + 1}"
        lines.append(session.text(f"Sample e-ID: {issuer}", f"示例电子身份：{issuer}"))
    ready = session.text(f"Provident is ready on {address}", f"Provident 已就绪：{address}")
    session.answer(document, ready, *lines, session.text("Ctrl-C stops it.", "按 Ctrl-C 停止。"))
