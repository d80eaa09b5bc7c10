"""The check's sentences: code, English, Chinese. `{where}` is a position, `{id}` an entry's or event's id."""

SENTENCES: dict[str, tuple[str, str]] = {
    # rows
    "entry.changed": ("Entry {id} ({where}) was changed.", "账目 {id}（{where}）已被改动。"),
    "entry.missing": ("An entry is missing: {where}.", "账目缺失：{where}。"),
    "entry.surplus": (
        "Entry {id} was put in past the ledger: no batch has it.",
        "账目 {id} 系绕过账目日志写入：不属于任何批次。",
    ),
    "entry.secret_missing": (
        "Entry {id} ({where}) cannot be checked: a secret is gone without a recorded decision.",
        "账目 {id}（{where}）无法核对：密钥缺失，且无相应的决定记录。",
    ),
    "event.changed": ("Event {id} ({where}) was changed.", "事件 {id}（{where}）已被改动。"),
    "event.missing": ("An event is missing: {where}.", "事件缺失：{where}。"),
    "event.surplus": (
        "Event {id} was put in past the ledger: no group has it.",
        "事件 {id} 系绕过账目日志写入：不属于任何组。",
    ),
    "event.secret_missing": (
        "Event {id} ({where}) cannot be checked: a secret is gone without a recorded decision.",
        "事件 {id}（{where}）无法核对：密钥缺失，且无相应的决定记录。",
    ),
    "look.changed": ("A look was changed: {where}, look {what}.", "查询记录已被改动：{where}，编号 {what}。"),
    "look.missing": ("A look is missing: {where}.", "查询记录缺失：{where}。"),
    "look.surplus": ("Look {what} was put in past the log.", "查询记录 {what} 系绕过日志写入。"),
    # what holds rows together
    "batch.changed": ("Batch {what} was changed.", "批次 {what} 已被改动。"),
    "batch.open": ("Batch {what} was never closed.", "批次 {what} 从未关闭。"),
    "batch.table": (
        "The table of batch {what} is not part of the ledger.",
        "批次 {what} 的数据表不属于账目表。",
    ),
    "event_batch.changed": ("Event group {what} was changed.", "事件组 {what} 已被改动。"),
    "log.gap": ("Log {log}: nothing has its place here: {where}.", "日志 {log}：{where} 无任何内容。"),
    "log.overlap": (
        "Log {log}: {what} is placed over something else: {where}.",
        "日志 {log}：{what} 的位置与其他内容重叠：{where}。",
    ),
    # tree and signatures
    "tile.missing": (
        "Log {log}: the tile {what} is missing or too short.",
        "日志 {log}：瓦片 {what} 缺失或不完整。",
    ),
    "tile.changed": (
        "Log {log}: the tile {what} is not what lies below it.",
        "日志 {log}：瓦片 {what} 与其下层内容不符。",
    ),
    "checkpoint.root": (
        "Log {log}: the tree of {what} leaves has not the root that was signed.",
        "日志 {log}：{what} 个叶子的树与已签名的根不一致。",
    ),
    "checkpoint.changed": (
        "Log {log}: checkpoint {what} was changed.",
        "日志 {log}：检查点 {what} 已被改动。",
    ),
    "checkpoint.unsigned": (
        "Log {log}: checkpoint {what} has no signature of this log's.",
        "日志 {log}：检查点 {what} 没有本日志的签名。",
    ),
    "checkpoint.unproven": (
        "Log {log}: there are no keys to check signatures with.",
        "日志 {log}：没有可用于核对签名的公钥。",
    ),
    "checkpoint.published": (
        "Log {log}: the published checkpoint is none of those that were sealed.",
        "日志 {log}：已公布的检查点不是已封存的检查点。",
    ),
    "beginning.changed": (
        "Log {log}: what epoch {what} has published about its beginning is not how it began.",
        "日志 {log}：纪元 {what} 公布的开始声明与其实际开始时不符。",
    ),
    "beginning.broken": (
        "Log {log}: epoch {what} does not go on from what the epoch before it has published.",
        "日志 {log}：纪元 {what} 并未延续前一纪元已公布的内容。",
    ),
    "keys.changed": (
        "Log {log}: the published keys are not those that sign.",
        "日志 {log}：已公布的公钥与签名所用的不符。",
    ),
    "guard": ("Log {log}: {what}", "日志 {log}：{what}"),
    "memory.rewritten": (
        "Log {log}: what was found sound at {what} leaves is another history now.",
        "日志 {log}：此前核对无误的 {what} 个叶子如今已是另一历史。",
    ),
    "against.history": (
        "Log {log}: this history is not the one of the checkpoint of {what} leaves. It was rewritten.",
        "日志 {log}：当前历史与 {what} 个叶子的检查点不一致，已被改写。",
    ),
    "against.shorter": (
        "Log {log}: the checkpoint has {what} leaves, more than this log.",
        "日志 {log}：该检查点有 {what} 个叶子，多于本日志。",
    ),
    "against.lost": (
        "Log {log}: the checkpoint of {what} leaves goes beyond what a recovery statement kept.",
        "日志 {log}：{what} 个叶子的检查点超出恢复声明所保留的范围。",
    ),
    "against.unproven": ("The file given proves nothing: {what}", "所给文件不能证明任何内容：{what}"),
    # the database and what is made from the entries
    "record_year": (
        "The reading copy is not what the entries add up to: {what}.",
        "查询副本与账目合计不符：{what}。",
    ),
    "database.trigger": (
        "The trigger {what} is missing, disabled or another one.",
        "触发器 {what} 缺失、被停用或被替换。",
    ),
    "database.row_security": ("Row security of {what} is not forced.", "数据表 {what} 未强制行级安全。"),
    "database.policy": ("The row policy {what} is missing or another one.", "行级策略 {what} 缺失或被替换。"),
    "database.function": ("The function {what} is missing or another one.", "函数 {what} 缺失或被替换。"),
    "database.privilege": (
        "The application's role may do what it should not: {what}.",
        "应用角色拥有不应有的权限：{what}。",
    ),
    "database.privilege_missing": (
        "The application's role may not do what it should: {what}.",
        "应用角色缺少应有的权限：{what}。",
    ),
    "database.owner": (
        "The table {what} does not belong to the ledger's owner.",
        "数据表 {what} 的所有者不是账目表的所有者。",
    ),
    "database.unreadable": (
        "Log {log}: the database cannot be read as it should be: {what}.",
        "日志 {log}：数据库无法正常读取：{what}。",
    ),
    "database.unpartitioned": (
        "The table {what} holds entries outside the ledger.",
        "数据表 {what} 在账目表之外存有账目。",
    ),
}
