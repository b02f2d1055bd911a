"""Who is told of a date that comes near or has passed: rules that are data, each once in its turn.

Of an agency's step its own desk tells the officer and the heads; of the whole dossier and of an
urging without answer the centre has them told by an order. The director is told by the centre
alone. What was told is counted by matter, date and person, so that no rule that changes and no
process that dies can tell anything twice; what was slept through is told once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.events import DossierEscalated
from contracts.message import Message
from contracts.orders import RemindOrder
from foundation.worktime import Calendar, Matter, Reminders, Whom, moments
from services.intake.domain.dossier import UNDER_WAY, Decided, Dossier, Step, StepState
from services.intake.domain.lateness import Told
from services.intake.domain.urging import unanswered
from services.intake.domain.waits import HOLDS_ALL, open_waits
from services.intake.domain.warnings import began


@dataclass(frozen=True)
class _Date:
    """A date that somebody may be told of, and the steps that agencies have of its matter."""

    matter: Matter
    id: str
    since: datetime
    due: datetime
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One date and one person to be told of it: when, and how often they were."""

    matter: Matter
    id: str
    whom: Whom
    due: datetime
    moments: tuple[datetime, ...]
    steps: tuple[Step, ...]
    told: int

    @property
    def next(self) -> datetime | None:
        """When they are told next."""
        return self.moments[self.told] if self.told < len(self.moments) else None


def arm(dossier: Dossier, rules: Reminders, calendar: Calendar) -> Dossier:
    """The dossier with the moment at which somebody is told next."""
    nexts = (each.next for each in _occasions(dossier, rules, calendar))
    return replace(dossier, remind=min((at for at in nexts if at), default=None))


def remind(dossier: Dossier, now: datetime, rules: Reminders, calendar: Calendar) -> Decided:
    """Tell whom the rules say by now, and set the next moment."""
    messages: list[Message] = []
    told = list(dossier.reminded)
    for each in _occasions(dossier, rules, calendar):
        count = sum(at <= now for at in each.moments)
        if count > each.told:
            told = [known for known in told if not _same(known, each)]
            told.append(
                Told(
                    matter=each.matter,
                    id=each.id,
                    whom=each.whom,
                    due=each.due,
                    count=count,
                    at=now,
                )
            )
            messages += _messages(dossier, each, count)
    return arm(replace(dossier, reminded=tuple(told)), rules, calendar), tuple(messages)


def _occasions(dossier: Dossier, rules: Reminders, calendar: Calendar) -> Iterator[Occasion]:
    for date in _dates(dossier):
        for whom in (Whom.DIRECTOR,) if date.matter is Matter.STEP else Whom:
            ours = [each for each in rules if each.matter is date.matter and each.whom is whom]
            if ours:
                yield Occasion(
                    matter=date.matter,
                    id=date.id,
                    whom=whom,
                    due=date.due,
                    moments=moments(ours, date.since, date.due, calendar),
                    steps=date.steps,
                    told=_count(dossier, date, whom),
                )


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


def _count(dossier: Dossier, date: _Date, whom: Whom) -> int:
    wanted = (date.matter, date.id, whom, date.due)
    found = (e.count for e in dossier.reminded if (e.matter, e.id, e.whom, e.due) == wanted)
    return next(found, 0)


def _same(known: Told, occasion: Occasion) -> bool:
    ours = (occasion.matter, occasion.id, occasion.whom, occasion.due)
    return (known.matter, known.id, known.whom, known.due) == ours


def _messages(dossier: Dossier, occasion: Occasion, count: int) -> list[Message]:
    if occasion.whom is Whom.DIRECTOR:
        step = "" if occasion.matter is Matter.DOSSIER else occasion.steps[0].id
        return [
            DossierEscalated(
                agency=dossier.agency,
                matter=occasion.matter.value,
                step=step,
                due=occasion.due,
                count=count,
            )
        ]
    return [
        RemindOrder(
            agency=step.agency,
            step=step.id,
            matter=occasion.matter.value,
            whom=occasion.whom.value,
            due=occasion.due,
        )
        for step in occasion.steps
    ]
