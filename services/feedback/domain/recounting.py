"""Counting the open dates of feedback again, after the calendar of the unit changed.

Until when it is to be passed on, until when an agency has to explain itself, and until when the
next act on a complaint is due.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from contracts.events import FeedbackForwarded, FeedbackProceeded
from contracts.history import Entry
from contracts.message import CENTRE, Message
from foundation.frozen import replace
from foundation.law import Term, term
from foundation.worktime import Calendar, add_calendar_days
from services.feedback.domain import complaint, explaining, passing
from services.feedback.domain import denunciation as sealed
from services.feedback.domain.denunciation import Denunciation, DenunciationAct
from services.feedback.domain.feedback import (
    ComplaintProceeding,
    ComplaintStage,
    Feedback,
    FeedbackState,
)

CALENDAR = "calendar"
"""Why a date moved though nobody did anything, in `because`; and by whom, in an act."""
TERM_AFTER = {"accept": "resolve", "conclude": "publish"}
"""Of a denunciation: which term begins with an act."""


def recount(
    feedback: Feedback, history: Iterable[Entry], calendar: Calendar, *, edition: int
) -> tuple[Feedback, tuple[Message, ...]]:
    """The feedback with its open dates by another edition of the calendar, and what moved.

    From when a date counts stands in the feedback; in one of an earlier version in its history.
    """
    entries = tuple(history)
    counted, messages = explaining.recount(
        feedback, _asked(feedback, entries), calendar, edition=edition
    )
    counted = replace(counted, counted_by=edition)
    if counted.state is FeedbackState.RECEIVED:
        by = passing.pass_on_by(feedback.kind, feedback.received, calendar)
        counted = replace(counted, pass_on_by=by)
    known = feedback.proceeding
    if known is None or known.due is None:
        return counted, messages
    known = known if known.since else begun(known, feedback.received, entries)
    after = replace(known, due=complaint.due_by(known, calendar))
    counted = replace(counted, proceeding=after)
    return counted, messages if after.due == known.due else (*messages, _moved(after))


def begun(
    known: ComplaintProceeding, received: datetime, history: Iterable[Entry]
) -> ComplaintProceeding:
    """A proceeding of an earlier version, with the moment its time began, from its history."""
    since, lost, stopped = received, timedelta(), received
    stage = ComplaintStage.LODGED.value
    for each in history:
        if each.type != FeedbackProceeded.TYPE or each.data.get("because"):
            continue
        before, stage = stage, each.data["stage"]
        if stage == ComplaintStage.SUSPENDED.value:
            stopped = each.time
        elif before == ComplaintStage.SUSPENDED.value:
            lost += each.time - stopped
        else:
            since, lost = each.time, timedelta()
    return replace(known, since=since, lost_seconds=lost.total_seconds())


def recount_sealed(
    denunciation: Denunciation, now: datetime, calendar: Calendar, *, edition: int
) -> Denunciation:
    """A denunciation with its date by another edition, act by act; a move is noted as one."""
    received = denunciation.received
    due, stopped = _term("initial", received).end(received, calendar), received
    for act in denunciation.acts:
        at = act.at
        match act.what:
            case "classify":
                case = "complex" if denunciation.case else ""
                due = _term("initial", at, case).end(received, calendar)
            case "accept" | "conclude":
                due = _term(TERM_AFTER[act.what], at).end(at, calendar)
            case "extend":
                due = _term("extend", at).end(due, calendar)
            case "suspend":
                stopped = at
            case "resume":
                due = add_calendar_days(due + (at - stopped), 0, calendar)
    counted = replace(denunciation, due=due, counted_by=edition)
    if due == denunciation.due:
        return counted
    moved = DenunciationAct(at=now, by=CALENDAR, what="recount")
    return replace(counted, acts=(*denunciation.acts, moved))


def _term(stage: str, at: datetime, case: str = "") -> Term:
    return term(sealed.KIND, stage, at, case)


def _asked(feedback: Feedback, entries: Iterable[Entry]) -> datetime:
    told = (each.time for each in entries if each.type == FeedbackForwarded.TYPE)
    return feedback.forwarded or next(told, feedback.received)


def _moved(after: ComplaintProceeding) -> FeedbackProceeded:
    return FeedbackProceeded(
        agency=CENTRE,
        stage=after.stage.value,
        instance=after.instance,
        due=after.due,
        because=CALENDAR,
    )
