"""A column of a file as whole numbers: what is given, what is not, and what cannot be read."""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from provident.law.engine.many import Column, Reasons
from provident.law.formulas.declared import Kind, Variable
from provident.law.refusals import NotAValue

if TYPE_CHECKING:
    import polars as pl

MINOR = "_minor"
_DAY, _MONTH = np.dtype("datetime64[D]"), np.dtype("datetime64[M]")
_FORMS = {
    Kind.MONEY: "12345.67", Kind.NUMBER: "12.5", Kind.MONTHS: "180", Kind.YEAR: "2026", Kind.MONTH: "2026-03",
    Kind.DATE: "2026-03-31", Kind.REGION: "110000", Kind.FLAG: "1, 0",
}  # fmt: skip


def form_of(variable: Variable) -> str:
    """Return how a value of a variable is written, by an example."""
    return " | ".join(variable.words) if variable.kind is Kind.WORD else _FORMS[variable.kind]


def read_column(variable: Variable, data: Any, reasons: Reasons, *, minor: bool = False) -> Column:
    """Return a column of a file (a NumPy array or a polars series) for a variable."""
    if isinstance(data, np.ndarray):
        return _from_array(variable, data, reasons, minor=minor)
    import polars as pl  # noqa: PLC0415 - a folder of arrays is read without it

    kind = data.dtype
    present = None if data.null_count() == 0 else (~data.is_null()).to_numpy()
    if kind == pl.String:
        return _from_text(variable, data, reasons)
    if kind.is_integer() or kind == pl.Boolean:
        whole = data.cast(pl.Int64).fill_null(0).to_numpy()
        return _placed(_from_array(variable, whole, reasons, minor=minor), present)
    if kind.is_decimal():
        return _from_text(variable, data.cast(pl.String), reasons)
    if kind == pl.Date and variable.kind in {Kind.DATE, Kind.MONTH}:
        days = data.cast(pl.Int32).fill_null(0).to_numpy().astype("datetime64[D]")
        return _placed(_from_array(variable, days, reasons, minor=False), present)
    if kind.is_float():
        return _placed(_from_array(variable, data.fill_null(0).to_numpy(), reasons, minor=minor), present)
    return _from_text(variable, data.cast(pl.String, strict=False), reasons)


def plain(variable: Variable, data: Any, *, minor: bool) -> list[int] | None:
    """Return a column of whole numbers or days as they are; None where it has to be read more closely."""
    if not isinstance(data, np.ndarray):
        return None
    kind = data.dtype
    how = _plainly(kind, variable.kind, variable.decimals, minor)
    if how is None:
        return None
    scale, shift = how
    found: list[int] = (data if kind.kind == "i" else data.view(np.int64)).tolist()
    if shift:
        return [one + shift for one in found]
    return found if scale == 1 else [one * scale for one in found]


@cache
def _plainly(data: Any, kind: Kind, decimals: int, minor: bool) -> tuple[int, int] | None:
    """Return what an array's numbers are multiplied with and what is added; None if they are not plain."""
    if data.kind == "i" and data.itemsize <= 4 and kind is not Kind.MONTH:
        scale = scale_of(kind, decimals, minor=minor)
        return (scale, 0) if scale < 2**31 else None
    if data == _DAY and kind is Kind.DATE:
        return 1, 0
    return (1, 1970 * 12) if data == _MONTH and kind is Kind.MONTH else None


def _placed(column: Column, present: Any) -> Column:
    if present is None:
        return column
    faults = None if column.faults is None else np.where(present, column.faults, 0)
    return Column(column.values, present, faults)


