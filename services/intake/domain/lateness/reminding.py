"""Reminders of dates that come near or have passed, by rules that are data, each sent once.

Of an agency's step its own desk tells the officer and the heads; of the whole dossier and of an
urging without answer the centre has them told by an order. The director is told by the centre
alone. What was told is counted by matter, date and person, so that no rule that changes and no
process that dies can tell anything twice; what was slept through is told once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.events import DossierEscalated
from contracts.message import Message
from contracts.orders import RemindOrder
from foundation.worktime import Calendar, Matter, Reminders, Whom, moments, nth_moment
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Decided,
    Dossier,
    Step,
    StepState,
    with_schedule,
)
from services.intake.domain.case.late_history import ReminderRecord
from services.intake.domain.clock.waits import HOLDS_ALL, open_waits
from services.intake.domain.lateness.urging import unanswered
from services.intake.domain.lateness.warnings import began


@dataclass(frozen=True)
class _Date:
    """A date that somebody may be told of, and the steps that agencies have of its matter."""

    matter: Matter
    id: str
    since: datetime
    due: datetime
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ReminderOccasion:
    """One date and one person to be told of it, by which rules, and how often they were."""

    date: _Date
    whom: Whom
    rules: Reminders
    told: int

    def next(self, calendar: Calendar) -> datetime | None:
        """When they are told next."""
        return nth_moment(self.rules, self.date.since, self.date.due, calendar, self.told)

    def count(self, now: datetime, calendar: Calendar) -> int:
        """How often they should have been told by now."""
        ahead = self.next(calendar)
        if ahead is None or ahead > now:
            return self.told
        every = moments(self.rules, self.date.since, self.date.due, calendar)
        return sum(at <= now for at in every)

    def done(self, count: int, now: datetime) -> ReminderRecord:
        """What is remembered of it."""
        date = self.date
        return ReminderRecord(
            matter=date.matter, id=date.id, whom=self.whom, due=date.due, count=count, at=now
        )


def arm(dossier: Dossier, rules: Reminders, calendar: Calendar) -> Dossier:
    """The dossier with the moment at which somebody is told next."""
    nexts = (each.next(calendar) for each in _occasions(dossier, rules))
    return with_schedule(dossier, remind=min((at for at in nexts if at), default=None))


def remind(dossier: Dossier, now: datetime, rules: Reminders, calendar: Calendar) -> Decided:
    """Tell whom the rules say by now, and set the next moment."""
    messages: list[Message] = []
    told = {_key(each): each for each in dossier.schedule.reminded}
    for each in _occasions(dossier, rules):
        count = each.count(now, calendar)
        if count > each.told:
            done = each.done(count, now)
            told[_key(done)] = done
            messages += _messages(dossier, each, count)
    done_with = with_schedule(dossier, reminded=tuple(told.values()))
    return arm(done_with, rules, calendar), tuple(messages)


def _occasions(dossier: Dossier, rules: Reminders) -> Iterator[ReminderOccasion]:
    told = {_key(each): each.count for each in dossier.schedule.reminded}
    for date in _dates(dossier):
        for whom in (Whom.DIRECTOR,) if date.matter is Matter.STEP else Whom:
            ours = tuple(e for e in rules if e.matter is date.matter and e.whom is whom)
            if ours:
                key = (date.matter.value, date.id, whom.value, date.due)
                yield ReminderOccasion(date, whom, ours, told.get(key, 0))


def _dates(dossier: Dossier) -> Iterator[_Date]:
    """Every date somebody may be told of; none while the dossier is closed or stands still."""
    if dossier.state not in UNDER_WAY or open_waits(dossier.waits, *HOLDS_ALL):
        return
    open_now = tuple(each for each in dossier.steps if each.state is StepState.OPEN)
    if dossier.due and not dossier.paused:
        yield _Date(Matter.DOSSIER, "", began(dossier), dossier.due, open_now)
    for step in open_now:
        if step.due:
            yield _Date(Matter.STEP, step.id, step.ordered or step.due, step.due, (step,))
    for urging in unanswered(dossier):
        urged = tuple(each for each in open_now if each.id == urging.step)
        yield _Date(Matter.URGING, urging.id, urging.at, urging.answer_by, urged)


def _key(told: ReminderRecord) -> tuple[str, str, str, datetime]:
    return told.matter, told.id, told.whom, told.due


def _messages(dossier: Dossier, occasion: ReminderOccasion, count: int) -> list[Message]:
    date = occasion.date
    if occasion.whom is Whom.DIRECTOR:
        step = None if date.matter is Matter.DOSSIER else date.steps[0]
        return [
            DossierEscalated(
                agency=dossier.agency,
                matter=date.matter.value,
                step=step.id if step else "",
                due=date.due,
                count=count,
                action=step.action if step else "",
                held_by=step.agency if step else "",
            )
        ]
    return [
        RemindOrder(
            agency=step.agency,
            step=step.id,
            matter=date.matter.value,
            whom=occasion.whom.value,
            due=date.due,
        )
        for step in date.steps
    ]
