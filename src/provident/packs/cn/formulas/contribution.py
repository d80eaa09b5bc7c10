"""A month's contributions of the five branches, rounded to the cent as filings are checked."""

from provident.packs.language import Lookup, Ops, Quotient, Whole


def pension_base_2011_07(
    wage: Whole,
    month: Whole,
    region: Whole,
    pension__base_floor: Lookup,
    pension__base_ceiling: Lookup,
    ops: Ops,
) -> Whole:
    at_most = ops.minimum(wage, pension__base_ceiling.on(month, region=region))
    return ops.maximum(at_most, pension__base_floor.on(month, region=region))


def pension_employee_2011_07(
    pension_base: Whole, month: Whole, region: Whole, pension__employee_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        pension_base, pension__employee_rate.on(month, region=region), pension__employee_rate.one
    )


def pension_employer_2011_07(
    pension_base: Whole, month: Whole, region: Whole, pension__employer_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        pension_base, pension__employer_rate.on(month, region=region), pension__employer_rate.one
    )


def medical_base_2011_07(
    wage: Whole,
    month: Whole,
    region: Whole,
    medical__base_floor: Lookup,
    medical__base_ceiling: Lookup,
    ops: Ops,
) -> Whole:
    at_most = ops.minimum(wage, medical__base_ceiling.on(month, region=region))
    return ops.maximum(at_most, medical__base_floor.on(month, region=region))


def medical_employee_2011_07(
    medical_base: Whole, month: Whole, region: Whole, medical__employee_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        medical_base, medical__employee_rate.on(month, region=region), medical__employee_rate.one
    )


def medical_employer_2011_07(
    medical_base: Whole, month: Whole, region: Whole, medical__employer_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        medical_base, medical__employer_rate.on(month, region=region), medical__employer_rate.one
    )


def unemployment_base_2011_07(
    wage: Whole,
    month: Whole,
    region: Whole,
    unemployment__base_floor: Lookup,
    unemployment__base_ceiling: Lookup,
    ops: Ops,
) -> Whole:
    at_most = ops.minimum(wage, unemployment__base_ceiling.on(month, region=region))
    return ops.maximum(at_most, unemployment__base_floor.on(month, region=region))


def unemployment_employee_2011_07(
    unemployment_base: Whole, month: Whole, region: Whole, unemployment__employee_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        unemployment_base,
        unemployment__employee_rate.on(month, region=region),
        unemployment__employee_rate.one,
    )


def unemployment_employer_2011_07(
    unemployment_base: Whole, month: Whole, region: Whole, unemployment__employer_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        unemployment_base,
        unemployment__employer_rate.on(month, region=region),
        unemployment__employer_rate.one,
    )


def work_injury_base_2011_07(
    wage: Whole,
    month: Whole,
    region: Whole,
    work_injury__base_floor: Lookup,
    work_injury__base_ceiling: Lookup,
    ops: Ops,
) -> Whole:
    at_most = ops.minimum(wage, work_injury__base_ceiling.on(month, region=region))
    return ops.maximum(at_most, work_injury__base_floor.on(month, region=region))


def work_injury_employee_2011_07(
    work_injury_base: Whole, month: Whole, region: Whole, work_injury__employee_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        work_injury_base, work_injury__employee_rate.on(month, region=region), work_injury__employee_rate.one
    )


def work_injury_employer_2011_07(
    work_injury_base: Whole, month: Whole, region: Whole, work_injury__employer_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        work_injury_base, work_injury__employer_rate.on(month, region=region), work_injury__employer_rate.one
    )


def maternity_base_2011_07(
    wage: Whole,
    month: Whole,
    region: Whole,
    maternity__base_floor: Lookup,
    maternity__base_ceiling: Lookup,
    ops: Ops,
) -> Whole:
    at_most = ops.minimum(wage, maternity__base_ceiling.on(month, region=region))
    return ops.maximum(at_most, maternity__base_floor.on(month, region=region))


def maternity_employee_2011_07(
    maternity_base: Whole, month: Whole, region: Whole, maternity__employee_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        maternity_base, maternity__employee_rate.on(month, region=region), maternity__employee_rate.one
    )


def maternity_employer_2011_07(
    maternity_base: Whole, month: Whole, region: Whole, maternity__employer_rate: Lookup, ops: Ops
) -> Quotient:
    return ops.share(
        maternity_base, maternity__employer_rate.on(month, region=region), maternity__employer_rate.one
    )
