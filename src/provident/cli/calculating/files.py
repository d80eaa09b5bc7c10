"""Calculations for the people of a file: answers written, shown, or explained step by step."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress
from rich.table import Table

from provident.cli.refusals import WronglyCalled
from provident.cli.session import Session, err_console
from provident.law import law_of
from provident.law.engine.explain import Explained
from provident.law.engine.numbers import written as value_written
from provident.law.engine.plan import Node
from provident.law.runs import local, spark
from provident.law.runs.local import Asked, Ran
from provident.law.runs.persons import Told
from provident.law.runs.writing import report_of

__all__ = ["Asked", "explained", "shown", "written"]

_SHOWN = 1000  # persons whose answers are kept for showing; more need --out


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


def written(session: Session, asked: Asked, out: Path, engine: str) -> int:
    """Write the answers to a file; return for how many something could not be computed."""
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


def shown(session: Session, asked: Asked, engine: str) -> int:
    """Show the answers of a small file; return for how many something could not be computed."""
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


def explained(session: Session, asked: Asked) -> int:
    """Show each person's answers with every step; return for how many something could not be computed."""
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
        node.variable.name: value_written(node.variable, one.values[node.variable.name])
        for node in outputs
        if node.variable.name in one.values
    }
    return {
        "person_id": one.person,
        "values": values,
        "refused": {name: refusal.as_document() for name, refusal in one.refusals.items()},
        "trace": one.trace.document(one.person),
    }
