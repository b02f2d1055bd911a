"""`bench clock`: computes due dates of 30 working days, compared with counting day by day."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from statistics import median
from typing import Any

import holidays

from bench.report import Report
from contracts.procedure import TimeLimit, Unit
from foundation.worktime import HO_CHI_MINH, Calendar, add_working_days
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import DueDate

MANY = 100_000
DAYS = 30
FIRST, LAST = 2016, 2035
# A slow side is measured on so many times fewer dates, and its time is scaled up.
FEWER = 20
OURS, WITH_LEDGER = "motcua, due date", "motcua, due date and ledger"
NAIVE, NUMPY = "holidays.get_nth_working_day", "numpy.busday_offset, dates only"
GOAL = 1.0  # seconds


def measure(rounds: int, many: int = MANY) -> Report:
    """Measure each side in turn, `rounds` times; the seconds are for `many` due dates."""
    moments = received(many)
    sides = _sides(moments)
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    last: dict[str, list[date]] = {}
    for _ in range(rounds):
        for name, (count, work) in sides.items():
            began = time.perf_counter()
            last[name] = list(work(moments[:count]))
            seconds[name].append((time.perf_counter() - began) * many / count)
    return report(many, {name: median(each) for name, each in seconds.items()}, last)


def received(many: int) -> list[datetime]:
    """Reproducible random moments within working hours on working days."""
    chance, calendar, found = random.Random(2026), Calendar.default(), list[datetime]()  # noqa: S311 -- no secret
    begin = datetime(FIRST, 1, 1, 7, 0, tzinfo=HO_CHI_MINH)
    span = (date(LAST, 1, 1) - date(FIRST, 1, 1)).days
    while len(found) < many:
        day = begin + timedelta(days=chance.randrange(span), minutes=chance.randrange(270))
        if calendar.is_working_day(day.date()):
            found.append(day)
    return found


def report(many: int, seconds: dict[str, float], last: dict[str, list[date]]) -> Report:
    """The report; `same %` is the share of due dates that equal motcua's."""
    made = Report(f"{many:,} due dates of {DAYS} working days in {FIRST} to {LAST}")
    for name, taken in seconds.items():
        agreed = sum(a == b for a, b in zip(last[OURS], last[name], strict=False))
        row: dict[str, Any] = {"side": name, "seconds": taken, "µs each": taken / many * 1e6}
        made.rows.append(row | {"same %": 100 * agreed / len(last[name])})
    made.ratios[f"seconds for {many:,} due dates"] = seconds[OURS]
    made.ratios[f"seconds for {many:,} with ledger"] = seconds[WITH_LEDGER]
    made.goals = {f"seconds for {many:,} due dates": GOAL * many / MANY}
    made.at_most = True
    return made


def _sides(
    moments: Sequence[datetime],
) -> dict[str, tuple[int, Callable[[Sequence[datetime]], Sequence[date]]]]:
    """The sides with the number of dates each computes; preparations are not measured."""
    calendar = Calendar.default()
    known = holidays.country_holidays("VN", years=range(FIRST - 1, LAST + 3))
    limit = TimeLimit(unit=Unit.WORKING_DAYS, amount=DAYS)
    many = len(moments)
    sides: dict[str, tuple[int, Callable[[Sequence[datetime]], Sequence[date]]]] = {
        OURS: (many, lambda all_: [add_working_days(e, DAYS, calendar).date() for e in all_]),
        WITH_LEDGER: (many, lambda all_: [_day(due_date.begin(limit, e, calendar)) for e in all_]),
        NAIVE: (
            max(many // FEWER, 1),
            lambda all_: [known.get_nth_working_day(each.date(), DAYS) for each in all_],
        ),
    }
    if find_spec("numpy"):
        sides[NUMPY] = many, _numpy(known)
    return sides


def _day(due: DueDate) -> date:
    assert due.moment is not None  # noqa: S101 -- there are days to count
    return due.moment.date()


def _numpy(known: holidays.HolidayBase) -> Callable[[Sequence[datetime]], Sequence[date]]:
    """The side of numpy: dates in one call, without working Saturdays, hours or explanations."""
    import numpy  # noqa: PLC0415, ICN001 -- measured only where it is installed

    off = numpy.busdaycalendar(holidays=sorted(known))

    def count(moments: Sequence[datetime]) -> Sequence[date]:
        days = numpy.array([each.date() for each in moments], dtype="datetime64[D]")
        counted: list[date] = numpy.busday_offset(days, DAYS, "preceding", busdaycal=off).tolist()
        return counted

    return count
