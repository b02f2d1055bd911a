"""The end of the term of a feedback: what is removed of it, and what stays.

Its term begins when it was over: answered or passed on, a complaint with its time to appeal. What
stays is a tombstone: kind, agency, dates, outcome, what was worded for the public, its history.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from contracts.events import FeedbackHoldChanged, FeedbackRemovalAnnounced, FeedbackRemoved
from contracts.history import Entry
from contracts.message import CENTRE, Message
from contracts.orders import ForgetExplanationOrder
from foundation.frozen import replace
from foundation.retention.table import KeptKind, RetentionRule
from services.feedback.domain import answering, keeping
from services.feedback.domain.feedback import OPEN, Feedback
from services.feedback.domain.keeping import RetentionStep

ENDING = frozenset(
    (
        "feedback.answered",
        "feedback.passed_on",
        "feedback.proceeded",
        "feedback.used_as_information",
    )
)
"""What ends a feedback, as its history has it."""
WORDS = ("text", "explanation", "holds")
"""What the stored answers to requests have that may name a person."""

Change = tuple[Feedback, tuple[Message, ...]]


def over_since(feedback: Feedback, history: Iterable[Entry]) -> datetime | None:
    """When it was over; None while something is, or may be, still to be done."""
    known = feedback.proceeding
    if feedback.state in OPEN or (known and known.stage not in answering.ENDED):
        return None
    ends = [each.time for each in history if each.type in ENDING]
    appealable = [known.due] if known and known.due else []
    return max([feedback.received, *ends, *appealable])


def look(
    feedback: Feedback, history: Iterable[Entry], rules: Sequence[RetentionRule], now: datetime
) -> Change:
    """Announce the end of its term, or remove it when that came; else look again later."""
    rule = keeping.rule_for(KeptKind(feedback.kind.value), rules)
    kept, step = keeping.look(feedback.retention, over_since(feedback, history), rule, now)
    after, kind = replace(feedback, retention=kept), feedback.kind.value
    if step is RetentionStep.REMOVE:
        gone = FeedbackRemoved(agency=feedback.asked or CENTRE, kind=kind)
        forget = (ForgetExplanationOrder(agency=feedback.asked),) if feedback.asked else ()
        return _removed(after), (gone, *forget)
    if step is RetentionStep.ANNOUNCE and kept.removes:
        told = FeedbackRemovalAnnounced(agency=CENTRE, kind=kind, removes=kept.removes)
        return after, (told,)
    return after, ()


def hold(feedback: Feedback, *, on: bool, reason: str, by: str, now: datetime) -> Change:
    """Keep it whatever its term, or no longer. Raises as `keeping.hold` does."""
    kept = keeping.hold(feedback.retention, on=on, reason=reason, by=by, now=now)
    return replace(feedback, retention=kept), (FeedbackHoldChanged(agency=CENTRE, held=on),)


def _removed(feedback: Feedback) -> Feedback:
    """Without its words and who said them; a reason for a hold may name a person too."""
    kept = replace(
        feedback.retention,
        holds=tuple(replace(each, reason="") for each in feedback.retention.holds),
    )
    return replace(
        feedback,
        giver="",
        text="",
        explanation="",
        person=None,
        demand="",
        learned="",
        retention=kept,
    )
