"""What the doctor finds about the named logs; nothing is written and no key is made."""

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from provident.host.doctor import Finding, Level
from provident.kernel.refusal import Refusal
from provident.ledger import queries
from provident.ledger.refusals import NoInstallation
from provident.ledger.seal import guard as guards
from provident.ledger.seal.keys import signer
from provident.ledger.seal.logs import heads, schedule
from provident.ledger.seal.logs.named import NamedLog, Places, origin_of, places


def examine_logs(logs: Iterable[NamedLog]) -> Iterator[Finding]:
    """Yield what is found about waiting entries, guards and keys."""
    try:
        installation = queries.installation().id
    except NoInstallation:
        return
    at = places(installation)
    for log in logs:
        yield _waiting(log)
        head = heads.last(log.name)
        origin = origin_of(installation, log.name, head.epoch if head else 1)
        try:
            guards.require_last(guards.Guard(at.guard, log.name), head, origin)
            if at.key(log.name).exists() or heads.last_signed(log.name) is not None:
                signer(origin, at.key(log.name), signed_before=True)
        except Refusal as refusal:
            yield _refused(log, refusal)
    yield from _apart(at)


def _waiting(log: NamedLog) -> Finding:
    since = log.source().waiting_since()
    waited = dt.datetime.now(dt.UTC) - since if since else dt.timedelta(0)
    minutes = int(waited.total_seconds() // 60)
    if waited <= schedule.alarm():
        en, zh = f"The log {log.name} is sealed in time.", f"日志 {log.name} 封存及时。"
        return Finding("seal", Level.WELL, en, zh)
    return Finding(
        "seal",
        Level.WRONG,
        f"The log {log.name} holds what has waited for its seal for {minutes} minutes.",
        f"日志 {log.name} 中有内容等待封存已达 {minutes} 分钟。",
        "Run provident checkpoint, and see that provident up runs its jobs, before posting stops.",
        "请运行 provident checkpoint，并确认 provident up 的任务正在运行，以免停止入账。",
    )


def _refused(log: NamedLog, refusal: Refusal) -> Finding:
    said, done = refusal.sentence, refusal.remedy
    check = f"log {log.name}"
    return Finding(check, Level.WRONG, said("en"), said("zh-hans"), done("en"), done("zh-hans"))


def _apart(at: Places) -> Iterator[Finding]:
    """Yield whether guard and keys would survive, or be carried off, together with the data."""
    data = at.logs.parent
    for place, setting in ((at.guard, guards.SETTING), (at.keys, "PROVIDENT_LOG_KEYS")):
        if place.resolve().is_relative_to(data.resolve()):
            yield Finding(
                "guard",
                Level.WRONG,
                f"{place} lies in the data directory: whoever restores a copy of that takes it back too.",
                f"{place} 位于数据目录之内：恢复数据目录副本时会一并回退。",
                f"Name a directory outside it with {setting}.",
                f"请用 {setting} 指定数据目录之外的位置。",
            )
    if _device(at.guard) == _device(data):
        yield Finding(
            "guard",
            Level.ODD,
            f"The guard {at.guard} is on the same disk as the data: an image of the disk takes both back.",
            f"守护记录 {at.guard} 与数据在同一磁盘：恢复磁盘映像会使两者一并回退。",
            f"Keep it on another disk or machine, and out of the same backup ({guards.SETTING}).",
            f"请将其放在其他磁盘或主机上，且不纳入同一备份（{guards.SETTING}）。",
        )
    else:
        yield Finding("guard", Level.WELL, f"The guard is in {at.guard}.", f"守护记录位于 {at.guard}。")
    if _device(at.keys) == _device(data):
        yield Finding(
            "keys",
            Level.ODD,
            f"The signing keys {at.keys} are on the same disk as the data: who copies the disk can sign.",
            f"签名密钥 {at.keys} 与数据在同一磁盘：复制磁盘者即可签名。",
            "Keep them on another disk (PROVIDENT_LOG_KEYS), or let a command sign (PROVIDENT_LOG_SIGNER).",
            "请将其放在其他磁盘（PROVIDENT_LOG_KEYS），或改由命令签名（PROVIDENT_LOG_SIGNER）。",
        )


def _device(path: Path) -> int:
    return next(one for one in (path, *path.parents) if one.exists()).stat().st_dev
