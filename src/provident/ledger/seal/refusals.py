"""What sealing refuses.

Refusal
├── TileMissing           ledger.seal.tile_missing
├── TreeDamaged           ledger.seal.tree_damaged
├── SigningKeyMissing     ledger.seal.signing_key_missing
├── SigningKeyOpen        ledger.seal.signing_key_open
├── SigningKeyUnusable    ledger.seal.signing_key_unusable
├── SealPlaceUnusable     ledger.seal.place_unusable
├── LogNameUnusable       ledger.seal.log_name_unusable
├── SettingUnusable       ledger.seal.setting_unusable
├── RowsMissing           ledger.seal.rows_missing
├── GuardMoved            ledger.seal.guard_moved
├── GuardUnreadable       ledger.seal.guard_unreadable
├── WitnessPolicyUnusable ledger.seal.witness_policy_unusable
└── RecoveryMode
    ├── DatabaseBehindGuard   ledger.seal.database_behind_guard
    ├── DatabaseForked        ledger.seal.database_forked
    ├── GuardMissing          ledger.seal.guard_missing
    └── GuardOfAnotherLog     ledger.seal.guard_of_another_log
"""

from provident.kernel.refusal import Refusal


class TileMissing(Refusal):
    """A tile that should be there is not, or is too short."""

    code = "ledger.seal.tile_missing"
    en = "The tile {path} is missing or too short."
    zh = "瓦片文件 {path} 缺失或不完整。"
    remedy_en = "Run provident checkpoint: it makes missing tiles anew from the entries and checks them."
    remedy_zh = "请运行 provident checkpoint：缺失的瓦片将由账目重新生成并核对。"


class TreeDamaged(Refusal):
    """The entries no longer give the root that was signed."""

    code = "ledger.seal.tree_damaged"
    en = "The first {size} leaves of the log {log} no longer give the root that was signed."
    zh = "日志 {log} 的前 {size} 个叶子与已签名的根不一致。"
    remedy_en = "Run provident verify --from-scratch: it names every entry that was changed or removed."
    remedy_zh = "请运行 provident verify --from-scratch，它会列出每一条被改动或删除的账目。"


class SigningKeyMissing(Refusal):
    """Checkpoints were signed before, and the key is not where it should be."""

    code = "ledger.seal.signing_key_missing"
    en = "The log {log} was signed before, but its key {path} is not there."
    zh = "日志 {log} 曾经签名，但其密钥 {path} 不存在。"
    remedy_en = (
        "Put the key back, or point PROVIDENT_LOG_KEYS at its directory. If it is lost for good, go on under "
        "a new one with provident key replace."
    )
    remedy_zh = (
        "请放回密钥，或将 PROVIDENT_LOG_KEYS 指向密钥所在目录。如密钥确已丢失，请用 provident key replace "
        "改用新密钥。"
    )


class SigningKeyOpen(Refusal):
    """Others can read the key."""

    code = "ledger.seal.signing_key_open"
    en = "Other users can read the signing key {path}."
    zh = "其他用户可以读取签名密钥 {path}。"
    remedy_en = "Run chmod 600 on it; if somebody may have read it, rotate the key."
    remedy_zh = "请对其运行 chmod 600；如可能已被他人读取，请更换密钥。"


class SigningKeyUnusable(Refusal):
    """The key file or the signing command does not do what it should."""

    code = "ledger.seal.signing_key_unusable"
    en = "{path} does not sign: {reason}."
    zh = "{path} 无法签名：{reason}。"
    remedy_en = "Check the key file, or the command in PROVIDENT_LOG_SIGNER."
    remedy_zh = "请检查密钥文件或 PROVIDENT_LOG_SIGNER 中的命令。"


class SealPlaceUnusable(Refusal):
    """The directory of the guard, the keys or the tiles cannot be used."""

    code = "ledger.seal.place_unusable"
    en = "The directory {path} cannot be used: {reason}."
    zh = "无法使用目录 {path}：{reason}。"
    remedy_en = "Make it yours to write, or name another with {setting}."
    remedy_zh = "请取得其写权限，或用 {setting} 指定其他目录。"


class LogNameUnusable(Refusal):
    """A log's name that cannot stand in a signed note."""

    code = "ledger.seal.log_name_unusable"
    en = "PROVIDENT_LOG_NAME={name} cannot name a log: a name has no spaces and no plus sign."
    zh = "PROVIDENT_LOG_NAME={name} 不能作为日志名称：名称不得含空格或加号。"
    remedy_en = "Take the address under which the log is published, such as log.agency.example."
    remedy_zh = "请使用日志的发布地址，例如 log.agency.example。"


class SettingUnusable(Refusal):
    """A time of the sealing schedule that is no number."""

    code = "ledger.seal.setting_unusable"
    en = "{setting}={given} is no whole number from 1 to 100000."
    zh = "{setting}={given} 不是 1 至 100000 之间的整数。"
    remedy_en = "Set it to a whole number, or leave it out for the default."
    remedy_zh = "请设为整数，或不设置以使用默认值。"


class RowsMissing(Refusal):
    """Rows were acknowledged and are gone before they were sealed."""

    code = "ledger.seal.rows_missing"
    en = "{what} {id} was posted with {rows} rows, but {found} are there. Nothing is sealed."
    zh = "{what} {id} 入账时有 {rows} 行，现有 {found} 行。未进行封存。"
    remedy_en = "Somebody changed the tables past their guards: go back to a backup that holds these rows."
    remedy_zh = "有人绕过保护改动了数据表：请恢复包含这些行的备份。"


