"""`provident law`: the packs' values with article and evidence. Needs no database."""

import datetime as dt
from typing import Annotated

import typer
from rich.table import Table

from provident.cli.language import told
from provident.cli.session import Session, command
from provident.law import books, law_of, queries
from provident.law.engine.plan import closure
from provident.law.formulas.declared import Calculation
from provident.law.formulas.telling import ShownVariable, find_rule
from provident.law.sources import Title

_ID = typer.Argument(
    metavar="ID",
    help=told(
        "Parameter, variable or calculation, e.g. cn.pension.employee_rate or us.retirement.",
        "参数、变量或计算项目标识，例如 cn.pension.employee_rate 或 us.retirement。",
    ),
)
_ON = typer.Option(
    formats=["%Y-%m-%d"], help=told("Only what was in force that day.", "仅显示该日有效的值。")
)
_REGION = typer.Option(help=told("Only what can apply in this region.", "仅显示适用于该地区的值。"))


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        no_args_is_help=True,
        help=told("What the law said on a date, citing what.", "某日有效的法规参数及其依据。"),
    )
    command(group, "list", help=told("List every calculation and parameter.", "列出全部计算项目和参数。"))(
        list_
    )
    command(
        group,
        "show",
        help=told("Show a parameter's values with their articles.", "显示参数的取值及条款依据。"),
    )(show)
    command(
        group, "check", help=told("Read all packs and report every fault.", "检查全部法规包并报告问题。")
    )(check)
    app.add_typer(group, name="law")


def _text(session: Session, title: Title | None) -> str:
    return session.text(title.en, title.zh) if title else ""


def _title(title: Title | None) -> dict[str, str] | None:
    return {"en": title.en, "zh": title.zh} if title else None


def list_(session: Session) -> None:
    """List every calculation, and every parameter with how many values it has and how they are evidenced."""
    listed = [one for book in books() for one in queries.list_parameters(book)]
    table = Table(
        *(
            session.text(*pair)
            for pair in (
                ("Id", "标识"),
                ("Title", "名称"),
                ("Unit", "单位"),
                ("Values", "取值数"),
                ("Evidence", "依据"),
            )
        )
    )
    for one in listed:
        evidence = ", ".join(_text(session, queries.STATUS_TITLES[status]) for status in one.statuses)
        unit = _text(session, queries.UNIT_TITLES[one.unit])
        table.add_row(one.id, _text(session, one.title), unit, str(one.values), evidence)
    documents = [
        {
            "id": one.id,
            "title": _title(one.title),
            "unit": one.unit,
            "values": one.values,
            "places": one.places,
            "first": one.first.isoformat() if one.first else None,
            "evidence": list(one.statuses),
        }
        for one in listed
    ]
    calculations = [one for book in books() for one in book.pack.rules.calculations.values()]
    shown = Table(session.text("Calculation", "计算项目"), session.text("Title", "名称"))
    for each in calculations:
        shown.add_row(each.id, _text(session, each.title))
    found = [
        {"id": each.id, "title": _title(each.title), "outputs": list(each.outputs)} for each in calculations
    ]
    packs = [book.pack_version for book in books()]
    session.answer({"packs": packs, "calculations": found, "parameters": documents}, shown, table)


def show(
    session: Session,
    parameter: Annotated[str, _ID],
    on: Annotated[dt.datetime | None, _ON] = None,
    region: Annotated[int | None, _REGION] = None,
) -> None:
    """Show a parameter's values, a variable's formulas or a calculation; refused if none covers the day."""
    if not any(parameter in book.pack.parameters for book in books()):
        _rule(session, parameter)
        return
    where = queries.find_parameter(books(), parameter)
    found = queries.show_parameter(where, parameter, on=on.date() if on else None, region=region)
    headings = (
        ("Place", "地区"),
        ("Since", "起"),
        ("Until", "止"),
        ("Value", "取值"),
        ("Article", "条款"),
        ("Evidence", "依据"),
    )
    table = Table(*(session.text(*pair) for pair in headings))
    for value in found.values:
        cited = f"{_text(session, value.law)} {value.citation.article}" if value.citation else ""
        status = _text(session, queries.STATUS_TITLES[value.status]) if value.status else ""
        until = value.until.isoformat() if value.until else ""
        text = value.text or _text(session, value.unknown)
        table.add_row(_text(session, value.place), value.since.isoformat(), until, text, cited, status)
    heading = (
        f"{found.id} · {_text(session, found.title)} · {_text(session, queries.UNIT_TITLES[found.unit])}"
    )
    session.answer(_shown_document(found), heading, *([found.note] if found.note else []), table)


