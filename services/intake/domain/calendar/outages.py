"""Planned outages of a unit: announced in time, moved, taken back; the time of them is not counted.

NĐ 224/2026 Đ13: an outage that is planned is announced at least seven working days before, with
the hour of return. Each decision is an edition of the unit's calendar, and so are its recount and
what other services are told. One that nobody planned is noted, and its time goes on counting:
no text that we have read says otherwise (`LawRule.UNCOUNTED_OUTAGE`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from contracts.events import CalendarChanged
from contracts.law import LawRule
from foundation.errors import Invalid, NotFound, Refused
from foundation.frozen import replace
from foundation.law import cite, holds
from foundation.worktime import (
    Calendar,
    Outage,
    Outages,
    add_working_days,
    read_outages,
    to_minute,
    write_outages,
)
from services.intake.domain.calendar.unit_calendar import UnitCalendar, put_in_force

NOTICE_DAYS = 7
LONGEST = timedelta(days=30)
MOST_OUTAGES = 500
Decision = tuple[UnitCalendar, tuple[CalendarChanged, ...]]


def wanted(
    *,
    since: datetime,
    until: datetime,
    agencies: Iterable[str],
    planned: bool,
    reason: Mapping[str, str],
) -> Outage:
    """An outage as it is asked for, each agency named once."""
    return Outage(
        since=since,
        until=until,
        agencies=tuple(sorted(set(agencies))),
        planned=planned,
        vi=reason["vi"],
        en=reason["en"],
    )


def announce(unit: UnitCalendar, asked: Outage, now: datetime) -> Decision:
    """Announce a planned outage, or note one that nobody planned; it gets its number.

    Raises:
        Invalid: its times are none that an outage can have, or there are too many.
        Refused: it comes too soon, the law knows no such notice yet, or there is one then already.
    """
    outage = replace(
        asked,
        since=to_minute(asked.since),
        until=to_minute(asked.until),
        number=unit.newest.number + 1,
    )
    known = listed(unit)
    _must_be_a_span(outage)
    if len(known) >= MOST_OUTAGES:
        raise Invalid(
            f"Lịch chỉ giữ tối đa {MOST_OUTAGES} lần ngừng hệ thống.",
            f"A calendar keeps {MOST_OUTAGES} outages at most.",
        )
    if outage.planned:
        _must_be_in_time(outage.since, unit.calendar, now)
        _must_be_apart(outage, known)
    elif outage.since > now:
        raise Invalid(
            "Lần ngừng chưa bắt đầu thì phải báo trước theo kế hoạch (planned: true).",
            "An outage that has not begun is announced as a planned one (planned: true).",
        )
    return _decided(unit, (*known, outage), outage, now)


def move_end(unit: UnitCalendar, number: int, until: datetime, now: datetime) -> Decision:
    """Give an outage that is not over another end; the same end again changes nothing.

    An earlier end may be told until the outage is over. Time that is added needs its own notice,
    seven working days before the end that was announced: without it, it is an unplanned outage.

    Raises:
        NotFound: there is no outage of that number.
        Refused: it is over, or the added time comes too soon.
        Invalid: it cannot end then.
    """
    outage = numbered(unit, number)
    moved = replace(outage, until=to_minute(until))
    if moved == outage:
        return unit, ()
    _must_be_a_span(moved)
    if outage.planned and outage.until <= now:
        raise Refused(
            "Lần ngừng này đã kết thúc nên không đổi giờ hoạt động lại được nữa.",
            "This outage is over, so its end can no longer be moved.",
            article=cite(LawRule.OUTAGE, now),
        )
    others = tuple(each for each in listed(unit) if each != outage)
    if outage.planned and moved.until > outage.until:
        _must_be_in_time(outage.until, unit.calendar, now)
        _must_be_apart(moved, others)
    return _decided(unit, (*others, moved), moved, now)


def take_back(unit: UnitCalendar, number: int, now: datetime) -> Decision:
    """Take an outage back before it begins; one that was taken back before stays so.

    Raises:
        NotFound: there never was an outage of that number.
        Refused: it has begun.
    """
    before = [each for old in unit.editions for each in read_outages(old.outages)]
    if any(each.number == number for each in before) and number not in _numbers(unit):
        return unit, ()
    outage = numbered(unit, number)
    if outage.since <= now:
        raise Refused(
            "Lần ngừng đã bắt đầu nên không rút lại được; nếu đã hoạt động lại, hãy đổi giờ kết "
            "thúc.",
            "The outage has begun, so it cannot be taken back; if the system is back, move its "
            "end.",
            article=cite(LawRule.OUTAGE, now),
        )
    left = tuple(each for each in listed(unit) if each != outage)
    return _decided(unit, left, outage, now, taken_back=True)


def listed(unit: UnitCalendar) -> Outages:
    """All that stand in the edition in force."""
    return read_outages(unit.newest.outages)


def current(unit: UnitCalendar, now: datetime) -> Outages:
    """Those that are going on or to come, the next first."""
    return tuple(sorted((e for e in listed(unit) if e.until > now), key=lambda each: each.since))


def numbered(unit: UnitCalendar, number: int) -> Outage:
    """The outage of that number.

    Raises:
        NotFound: there is none.
    """
    found = next((each for each in listed(unit) if each.number == number), None)
    if found is None:
        raise NotFound(
            f"Không có lần ngừng hệ thống số {number}; xem `motcua outage list`.",
            f"There is no outage number {number}; see `motcua outage list`.",
        )
    return found


def earliest(calendar: Calendar, now: datetime) -> datetime:
    """The first moment at which an outage announced now may begin."""
    return add_working_days(now, NOTICE_DAYS, calendar)


def _numbers(unit: UnitCalendar) -> set[int]:
    return {each.number for each in listed(unit)}


def _decided(
    unit: UnitCalendar,
    outages: Iterable[Outage],
    changed: Outage,
    now: datetime,
    *,
    taken_back: bool = False,
) -> Decision:
    """The next edition; its reason is what the ledger of each dossier that moves says."""
    said = (
        ("ngừng hệ thống", "outage")
        if not taken_back
        else (
            "rút lại lần ngừng hệ thống",
            "outage taken back",
        )
    )
    edition = replace(
        unit.newest,
        outages=write_outages(outages),
        vi=f"{said[0]}: {changed.vi}",
        en=f"{said[1]}: {changed.en}",
    )
    return put_in_force(unit, edition, now)


def _must_be_a_span(outage: Outage) -> None:
    if not timedelta() < outage.until - outage.since <= LONGEST:
        raise Invalid(
            f"Giờ hoạt động lại phải sau giờ ngừng, và không quá {LONGEST.days} ngày sau đó.",
            f"The system comes back after it stops, and within {LONGEST.days} days.",
            fields={"until": ("sau since / after since",)},
        )


def _must_be_in_time(since: datetime, calendar: Calendar, now: datetime) -> None:
    """Seven working days before, by the unit's calendar (NĐ 224/2026 Đ13)."""
    if not holds(LawRule.OUTAGE, now):
        raise Refused(
            "Chưa có quy định về ngừng hệ thống theo kế hoạch vào ngày này.",
            "On this day no rule about planned outages is in force.",
        )
    first = earliest(calendar, now)
    if since < first:
        raise Refused(
            f"Phải báo trước ít nhất {NOTICE_DAYS:02} ngày làm việc: sớm nhất là "
            f"{first:%H:%M} ngày {first:%d/%m/%Y}. Sự cố đã xảy ra thì ghi nhận (planned: false).",
            f"At least {NOTICE_DAYS} working days of notice are needed: {first:%Y-%m-%d %H:%M} "
            "would do. What has happened unplanned is noted (planned: false).",
            article=cite(LawRule.OUTAGE, now),
        )


def _must_be_apart(outage: Outage, others: Iterable[Outage]) -> None:
    for each in others:
        same = not (each.agencies and outage.agencies) or {*each.agencies} & {*outage.agencies}
        if each.planned and same and each.within(outage.since, outage.until):
            raise Refused(
                f"Trùng với lần ngừng số {each.number}, từ {each.since:%H:%M %d/%m/%Y} đến "
                f"{each.until:%H:%M %d/%m/%Y}; hãy đổi hoặc rút lại lần đó.",
                f"Outage number {each.number} is from {each.since:%Y-%m-%d %H:%M} to "
                f"{each.until:%Y-%m-%d %H:%M}; move its end or take it back.",
            )
