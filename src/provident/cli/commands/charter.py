"""`provident charter`: what this system never does, and a walk that checks it."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import django
import psycopg
import typer
from django.apps import apps
from rich.text import Text

import provident
from provident.charter import ARTICLES, Breach, Export, Findings, catalogues_of, walk
from provident.cli.installation import installation, own_server
from provident.cli.language import told
from provident.cli.session import Session, command
from provident.filings.columns import COLUMNS

_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Show the charter; check code, catalogues and, where there is one, the database.",
        "显示章程；检查代码、目录以及（如有）数据库。",
    )
    command(app, "charter", help=about)(charter)


def charter(session: Session) -> None:
    """Show every article, what was checked and what was not; exit 1 on a breach."""
    columns = _columns(session)
    django.setup()
    sources = Path(provident.__file__).parent
    from provident.api.urls import description

    found = walk(
        models=apps.get_models(),
        api=description(),
        exports=_exports(),
        catalogues=catalogues_of(sources),
        columns=columns,
        sources=sources,
    )
    session.answer(_document(found), *_shown(session, found))
    if not found.kept:
        raise typer.Exit(1)


def _columns(session: Session) -> list[tuple[str, str]] | None:
    """Return the database's own list of columns; None where there is no database yet."""
    if not own_server() and not session.state.database.exists():
        # The tables as the code declares them need settings, and no more than settings.
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "provident.config.settings")
        return None
    with (
        installation(session, demonstration=False) as found,
        closing(psycopg.connect(found.owner_url, autocommit=True)) as owner,
    ):
        return [(str(table), str(column)) for table, column in owner.execute(_COLUMNS)]


def _exports() -> list[Export]:
    """Return the files the system takes in and hands out again, by their columns."""
    return [Export("payroll file", [name for one in COLUMNS for name in (one.name, one.zh)])]


def _shown(session: Session, found: Findings) -> Iterator[Text]:
    for article in ARTICLES:
        yield Text(f"· {article.in_language(session.language)}")
    for checked in found.checked:
        line = session.text(
            f"checked: {checked.en}, {checked.count}", f"已检查：{checked.zh}，{checked.count} 项"
        )
        yield Text(line, style="green")
    for left_out in found.not_checked:
        yield Text(session.text(f"not checked: {left_out.en}", f"未检查：{left_out.zh}"), style="yellow")
    for breach in found.breaches:
        yield Text(session.text("breach: ", "违反：") + breach.sentence(session.language), style="bold red")
    kept = session.text("The charter is kept in what was checked.", "已检查的部分均符合章程。")
    broken = session.text(
        f"The charter is broken in {len(found.breaches)} places.", f"有 {len(found.breaches)} 处违反章程。"
    )
    yield Text(kept if found.kept else broken, style="bold")


def _document(found: Findings) -> dict[str, object]:
    return {
        "kept": found.kept,
        "articles": [{"id": one.id, "en": one.en, "zh": one.zh} for one in ARTICLES],
        "breaches": [_breach(one) for one in found.breaches],
        "checked": [{"en": one.en, "zh": one.zh, "count": one.count} for one in found.checked],
        "not_checked": [{"en": one.en, "zh": one.zh} for one in found.not_checked],
        "excused": [{"where": one.where, "what": one.what, "reason": one.reason} for one in found.excused],
    }


def _breach(breach: Breach) -> dict[str, object]:
    return {
        "article": breach.article,
        "where": breach.where,
        "what": breach.what,
        "message": {"en": breach.sentence("en"), "zh": breach.sentence("zh-hans")},
    }
