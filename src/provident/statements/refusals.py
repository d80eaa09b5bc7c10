"""What statements refuses.

Refusal
├── NothingInYear   statements.nothing_in_year
└── CannotDraw      statements.cannot_draw
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
