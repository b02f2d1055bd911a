"""The golden files: what each kind of message looks like on the wire, byte for byte.

After adding a kind of message, or a field with a default, run

    python -m tests.contract.golden

and commit what it wrote. A file that changes is kept beside the new one as `TYPE.was-N.json`:
messages like it may still wait in a queue or an outbox, so they must be readable for ever. (Remove
it only if the shape it shows was never released.)
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from contracts import events, forms, orders, replies
from contracts.envelope import Envelope
from contracts.events import Event
from contracts.events.calendars import ToldOutage
from contracts.message import CENTRE, Message
from contracts.orders import Contact, Order
from contracts.procedure import Collected, Join, Paper, Stage, Task, TimeLimit, Unit
from contracts.replies import Reply

FOLDER = Path(__file__).parent / "golden"
WRITTEN = datetime(2020, 9, 15, 2, 30, 0, 125000, tzinfo=UTC)
DUE = datetime(2020, 10, 8, 2, 30, tzinfo=UTC)
LATER = datetime(2020, 10, 13, 2, 30, tzinfo=UTC)
BUILDING = "so-xay-dung"
DOSSIER = "01748f1c-2e80-7000-8000-0000000000d0"
STEP = "01748f1c-2e80-7000-8000-0000000000e0"
PAPER = "01748f1c-2e80-7000-8000-0000000000f0"
URGING = "01748f1c-2e80-7000-8000-0000000000b0"
FEEDBACK = "01748f1c-2e80-7000-8000-0000000000a0"
CODE = "000.00.00.H41-200915-0001"
PROCEDURE = "1.009645"
UNIT = "000.00.00.H41"
NAME = "Chấp thuận chủ trương đầu tư"

PUBLISHED = events.ProcedurePublished(
    agency=CENTRE,
    version=3,
    name=NAME,
    field="Đầu tư",
    time=TimeLimit(unit=Unit.WORKING_DAYS, amount=17),
    papers=(
        Paper(name="Văn bản đề nghị", originals=1, copies=3),
        Paper(name="Hợp đồng BCC", case="đầu tư theo hợp đồng BCC", required=False),
    ),
    route=(
        Stage(tasks=(Task(agency=BUILDING, action="Cho ý kiến", amount=5),)),
        Stage(tasks=(Task(agency="ubnd-tinh", action="Quyết định", amount=5, decides=True),)),
    ),
    result="Quyết định chấp thuận chủ trương đầu tư",
    legal_basis=("Luật 61/2020/QH14",),
)

ABOUT_DOSSIERS: tuple[Message, ...] = (
    events.DossierSubmitted(
        agency=CENTRE, procedure=PROCEDURE, channel="online", documents=(PAPER,)
    ),
    events.DossierAccepted(agency=CENTRE, code=CODE, procedure=PROCEDURE, due=DUE),
    events.DossierRefused(agency=CENTRE, article="NĐ 61/2018 Đ17.1b"),
    events.DossierSupplementRequested(agency=CENTRE, step=STEP, papers=("Văn bản đề nghị",)),
    events.DossierSupplemented(agency=CENTRE, documents=(PAPER,)),
    events.DossierRescheduled(agency=CENTRE, due=LATER, was=DUE, article="NĐ 61/2018 Đ19.4"),
    events.DossierResolved(
        agency=CENTRE, code=CODE, outcome="approved", document=PAPER, timing="early"
    ),
    events.DossierReturned(agency=CENTRE, code=CODE, channel="counter"),
    events.DossierWithdrawn(agency=CENTRE, code=CODE),
    events.StepOrdered(agency=BUILDING, step=STEP, action="Cho ý kiến", due=DUE),
    events.StepReceived(agency=BUILDING, step=STEP, due=DUE),
    events.StepAssigned(agency=BUILDING, step=STEP),
    events.StepCompleted(agency=BUILDING, step=STEP, outcome="agreed", document=PAPER),
    events.StepRefused(agency=BUILDING, step=STEP, article="NĐ 61/2018 Đ19.8", document=PAPER),
    events.StepSupplementNeeded(agency=BUILDING, step=STEP),
    events.StepResumed(agency=BUILDING, step=STEP, due=LATER),
    events.StepWithdrawn(agency=BUILDING, step=STEP),
    orders.StepOrder(
        agency=BUILDING,
        step=STEP,
        code=CODE,
        procedure=PROCEDURE,
        procedure_name=NAME,
        action="Cho ý kiến",
        due=DUE,
        applicant="Công ty TNHH Ví Dụ",
        documents=(PAPER,),
        decides=True,
    ),
    orders.ResumeOrder(agency=BUILDING, step=STEP, due=LATER, documents=(PAPER,)),
    orders.WithdrawOrder(agency=BUILDING, step=STEP),
    replies.SupplementReply(
        agency=BUILDING, step=STEP, papers=("Văn bản đề nghị",), reason="Thiếu chữ ký."
    ),
    orders.ContactGiven(
        agency=CENTRE,
        owner="citizen-1",
        name="Nguyễn Văn Ví Dụ",
        phone="+84900000000",
        email="vi.du@example.org",
        language="vi",
    ),
)
ABOUT_OTHER_THINGS: Mapping[Message, str] = {
    PUBLISHED: PROCEDURE,
    events.ProcedureWithdrawn(agency=CENTRE, version=3): PROCEDURE,
    events.DocumentStored(
        agency=CENTRE, sha256="5f" * 32, size=20480, media_type="application/pdf"
    ): PAPER,
    events.DocumentReleased(agency=CENTRE, dossier=DOSSIER): PAPER,
    events.FeedbackReceived(agency=CENTRE, kind="complaint", dossier=DOSSIER): FEEDBACK,
    events.FeedbackForwarded(agency=BUILDING, answer_by=DUE): FEEDBACK,
    events.FeedbackExplained(agency=BUILDING): FEEDBACK,
    events.FeedbackAnswered(agency=BUILDING, outcome="upheld", dossier=DOSSIER): FEEDBACK,
    events.RatingGiven(agency=CENTRE, dossier=DOSSIER, score=2): FEEDBACK,
    events.MessageSent(
        agency=CENTRE, dossier=DOSSIER, channel="sms", kind="dossier.accepted"
    ): STEP,
    events.MessageFailed(
        agency=CENTRE, dossier=DOSSIER, channel="email", kind="dossier.accepted", outcome="unknown"
    ): STEP,
    orders.ExplainOrder(
        agency=BUILDING, dossier=DOSSIER, question="Vì sao hồ sơ trễ hẹn?", answer_by=DUE
    ): FEEDBACK,
    replies.ExplanationReply(agency=BUILDING, explanation="Hồ sơ chờ ý kiến liên ngành."): FEEDBACK,
    orders.WordGiven(
        agency=CENTRE, dossier=DOSSIER, kind="feedback_answered", text="Hồ sơ chờ ý kiến."
    ): FEEDBACK,
    # What came later, at the end: the place gives each example its id and number.
    **dict.fromkeys(
        (
            events.DossierPaused(
                agency=CENTRE, because="payment", state=6, article="NĐ 61/2018 Đ19"
            ),
            events.DossierClockStarted(agency=CENTRE, due=DUE),
            events.DossierResumed(agency=CENTRE, because="payment"),
            events.DossierApologised(agency=CENTRE, due=LATER, was=DUE, article="NĐ 61/2018 Đ19.9"),
            events.DossierDueSoon(agency=CENTRE, due=DUE),
            events.DossierApologyDue(agency=CENTRE, due=LATER, until=DUE),
            events.DossierOverdue(agency=CENTRE, due=DUE),
            events.DossierOriginalsReturned(agency=CENTRE, count=2),
            events.FeeRequested(
                agency=CENTRE, fee=f"{DOSSIER}.1", amount=150000, collected=Collected.BEFORE
            ),
            events.FeePaid(
                agency=CENTRE,
                fee=f"{DOSSIER}.1",
                amount=150000,
                method="cash",
                receipt="BL-2020-000123",
            ),
            events.FeeRefunded(agency=CENTRE, fee=f"{DOSSIER}.1", amount=150000),
            events.StepExtended(agency=BUILDING, step=STEP, due=LATER),
            events.StepDueSoon(agency=BUILDING, step=STEP, due=DUE),
            events.StepOverdue(agency=BUILDING, step=STEP, due=DUE),
            orders.RescheduleOrder(
                agency=BUILDING, step=STEP, due=LATER, because="apology", article="NĐ 61/2018 Đ19.9"
            ),
            replies.ExtensionReply(
                agency=BUILDING, step=STEP, due=LATER, reason="Chờ ý kiến của Bộ."
            ),
            events.DossierTakenUp(agency=CENTRE, code=CODE),
            events.DossierConsentAssumed(agency=CENTRE, step=STEP),
            events.DossierRerouted(agency=CENTRE, agencies=(BUILDING,)),
            replies.ProceedReply(agency=BUILDING, stage=1),
            replies.RerouteReply(
                agency=BUILDING,
                stages=(Stage(tasks=(Task(agency=BUILDING, action="Quyết định", amount=3),)),),
            ),
            forms.FormFilled(
                agency=CENTRE,
                kind=forms.FormKind.RECEIPT,
                number="01",
                edition=forms.Edition.OF_2018,
                language=forms.FormLanguage.VI_EN,
                document=PAPER,
                issued=WRITTEN,
                office=forms.IssuingOffice(
                    unit="000.00.00.H41",
                    name="Trung tâm Phục vụ hành chính công tỉnh",
                    address="16 Trường Thi, Vinh",
                    phone="02380000000",
                    clerk="cán bộ 1",
                ),
                tracking=f"https://motcua.example/tracking/{CODE}",
                code=CODE,
                procedure=PROCEDURE,
                matter=NAME,
                case="",
                submitter=forms.Party(name="Trần Thị Ví Dụ", phone="+84900000001"),
                holder=forms.Party(
                    name="Nguyễn Văn Ví Dụ", address="Vinh", identity="040000000000"
                ),
                receipt=forms.ReceiptForm(
                    papers=(forms.FiledPaper(name="Văn bản đề nghị", originals=1, copies=1),),
                    time=TimeLimit(unit=Unit.WORKING_DAYS, amount=17),
                    received=WRITTEN,
                    due=DUE,
                    channel="counter",
                    fees=(forms.FormFee(name="Lệ phí", amount=150000, collected=Collected.BEFORE),),
                ),
            ),
            events.StepRescheduled(agency=BUILDING, step=STEP, due=LATER, was=DUE),
            events.StepPassedOn(agency=BUILDING, step=STEP, place="head"),
        ),
        DOSSIER,
    ),
    events.CalendarChanged(
        agency=CENTRE, edition=2, days=("2020-10-28", "2020-10-29"), sessions=False
    ): UNIT,
    **dict.fromkeys(
        (
            events.StepAnswerRefused(
                agency=BUILDING,
                answer="reply.extension",
                article="NĐ 61/2018 Đ19.9",
                step=STEP,
                state="assigned",
            ),
            events.StageEnded(agency=BUILDING, stage=1),
            events.StageReordered(agency=BUILDING, stage=1, agencies=(BUILDING, CENTRE)),
            events.DossierProceeded(agency=BUILDING, stage=1, left=(CENTRE,)),
            orders.RouteOrder(
                agency=BUILDING,
                code=CODE,
                procedure=PROCEDURE,
                procedure_name=NAME,
                stage=1,
                join=Join.LEAD,
                branches=(
                    orders.Branch(
                        step=STEP, agency=CENTRE, action="có ý kiến", state="open", due=DUE
                    ),
                ),
                planned=(Stage(tasks=(Task(agency=CENTRE, action="ký", amount=3, decides=True),)),),
            ),
            orders.RefusalOrder(
                agency=BUILDING,
                answer="reply.extension",
                said=WRITTEN,
                vi="Chỉ được hẹn lại một lần; hồ sơ này đã được hẹn lại.",
                en="A dossier may be re-appointed once only, and this one was.",
                article="NĐ 61/2018 Đ19.9",
                step=STEP,
                state="open",
                due=DUE,
            ),
            events.StepUrged(agency=BUILDING, step=STEP, urging=URGING, answer_by=DUE),
            events.StepUrgingAnswered(agency=BUILDING, step=STEP, urging=URGING, promised=LATER),
            events.DossierEscalated(
                agency=CENTRE,
                matter="step",
                step=STEP,
                due=DUE,
                count=1,
                action="Cho ý kiến",
                held_by=BUILDING,
            ),
            events.DossierUrgingAnswered(agency=CENTRE, step=STEP, urging=URGING, promised=LATER),
            orders.UrgeOrder(
                agency=BUILDING,
                step=STEP,
                urging=URGING,
                words="Đề nghị báo cáo lý do chậm",
                answer_by=DUE,
            ),
            orders.RemindOrder(agency=BUILDING, step=STEP, matter="dossier", whom="head", due=DUE),
            replies.UrgingReply(
                agency=BUILDING, step=STEP, urging=URGING, reason="chờ đo đạc", promised=LATER
            ),
            replies.ReminderReply(
                agency=BUILDING,
                officer="officer-1",
                email="officer-1@example.vn",
                phone="+84912345678",
                language="vi",
                step=STEP,
                action="Cho ý kiến",
                matter="step",
                due=DUE,
                late=True,
            ),
            events.DossierDocumentJoined(agency=BUILDING, step=STEP, document=PAPER),
        ),
        DOSSIER,
    ),
    orders.DocumentGiven(agency=CENTRE, owner="citizen-1", clerk=False, sha256="5f" * 32): PAPER,
    events.FeedbackUndelivered(agency=CENTRE, asked=BUILDING): FEEDBACK,
    events.StepUndelivered(agency=CENTRE, step=STEP, asked=BUILDING): DOSSIER,
    events.CalendarAnnounced(
        agency=CENTRE,
        edition=2,
        sessions=("07:00-11:30", "13:30-17:00"),
        weekend=("saturday", "sunday"),
        off=("2020-10-28", "2020-10-29"),
        worked=("2020-10-31",),
        outages=(ToldOutage(since=DUE, until=LATER, agencies=(BUILDING,)),),
    ): UNIT,
    events.FeedbackRescheduled(agency=BUILDING, answer_by=LATER, was=DUE): FEEDBACK,
    orders.ExplainByOrder(agency=BUILDING, answer_by=LATER): FEEDBACK,
    events.AgencyChanged(
        agency="ubnd-huyen-do-luong",
        edition=2,
        name_vi="Ủy ban nhân dân huyện Đô Lương",
        name_en="People's Committee of Do Luong district",
        level="district",
        until="2025-06-30",
        successors=("ubnd-xa-do-luong",),
    ): "agencies:ubnd-huyen-do-luong",
    events.DossierCorrected(agency=CENTRE, code=CODE, fields=("name", "phone"), number=1): DOSSIER,
    orders.CorrectOrder(
        agency=BUILDING, applicant="Nguyễn Văn Ví Dụ", fields=("name", "phone")
    ): DOSSIER,
    **dict.fromkeys(
        (
            replies.HandlerReply(
                agency=BUILDING, step=STEP, name="Nguyễn Văn An", role="specialist"
            ),
            events.DossierDataLookedUp(agency=CENTRE, paper="Giấy khai sinh", because="incident"),
        ),
        DOSSIER,
    ),
    events.MessageDelivered(agency=CENTRE, dossier=DOSSIER, channel="sms", kind="accepted"): STEP,
    events.FeedbackProceeded(agency=CENTRE, stage="accepted", instance=1, due=DUE): FEEDBACK,
    orders.WebhookTrouble(
        agency=CENTRE,
        email="ops@example.vn",
        target="https://hook.example.vn/motcua",
        because="failing",
        since=DUE,
        disables=LATER,
        disabled=False,
    ): "5d1c0f0e-0000-4000-8000-000000000001",
    events.FeedbackPassedOn(agency=CENTRE, to=BUILDING, due=DUE, late=True): FEEDBACK,
    events.FeedbackUrged(agency=BUILDING, answer_by=DUE, number=1, whom=("head",)): FEEDBACK,
    orders.UrgeExplanationOrder(agency=BUILDING, answer_by=DUE, number=1, whom=("head",)): FEEDBACK,
    events.FeedbackPublished(agency=BUILDING): FEEDBACK,
    orders.DocumentRefused(agency=CENTRE, owner="citizen-1", clerk=False, reason="infected"): PAPER,
    events.DocumentScanned(agency=CENTRE, verdict="not_scannable", finding="encrypted"): PAPER,
    events.DocumentScanDecided(agency=CENTRE, decision="accepted"): PAPER,
    events.DocumentSignaturesRead(
        agency=CENTRE, state="read", signatures=2, valid=1, report="5f" * 32
    ): PAPER,
    events.DocumentRemovalAnnounced(
        agency=CENTRE, dossier="", kind="loose", removes=datetime(2027, 9, 15, tzinfo=UTC)
    ): PAPER,
    events.DocumentRemoved(
        agency=CENTRE, dossier="", kind="loose", sha256="5f" * 32, size=48_211
    ): PAPER,
    events.DocumentHoldChanged(agency=CENTRE, held=True): PAPER,
    events.DocumentSuperseded(agency=CENTRE, dossier="", by=DOSSIER): PAPER,
    events.DocumentReused(agency=CENTRE, of=PAPER): PAPER,
    events.DocumentRemovalNotified(
        agency=CENTRE, removes=datetime(2027, 9, 15, tzinfo=UTC)
    ): DOSSIER,
    events.DocumentLegalHoldChanged(agency=CENTRE, held=True): DOSSIER,
    orders.VisitWord(
        agency=CENTRE,
        name="Nguyễn Văn An",
        phone="+84912345678",
        language="vi",
        what="booked",
        at=DUE,
        code="ABCDE-23456",
    ): "2020-09-16T09:00",
    events.FeedbackRemovalAnnounced(agency=CENTRE, kind="reflection", removes=LATER): FEEDBACK,
    events.FeedbackRemoved(agency=BUILDING, kind="reflection"): FEEDBACK,
    events.FeedbackHoldChanged(agency=CENTRE, held=True): FEEDBACK,
    events.FeedbackUsedAsInformation(agency=CENTRE, by=BUILDING): FEEDBACK,
    orders.ForgetExplanationOrder(agency=BUILDING): FEEDBACK,
}


def kinds() -> dict[type[Message], Message]:
    """Each kind of message that has an example, and the example."""
    return {type(message): message for message in (*ABOUT_DOSSIERS, *ABOUT_OTHER_THINGS)}


def declared() -> set[type[Message]]:
    """Every kind of message the contracts declare."""
    roots = (Event, Order, Reply, Contact)
    found = {kind for root in roots for kind in root.__subclasses__()}
    return {kind for kind in found if kind.__module__.startswith("contracts.")}


def envelopes() -> Iterator[Envelope]:
    """Each example as it would be sent."""
    subjects = dict.fromkeys(ABOUT_DOSSIERS, DOSSIER) | dict(ABOUT_OTHER_THINGS)
    for seq, (message, subject) in enumerate(subjects.items(), 1):
        yield Envelope(
            id=f"01748f1c-2efd-7000-8000-{seq:012}",
            source=f"motcua:routing:{BUILDING}" if message.agency == BUILDING else "motcua:intake",
            type=message.TYPE,
            subject=subject,
            time=WRITTEN,
            seq=seq,
            agency=message.agency,
            data=message.write(),
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )


def main() -> None:
    """Write what is new, and keep what it replaces."""
    FOLDER.mkdir(exist_ok=True)
    for envelope in envelopes():
        path, body = FOLDER / f"{envelope.type}.json", envelope.encode() + b"\n"
        if path.exists() and path.read_bytes() != body:
            number = len(list(FOLDER.glob(f"{envelope.type}.was-*.json"))) + 1
            kept = path.rename(FOLDER / f"{envelope.type}.was-{number}.json")
            print(f"{path.name} changed; what it was is in {kept.name}")
        path.write_bytes(body)


if __name__ == "__main__":
    main()
