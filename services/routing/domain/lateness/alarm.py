"""Reminders of steps near or past their due date: each is told once for each due date."""

from datetime import datetime

from contracts.events import StepDueSoon, StepOverdue
from contracts.message import Message
from foundation.frozen import replace
from foundation.worktime import Matter
from services.routing.domain.docket.docket import Change, Docket, with_step
from services.routing.domain.docket.step import OPEN, Step
from services.routing.domain.lateness import letters
from services.routing.domain.lateness.letters import NOBODY, LetterOccasion
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.urging_rules import Plan, tellings


def tell(docket: Docket, now: datetime, office: OfficerBook = NOBODY) -> Change:
    """Tell of everything that the rules of the docket's steps have reached by `now`.

    The public hears of the first rule before the due date (`step.due_soon`) and of the first
    from it on (`step.overdue`); whom the rules name sees the step on the list of what they were
    told of, and is written to. What was slept through is told once, not piece by piece.
    """
    told: list[Message] = []
    for step in docket.steps:
        if step.alarm and step.alarm <= now:
            count = sum(each.at <= now for each in step.schedule)
            told += _events(docket.agency, step, now, count)
            roles = [each.whom for each in step.schedule[step.urged : count]]
            told += letters.write(office, step, roles, LetterOccasion(Matter.STEP, step.due, now))
            docket = with_step(docket, replace(step, urged=count))
    return docket, tuple(told)


def replan(docket: Docket, plan: Plan) -> Change:
    """Work out anew when whom is told, after the calendar changed; what was told stays told.

    An agency's own rules count calendar days, and steps from before moments were kept go by
    those: neither moves.
    """
    for step in docket.steps:
        if step.state in OPEN and step.tellings and not step.urges:
            found = tellings(plan, (), step.resumed or step.received, step.due)
            told = (*step.tellings[: step.urged], *found[step.urged :])
            docket = with_step(docket, replace(step, tellings=told))
    return docket, ()


def _events(agency: str, step: Step, now: datetime, count: int) -> list[Message]:
    before, reached = step.schedule[: step.urged], step.schedule[:count]
    if now >= step.due:
        known = any(each.at >= step.due for each in before)
        late = any(each.at >= step.due for each in reached)
        return [StepOverdue(agency=agency, step=step.id, due=step.due)] if late > known else []
    return [] if before else [StepDueSoon(agency=agency, step=step.id, due=step.due)]
