"""Payroll files of any size for the benches: well-formed synthetic numbers, right amounts, all branches."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

REGION = 990000
STAFF = 200  # people an employer has
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红文建国志"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PIECE = 50_000
HEADINGS = "resident_id,name,employer_id,branch,month,base,employee,employer\n"


def numbers(first: int, count: int) -> list[str]:
    """Return official numbers with the unassigned region code 990000 and right check characters."""
    place = np.arange(first, first + count)
    sequence, days = place % 1000, place // 1000
    months, day = days // 28, days % 28 + 1
    year, month = 1950 + months // 12 % 60, months % 12 + 1
    digits = np.char.add(
        np.char.add("990000", (year * 10000 + month * 100 + day).astype("U8")),
        np.char.zfill(sequence.astype("U3"), 3),
    )
    rows = digits.astype("U17").view("U1").reshape(-1, 17).astype(int)
    check = np.array(list("10X98765432"))[rows @ _WEIGHTS % 11]
    return np.char.add(digits, check).tolist()


def names(first: int, count: int) -> list[str]:
    """Return names, many of them borne by several people, as in life."""
    place = np.arange(first, first + count) * 2654435761 % (1 << 32)
    surname = np.array(list(_SURNAMES))[place % len(_SURNAMES)]
    one = np.array(list(_GIVEN))[place // 64 % len(_GIVEN)]
    other = np.array([*_GIVEN, ""])[place // 4096 % (len(_GIVEN) + 1)]
    return np.char.add(np.char.add(surname, one), other).tolist()


def code(place: int) -> str:
    """Return a unified social credit code in the fictional region."""
    body = f"91990000{place:09d}"
    total = sum(_ALPHABET.index(letter) * pow(3, at, 31) for at, letter in enumerate(body))
    return body + _ALPHABET[-total % 31]


class Payroll:
    """Declarations of all five branches for one month after another, by the law of the fictional region."""

    def __init__(self, month: int) -> None:
        from provident import law
        from provident.kernel.month import Month
        from provident.kernel.words import Branch, Scheme

        book = law.book()
        self.month = f"{month // 100}-{month % 100:02d}"
        when = Month.from_code(month)
        rules = [book.contribution_rule(REGION, branch, Scheme.EMPLOYEES, when) for branch in Branch]
        self.branches = [branch.word for branch in Branch]
        self.floor = max(rule.floor_minor or 0 for rule in rules)
        self.ceiling = min(rule.ceiling_minor or 10**9 for rule in rules)
        self.rates = [(rule.employee_rate, rule.employer_rate) for rule in rules]

    def lines(self, first: int, people: int) -> Iterator[str]:
        """Yield the lines of some people, each in all branches one after the other, in large pieces."""
        for start in range(first, first + people, _PIECE):
            count = min(_PIECE, first + people - start)
            base = self.floor + np.arange(start, start + count) * 7919 % (self.ceiling - self.floor)
            shares = [(_money(_share(base, one)), _money(_share(base, other))) for one, other in self.rates]
            heads = [
                f"{number},{name},{code_},"
                for number, name, code_ in zip(
                    numbers(start, count), names(start, count), _codes(start, count), strict=True
                )
            ]
            text = []
            bases = _money(base)
            for at, head in enumerate(heads):
                for branch, (employee, employer) in zip(self.branches, shares, strict=True):
                    text.append(f"{head}{branch},{self.month},{bases[at]},{employee[at]},{employer[at]}\n")
            yield "".join(text)

    def write(self, path: Path, first: int, people: int) -> None:
        """Write a file of these people: five rows each."""
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADINGS)
            file.writelines(self.lines(first, people))


def write_enrolments(path: Path, first: int, people: int, month: str) -> None:
    """Write a file that enrols these people in all branches."""
    from provident.kernel.words import Branch

    with path.open("w", encoding="utf-8") as file:
        file.write("resident_id,name,employer_id,branch,month,event\n")
        for start in range(first, first + people, _PIECE):
            count = min(_PIECE, first + people - start)
            rows = zip(numbers(start, count), names(start, count), _codes(start, count), strict=True)
            file.writelines(
                f"{number},{name},{code_},{branch.word},{month},enrol\n"
                for number, name, code_ in rows
                for branch in Branch
            )


def _codes(first: int, count: int) -> list[str]:
    employers = range(first // STAFF, (first + count - 1) // STAFF + 1)
    known = {employer: code(employer) for employer in employers}
    return [known[place // STAFF] for place in range(first, first + count)]


def _share(base: np.ndarray, rate) -> np.ndarray:
    return (2 * base * rate.numerator + rate.denominator) // (2 * rate.denominator)


def _money(minor: np.ndarray) -> list[str]:
    return [f"{one // 100}.{one % 100:02d}" for one in minor.tolist()]
