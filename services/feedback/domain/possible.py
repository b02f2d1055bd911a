"""Which acts the centre may do on a feedback now, and by which rule not the others.

Each is tried on the feedback by the rule itself, which changes nothing: no second list of rules.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial

from foundation.errors import Invalid, Refused, refusal_of
from foundation.worktime import Calendar
from services.feedback.domain import (
    answering,
    complaint,
    explaining,
    information,
    keeping,
    passing,
    publishing,
    retention,
)
from services.feedback.domain.complaint import ComplaintAct
from services.feedback.domain.feedback import Feedback, FeedbackKind, FeedbackOutcome

Refusal = Refused | Invalid | None
_ANY, _WHATEVER, _LONGEST = "x", FeedbackOutcome.UPHELD, "remote_complex"


class CentreAct(StrEnum):
    """An act of the centre on a feedback, named as the API names it."""

    FORWARD = "forward"
    ANSWER = "answer"
    PASS_ON = "pass-on"  # noqa: S105 -- no password
    USE = "use-as-information"
    APPROVE = "approve"
    ASK_AGAIN = "ask-again"
    PUBLISH = "publish"
    TAKE_BACK = "take-back"
    HOLD = "hold"
    RELEASE = "release"


def possible(feedback: Feedback, now: datetime, calendar: Calendar) -> Mapping[str, Refusal]:
    """The acts that concern it: None for what may be done, else why not."""
    complains = feedback.kind is FeedbackKind.COMPLAINT
    outcome = _WHATEVER if complains else None
    keep = partial(retention.hold, feedback, reason=_ANY, by=_ANY, now=now)
    tries: dict[str, Callable[[], object]] = {
        CentreAct.FORWARD: partial(explaining.forward, feedback, "", now, calendar),
        CentreAct.ANSWER: partial(answering.answer, feedback, _ANY, _ANY),
        CentreAct.PASS_ON: partial(passing.pass_on, feedback, _ANY, now),
        CentreAct.USE: partial(information.use, feedback, "", now),
        CentreAct.APPROVE: partial(explaining.approve, feedback, outcome, _ANY),
        CentreAct.ASK_AGAIN: partial(explaining.ask_again, feedback, now, calendar, edition=0),
        CentreAct.PUBLISH: partial(publishing.publish, feedback, "", "", now),
        CentreAct.TAKE_BACK: partial(publishing.take_back, feedback),
        CentreAct.HOLD: partial(keep, on=True),
        CentreAct.RELEASE: partial(keep, on=False),
    }
    for act in ComplaintAct if complains else ():
        tries[act] = partial(
            complaint.proceed,
            feedback,
            act,
            now,
            calendar,
            case=_LONGEST if act is ComplaintAct.CLASSIFY else "",
            outcome=_WHATEVER,
            excused=True,
        )
    gone = refusal_of(partial(keeping.must_be_here, feedback.retention))
    if gone:
        return dict.fromkeys(tries, gone) | {
            CentreAct.TAKE_BACK: refusal_of(tries[CentreAct.TAKE_BACK])
        }
    return {name: refusal_of(attempt) for name, attempt in tries.items()}
