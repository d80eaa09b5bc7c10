"""What statements refuses.

Refusal
├── NothingInYear    statements.nothing_in_year
├── CannotDraw       statements.cannot_draw
├── NotAReference    statements.not_a_reference
├── AnotherRun       statements.another_run
└── RunAtWork        statements.run_at_work
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
    """The document could not be made as PDF/UA-1 and PDF/A-2a."""

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
