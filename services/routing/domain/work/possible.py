"""Which acts an officer may do on a step now, and by which rule not the others.

Each is tried on the docket by the rule itself, which changes nothing: no second list of rules.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from foundation.errors import Invalid, Refused, refusal_of
from foundation.worktime import Calendar
from services.routing.domain.docket.docket import Docket, find
from services.routing.domain.docket.step import DeskStepState, Need, StepOutcome
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import Right
from services.routing.domain.work import handing_over, step_work

LONGER = timedelta(days=1)


class StepAct(StrEnum):
    """An act on a step, named as the API names it; `back` is passing it on, backwards."""

    TAKE = "take"
    COMPLETE = "complete"
    PASS_ON = "pass"  # noqa: S105 -- no password
    BACK = "back"
    SUPPLEMENT = "supplement"
    EXTEND = "extend"
    REFUSE = "refuse"
    GIVE = "give"
    AWAIT = "await"
    ANSWERED = "answered"
    NOTE = "notes"


Verdict = Refused | Invalid | None


def possible(
    docket: Docket, step_id: str, act: OfficerAct, calendar: Calendar
) -> dict[StepAct, Verdict]:
    """The acts that concern the officer: None for what they may do, else why not."""
    step = find(docket, step_id)
    tries: dict[StepAct, Callable[[], object]] = {
        StepAct.COMPLETE: lambda: step_work.complete(
            docket, step_id, act, outcomes(step.decides)[0], "?"
        ),
        StepAct.SUPPLEMENT: lambda: step_work.supplement(
            docket, step_id, act, Need(papers=("?",), reason="?"), calendar=calendar
        ),
        StepAct.EXTEND: lambda: step_work.extend(docket, step_id, act, step.due + LONGER, "?"),
        StepAct.REFUSE: lambda: step_work.refuse(docket, step_id, act, "?"),
        StepAct.AWAIT: lambda: handing_over.await_agency(docket, step_id, act, "?", "?"),
    }
    if step.state is DeskStepState.RECEIVED:
        tries = {StepAct.TAKE: lambda: step_work.take(docket, step_id, act), **tries}
    if step.place + 1 < len(step.way):
        tries[StepAct.PASS_ON] = lambda: handing_over.pass_on(docket, step_id, act)
    if step.place:
        tries[StepAct.BACK] = lambda: handing_over.pass_on(docket, step_id, act, back=True)
    if step.awaited:
        tries[StepAct.ANSWERED] = lambda: handing_over.stop_waiting(docket, step_id, act, "?")
    if act.may(Right.SHARE) or step.officer == act.officer:
        tries[StepAct.GIVE] = lambda: handing_over.give(docket, step_id, act, "?", "?")
    if act.may(Right.WORK):
        tries[StepAct.NOTE] = lambda: handing_over.note(docket, step_id, act, "?")
    return {each: refusal_of(tries[each]) for each in StepAct if each in tries}


def outcomes(decides: bool) -> tuple[StepOutcome, ...]:  # noqa: FBT001 -- a field of the step
    """How a step may end: in a decision, or in an opinion."""
    return (StepOutcome.APPROVED,) if decides else (StepOutcome.AGREED, StepOutcome.DISAGREED)


def allowed(verdicts: Mapping[StepAct, Verdict]) -> tuple[StepAct, ...]:
    """What the officer may do, in the order of a day's work."""
    return tuple(each for each, verdict in verdicts.items() if verdict is None)
