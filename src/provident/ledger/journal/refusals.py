"""What the journal refuses, and the ways out of recovery mode.

Refusal
├── JournalDamaged      ledger.journal.damaged
├── JournalOfAnother    ledger.journal.of_another
├── JournalTooShort     ledger.journal.too_short
├── PostedAgain         ledger.journal.posted_again
├── ReplayDiffers       ledger.journal.replay_differs
├── NothingToRecover    ledger.journal.nothing_to_recover
├── ReplayUnfit         ledger.journal.replay_unfit
├── ReasonMissing       ledger.journal.reason_missing
├── ExportTaken         ledger.journal.export_taken
├── KeyNotLost          ledger.journal.key_not_lost
├── CheckpointUnfit     ledger.journal.checkpoint_unfit
└── NextSignerMissing   ledger.journal.next_signer_missing
"""

from provident.kernel.refusal import Refusal


class JournalDamaged(Refusal):
    """A file of the journal is not what was written."""

    code = "ledger.journal.damaged"
    en = "The journal {path} is damaged: {what}."
    zh = "流水 {path} 已损坏：{what}。"
    remedy_en = "Take another copy of the journal."
    remedy_zh = "请改用流水的另一份副本。"


class JournalOfAnother(Refusal):
    """The journal belongs to another installation, or is none."""

    code = "ledger.journal.of_another"
    en = "{path} is not the journal of this installation."
    zh = "{path} 不是本系统的流水。"
    remedy_en = "Name the directory that provident export of this installation wrote."
    remedy_zh = "请指定本系统 provident export 所写的目录。"


class JournalTooShort(Refusal):
    """The journal does not hold all that is lost."""

    code = "ledger.journal.too_short"
    en = (
        "The journal {path} holds the log to {end} leaves; it was signed to {guarded}, "
        "and this database has {found}."
    )
    zh = "流水 {path} 仅含日志至 {end} 个叶子；已签名至 {guarded} 个，而本数据库有 {found} 个。"
    remedy_en = (
        "Take a later export. If there is none, say in public what is lost with provident recover "
        "--statement REASON. Nothing was changed."
    )
    remedy_zh = (
        "请使用较晚的导出。如果没有，请用 provident recover --statement 说明理由，"
        "公开声明丢失的部分。未作任何更改。"
    )


class PostedAgain(Refusal):
    """What the journal brings back was posted once more after the database was restored."""

    code = "ledger.journal.posted_again"
    en = "What is to be replayed was posted again after the database was restored: {what}."
    zh = "待重放的内容在数据库恢复后又被重新入账：{what}。"
    remedy_en = (
        "Restore the database once more and replay before anything else is filed; or use provident recover "
        "--statement REASON. Nothing was changed."
    )
    remedy_zh = (
        "请再次恢复数据库，并在任何新的申报之前重放；"
        "或使用 provident recover --statement 说明理由。未作任何更改。"
    )


class ReplayDiffers(Refusal):
    """The replayed range is not what was signed."""

    code = "ledger.journal.replay_differs"
    en = "What the journal brings back is not what was signed: {what}."
    zh = "流水所恢复的内容与已签名的不符：{what}。"
    remedy_en = (
        "Take another copy of the journal, or use provident recover --statement REASON. Nothing was changed."
    )
    remedy_zh = "请改用流水的另一份副本，或使用 provident recover --statement 说明理由。未作任何更改。"


class NothingToRecover(Refusal):
    """The log can be sealed."""

    code = "ledger.journal.nothing_to_recover"
    en = "The log {log} is not in recovery mode: the database is the one the guard has seen."
    zh = "日志 {log} 不处于恢复模式：数据库与守护记录一致。"
    remedy_en = "Nothing needs doing."
    remedy_zh = "无需处理。"


class ReplayUnfit(Refusal):
    """A journal cannot repair this."""

    code = "ledger.journal.replay_unfit"
    en = (
        "The log {log} cannot be filled up from a journal: what is here is not the beginning of what was "
        "signed."
    )
    zh = "日志 {log} 无法由流水补全：现有内容不是已签名内容的开头部分。"
    remedy_en = (
        "Restore a database that is its beginning and replay then; provident recover shows how things stand."
    )
    remedy_zh = "请先恢复一个属于其开头部分的数据库再重放；运行 provident recover 可查看现状。"


class ReasonMissing(Refusal):
    """Somebody has to say why."""

    code = "ledger.journal.reason_missing"
    en = "A reason is needed, as one line of at most {most} characters; it will be public."
    zh = "需要说明理由，限一行、最多 {most} 个字符；该理由将予公开。"
    remedy_en = "Say in plain words what happened, without anybody's name."
    remedy_zh = "请用平实的语言说明发生了什么，不要写入任何人的姓名。"


class NextSignerMissing(Refusal):
    """A command signs, and nobody said which one will."""

    code = "ledger.journal.next_signer_missing"
    en = "The log {log} is signed by a command, and there is no other one to take over."
    zh = "日志 {log} 由命令签名，且没有可接替的另一命令。"
    remedy_en = "Set PROVIDENT_LOG_NEXT_SIGNER to the command of the new key, then rotate again."
    remedy_zh = "请将 PROVIDENT_LOG_NEXT_SIGNER 设为新密钥的命令，然后再次更换。"


class ExportTaken(Refusal):
    """The directory holds something else."""

    code = "ledger.journal.export_taken"
    en = "{path} is not empty and is no earlier export of this installation."
    zh = "{path} 不为空，且不是本系统此前的导出。"
    remedy_en = "Name a new directory, or the one an earlier export was written to."
    remedy_zh = "请指定新目录，或此前导出所用的目录。"


class KeyNotLost(Refusal):
    """The key that signed last is at hand."""

    code = "ledger.journal.key_not_lost"
    en = "The key of the log {log} is not lost: it signed the last checkpoint."
    zh = "日志 {log} 的密钥并未丢失：最近的检查点即由其签名。"
    remedy_en = (
        "Change it with provident key rotate, so that whoever trusts the old key can follow to the new one."
    )
    remedy_zh = "请用 provident key rotate 更换，使信任旧密钥者可循此信任新密钥。"


class CheckpointUnfit(Refusal):
    """The file is no checkpoint this log has signed."""

    code = "ledger.journal.checkpoint_unfit"
    en = "The file is no checkpoint that the log {log} signed in its present epoch."
    zh = "该文件不是日志 {log} 在当前纪元内签名的检查点。"
    remedy_en = "Ask the witness, or whoever holds a receipt, for the signed checkpoint. Nothing was changed."
    remedy_zh = "请向见证方或持有回执者索取签名检查点原文。未作任何更改。"
