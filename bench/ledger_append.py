"""Rows a second into the ledger against a raw COPY of the same rows as CSV: `python bench/ledger_append.py`.

Unit: COPY of a payroll CSV into an unindexed table partitioned alike, on the same server. Ours: the
same rows as an array of ENTRY_DTYPE, from ids and salts to stored leaves, keyed and attached. Parsing
and checking the file is not in it: bench/ingest.py measures the whole way. Each in turn, medians.
"""

import argparse
import os
import resource

import numpy as np
import psycopg
from installation import Took, in_turn, installation, superuser

SMALL = 1000


def main() -> None:
    """Measure and print the ratios."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--rows", type=int, default=1_000_000)
    told.add_argument("--files", type=int, default=100, help="small files of 1,000 rows")
    told.add_argument("--rounds", type=int, default=3)
    options = told.parse_args()
    with installation() as server, superuser(server) as raw:
        make_unit(raw)
        print(f"{options.rows:,} rows, {options.files} files of {SMALL:,}, {os.cpu_count()} processors")
        measure(options, raw)


def measure(options: argparse.Namespace, raw: psycopg.Connection) -> None:
    """Run bulk loads and small files in turn with their unit."""
    from provident.ledger import wire

    count, files = options.rows, options.files
    entries, csv = made_entries(count), made_csv(count)
    before = log_written(raw)
    post(entries)
    print(f"write-ahead log: {(log_written(raw) - before) / count:.0f} bytes a row")
    backends = [raw.info.backend_pid, wire.cursor().connection.info.backend_pid]
    parts = [entries[start : start + SMALL] for start in range(0, min(files * SMALL, count), SMALL)]
    took = in_turn(
        options.rounds,
        {
            "COPY of the CSV": lambda: copy(raw, csv),
            "bulk load": lambda: post(entries),
            "small files": lambda: [post(part) for part in parts],
        },
        backends,
    )
    unit = took["COPY of the CSV"].clock / count
    for name, rows in (("COPY of the CSV", count), ("bulk load", count), ("small files", SMALL * len(parts))):
        print(f"{name}: {per_row(took[name], rows)}; {unit / took[name].clock * rows:.2f} of COPY")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most: {most:.0f} MiB, the rows included")


def made_entries(count: int) -> np.ndarray:
    """Register persons and return their declarations, five branches each."""
    from provident.kernel.keys import new_key
    from provident.ledger import actions
    from provident.ledger.arrays import ENTRY_DTYPE

    persons = np.array([new_key() for _ in range(-(-count // 5))], "i8")
    actions.register_persons(persons)
    entries = np.zeros(count, ENTRY_DTYPE)
    places = np.arange(count)
    entries["row"] = places
    entries["person"] = persons[places // 5]
    entries["employer"] = 1 + places // SMALL
    entries["branch"] = 1 + places % 5
    entries["kind"] = entries["scheme"] = entries["checked"] = 1
    entries["region"], entries["month"] = 990000, 202603
    entries["base"], entries["employee"], entries["employer_share"] = 500_000, 40_000, 80_000
    entries["account"], entries["fund"] = 40_000, 80_000
    return entries


def made_csv(count: int) -> bytes:
    """Return as many payroll lines."""
    return "".join(
        f"99000019{60 + i % 40}0101{i % 10000:04d},张伟民,91990000MA{i // SMALL:08d},pension,2026-03,"
        "5000.00,400.00,800.00\n"
        for i in range(count)
    ).encode()


def post(entries: np.ndarray) -> None:
    """Post the entries as one source, in a filing."""
    from provident.access.door import open_run
    from provident.access.records import OPERATOR
    from provident.ledger.posting import posting
    from provident.ledger.records import Source

    source = Source(os.urandom(32), "payroll")
    with (
        open_run(by=OPERATOR, purpose="filing", fields=("contributions",), system="bench"),
        posting(source=source, pack_version="cn 0.1.0", expected_rows=len(entries)) as batch,
    ):
        for start in range(0, len(entries), 65_536):
            batch.append(entries[start : start + 65_536])


def make_unit(raw: psycopg.Connection) -> None:
    """Make the bare table."""
    raw.execute(
        "CREATE TABLE bench_raw (resident_id text, name text, employer_id text, branch text, month text, "
        "base numeric, employee numeric, employer numeric) PARTITION BY RANGE (month)"
    )
    raw.execute(
        "CREATE TABLE bench_month PARTITION OF bench_raw FOR VALUES FROM ('2026-01') TO ('2027-01') "
        "PARTITION BY LIST (branch)"
    )
    raw.execute("CREATE TABLE bench_leaf PARTITION OF bench_month FOR VALUES IN ('pension')")


def copy(raw: psycopg.Connection, csv: bytes) -> None:
    """Load the CSV into the bare table."""
    with raw.transaction(), raw.cursor().copy("COPY bench_raw FROM STDIN (FORMAT csv)") as stream:
        for start in range(0, len(csv), 1 << 18):
            stream.write(csv[start : start + (1 << 18)])


def per_row(took: Took, rows: int) -> str:
    """Return microseconds a row, by the clock and busy."""
    return f"{took.clock / rows * 1e6:.2f} µs a row (busy {took.busy / rows * 1e6:.2f})"


def log_written(raw: psycopg.Connection) -> int:
    """Return how much write-ahead log there is."""
    row = raw.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main()
