"""The portal under load: `python bench/web.py`.

One web server as `provident up` starts it, durable as in earnest. The record page of people with 30
years in five branches, and the same record as JSON, against an empty Django view that commits one row
(the look is one): requests a second of `wrk` over 32 connections, each in turn, the median of the
rounds. People who go from page to page, so that a worker knows what their lives come to; and, as
"first", so many in turn that it has forgotten each before it comes again. Then what a page weighs, and
how soon the home page is usable on a slow phone: Chromium, 4 times slower, 1.6 Mbit/s, 150 ms away. Needs
the Debian packages `wrk` and `chromium`.
"""

import argparse
import gzip
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from installation import installation, superuser
from lives import live, sessions, tokens

CONNECTIONS = 32
YEARS = range(1996, 2026)
TARGETS = {"record page": 0.15, "record as JSON": 0.22}
STRANGERS = 336  # with the people more than three times what a worker remembers
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
_SCRIPT = """
local who = {%s}
local at = 0
request = function()
  at = at %% #who + 1
  return wrk.format("GET", "%s", {["Host"] = "localhost", ["%s"] = who[at]})
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of the server: a path, and one header that says who asks, a value for each person."""

    path: str
    header: str
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """How it answered: requests a second, and half and nearly all of the latencies in seconds."""

    rate: float
    p50: float
    p99: float


def main() -> None:
    """Measure and print."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--people", type=int, default=64)
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--seconds", type=int, default=8)
    options = told.parse_args()
    for program in ("wrk", "chromium"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed: apt-get install {program}")
    with installation() as server, superuser(server) as raw, tempfile.TemporaryDirectory() as folder:
        persons = live(options.people + STRANGERS, YEARS, raw)
        raw.execute("CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz)")
        raw.execute("GRANT INSERT ON bench_row TO provident_app")
        begun, given = sessions(persons), tokens(persons)
        raw.execute("VACUUM ANALYZE")
        raw.execute("CHECKPOINT")  # else the disk is still busy with the lives while pages wait for it
        os.sync()
        from django.conf import settings

        # As a browser sends them that has signed in: the token against forged forms is there since then.
        token = f"{settings.CSRF_COOKIE_NAME}={'a' * 32}"
        cookies = [f"{settings.SESSION_COOKIE_NAME}={key}; {token}" for key in begun]
        bearers = [f"Bearer {one}" for one in given]
        loads, first = {"commit of a row": Load("/unit/", "X-Nobody", ["-"])}, {}
        for name, path, header, values in (
            ("record page", "/record/", "Cookie", cookies),
            ("record as JSON", "/api/v1/record", "Authorization", bearers),
        ):
            loads[name] = Load(path, header, values[: options.people])
            first[f"{name}, first"] = Load(path, header, values)
        loads |= first
        with serving(Path(folder)) as port:
            measure_load(options, loads, port, Path(folder))
            measure_pages(cookies, port)
            measure_phone(settings.SESSION_COOKIE_NAME, begun[0], port)


def measure_load(options: argparse.Namespace, loads: Mapping[str, Load], port: int, folder: Path) -> None:
    """Ask for each in turn and print its ratios to the unit."""
    warm(loads.values(), port)
    answered: dict[str, list[Answered]] = {name: [] for name in loads}
    for _ in range(options.rounds):
        warm((loads[name] for name in TARGETS), port)  # the first looks of the round before were many
        for name, load in loads.items():
            answered[name].append(wrk(load, port, folder, seconds=options.seconds))
    (unit, *_), load = answered, os.getloadavg()[0]
    print(f"{options.rounds} rounds of {options.seconds} s, {CONNECTIONS} connections, load {load:.1f}")
    for name, rounds in answered.items():
        rate, p50, p99 = (
            statistics.median(getattr(one, of) for one in rounds) for of in ("rate", "p50", "p99")
        )
        spread = statistics.median(one.p99 / one.p50 for one in rounds)
        line = f"{name}: {rate:.0f} requests/s, p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms"
        line += f" ({spread:.2f} times)"
        if name != unit:
            against = statistics.median(
                one.rate / base.rate for one, base in zip(rounds, answered[unit], strict=True)
            )
            line += f"; of the unit's {against:.3f}"
            line += f" (target {TARGETS[name]})" if name in TARGETS else ""
        print(line)


def warm(loads: Iterable[Load], port: int) -> None:
    """Ask for everything twice, so that both workers have read the law and most likely know everybody."""
    for load in loads:
        for value in (*load.values, *load.values):
            fetch(port, load.path, {load.header: value})


def wrk(load: Load, port: int, folder: Path, *, seconds: int) -> Answered:
    """Run wrk for some seconds; anything but an answer with 200 ends the run."""
    script = folder / "ask.lua"
    who = ", ".join(f'"{value}"' for value in load.values)
    script.write_text(_SCRIPT % (who, load.path, load.header), encoding="ascii")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    told = subprocess.run(
        [*command, "-s", str(script), f"http://127.0.0.1:{port}{load.path}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"{load.path} was not answered:\n{told}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    shares = {
        int(share): float(value) * _UNITS[unit]
        for share, value, unit in re.findall(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s|m)\s*$", told, re.MULTILINE)
    }
    if rate is None or not shares.get(50):
        sys.exit(f"nothing to go by from {load.path}:\n{told}")
    return Answered(float(rate[1]), shares[50], shares[99])


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Start the web server as `provident up` does, with the unit's address besides; yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    here = Path(__file__).resolve().parent
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "web_settings",
        "PYTHONPATH": os.pathsep.join([str(here), str(here.parent / "src")]),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", "2", "--blocking-threads", "1", "--no-ws", "provident.cli.web:application"]
    with (folder / "said").open("wb") as said:
        running = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    try:
        for _ in range(150):
            try:
                fetch(port, "/unit/", {})
                break
            except OSError:
                time.sleep(0.2)
        else:
            sys.exit((folder / "said").read_text(errors="replace"))
        yield port
    finally:
        running.terminate()
        running.wait(20)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: its status, how many bytes came over the wire, and its text."""

    status: int
    weight: int
    text: str


