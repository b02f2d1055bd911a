"""Coverage of the centre's desks: which has nobody on which days, and what keeps people away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from foundation.frozen import replace
from foundation.worktime import Calendar
from services.routing.domain.staff.officers import CentreDesk, OfficerBook, keeps_away


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A desk without anybody, on these days; `why` says of each of its people what keeps them."""

    desk: str
    first: date
    last: date
    why: tuple[tuple[str, str], ...]


def working(first: date, count: int, calendar: Calendar) -> list[date]:
    """The working days from the first on, as many as asked for."""
    days: list[date] = []
    for year in (first.year, first.year + 1):
        found = calendar.working_days(year)
        days += [date.fromordinal(day) for day in found if day >= first.toordinal()]
        if len(days) >= count:
            break
    return days[:count]


def uncovered(office: OfficerBook, days: Iterable[date]) -> list[Gap]:
    """The desks without anybody, each with the runs of the given days on which it is so."""
    gaps: list[Gap] = []
    wanted = sorted(days)
    for desk in office.desks:
        open_gap: Gap | None = None
        for day in wanted:
            why = _why_nobody(office, desk, day)
            if why and open_gap and open_gap.why == why:
                open_gap = replace(open_gap, last=day)
                gaps[-1] = open_gap
            elif why:
                open_gap = Gap(desk=desk.code, first=day, last=day, why=why)
                gaps.append(open_gap)
            else:
                open_gap = None
    return gaps


def _why_nobody(office: OfficerBook, desk: CentreDesk, day: date) -> tuple[tuple[str, str], ...]:
    """What keeps each of the desk's people away; empty when somebody is there."""
    people = {each.id: each for each in office.officers}
    why = tuple(
        (one, keeps_away(people[one], day) if one in people else "unknown")
        for one in (desk.main, *desk.backups)
    )
    return () if any(not reason for _, reason in why) else why
