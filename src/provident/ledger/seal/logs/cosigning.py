"""What the doctor finds about witnesses; nobody is asked."""

from collections.abc import Iterable, Iterator

from provident.host.doctor import Finding, Level
from provident.kernel.refusal import Refusal
from provident.ledger.seal import witnesses
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.named import NamedLog


def examine_witnesses(logs: Iterable[NamedLog]) -> Iterator[Finding]:
    """Yield whether the last checkpoints have the co-signatures they need."""
    try:
        policy = witnesses.policy()
    except Refusal as refusal:
        said, done = refusal.sentence, refusal.remedy
        yield Finding("witnesses", Level.WRONG, said("en"), said("zh-hans"), done("en"), done("zh-hans"))
        return
    if not policy.witnesses:
        yield Finding(
            "witnesses",
            Level.ODD,
            "No witness is asked: if history were told twice, nobody outside could notice.",
            "未请求任何见证方：若历史出现两种说法，外部无从发现。",
            "Agree with others to run provident witness, and name them in a file (PROVIDENT_WITNESSES).",
            "请约请他人运行 provident witness，并在文件中列明（PROVIDENT_WITNESSES）。",
        )
        return
    for log in logs:
        head = heads.last_signed(log.name)
        if head is not None and head.note is not None:
            yield _cosigned(log.name, policy, policy.cosigners(head.note))


def _cosigned(log: str, policy: witnesses.Policy, by: tuple[str, ...]) -> Finding:
    missing = [one.key.name for one in policy.witnesses if one.key.name not in by]
    counted, absent = f"{len(by)} / {policy.needed}", ", ".join(missing)
    en = f"The last checkpoint of {log} has {len(by)} co-signatures and needs {policy.needed}."
    zh = f"日志 {log} 最近的检查点已有联署 {counted}（已有/需要）。"
    if not missing:
        return Finding("witnesses", Level.WELL, en, zh)
    return Finding(
        "witnesses",
        Level.ODD if len(by) >= policy.needed else Level.WRONG,
        en,
        zh,
        f"Run provident checkpoint to hear why these did not co-sign: {absent}.",
        f"请运行 provident checkpoint 查看以下见证方未联署的原因：{absent}。",
    )
