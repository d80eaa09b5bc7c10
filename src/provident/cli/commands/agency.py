"""`provident agency`: which agency this installation serves."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from provident.cli.installation import installation
from provident.cli.language import told
from provident.cli.session import Session, command
from provident.law import book

_NAME_EN = typer.Option(metavar="NAME", help=told("Name in English.", "英文名称。"))
_NAME_ZH = typer.Option(metavar="NAME", help=told("Name in Chinese.", "中文名称。"))
_REGION = typer.Option(help=told("Six-digit code of the home region.", "所在地区六位代码。"))
_CURRENCY = typer.Option(help=told("ISO 4217 code of the legal currency.", "法定货币的 ISO 4217 代码。"))
_ZONE = typer.Option(help=told("Legal time zone.", "法定时区。"))


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Show, or say once, which agency this installation serves.",
        "显示或（仅一次）登记本系统所服务的经办机构。",
    )
    command(app, "agency", help=about)(agency)


def agency(
    session: Session,
    *,
    name_en: Annotated[str, _NAME_EN] = "",
    name_zh: Annotated[str, _NAME_ZH] = "",
    region: Annotated[int, _REGION] = 0,
    currency: Annotated[str, _CURRENCY] = "CNY",
    zone: Annotated[str, _ZONE] = "Asia/Shanghai",
) -> None:
    """Register the agency if names and region are given; then show it."""
    given = bool(name_en or name_zh or region)
    if given and not (name_en and name_zh and region):
        raise typer.BadParameter(
            told("give all three", "三项必须同时提供"), param_hint="--name-en --name-zh --region"
        )
    if given:
        _require_known(region, zone, currency)
    with installation(session, demonstration=False):
        from provident.ledger import queries
        from provident.ledger.actions import register_installation

        if given:
            register_installation(
                agency_en=name_en,
                agency_zh=name_zh,
                currency=currency,
                zone=ZoneInfo(zone),
                home_region=region,
            )
        found = queries.installation()
    name = session.text(found.agency_en, found.agency_zh)
    session.answer(
        {
            "id": str(found.id),
            "agency": {"en": found.agency_en, "zh": found.agency_zh},
            "currency": found.currency,
            "zone": found.zone.key,
            "region": found.home_region,
        },
        f"{name} · {found.home_region} · {found.currency} · {found.zone.key}",
    )


def _require_known(region: int, zone: str, currency: str) -> None:
    if book().known_region(region) is None:
        raise typer.BadParameter(str(region), param_hint="--region")
    if len(currency) != 3 or not (currency.isascii() and currency.isupper()):
        raise typer.BadParameter(currency, param_hint="--currency")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(zone, param_hint="--zone") from error
