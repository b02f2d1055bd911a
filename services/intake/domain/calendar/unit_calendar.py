"""The calendar that a unit decides on, edition after edition, and what a new one does to dossiers.

Open dossiers whose time holds a day that changed are counted again and told; closed ones never
are. A walk over the open dossiers does it; an act on one that the walk has not reached does it
first. So every date of a dossier is counted by one edition, which `dossier.calendar` names.
"""

import json
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from contracts.events import CalendarChanged, DossierRescheduled
from contracts.history import Revision
from contracts.message import CENTRE
from contracts.orders import RescheduleOrder
from contracts.procedure import TimeLimit
from foundation.errors import Invalid, Stale
from foundation.worktime import (
    SATURDAY_AND_SUNDAY,
    Calendar,
    Reason,
    add_working_minutes,
    local_day,
    read_calendar,
    weekend_of,
    working_minutes,
)
from services.intake.domain.case.dossier import (
    AT_AN_AGENCY,
    UNDER_WAY,
    Decided,
    Dossier,
    Step,
    StepState,
    with_step,
)
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import Due
from services.intake.domain.lateness import warnings
from services.intake.domain.lateness.warnings import USUAL, WarningRule
from services.intake.domain.route.branches import silent_at

MOST_DAYS = 2000
BECAUSE = "calendar"
A_DAY = 86_400.0  # seconds
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
A_MILLISECOND = 0.001  # seconds


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One decision: the whole table as JSON (see `read_calendar`), the rule of warnings, and why.

    Edition 0 is what holds without a decision: the public holidays and the usual hours.
    """

    number: int = 0
    table: str = "{}"
    rule: WarningRule = USUAL
    at: datetime | None = None
    vi: str = ""
    en: str = ""

    @property
    def calendar(self) -> Calendar:
        """The working time by it."""
        return _calendar(self.table)

    @property
    def weekend(self) -> list[str]:
        """The days of the week that are off by it, as the table writes them."""
        return weekend_of(self.calendar)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far the walk for an edition is: by state (a place in UNDER_WAY) and submission.

    Dossiers of that state submitted up to `after`, and of the states before, have been `seen`;
    `moved` of them are due at another moment now. `total` is about how many there are, `span`
    how many seconds of submissions the next look takes in.
    """

    edition: int
    state: int = 0
    after: datetime = BEGINNING
    span: float = A_DAY
    seen: int = 0
    moved: int = 0
    total: int = 0

    def until(self, now: datetime) -> datetime:
        """Where the next look ends."""
        return min(self.after + timedelta(seconds=self.span), now)

    def narrower(self) -> "Walk":
        """After a look that took in too many at once; times are kept to the millisecond."""
        return replace(self, span=max(self.span / 16, A_MILLISECOND))

    def onward(self, now: datetime, seen: int, *, size: int) -> "Walk":
        """After a look that took in `seen`, where about `size` are wanted."""
        on = replace(self, seen=self.seen + seen)
        if self.until(now) == now:
            return replace(on, state=self.state + 1, after=BEGINNING, span=A_DAY)
        span = self.span * 2 if 2 * seen < size else self.span
        return replace(on, after=self.until(now), span=span)


@dataclass(frozen=True, kw_only=True)
class UnitCalendar:
    """Every edition of a unit's calendar, and the walk that carries out the newest, while it runs.

    `id` is the unit's code.
    """

    id: str
    revision: Revision = Revision()
    editions: tuple[Edition, ...] = ()
    walk: Walk | None = None

    @property
    def newest(self) -> Edition:
        """The edition in force."""
        return self.editions[-1] if self.editions else Edition()

    @property
    def calendar(self) -> Calendar:
        """The working time in force."""
        return self.newest.calendar

    @property
    def rule(self) -> WarningRule:
        """When warnings are told."""
        return self.newest.rule

    def by(self, number: int) -> Edition:
        """The edition of that number."""
        return self.editions[number - 1] if number else Edition()


