"""The program `provident`: its commands, and what becomes of everything they raise."""

import datetime as dt
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import typer

from provident.cli.commands import register_all
from provident.cli.language import language_of, told
from provident.cli.refusals import Unexpected, WronglyCalled
from provident.cli.session import err_console, print_json
from provident.host.locks import open_private
from provident.host.state import default_directory
from provident.kernel.refusal import Refusal

# 3, verification failed, is raised by the commands that verify.
DONE, REFUSED, WRONGLY_CALLED = 0, 1, 2

app = typer.Typer(
    name="provident",
    help=told(
        "Lifelong social insurance records: kept, explained, provable.",
        "社会保险终身记录：完整保存、可解释、可验证。",
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
register_all(app)


def run() -> NoReturn:
    """Run the command this process was called with."""
    sys.exit(answer(sys.argv[1:]))


def answer(arguments: Sequence[str]) -> int:
    """Run a command; return its exit code, whatever happens."""
    try:
        code = app(args=list(arguments), standalone_mode=False)
    except Refusal as refusal:
        _show(refusal, arguments)
        return REFUSED
    except typer.TyperException as error:
        if "--json" in arguments:
            _show(WronglyCalled(reason=error.format_message()), arguments)
        else:
            error.show()  # type: ignore[attr-defined]
        return WRONGLY_CALLED
    except Exception as error:  # noqa: BLE001 - the last stop before a traceback
        _show(Unexpected(error=_named(error), log=_logged(arguments)), arguments)
        return REFUSED
    return code if isinstance(code, int) else DONE


def _show(refusal: Refusal, arguments: Sequence[str]) -> None:
    """Print a refusal: as the one JSON document, or as sentence, remedy and code."""
    if "--json" in arguments:
        print_json(refusal.as_document())
        return
    language = language_of(arguments, os.environ)
    console = err_console()
    shown = {"highlight": False, "markup": False, "soft_wrap": True}
    console.print(refusal.sentence(language), style="bold", **shown)  # type: ignore[arg-type]
    if refusal.remedy(language):
        console.print(refusal.remedy(language), **shown)  # type: ignore[arg-type]
    article = f" · {refusal.citation}" if refusal.citation else ""
    console.print(f"[{refusal.code}]{article}", style="dim", **shown)  # type: ignore[arg-type]


def _named(error: Exception) -> str:
    """Name an unexpected error without its text, which may hold somebody's data."""
    return type(error).__name__


def _logged(arguments: Sequence[str]) -> Path:
    """Write the error being handled to a private file; return where."""
    name = f"error-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}.log"
    for directory in (_state_directory(arguments) / "log", Path(tempfile.gettempdir())):
        with suppress(OSError):
            path = directory / name
            with os.fdopen(open_private(path, os.O_WRONLY), "w", encoding="utf-8") as file:
                file.write(traceback.format_exc())
            return path
    return Path(os.devnull)


def _state_directory(arguments: Sequence[str]) -> Path:
    for place, argument in enumerate(arguments):
        if argument == "--data" and place + 1 < len(arguments):
            return Path(arguments[place + 1])
        if argument.startswith("--data="):
            return Path(argument.removeprefix("--data="))
    return default_directory()
