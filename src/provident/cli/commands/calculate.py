"""`provident calculate`: a calculation of a law pack, over files. Needs no database."""

import datetime as dt
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from provident.cli.language import told
from provident.cli.refusals import WronglyCalled
from provident.cli.session import Session, command

_CALCULATION = typer.Argument(
    metavar="CALCULATION [PERSON]",
    help=told(
        "What to calculate, e.g. us.retirement; PERSON: of this person's record.",
        "计算项目，例如 us.retirement；PERSON：依据此人的记录计算。",
    ),
)
_PEOPLE = typer.Option(
    help=told(
        "People: CSV, Parquet, Arrow, or a folder of NumPy columns; person_id and what is given.",
        "人员文件：CSV、Parquet、Arrow，或 NumPy 列文件夹；含 person_id 及给定的各项。",
    )
)
_HISTORY = typer.Option(
    help=told("Their years: person_id, year and what is given.", "历年数据：person_id、year 及给定的各项。")
)
_ON = typer.Option(
    formats=["%Y-%m-%d"],
    help=told(
        "Day of the calculation; default today. Never changes which law applied in the past.",
        "计算日期，默认今天；不改变过去日期所适用的法规。",
    ),
)
_EXPLAIN = typer.Option(
    "--explain", help=told("Show every step with its article.", "显示每一步及其条款依据。")
)
_OUT = typer.Option(
    help=told(
        "Write the answers here (.csv, .parquet, .arrow, or a folder); reasons go to FILE.report.csv.",
        "结果写入此文件（.csv、.parquet、.arrow 或文件夹）；无法计算的原因写入 FILE.report.csv。",
    )
)
_ENGINE = typer.Option(help=told("local or spark.", "local 或 spark。"))


def register(app: typer.Typer) -> None:
    """Add the command; further options give variables by their names."""
    about = told(
        "Calculate for a person's record or people in a file. Any variable can be given: --name VALUE.",
        "依据个人记录或为文件中的人员计算待遇。任何变量均可直接给定：--名称 值。",
    )
    further = {"allow_extra_args": True, "ignore_unknown_options": True}
    command(app, "calculate", help=about, context_settings=further)(_with_options(calculate))


@dataclass(frozen=True, slots=True)
class Options:
    """The command's options as they were given."""

    people: Path | None
    history: Path | None
    on: dt.date | None
    explain: bool
    out: Path | None
    engine: str


def _options(  # noqa: PLR0917 - always called by name
    people: Annotated[Path | None, _PEOPLE] = None,
    history: Annotated[Path | None, _HISTORY] = None,
    on: Annotated[dt.datetime | None, _ON] = None,
    explain: Annotated[bool, _EXPLAIN] = False,
    out: Annotated[Path | None, _OUT] = None,
    engine: Annotated[str, _ENGINE] = "local",
) -> Options:
    if engine not in {"local", "spark"}:
        raise typer.BadParameter("local, spark", param_hint="--engine")
    return Options(people, history, on.date() if on else None, explain, out, engine)


def calculate(
    session: Session,
    context: typer.Context,
    calculation: Annotated[str, _CALCULATION],
    **options: Any,
) -> None:
    """Run it and show or write the answers; exit 1 where something could not be computed."""
    given = _options(**options)
    person, further = _given(context.args)
    if given.people is None or person:
        if not person or any((given.people, given.history, given.out)) or given.engine != "local":
            raise typer.BadParameter("a person alone, or --people FILE", param_hint="PERSON")
        from provident.cli.calculating.person import Wanted, of_record

        if of_record(session, calculation, person, Wanted(further, given.on, given.explain)):
            raise typer.Exit(1)
        return
    day = given.on or dt.datetime.now(dt.UTC).astimezone().date()
    from provident.cli.calculating import files

    asked = files.Asked(calculation, given.people, given.history, further, (day - dt.date(1970, 1, 1)).days)
    if given.explain:
        refused = files.explained(session, asked)
    elif given.out is None:
        refused = files.shown(session, asked, given.engine)
    else:
        refused = files.written(session, asked, given.out, given.engine)
    if refused:
        raise typer.Exit(1)


def _with_options(act: Callable[..., None]) -> Callable[..., None]:
    """Give the command its options, which are too many to be parameters of one function."""
    own = [one for one in inspect.signature(act).parameters.values() if one.kind is not one.VAR_KEYWORD]
    named = [one.replace(kind=one.KEYWORD_ONLY) for one in inspect.signature(_options).parameters.values()]
    act.__signature__ = inspect.Signature([*own, *named])  # type: ignore[attr-defined]
    return act


def _given(further: list[str]) -> tuple[str, dict[str, str]]:
    """Return the person, if one is named, and what options give: --benefit_base 5000, --benefit-base=5000."""
    person, given = "", {}
    rest = iter(further)
    for one in rest:
        name, joined, value = one.removeprefix("--").partition("=")
        if not one.startswith("--") and not person:
            person = one
            continue
        if not one.startswith("--") or not name:
            raise WronglyCalled(reason=f"unexpected argument {one}")
        found = value if joined else next(rest, None)
        if found is None:
            raise WronglyCalled(reason=f"{one} needs a value")
        given[name.replace("-", "_")] = found
    return person, given
