"""Entries sealed a second against psql's copy of the same rows to nowhere: `python bench/seal.py`.

Unit: psql's binary copy of the rows into /dev/null, on the same server. Ours: the rows are waiting;
read, hashed, written as tiles and brought to the disk, places committed, guarded, signed, published.
Each round posts and seals as many entries; then one entry's proof from the whole log is held against
reading its row. Each in turn, medians.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg
from installation import installation, superuser
from ledger_append import made_entries, post

from provident.host import binaries
from provident.host.cluster import DATABASE
from provident.host.server import Server


def main() -> None:
    """Measure and print the ratios."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--rows", type=int, default=1_000_000, help="entries waiting for each seal")
    told.add_argument("--rounds", type=int, default=5)
    told.add_argument("--proofs", type=int, default=200)
    options = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="provident-bench-logs-") as directory:
        for setting, folder in (("DATA", "data"), ("GUARD", "guard"), ("LOG_KEYS", "keys")):
            os.environ[f"PROVIDENT_{setting}"] = f"{directory}/{folder}"
        with installation() as server, superuser(server) as raw:
            load = os.getloadavg()[0]
            print(f"{options.rows:,} entries a round, {os.cpu_count()} processors, load {load:.1f}")
            entries = made_entries(options.rows)
            measure_seals(options, server, raw, entries)
            measure_tiles(Path(directory) / "data" / "log" / "ledger", options.rows * options.rounds)
            measure_proofs(options, entries)


def measure_seals(
    options: argparse.Namespace, server: Server, raw: psycopg.Connection, entries: np.ndarray
) -> None:
    """Post, copy out and seal, for some rounds."""
    from provident.ledger.seal.logs.entries import LEDGER
    from provident.ledger.seal.sealing import seal

    took: dict[str, list[float]] = {"unit": [], "seal": [], "busy": []}
    for _ in range(options.rounds):
        post(entries)
        settle(raw)
        leaf = raw.execute(
            "SELECT 'ledger_entry_' || to_char(posted_month, 'YYYYMM') || '_' || leaf FROM ledger_batch "
            "ORDER BY batch_id DESC LIMIT 1"
        ).fetchone()
        start = time.perf_counter()
        copy_to_nowhere(server, leaf[0])
        took["unit"].append(time.perf_counter() - start)
        start, busy = time.perf_counter(), time.process_time()
        sealed = seal(LEDGER)
        took["seal"].append(time.perf_counter() - start)
        took["busy"].append(time.process_time() - busy)
        if sealed.added < options.rows:
            raise SystemExit("not everything was sealed")
    unit, ours = statistics.median(took["unit"]), statistics.median(took["seal"])
    print(f"\\copy binary to /dev/null: {options.rows / unit:,.0f} rows a second {said(took['unit'])}")
    print(
        f"seal: {options.rows / ours:,.0f} entries a second {said(took['seal'])}, "
        f"{statistics.median(took['busy']):.2f} s of them busy here; {unit / ours:.2f} of \\copy"
    )


def measure_tiles(directory: Path, entries: int) -> None:
    """Print what the tiles take on the disk, blocks that are begun counted whole."""
    taken = sum(file.stat().st_blocks * 512 for file in (directory / "tile").rglob("*"))
    print(f"tiles: {taken / entries:.1f} bytes an entry on the disk")


def measure_proofs(options: argparse.Namespace, entries: np.ndarray) -> None:
    """Hold the proof of one entry against reading its row, each entry another person's."""
    from provident.access.door import open_record
    from provident.access.records import OPERATOR
    from provident.kernel.keys import PersonKey
    from provident.ledger import queries, wire
    from provident.ledger.seal.logs import heads
    from provident.ledger.seal.logs.named import places
    from provident.ledger.seal.paths import Paths
    from provident.ledger.seal.placed import of_id

    one_row = "SELECT * FROM ledger_entry WHERE person_key = ANY (%s) AND entry_id = %s"
    took: dict[str, list[float]] = {"row": [], "proof": []}
    store, size = places(queries.installation().id).tiles("ledger"), heads.last_signed("ledger").size
    for person in np.random.default_rng(7).choice(entries["person"], options.proofs):
        fields = ("contributions", "benefits", "account", "events")
        with open_record(
            PersonKey(int(person)), by=OPERATOR, purpose="console", fields=fields, reason="bench"
        ) as opened:
            keys = list(opened.keys)
            found = (
                wire.cursor()
                .execute("SELECT entry_id FROM ledger_entry WHERE person_key = ANY (%s) LIMIT 1", (keys,))
                .fetchone()
            )
            wire.cursor().execute(one_row, (keys, found[0]), binary=True).fetchall()
            start = time.perf_counter()
            wire.cursor().execute(one_row, (keys, found[0]), binary=True).fetchall()
            took["row"].append(time.perf_counter() - start)
            start = time.perf_counter()
            (placed,) = of_id(opened, found[0])
            paths = Paths(store, size)
            proof = paths.inclusion(placed.position(placed.what.leaf_hash, paths))
            took["proof"].append(time.perf_counter() - start)
            if len(proof) < size.bit_length() - 1:
                raise SystemExit("the entry is not proven")
    row, whole = statistics.median(took["row"]), statistics.median(took["proof"])
    print(f"one of {size:,}: row {row * 1e6:.0f} µs, proof {whole * 1e6:.0f} µs; {whole / row:.1f} times")


def copy_to_nowhere(server: Server, table: str) -> None:
    """Let psql copy a table's rows out."""
    psql = binaries.runnable(binaries.server_user()).program("psql")
    command = f"\\copy {table} TO '/dev/null' (FORMAT binary)"
    subprocess.run([psql, "-X", "-q", "-c", command, server.superuser_url(DATABASE)], check=True)


def settle(raw: psycopg.Connection) -> None:
    """Write out what posting left to be written, so that no measured act pays for it."""
    raw.execute("CHECKPOINT")
    os.sync()


def said(times: list[float]) -> str:
    """Return single times."""
    return "(" + ", ".join(f"{one:.2f} s" for one in times) + ")"


if __name__ == "__main__":
    main()
