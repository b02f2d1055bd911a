"""Passing on what the centre is not competent for: to which body, and until when.

A reflection, petition or complaint whose matter is another body's is handed to that body in time
(the term `pass_on` of law-terms.csv, counted by the unit's calendar from the day it came in).
"""

from datetime import datetime

from contracts.events import FeedbackPassedOn
from contracts.message import CENTRE, Message
from contracts.orders import WordGiven
from foundation.errors import Refused
from foundation.frozen import replace
from foundation.law import cite, cite_in_full, term
from foundation.worktime import Calendar
from services.feedback.domain.feedback import (
    ComplaintStage,
    Feedback,
    FeedbackKind,
    FeedbackState,
    must_have_giver,
)

STAGE = "pass_on"


def pass_on_by(kind: FeedbackKind, received: datetime, calendar: Calendar) -> datetime:
    """Until when it has to be passed on, should the centre not be competent."""
    return term(kind.value, STAGE, received).end(received, calendar)


def dated(feedback: Feedback, calendar: Calendar) -> tuple[Feedback, tuple[Message, ...]]:
    """One that came in before the date was kept, with its date."""
    by = pass_on_by(feedback.kind, feedback.received, calendar)
    return replace(feedback, pass_on_by=feedback.pass_on_by or by), ()


def rule_of(kind: FeedbackKind, received: datetime) -> str:
    """The rule of law by which it is passed on."""
    return term(kind.value, STAGE, received).rule


def article(feedback: Feedback, language: str) -> str:
    """The article by which it was passed on, as letters cite it."""
    rule = rule_of(feedback.kind, feedback.received)
    return cite_in_full(rule, feedback.passed_on or feedback.received, language)


def pass_on(
    feedback: Feedback, to: str, now: datetime, *, called: str = ""
) -> tuple[Feedback, tuple[Message, ...]]:
    """Hand it to the competent body; late or in time, for it cannot stay where it is.

    A complaint that is passed on is declined here: accepting one says that the centre is competent.
    Its giver is told where it went, by the name that the body is `called`.

    Raises:
        Refused: an agency was asked already, or the complaint was accepted.
    """
    must_have_giver(feedback)
    known = feedback.proceeding
    accepted = known is not None and known.stage is not ComplaintStage.LODGED
    if feedback.state is not FeedbackState.RECEIVED or accepted:
        raise Refused(
            "Ý kiến này đã được tiếp nhận giải quyết nên không chuyển cho cơ quan khác được nữa.",
            "This is being dealt with already: it cannot be passed on to another body now.",
            article=cite(rule_of(feedback.kind, feedback.received), now),
        )
    passed = replace(
        feedback,
        state=FeedbackState.PASSED_ON,
        passed_to=to,
        passed_on=now,
        proceeding=replace(known, stage=ComplaintStage.DECLINED, due=None) if known else None,
    )
    due = feedback.pass_on_by
    told = FeedbackPassedOn(agency=CENTRE, to=to, due=due, late=due is not None and now > due)
    where = f"{called or to} ({article(passed, 'vi')})"
    word = WordGiven(
        agency=CENTRE,
        dossier=feedback.dossier or feedback.id,
        kind="feedback_passed_on",
        text=where,
    )
    return passed, (word, told)
