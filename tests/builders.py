"""Things as the tests of intake need them: a procedure of four stages, dossiers at every point.

The route is that of 1.009645 (chấp thuận chủ trương đầu tư), shortened to two agencies that are
asked side by side; the calendar is the national one.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

from nameko.testing.services import worker_factory

from contracts.events import ProcedurePublished, StepCompleted
from contracts.history import ChainLink
from contracts.message import CENTRE, Message
from contracts.orders import DocumentGiven
from contracts.procedure import Paper, Stage, Supplement, Task, TimeLimit, Unit
from contracts.replies import SupplementReply
from foundation.consumer.delivery import MessageMeta
from foundation.errors import Duplicate, NotFound, Unavailable
from foundation.persistence import TtlCache
from foundation.scheduling import JobRunner
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.web.rate_limit import LookupRateLimiter
from foundation.worktime import HO_CHI_MINH, Calendar
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Applicant,
    Attachment,
    Decided,
    Dossier,
    State,
    Step,
)
from services.intake.domain.case.procedure import Procedure, publish
from services.intake.domain.case.succession import KnownAgency
from services.intake.domain.centre.figures import CentreFigures
from services.intake.domain.counter import reception, supplement
from services.intake.domain.counter.dossier_code import code_of
from services.intake.domain.counter.finding import LookupRecord
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.counter.procedure_search import ProcedureTitle, titles
from services.intake.domain.drafts.draft import MOST_DRAFTS, OnlineDraft
from services.intake.domain.route import stages
from services.intake.domain.visits.booking import VisitSlot
from services.intake.domain.visits.waiting import QueueTicket
from services.intake.outside.visit_plan import plan_of
from services.intake.service import Intake
from services.intake.store import (
    Calendars,
    Dossiers,
    Drafts,
    Figures,
    KnownAgencies,
    KnownDocuments,
    Lookups,
    Procedures,
    QueueTickets,
    VisitSlots,
)
from tests.desks import AskedStore
from tests.fakes import FakeClock, FakeConnectedAgencies, FakeNation, FakeRulebook, FakeStore

CALENDAR = Calendar.default()
AGENCIES = str(Path(__file__).resolve().parents[1] / "catalogue-data" / "agencies.json")
VISIT_PLAN = plan_of(Path(__file__).resolve().parents[1] / "catalogue-data" / "visits.json")
UNIT = "000.00.00.H41"
RECEIPT = reception.Receipt(unit=UNIT)
SETTINGS = SimpleNamespace(
    unit=UNIT,
    office_name="Trung tâm Phục vụ hành chính công",
    office_address="16 Trường Thi",
    office_phone="0238",
    tracking_url="https://motcua.example/tracking/",
    public_url="https://motcua.example",
    agencies="catalogue-data/agencies.json",
    largest_upload=60,
)
PROCEDURE = "1.009645"
DOSSIER = "0b0e3a7c-6a64-5d0c-9c1b-3f0f4a9b2d11"
OWNER = "công dân 1"
REGISTRAR, BUILDING, LAND, PROVINCE = (
    "so-ke-hoach-dau-tu",
    "so-xay-dung",
    "so-tai-nguyen-moi-truong",
    "ubnd-tinh",
)
REQUEST_FORM, PROPOSAL, IF_ANY = "Văn bản đề nghị", "Đề xuất dự án", "Tài liệu khác (nếu có)"


def at(text: str) -> datetime:
    """A moment in Viet Nam, kept in UTC: `at("2020-09-15 09:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=HO_CHI_MINH).astimezone(UTC)


RECEIVED = at("2020-09-15 09:30")


def published(**changes: Any) -> ProcedurePublished:
    """The event that tells of the procedure's first version."""
    event = ProcedurePublished(
        agency=REGISTRAR,
        version=1,
        name="Chấp thuận chủ trương đầu tư",
        field="Đầu tư",
        time=TimeLimit(unit=Unit.WORKING_DAYS, amount=17, supplement=Supplement.PAUSE),
        papers=(
            Paper(name=REQUEST_FORM),
            Paper(name=PROPOSAL),
            Paper(name=IF_ANY, required=False),
        ),
        route=(
            Stage(tasks=(Task(agency=REGISTRAR, action="gửi lấy ý kiến", amount=2),)),
            Stage(
                tasks=(
                    Task(agency=BUILDING, action="có ý kiến", amount=7),
                    Task(agency=LAND, action="có ý kiến", amount=7),
                )
            ),
            Stage(tasks=(Task(agency=REGISTRAR, action="lập báo cáo", amount=5),)),
            Stage(tasks=(Task(agency=PROVINCE, action="chấp thuận", amount=3, decides=True),)),
        ),
    )
    return replace(event, **changes)


def procedure(**changes: Any) -> Procedure:
    """The procedure as intake keeps it."""
    return publish(Procedure(id=PROCEDURE), published(**changes))[0]


def submission(**changes: Any) -> reception.Submission:
    """A complete dossier of a citizen, handed in online."""
    handed_in = reception.Submission(
        procedure=PROCEDURE,
        channel=Channel.ONLINE,
        applicant=Applicant(name="Nguyễn Thị Hoa", phone="+84912345678", email="hoa@example.vn"),
        documents=(
            Attachment(paper=REQUEST_FORM, document="d-1"),
            Attachment(paper=PROPOSAL, document="d-2"),
        ),
    )
    return replace(handed_in, **changes)


def submitted(**changes: Any) -> Dossier:
    """A dossier that waits for the clerk."""
    handed_in = submission(**changes)
    owner = OWNER if handed_in.channel is Channel.ONLINE else ""
    now = RECEIVED - timedelta(hours=1)
    return reception.submit(DOSSIER, handed_in, procedure(), now, CALENDAR, owner=owner)[0]


def accepted(in_force: Procedure | None = None, number: int = 1) -> Dossier:
    """A dossier with its code and due date, its first stage ordered."""
    received, _ = receive(submitted(), in_force or procedure(), RECEIPT, RECEIVED)
    return reception.accept(received, number, CALENDAR)[0]


def known(dossier: Dossier, *more: Attachment) -> dict[str, KnownDocument]:
    """What intake knows once all papers of the dossier, and `more`, were uploaded rightly."""
    return {
        each.document: KnownDocument(
            id=each.document,
            told=True,
            owner=dossier.owner,
            clerk=not dossier.owner,
            sha256="5f" * 32,
        )
        for each in (*dossier.attachments, *more)
    }


def receive(
    dossier: Dossier, in_force: Procedure, receipt: reception.Receipt, now: datetime
) -> Decided:
    """Receive a dossier whose papers were all uploaded."""
    return reception.receive(dossier, in_force, receipt, now, known(dossier))


def supplied(
    dossier: Dossier, documents: tuple[Attachment, ...], now: datetime, calendar: Calendar
) -> Decided:
    """Take papers that were all uploaded."""
    return supplement.supplement(dossier, documents, now, calendar, known(dossier, *documents))


def act_of(step: Step, moment: datetime) -> AgencyAct:
    """The agency of the step does something at that moment."""
    return AgencyAct(agency=step.agency, at=moment)


def step(dossier: Dossier, place: str) -> Step:
    """The step by its place in the route: `step(dossier, "1.0")`."""
    return next(each for each in dossier.steps if each.id == f"{dossier.id}.{place}")


def completed(
    dossier: Dossier, place: str, moment: datetime, outcome: str = "", document: str = ""
) -> tuple[Dossier, tuple[Message, ...]]:
    """What comes of an agency's doing its part, told without delay."""
    done = step(dossier, place)
    if not outcome:
        outcome, document = ("approved", "result-1") if done.decides else ("agreed", document)
    event = StepCompleted(agency=done.agency, step=done.id, outcome=outcome, document=document)
    return stages.complete(dossier, event, act_of(done, moment), moment, CALENDAR)


def consulting(in_force: Procedure | None = None) -> Dossier:
    """A dossier whose two agencies are asked side by side, since Thursday 2020-09-17 09:30."""
    return completed(accepted(in_force), "0.0", at("2020-09-17 09:30"))[0]


def asked(
    dossier: Dossier, place: str, moment: datetime, *papers: str
) -> tuple[Dossier, tuple[Message, ...]]:
    """What comes of an agency's asking for papers."""
    asking = step(dossier, place)
    reply = SupplementReply(
        agency=asking.agency, step=asking.id, papers=papers, reason="bản vẽ không đọc được"
    )
    return supplement.request_papers(dossier, reply, act_of(asking, moment), moment)


def resolved() -> Dossier:
    """A dossier that the province has decided, five working days early."""
    dossier = consulting()
    for place, moment in (
        ("1.0", "2020-09-18 10:00"),
        ("1.1", "2020-09-21 10:00"),
        ("2.0", "2020-09-25 10:00"),
    ):
        dossier, _ = completed(dossier, place, at(moment))
    return completed(dossier, "3.0", at("2020-09-30 10:00"), "approved", "result-1")[0]


# The service on stores in memory.


class FakeDossiers(AskedStore):
    """Dossiers with their named queries, numbered by the real code."""

    _last_number, _measured = Dossiers._last_number, Dossiers._measured  # noqa: SLF001 -- parts of `numbered`

    def __init__(self, entity: type, *, clock: FakeClock) -> None:
        """As FakeStore."""
        super().__init__(entity, clock=clock)
        self._turn = Lock()
        self._last_numbers: dict[str, int] = {}
        self._counting, self._under_way = None, 0
        self.dies = ""

    def by_code(self, code: str, *, owner: str = "") -> Dossier:
        """As Dossiers.by_code."""
        found: list[Dossier] = self.find_where(
            lambda each: each.code and each.code == code and owner in ("", each.owner)
        )
        if not found:
            raise NotFound("Không có hồ sơ mang mã này.", "No dossier has this code.")
        return found[0]

    in_state, in_book = Dossiers.in_state, Dossiers.in_book

    def received_without_code(self, before: datetime, *, limit: int) -> list[str]:
        """As Dossiers.received_without_code."""
        return self.ids_where(
            lambda each: each.state is State.SUBMITTED and each.received and each.received < before,
            limit=limit,
        )

    def submitted(
        self, state: State, after: datetime, until: datetime, *, limit: int
    ) -> list[Dossier]:
        """As Dossiers.submitted."""
        return self.find_where(
            lambda each: each.state is state and after < each.submitted <= until, limit=limit
        )

    def alarmed(self, before: datetime, *, limit: int) -> list[str]:
        """As Dossiers.alarmed."""
        return self.ids_where(
            lambda each: each.schedule.alarm and each.schedule.alarm < before, limit=limit
        )

    def silent(self, now: datetime, *, limit: int) -> list[str]:
        """As Dossiers.silent."""
        return self.ids_where(
            lambda each: each.schedule.silent and each.schedule.silent <= now, limit=limit
        )

    def reminding(self, now: datetime, *, limit: int) -> list[str]:
        """As Dossiers.reminding."""
        return self.ids_where(
            lambda each: each.schedule.remind and each.schedule.remind <= now, limit=limit
        )

    def awaiting_payment(self, now: datetime, *, limit: int) -> list[str]:
        """As Dossiers.awaiting_payment."""
        return self.ids_where(
            lambda each: each.schedule.ask_at and each.schedule.ask_at <= now, limit=limit
        )

    late = Dossiers.late

    def saying(
        self, words: Sequence[str], _now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Dossier], str]:
        """As Dossiers.saying."""
        found = self.find_where(
            lambda each: set(words) <= set(each.words) and (each.found_at or "") > after
        )
        found.sort(key=lambda each: str(each.found_at))
        return found[:limit], str(found[limit - 1].found_at) if len(found) > limit else ""

    def not_findable(self, *, limit: int) -> list[str]:
        """As Dossiers.not_findable."""
        return self.ids_where(lambda each: each.owned is None, limit=limit)

    owned = Dossiers.owned

    count_on, _on_their_way = Dossiers.count_on, Dossiers._on_their_way  # noqa: SLF001 -- its part
    pressing, resolved_since, day_counts = (
        Dossiers.pressing,
        Dossiers.resolved_since,
        Dossiers.day_counts,
    )

    def has(self, dossier_id: str) -> bool:
        """As Dossiers.has."""
        return dossier_id in self.documents

    def under_way(self, _now: datetime) -> int:
        """As Dossiers.under_way."""
        return len(self.find_where(lambda each: each.state in UNDER_WAY))

    def oldest_under_way(self) -> datetime | None:
        """As Dossiers.oldest_under_way."""
        found = self.find_where(lambda each: each.state in UNDER_WAY)
        return min((each.submitted for each in found), default=None)

    def numbered(self, book: str, write: Callable[[int], Dossier]) -> Dossier:
        """As Dossiers.numbered; cut off "before" or "after" it wrote, if `dies` says so."""
        if self.dies == "before":
            raise Unavailable("Mất kết nối.", "The connection is gone.")
        written = Dossiers.numbered(self, book, write)  # type: ignore[arg-type]
        if self.dies == "after":
            raise Unavailable("Mất kết nối.", "The connection is gone.")
        return written

    def save(self, entity: Any, *messages: Message, **rest: Any) -> Any:
        """As Dossiers.save: the index `code` is unique."""
        known = self.documents.get(entity.id, {}).get("code", "")
        if entity.code not in ("", known) and self._is_given(entity.code):
            raise Duplicate("Mục này đã có.", "This exists already.")
        return super().save(entity, *messages, **rest)

    def _has_number(self, book: str, number: int) -> bool:
        return self._is_given(code_of(book, number))

    def _is_given(self, code: str) -> bool:
        return any(each["code"] == code for each in self.documents.values())


class FakeDrafts(FakeStore):
    """Drafts with the real ways to remove them."""

    forget: Any = Drafts.forget
    throw_away: Any = Drafts.throw_away

    def open_of(self, owner: str) -> list[OnlineDraft]:
        """As Drafts.open_of."""
        found = self.find_where(
            lambda each: each.owner == owner and not each.supplies and not each.handed_in
        )
        return sorted(found, key=lambda each: each.begun, reverse=True)[:MOST_DRAFTS]

    def of_dossier(self, draft_id: str) -> OnlineDraft | None:
        """As Drafts.of_dossier."""
        return next(iter(self.find_where(lambda each: each.id == draft_id)), None)

    def over(self, now: datetime, *, limit: int) -> list[str]:
        """As Drafts.over."""
        return self.ids_where(lambda each: each.expires <= now, limit=limit)


class FakeProcedures(FakeStore):
    """Procedures that learn by the real code, and are always read anew."""

    learn = Procedures.learn
    lately = now = FakeStore.get
    _lately = TtlCache[Procedure]()

    def titles(self) -> tuple[ProcedureTitle, ...]:
        """As Procedures.titles."""
        return titles(self.things)


class FakeAgencies(FakeStore):
    """Agencies that learn by the real code, and are always read anew."""

    learn = KnownAgencies.learn

    def lately(self) -> dict[str, KnownAgency]:
        """As KnownAgencies.lately."""
        return {each.id: each for each in self.things}


class FakeCalendars(FakeStore):
    """The unit's calendar, always read anew, decided on by the real code."""

    decide = Calendars.decide
    settings = SimpleNamespace(unit=UNIT)

    def newest(self) -> UnitCalendar:
        """As Calendars.newest."""
        kept: list[UnitCalendar] = self.things
        return kept[0] if kept else UnitCalendar(id=UNIT)

    now = newest


class FakeFigures(FakeStore):
    """The figures of the unit, kept by the real code."""

    keep = Figures.keep

    def newest(self) -> CentreFigures | None:
        """As Figures.newest."""
        return next(iter(self.things), None)


class FakeKnownDocuments(FakeStore):
    """Uploads that are learnt by the real code."""

    learn = KnownDocuments.learn

    def among(self, ids: Iterable[str]) -> dict[str, KnownDocument]:
        """As KnownDocuments.among."""
        wanted = set(ids)
        return {each.id: each for each in self.find_where(lambda each: each.id in wanted)}


class FakeQueueTickets(AskedStore):
    """Numbers with the real queries."""

    numbered, first_of, ahead_of, waiting = (
        QueueTickets.numbered,
        QueueTickets.first_of,
        QueueTickets.ahead_of,
        QueueTickets.waiting,
    )
    at, shown_on, over, forget = (
        QueueTickets.at,
        QueueTickets.shown_on,
        QueueTickets.over,
        QueueTickets.forget,
    )
    _saved_once, _has = QueueTickets._saved_once, QueueTickets._has  # noqa: SLF001 -- parts of numbered

    def __init__(self, entity: type, *, clock: FakeClock) -> None:
        """As FakeStore."""
        super().__init__(entity, clock=clock)
        self._turn, self._last = Lock(), dict[str, int]()


class FakeVisitSlots(AskedStore):
    """Slots with the real queries, one write at a time."""

    hold, of_day, of_code, held_by = (
        VisitSlots.hold,
        VisitSlots.of_day,
        VisitSlots.of_code,
        VisitSlots.held_by,
    )
    over, forget = VisitSlots.over, VisitSlots.forget

    def __init__(self, entity: type, *, clock: FakeClock) -> None:
        """As FakeStore."""
        super().__init__(entity, clock=clock)
        self._turn = Lock()

    def to_look_at(self, now: datetime, *, limit: int) -> list[str]:
        """As VisitSlots.to_look_at."""
        return self.ids_where(lambda each: each.due and each.due <= now, limit=limit)


class FakeLookups(AskedStore):
    """The audit log of who looked, numbered but not sealed."""

    looked = Lookups.looked

    def append(self, one: LookupRecord) -> LookupRecord:
        """As AuditLog.append."""
        seq = len(self.things) + 1
        kept: LookupRecord = self.save(replace(one, id=f".{seq}", link=ChainLink(seq=seq)))
        return kept

    def before(self, number: int | None, *, limit: int) -> list[LookupRecord]:
        """As Lookups.before."""
        behind = number or len(self.things) + 1
        found = self.find_where(lambda each: behind - limit <= each.link.seq < behind)
        return found[::-1]


class Office:
    """Intake on stores in memory, with hands to use its doors and its bus."""

    def __init__(self) -> None:
        """With one procedure in force, at the moment `RECEIVED`."""
        self.clock = FakeClock(RECEIVED)
        self.dossiers = FakeDossiers(Dossier, clock=self.clock)
        self.drafts = FakeDrafts(OnlineDraft, clock=self.clock)
        self.procedures = FakeProcedures(Procedure, clock=self.clock)
        self.agencies = FakeAgencies(KnownAgency, clock=self.clock)
        self.calendars = FakeCalendars(UnitCalendar, clock=self.clock)
        self.figures = FakeFigures(CentreFigures, clock=self.clock)
        self.known_documents = FakeKnownDocuments(KnownDocument, clock=self.clock)
        self.lookups = FakeLookups(LookupRecord, clock=self.clock)
        self.rulebook = FakeRulebook()
        self.nation = FakeNation()
        self.payments = SimpleNamespace(platform=None)
        self.visit_slots = FakeVisitSlots(VisitSlot, clock=self.clock)
        self.queue_tickets = FakeQueueTickets(QueueTicket, clock=self.clock)
        self.hall = SimpleNamespace(plan=lambda: VISIT_PLAN)
        self.service = worker_factory(
            Intake,
            settings=SETTINGS,
            clock=self.clock,
            dossiers=self.dossiers,
            drafts=self.drafts,
            procedures=self.procedures,
            agencies=self.agencies,
            guard=LookupRateLimiter(clock=lambda: self.clock.now().timestamp()),
            booking_guard=LookupRateLimiter(clock=lambda: self.clock.now().timestamp()),
            payment_guard=LookupRateLimiter(clock=lambda: self.clock.now().timestamp()),
            searches=LookupRateLimiter(clock=lambda: self.clock.now().timestamp()),
            lookups=self.lookups,
            calendars=self.calendars,
            figures=self.figures,
            known_documents=self.known_documents,
            connected_agencies=FakeConnectedAgencies(),
            rulebook=self.rulebook,
            nation=self.nation,
            payments=self.payments,
            visit_slots=self.visit_slots,
            queue_tickets=self.queue_tickets,
            hall=self.hall,
            notices=SimpleNamespace(add=lambda *_: None),
            job_runner=JobRunner(lambda: self.clock.now().timestamp()),
        )
        # What is waited for comes at once or never.
        self.service.await_pauses = ()
        self.tell(self.service.learn, published(), subject=PROCEDURE)
        self.uploaded("d-1", "d-2")

    def ask(
        self,
        door: Callable[..., Any],
        body: object = None,
        *,
        who: str = OWNER,
        scopes: str = "dossier:submit dossier:read",
        key: str = "",
        query: dict[str, str] | None = None,
        language: str = "vi",
        headers: dict[str, str] | None = None,
        **place: str,
    ) -> Any:
        """Use a door of the API as somebody; each call is another request unless `key` is given."""
        self.requests = getattr(self, "requests", 0) + 1
        request = Request(
            method="POST",
            path=f"/{door.__name__}/{'/'.join(place.values())}",
            headers={
                "accept-language": language,
                "content-type": "application/json",
                "idempotency-key": key or f"request-{self.requests}",
                **(headers or {}),
            },
            query=query or {},
            stream=BytesIO(json.dumps(body if body is not None else {}).encode()),
            who=Identity(subject=who, scopes=frozenset(scopes.split())),
        )
        return door(request, **place)

    def clerk(self, door: Callable[..., Any], body: object = None, **rest: Any) -> Any:
        """Use a door as a clerk of the counter."""
        return self.ask(door, body, who="cán bộ 1", scopes="counter", **rest)

    def uploaded(self, *documents: str, owner: str = OWNER) -> None:
        """Let these documents be a citizen's uploads, as the documents service tells of them."""
        self._uploaded(documents, owner=owner, clerk=False)

    def scanned(self, *documents: str) -> None:
        """Let these documents be what the counter scanned."""
        self._uploaded(documents, owner="", clerk=True)

    def wrote(self, agency: str, *documents: str) -> None:
        """Let these documents be an agency's own uploads."""
        for document in documents:
            given = DocumentGiven(agency=agency, owner="", clerk=False, sha256="5f" * 32)
            self.tell(self.service.learn_document, given, subject=document)

    def _uploaded(self, documents: Iterable[str], *, owner: str, clerk: bool) -> None:
        for document in documents:
            given = DocumentGiven(agency=CENTRE, owner=owner, clerk=clerk, sha256="5f" * 32)
            self.tell(self.service.learn_document, given, subject=document)

    def tell(
        self,
        handler: Callable[..., Any],
        message: Message,
        *,
        subject: str,
        key: str = "",
        agency: str = "",
        attempt: int = 1,
    ) -> MessageMeta:
        """Hand a message to a handler as the bus does; gives what it said about it."""
        self.told = getattr(self, "told", 0) + 1
        about = MessageMeta(
            id=key or f"message-{self.told}",
            source=f"motcua:routing:{message.agency}",
            subject=subject,
            time=self.clock.now(),
            seq=self.told,
            agency=agency or message.agency,
            attempt=attempt,
        )
        handler(message, about)
        return about


def handed_in(**changes: Any) -> dict[str, Any]:
    """The body of a complete submission."""
    body: dict[str, Any] = {
        "procedure": PROCEDURE,
        "channel": "online",
        "applicant": {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678"},
        "documents": [{"paper": REQUEST_FORM, "id": "d-1"}, {"paper": PROPOSAL, "id": "d-2"}],
    }
    return body | changes
