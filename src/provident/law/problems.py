"""What can be wrong with a pack, each fault in one sentence in both languages."""

from dataclasses import dataclass

_SENTENCES = {
    "yaml": ("cannot be read: {detail}", "无法读取：{detail}"),
    "missing_file": ("is missing", "文件缺失"),
    "not_a_mapping": ("must be a mapping of keys", "应为键值结构"),
    "not_a_list": ("must be a list", "应为列表"),
    "unknown_key": ("has the unknown key {key}", "含未知的键 {key}"),
    "missing_key": ("lacks the key {key}", "缺少键 {key}"),
    "not_text": ("must be a text that is not empty", "应为非空文本"),
    "not_a_date": ("must be a date such as 2026-01-01", "应为日期，例如 2026-01-01"),
    "not_a_make_up_day": ("makes {day} a working day, which it already is or is not",
                          "{day} 不是需要调整的上班日"),
    "not_whole": ("must be a whole number from {low} to {high}", "应为 {low} 至 {high} 的整数"),
    "not_a_share": ("must be a quoted decimal share from 0 to {high}", "应为 0 至 {high} 的加引号小数"),
    "not_money": ("must be a quoted exact amount of {currency}", "应为加引号的准确金额（{currency}）"),
    "not_a_word": ("must be one of: {words}", "应为下列之一：{words}"),
    "not_a_fraction": ("must be a quoted fraction from 0 to 1 such as 5/900",
                       "应为 0 至 1 的加引号分数，例如 5/900"),
    "not_a_table": ("must be a table of entries by whole-number keys", "应为以整数为键的表"),
    "unsorted_keys": ("must have its keys in order", "表的键应按大小排列"),
    "not_words": ("must be a list of words, each once", "应为不重复的词语列表"),
    "no_bound": ("has no bound, or one that no 64-bit number can hold", "未声明界限，或界限超出 64 位整数"),
    "no_function": ("has no function for {variable} since {since} in its formulas file",
                    "公式文件中没有 {variable} 自 {since} 起的函数"),
    "touches_floats": ("uses {what}; a formula is exact, in whole numbers",
                       "使用了 {what}；公式只能用整数精确计算"),
    "not_in_a_formula": ("uses {what}, which may not stand in a formula", "使用了公式中不允许的 {what}"),
    "unused_function": ("has the function {what}, which no variable declares",
                        "函数 {what} 未被任何变量声明"),
    "unknown_name": ("names {what}, which the pack does not have", "引用了法规包中没有的 {what}"),
    "in_a_circle": ("is worked out from itself: {what}", "循环依赖：{what}"),
    "may_overflow": ("may exceed what a 64-bit number holds: {what}", "可能超出 64 位整数范围：{what}"),
    "undated": ("has several formulas and no variable that says which applies",
                "有多个公式但未指明由哪个变量的日期决定适用"),
    "memory": ("rests on memory; such a value never ships", "仅凭记忆，此类数值不得发布"),
    "unsorted": ("does not follow the date before it", "日期未按先后排列"),
    "overlap": ("starts before the value before it ends", "与前一数值的有效期重叠"),
    "ends_early": ("ends before it starts", "终止日早于起始日"),
    "repeated": ("gives {key} a second time", "重复给出 {key}"),
    "unknown_law": ("cites {law}, which laws.yaml does not list", "引用了 laws.yaml 未列的法规 {law}"),
    "unused_law": ("lists {law}, which nothing cites", "所列法规 {law} 未被引用"),
    "unknown_region": ("names the region {region}, which regions.yaml does not list",
                       "地区 {region} 未列入 regions.yaml"),
    "unknown_parameter": ("gives a value for {id}, which no file declares", "参数 {id} 未在任何文件中声明"),
    "synthetic_outside": ("is synthetic outside the fictional region", "虚构数值出现在虚构地区之外"),
    "real_inside": ("is not synthetic inside the fictional region", "虚构地区内出现非虚构数值"),
    "wrong_id": ("must start with {stem}", "编号应以 {stem} 开头"),
    "floor_above_ceiling": ("has a floor above the ceiling in region {region} on {day}",
                            "地区 {region} 在 {day} 的下限高于上限"),
    "no_changelog": ("says nothing about version {version}", "未说明版本 {version}"),
    "yields_to_nothing": ("yields to {id}, which is no deadline", "让位的期限 {id} 不存在"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the file (relative to the pack), the place in it, what is wrong."""

    file: str
    where: str
    kind: str
    facts: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """Return the fault as one line in `en` or `zh-hans`."""
        english, chinese = _SENTENCES[self.kind]
        template = chinese if language.startswith("zh") else english
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place} {template.format(**dict(self.facts))}"


class Problems:
    """Collects the faults of a pack, so that an author sees all of them at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, file: str, where: str, kind: str, **facts: object) -> None:
        """Note a fault."""
        self.found.append(
            Problem(file, where, kind, tuple((key, str(value)) for key, value in facts.items()))
        )


def kinds() -> tuple[str, ...]:
    """Return every kind of fault there is a sentence for."""
    return tuple(_SENTENCES)
