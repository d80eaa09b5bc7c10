"""`provident forget`: by decision; one account proposes it, another confirms."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from provident.cli.commands.record import opened_person
from provident.cli.installation import acting, installation
from provident.cli.language import told
from provident.cli.session import Session, command

if TYPE_CHECKING:
    from provident.identity.forgetting import Forgetting

_PERSON = typer.Argument(
    metavar="[PERSON]",
    help=told(
        "Official number or record reference of whom to forget; none with --confirm.",
        "要删除的人员的证件号码或记录编号；与 --confirm 同用时不填。",
    ),
)
_DECISION = typer.Option(
    metavar="REF",
    help=told(
        "Reference of the decision that orders it; no name, no number in it.",
        "作出该决定的文号；不得含姓名或证件号码。",
    ),
)
_ARTICLE = typer.Option(metavar="ARTICLE", help=told("Article the decision rests on.", "该决定依据的条款。"))
_CONFIRM = typer.Option(
    metavar="ID",
    help=told(
        "Confirm this proposal, as another account than the one that proposed (--as).",
        "确认该提议；须由提议人以外的账户进行（--as）。",
    ),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Forget a person by decision: propose it, then another account confirms. It cannot be undone.",
        "依决定删除个人信息：先提议，再由另一账户确认。不可撤销。",
    )
    command(app, "forget", help=about)(forget)


def forget(
    session: Session,
    person: Annotated[str, _PERSON] = "",
    decision: Annotated[str, _DECISION] = "",
    article: Annotated[str, _ARTICLE] = "",
    confirm: Annotated[int | None, _CONFIRM] = None,
) -> None:
    """Propose, or confirm what was proposed."""
    if (confirm is None) != bool(person):
        wanted = session.text("PERSON or --confirm ID, one of them", "PERSON 与 --confirm ID 二者择一")
        raise typer.BadParameter(wanted)
    if confirm is None:
        _propose(session, person, decision, article)
    else:
        _confirm(session, confirm)


def _propose(session: Session, person: str, decision: str, article: str) -> None:
    with installation(session):
        from provident.identity import forgetting

        asking = replace(session, purpose=forgetting.PURPOSE)
        with opened_person(asking, person, forgetting.FIELDS) as opened:
            made = forgetting.propose(opened, decision=decision, article=article, at=dt.datetime.now(dt.UTC))
    session.answer(
        {"proposal": made, "decision": decision, "article": article, "confirmed": False},
        session.text(
            f"Proposal {made}. Nothing is erased yet: another account confirms it with\n"
            f"provident forget --confirm {made} --as OTHER",
            f"提议 {made}。尚未删除任何内容：请由另一账户确认：\n"
            f"provident forget --confirm {made} --as OTHER",
        ),
    )


def _confirm(session: Session, proposal: int) -> None:
    with installation(session):
        from provident.identity import forgetting

        done = forgetting.confirm(
            proposal=proposal, by=acting(session), at=dt.datetime.now(dt.UTC), system="cli"
        )
    session.answer(_document(done), *_shown(session, done))


_NOT_REACHED = {
    "originals": (
        "originals and reports of filings, which have retentions of their own",
        "申报原件及申报核验报告，另有保存期限",
    ),
    "exports": ("journals exported before", "此前导出的流水"),
    "reasons": ("reasons typed into the log of looks", "查询记录中填写的理由"),
}


def _document(done: "Forgetting") -> dict[str, object]:
    return {
        "proposal": done.proposal,
        "confirmed": True,
        "event": done.event,
        "unlinked": {"entries": done.entries, "events": done.events, "looks": done.looks},
        "positions": {"ledger": done.positions, "looks": done.look_positions},
        "backups": {
            "last": done.last_backup.isoformat() if done.last_backup else None,
            "lapse": done.backups_lapse.isoformat() if done.backups_lapse else None,
        },
        "not_reached": list(_NOT_REACHED),
    }


def _shown(session: Session, done: "Forgetting") -> list[str]:
    not_reached = session.text(
        "; ".join(en for en, _ in _NOT_REACHED.values()), "；".join(zh for _, zh in _NOT_REACHED.values())
    )
    return [
        session.text(
            f"Forgotten. Unlinked: {done.entries} entries, {done.events} events, {done.looks} looks. "
            "Name, numbers and archive are erased; the sums are as before.",
            f"已删除。已脱钩：{done.entries} 条账目、{done.events} 条事件、{done.looks} 条查询记录。"
            "姓名、证件号码和档案已删除；汇总金额不变。",
        ),
        _backups(session, done),
        session.text(f"Not reached: {not_reached}.", f"未涉及：{not_reached}。"),
    ]


def _backups(session: Session, done: "Forgetting") -> str:
    if done.last_backup is None:
        return session.text(
            "No backup made with provident backup is known; copies made otherwise may hold the secret.",
            "未发现用 provident backup 所作的备份；以其他方式所作的副本可能仍含密钥。",
        )
    made = f"{done.last_backup:%Y-%m-%d}"
    if done.backups_lapse is None:
        return session.text(
            f"The last backup, of {made}, still holds the secret. When it lapses is not known: "
            "PROVIDENT_BACKUPS_KEPT_DAYS is not set.",
            f"{made} 的最后一次备份仍含密钥，其失效时间未知：未设置 PROVIDENT_BACKUPS_KEPT_DAYS。",
        )
    return session.text(
        f"The last backup that holds the secret, of {made}, lapses on {done.backups_lapse}.",
        f"含有密钥的最后一次备份（{made}）将于 {done.backups_lapse} 失效。",
    )
