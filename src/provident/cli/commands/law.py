"""`provident law`: the packs' values with article and evidence. Needs no database."""

import datetime as dt
from typing import Annotated

import typer
from rich.table import Table

from provident.cli.language import told
from provident.cli.session import Session, command
from provident.law import book, queries
from provident.law.records import Title

_ID = typer.Argument(
    metavar="ID",
    help=told("Parameter, e.g. cn.pension.employee_rate.", "参数标识，例如 cn.pension.employee_rate。"),
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
    command(group, "list", help=told("List every parameter.", "列出全部参数。"))(list_)
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
    """List every parameter with how many values it has and how they are evidenced."""
    listed = queries.list_parameters(book())
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
    session.answer({"pack": book().pack_version, "parameters": documents}, table)


def show(
    session: Session,
    parameter: Annotated[str, _ID],
    on: Annotated[dt.datetime | None, _ON] = None,
    region: Annotated[int | None, _REGION] = None,
) -> None:
    """Show a parameter's values; refused if none covers the day asked for."""
    where = queries.find_parameter((book(),), parameter)
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
            f"{pack.pack}: {pack.parameters} parameters, {pack.values} values, {pack.deadlines} deadlines, "
            f"{len(pack.problems)} faults",
            f"{pack.pack}：{pack.parameters} 个参数，{pack.values} 个取值，{pack.deadlines} 个期限，"
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
