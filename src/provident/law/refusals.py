"""What law refuses.

Refusal
├── PackMalformed     law.pack_malformed
├── NoSuchPack        law.no_such_pack
├── NoSuchParameter   law.no_such_parameter
├── NotCovered        law.not_covered
├── NoSuchRetention   law.no_such_retention
└── NoSuchDeadline    law.no_such_deadline
"""

from provident.kernel.refusal import Refusal


class PackMalformed(Refusal):
    """A pack that breaks its own rules is not loaded at all."""

    code = "law.pack_malformed"
    en = "Law pack {pack} has {count} faults and cannot be used. The first: {first}"
    zh = "法规包 {pack} 有 {count} 处错误，不能使用。第一处：{first}"
    remedy_en = "Run `provident law check` for the whole list and correct the files it names."
    remedy_zh = "请运行 `provident law check` 查看全部错误，并改正所列文件。"


class NoSuchPack(Refusal):
    """No pack of this name is installed."""

    code = "law.no_such_pack"
    en = "There is no law pack {pack!r}."
    zh = "没有名为 {pack!r} 的法规包。"
    remedy_en = "Name an installed pack: {installed}."
    remedy_zh = "请使用已安装的法规包：{installed}。"


class NoSuchParameter(Refusal):
    """No parameter of this id."""

    code = "law.no_such_parameter"
    en = "Law pack {pack} has no parameter {id!r}."
    zh = "法规包 {pack} 没有参数 {id!r}。"
    remedy_en = "Run `provident law list` for the ids there are."
    remedy_zh = "请运行 `provident law list` 查看已有的参数编号。"


class NotCovered(Refusal):
    """A date or place for which the pack knows no value."""

    code = "law.not_covered"
    en = "{id} has no value known to {pack} for region {region} on {day}."
    zh = "法规包 {pack} 中，地区 {region} 在 {day} 没有 {id} 的已知数值。"
    remedy_en = "Choose a date and place the parameter covers, or add the value with its article to the pack."
    remedy_zh = "请选择该参数覆盖的日期和地区，或在法规包中补充数值及其条文依据。"


class NoSuchRetention(Refusal):
    """No retention period for this kind of record."""

    code = "law.no_such_retention"
    en = "Law pack {pack} does not say how long {kind!r} is kept."
    zh = "法规包 {pack} 未规定 {kind!r} 的保管期限。"
    remedy_en = "Name a kind listed in the pack's retention.yaml, or add it there with its legal basis."
    remedy_zh = "请使用 retention.yaml 中已列的类别，或连同法律依据补充进去。"


class NoSuchDeadline(Refusal):
    """No deadline of this id."""

    code = "law.no_such_deadline"
    en = "Law pack {pack} has no deadline {id!r}."
    zh = "法规包 {pack} 没有期限 {id!r}。"
    remedy_en = "Run `provident law list` for the ids there are."
    remedy_zh = "请运行 `provident law list` 查看已有的期限编号。"
