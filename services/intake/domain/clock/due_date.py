"""The statutory clock: when a dossier is due, what moves the date, and every reason on record.

Rules are data of a procedure (`TimeLimit`); each function below names the article it follows.
NĐ 61/2018 Đ19: time counts from the day after the receipt of the complete dossier, so n working
days end at the same clock time n working days later; what comes outside working time counts
from the next opening. All of it is exact to the minute, in Viet Nam's time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from contracts.law import LawRule
from contracts.procedure import CountedFrom, Supplement, TimeLimit, Unit
from foundation.frozen import replace
from foundation.law import cite
from foundation.worktime import (
    Calendar,
    add_calendar_days,
    add_elapsed,
    add_working_days,
    add_working_minutes,
    after_outages,
    closing,
    local_day,
    next_opening,
    to_minute,
    working_minutes,
)
from services.intake.domain.clock.ledger import (
    AFTER_15,
    DueDate,
    Ledger,
    LedgerEntry,
    LedgerKind,
    unit_of,
)
from services.intake.domain.clock.uncounted import A_DAY, beyond, minutes_of, running, uncounted

LATE_IN_THE_DAY = time(15, 0)
AN_HOUR = 60
ANSWER_HOURS = 8


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time of waiting (`because`, see `waits`): who asked for what, by which article."""

    since: datetime
    until: datetime
    who: str
    article: str
    because: str = "papers"


def begin(
    limit: TimeLimit,
    received: datetime,
    calendar: Calendar,
    *,
    at_office: datetime | None = None,
    competent: str = "",
) -> DueDate:
    """The due date of a dossier received complete at that moment (NĐ 61/2018 Đ19).

    Some laws count from `at_office`, the receipt by the office that decides (for a mortgage the
    land registration office, 1.011441): until then there is no due date. So it is where another
    place received the dossier for the agency that is `competent` (`LawRule.ANYWHERE`).
    """
    at_once = limit.counted_from is CountedFrom.RECEIPT and not competent
    since = received if at_once else at_office
    if since is None:
        return DueDate()
    receipt = LedgerEntry(
        kind=LedgerKind.RECEIVED,
        since=since,
        until=since,
        who=competent,
        article=cite(LawRule.ANYWHERE if competent else LawRule.COUNTED, received),
    )
    return _count(DueDate(), (receipt, _allowance(limit, since, received)), calendar)


def resume(
    due: DueDate,
    limit: TimeLimit,
    pause: Pause,
    calendar: Calendar,
    *,
    received: datetime | None = None,
) -> DueDate:
    """The due date after a pause for papers, by the procedure's mode (see `Supplement`).

    `received` is the dossier's receipt, whose law is cited; the ledger's first moment without it.
    """
    if not due.ledger and due.moment:
        given = LedgerEntry(kind=LedgerKind.GIVEN, since=due.moment, until=due.moment)
        due = replace(due, ledger=(given,))
    paused = LedgerEntry(
        kind=LedgerKind.PAUSED if limit.supplement is Supplement.PAUSE else LedgerKind.RESTARTED,
        since=pause.since,
        until=pause.until,
        who=pause.who,
        article=pause.article,
        because=pause.because,
    )
    if limit.supplement is Supplement.PAUSE:
        return _count(due, (paused,), calendar)
    if limit.supplement is Supplement.PAUSE_THEN_FIXED:
        limit = replace(limit, unit=Unit.WORKING_DAYS, amount=limit.fixed)
    began = received or min((each.since for each in due.ledger), default=pause.since)
    return _count(due, (paused, _allowance(limit, pause.until, began)), calendar)


