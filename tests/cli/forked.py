"""The program in a process of its own, forked off one that has read its modules already.

Reading them takes longer than most commands do. Nothing of the program has run there: settings, environment
and arguments are the new process's own. `command_line` starts it the long way.
"""

import atexit
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_READY = multiprocessing.get_context("forkserver")
_READY.set_forkserver_preload(["provident.cli.main"])
_LONGEST = 280  # seconds; the runner's own limit ends a test a little later


def ran(arguments: Sequence[str], environment: Mapping[str, str], said: Path) -> int:
    """Run a command with this environment and no other; its output goes to `said`/out and `said`/err."""
    process = _READY.Process(target=_run, args=(list(arguments), dict(environment), said))
    process.start()
    process.join(_LONGEST)
    if process.exitcode is None:
        process.kill()
        process.join()
    code = process.exitcode
    process.close()
    return code


def _run(arguments: list[str], environment: dict[str, str], said: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, name in ((1, "out"), (2, "err")):
        with (said / name).open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.stdout, sys.stderr = (
        open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lasts
        for number in (1, 2)
    )
    sys.argv = ["provident", *arguments]
    from provident.cli.main import run  # noqa: PLC0415 - what this process has read already

    try:
        run()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
