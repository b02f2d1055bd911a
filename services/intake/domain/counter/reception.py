"""Reception: handing in, receiving with code and due date, refusing (NĐ 61/2018 Đ16-17)."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from contracts.events import DossierAccepted, DossierRefused, DossierSubmitted
from contracts.law import LawRule
from contracts.orders import ContactGiven, WordGiven
from contracts.procedure import AtCounter, Collected
from foundation.errors import Invalid, Refused
from foundation.frozen import replace
from foundation.law import cite, holds
from foundation.worktime import Calendar
from services.intake.domain.case import declaring
from services.intake.domain.case.channel import Channel, IdentifiedBy
from services.intake.domain.case.components import components, digitised
from services.intake.domain.case.declaring import FilledPaper
from services.intake.domain.case.dossier import (
    Applicant,
    Attachment,
    Decided,
    Dossier,
    Proxy,
    State,
    must_be,
)
from services.intake.domain.case.fees import charge, must_be_paid
from services.intake.domain.case.paper_names import each_spelled, spelled
from services.intake.domain.case.procedure import (
    Procedure,
    must_be_in_force,
    must_know_papers,
    must_take,
    required_papers,
)
from services.intake.domain.clock import due_date
from services.intake.domain.counter.completeness import must_be_complete
from services.intake.domain.counter.digitising import marked
from services.intake.domain.counter.dossier_code import book_of, code_of
from services.intake.domain.counter.file_sizes import allowed, must_fit
from services.intake.domain.counter.finding import findable
from services.intake.domain.counter.kiosk import must_be_identified
from services.intake.domain.counter.known_document import Known, must_be_heard
from services.intake.domain.counter.sessions import must_be_in_session
from services.intake.domain.counter.signature_demand import (
    demanded,
    must_be_signed,
    must_not_be_unsigned,
)
from services.intake.domain.route.stages import order_stage, plan

NOTHING_KNOWN: Known = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What is handed in, by whom if not by the applicant; `case` is one the procedure knows.

    `identified` is how a kiosk knew the person, `result_by` the channel by which the applicant
    would like the result, "" where they did not say; `declarations` are filled in as data.
    """

    procedure: str
    channel: Channel
    applicant: Applicant
    documents: tuple[Attachment, ...]
    case: str = ""
    proxy: Proxy | None = None
    identified: IdentifiedBy | None = None
    result_by: str = ""
    declarations: tuple[FilledPaper, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the clerk notes at the receipt: the unit's code, originals kept for checking.

    `form` is whether the applicant asks for form 01 where none is due (Đ17.4), `out_of_area`
    whether this counter takes the dossier in for an agency of another place. Of the papers
    `signatures_checked` the clerk checked the digital signatures by other means.
    """

    unit: str
    originals: tuple[str, ...] = ()
    form: bool = False
    out_of_area: bool = False
    signatures_checked: tuple[str, ...] = ()


def submit(
    dossier_id: str,
    handed_in: Submission,
    procedure: Procedure,
    now: datetime,
    calendar: Calendar,
    *,
    owner: str,
    known: Known = NOTHING_KNOWN,
) -> Decided:
    """Take a dossier in; whether it is complete is checked at its receipt.

    `owner` is the citizen who signs in, "" when a clerk hands it in for a person. What comes
    online, or at a kiosk, has its answer within 8 working hours. `known` are the documents of its
    papers as far as they are known; nobody is turned away for what is not.

    Raises:
        Refused: the procedure is not in force, not open to the channel, or not taken now; or a
            file is known to be too large, or to lack the signature that it demands.
        Invalid: a paper, a form or the case is not the procedure's, or the channel does not fit.
    """
    must_be_in_force(procedure, now)
    _must_fit(handed_in, owner, now)
    must_take(procedure, handed_in.channel, now)
    must_be_in_session(procedure, handed_in.channel, now, calendar)
    must_know_papers(procedure, (each.paper for each in handed_in.documents))
    required_papers(procedure, handed_in.case)
    filled = declaring.declared(dossier_id, procedure, handed_in.case, handed_in.declarations)
    dossier = Dossier(
        id=dossier_id,
        procedure=procedure.id,
        procedure_name=procedure.name,
        agency=procedure.agency,
        channel=handed_in.channel,
        owner=owner,
        applicant=handed_in.applicant,
        attachments=(*handed_in.documents, *declaring.attachments_of(filled)),
        declarations=filled,
        case=handed_in.case,
        proxy=handed_in.proxy,
        submitted=now,
        answer_by=due_date.answer_by(now, calendar) if owner or handed_in.identified else None,
        identified=handed_in.identified.value if handed_in.identified else "",
        result_by=handed_in.result_by,
        signed_papers=demanded(procedure),
    )
    must_fit(dossier, dossier.attachments, known, allowed(procedure))
    must_not_be_unsigned(dossier, dossier.attachments, known, dossier.signed_papers)
    dossier, fees = charge(dossier, procedure, Collected.BEFORE, now)
    # The contact goes first: whoever is told of the dossier then knows already whom to reach.
    return findable(dossier), (_contact(dossier), _submitted(dossier), *fees)


def take_in(
    dossier: Dossier,
    procedure: Procedure,
    receipt: Receipt,
    number: int,
    now: datetime,
    calendar: Calendar,
    known: Known,
) -> Decided:
    """Receive the dossier and give it its code, in one act.

    Raises:
        Refused, Invalid, NotYet: as `receive` and `accept`.
    """
    received, fees = receive(dossier, procedure, receipt, now, known)
    accepted, told = accept(received, number, calendar)
    return accepted, (*fees, *told)


def receive(
    dossier: Dossier, procedure: Procedure, receipt: Receipt, now: datetime, known: Known
) -> Decided:
    """Decide to accept: check the papers and keep what is in force at this moment.

    Nothing changes for a dossier that was received. Where the counter itself decides there is no
    route. `known` are the documents of its papers, as far as they are known.

    Raises:
        NotYet: the document of a paper is not known, or its demanded signature is not read yet.
        Refused: a required paper, a demanded signature or a fee to be paid before is missing, a
            file is too large, or another state.
        Invalid: an original is no paper of the dossier.
    """
    if dossier.received is not None:
        return dossier, ()
    must_be(dossier, State.SUBMITTED)
    must_be_heard(dossier, dossier.attachments, known)
    must_be_complete(dossier, procedure, now)
    must_fit(dossier, dossier.attachments, known, allowed(procedure))
    must_be_signed(dossier, known, demanded(procedure), receipt.signatures_checked)
    must_be_paid(dossier, Collected.BEFORE)
    _must_hold(dossier, receipt.originals, now)
    if receipt.out_of_area:
        _must_go_elsewhere(procedure, now)
    forwarded = procedure.at_counter is AtCounter.FORWARDED
    received = replace(
        dossier,
        received=now,
        book=book_of(receipt.unit, now),
        originals=receipt.originals,
        form_asked=receipt.form,
        out_of_area=receipt.out_of_area,
        attachments=marked(dossier.attachments, known),
        signed_papers=demanded(procedure),
        signatures_checked=each_spelled(receipt.signatures_checked),
        at_counter=procedure.at_counter,
        agency=procedure.agency,
        procedure_name=procedure.name,
        procedure_version=procedure.published,
        field=procedure.field,
        time=procedure.time,
        steps=plan(dossier.id, procedure.route) if forwarded else (),
    )
    return charge(received, procedure, Collected.AFTER, now)


def accept(dossier: Dossier, number: int, calendar: Calendar) -> Decided:
    """Give the received dossier its code and due date, and order the first stage (form 01).

    Raises:
        Refused: the dossier has gone on since, or was never received.
    """
    if dossier.code and dossier.state in (State.ACCEPTED, State.PROCESSING):
        return dossier, ()
    must_be(dossier, State.SUBMITTED)
    if dossier.received is None:
        raise Refused(
            "Hồ sơ chưa được kiểm tra thành phần.",
            "The papers of the dossier were not checked yet.",
            article=dossier.by(LawRule.COMPLETE),
        )
    competent = dossier.agency if dossier.out_of_area else ""
    counted = due_date.begin(
        dossier.time, dossier.received, calendar.of(dossier.agency), competent=competent
    )
    due = counted.moment
    code = code_of(dossier.book, number)
    coded = replace(
        dossier,
        state=State.ACCEPTED,
        code=code,
        due=due,
        ledger=counted.ledger,
        forward_by=due_date.forward_by(dossier.received, calendar) if dossier.steps else None,
    )
    parts = components(dossier)
    accepted = DossierAccepted(
        agency=dossier.agency,
        code=code,
        procedure=dossier.procedure,
        due=due,
        components=len(parts),
        digitised=digitised(parts),
    )
    ordered, orders = order_stage(coded, 0, dossier.received, calendar)
    return ordered, (accepted, *orders)


def refuse(dossier: Dossier, article: str, reason: str) -> Decided:
    """Do not take the dossier in (form 03); the reason goes to the applicant alone.

    Raises:
        Refused: the dossier is being received, or is in another state.
    """
    asked = dossier.state is State.SUPPLEMENT and dossier.received is None
    must_be(dossier, State.SUBMITTED, *((State.SUPPLEMENT,) if asked else ()))
    must_not_be_under_receipt(dossier)
    refused = replace(dossier, state=State.REFUSED, waits=())
    word = WordGiven(agency=dossier.agency, dossier=dossier.id, kind="refused", text=reason)
    return refused, (word, DossierRefused(agency=dossier.agency, article=article))


def must_not_be_under_receipt(dossier: Dossier) -> None:
    """Hold off other acts between the receipt and the code, which once were two writes.

    Raises:
        Refused: the dossier is getting its code right now.
    """
    if dossier.received is not None and not dossier.code:
        raise Refused(
            "Hồ sơ đang được cấp mã; xin thử lại sau ít phút.",
            "The dossier is just getting its code; please try again in a minute.",
            article=dossier.by(LawRule.COMPLETE),
        )


def _must_go_elsewhere(procedure: Procedure, now: datetime) -> None:
    """Hold what is received for another place to the law of its day, and to a route there."""
    if not holds(LawRule.ANYWHERE, now):
        raise Refused(
            "Ngày này chưa có quy định tiếp nhận thay cơ quan ở nơi khác; xin hướng dẫn nộp tại "
            "cơ quan có thẩm quyền.",
            "No law lets this counter receive for an agency of another place on this day; please "
            "send the person to the competent agency.",
            fields={"out_of_area": ["true"]},
        )
    if procedure.at_counter is not AtCounter.FORWARDED:
        raise Invalid(
            "Thủ tục này giải quyết ngay tại quầy, không chuyển tới nơi khác.",
            "This procedure is decided at the counter; it goes to no other place.",
            article=cite(LawRule.ANYWHERE, now),
            fields={"out_of_area": ["true"]},
        )


def _must_fit(handed_in: Submission, owner: str, now: datetime) -> None:
    channel, person = handed_in.channel, handed_in.proxy or handed_in.applicant
    must_be_identified(channel, handed_in.identified, owner or person.identity, now)
    if channel is not Channel.KIOSK and (channel is Channel.ONLINE) != bool(owner):
        raise Invalid(
            "Công dân nộp trực tuyến; cán bộ một cửa nhận trực tiếp hoặc qua bưu chính.",
            "Citizens hand in online; the clerk takes what comes to the counter or by post.",
            article=cite(LawRule.CHANNELS, now),
            fields={"channel": [channel]},
        )


def _must_hold(dossier: Dossier, originals: tuple[str, ...], now: datetime) -> None:
    given = set(each_spelled(each.paper for each in dossier.attachments))
    strange = [name for name in originals if spelled(name) not in given]
    if strange:
        raise Invalid(
            "Bản chính giữ lại phải là giấy tờ có trong hồ sơ.",
            "An original that is kept must be a paper of the dossier.",
            article=cite(LawRule.ORIGINALS, now),
            fields={"originals": strange},
        )


def _submitted(dossier: Dossier) -> DossierSubmitted:
    return DossierSubmitted(
        agency=dossier.agency,
        procedure=dossier.procedure,
        channel=dossier.channel.value,
        documents=tuple(each.document for each in dossier.attachments),
    )


def _contact(dossier: Dossier) -> ContactGiven:
    return ContactGiven(
        agency=dossier.agency,
        owner=dossier.owner,
        name=dossier.applicant.name,
        phone=dossier.applicant.phone,
        email=dossier.applicant.email,
        language=dossier.applicant.language,
    )
