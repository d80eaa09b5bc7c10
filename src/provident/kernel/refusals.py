"""What the kernel refuses.

Refusal
├── NotMoney         kernel.not_money
├── MixedCurrencies  kernel.mixed_currencies
├── NotAMonth        kernel.not_a_month
├── NotARate         kernel.not_a_rate
└── EmptySpan        kernel.empty_span
"""

from provident.kernel.refusal import Refusal


class NotMoney(Refusal):
    """A text that is no exact amount in major units."""

    code = "kernel.not_money"
    en = "{text!r} is not an amount of money with at most {places} decimals."
    zh = "{text!r} 不是小数位不超过 {places} 位的金额。"
    remedy_en = "Write digits with a point, such as 1234.50; no thousands separators, no signs such as ¥."
    remedy_zh = "请只写数字和小数点，例如 1234.50；不要使用千位分隔符或 ¥ 等符号。"


class MixedCurrencies(Refusal):
    """Two currencies in one sum."""

    code = "kernel.mixed_currencies"
    en = "{left} and {right} cannot be added or compared."
    zh = "{left} 与 {right} 不能相加或比较。"
    remedy_en = "Convert one of them first, under a rule that names the rate and its date."
    remedy_zh = "请先按写明汇率及日期的规则进行换算。"


class NotAMonth(Refusal):
    """A text that names no month."""

    code = "kernel.not_a_month"
    en = "{text!r} is not a month."
    zh = "{text!r} 不是有效的年月。"
    remedy_en = "Write the month as 2026-03 or 202603."
    remedy_zh = "请将年月写成 2026-03 或 202603。"


class NotARate(Refusal):
    """A text that is no decimal share."""

    code = "kernel.not_a_rate"
    en = "{text!r} is not a rate."
    zh = "{text!r} 不是有效的比率。"
    remedy_en = "Write the rate as a decimal share, such as 0.08."
    remedy_zh = "请将比率写成小数，例如 0.08。"


class EmptySpan(Refusal):
    """A span that ends before it starts."""

    code = "kernel.empty_span"
    en = "A span from {since} to {until} holds no day."
    zh = "自 {since} 至 {until} 的期间不含任何一天。"
    remedy_en = "Give an end that is not before the start."
    remedy_zh = "请填写不早于起始日的终止日。"
