"""The recount of one open dossier by the newest edition of its unit's calendar.

Only a dossier whose time holds a day that changed is counted again, and told; a closed one never
is. Every date of a dossier is counted by one edition, which `dossier.calendar` names.
"""

from bisect import bisect_left
from datetime import datetime

from contracts.events import DossierRescheduled
from contracts.law import LawRule
from contracts.orders import RescheduleOrder
from contracts.procedure import TimeLimit
from foundation.frozen import replace
from foundation.worktime import Calendar, add_working_minutes, local_day, working_minutes
from services.intake.domain.calendar.unit_calendar import (
    CalendarEdition,
    Changes,
    UnitCalendar,
    changes,
)
from services.intake.domain.case.agency_step import with_step
from services.intake.domain.case.dossier import (
    AT_AN_AGENCY,
    UNDER_WAY,
    Decided,
    Dossier,
    Step,
    StepState,
    with_schedule,
)
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import DueDate
from services.intake.domain.lateness import warnings
from services.intake.domain.route.branches import silent_at

BECAUSE = "calendar"


def recount(dossier: Dossier, unit: UnitCalendar, now: datetime) -> Decided:
    """Count an open dossier by the newest edition and tell what moved; nothing if nothing can."""
    newest = unit.newest
    if dossier.calendar == newest.number or dossier.state not in UNDER_WAY:
        return dossier, ()
    old = unit.by(dossier.calendar)
    if not _touched(dossier, changes(old, newest)):
        return dossier, ()
    counted, rescheduled = _whole(replace(dossier, calendar=newest.number), newest, now)
    counted, orders = _steps(counted, dossier, old.calendar, newest.calendar)
    return counted, (*rescheduled, *orders)


def stamp(dossier: Dossier, unit: UnitCalendar) -> Dossier:
    """The dossier, marked as counted by the newest edition."""
    return replace(dossier, calendar=unit.newest.number)


def arm(dossier: Dossier, unit: UnitCalendar, now: datetime) -> Dossier:
    """The dossier with its next warning, and when an agency's silence will be consent."""
    armed = warnings.arm(dossier, now, unit.rule, unit.calendar)
    return with_schedule(armed, silent=silent_at(armed))


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
    dossier: Dossier, newest: CalendarEdition, now: datetime
) -> tuple[Dossier, tuple[DossierRescheduled, ...]]:
    was = dossier.due
    if was is None or not dossier.ledger:
        return dossier, ()
    calendar = newest.calendar.of(dossier.agency)
    due = due_date.recompute(
        DueDate(moment=was, ledger=dossier.ledger), calendar, newest.vi, newest.en
    )
    counted = replace(dossier, due=due.moment, ledger=due.ledger)
    if due.moment is None or due.moment == was:
        return counted, ()
    rescheduled = DossierRescheduled(
        agency=dossier.agency,
        due=due.moment,
        was=was,
        article=dossier.by(LawRule.COUNTED),
        because=BECAUSE,
    )
    told = warnings.carried(dossier.schedule.told, due.moment, now)
    return with_schedule(counted, told=told), (rescheduled,)


def _steps(
    counted: Dossier, before: Dossier, old: Calendar, new: Calendar
) -> tuple[Dossier, tuple[RescheduleOrder, ...]]:
    """The steps that agencies have; one that waits for papers learns its date when they come."""
    orders = []
    for step in (each for each in before.steps if each.state in AT_AN_AGENCY):
        was, now = old.of(step.agency), new.of(step.agency)
        due = _step_due(step, before.due, counted.due, was, now)
        moved = replace(step, due=due, ask_until=_ask_until(step, before.time, now))
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
                    article=before.by(LawRule.COUNTED),
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
