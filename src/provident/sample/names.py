"""Names for the sample region: common characters drawn together at random, and a few hard cases."""

import random

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚英华玉萍红玲桂兰春梅海燕建国志文晓东雪峰"
    "宇欣怡子涵浩然梓轩雨泽思远佳琪嘉宁安和清源若溪景行书瑶云舟知夏"
)

# Each of these has broken a real system: characters outside the basic plane, a middle dot, one
# character given names, a compound surname, Latin letters, a very long name.
HARD_NAMES = (
    "𠮷田㐂",
    "阿卜杜热西提·买买提",
    "欧阳龘",
    "司马𡋗",
    "Maria de la Concepción Fernández-Oliveira",
    "O'Brien Seán",
    "尼玛次仁",
    "迪丽热巴·艾尼瓦尔·吐尔逊",
    "于禾",
    "㛃娴",
)

_INDUSTRIES = (
    ("机械制造", "Machinery"),
    ("纺织服装", "Textiles"),
    ("物流运输", "Logistics"),
    ("建筑工程", "Construction"),
    ("餐饮服务", "Catering"),
    ("信息技术", "Software"),
    ("食品加工", "Foods"),
    ("医疗器械", "Medical Devices"),
    ("环保科技", "Environment"),
    ("文化传播", "Culture"),
)
_STEMS = "恒盛华源晨光远景同方瑞丰嘉禾金桥北辰南山长青新宇百川天成启明泰和"


def person_name(rng: random.Random, index: int) -> str:
    """Return the name of the person with this index; the first few are the hard ones."""
    if index < len(HARD_NAMES):
        return HARD_NAMES[index]
    given = "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))
    return rng.choice(_SURNAMES) + given


def employer_name(rng: random.Random, index: int) -> str:
    """Return the name of the employer with this index."""
    start = 2 * rng.randrange(len(_STEMS) // 2)
    industry = _INDUSTRIES[index % len(_INDUSTRIES)][0]
    return f"虚构市{_STEMS[start : start + 2]}{industry}有限公司{index + 1:02d}"
