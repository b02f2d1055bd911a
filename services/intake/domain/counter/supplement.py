"""Supplement of papers: the counter asks before the receipt, an agency after it (form 02).

The counter guides once and in full (NĐ 61/2018 Đ11.2c, Đ17.1); when an agency asks (Đ19.4) the
clock stands still meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime

from contracts.events import DossierSupplemented, DossierSupplementRequested
from contracts.law import LawRule
from contracts.orders import RescheduleOrder, ResumeOrder, WordGiven
from contracts.replies import SupplementReply
from foundation.errors import Duplicate, Invalid, Refused
from foundation.frozen import replace
from foundation.law import cite
from foundation.worktime import Calendar, add_working_minutes, working_minutes
from services.intake.domain.case.agency_step import (
    AgencyAct,
    moment_of,
    must_be_open,
    step_of,
    with_step,
)
from services.intake.domain.case.dossier import (
    Attachment,
    Decided,
    Dossier,
    State,
    Step,
    StepState,
    must_be,
)
from services.intake.domain.case.paper_names import each_spelled, spelled
from services.intake.domain.case.pause import prolong, run_again, with_state
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.clock.waits import Wait, WaitKind
from services.intake.domain.counter.digitising import marked
from services.intake.domain.counter.file_sizes import USUAL, Sizes, must_fit, too_large
from services.intake.domain.counter.from_data import must_not_be_held, with_reasons
from services.intake.domain.counter.known_document import Known, must_be_heard, without_replaced
from services.intake.domain.counter.reception import must_not_be_under_receipt
from services.intake.domain.counter.signature_demand import (
    NOT_VALID,
    lacking,
    must_not_be_unsigned,
)


def guide(
    dossier: Dossier,
    procedure: Procedure,
    missing: Sequence[str],
    papers: tuple[str, ...],
    reason: str,
    now: datetime,
) -> Decided:
    """The counter finds the dossier incomplete: it asks once, for everything (form 02).

    Raises:
        Refused: it was asked before, or the dossier is received or ended.
        Invalid: no paper is named, one that is `missing` is not, or published data hold one.
    """
    must_be(dossier, State.SUBMITTED)
    must_not_be_under_receipt(dossier)
    if dossier.guided:
        raise Refused(
            "Đã yêu cầu bổ sung một lần tại bộ phận một cửa; nay chỉ còn tiếp nhận hoặc từ chối.",
            "The counter has asked for papers once already; accept or refuse the dossier now.",
            article=cite(LawRule.GUIDANCE, now),
        )
    papers = each_spelled(papers)
    must_not_be_held(dossier, procedure, papers or missing, now)
    forgotten = [name for name in missing if name not in papers]
    if forgotten or not papers:
        raise Invalid(
            "Phải hướng dẫn đầy đủ trong một lần; xin nêu cả giấy tờ còn thiếu.",
            "All that is missing must be asked for in one go; please name these papers too.",
            article=cite(LawRule.GUIDANCE, now),
            fields={"papers": forgotten or ["bắt buộc / required"]},
        )
    wait = Wait(
        kind=WaitKind.PAPERS,
        since=now,
        who=dossier.agency,
        article=cite(LawRule.GUIDANCE, now),
        papers=papers,
        reason=with_reasons(dossier, papers, reason),
    )
    return _ask(replace(dossier, guided=now), wait)


def request_papers(
    dossier: Dossier, reply: SupplementReply, act: AgencyAct, now: datetime
) -> Decided:
    """Ask the applicant for an agency's papers, once and in time; the other branches go on.

    The agency's own desk holds it to the same; one with a system of its own is held to it here.

    Raises:
        Duplicate: the same papers are asked for already, or the step was taken back.
        Refused: the step waits for other papers or is finished, the agency asked before, or it
            asked too late.
        Invalid: no paper is named.
        NotFound, Forbidden: the step is not there, or not this agency's.
    """
    step = step_of(dossier, reply.step, act)
    papers = each_spelled(reply.papers)
    if any(each.step == step.id and each.papers == papers for each in dossier.requests):
        raise Duplicate("Đã yêu cầu bổ sung.", "These papers are asked for already.")
    asked = moment_of(act, step, now)
    waiting = replace(step, state=StepState.WAITING, asked=asked)
    must_be_open(dossier, step, waiting)
    _must_ask_once_and_in_time(dossier, step, asked)
    if not papers:
        raise Invalid("Chưa nêu giấy tờ cần bổ sung.", "No paper to supply is named.")
    wait = Wait(
        kind=WaitKind.PAPERS,
        since=asked,
        who=step.agency,
        article=dossier.by(LawRule.SUPPLEMENT),
        step=step.id,
        papers=papers,
        reason=reply.reason,
    )
    return _ask(with_step(dossier, waiting), wait)


def _must_ask_once_and_in_time(dossier: Dossier, step: Step, asked: datetime) -> None:
    if any(each.asked for each in dossier.steps if each.agency == step.agency):
        raise Refused(
            "Cơ quan chỉ được yêu cầu bổ sung một lần; hãy giải quyết trên hồ sơ hiện có.",
            "An agency may ask for papers only once; go on with the dossier as it is.",
            article=dossier.by(LawRule.SUPPLEMENT),
        )
    if step.ask_until and asked > step.ask_until:
        days = dossier.time.ask_within
        raise Refused(
            f"Đã quá {days:02} ngày làm việc kể từ khi tiếp nhận; không được yêu cầu bổ sung nữa.",
            f"More than {days} working days have passed since receipt; it is too late to ask for "
            "papers.",
            article=dossier.by(LawRule.SUPPLEMENT),
        )


def supplement(
    dossier: Dossier,
    documents: tuple[Attachment, ...],
    now: datetime,
    calendar: Calendar,
    known: Known,
    *,
    counter: bool = False,
    sizes: Sizes = USUAL,
) -> Decided:
    """Take the applicant's papers: the agencies that have theirs go on, with new due dates.

    `counter` says that a clerk hands in what the counter scanned, for who handed in online. When
    nothing is waited for any more the clock runs again and the due date moves by the
    procedure's own rule. Before the receipt the dossier goes back to the clerk, to be checked.
    `sizes` are the papers that allow larger files.

    Raises:
        NotYet: the document of a paper is not known.
        Refused: no papers are asked for, or a file is too large or lacks the signature that is
            demanded of it.
        Invalid: a paper was not asked for, or a request is answered in part only.
    """
    if not dossier.requests:
        must_be(dossier, State.SUPPLEMENT)
    answered = _answered(dossier, documents)
    must_be_heard(dossier, documents, known, counter=counter)
    must_fit(dossier, documents, known, sizes, counter=counter)
    must_not_be_unsigned(dossier, documents, known, dossier.signed_papers)
    told = DossierSupplemented(
        agency=dossier.agency,
        documents=tuple(each.document for each in documents),
        steps=tuple(each.step for each in answered),
        counter=counter,
    )
    kept = dossier.attachments
    if dossier.received is None:
        unsigned = lacking(dossier, known, dossier.signed_papers, NOT_VALID)
        beyond = too_large(dossier, dossier.attachments, known, sizes)
        kept = without_replaced(dossier, documents, known, (*unsigned, *beyond))
    dossier = replace(dossier, attachments=(*kept, *marked(documents, known)))
    if dossier.received is None:
        return with_state(replace(dossier, waits=())), (told,)
    orders: list[ResumeOrder | RescheduleOrder] = []
    if dossier.time.holds_others:
        dossier, others = prolong(dossier, answered, now, calendar)
        orders += others
    for request in answered:
        dossier, order = _resume(dossier, request, documents, now, calendar)
        orders.append(order)
    running, rescheduled = run_again(dossier, answered, now, calendar)
    return running, (told, *orders, *rescheduled)


def _ask(dossier: Dossier, wait: Wait) -> Decided:
    asked = with_state(replace(dossier, waits=(*dossier.waits, wait)))
    told = DossierSupplementRequested(agency=dossier.agency, step=wait.step, papers=wait.papers)
    word = WordGiven(
        agency=dossier.agency, dossier=dossier.id, kind="supplement_requested", text=wait.reason
    )
    # The word goes first: whoever is told of the request then has it already.
    return asked, (word, told)


def _answered(dossier: Dossier, documents: tuple[Attachment, ...]) -> tuple[Wait, ...]:
    given = set(each_spelled(each.paper for each in documents))
    touched = tuple(each for each in dossier.requests if given & set(each_spelled(each.papers)))
    asked = {paper for each in touched for paper in each_spelled(each.papers)}
    if given != asked or not given:
        wanted = [paper for each in dossier.requests for paper in each.papers]
        listed = "; ".join(wanted)
        raise Invalid(
            f"Xin nộp đủ, đúng giấy tờ được yêu cầu: {listed}.",
            f"Please hand in exactly the papers that are asked for: {listed}.",
            article=dossier.by(LawRule.SUPPLEMENT),
            fields={"documents": wanted},
        )
    return touched


def _resume(
    dossier: Dossier,
    request: Wait,
    documents: tuple[Attachment, ...],
    now: datetime,
    calendar: Calendar,
) -> tuple[Dossier, ResumeOrder]:
    step = next(each for each in dossier.steps if each.id == request.step)
    theirs = calendar.of(step.agency)
    waited = working_minutes(request.since, now, theirs)
    due = add_working_minutes(step.due or now, waited, theirs)
    order = ResumeOrder(
        agency=step.agency,
        step=step.id,
        due=due,
        documents=tuple(
            each.document
            for each in documents
            if spelled(each.paper) in each_spelled(request.papers)
        ),
    )
    open_again = replace(step, state=StepState.OPEN, due=due, waited=step.waited + waited)
    return with_step(dossier, open_again), order
