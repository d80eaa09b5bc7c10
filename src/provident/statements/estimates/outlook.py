"""What a record comes to as a pension: now, at the statutory age, earlier or later, and with gaps closed."""

import datetime as dt
from dataclasses import dataclass, replace

from provident.kernel.clock import legal_day
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.refusal import Refusal
from provident.kernel.words import EntryKind
from provident.ledger import queries as ledger
from provident.statements.estimates.closing import closings, fill, gained, interest_closing, months_between
from provident.statements.estimates.facts import read
from provident.statements.estimates.forecasting import SPACE, Case, More, Points, together
from provident.statements.estimates.queries import told_of
from provident.statements.estimates.records import (
    Choice,
    Closing,
    Estimate,
    GoingOn,
    InterestClosing,
    Outlook,
    Sum,
    Window,
)
from provident.statements.refusals import NotToChoose, WindowOver


def case_of(opened: Opened, category: str, *, known_on: dt.datetime | None = None) -> Case:
    """Return the opened record ready to be asked about its pension."""
    agency = ledger.installation()
    today = legal_day(known_on or opened.at, agency.zone)
    found = read(opened, as_of=Month.of(today), known_on=known_on)
    return Case(found, category, agency.currency, today)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is assumed of the months to come, or why it cannot be said; and what is known of the years."""

    case: Case
    assumed: GoingOn | None
    refused: Refusal | None

    def more(self, month: Month) -> More:
        """Return what going on adds until a month."""
        return self.case.until(self.assumed, month) if self.assumed else More()

    def choice(self, month: Month, standing: Points | None = None, going: Points | None = None) -> Choice:
        """Return the pensions of a month."""
        forecast = Sum(refused=self.refused) if self.refused else None
        if self.assumed is not None:
            forecast = self.case.sum(month, self.more(month), going)
        return Choice(month, self.case.age_in(month), self.case.sum(month, More(), standing), forecast)


def held(case: Case) -> Outlook:
    """Return what stands on record, without asking when the person retires."""
    balance = case.facts.given.get(f"{SPACE}account_balance")
    return Outlook(
        as_of=case.read.last,
        amounts_of=case.amounts_of,
        category=case.category,
        months_paid=len(case.paid),
        months_without=months_between(case.read.facts, case.read.last),
        balance=Money(balance.value, case.currency) if balance else None,
        drawing=_drawing(case),
    )


def _drawing(case: Case) -> tuple[Month, Money] | None:
    """Return the month and amount of the last pension paid out; None if none ever was."""
    paid: dict[Month, int] = {}
    for one in case.read.entries:
        if one.kind is EntryKind.BENEFIT_PAID and one.month is not None:
            paid[one.month] = paid.get(one.month, 0) - one.legs.account - one.legs.fund
    return (max(paid), Money(paid[max(paid)], case.currency)) if paid else None


def outlook(case: Case) -> Outlook:
    """Work out the pension for every month that may still be chosen, and what each gap is worth."""
    try:
        window = case.window()
    except Refusal as refusal:
        return replace(held(case), refused=refusal)
    ahead = _ahead(case)
    choices = _choices(ahead, window)
    statutory = next((one for one in choices if one.month == window.statutory), None)
    first = statutory or next(iter(choices), None)
    found, interest, every = _closed(ahead, window, first.month if first else None)
    return replace(
        held(case),
        window=window,
        assumed=ahead.assumed,
        months_ahead=sum(ahead.more(window.statutory).months.values()),
        choices=choices,
        statutory_age=case.age_in(window.statutory),
        statutory=statutory,
        valued_in=first.month if first else None,
        closings=found,
        interest=interest,
        all_closed=every,
    )


def working(case: Case, month: Month, *, going_on: bool, reference: str) -> Estimate:
    """Return the whole working of the pension of a month, from the record or of somebody who goes on.

    Refused for a month in which the person may not retire: what years without end would come to, or
    the record of today in a month that is past, is no pension.
    """
    first, last = _open(case, case.window())
    if first > last:
        raise WindowOver(last=last)
    if not first <= month <= last:
        raise NotToChoose(month=month, first=first, last=last)
    more = _ahead(case).more(month) if going_on else More()
    told = told_of(case.asked(month, more), case.facts, reference=reference, as_of=case.read.last)
    return replace(told, months_ahead=sum(more.months.values()))


def _open(case: Case, window: Window) -> tuple[Month, Month]:
    """Return the first month and the last that may still be chosen; if it is over, the last comes first."""
    return max(window.earliest, case.read.last), window.latest


def _ahead(case: Case) -> _Ahead:
    try:
        return _Ahead(case, case.going_on(), None)
    except Refusal as refusal:
        return _Ahead(case, None, refusal)


def _choices(ahead: _Ahead, window: Window) -> tuple[Choice, ...]:
    """Return every month from today on that may be chosen; of a window that is over, none."""
    case = ahead.case
    first, last = _open(case, window)
    if first > last:
        return ()
    standing = case.points(last, More())
    going = case.points(last, ahead.more(last)) if ahead.assumed else {}
    return tuple(ahead.choice(month, standing, going) for month in first.through(last))


def _closed(
    ahead: _Ahead, window: Window, month: Month | None
) -> tuple[tuple[Closing, ...], InterestClosing | None, Sum | None]:
    """Return what each gap is worth in a month, on top of whatever can be worked out there."""
    case, base = ahead.case, ahead.more(month) if month else More()
    if month:
        before = case.sum(month, base)
        if before.refused and not before.too_few:  # with more months there may be a pension, so those stay
            base = More()

    def worth(more: More) -> Sum:
        if month is None:
            return Sum(refused=WindowOver(last=window.latest))
        return case.sum(month, together((base, more)))

    filled = fill(case)
    interest = interest_closing(case, worth)
    every = [one.more for one in filled if one.refused is None]
    if interest and interest.interest.minor:
        every.append(More(account=interest.interest.minor))
    whole = gained(worth(More()), worth(together(every))) if every else None
    return closings(case, filled, worth), interest, whole