def reappoint(due: DueDate, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """The one new date that an agency names with its apology (Đ19.9); `act.until` is that date."""
    return _count(due, (replace(act, kind=LedgerKind.REAPPOINTED),), calendar)


def answer_by(submitted: datetime, calendar: Calendar) -> datetime:
    """Until when a dossier handed in online must be answered: 8 working hours (state 1)."""
    return add_working_minutes(submitted, ANSWER_HOURS * AN_HOUR, calendar)


def ask_until(
    ordered: datetime, limit: TimeLimit, calendar: Calendar, *, waited: int = 0
) -> datetime:
    """Until when an agency may ask for papers: working days from its order (Đ19.4).

    `waited` are working minutes in which all stood still.
    """
    until = add_working_days(ordered, limit.ask_within, calendar)
    return add_working_minutes(until, waited, calendar) if waited else until


def forward_by(received: datetime, calendar: Calendar) -> datetime:
    """Until when the centre must pass a dossier on (Đ18.2).

    On the working day of its receipt; what comes after 15:00, at the opening of the next one.
    """
    start = add_working_days(received, 0, calendar)
    late = start.time() > LATE_IN_THE_DAY
    until = next_opening(start, calendar) if late else closing(start, calendar)
    return after_outages(start, until, calendar)


def recompute(due: DueDate, calendar: Calendar, vi: str, en: str) -> DueDate:
    """The due date on a calendar that has changed; `vi` and `en` say why it has.

    What people did stays (receipt, limit, pauses), what the calendar adds is counted again, and
    a date that moved is on record with what it was.
    """
    notes = tuple(each for each in due.ledger if each.kind is LedgerKind.RECOMPUTED)
    counted = _count(DueDate(), (each for each in due.ledger if each.kind in _RULES), calendar)
    if due.moment and counted.moment and counted.moment != due.moment:
        moved = LedgerEntry(
            kind=LedgerKind.RECOMPUTED, since=due.moment, until=counted.moment, vi=vi, en=en
        )
        notes = (*notes, moved)
    return replace(counted, ledger=(*counted.ledger, *notes))


def timing(due: datetime | None, at: datetime) -> str:
    """Before the day of the appointment is early; on it, up to its minute, is on time."""
    if due is None or at <= due:
        return "early" if due and local_day(at) < local_day(due) else "on_time"
    return "late"


def minutes_left(due: datetime | None, at: datetime, calendar: Calendar) -> int:
    """The working minutes from a moment to the due date; below 0 after it, 0 without one."""
    if due is None:
        return 0
    return working_minutes(at, due, calendar) - working_minutes(due, at, calendar)


# How each act is counted. A rule takes what was counted so far and the act, without its result.


def _count(due: DueDate, acts: Iterable[LedgerEntry], calendar: Calendar) -> DueDate:
    for act in acts:
        due = _RULES[act.kind](due, act, calendar)
    return due


def _allowance(limit: TimeLimit, since: datetime, received: datetime) -> LedgerEntry:
    """The time limit as an act; when it really begins and ends is the rule's to say."""
    rule = LawRule.SAME_DAY if limit.unit is Unit.SAME_DAY else LawRule.COUNTED
    return LedgerEntry(
        kind=LedgerKind.ALLOWED,
        since=since,
        until=since,
        article="" if limit.unit is Unit.NONE else cite(rule, received),
        unit=limit.unit,
        amount=limit.amount,
    )


def _received(due: DueDate, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """Counting begins at the receipt or, outside working time, at the next opening."""
    start = add_working_days(act.until, 0, calendar)
    skipped = uncounted(to_minute(act.until), start, 0, calendar)
    return DueDate(moment=start, ledger=(*due.ledger, act, *skipped))


def _given(due: DueDate, act: LedgerEntry, _calendar: Calendar) -> DueDate:
    return DueDate(moment=to_minute(act.until), ledger=(*due.ledger, act))


def _restarted(due: DueDate, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """Đ19.4: from the full dossier on, time counts from zero."""
    minutes = working_minutes(act.since, act.until, calendar)
    return _received(due, replace(act, minutes=minutes), calendar)


def _paused(due: DueDate, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """The date moves by the working time that was waited (supplement mode `pause`).

    A limit in days of the calendar moves by all of the time, and then off days that are off.
    """
    if due.moment is None:
        return replace(due, ledger=(*due.ledger, replace(act, minutes=0)))
    if unit_of(due.ledger) is Unit.CALENDAR_DAYS:
        return _paused_by_the_calendar(due, due.moment, act, calendar)
    minutes = working_minutes(act.since, act.until, calendar)
    end = add_working_minutes(due.moment, minutes, calendar)
    skipped = uncounted(due.moment, end, minutes, calendar)
    return DueDate(moment=end, ledger=(*due.ledger, replace(act, minutes=minutes), *skipped))


def _paused_by_the_calendar(
    due: DueDate, was: datetime, act: LedgerEntry, calendar: Calendar
) -> DueDate:
    waited = running(to_minute(act.since), to_minute(act.until), calendar)
    counted = add_elapsed(was, waited, calendar)
    end = add_working_days(counted, 0, calendar)
    skipped = beyond(was, counted, end, calendar)
    paused = replace(act, minutes=minutes_of(waited))
    return DueDate(moment=end, ledger=(*due.ledger, paused, *skipped))


def _reappointed(due: DueDate, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """The date that was named, or the next working moment should it be off by now."""
    moment = add_working_days(act.until, 0, calendar)
    return DueDate(moment=moment, ledger=(*due.ledger, replace(act, until=moment)))


def _allowed(due: DueDate, act: LedgerEntry, calendar: Calendar) -> DueDate:
    if due.moment is None or act.unit is Unit.NONE:
        start = due.moment or act.since
        return DueDate(ledger=(*due.ledger, replace(act, since=start, until=start)))
    return _UNITS[act.unit](due.moment, due.ledger, act, calendar)


def _working_days(start: datetime, before: Ledger, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """Ngày làm việc: the same clock time that many working days later (Đ19)."""
    end = add_working_days(start, act.amount, calendar)
    minutes = act.amount * A_DAY
    allowed = replace(act, since=start, until=end, minutes=minutes)
    return DueDate(moment=end, ledger=(*before, allowed, *uncounted(start, end, minutes, calendar)))


def _half_days(start: datetime, before: Ledger, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """Nửa ngày làm việc: two are one working day, an odd one half of its working minutes.

    With the usual hours that is 4 of 8 hours; half a minute counts as a whole one.
    """
    days, half = divmod(act.amount, 2)
    minutes = half * -(-calendar.minutes_a_day // 2)
    end = add_working_days(start, days, calendar)
    end = add_working_minutes(end, minutes, calendar) if half else end
    minutes += days * A_DAY
    allowed = replace(act, since=start, until=end, minutes=minutes)
    return DueDate(moment=end, ledger=(*before, allowed, *uncounted(start, end, minutes, calendar)))


def _calendar_days(
    start: datetime, before: Ledger, act: LedgerEntry, calendar: Calendar
) -> DueDate:
    """Ngày: every day counts, and an end on a day off moves to the next working day.

    Bộ luật Dân sự 2015 Đ148.5.
    """
    end = add_calendar_days(start, act.amount, calendar)
    counted = add_elapsed(start, timedelta(days=act.amount), calendar)
    allowed = replace(act, since=start, until=end, minutes=act.amount * A_DAY)
    skipped = beyond(start, counted, end, calendar)
    return DueDate(moment=end, ledger=(*before, allowed, *skipped))


def _hours(start: datetime, before: Ledger, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """Giờ làm việc: only minutes of the sessions count."""
    minutes = act.amount * AN_HOUR
    end = add_working_minutes(start, minutes, calendar)
    allowed = replace(act, since=start, until=end, minutes=minutes)
    return DueDate(moment=end, ledger=(*before, allowed, *uncounted(start, end, minutes, calendar)))


def _same_day(start: datetime, before: Ledger, act: LedgerEntry, calendar: Calendar) -> DueDate:
    """Trong ngày (Đ17.4): by closing time.

    What comes after 15:00: by closing time of the next working day (2.000635, 1.011441; the
    hour is that of Đ18.2). At 15:00 sharp is not after.
    """
    late: Ledger = ()
    if start.time() > LATE_IN_THE_DAY:
        closes, opens = closing(start, calendar), next_opening(start, calendar)
        rest = LedgerEntry(
            kind=LedgerKind.SKIPPED,
            since=start,
            until=closes,
            minutes=minutes_of(closes - start),
            because=AFTER_15,
        )
        late, start = (rest, *uncounted(closes, opens, 0, calendar)), opens
    closes = closing(start, calendar)
    end, minutes = after_outages(start, closes, calendar), minutes_of(closes - start)
    allowed = replace(act, since=start, until=end, minutes=minutes)
    skipped = uncounted(start, end, minutes, calendar) if end != closes else ()
    return DueDate(moment=end, ledger=(*before, *late, allowed, *skipped))


class _Rule(Protocol):
    def __call__(self, due: DueDate, act: LedgerEntry, calendar: Calendar, /) -> DueDate: ...


class _UnitRule(Protocol):
    def __call__(
        self, start: datetime, before: Ledger, act: LedgerEntry, calendar: Calendar, /
    ) -> DueDate: ...


_RULES: Mapping[LedgerKind, _Rule] = {
    LedgerKind.RECEIVED: _received,
    LedgerKind.GIVEN: _given,
    LedgerKind.ALLOWED: _allowed,
    LedgerKind.PAUSED: _paused,
    LedgerKind.RESTARTED: _restarted,
    LedgerKind.REAPPOINTED: _reappointed,
}
_UNITS: Mapping[Unit, _UnitRule] = {
    Unit.WORKING_DAYS: _working_days,
    Unit.HALF_DAYS: _half_days,
    Unit.CALENDAR_DAYS: _calendar_days,
    Unit.HOURS: _hours,
    Unit.SAME_DAY: _same_day,
}
