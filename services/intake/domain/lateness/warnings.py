"""Warnings of a due date before and after it passes, each told once for each date.

`alarm` of a schedule is the next moment at which something is to be told, so that an index finds
it. `told` begins with the date it was last settled for and goes on with what was told, by kind
and date; nothing is ever taken out of it, so nothing can be told twice for one date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.envelope import write_time
from contracts.events import DossierApologyDue, DossierDueSoon, DossierOverdue, Event
from foundation.worktime import (
    Calendar,
    closing_before,
    subtract_working_minutes,
    working_minutes,
)
from services.intake.domain.case.dossier import UNDER_WAY, Decided, Dossier, with_schedule
from services.intake.domain.clock.ledger import LedgerKind

_SETTLED = "for"
_BEGINNINGS = (LedgerKind.ALLOWED, LedgerKind.REAPPOINTED)


class Warned(StrEnum):
    """The kinds of warnings: the date is near, an apology is possible only now, it has passed."""

    DUE_SOON = "due_soon"
    APOLOGY_DUE = "apology_due"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True)
class WarningRule:
    """The rule of warnings: when to warn; data of the unit, in working time.

    Due soon when `share` per cent of the time is left or, if `days` is not 0, that many working
    days before the date; the apology's last moment `apology_hours` before it.
    """

    share: int = 20
    days: int = 0
    apology_hours: int = 8


USUAL = WarningRule()
"""Until a unit decides otherwise."""


def arm(dossier: Dossier, now: datetime, rule: WarningRule, calendar: Calendar) -> Dossier:
    """Set the alarm to what is told next; once done, doing it again changes nothing.

    An act that moved the due date makes a warning told again only if its moment lies ahead now.
    There is no alarm without a due date, while the clock stands still, or after the end.
    """
    if dossier.due is None or dossier.state not in UNDER_WAY:
        return with_schedule(dossier, alarm=None)
    moments = _moments(dossier, dossier.due, rule, calendar)
    told = _settled(dossier.schedule.told, dossier.due, now, moments)
    ahead = (at for kind, at in moments.items() if _label(kind, dossier.due) not in told)
    alarm = None if dossier.paused else min(ahead, default=None)
    return with_schedule(dossier, alarm=alarm, told=told)


def warn(dossier: Dossier, now: datetime, rule: WarningRule, calendar: Calendar) -> Decided:
    """Tell what is due to be told by now, however late, and set the next alarm.

    Of a date that has passed only that is told; of an apology that is no longer possible (NĐ
    61/2018 Đ19.9) nothing.
    """
    armed = arm(dossier, now, rule, calendar)
    alarm, before = armed.schedule.alarm, armed.schedule.told
    if armed.due is None or alarm is None or alarm >= now:
        return armed, ()
    moments = _moments(armed, armed.due, rule, calendar)
    labels = {kind: _label(kind, armed.due) for kind, at in moments.items() if at < now}
    over = [kind for kind, label in labels.items() if label not in before]
    if Warned.OVERDUE in over:
        over = [Warned.OVERDUE]
    told = before + tuple(each for each in labels.values() if each not in before)
    events = (_event(kind, armed, armed.due, calendar) for kind in over)
    messages = tuple(e for e in events if not isinstance(e, DossierApologyDue) or e.until > now)
    return arm(with_schedule(armed, told=told), now, rule, calendar), messages


def apology_is_due(dossier: Dossier) -> bool:
    """Whether an apology is to be written: it was warned of, none was, and the date lies ahead."""
    if dossier.due is None or dossier.paused or dossier.apologised:
        return False
    told = dossier.schedule.told
    warned, passed = (
        _label(kind, dossier.due) in told for kind in (Warned.APOLOGY_DUE, Warned.OVERDUE)
    )
    return dossier.state in UNDER_WAY and warned and not passed


def carried(told: tuple[str, ...], due: datetime, now: datetime) -> tuple[str, ...]:
    """What counts as told when the calendar moves the date: all that was, for the new date too.

    But a date that has not passed yet was never told to have passed.
    """
    if not told:
        return told
    known = [kind for kind in Warned if f"{kind} {_date_of(told)}" in told]
    kept = [_label(kind, due) for kind in known if kind is not Warned.OVERDUE or due < now]
    return (_settled_for(due), *told[1:], *(each for each in kept if each not in told))


def _moments(
    dossier: Dossier, due: datetime, rule: WarningRule, calendar: Calendar
) -> Mapping[Warned, datetime]:
    """When each warning is told, at the earliest when the time begins to count.

    An agency may apologise at the latest one day before (Đ19.9): until the office closes on the
    last working day before the date; and only once.
    """
    first = began(dossier)
    ahead = rule.days * calendar.minutes_a_day
    if not rule.days:
        ahead = working_minutes(first, due, calendar) * rule.share // 100
    moments = {Warned.DUE_SOON: max(first, subtract_working_minutes(due, ahead, calendar))}
    until = closing_before(due, calendar)
    if dossier.apologised is None and until > first:
        possible = subtract_working_minutes(until, rule.apology_hours * 60, calendar)
        moments[Warned.APOLOGY_DUE] = max(first, possible)
    return moments | {Warned.OVERDUE: due}


def began(dossier: Dossier) -> datetime:
    """Since when the time runs that ends at the due date."""
    counted = (each.since for each in reversed(dossier.ledger) if each.kind in _BEGINNINGS)
    return next(counted, dossier.received or dossier.submitted)


def _settled(
    told: tuple[str, ...], due: datetime, now: datetime, moments: Mapping[Warned, datetime]
) -> tuple[str, ...]:
    if not told:
        return (_settled_for(due),)
    if told[0] == _settled_for(due):
        return told
    passed = [
        _label(kind, due)
        for kind, at in moments.items()
        if at <= now and f"{kind} {_date_of(told)}" in told
    ]
    return (_settled_for(due), *told[1:], *(each for each in passed if each not in told))


def _settled_for(due: datetime) -> str:
    return f"{_SETTLED} {write_time(due)}"


def _date_of(told: tuple[str, ...]) -> str:
    return told[0].removeprefix(f"{_SETTLED} ")


def _label(kind: Warned, due: datetime) -> str:
    return f"{kind} {write_time(due)}"


def _event(kind: Warned, dossier: Dossier, due: datetime, calendar: Calendar) -> Event:
    if kind is Warned.DUE_SOON:
        return DossierDueSoon(agency=dossier.agency, due=due)
    if kind is Warned.OVERDUE:
        return DossierOverdue(agency=dossier.agency, due=due)
    until = closing_before(due, calendar)
    return DossierApologyDue(agency=dossier.agency, due=due, until=until)
