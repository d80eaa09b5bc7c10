"""One call of a command: the common options, and how it answers."""

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from provident.cli.language import language_of, told
from provident.host.state import State, default_directory
from provident.kernel.words import Language

_PANEL = told("Common options", "通用选项")
_WIDE = 160  # columns, where the output is not a terminal and nothing should be cut off


@dataclass(frozen=True, slots=True)
class Session:
    """What every command is told, and where it speaks."""

    state: State
    as_json: bool
    language: Language
    actor: str
    purpose: str

    def text(self, en: str, zh: str) -> str:
        """Return the one of two texts that is in this session's language."""
        return zh if self.language is Language.ZH_HANS else en

    def say(self, en: str, zh: str) -> None:
        """Tell the person what is going on, on standard error."""
        err_console().print(self.text(en, zh), highlight=False, markup=False, soft_wrap=True)

    def answer(self, document: object, *shown: RenderableType) -> None:
        """Give the command's answer: the document as JSON, or what is shown instead."""
        if self.as_json:
            print_json(document)
            return
        console = out_console()
        with console.capture() as captured:
            for part in shown:
                console.print(part, highlight=False, markup=False, soft_wrap=isinstance(part, str))
        _write(captured.get())


def out_console() -> Console:
    """Return standard output as rich writes to it."""
    return Console(width=None if sys.stdout.isatty() else _WIDE)


def err_console() -> Console:
    """Return standard error as rich writes to it."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else _WIDE)


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    _write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough. What follows, the flush at the end too, goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _common(
    data: Annotated[
        Path | None,
        typer.Option(
            help=told(
                "State directory; default PROVIDENT_DATA, else the XDG state directory.",
                "数据目录；默认为 PROVIDENT_DATA，否则为 XDG 状态目录。",
            ),
            rich_help_panel=_PANEL,
        ),
    ] = None,
    json_: Annotated[
        bool,
        typer.Option(
            "--json",
            help=told("Print exactly one JSON document.", "只输出一个 JSON 文档。"),
            rich_help_panel=_PANEL,
        ),
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option(
            help=told("Language; default that of LANG.", "语言；默认取自 LANG。"), rich_help_panel=_PANEL
        ),
    ] = None,
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="ACTOR",
            help=told(
                "Account that acts; default the operator at the console. Logged, and shown to the person.",
                "执行操作的账户；默认为控制台操作员。将被记录并向本人展示。",
            ),
            rich_help_panel=_PANEL,
        ),
    ] = "",
    purpose: Annotated[
        str,
        typer.Option(
            help=told("What a look at a person is for.", "查询个人信息的目的。"), rich_help_panel=_PANEL
        ),
    ] = "",
) -> Session:
    directory = data.expanduser().absolute() if data else default_directory()
    language = lang or language_of((), os.environ)
    return Session(State(directory), json_, language, as_, purpose)


_COMMON = inspect.signature(_common).parameters


def command(
    app: typer.Typer, name: str | None = None, **options: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command whose first parameter is its session, adding the common options to it."""

    def register(act: Callable[..., None]) -> Callable[..., None]:
        app.command(name, **options)(_with_session(act))
        return act

    return register


def group_command(app: typer.Typer, act: Callable[..., None]) -> None:
    """Make `act` what a group does when it is called without one of its commands."""
    app.callback(invoke_without_command=True)(_with_session(act))


def _with_session(act: Callable[..., None]) -> Callable[..., None]:
    own = [*inspect.signature(act).parameters.values()][1:]

    @functools.wraps(act)
    def called(**given: Any) -> None:
        common = {key: given.pop(key) for key in _COMMON}
        act(_common(**common), **given)

    wanted = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *_COMMON.values())]
    called.__signature__ = inspect.Signature(wanted)  # type: ignore[attr-defined]
    return called