def _rule(session: Session, name: str) -> None:
    book, found = find_rule(books(), name)
    if isinstance(found, Calculation):
        _calculation(session, found)
    else:
        _variable(session, found, book.pack_version)


_VARIABLE_COLUMNS = (("Variable", "变量"), ("Title", "名称"), ("Kind", "类型"), ("", ""))


def _calculation(session: Session, found: Calculation) -> None:
    needed = [one.variable for one in closure(law_of(found.id).node(name) for name in found.outputs)]
    table = Table(*(session.text(*pair) for pair in _VARIABLE_COLUMNS))
    for variable in needed:
        how = session.text("worked out", "计算得出") if variable.formulas else session.text("given", "需给定")
        table.add_row(variable.name, _text(session, variable.title), str(variable.kind), how)
    document = {
        "id": found.id,
        "title": _title(found.title),
        "outputs": list(found.outputs),
        "variables": [
            {"id": one.id, "title": _title(one.title), "kind": one.kind, "given": not one.formulas}
            for one in needed
        ],
    }
    outputs = ", ".join(one.rpartition(".")[2] for one in found.outputs)
    heading = f"{found.id} · {_text(session, found.title)} → {outputs}"
    session.answer(document, heading, table)


def _variable(session: Session, found: ShownVariable, pack: str) -> None:
    headings = (
        ("Since", "起"),
        ("Until", "止"),
        ("Formula", "公式"),
        ("Rounding", "取整"),
        ("Article", "条款"),
    )
    table = Table(*(session.text(*pair) for pair in headings))
    for one in found.formulas:
        table.add_row(one.since, one.until, _text(session, one.words), one.rounding, one.article)
    document = {
        "id": found.id,
        "pack": pack,
        "title": _title(found.title),
        "kind": found.kind,
        "low": found.low,
        "high": found.high,
        "words": list(found.words),
        "note": found.note,
        "formulas": [
            {
                "since": one.since,
                "until": one.until or None,
                "words": _title(one.words),
                "rounding": one.rounding or None,
                "article": one.article,
                "evidence": one.evidence,
                "status": one.status,
            }
            for one in found.formulas
        ],
    }
    heading = f"{found.id} · {_text(session, found.title)} · {found.kind} · {found.low} … {found.high}"
    shown = [table] if found.formulas else []
    session.answer(document, heading, *([found.note] if found.note else []), *shown)


def _shown_document(found: queries.ShownParameter) -> dict[str, object]:
    return {
        "id": found.id,
        "pack": found.pack,
        "title": _title(found.title),
        "unit": found.unit,
        "note": found.note,
        "values": [
            {
                "region": value.region,
                "place": _title(value.place),
                "since": value.since.isoformat(),
                "until": value.until.isoformat() if value.until else None,
                "value": value.text or None,
                "unknown": _title(value.unknown),
                "law": _title(value.law),
                "article": value.citation.article if value.citation else None,
                "evidence": value.evidence,
                "status": value.status,
            }
            for value in found.values
        ],
    }


def check(session: Session) -> None:
    """Lint every installed pack; exit 1 if one has a fault."""
    checked = queries.check_packs()
    lines = [
        session.text(
            f"{pack.pack}: {pack.parameters} parameters, {pack.values} values, {pack.variables} variables, "
            f"{pack.deadlines} deadlines, "
            f"{len(pack.problems)} faults",
            f"{pack.pack}：{pack.parameters} 个参数，{pack.values} 个取值，"
            f"{pack.variables} 个变量，{pack.deadlines} 个期限，"
            f"{len(pack.problems)} 个问题",
        )
        for pack in checked
    ]
    problems = [problem.sentence(session.language) for pack in checked for problem in pack.problems]
    documents = [
        {
            "pack": pack.pack,
            "parameters": pack.parameters,
            "values": pack.values,
            "variables": pack.variables,
            "deadlines": pack.deadlines,
            "problems": [
                {"en": problem.sentence("en"), "zh": problem.sentence("zh-hans")} for problem in pack.problems
            ],
        }
        for pack in checked
    ]
    session.answer({"well": not problems, "packs": documents}, *lines, *problems)
    if problems:
        raise typer.Exit(1)
