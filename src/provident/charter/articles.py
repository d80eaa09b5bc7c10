"""The charter's text, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One promise, with a short id that breaches name."""

    id: str
    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the promise in `en` or `zh-hans`."""
        return self.zh if language.startswith("zh") else self.en


ARTICLES = (
    Article(
        "no-score",
        "No person is given a score, a rank, a rating or a grade, in any table, answer or list. "
        "Employers are graded on decided findings only, and can answer, appeal and repair.",
        "不对任何个人评分、排名、评级或划分等级，无论在数据表、接口还是清单中。"
        "对用人单位的评价仅以已作出的决定为依据，并可申辩、申诉和修复。",
    ),
    Article(
        "no-measure",
        "No reward, ban, list or other measure is aimed at a person. A measure names an organisation, "
        "an article, a ceiling and an end.",
        "不对个人采取奖惩、限制、列入名单等措施。措施只能针对单位，并须写明条文、上限和期限。",
    ),
    Article(
        "no-publication",
        "No natural person is named in public. What is published is about organisations, or is a "
        "figure from which no person can be told.",
        "不公开任何自然人信息。公开的只能是单位信息，或无法识别个人的统计数字。",
    ),
    Article(
        "no-prying",
        "Nothing is collected about how a person behaves, speaks, moves, believes or shops, and no "
        "body is measured. Each stored field names its purpose and its legal basis.",
        "不收集个人的行为、通信、行踪、信仰、购物信息，不采集生物特征。每个字段都写明用途和法律依据。",
    ),
    Article(
        "every-look",
        "No record of a person is read without a look that is written first and that the person can "
        "see: when, which office, what for, under which article, answered or refused.",
        "读取个人记录之前必先留下查询记录，本人可见：何时、哪个机构、为何、依据哪条、已答复还是被拒绝。",
    ),
    Article(
        "a-person-decides",
        "The law is cited, the calculation is shown, a person decides against someone only after "
        "hearing them, and every entry can be disputed.",
        "引用法条，展示计算过程；作出不利决定前先听取本人意见并由人作出；每一条记录都可提出异议。",
    ),
)

BY_ID = {article.id: article for article in ARTICLES}
