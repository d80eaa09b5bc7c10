"""From a payroll file to the posted ledger, against COPY: `python bench/ingest.py [--rows N] …`.

Unit: COPY of the same CSV into an unindexed table partitioned alike, on the same server, committed.
Ours: `filings.actions.ingest` from the file's path to the committed receipt: reading, every check,
number look-up, salts, stored leaf hashes, keys, original kept. Each pair in turn, medians. Also: Django's
bulk_create of the same rows, small files into the open month, a month appended to a table that holds
many rows already, bytes of write-ahead log, memory.
"""

import argparse
import csv
import datetime as dt
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from installation import installation, superuser, vacuum
from payroll import STAFF, Payroll, code, write_enrolments

SMALL = 1000
_ENTRY = (
    "person_key", "employer_key", "base", "employee", "employer_share", "account", "fund", "batch_id",
    "region", "month", "source_row", "kind", "branch", "scheme", "evidence", "checked",
)  # fmt: skip
_MONTHS = [year * 100 + month for year in range(2006, 2026) for month in range(1, 13)]


def main() -> None:
    """Measure what was asked for and print the ratios."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--rows", type=int, default=1_000_000, help="rows of the large file (0: leave out)")
    told.add_argument("--files", type=int, default=1000, help="small files of 1,000 rows (0: leave out)")
    told.add_argument("--held", type=int, default=0, help="rows the table holds before a month is appended")
    told.add_argument(
        "--sample", type=int, default=20_000, help="rows of the bulk_create sample (0: leave out)"
    )
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--one", help=argparse.SUPPRESS)
    options = told.parse_args()
    if options.one:
        one_in_a_process_of_its_own(Path(options.one))
        return
    with installation() as server, superuser(server) as raw, tempfile.TemporaryDirectory() as folder:
        os.environ["PROVIDENT_DATA"] = str(Path(folder) / "state")
        Bench(options, raw, Path(folder)).run()


class Bench:
    """One installation with people, and the measurements on it."""

    def __init__(self, options: argparse.Namespace, raw, folder: Path) -> None:
        self.options, self.raw, self.folder = options, raw, folder
        self.months = iter(_MONTHS)
        self.people = max(options.rows // 5, options.files * STAFF, options.sample // 5)

    def run(self) -> None:
        """Make the people, then measure part by part."""
        options = self.options
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {options.rounds} rounds")
        self._people()
        self._table()
        if options.rows:
            self.large()
        if options.sample:
            self.django()
        if options.files:
            self.small()
        if options.held:
            self.held()

    def _people(self) -> None:
        """Register employers, and people by enrolment files, through the acts everyone uses."""
        from provident.access.records import OPERATOR
        from provident.filings.actions import ingest
        from provident.filings.records import Incoming
        from provident.identity.actions import register_employer

        start = time.perf_counter()
        now = dt.datetime.now(dt.UTC)
        for place in range((self.people + STAFF - 1) // STAFF):
            register_employer(
                code=code(place), name=f"Employer {place}", region=990000, since=dt.date(2005, 1, 1), at=now
            )
        for first in range(0, self.people, 100_000):
            path = self.folder / "enrolments.csv"
            write_enrolments(path, first, min(100_000, self.people - first), "2005-01")
            ingest(Incoming(path, path.name), by=OPERATOR)
        vacuum(self.raw)
        print(f"{self.people:,} people enrolled in five branches in {time.perf_counter() - start:.0f} s")

    def _table(self) -> None:
        """Make the unit's table: partitioned like the ledger, no index."""
        self.raw.execute(
            "CREATE TABLE bench_raw (resident_id text, name text, employer_id text, branch text, "
            "month text, base numeric, employee numeric, employer numeric, posted text DEFAULT 'now', "
            "leaf integer DEFAULT 0) PARTITION BY LIST (posted)"
        )
        self.raw.execute(
            "CREATE TABLE bench_month PARTITION OF bench_raw FOR VALUES IN ('now') PARTITION BY LIST (leaf)"
        )
        self.raw.execute("CREATE TABLE bench_leaf PARTITION OF bench_month FOR VALUES IN (0)")

    def copy(self, *paths: Path) -> float:
        """COPY files into the unit's table, each committed; return seconds."""
        columns = "resident_id, name, employer_id, branch, month, base, employee, employer"
        start = time.perf_counter()
        for path in paths:
            with (
                self.raw.transaction(),
                path.open("rb") as file,
                self.raw.cursor().copy(
                    f"COPY bench_raw ({columns}) FROM STDIN (FORMAT csv, HEADER)"
                ) as stream,
            ):
                while piece := file.read(1 << 18):
                    stream.write(piece)
        return time.perf_counter() - start

    def ingest(self, *paths: Path) -> float:
        """Take files in; return seconds."""
        from provident.access.records import OPERATOR
        from provident.filings.actions import ingest
        from provident.filings.records import Incoming

        start = time.perf_counter()
        for path in paths:
            receipt = ingest(Incoming(path, path.name), by=OPERATOR)
            assert not receipt.already
        return time.perf_counter() - start

    def large(self) -> None:
        """One file with everybody's month."""
        rows, ours, units, busy, served = self.options.rows, [], [], [], []
        for _ in range(self.options.rounds):
            path = self._month_file(rows // 5)
            units.append(self.copy(path))
            before = time.process_time(), self._served(), self._wal()
            ours.append(self.ingest(path))
            busy.append(time.process_time() - before[0])
            served.append(self._served() - before[1])
            log = self._wal() - before[2]
        told(f"COPY of {rows:,} rows", units, rows)
        told(f"ingest of {rows:,} rows", ours, rows)
        print(
            f"  processor time: own {statistics.median(busy):.2f} s, its server process "
            f"{statistics.median(served):.2f} s; write-ahead log {log / rows:.0f} bytes a row"
        )
        print(
            f"  ratio {statistics.median(units) / statistics.median(ours):.2f} (0.20 wanted, 0.40 aimed at)"
        )
        path = self._month_file(rows // 5)
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(path)], check=True, capture_output=True, text=True
        )
        print(f"  memory of a process that does only this: {done.stdout.strip()}")
        self.per_row = statistics.median(ours) / rows

    def _month_file(self, people: int, first: int = 0) -> Path:
        path = self.folder / f"payroll-{next(self.months)}-{first}.csv"
        Payroll(int(path.name.split("-")[1])).write(path, first, people)
        for old in self.folder.glob("payroll-*.csv"):
            if old != path:
                old.unlink()
        return path

    def small(self) -> None:
        """Many employers' files, each its own transaction, into the open month."""
        count, ours, units, whole = self.options.files, [], [], []
        for _ in range(self.options.rounds):
            month = next(self.months)
            paths = []
            for place in range(count):
                path = self.folder / f"small-{month}-{place}.csv"
                Payroll(month).write(path, place * STAFF, STAFF)
                paths.append(path)
            everything = self._month_file(count * STAFF)
            units.append(self.copy(*paths))
            whole.append(self.copy(everything))
            ours.append(self.ingest(*paths))
            for path in paths:
                path.unlink()
        rows = count * SMALL
        told(f"COPY of {count:,} files of {SMALL:,} rows, each committed", units, rows)
        told("COPY of the same rows as one file", whole, rows)
        told(f"ingest of {count:,} files", ours, rows)
        print(f"  {statistics.median(ours) / count * 1e3:.1f} ms a file")
        many = statistics.median(units) / statistics.median(ours)
        print(f"  ratio to COPY of as many files {many:.2f} (0.10 wanted)")
        print(f"  ratio to one COPY {statistics.median(whole) / statistics.median(ours):.2f}")

    def held(self) -> None:
        """Append a month to a table that holds many rows, and one before it held them."""
        rows, rounds = self.options.rows or 1_000_000, range(self.options.rounds)
        empty = [self.ingest(self._month_file(rows // 5)) for _ in rounds]
        self._fill(self.options.held)
        full = [self.ingest(self._month_file(rows // 5)) for _ in rounds]
        told(f"{rows:,} rows before", empty, rows)
        told(f"{rows:,} rows into a table that holds {self.options.held:,} more", full, rows)
        print(f"  ratio {statistics.median(empty) / statistics.median(full):.2f} (0.5 wanted)")

    def _fill(self, rows: int) -> None:
        """Put rows of other people into leaves of this month, keyed as the ledger's own are."""
        start = time.perf_counter()
        posted = self.raw.execute("SELECT max(posted_month) FROM ledger_batch").fetchone()[0]
        month = f"ledger_entry_{posted:%Y%m}"
        for leaf in range(1_000_000, 1_000_000 + rows // 1_000_000):
            name = f"{month}_{leaf}"
            self.raw.execute(f"CREATE TABLE {name} (LIKE ledger_entry INCLUDING CONSTRAINTS)")
            self.raw.execute(
                f"INSERT INTO {name} SELECT 1 + (random() * 9e18)::bigint, 1, 500000, 40000, 80000, "
                f"40000, 80000, {leaf}, '{posted}', {leaf}, 990000, 200505, i, 1, 1 + i % 5, 1, 0, 1, "
                "gen_random_uuid(), sha256(int4send(i)), NULL FROM generate_series(1, 1000000) i"
            )
            self.raw.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (person_key, entry_id, posted_month, leaf)")
            self.raw.execute(f"ALTER TABLE {name} OWNER TO provident_owner")
            self.raw.execute(f"ALTER TABLE {month} ATTACH PARTITION {name} FOR VALUES IN ({leaf})")
        self.raw.execute("CHECKPOINT")
        print(f"filled with {rows:,} rows in {time.perf_counter() - start:.0f} s")

    def django(self) -> None:
        """Load the same rows with bulk_create into a keyed table like the ledger's, without any check."""
        from django.db import connections, models

        fields: dict[str, object] = {name: models.BigIntegerField() for name in _ENTRY}
        fields |= {"entry_id": models.UUIDField(primary_key=True), "leaf_hash": models.BinaryField()}
        fields["Meta"] = type("Meta", (), {"app_label": "filings", "db_table": "bench_django"})
        row_model = type("Row", (models.Model,), {**fields, "__module__": __name__})
        with connections["owner"].schema_editor() as editor:
            editor.create_model(row_model)
        self.raw.execute("GRANT ALL ON bench_django TO provident_app")
        rows = self.options.sample
        path = self._month_file(rows // 5)
        took = []
        for _ in range(self.options.rounds):
            start = time.perf_counter()
            with path.open(encoding="utf-8") as file:
                made = (row_model(**as_entry(row, place)) for place, row in enumerate(csv.DictReader(file)))
                row_model.objects.bulk_create(made, batch_size=1000)
            took.append(time.perf_counter() - start)
        told(f"bulk_create of {rows:,} rows", took, rows)
        if self.options.rows:
            print(
                f"  ingest is {statistics.median(took) / rows / self.per_row:.0f} times as fast (10 wanted)"
            )

    def _wal(self) -> int:
        return int(self.raw.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()[0])

    def _served(self) -> float:
        """Return the processor seconds of the server process behind Django's connection."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def as_entry(row: dict[str, str], place: int) -> dict[str, object]:
    """Return a line of the file as a ledger row, with an id and a hash; nothing is looked up or checked."""
    minor = {name: int(row[name].replace(".", "")) for name in ("base", "employee", "employer")}
    facts: dict[str, object] = dict.fromkeys(_ENTRY, 1) | {
        "person_key": int(row["resident_id"][:17]),
        "base": minor["base"],
        "employee": minor["employee"],
        "employer_share": minor["employer"],
        "fund": minor["employee"] + minor["employer"],
        "month": int(row["month"].replace("-", "")),
        "source_row": place,
    }
    leaf = hashlib.sha256(repr(facts).encode()).digest()
    return facts | {"entry_id": uuid.uuid4(), "leaf_hash": leaf}


def told(what: str, took: list[float], rows: int) -> None:
    """Print a median and its rounds."""
    rounds = " ".join(f"{one:.2f}" for one in took)
    middle = statistics.median(took)
    print(f"{what}: {middle:.2f} s, {rows / middle:,.0f} rows a second ({rounds})", flush=True)


def one_in_a_process_of_its_own(path: Path) -> None:
    """Take one file in and print how much memory that took."""
    import django

    django.setup()
    from provident.access.records import OPERATOR
    from provident.filings.actions import ingest
    from provident.filings.records import Incoming

    ingest(Incoming(path, path.name), by=OPERATOR)
    # Not getrusage: what that tells begins with the memory of the process this one was started from.
    most = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
    print(f"{most / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
