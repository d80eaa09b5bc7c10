"""What is evidenced of single places of the pack cn beyond their contribution bases."""

import datetime as dt

PROVINCES = {
    "Beijing": 110000, "Tianjin": 120000, "Hebei": 130000, "Shanxi": 140000, "Inner Mongolia": 150000,
    "Liaoning": 210000, "Jilin": 220000, "Heilongjiang": 230000, "Shanghai": 310000, "Jiangsu": 320000,
    "Zhejiang": 330000, "Anhui": 340000, "Fujian": 350000, "Jiangxi": 360000, "Shandong": 370000,
    "Henan": 410000, "Hubei": 420000, "Hunan": 430000, "Guangdong": 440000, "Guangxi": 450000,
    "Hainan": 460000, "Chongqing": 500000, "Sichuan": 510000, "Guizhou": 520000, "Yunnan": 530000,
    "Tibet": 540000,
    "Shaanxi": 610000, "Gansu": 620000, "Qinghai": 630000, "Ningxia": 640000, "Xinjiang": 650000,
}  # fmt: skip

# The sheets carry divisors by month, which exist since 2025.
SHEETS = "transcribed decision sheets, reproduced; third party, the local text was not read"
SHEETS_SINCE = dt.date(2025, 1, 1)
COEFFICIENTS = {
    "0.010": ("Tianjin",),
    "0.012": ("Hubei", "Heilongjiang", "Inner Mongolia", "Jiangsu"),
    "0.013": ("Sichuan", "Hebei", "Hunan", "Anhui", "Ningxia", "Shanxi"),
    "0.014": ("Liaoning", "Hainan"),
}
OF_THE_MEAN = ("Sichuan", "Liaoning")
INDEX = {
    "Jiangsu": "own_index", "Liaoning": "own_index", "Tianjin": "own_index",
    "Inner Mongolia": "own_index_at_least_1",
}  # fmt: skip
ADDS = {
    "en": "This place adds something to the three parts; its rule was not read in full.",
    "zh": "该地另有地方附加养老金，其规定尚未完整查阅。",
}
ADDING = ("Sichuan", "Tibet", "Ningxia")
# Beijing alone names its notice (no. 13 of 2025), which also gives the year before.
BASES = {"Beijing": {2024: "11883.00", 2025: "12049.00"}}
NOTICE = "notice 13 of 2025, seen in excerpt"


def place_rules(province: str) -> dict[str, object]:
    """Return what is known of a province's own pension rules."""
    found: dict[str, object] = {}
    if province in BASES:
        found["cn.pension.published_benefit_base"] = [
            {
                "since": dt.date(year, 1, 1),
                "until": dt.date(year, 12, 31),
                "value": amount,
                **_source("benefit-bases", NOTICE, province),
            }
            for year, amount in BASES[province].items()
        ]
    coefficient = next((one for one, places in COEFFICIENTS.items() if province in places), None)
    if coefficient is not None:
        wage = "mean_of_base_and_indexed_wage" if province in OF_THE_MEAN else "indexed_wage"
        for name, value in (
            ("transition_coefficient", coefficient),
            ("transition_wage_rule", wage),
            ("transition_index_rule", INDEX.get(province, "average_index")),
        ):
            row = {"since": SHEETS_SINCE, "value": value, **_source("local-rules", SHEETS, province)}
            found[f"cn.pension.{name}"] = [row]
    if province in ADDING:
        found["cn.pension.extra_part"] = [{"since": dt.date(2006, 1, 1), "unknown": ADDS}]
    return found


def _source(law: str, evidence: str, province: str) -> dict[str, object]:
    return {"cite": {"law": law, "article": province}, "evidence": evidence, "status": "secondary"}