def _from_array(variable: Variable, data: Any, reasons: Reasons, *, minor: bool) -> Column:
    kind = variable.kind
    if data.dtype.kind == "M":
        if kind is Kind.MONTH:
            return Column(data.astype("datetime64[M]").astype(np.int64) + 1970 * 12)
        return Column(data.astype("datetime64[D]").astype(np.int64))
    if data.dtype.kind == "f":
        return _from_floats(variable, data, reasons, minor=minor)
    if kind is Kind.MONTH:  # 202603
        year, month = np.divmod(data.astype(np.int64), 100)
        return _checked(variable, year * 12 + month - 1, (month < 1) | (month > 12), data, reasons)
    scale = scale_of(variable.kind, variable.decimals, minor=minor)
    if scale == 1:
        return Column(data if data.dtype.kind == "i" else data.astype(np.int64))
    most = (2**63 - 1) // scale
    beyond = (data > most) | (data < -most) if data.dtype.itemsize > 4 else np.zeros(1, dtype=bool)
    if beyond.any():
        return _checked(variable, np.where(beyond, 0, data).astype(np.int64) * scale, beyond, data, reasons)
    return Column(data.astype(np.int64) * scale)


def scale_of(kind: Kind, decimals: int, *, minor: bool) -> int:
    """Return how many of a variable's units a column's whole number stands for."""
    if kind not in {Kind.MONEY, Kind.NUMBER}:
        return 1
    places = max(0, decimals - 2) if minor else decimals
    return int(10**places)


def _from_floats(variable: Variable, data: Any, reasons: Reasons, *, minor: bool) -> Column:
    """Take a floating number only where it stands for exactly one value."""
    scaled = data * scale_of(variable.kind, variable.decimals, minor=minor)
    whole = np.rint(scaled)
    wrong = ~(np.abs(scaled - whole) < 1e-4) | ~(np.abs(whole) < 2**53)
    return _checked(variable, np.where(wrong, 0, whole).astype(np.int64), wrong, data, reasons)


def _checked(variable: Variable, values: Any, wrong: Any, data: Any, reasons: Reasons) -> Column:
    if not wrong.any():
        return Column(values)
    faults = np.zeros(len(values), dtype=np.int32)
    for at in np.flatnonzero(wrong):
        faults[at] = reasons.number(not_a_value(variable, str(data[int(at)])))
    return Column(np.where(wrong, variable.low, values), None, faults)


def not_a_value(variable: Variable, text: str) -> NotAValue:
    """Return the refusal of a text that is no value of a variable."""
    return NotAValue(text=text[:40], name=variable.name, form=form_of(variable))


def _from_text(variable: Variable, data: "pl.Series", reasons: Reasons) -> Column:
    import polars as pl  # noqa: PLC0415

    text = data.fill_null("").str.strip_chars()
    present = (text != "").to_numpy()
    parsed = pl.select(_parsing(variable, pl.lit(text))).to_series()
    wrong = parsed.is_null().to_numpy() & present
    column = _checked(variable, parsed.fill_null(variable.low).to_numpy(), wrong, text, reasons)
    return column if present.all() else Column(column.values, present, column.faults)


def _parsing(variable: Variable, text: "pl.Expr") -> "pl.Expr":
    """Return the expression that reads texts as whole numbers, null where it cannot."""
    import polars as pl  # noqa: PLC0415

    match variable.kind:
        case Kind.DATE:
            return text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Int64)
        case Kind.MONTH:
            found = text.str.extract_groups(r"^(\d{4})-?(0[1-9]|1[0-2])(?:-01)?$")
            year, month = (found.struct.field(str(n)).cast(pl.Int64, strict=False) for n in (1, 2))
            return year * 12 + month - 1
        case Kind.WORD:
            words = {word: at for at, word in enumerate(variable.words)}
            return text.replace_strict(words, default=None, return_dtype=pl.Int64)
        case Kind.FLAG:
            words = {"0": 0, "1": 1, "false": 0, "true": 1}
            return text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Int64)
    places = variable.decimals
    pattern = r"^([+-]?)(\d{1,18})" + (rf"(?:\.(\d{{0,{places}}})0*)?$" if places else r"(?:\.0*)?$")
    found = text.str.extract_groups(pattern)
    whole = found.struct.field("2").cast(pl.Int64, strict=False)
    most = (2**63 - 1) // 10**places - 1
    value = pl.when(whole <= most).then(whole) * 10**places
    if places:
        rest = found.struct.field("3").fill_null("").str.pad_end(places, "0").cast(pl.Int64, strict=False)
        value = value + rest
    return pl.when(found.struct.field("1") == "-").then(-value).otherwise(value)
