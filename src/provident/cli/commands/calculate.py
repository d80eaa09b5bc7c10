"""`provident calculate`: a calculation of a law pack, over files. Needs no database."""

import csv
import datetime as dt
import inspect
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from provident.cli.calculating.person import Wanted, of_record
from provident.cli.language import told
from provident.cli.refusals import WronglyCalled
from provident.cli.session import Session, command, err_console
from provident.law import law_of
from provident.law.engine.explain import Explained
from provident.law.engine.numbers import written
from provident.law.engine.plan import Node
from provident.law.runs import local, spark
from provident.law.runs.local import Asked, Ran
from provident.law.runs.persons import Told
from provident.law.runs.writing import report_of

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
_SHOWN = 1000  # persons whose answers are kept for showing; more need --out


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
        if of_record(session, calculation, person, Wanted(further, given.on, given.explain)):
            raise typer.Exit(1)
        return
    day = given.on or dt.datetime.now(dt.UTC).astimezone().date()
    asked = Asked(calculation, given.people, given.history, further, (day - dt.date(1970, 1, 1)).days)
    if given.explain:
        refused = _explained(session, asked)
    elif given.out is None:
        refused = _shown(session, asked, given.engine)
    else:
        refused = _written(session, asked, given.out, given.engine)
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


def _run(session: Session, asked: Asked, out: Path, engine: str) -> Ran:
    act = spark.run if engine == "spark" else local.run
    console = err_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(asked.calculation)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        ran = act(law_of(asked.calculation), asked, out, session.language, progress)
    if ran.unused:
        names = ", ".join(ran.unused)
        session.say(f"Columns that nothing needed: {names}", f"未使用的列：{names}")
    if ran.strangers:
        session.say(
            f"{ran.strangers} rows of the history are of nobody in the people file.",
            f"历年数据中有 {ran.strangers} 行不属于人员文件中的任何人。",
        )
    return ran


def _written(session: Session, asked: Asked, out: Path, engine: str) -> int:
    ran = _run(session, asked, out, engine)
    report = report_of(out) if ran.incomplete else None
    document = {
        "calculation": asked.calculation,
        "pack": law_of(asked.calculation).version,
        "persons": ran.persons,
        "incomplete": ran.incomplete,
        "out": str(out),
        "report": str(report) if report else None,
    }
    text = session.text(f"{ran.persons} persons → {out}", f"{ran.persons} 人 → {out}")
    more = session.text(
        f"{ran.incomplete} with an output that could not be computed: {report}",
        f"其中 {ran.incomplete} 人有无法计算的项目：{report}",
    )
    session.answer(document, text, *([more] if report else []))
    return ran.incomplete


def _shown(session: Session, asked: Asked, engine: str) -> int:
    """Show the answers of a small file."""
    with TemporaryDirectory(prefix="provident-") as folder:
        out = Path(folder) / "answers.csv"
        ran = _run(session, asked, out, engine)
        if ran.persons > _SHOWN:
            raise WronglyCalled(reason=f"{ran.persons} persons are too many to show; use --out")
        rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
        report = report_of(out)
        kept = report.read_text(encoding="utf-8") if report.is_file() else ""
    reasons = list(csv.DictReader(io.StringIO(kept)))
    table = Table(*(rows[0] if rows else ()))
    for row in rows:
        table.add_row(*row.values())
    told = [f"{row['person_id']} · {row['output']}: {row['reason']} {row['remedy']}" for row in reasons]
    document = {
        "calculation": asked.calculation,
        "pack": law_of(asked.calculation).version,
        "answers": [{key: value or None for key, value in row.items()} for row in rows],
        "refused": reasons,
    }
    session.answer(document, table, *told)
    return ran.incomplete


def _explained(session: Session, asked: Asked) -> int:
    """Show each person's answers with every step."""
    law = law_of(asked.calculation)
    outputs = tuple(law.node(name) for name in law.calculation(asked.calculation).outputs)
    documents: list[dict[str, object]] = []
    shown: list[str] = []
    refused = 0
    for one in local.explained(law, asked):
        refused += bool(one.refusals)
        if session.as_json:
            documents.append(_document(one, outputs))
            continue
        shown.append(f"══ {one.person} ══")
        shown.extend(_refusals(one, session))
        shown.extend(Explained(one.trace, session.language).lines(outputs))
    session.answer({"calculation": asked.calculation, "pack": law.version, "answers": documents}, *shown)
    return refused


def _refusals(one: Told, session: Session) -> Iterator[str]:
    for name, refusal in one.refusals.items():
        yield f"{name}: {refusal.sentence(session.language)} {refusal.remedy(session.language)}"


def _document(one: Told, outputs: tuple[Node, ...]) -> dict[str, object]:
    values = {
        node.variable.name: written(node.variable, one.values[node.variable.name])
        for node in outputs
        if node.variable.name in one.values
    }
    return {
        "person_id": one.person,
        "values": values,
        "refused": {name: refusal.as_document() for name, refusal in one.refusals.items()},
        "trace": one.trace.document(one.person),
    }
