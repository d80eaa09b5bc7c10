"""A law pack small enough to read at a glance, for planting one fault at a time."""

from pathlib import Path

FILES = {
    "pack.yaml": """\
        id: xx
        version: "1.2.0"
        title: {en: Small, zh: 小}
        currency: CNY
        zone: Asia/Shanghai
        """,
    "laws.yaml": """\
        - {id: act, title: {en: The Act, zh: 法}, in_force: 2000-01-01}
        - {id: fiction, title: {en: Fiction, zh: 虚构}}
        """,
    "regions.yaml": """\
        - {code: 110000, title: {en: North, zh: 北}}
        - {code: 990000, title: {en: Nowhere, zh: 无}, fictional: true}
        """,
    "calendar.yaml": """\
        - {year: 2025, rest_days: [01-01], work_days: [01-26], cite: {law: act}, status: secondary}
        """,
    "parameters/rate.yaml": """\
        id: xx.pension.employee_rate
        title: {en: Rate, zh: 比例}
        unit: share
        values:
          - since: 2000-01-01
            value: "0.08"
            cite: {law: act, article: "1"}
            evidence: read
            status: secondary
          - since: 2010-01-01
            until: 2019-12-31
            value: "0.09"
            cite: {law: act, article: "2"}
            status: verified
        """,
    "parameters/floor.yaml": """\
        id: xx.pension.base_floor
        title: {en: Floor, zh: 下限}
        unit: money
        values: []
        """,
    "parameters/ceiling.yaml": """\
        id: xx.pension.base_ceiling
        title: {en: Ceiling, zh: 上限}
        unit: money
        values: []
        """,
    "places/110000.yaml": """\
        region: 110000
        defaults: {cite: {law: act}, status: secondary}
        values:
          xx.pension.base_floor:
            - {since: 2000-01-01, value: "100.50"}
          xx.pension.base_ceiling:
            - {since: 2000-01-01, value: "900.00"}
          xx.pension.employee_rate:
            - {since: 2005-01-01, until: 2005-12-31, unknown: {en: not read, zh: 未查阅}}
        """,
    "places/990000.yaml": """\
        region: 990000
        defaults: {cite: {law: fiction}, status: synthetic}
        values:
          xx.pension.base_floor:
            - {since: 2000-01-01, value: "1.00"}
        """,
    "deadlines.yaml": """\
        - id: list
          title: {en: List, zh: 名单}
          value: 15
          unit: calendar_day
          starts: leaving
          cite: {law: act, article: "3"}
          status: secondary
        - id: old-list
          title: {en: Old list, zh: 旧名单}
          value: 7
          unit: calendar_day
          cite: {law: act, article: "4"}
          status: secondary
          yields_to: list
        """,
    "retention.yaml": """\
        - kind: employer
          title: {en: Employer, zh: 单位}
          years: permanent
          cite: {law: act, article: "5"}
          status: secondary
        - kind: person
          title: {en: Person, zh: 个人}
          years: 100
          cite: {law: act, article: "5"}
          status: secondary
        """,
    "CHANGELOG.md": """\
        # Changes

        ## 1.2.0
        """,
}


def write_pack(folder: Path, **changed: tuple[str, str] | None) -> Path:
    """Write the pack; `changed` names a file with dots as double underscores: (old, new) or None to leave it out."""
    for name, text in FILES.items():
        body = "\n".join(line[8:] for line in text.splitlines()) + "\n"
        key = name.replace("/", "__").replace(".", "_")
        if key in changed:
            change = changed[key]
            if change is None:
                continue
            old, new = change
            assert old in body, f"{name} has no {old!r}"
            body = body.replace(old, new)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return folder
