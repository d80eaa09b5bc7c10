"""What charter refuses.

Refusal
└── CharterBroken  charter.broken
"""

from provident.kernel.refusal import Refusal


class CharterBroken(Refusal):
    """What is built breaks the charter."""

    code = "charter.broken"
    en = "What is built breaks the charter in {count} places. The first: {first}"
    zh = "系统有 {count} 处违反章程。第一处：{first}"
    remedy_en = "Take the named field, table, measure or read out, or put the read behind a look."
    remedy_zh = "请移除所列字段、数据表或措施；读取个人记录须先留下查询记录。"
