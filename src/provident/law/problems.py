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
    "not_whole": ("must be a whole number from {low} to {high}", "应为 {low} 至 {high} 的整数"),
    "not_a_share": ("must be a quoted decimal share from 0 to {high}", "应为 0 至 {high} 的加引号小数"),
    "not_money": ("must be a quoted exact amount of {currency}", "应为加引号的准确金额（{currency}）"),
    "not_a_word": ("must be one of: {words}", "应为下列之一：{words}"),
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
