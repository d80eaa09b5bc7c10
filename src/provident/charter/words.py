"""The words that give a refused thing away, in English and Chinese, and the phrases that are fine.

English terms match whole words of a name, however it is spelled (`gpsTrack`, `gps-track`,
`GPS track`), in the singular and the plural. Chinese has no spaces, so a Chinese term matches
anywhere in a name. A name that only looks like a breach is excused by a phrase with its reason.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing the system refuses, and the terms it is known by."""

    id: str
    article: str
    en: str
    zh: str
    terms: tuple[str, ...]


PRYING = (
    Kind(
        "behaviour", "no-prying", "how a person behaves", "个人行为",
        (
            "behaviour", "behavior", "habit", "lifestyle", "browsing", "clickstream", "keystroke",
            "driving", "gaming", "social media", "social network", "friend", "followers", "screen time",
            "sentiment", "mouse movement", "行为", "习惯", "上网", "浏览记录", "驾驶", "游戏", "社交",
            "好友",
        ),
    ),
    Kind(
        "communications", "no-prying", "what a person says to others", "个人通信",
        (
            "chat", "call log", "call record", "phone record", "conversation", "voice recording",
            "email body", "email content", "sms content", "message content", "wechat", "weixin",
            "whatsapp", "telegram", "聊天", "通话记录", "通信内容", "短信内容", "微信", "录音",
        ),
    ),
    Kind(
        "location", "no-prying", "where a person is or goes", "个人行踪",
        (
            "location", "geolocation", "latitude", "longitude", "gps", "gnss", "beidou", "whereabouts",
            "trajectory", "itinerary", "movement", "travel history", "cell tower", "geohash",
            "check in place", "位置", "定位", "轨迹", "行踪", "经纬度", "经度", "纬度", "出行",
        ),
    ),
    Kind(
        "biometrics", "no-prying", "a measured body", "生物特征",
        (
            "biometric", "fingerprint", "face", "facial", "faceprint", "iris", "retina", "voiceprint",
            "palmprint", "gait", "dna", "genome", "genetic", "指纹", "人脸", "面部", "虹膜", "声纹",
            "掌纹", "步态", "基因", "生物识别", "生物特征",
        ),
    ),
    Kind(
        "beliefs", "no-prying", "what a person believes or descends from", "信仰与出身",
        (
            "religion", "religious", "faith", "belief", "political", "politics", "party membership",
            "ideology", "union membership", "sexual orientation", "ethnicity", "ethnic", "race",
            "caste", "宗教", "信仰", "政治面貌", "党派", "党员", "性取向", "民族", "种族",
        ),
    ),
    Kind(
        "purchases", "no-prying", "what a person buys", "个人消费",
        (
            "purchase", "shopping", "basket", "spending", "consumption", "merchant", "order history",
            "transaction history", "购物", "购买", "消费", "网购",
        ),
    ),
)  # fmt: skip

SCORE = Kind(
    "score", "no-score", "a score, rank, rating or grade", "评分、排名或评级",
    (
            "score", "scoring", "rating", "rank", "ranking", "grade", "grading", "credit level",
            "credit class", "risk level", "risk class", "trustworthiness", "untrustworthy",
            "reputation", "suspicion", "likelihood", "percentile", "tier", "评分", "打分", "得分",
            "积分", "信用分", "排名", "排行", "评级", "信用等级", "风险等级", "失信", "画像",
        ),
)  # fmt: skip

MEASURE = Kind(
    "measure", "no-measure", "a measure aimed at a person", "针对个人的措施",
    (
            "measure", "sanction", "punishment", "reward", "blacklist", "blocklist", "redlist",
            "watchlist", "ban", "listing", "shaming", "惩戒", "奖惩", "处罚", "黑名单", "红名单",

        ),
)  # fmt: skip

PUBLIC = Kind(
    "publication", "no-publication", "a publication of natural persons", "公开自然人信息",
    (
            "publication", "published", "announcement", "disclosed", "public list", "公示", "公布",
            "公开", "曝光",
        ),
)  # fmt: skip

PERSON_TERMS = (
            "person", "resident", "worker", "insured", "beneficiary", "citizen", "individual",
            "pensioner", "taxpayer", "natural person", "identity number", "id number", "national id",
            "birth date", "born", "date of birth", "个人", "居民", "公民", "参保人", "职工", "自然人",
            "身份证", "姓名", "出生",
        )  # fmt: skip

ORGANISATION_TERMS = (
            "employer", "organisation", "organization", "company", "enterprise", "agency", "office",
            "单位", "企业", "机构",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Excuse:
    """A phrase in which a term means something else."""

    phrase: str
    reason: str


EXCUSES = (
    Excuse("key fingerprint", "the digest of a public key, not of a finger"),
    Excuse("file fingerprint", "the digest of a file, not of a finger"),
    Excuse("measures on personal benefit records", "the title of a regulation, aimed at nobody"),
    Excuse("作出行政", "to take an administrative decision: the two characters only meet in it"),
    Excuse(
        "失信联合惩戒对象名单管理暂行办法", "the title of a regulation on employers, cited for its deadlines"
    ),
    Excuse("违法行为", "an unlawful act of an employer, decided on, not a person's behaviour"),
)
