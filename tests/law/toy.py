"""A toy country with one rule of each kind, small enough to change one line at a time."""

import textwrap

FILES = {
    "pack.yaml": """
        id: toy
        version: "1.0"
        title: {en: Toyland, zh: 玩具国}
        currency: USD
        zone: UTC
        """,
    "laws.yaml": "- {id: act, title: {en: Toy Act, zh: 玩具法}}\n",
    "regions.yaml": """
        - {code: 110000, title: {en: North, zh: 北}}
        - {code: 990000, title: {en: Nowhere, zh: 无}, fictional: true}
        """,
    "deadlines.yaml": "[]\n",
    "retention.yaml": "[]\n",
    "CHANGELOG.md": "# Changes\n\n## 1.0\n",
    "roundings.yaml": """
        - {id: cent, title: {en: to the cent, zh: 到分}, mode: half_up, to: "0.01"}
        - {id: up, title: {en: up to 0.1, zh: 向上到0.1}, mode: up, to: "0.1"}
        - {id: even, title: {en: to the even cent, zh: 到偶数分}, mode: half_even, to: "0.01"}
        """,
    "requirements.yaml": """
        - id: of_age
          sentence: {en: Too young., zh: 未满年龄。}
          remedy: {en: Wait., zh: 请等待。}
          cite: {law: act, article: "9"}
          status: secondary
        """,
    "calculations.yaml": """
        - id: toy.pension
          namespace: toy.pension
          title: {en: Pension, zh: 养老金}
          outputs: [pension, balance_paid, years_text]
          ignored: [comment]
        """,
    "parameters/rate.yaml": """
        id: toy.pension.rate
        title: {en: Rate, zh: 比例}
        unit: share
        defaults: {cite: {law: act, article: "1"}, status: secondary}
        values:
          - {since: 2000-01-01, until: 2009-12-31, value: "0.02"}
          - {since: 2010-01-01, value: "0.015"}
        """,
    "parameters/wage.yaml": """
        id: toy.pension.wage
        title: {en: Average wage, zh: 平均工资}
        unit: money
        values:
          - {since: 2000-01-01, value: "1000.00", cite: {law: act, article: "2"}, status: verified}
        """,
    "parameters/way.yaml": """
        id: toy.pension.way
        title: {en: Way of rounding, zh: 取整方式}
        unit: word
        words: [exact, up, cent]
        values:
          - {since: 2000-01-01, value: exact, cite: {law: act, article: "3"}, status: secondary}
        """,
    "parameters/factor.yaml": """
        id: toy.pension.factor
        title: {en: Factor by age, zh: 年龄系数}
        unit: number
        lookup: from
        values:
          - since: 2000-01-01
            table: {50: "1.5", 60: "2.25"}
            cite: {law: act, article: "4"}
            status: secondary
        """,
    "places/110000.yaml": """
        region: 110000
        defaults: {cite: {law: act, article: "5"}, status: secondary}
        values:
          toy.pension.wage:
            - {since: 2005-01-01, value: "2000.00"}
          toy.pension.way:
            - {since: 2000-01-01, value: up}
        """,
    "variables/pension.yaml": """
        namespace: toy.pension
        defaults: {cite: {law: act, article: "6"}, status: secondary}
        variables:
          - {name: month, title: {en: month, zh: 月份}, kind: month}
          - {name: age, title: {en: age, zh: 年龄}, kind: number, high: 120}
          - {name: region, title: {en: region, zh: 地区}, kind: region}
          - {name: paid, title: {en: paid in a year, zh: 年缴费}, kind: money, decimals: 2, high: 1000000, years: {}}
          - {name: years, title: {en: years, zh: 年限}, kind: number, decimals: 12, high: 100}
          - name: way_used
            title: {en: way of rounding, zh: 取整方式}
            kind: word
            words: [exact, up, cent]
            formulas: [{since: 2000-01-01, words: {en: way of the place, zh: 当地方式}}]
          - name: years_text
            title: {en: years as rounded, zh: 取整年限}
            kind: number
            decimals: 12
            high: 101
            formulas: [{since: 2000-01-01, words: {en: years, zh: 年限}, rounding: {by: way_used}}]
          - name: pension
            title: {en: pension, zh: 养老金}
            kind: money
            decimals: 2
            high: 10000000
            dated_by: month
            formulas:
              - {since: 2000-01-01, words: {en: wage × years × rate, zh: 工资×年限×比例}, rounding: cent}
              - {since: 2010-01-01, words: {en: "wage × years × rate × factor", zh: 工资×年限×比例×系数}, rounding: cent}
          - name: balance
            title: {en: account, zh: 账户}
            kind: money
            decimals: 2
            high: 100000000
            years: {of: paid}
            formulas: [{since: 2000-01-01, words: {en: last year + paid, zh: 上年余额+缴费}, rounding: even}]
          - name: balance_paid
            title: {en: account at the end, zh: 期末账户}
            kind: money
            decimals: 2
            high: 100000000
            formulas: [{since: 2000-01-01, words: {en: last balance, zh: 期末余额}}]
        """,
    "formulas/pension.py": '''
        """Toy formulas."""

        from provident.packs.language import Lookup, Ops, Quotient, Series, Whole


        def way_used_2000_01(way: Lookup, month: Whole, region: Whole) -> Whole:
            return way.on(month, region=region)


        def years_text_2000_01(years: Whole, ops: Ops) -> Quotient:
            return ops.quotient(years, 1)


        def pension_2000_01(wage: Lookup, rate: Lookup, years: Whole, month: Whole, region: Whole, ops: Ops) -> Quotient:
            amount = wage.on(month, region=region) * rate.on(month)
            return ops.share(amount, years, rate.one * 1000000000000)


        def pension_2010_01(
            wage: Lookup, rate: Lookup, factor: Lookup, years: Whole, month: Whole, region: Whole, age: Whole, ops: Ops
        ) -> Quotient:
            amount = wage.on(month, region=region) * rate.on(month) * factor.at(ops.require(age >= 50, "of_age", age))
            return ops.share(amount, years, rate.one * factor.one * 1000000000000)


        def balance_2000_01(paid: Whole, ops: Ops) -> Quotient:
            return ops.quotient(paid * 3, 2)


        def balance_paid_2000_01(balance: Series, ops: Ops) -> Whole:
            return ops.total(balance)
        ''',
}


def write_toy(folder, **changed):
    """Write the pack; a file's name with _ for / and . names a change (old, new), or None to leave it out."""
    for name, text in FILES.items():
        key = name.replace("/", "_").replace(".", "_")
        body = textwrap.dedent(text).lstrip("\n")
        if key in changed:
            if changed[key] is None:
                continue
            old, new = changed[key]
            assert old in body, f"{name} has no {old!r}"
            body = body.replace(old, new)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return folder