def decide(
    unit: UnitCalendar, wanted: Edition, now: datetime
) -> tuple[UnitCalendar, tuple[CalendarChanged, ...]]:
    """Put another calendar in force; one that says the same as before changes nothing.

    `wanted.number` is the edition that was looked at when this was decided.

    Raises:
        Stale: another decision came in between.
        Invalid: the table is no calendar, or decides on too many days.
    """
    calendar = read_calendar(wanted.table)
    if len(calendar.days) > MOST_DAYS:
        raise Invalid(
            f"Lịch làm việc chỉ nhận tối đa {MOST_DAYS} ngày; hãy bỏ các năm đã qua.",
            f"A calendar takes {MOST_DAYS} days at most; leave out years that are over.",
        )
    before, table = unit.newest, table_of(calendar)
    if (table, wanted.rule) == (table_of(before.calendar), before.rule):
        return unit, ()
    if wanted.number != before.number:
        raise Stale(
            f"Lịch làm việc vừa được đổi (bản {before.number}); xin xem lại rồi sửa tiếp.",
            f"The calendar was changed meanwhile (edition {before.number}); look at it again.",
        )
    edition = replace(wanted, number=before.number + 1, table=table, at=now)
    changed = changes(before.table, table)
    told = CalendarChanged(
        agency=CENTRE,
        edition=edition.number,
        days=tuple(date.fromordinal(each).isoformat() for each in changed.days),
        sessions=changed.sessions,
    )
    walk = Walk(edition=edition.number)
    return replace(unit, editions=(*unit.editions, edition), walk=walk), (told,)


def table_of(calendar: Calendar) -> str:
    """A calendar as JSON, one spelling for each."""
    sessions = [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in calendar.sessions]
    days = [
        {"date": day.date.isoformat(), "kind": day.kind.value, "note": day.note}
        | ({"note_en": day.note_en} if day.note_en else {})
        for day in sorted(calendar.days, key=lambda each: each.date)
    ]
    usual = calendar.weekend == SATURDAY_AND_SUNDAY
    weekend = {} if usual else {"weekend": weekend_of(calendar)}
    return json.dumps({"sessions": sessions, **weekend, "days": days}, ensure_ascii=False)


def walked(unit: UnitCalendar, walk: Walk) -> tuple[UnitCalendar, tuple[()]]:
    """Note how far the walk is; a walk for an edition that is not the newest is forgotten."""
    if unit.walk is None or unit.walk.edition != walk.edition:
        return unit, ()
    return replace(unit, walk=walk if walk.state < len(UNDER_WAY) else None), ()


def kept_by(dossier: Dossier, unit: UnitCalendar, now: datetime) -> Dossier:
    """The dossier after an act: counted by the newest edition, its alarm set."""
    counted = replace(dossier, calendar=unit.newest.number)
    return _watched(counted, unit, now)


def carry_out(dossier: Dossier, unit: UnitCalendar, now: datetime) -> Decided:
    """What the walk does with a dossier: count it again, and set its alarm by the newest rule."""
    counted, messages = recount(dossier, unit, now)
    return _watched(counted, unit, now), messages


def recount(dossier: Dossier, unit: UnitCalendar, now: datetime) -> Decided:
    """Count an open dossier by the newest edition and tell what moved; nothing if nothing can."""
    newest = unit.newest
    if dossier.calendar == newest.number or dossier.state not in UNDER_WAY:
        return dossier, ()
    old = unit.by(dossier.calendar)
    if not _touched(dossier, changes(old.table, newest.table)):
        return dossier, ()
    counted, rescheduled = _whole(replace(dossier, calendar=newest.number), newest, now)
    counted, orders = _steps(counted, dossier, old.calendar, newest.calendar)
    return counted, (*rescheduled, *orders)


def _watched(dossier: Dossier, unit: UnitCalendar, now: datetime) -> Dossier:
    """With the moments that the timers look for."""
    armed = warnings.arm(dossier, now, unit.rule, unit.calendar)
    return replace(armed, silent=silent_at(armed))


@dataclass(frozen=True)
class Changes:
    """What differs between two calendars: days (ordinals, in order), and perhaps every week."""

    days: tuple[int, ...]
    sessions: bool


