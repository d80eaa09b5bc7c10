"""The columns of the files employers send: their headings in both languages, and the words in them.

`docs/reference/filing-formats.md` is written from these tables and a test keeps the two equal.
"""

from dataclasses import dataclass

from provident.kernel.words import Branch, Evidence


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its canonical name (also the English heading), its Chinese heading, other headings met."""

    name: str
    zh: str
    also: tuple[str, ...] = ()


COLUMNS: tuple[Column, ...] = (
    Column("resident_id", "公民身份号码", ("身份证号", "身份证号码", "证件号码")),
    Column("name", "姓名"),
    Column("employer_id", "单位统一社会信用代码", ("统一社会信用代码",)),
    Column("branch", "险种"),
    Column("month", "费款所属期"),
    Column("base", "缴费基数"),
    Column("employee", "个人缴费"),
    Column("employer", "单位缴费"),
    Column("region", "参保地"),
    Column("event", "增减变动"),
    Column("kind", "记录类别"),
    Column("account", "划入个人账户"),
    Column("evidence", "证据等级"),
    Column("amount", "缴款金额", ("金额",)),
    Column("paid_on", "到账日期"),
    Column("reference", "缴款凭证号"),
)

#: Columns a payroll file must have; the amounts may be missing only where an `event` column stands.
PAYROLL = ("resident_id", "name", "employer_id", "branch", "month")
PAYROLL_AMOUNTS = ("base", "employee", "employer")
PAYROLL_OPTIONAL = ("region", "event")
PAYMENTS = ("employer_id", "month", "branch", "amount", "paid_on", "reference")
TAKE_ON = ("resident_id", "name", "branch", "month", "kind", "evidence")
TAKE_ON_OPTIONAL = ("employer_id", "base", "employee", "employer", "account", "amount", "region")
#: A heading that makes a file a take-on file.
TAKE_ON_MARKS = ("kind", "account", "evidence")
#: Headings that make a file without `resident_id` a payments file.
PAYMENT_MARKS = ("amount", "paid_on", "reference")

MONEY = ("base", "employee", "employer", "account", "amount")

#: Words in the cells, English and Chinese, each with what it stands for.
BRANCHES: dict[str, Branch] = {
    "pension": Branch.PENSION,
    "养老": Branch.PENSION,
    "养老保险": Branch.PENSION,
    "medical": Branch.MEDICAL,
    "医疗": Branch.MEDICAL,
    "医疗保险": Branch.MEDICAL,
    "unemployment": Branch.UNEMPLOYMENT,
    "失业": Branch.UNEMPLOYMENT,
    "失业保险": Branch.UNEMPLOYMENT,
    "work_injury": Branch.WORK_INJURY,
    "工伤": Branch.WORK_INJURY,
    "工伤保险": Branch.WORK_INJURY,
    "maternity": Branch.MATERNITY,
    "生育": Branch.MATERNITY,
    "生育保险": Branch.MATERNITY,
}
EVENTS: dict[str, str] = {"enrol": "enrol", "新增": "enrol", "leave": "leave", "减少": "leave"}
TAKE_ON_KINDS: dict[str, str] = {
    "contribution": "contribution",
    "缴费": "contribution",
    "unpaid": "unpaid",
    "欠费": "unpaid",
    "opening_balance": "opening_balance",
    "期初余额": "opening_balance",
    "interest": "interest",
    "利息": "interest",
    "benefit": "benefit",
    "待遇": "benefit",
}
EVIDENCE: dict[str, Evidence] = {
    "documented": Evidence.DOCUMENTED,
    "有凭证": Evidence.DOCUMENTED,
    "prior_system": Evidence.PRIOR_SYSTEM,
    "原系统": Evidence.PRIOR_SYSTEM,
    "stated": Evidence.STATED,
    "本人陈述": Evidence.STATED,
}
#: An identity cell that reads like this makes the row a control total.
TOTAL_WORDS = ("total", "合计", "总计")
