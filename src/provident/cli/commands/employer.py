"""`provident employer`: an employer must be registered before its files are taken."""

import datetime as dt
from typing import Annotated

import typer

from provident.cli.installation import installation
from provident.cli.language import told
from provident.cli.session import Session, command

_CODE = typer.Argument(metavar="CODE", help=told("Unified social credit code.", "统一社会信用代码。"))
_NAME = typer.Option(metavar="NAME", help=told("Registered name.", "登记名称。"))
_REGION = typer.Option(help=told("Region code; default the agency's.", "地区代码；默认为经办机构所在地区。"))
_SINCE = typer.Option(
    formats=["%Y-%m-%d"], help=told("Since when it has this name.", "使用该名称的起始日期。")
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=told("The register of employers.", "用人单位登记。"))
    command(group, "add", help=told("Register an employer.", "登记用人单位。"))(add)
    app.add_typer(group, name="employer")


def add(
    session: Session,
    code: Annotated[str, _CODE],
    name: Annotated[str, _NAME],
    *,
    region: Annotated[int, _REGION] = 0,
    since: Annotated[dt.datetime | None, _SINCE] = None,
) -> None:
    """Register an employer under its code; one that is registered is refused."""
    with installation(session):
        from provident.identity.actions import register_employer
        from provident.ledger import queries

        place = region or queries.installation().home_region
        register_employer(
            code=code,
            name=name,
            region=place,
            since=since.date() if since else None,
            at=dt.datetime.now(dt.UTC),
        )
    session.answer(
        {"code": code, "name": name, "region": place},
        session.text(f"{name} is registered under {code}.", f"{name} 已登记，代码 {code}。"),
    )