class GuardMoved(Refusal):
    """Somebody else moved the guard while we held it."""

    code = "ledger.seal.guard_moved"
    en = "The guard of the log {log} was moved by somebody else while we were sealing."
    zh = "封存期间，日志 {log} 的守护记录被他人改动。"
    remedy_en = "See that only one installation uses {path}, then seal again."
    remedy_zh = "请确认只有一套系统使用 {path}，然后重新封存。"


class GuardUnreadable(Refusal):
    """The guard's file is not what we wrote."""

    code = "ledger.seal.guard_unreadable"
    en = "The guard {path} cannot be read: {reason}."
    zh = "无法读取守护记录 {path}：{reason}。"
    remedy_en = "Put the right file back. If there is none, move this one away and run provident recover."
    remedy_zh = "请放回正确的文件。如已没有，请将此文件移开，再运行 provident recover 查看办法。"


class WitnessPolicyUnusable(Refusal):
    """What is needed before publishing cannot be guessed."""

    code = "ledger.seal.witness_policy_unusable"
    en = "The witness policy {path} cannot be used: {reason}."
    zh = "无法使用见证策略 {path}：{reason}。"
    remedy_en = "Correct the file PROVIDENT_WITNESSES names; until then no checkpoint is published."
    remedy_zh = "请更正 PROVIDENT_WITNESSES 所指的文件；在此之前不发布检查点。"


class RecoveryMode(Refusal):
    """The database is not the one that was sealed last. Nothing is positioned or signed."""


class DatabaseBehindGuard(RecoveryMode):
    """The guard knows of more than the database holds: an earlier copy was restored."""

    code = "ledger.seal.database_behind_guard"
    en = (
        "Recovery mode: the guard has seen the log {log} sealed to {guarded} leaves at {guarded_at}, this "
        "database "
        "only to {found} at {found_at}. Positions {found} to {last} are lost here. Nothing is signed."
    )
    zh = (
        "恢复模式：守护记录显示日志 {log} 在 {guarded_at} 已封存至 {guarded} 个叶子，而本数据库仅到 {found}"
        " 个"
        "（{found_at}）。位置 {found} 至 {last} 在此缺失。已停止签名。"
    )
    remedy_en = (
        "Bring the lost range back with provident recover --replay DIR (from the exported journal, which "
        "holds the ledger and not the looks), or say in public that it is lost with provident recover --log "
        "{log} --statement REASON, which begins a new epoch."
    )
    remedy_zh = (
        "请用 provident recover --replay DIR 由导出的流水（含账目，不含查询记录）恢复缺失部分；"
        "或用 provident recover --log {log} --statement REASON 公开声明该部分已丢失，并由此开始新的纪元。"
    )


class DatabaseForked(RecoveryMode):
    """The database has another history than the one the guard has seen."""

    code = "ledger.seal.database_forked"
    en = (
        "Recovery mode: the first {guarded} leaves of the log {log} are not those the guard has seen at "
        "{guarded_at}: this database is another branch of history, or was changed. Nothing is signed."
    )
    zh = (
        "恢复模式：日志 {log} 的前 {guarded} 个叶子与守护记录在 {guarded_at} 所见不同：本数据库是另一历史分"
        "支，"
        "或已被改动。已停止签名。"
    )
    remedy_en = (
        "Go back to the database the guard has seen and replay what came after with provident recover "
        "--replay DIR (the ledger only), or say in public what happened with provident recover --log {log} "
        "--statement REASON, which begins a new epoch."
    )
    remedy_zh = (
        "请恢复守护记录所见的数据库，并用 provident recover --replay DIR 重放其后的内容（仅限账目）；或用 "
        "provident recover --log {log} --statement REASON 公开说明情况，并由此开始新的纪元。"
    )


class GuardMissing(RecoveryMode):
    """There are checkpoints and no guard to hold them against."""

    code = "ledger.seal.guard_missing"
    en = (
        "Recovery mode: the log {log} was sealed to {found} leaves, but there is no guard at {path}, so "
        "nobody can "
        "say whether this is the latest. Nothing is signed."
    )
    zh = (
        "恢复模式：日志 {log} 已封存至 {found} 个叶子，但 {path} 处没有守护记录，无法确认是否为最新。已停止签"
        "名。"
    )
    remedy_en = (
        "Point PROVIDENT_GUARD at the guard, or, after holding this database against the last published "
        "checkpoint, take it as it is with provident recover --log {log} --adopt-guard REASON."
    )
    remedy_zh = (
        "请将 PROVIDENT_GUARD 指向守护记录；或在与最近发布的检查点核对之后，用 provident recover --log {log} "
        "--adopt-guard REASON 按现状采纳。"
    )


class GuardOfAnotherLog(RecoveryMode):
    """The guard belongs to another log, or the log was given another name."""

    code = "ledger.seal.guard_of_another_log"
    en = "Recovery mode: the guard at {path} is that of {theirs}, not of {ours}. Nothing is signed."
    zh = "恢复模式：{path} 处的守护记录属于 {theirs}，而不属于 {ours}。已停止签名。"
    remedy_en = "Point PROVIDENT_GUARD at this log's guard, or give PROVIDENT_LOG_NAME the name it had."
    remedy_zh = "请将 PROVIDENT_GUARD 指向本日志的守护记录，或将 PROVIDENT_LOG_NAME 改回原名。"
