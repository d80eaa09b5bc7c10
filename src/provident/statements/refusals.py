"""What statements refuses.

Refusal
├── NothingInYear    statements.nothing_in_year
├── CannotDraw       statements.cannot_draw
├── NotAReference    statements.not_a_reference
├── AnotherRun       statements.another_run
├── RunAtWork        statements.run_at_work
├── NoSuchEntry      statements.no_such_entry
├── NothingPublished statements.nothing_published
├── NothingToProve   statements.nothing_to_prove
│   └── OnlyUnlinked     statements.only_unlinked
├── NotAsSealed      statements.not_as_sealed
├── NotOfARecord     statements.not_of_a_record
├── NotToChoose      statements.not_to_choose
└── WindowOver       statements.window_over
"""

from provident.kernel.refusal import Refusal


class NothingInYear(Refusal):
    """A statement of a year after the month the record is made for."""

    code = "statements.nothing_in_year"
    en = "There is no statement for {year}: the record goes up to {month}."
    zh = "没有{year}年的记录单：记录截至 {month}。"
    remedy_en = "Ask for a year that has begun."
    remedy_zh = "请选择已经开始的年份。"


class CannotDraw(Refusal):
    """The document could not be made as PDF/UA-1 and PDF/A-3a."""

    code = "statements.cannot_draw"
    en = "The statement could not be drawn: {reason}"
    zh = "无法制作记录单：{reason}"
    remedy_en = (
        "Nothing was written. Report this with the message; `provident record` still shows the record."
    )
    remedy_zh = "没有写出任何文件。请将此信息告知运维人员；仍可用 provident record 查看记录。"


class NotAReference(Refusal):
    """A text that is no record reference of this installation."""

    code = "statements.not_a_reference"
    en = "This is not a record reference of this installation."
    zh = "这不是本系统的记录编号。"
    remedy_en = (
        "Copy it as `provident record` shows it, such as R-7K2M-9QWD-4XYZ-1A, or use an official number."
    )
    remedy_zh = "请按 provident record 所显示的样式抄写，例如 R-7K2M-9QWD-4XYZ-1A，或使用证件号码。"


class AnotherRun(Refusal):
    """The folder holds the statements of another year, or of another choice of languages."""

    code = "statements.another_run"
    en = "The folder holds a run for {year} in {languages}, not the one asked for."
    zh = "该文件夹中是{year}年（{languages}）的记录单，与所要求的不同。"
    remedy_en = "Name an empty folder, or ask for that year and those languages to carry on with it."
    remedy_zh = "请指定空文件夹；如要继续，请选择相同的年份和语言。"


class RunAtWork(Refusal):
    """Another process is writing into the folder."""

    code = "statements.run_at_work"
    en = "Another process is writing statements into this folder."
    zh = "另一个进程正在向该文件夹写入记录单。"
    remedy_en = "Wait until it has finished; what it wrote is not made again."
    remedy_zh = "请等待其完成；已写出的不会重做。"


class NoSuchEntry(Refusal):
    """A receipt is asked for an entry or event that is not on this record."""

    code = "statements.no_such_entry"
    en = "There is no entry and no event {entry} on this record."
    zh = "该记录中没有账目或事件 {entry}。"
    remedy_en = "Copy its id from a receipt of the whole record, which is made without --entry."
    remedy_zh = "请从整份记录的回执（不使用 --entry 生成）中抄写其编号。"


class NothingPublished(Refusal):
    """A receipt is asked for, and no checkpoint was ever published."""

    code = "statements.nothing_published"
    en = "No checkpoint of the ledger has been published yet, so a receipt could prove nothing."
    zh = "账目日志尚未发布检查点，回执无从证明。"
    remedy_en = (
        "Try again in a few minutes. The operator can run `provident checkpoint`, which says what is missing."
    )
    remedy_zh = "请过几分钟再试。运维人员可运行 provident checkpoint，它会说明缺少什么。"


class NothingToProve(Refusal):
    """Nothing of what a receipt is asked for is in a published checkpoint and can still be checked."""

    code = "statements.nothing_to_prove"
    en = "There is nothing to put into a receipt yet; {waiting} entries wait for the next checkpoint."
    zh = "尚无可写入回执的内容；有 {waiting} 条账目等待下一个检查点。"
    remedy_en = "Try again in a few minutes. The operator can run `provident checkpoint`."
    remedy_zh = "请过几分钟再试。运维人员可运行 provident checkpoint。"


class OnlyUnlinked(NothingToProve):
    """A person who was forgotten: every entry keeps its place, and none can be read any more."""

    code = "statements.only_unlinked"
    en = (
        "This person was forgotten by decision: {count} entries are unlinked, "
        "and what they say can no longer be proven."
    )
    zh = "该人员的个人信息已依决定删除：{count} 条账目已脱钩，其内容不能再予证明。"
    remedy_en = "Receipts made before still hold. That the places are as they were, `provident verify` shows."
    remedy_zh = "此前取得的回执仍然有效。各位置未变，可由 provident verify 核实。"


class NotAsSealed(Refusal):
    """An entry or event whose row no longer gives the leaf that was sealed."""

    code = "statements.not_as_sealed"
    en = "The entry {entry} is not what was sealed, so no receipt is made."
    zh = "账目 {entry} 与封存时不一致，未制作回执。"
    remedy_en = "Tell the operator: `provident verify --from-scratch` names everything that was changed."
    remedy_zh = "请告知运维人员：provident verify --from-scratch 会列出所有被改动的内容。"


class NotOfARecord(Refusal):
    """A calculation that needs facts no record holds."""

    code = "statements.not_of_a_record"
    en = "{calculation} cannot be worked out of a record."
    zh = "{calculation} 不能依据个人记录计算。"
    remedy_en = "Give the people in a file with --people. Out of a record: {known}."
    remedy_zh = "请用 --people 以文件给出人员数据。可依据个人记录计算的项目：{known}。"


class NotToChoose(Refusal):
    """A pension is asked for a month in which the person may not retire any more, or not yet."""

    code = "statements.not_to_choose"
    en = "Nobody can say what a pension from {month} on would be: you may retire from {first} to {last}."
    zh = "不能测算自 {month} 起的养老金：可以选择的退休月份为 {first} 至 {last}。"
    remedy_en = "Choose one of these months."
    remedy_zh = "请选择其中的月份。"


class WindowOver(Refusal):
    """A pension is asked for, and every month in which the person could retire is past."""

    code = "statements.window_over"
    en = (
        "The last month in which you could retire was {last}. The record of today, "
        "with what was added since, does not tell the pension of a month that is past."
    )
    zh = "可以选择退休的最晚月份 {last} 已经过去。今天的记录含此后增加的数额，不能用来测算过去月份的养老金。"
    remedy_en = "If you do not draw your pension yet, ask the agency."
    remedy_zh = "如尚未领取养老金，请向经办机构咨询。"
