"""Papers an agency still needs (NĐ 61/2018 Đ19.4, form 02): the clock stands still meanwhile."""

from dataclasses import replace
from datetime import datetime

from contracts.events import (
    DossierRescheduled,
    DossierSupplemented,
    DossierSupplementRequested,
)
from contracts.orders import ResumeOrder, SupplementReply, WordGiven
from foundation.errors import Duplicate, Invalid
from foundation.worktime import Calendar, add_working_minutes, working_minutes
from services.intake.domain import clock
from services.intake.domain.dossier import (
    Act,
    Attachment,
    Decided,
    Dossier,
    Request,
    State,
    StepState,
    moment_of,
    must_be,
    must_be_open,
    step_of,
    with_step,
)
from services.intake.domain.ledger import Due

SUPPLEMENT = "NĐ 61/2018 Đ19.4"


def request_papers(dossier: Dossier, reply: SupplementReply, act: Act, now: datetime) -> Decided:
    """Ask the applicant for an agency's papers; the other branches go on.

    Raises:
        Duplicate: the same papers are asked for already, or the step was taken back.
        Refused: the step waits for other papers, or is finished.
        Invalid: no paper is named.
        NotFound, Forbidden: the step is not there, or not this agency's.
    """
    step = step_of(dossier, reply.step, act)
    if any(each.step == step.id and each.papers == reply.papers for each in dossier.requests):
        raise Duplicate("Đã yêu cầu bổ sung.", "These papers are asked for already.")
    waiting = replace(step, state=StepState.WAITING)
    must_be_open(step, waiting)
    if not reply.papers:
        raise Invalid("Chưa nêu giấy tờ cần bổ sung.", "No paper to supply is named.")
    since = moment_of(act, step, now)
    request = Request(step=step.id, papers=reply.papers, reason=reply.reason, since=since)
    first = dossier.paused is None or since < dossier.paused
    asked = replace(
        with_step(dossier, waiting),
        state=State.SUPPLEMENT,
        requests=(*dossier.requests, request),
        paused=since if first else dossier.paused,
        paused_by=step.agency if first else dossier.paused_by,
    )
    told = DossierSupplementRequested(agency=dossier.agency, step=step.id, papers=reply.papers)
    word = WordGiven(
        agency=dossier.agency, dossier=dossier.id, kind="supplement_requested", text=reply.reason
    )
    # The word goes first: whoever is told of the request then has it already.
    return asked, (word, told)


def supplement(
    dossier: Dossier, documents: tuple[Attachment, ...], now: datetime, calendar: Calendar
) -> Decided:
    """Take the applicant's papers: the agencies that have theirs go on, with new due dates.

    When no request is left the clock runs again and the due date moves by the working time
    that it stood still.

    Raises:
        Refused: no papers are asked for.
        Invalid: a paper was not asked for, or a request is answered in part only.
    """
    must_be(dossier, State.SUPPLEMENT)
    answered = _answered(dossier, documents)
    told = DossierSupplemented(
        agency=dossier.agency, documents=tuple(each.document for each in documents)
    )
    orders = []
    for request in answered:
        dossier, order = _resume(dossier, request, documents, now, calendar)
        orders.append(order)
    left = tuple(each for each in dossier.requests if each not in answered)
    dossier = replace(dossier, attachments=(*dossier.attachments, *documents), requests=left)
    if left:
        return dossier, (told, *orders)
    running, rescheduled = _run_again(dossier, now, calendar)
    return running, (told, *orders, *rescheduled)


def _answered(dossier: Dossier, documents: tuple[Attachment, ...]) -> tuple[Request, ...]:
    given = {each.paper for each in documents}
    touched = tuple(each for each in dossier.requests if given & set(each.papers))
    asked = {paper for each in touched for paper in each.papers}
    if given != asked or not given:
        wanted = [paper for each in dossier.requests for paper in each.papers]
        listed = "; ".join(wanted)
        raise Invalid(
            f"Xin nộp đủ, đúng giấy tờ được yêu cầu: {listed}.",
            f"Please hand in exactly the papers that are asked for: {listed}.",
            article=SUPPLEMENT,
            fields={"documents": wanted},
        )
    return touched


def _resume(
    dossier: Dossier,
    request: Request,
    documents: tuple[Attachment, ...],
    now: datetime,
    calendar: Calendar,
) -> tuple[Dossier, ResumeOrder]:
    step = next(each for each in dossier.steps if each.id == request.step)
    waited = working_minutes(request.since, now, calendar)
    due = add_working_minutes(step.due or now, waited, calendar)
    order = ResumeOrder(
        agency=step.agency,
        step=step.id,
        due=due,
        documents=tuple(each.document for each in documents if each.paper in request.papers),
    )
    open_again = replace(step, state=StepState.OPEN, due=due, waited=step.waited + waited)
    return with_step(dossier, open_again), order


def _run_again(dossier: Dossier, now: datetime, calendar: Calendar) -> Decided:
    was = dossier.due or now
    pause = clock.Pause(
        since=dossier.paused or now, until=now, who=dossier.paused_by, article=SUPPLEMENT
    )
    counted = clock.resume(Due(moment=was, ledger=dossier.ledger), dossier.time, pause, calendar)
    due = counted.moment or was
    running = replace(
        dossier,
        state=State.PROCESSING,
        paused=None,
        paused_by="",
        due=due,
        ledger=counted.ledger,
    )
    if due == was:
        return running, ()
    rescheduled = DossierRescheduled(agency=dossier.agency, due=due, was=was, article=SUPPLEMENT)
    return running, (rescheduled,)
