"""What the ledger refuses.

Refusal
├── NoInstallation       ledger.no_installation
├── AlreadyInstalled     ledger.already_installed
├── AlreadyPosted        ledger.already_posted
├── UnknownPerson        ledger.unknown_person
├── AlreadyRegistered    ledger.already_registered
├── Unbalanced           ledger.unbalanced
├── NotReversible        ledger.not_reversible
├── NotJoined            ledger.not_joined
├── NotSealed            ledger.not_sealed
└── PersonForgotten      ledger.person_forgotten
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import Error as DjangoError
from psycopg import errors

from provident.kernel.refusal import Refusal


class NoInstallation(Refusal):
    """Nothing can be posted before the agency is named."""

    code = "ledger.no_installation"
    en = "This ledger does not know yet which agency it serves."
    zh = "本账本尚未登记其所服务的经办机构。"
    remedy_en = "Register the installation first: agency, currency, time zone and home region."
    remedy_zh = "请先登记安装信息：经办机构、货币、时区和所在地区。"


class AlreadyInstalled(Refusal):
    """A second agency in one ledger."""

    code = "ledger.already_installed"
    en = "This ledger serves an agency already."
    zh = "本账本已登记经办机构。"
    remedy_en = "Give the other agency an installation of its own."
    remedy_zh = "请为另一经办机构单独安装一套系统。"


class AlreadyPosted(Refusal):
    """The same source twice."""

    code = "ledger.already_posted"
    en = "What this source says was posted before."
    zh = "该来源的内容此前已经入账。"
    remedy_en = "Nothing needs doing: the first posting stands. Withdraw it first to post something else."
    remedy_zh = "无需处理：首次入账有效。如需改报，请先撤回。"


class UnknownPerson(Refusal):
    """An entry for a key nobody has."""

    code = "ledger.unknown_person"
    en = "The ledger knows no such person."
    zh = "账本中没有此人。"
    remedy_en = "Register the person first."
    remedy_zh = "请先登记该人员。"


class AlreadyRegistered(Refusal):
    """A key that is taken."""

    code = "ledger.already_registered"
    en = "A person with this key is registered already."
    zh = "该人员标识已登记。"
    remedy_en = "Draw a new key; keys are never used again."
    remedy_zh = "请重新生成标识；标识不得重复使用。"


class Unbalanced(Refusal):
    """An entry that breaks a rule of the ledger itself."""

    code = "ledger.unbalanced"
    en = "An entry breaks the rule {rule}: its amounts do not add up for its kind, or a code is unknown."
    zh = "有分录违反账本规则 {rule}：金额与分录类型不平衡，或含有未知代码。"
    remedy_en = "Correct the entry: in contributions, account plus fund is employee plus employer."
    remedy_zh = "请更正分录；缴费类分录中个人账户与统筹基金之和应等于个人与单位缴费之和。"


class NotReversible(Refusal):
    """A reversal of what does not stand."""

    code = "ledger.not_reversible"
    en = "What is to be reversed does not stand: it was reversed before, is itself a reversal, or differs."
    zh = "拟冲销的内容不成立：已被冲销、本身即为冲销，或与原分录不符。"
    remedy_en = "Look at the entry as it stands now; to bring back something reversed, post it anew."
    remedy_zh = "请核对该分录的现状；如需恢复已冲销的内容，请重新入账。"


class NotJoined(Refusal):
    """A merge or split that the keys do not allow."""

    code = "ledger.not_joined"
    en = "These two keys cannot be joined or parted: one of them is joined to another key already, or is not."
    zh = "这两个标识无法合并或拆分：其中之一已并入其他标识，或尚未合并。"
    remedy_en = "Join to the key that stands alone; part only what is joined."
    remedy_zh = "请并入未被合并的标识；只能拆分已合并的标识。"


class NotSealed(Refusal):
    """What was posted has waited for its seal for too long."""

    code = "ledger.not_sealed"
    en = "Posting has stopped: what was posted before has waited too long for its seal."
    zh = "已停止入账：此前入账的内容等待封存的时间过长。"
    remedy_en = (
        "Run provident checkpoint; it seals what waits or says why it cannot. See too that provident up "
        "runs its "
        "jobs. PROVIDENT_SEAL_STOP_HOURS says how long is too long."
    )
    remedy_zh = (
        "请运行 provident checkpoint，它会封存等待的内容或说明原因；并请确认 provident up 的任务正在运行。"
        "时限由 PROVIDENT_SEAL_STOP_HOURS 设定。"
    )


class PersonForgotten(Refusal):
    """Something to be recorded about a person who was forgotten by decision."""

    code = "ledger.person_forgotten"
    en = "One of these persons was forgotten by decision: nothing of theirs is recorded or withdrawn."
    zh = "其中有人已依决定被删除个人信息：不能再为其记录、更正或冲销任何内容。"
    remedy_en = "Leave this person out; somebody who is insured anew is registered anew."
    remedy_zh = "请剔除该人员；重新参保的，请重新登记。"


_BY_STATE = {
    "PVL01": AlreadyPosted,
    "PVL02": NoInstallation,
    "PVL03": NotReversible,
    "PVL04": NotJoined,
    "PVL05": UnknownPerson,
    "PVL06": NotSealed,
    "PVL07": PersonForgotten,
}


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what the ledger's SQL refuses into the refusal it means."""
    try:
        yield
    except (psycopg.Error, DjangoError) as error:
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        refusal = _refusal_of(cause)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_of(error: BaseException | None) -> Refusal | None:
    if isinstance(error, errors.CheckViolation) and (error.diag.table_name or "").startswith("ledger_entry"):
        return Unbalanced(rule=error.diag.constraint_name)
    if isinstance(error, errors.UniqueViolation):
        table = error.diag.table_name
        taken = {"ledger_installation": AlreadyInstalled, "ledger_person": AlreadyRegistered}
        kind = taken.get(table or "") or (AlreadyPosted if table == "ledger_event" else None)
    else:
        kind = _BY_STATE.get((error.sqlstate or "") if isinstance(error, psycopg.Error) else "")
    return kind() if kind else None
