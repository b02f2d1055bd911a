"""Which days and hours are worked, and why the others are not; data, so always an argument.

A working day is every day outside the weekend that is no holiday, and the Saturdays worked in
exchange for a bridging day. The weekend is Saturday and Sunday, and within a working day only the
sessions count, 07:00-11:30 and 13:30-17:00, unless the province decides otherwise.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta, timezone
from functools import cache, cached_property
from typing import Self

from foundation.errors import Invalid
from foundation.worktime.day import Day, DayKind
from foundation.worktime.national_decisions import NationalDecisions, shipped
from foundation.worktime.national_holidays import FIRST_YEAR, LAST_YEAR, National, national
from foundation.worktime.outages import Outages, in_a_row

# Viet Nam has kept UTC+7 all year since 1975, so a fixed offset needs no time-zone files.
HO_CHI_MINH = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
SATURDAY_AND_SUNDAY = (5, 6)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reason:
    """Why a day is off, or worked although it would not be, in both languages."""

    kind: DayKind
    vi: str
    en: str

    @property
    def expected(self) -> bool:
        """Whether it is reckoned, not decided; both wordings say so."""
        return self.kind is DayKind.EXPECTED


@dataclass(frozen=True)
class Stretch:
    """Days in a row, both ends included, that have the same reason."""

    first: date
    last: date
    reason: Reason


WEEKEND = Reason(DayKind.WEEKEND, "nghỉ cuối tuần", "weekend")
EXCHANGED = Reason(DayKind.WORKED, "làm bù", "worked in exchange")
UNSAID: Mapping[DayKind, Reason] = {
    DayKind.OFF: Reason(
        DayKind.OFF, "nghỉ theo quyết định của tỉnh", "day off by decision of the province"
    ),
    DayKind.COMPENSATORY: Reason(DayKind.COMPENSATORY, "nghỉ bù", "compensatory day off"),
    DayKind.WORKED: EXCHANGED,
}


@dataclass(frozen=True)
class _Year:
    """The working days as ordinals (`date.toordinal`) and the stretches of others, in order."""

    working: tuple[int, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The working time of one unit; `weekend` are days of the week, Monday being 0.

    `days` are the decisions of the unit. With `national` the decisions of the Government hold
    where these say nothing (`nation`; None are those that came with this release), and where
    neither does, the public holidays that the `holidays` package knows. A year is worked out
    once, when first asked for. `outages` are spans of working time that do not count, `agency`
    whose time this calendar counts: "" is the unit's as a whole.
    """

    sessions: tuple[tuple[time, time], ...] = (
        (time(7, 0), time(11, 30)),
        (time(13, 30), time(17, 0)),
    )
    weekend: tuple[int, ...] = SATURDAY_AND_SUNDAY
    days: tuple[Day, ...] = ()
    national: bool = False
    nation: NationalDecisions | None = None
    outages: Outages = ()
    agency: str = ""

    @classmethod
    @cache
    def default(cls) -> Self:
        """The national calendar with the usual sessions."""
        return cls(national=True)

    def of(self, agency: str) -> "Calendar":
        """The calendar by which the time of that agency counts; itself where none is named."""
        if agency == self.agency or not any(each.agencies for each in self.outages):
            return self
        if agency not in self._by_agency:
            self._by_agency[agency] = replace(self, agency=agency)
        return self._by_agency[agency]

    @cached_property
    def stops(self) -> Outages:
        """The outages in which no time counts here, in a row."""
        return in_a_row(each for each in self.outages if each.holds_for(self.agency))

    def is_working_day(self, day: date) -> bool:
        """Whether the office is open on that day."""
        days = self.working_days(day.year)
        place = bisect_left(days, day.toordinal())
        return place < len(days) and days[place] == day.toordinal()

    def working_days(self, year: int) -> tuple[int, ...]:
        """The working days of a year as ordinals (`date.toordinal`), in order.

        Raises:
            Invalid: the holidays of that year are not known.
        """
        return self._year(year).working

    def stretches(self, first: date, last: date) -> Iterator[Stretch]:
        """The days from `first` to `last` that are not ordinary working days, each with why.

        Raises:
            Invalid: the holidays of a year are not known.
        """
        held: Stretch | None = None
        for each in self._clipped(first, last):
            # A stretch may go on over the end of a year.
            if held and held.reason == each.reason and held.last + ONE_DAY == each.first:
                held = replace(held, last=each.last)
                continue
            if held:
                yield held
            held = each
        if held:
            yield held

    def holidays(self, year: int) -> Iterator[date]:
        """The public holidays of a year that no decision speaks of.

        Raises:
            Invalid: the holidays of that year are not known.
        """
        for each in self._year(year).stretches:
            if each.reason.kind is DayKind.HOLIDAY:
                for ordinal in range(each.first.toordinal(), each.last.toordinal() + 1):
                    yield date.fromordinal(ordinal)

    @cached_property
    def decisions(self) -> NationalDecisions:
        """The decisions for the whole country that hold here."""
        if not self.national:
            return NationalDecisions()
        return shipped() if self.nation is None else self.nation

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The sessions in minutes since midnight."""
        return tuple(
            (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
            for opens, closes in self.sessions
        )

    @cached_property
    def minutes_a_day(self) -> int:
        """The working minutes of one day (480 with the usual sessions)."""
        return sum(closes - opens for opens, closes in self.spans)

    def _clipped(self, first: date, last: date) -> Iterator[Stretch]:
        for year in range(first.year, last.year + 1):
            stretches = self._year(year).stretches
            place = bisect_left(stretches, first, key=lambda each: each.last)
            for each in stretches[place:]:
                if each.first > last:
                    break
                inside = first <= each.first and each.last <= last
                yield (
                    each
                    if inside
                    else Stretch(max(first, each.first), min(last, each.last), each.reason)
                )

    @cached_property
    def _by_agency(self) -> dict[str, "Calendar"]:
        return {}

    @cached_property
    def _years(self) -> dict[int, _Year]:
        return {}

    @cached_property
    def _decided(self) -> Mapping[date, Day]:
        return {day.date: day for day in self.days}

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = self._count_out(year)
        return self._years[year]

    def _count_out(self, year: int) -> _Year:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise unknown_year(year)
        known = national(year) if self.national else National({}, frozenset())
        working: list[int] = []
        others: list[Stretch] = []
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            reason = self._reason(day, known)
            if reason is None or reason.kind is DayKind.WORKED:
                working.append(ordinal)
            if reason and others and others[-1].reason == reason and _follows(others[-1], day):
                others[-1] = replace(others[-1], last=day)
            elif reason:
                others.append(Stretch(day, day, reason))
        return _Year(tuple(working), tuple(others))

    def _reason(self, day: date, known: National) -> Reason | None:
        """Why it is no ordinary working day: the unit's decision, the nation's, what is known."""
        decided, weekend = self._decided.get(day), day.weekday() in self.weekend
        if decided:
            unsaid = UNSAID[decided.kind]
            vi, en = decided.note or unsaid.vi, decided.note_en or decided.note or unsaid.en
            return Reason(decided.kind, vi, en)
        if self.national and day in self.decisions.by_date:
            return _by_the_nation(self.decisions.by_date[day])
        if day in known.worked:
            return EXCHANGED
        if day in known.names:
            return self._holiday(day, *known.names[day])
        return WEEKEND if weekend else None

    def _holiday(self, day: date, vi: str, en: str) -> Reason:
        """A public holiday; it says that it is expected while its year has no plan."""
        if self.decisions.is_expected(day.year):
            return Reason(DayKind.EXPECTED, f"{vi} (dự kiến)", f"{en} (expected)")
        return Reason(DayKind.HOLIDAY, vi, en)


def unknown_year(year: int | str) -> Invalid:
    """What is said of a moment in a year whose holidays nobody knows."""
    return Invalid(
        f"Chỉ biết ngày nghỉ của các năm {FIRST_YEAR} đến {LAST_YEAR}, không tính được năm {year}.",
        f"Days off are known for the years {FIRST_YEAR} to {LAST_YEAR}; {year} cannot be counted.",
    )


def _by_the_nation(day: Day) -> Reason:
    by = f" ({day.decision})" if day.decision else ""
    return Reason(day.kind, f"{day.note}{by}", f"{day.note_en or day.note}{by}")


def _follows(stretch: Stretch, day: date) -> bool:
    return stretch.last + ONE_DAY == day
