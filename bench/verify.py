"""Entries verified a second against psql's copy of the same rows to nowhere: `python bench/verify.py`.

Unit: psql's binary copy of the rows into /dev/null, on the same server. Ours: `verify --from-scratch` of
the log of entries with the reading copy. Then the incremental check of some new entries, on logs of
growing size. Each in turn, medians.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time

import numpy as np
from installation import installation, superuser
from ledger_append import made_entries, post
from seal import copy_to_nowhere, said, settle


def main() -> None:
    """Measure and print the ratios."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--rows", type=int, default=1_000_000, help="entries in the log")
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--new", type=int, default=1000, help="new entries for each incremental check")
    options = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="provident-bench-logs-") as directory:
        for setting, folder in (("DATA", "data"), ("GUARD", "guard"), ("LOG_KEYS", "keys")):
            os.environ[f"PROVIDENT_{setting}"] = f"{directory}/{folder}"
        with installation() as server, superuser(server) as raw:
            load = os.getloadavg()[0]
            print(f"{options.rows:,} entries, {os.cpu_count()} processors, load {load:.1f}")
            entries = made_entries(options.rows)
            grow(options, entries, raw)
            measure_whole(options, server, raw)


def grow(options: argparse.Namespace, entries: np.ndarray, raw: object) -> None:
    """Grow the log to 1/100, 1/10 and all of its size; check some new entries incrementally at each."""
    from provident.ledger.actions import project_record_years
    from provident.ledger.seal.logs.entries import LEDGER
    from provident.ledger.seal.sealing import seal

    done = 0
    for size in (options.rows // 100, options.rows // 10, options.rows):
        post(entries[done:size])
        done = size
        seal(LEDGER)
        checked(from_scratch=False)
        took, nothing = [], []
        for _ in range(options.rounds):
            again = entries[: options.new].copy()
            post(again)
            seal(LEDGER)
            settle(raw)
            took.append(checked(from_scratch=False))
            nothing.append(checked(from_scratch=False))
        whole, empty = statistics.median(took), statistics.median(nothing)
        print(
            f"incremental, {size:,} sealed: {options.new:,} new {whole * 1000:.0f} ms {said(took)}, "
            f"nothing new {empty * 1000:.0f} ms"
        )
    project_record_years()


def measure_whole(options: argparse.Namespace, server: object, raw: object) -> None:
    """Hold a check from scratch against copying the rows out."""
    leaves = [
        row[0]
        for row in raw.execute(
            "SELECT relid::regclass::text FROM pg_partition_tree('ledger_entry') WHERE isleaf AND relid <>"
            " 'ledger_entry'::regclass"
        )
    ]
    units, ours, busy = [], [], []
    settle(raw)
    for _ in range(options.rounds):
        start = time.perf_counter()
        copy_to_nowhere(server, f"({' UNION ALL '.join(f'SELECT * FROM {leaf}' for leaf in leaves)})")
        units.append(time.perf_counter() - start)
        start = time.process_time()
        ours.append(checked(from_scratch=True))
        busy.append(time.process_time() - start)
    (rows,) = raw.execute("SELECT count(*) FROM ledger_entry").fetchone()
    unit, whole = statistics.median(units), statistics.median(ours)
    print(f"\\copy binary to /dev/null: {rows / unit:,.0f} rows a second {said(units)}")
    print(
        f"verify --from-scratch: {rows / whole:,.0f} entries a second {said(ours)}, "
        f"{statistics.median(busy):.2f} s of them busy here; {unit / whole:.2f} of \\copy"
    )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most: {most:.0f} MiB, the entries posted included")


def checked(*, from_scratch: bool) -> float:
    """Check the log of entries; return the seconds it took."""
    from provident.ledger.check.checking import check_log, ledger_rows
    from provident.ledger.check.findings import Findings

    findings = Findings()
    start = time.perf_counter()
    check_log(
        "ledger", ledger_rows, os.environ["PROVIDENT_OWNER_DATABASE_URL"], findings, from_scratch=from_scratch
    )
    took = time.perf_counter() - start
    if findings.damage:
        raise SystemExit(findings.damage[0].sentence("en"))
    return took


if __name__ == "__main__":
    main()