@lru_cache(maxsize=64)
def changes(before: str, after: str) -> Changes:
    """The days that are worked, or are off, otherwise or for another reason than before."""
    old, new = _calendar(before), _calendar(after)
    decided = sorted({day.date for day in (*old.days, *new.days)})
    days = (day for day in decided if _why(old, day) != _why(new, day))
    hours = (old.sessions, old.weekend) != (new.sessions, new.weekend)
    return Changes(tuple(day.toordinal() for day in days), hours)


@lru_cache(maxsize=64)
def _calendar(table: str) -> Calendar:
    """Read once: a calendar remembers the years that it has worked out."""
    return read_calendar(table)


def _why(calendar: Calendar, day: date) -> Reason | None:
    return next((each.reason for each in calendar.stretches(day, day)), None)


def _touched(dossier: Dossier, changed: Changes) -> bool:
    """Whether a day that changed lies in the time of the dossier or of a step of it."""
    if changed.sessions:
        return True
    ends = [step.due for step in dossier.steps if step.due and step.state in AT_AN_AGENCY]
    ends += [dossier.due] if dossier.due else []
    if not ends or not changed.days:
        return False
    first = local_day(dossier.received or dossier.submitted).toordinal()
    place = bisect_left(changed.days, first)
    return place < len(changed.days) and changed.days[place] <= local_day(max(ends)).toordinal()


def _whole(
    dossier: Dossier, newest: Edition, now: datetime
) -> tuple[Dossier, tuple[DossierRescheduled, ...]]:
    was = dossier.due
    if was is None or not dossier.ledger:
        return dossier, ()
    due = due_date.recompute(
        Due(moment=was, ledger=dossier.ledger), newest.calendar, newest.vi, newest.en
    )
    counted = replace(dossier, due=due.moment, ledger=due.ledger)
    if due.moment is None or due.moment == was:
        return counted, ()
    rescheduled = DossierRescheduled(
        agency=dossier.agency, due=due.moment, was=was, article=due_date.COUNTED, because=BECAUSE
    )
    told = warnings.carried(dossier.told, due.moment, now)
    return replace(counted, told=told), (rescheduled,)


def _steps(
    counted: Dossier, before: Dossier, old: Calendar, new: Calendar
) -> tuple[Dossier, tuple[RescheduleOrder, ...]]:
    """The steps that agencies have; one that waits for papers learns its date when they come."""
    orders = []
    for step in (each for each in before.steps if each.state in AT_AN_AGENCY):
        due = _step_due(step, before.due, counted.due, old, new)
        moved = replace(step, due=due, ask_until=_ask_until(step, before.time, new))
        if due is None or moved == step:
            continue
        counted = with_step(counted, moved)
        if step.state is StepState.OPEN:
            orders.append(
                RescheduleOrder(
                    agency=step.agency,
                    step=step.id,
                    due=due,
                    because=BECAUSE,
                    article=due_date.COUNTED,
                    ask_until=moved.ask_until,
                )
            )
    return counted, tuple(orders)


def _step_due(
    step: Step, was: datetime | None, whole: datetime | None, old: Calendar, new: Calendar
) -> datetime | None:
    """By its own days if it was due by them; with the whole, if with it; else as much work later.

    A step that was due before the whole stays so.
    """
    if step.due is None or step.ordered is None:
        return step.due
    if step.due == _own(step, step.ordered, old):
        due = _own(step, step.ordered, new)
    elif step.due == was:
        due = whole or step.due
    else:
        minutes = working_minutes(step.ordered, step.due, old)
        due = add_working_minutes(step.ordered, minutes, new)
    within = was and whole and step.due <= was
    return min(due, whole) if within and whole else due


def _ask_until(step: Step, time: TimeLimit, calendar: Calendar) -> datetime | None:
    """Until when the agency may ask for papers by these days; as it was if it asked, or may not."""
    if step.ask_until is None or step.ordered is None or step.asked:
        return step.ask_until
    return due_date.ask_until(step.ordered, time, calendar, waited=step.waited)


def _own(step: Step, ordered: datetime, calendar: Calendar) -> datetime:
    limit = TimeLimit(unit=step.unit, amount=step.amount)
    due = due_date.begin(limit, ordered, calendar).moment or ordered
    return add_working_minutes(due, step.waited, calendar) if step.waited else due
