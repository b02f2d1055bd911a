"""The centre is told who of the agency has a step, so that the applicant reads their name."""

from datetime import datetime

from contracts.law import LawRule
from contracts.replies import HandlerReply
from contracts.roles import LONGEST_NAME
from foundation.law import holds
from services.routing.domain.docket.docket import Change, Docket
from services.routing.domain.docket.step import OPEN, Step
from services.routing.domain.staff.officers import OfficerBook


def told(before: Docket, change: Change, office: OfficerBook, now: datetime) -> Change:
    """The change, and a word to the centre for each step that somebody else has after it.

    From the day of the law on (`LawRule.HANDLER`). An agency without a book of officers knows
    accounts but no names; nothing is told of it.
    """
    if not office.officers or not holds(LawRule.HANDLER, now):
        return change
    after, messages = change
    known = {step.id: _holder(step, office) for step in before.steps}
    replies = tuple(
        HandlerReply(agency=after.agency, step=step.id, name=name, role=role)
        for step in after.steps
        for name, role in (_holder(step, office),)
        if (name, role) != known.get(step.id, (name, role))
    )
    return after, (*messages, *replies)


def _holder(step: Step, office: OfficerBook) -> tuple[str, str]:
    """Name and role of who has the step; two empty words once the agency has done its part."""
    if step.state not in OPEN:
        return "", ""
    names = {each.id: each.name for each in office.officers}
    return names.get(step.officer, "")[:LONGEST_NAME], step.role.value