def fetch(port: int, path: str, headers: Mapping[str, str]) -> Page:
    """Ask once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": "localhost", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    plain = gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
    return Page(answer.status, len(str(answer.headers)) + len(body), plain.decode(errors="replace"))


def measure_pages(cookies: Sequence[str], port: int) -> None:
    """Print what each personal page weighs: with everything it names at first, and alone after that."""
    headers = {"Cookie": cookies[0], "Accept-Encoding": "gzip"}
    for path in ("/", "/record/", "/record/pension/2020/", "/pension/", "/looks/", "/inbox/", "/my-data/"):
        page = fetch(port, path, headers)
        named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        rest = sum(fetch(port, one, headers).weight for one in named)
        first, after = (page.weight + rest) / 1000, page.weight / 1000
        print(f"{path}: {page.status}, first load {first:.0f} KB of 150, then {after:.0f} KB of 50")


def measure_phone(cookie: str, session: str, port: int) -> None:
    """Print how long the home page takes on a slow phone until everything of it is there and painted."""
    from playwright.sync_api import sync_playwright

    took = []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(5):
            context = chromium.new_context(
                viewport={"width": 390, "height": 844}, extra_http_headers={"Cookie": f"{cookie}={session}"}
            )
            page = context.new_page()
            slow = context.new_cdp_session(page)
            slow.send("Network.enable")
            slow.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750},
            )
            slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            page.goto(f"http://localhost:{port}/", wait_until="load")
            painted = page.evaluate(
                "new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))"
                ".observe({type: 'paint', buffered: true}))"
            )
            loaded = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
            took.append(max(painted, loaded) / 1000)
            if urlsplit(page.url).path != "/" or not page.locator("#missing").count():
                sys.exit(f"the home page is not at {page.url}")
            context.close()
        chromium.close()
    print(f"home page on a slow phone: usable after {statistics.median(took):.2f} s (at most 2)")


if __name__ == "__main__":
    main()
