"""`provident user`: the first administrator, and who may act."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from provident.cli.installation import acting, installation
from provident.cli.language import told
from provident.cli.session import Session, command

if TYPE_CHECKING:
    from provident.access.records import AccountCard, RoleHeld

_CODE_HOURS = 24
_SIGN_IN = typer.Argument(metavar="SIGN_IN", help=told("Name to sign in with.", "登录名。"))
_NAME = typer.Option(
    help=told("Name shown for the account; default the sign-in name.", "账户显示名称；默认与登录名相同。")
)
_ROLE = typer.Argument(metavar="ROLE", help=told("Role, e.g. agency_clerk.", "角色，例如 agency_clerk。"))
_UNTIL = typer.Option(
    formats=["%Y-%m-%d"], help=told("First day (UTC) on which it no longer holds.", "失效首日（UTC）。")
)
_REASON = typer.Option(
    metavar="TEXT",
    help=told("Why, e.g. telephone lost; no name in it.", "原因，例如手机遗失；不得含姓名。"),
)
_CONFIRM = typer.Option(
    metavar="ID",
    help=told(
        "Confirm this proposal, as another account than the one that proposed (--as).",
        "确认该提议；须由提议人以外的账户进行（--as）。",
    ),
)
_WHOSE = typer.Argument(
    metavar="[SIGN_IN]",
    help=told("Name the account signs in with; none with --confirm.", "登录名；与 --confirm 同用时不填。"),
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        no_args_is_help=True,
        help=told("The first administrator, and who may act.", "首位管理员及可操作的账户。"),
    )
    about = told(
        "Make the first administrator; prints a one-time code.", "创建首位管理员，并输出一次性登记码。"
    )
    command(group, "first", help=about)(first)
    about = told("List the accounts of offices, employers and systems.", "列出机构、用人单位和系统账户。")
    command(group, "list", help=about)(list_)
    command(group, "grant", help=told("Give an account a role.", "授予账户角色。"))(grant)
    about = told(
        "Take a lost second factor away: propose it, then another account confirms.",
        "取消遗失的第二重验证：先提议，再由另一账户确认。",
    )
    command(group, "reset", help=about)(reset)
    app.add_typer(group, name="user")


def first(session: Session, sign_in: Annotated[str, _SIGN_IN], name: Annotated[str, _NAME] = "") -> None:
    """Make the first administrator, or a new code as long as nobody has used one."""
    with installation(session):
        from provident.access.actions import first_administrator
        from provident.access.records import Label

        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=_CODE_HOURS)
        label = Label(name or sign_in, name or sign_in)
        made = first_administrator(by=acting(session), sign_in=sign_in, label=label, expires_at=until)
    expires = made.expires_at.isoformat(timespec="minutes")
    session.answer(
        {"account": made.account, "sign_in": sign_in, "code": made.code, "expires_at": expires},
        session.text(
            f"One-time code for {sign_in}, valid until {expires}, shown once:",
            f"{sign_in} 的一次性登记码，有效期至 {expires}，仅显示一次：",
        ),
        made.code,
    )


def list_(session: Session) -> None:
    """List accounts with the roles they hold now."""
    with installation(session):
        from provident.access import queries

        found = [(card, queries.roles_held(card.account)) for card in queries.offices_accounts()]
    headings = (
        ("Account", "账户"),
        ("Signs in as", "登录名"),
        ("Kind", "类型"),
        ("Name", "名称"),
        ("Roles", "角色"),
    )
    table = Table(*(session.text(*pair) for pair in headings))
    for card, roles in found:
        name = session.text(card.label.en, card.label.zh)
        table.add_row(
            str(card.account), card.sign_in, card.kind, name, ", ".join(held.role for held in roles)
        )
    session.answer({"accounts": [_document(card, roles) for card, roles in found]}, table)


def _document(card: "AccountCard", roles: "tuple[RoleHeld, ...]") -> dict[str, object]:
    return {
        "account": card.account,
        "sign_in": card.sign_in,
        "kind": card.kind,
        "name": {"en": card.label.en, "zh": card.label.zh},
        "office": {"en": card.office.en, "zh": card.office.zh},
        "roles": [
            {
                "role": held.role,
                "since": held.since.isoformat(),
                "until": held.until.isoformat() if held.until else None,
            }
            for held in roles
        ],
    }


def grant(
    session: Session,
    sign_in: Annotated[str, _SIGN_IN],
    role: Annotated[str, _ROLE],
    until: Annotated[dt.datetime | None, _UNTIL] = None,
) -> None:
    """Give an account a role from now on."""
    with installation(session):
        from provident.access import actions, queries
        from provident.access.records import Role

        if role not in set(Role):
            raise typer.BadParameter(", ".join(Role), param_hint="ROLE")
        card = queries.account_of(sign_in)
        ends = until.replace(tzinfo=dt.UTC) if until else None
        given = actions.grant_role(
            by=acting(session),
            account=card.account,
            role=Role(role),
            since=dt.datetime.now(dt.UTC),
            until=ends,
        )
    session.answer(
        {
            "role_grant": given,
            "account": card.account,
            "role": role,
            "until": ends.isoformat() if ends else None,
        },
        session.text(f"{sign_in} is {role} from now on.", f"{sign_in} 现已具有角色 {role}。"),
    )


def reset(
    session: Session,
    sign_in: Annotated[str, _WHOSE] = "",
    reason: Annotated[str, _REASON] = "",
    confirm: Annotated[int | None, _CONFIRM] = None,
) -> None:
    """Propose, or confirm what was proposed; password and sessions go with the second factor."""
    if (confirm is None) != bool(sign_in and reason.strip()):
        wanted = session.text(
            "SIGN_IN with --reason, or --confirm ID", "SIGN_IN 与 --reason 同用，或使用 --confirm ID"
        )
        raise typer.BadParameter(wanted)
    if confirm is None:
        _propose_reset(session, sign_in, reason)
    else:
        _confirm_reset(session, confirm)


def _propose_reset(session: Session, sign_in: str, reason: str) -> None:
    with installation(session):
        from provident.access import queries
        from provident.access.recovery import propose_reset

        account = queries.account_of(sign_in).account
        made = propose_reset(by=acting(session), account=account, reason=reason.strip())
    session.answer(
        {"proposal": made, "sign_in": sign_in, "confirmed": False},
        session.text(
            f"Proposal {made}. Nothing has changed yet: another account confirms it within seven days with\n"
            f"provident user reset --confirm {made} --as OTHER",
            f"提议 {made}。尚未作任何更改：请由另一账户在七天内确认：\n"
            f"provident user reset --confirm {made} --as OTHER",
        ),
    )


def _confirm_reset(session: Session, proposal: int) -> None:
    with installation(session):
        from provident.access import queries
        from provident.access.recovery import confirm_reset

        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=_CODE_HOURS)
        made = confirm_reset(by=acting(session), proposal=proposal, expires_at=until)
        sign_in = queries.account(made.account).sign_in
    expires = made.expires_at.isoformat(timespec="minutes")
    session.answer(
        {
            "proposal": proposal,
            "sign_in": sign_in,
            "confirmed": True,
            "code": made.code,
            "expires_at": expires,
        },
        session.text(
            f"Second factors, password and sessions of {sign_in} are gone. One-time code to start anew,\n"
            f"valid until {expires}, shown once:",
            f"{sign_in} 的第二重验证、密码和会话均已取消。重新启用的一次性登记码，\n"
            f"有效期至 {expires}，仅显示一次：",
        ),
        made.code,
    )
