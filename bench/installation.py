"""An installation of its own for a bench: embedded server, durable as in earnest, migrated, removed after."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ["DJANGO_SETTINGS_MODULE"] = "provident.config.settings"
os.environ["PROVIDENT_SECRET_KEY"] = "bench only " * 5

import psycopg

from provident.host.server import Server, running
from provident.host.state import State


@contextmanager
def installation() -> Iterator[Server]:
    """Start a server on a temporary directory, make the tables, name the agency."""
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="provident-bench-"))
        server = stack.enter_context(running(State(Path(directory) / "state")))
        os.environ["PROVIDENT_DATABASE_URL"] = server.application_url
        os.environ["PROVIDENT_OWNER_DATABASE_URL"] = server.owner_url
        import django

        django.setup()
        from provident.config import schema
        from provident.ledger import actions

        schema.bring_up_to_date()
        actions.register_installation(
            agency_en="Bench Agency",
            agency_zh="测速机构",
            currency="CNY",
            zone=ZoneInfo("Asia/Shanghai"),
            home_region=990000,
        )
        yield server


@contextmanager
def superuser(server: Server) -> Iterator[psycopg.Connection]:
    """Connect to the installation's database as the superuser, for the units measured beside."""
    from provident.host.cluster import DATABASE

    with psycopg.connect(server.superuser_url(DATABASE), autocommit=True) as connection:
        yield connection


def vacuum(raw: psycopg.Connection) -> None:
    """Do what autovacuum comes round to do, and to no table it would leave alone.

    A table vacuumed while it is empty is planned for as if it stayed so, which no installation's is.
    """
    raw.execute("SELECT pg_stat_force_next_flush()")
    threshold = "current_setting('autovacuum_analyze_threshold')::integer"
    filled = raw.execute(f"SELECT relid::regclass FROM pg_stat_user_tables WHERE n_live_tup > {threshold}")
    for (table,) in filled.fetchall():
        raw.execute(f"VACUUM ANALYZE {table}")


@dataclass(frozen=True, slots=True)
class Took:
    """How long an act took: by the clock, and of processors busy with it (ours and the server's for us)."""

    clock: float
    busy: float


def in_turn(
    rounds: int, acts: dict[str, Callable[[], object]], backends: Sequence[int] = ()
) -> dict[str, Took]:
    """Run each act in turn for some rounds; return medians. `backends` are the server processes for us."""
    took: dict[str, list[Took]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            busy, start = _busy(backends), time.perf_counter()
            act()
            took[name].append(Took(time.perf_counter() - start, _busy(backends) - busy))
    return {
        name: Took(
            statistics.median(one.clock for one in times), statistics.median(one.busy for one in times)
        )
        for name, times in took.items()
    }


def _busy(backends: Sequence[int]) -> float:
    """Return the processor seconds spent so far by this process and the server's."""
    ticks = 0
    for pid in backends:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
