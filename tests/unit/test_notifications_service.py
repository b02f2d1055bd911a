from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from contracts.events import (
    DossierAccepted,
    DossierSubmitted,
    DossierSupplementRequested,
    Event,
    FeedbackAnswered,
    FeedbackPassedOn,
    FeedbackRemoved,
)
from contracts.orders import ContactGiven, WordGiven
from foundation.consumer import MessageMeta
from foundation.errors import NotFound
from foundation.scheduling import JobRunner
from foundation.settings.agency_list import AgencyList
from foundation.web import Request
from foundation.web.auth import Identity
from services.notifications.domain.applicant import ApplicantContact, Word
from services.notifications.domain.balance import ProviderShares
from services.notifications.domain.digest import Digest
from services.notifications.domain.notice import (
    Notice,
    NoticeState,
)
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult, WaitingReceipt
from services.notifications.domain.sending import (
    LONGEST_SENDING,
    ProviderAnswer,
    SendOutcome,
    take_up,
)
from services.notifications.domain.template import NoticeTemplate
from services.notifications.outside.provider import ProviderAddress, read_address
from services.notifications.outside.providers import MessageProviders
from services.notifications.service import NotificationsService
from services.notifications.store import Digests, Notices, Templates, WaitingReceipts
from tests.desks import AskedStore
from tests.fakes import FakeClock, FakeStore

SECRET = "a-secret-of-sixteen"  # noqa: S105 -- a test's own
AGENCIES = {"so-xay-dung": "Sở Xây dựng"}
CODE = "000.00.00.H41-200915-0001"
CONTACT = ContactGiven(
    agency="so-xay-dung",
    owner="citizen-1",
    name="Nguyễn Văn Đức",
    phone="+84912345678",
    email="duc@example.vn",
)


class FakeNotices(AskedStore):
    keep, of = Notices.keep, Notices.of
    due, due_of, left_behind = Notices.due, Notices.due_of, Notices.left_behind
    unanswered, climbing, named_by = Notices.unanswered, Notices.climbing, Notices.named_by
    to_forget = Notices.to_forget


class FakeTemplates(AskedStore):
    among = Templates.among


class FakeReceipts(AskedStore):
    keep, to_look_at = WaitingReceipts.keep, WaitingReceipts.to_look_at


class OpenLetters:
    """Seals nothing, so that tests read what was written; the seal has tests of its own."""

    def __getattr__(self, _name: str) -> Any:
        return lambda kept: kept


class FakeProviders(MessageProviders):
    """One provider for every channel, the one that a test gives."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Any] = [FakeProvider()]
        self._secret = SECRET

    def of(self, channel: NoticeChannel) -> list[Any]:  # noqa: ARG002 -- the same for each
        return self.given

    @property
    def _made(self) -> dict[str, Any]:  # type: ignore[override]
        return {each.address.name: each for each in self.given}


class FakeDigests(FakeStore):
    _turn = Lock()
    note = Digests.note

    def find_one(self, query: Mapping[str, str]) -> Digest | None:
        return next((each for each in self.things if each.id == query["_id"]), None)

    def over(self, now: datetime, *, limit: int) -> list[str]:
        return self.ids_where(lambda each: each.waiting and each.due <= now, limit=limit)


class FakeProvider:
    """Does with each message what it is told to, and remembers what it was given."""

    def __init__(self, outcome: SendOutcome = SendOutcome.TAKEN, **answer: Any) -> None:
        self.answer = ProviderAnswer(outcome=outcome, **answer)
        self.given: list[Notice] = []
        self.address: ProviderAddress = read_address("http://127.0.0.1:1#fake")

    def send(self, notice: Notice) -> ProviderAnswer:
        self.given.append(notice)
        return self.answer

    def keep(self) -> None:
        """Nothing is held open."""

    def read_report(self, fields: Mapping[str, str]) -> list[ProviderReport]:
        given = dict(fields)
        return [ProviderReport(result=ReceiptResult(given.pop("result")), **given)]


class Desk:
    """The service with its stores."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.applicants = AskedStore(ApplicantContact, clock=self.clock)
        self.words = FakeStore(Word, clock=self.clock)
        self.notices = FakeNotices(Notice, clock=self.clock)
        self.digests = FakeDigests(Digest, clock=self.clock)
        self.waiting = FakeReceipts(WaitingReceipt, clock=self.clock)
        self.providers = FakeProviders()
        self.shares = AskedStore(ProviderShares, clock=self.clock)
        self.letters = OpenLetters()
        self.templates = FakeTemplates(NoticeTemplate, clock=self.clock)
        self.settings = SimpleNamespace(
            director="giam-doc@x.vn, +84911111111",
            director_language="vi",
            late_url="https://motcua.vn/late",
            desk_url="https://ban/{agency}",
            digest_seconds=3600,
            ladder="",
            quiet_hours="",
            letter_days=90,
        )
        self.service = worker_factory(
            NotificationsService,
            applicants=self.applicants,
            words=self.words,
            notices=self.notices,
            digests=self.digests,
            waiting_receipts=self.waiting,
            providers=self.providers,
            templates=self.templates,
            shares=self.shares,
            letters=self.letters,
            agencies=SimpleNamespace(now=lambda: AgencyList(connected=AGENCIES)),
            settings=self.settings,
            clock=self.clock,
            job_runner=JobRunner(lambda: self.clock.now().timestamp()),
        )

    def about(self, subject: str = "d-1", message: str = "m-1") -> MessageMeta:
        return MessageMeta(
            id=message,
            source="motcua:intake",
            subject=subject,
            time=self.clock.now(),
            seq=1,
            agency="so-xay-dung",
        )

    def tell(self, event: Event, message: str = "m-1", subject: str = "d-1") -> None:
        self.service.tell(event, self.about(subject, message))

    def send(self, provider: FakeProvider, channel: NoticeChannel = NoticeChannel.SMS) -> None:
        self.providers.given = [provider]
        self.service.send(channel)

    @property
    def states(self) -> list[NoticeState]:
        return [each.state for each in self.notices.things]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(each.TYPE, getattr(each, "outcome", "")) for each in self.notices.messages]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    desk.service.meet(CONTACT, desk.about())
    yield desk
    every_event_is_free_of_personal_data(desk)


def every_event_is_free_of_personal_data(desk: Desk) -> None:
    said = str([each.write() for each in desk.notices.messages])
    assert not any(secret in said for secret in ("Đức", "912345678", "duc@"))


def submitted() -> DossierSubmitted:
    return DossierSubmitted(
        agency="so-xay-dung", procedure="1.009645", channel="online", documents=()
    )


def test_the_applicant_is_told_by_mail_and_by_sms(desk: Desk) -> None:
    desk.tell(submitted())
    assert [(each.channel, each.to) for each in desk.notices.things] == [
        (NoticeChannel.EMAIL, "duc@example.vn"),
        (NoticeChannel.SMS, "+84912345678"),
    ]


def test_an_event_told_twice_is_one_message_per_channel(desk: Desk) -> None:
    desk.tell(submitted())
    desk.send(FakeProvider())
    desk.tell(submitted())
    assert desk.states == [NoticeState.PLANNED, NoticeState.SENT]


def test_an_event_told_again_after_a_crash_between_two_channels_makes_up_for_it(
    desk: Desk,
) -> None:
    desk.tell(submitted())
    (_, sms) = desk.notices.documents
    del desk.notices.documents[sms]
    desk.tell(submitted())
    assert list(desk.notices.documents)[1] == sms


def test_an_event_that_came_before_the_contact_waits_for_it(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.tell(submitted(), subject="d-2")


def test_a_contact_told_twice_is_learnt_once(desk: Desk) -> None:
    version = desk.applicants.get("d-1").revision.version
    desk.service.meet(CONTACT, desk.about())
    assert desk.applicants.get("d-1").revision.version == version
    assert desk.notices.things == []


CORRECTION = replace(
    CONTACT,
    name="Nguyễn Văn Đúc",
    phone="+84987654321",
    was_phone="+84912345678",
    correction=1,
    code=CODE,
)


def test_a_correction_is_told_at_the_old_contact_and_the_new(desk: Desk) -> None:
    desk.service.meet(CORRECTION, desk.about(message="m-2"))
    desk.service.meet(CORRECTION, desk.about(message="m-2"))
    to = {(each.channel, each.to) for each in desk.notices.things}
    assert to == {
        (NoticeChannel.SMS, "+84987654321"),
        (NoticeChannel.SMS, "+84912345678"),
        (NoticeChannel.EMAIL, "duc@example.vn"),
    }
    assert len(desk.notices.things) == len(to)
    assert all(CODE in each.letter.text for each in desk.notices.things)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_former_contact_may_be_a_stranger_and_reads_no_name(desk: Desk, language: str) -> None:
    moved = replace(CORRECTION, was_email="ai@example.vn", language=language)
    desk.service.meet(moved, desk.about(message="m-2"))
    for each in desk.notices.things:
        if each.to in ("ai@example.vn", "+84912345678"):
            assert "Nguy" not in each.letter.text
            assert "98765" not in each.letter.text


def test_a_contact_that_comes_late_undoes_no_correction(desk: Desk) -> None:
    desk.service.meet(CORRECTION, desk.about(message="m-2"))
    desk.service.meet(CONTACT, desk.about(message="m-1"))
    assert desk.applicants.get("d-1").phone == "+84987654321"
    second = replace(CORRECTION, phone="+84900000000", correction=2, code="")
    desk.service.meet(second, desk.about(message="m-3"))
    kept = desk.applicants.get("d-1")
    assert (kept.phone, kept.code) == ("+84900000000", CODE)


def test_once_a_dossier_has_a_code_the_messages_name_it(desk: Desk) -> None:
    accepted = DossierAccepted(
        agency="so-xay-dung", code=CODE, procedure="1.009645", due=desk.clock.now()
    )
    desk.service.accepted(accepted, desk.about())
    assert desk.applicants.get("d-1").code == CODE
    assert all(CODE in each.letter.text for each in desk.notices.things)


def test_a_request_for_papers_waits_for_the_words_that_go_with_it(desk: Desk) -> None:
    asked = DossierSupplementRequested(agency="so-xay-dung", step="s-1", papers=("Bản vẽ",))
    with pytest.raises(NotFound):
        desk.tell(asked)
    word = WordGiven(
        agency="so-xay-dung", dossier="d-1", kind="supplement_requested", text="Bản vẽ bị mờ"
    )
    desk.service.remember(word, desk.about(message="w-1"))
    desk.tell(asked)
    assert "Bản vẽ bị mờ" in desk.notices.things[0].letter.text


def test_words_of_an_earlier_request_do_not_go_with_a_later_one(desk: Desk) -> None:
    word = WordGiven(
        agency="so-xay-dung", dossier="d-1", kind="supplement_requested", text="Bản vẽ bị mờ"
    )
    desk.service.remember(word, desk.about(message="w-1"))
    desk.clock.forward(days=1)
    with pytest.raises(NotFound):
        desk.tell(DossierSupplementRequested(agency="so-xay-dung", step="s-2", papers=("Sổ đỏ",)))


def test_an_answer_to_a_complaint_goes_to_the_applicant_of_its_dossier(desk: Desk) -> None:
    word = WordGiven(
        agency="so-xay-dung", dossier="d-1", kind="feedback_answered", text="Xin lỗi Ông/Bà."
    )
    desk.service.remember(word, desk.about("f-1", "w-1"))
    desk.tell(FeedbackAnswered(agency="so-xay-dung"), subject="f-1")
    mail = desk.notices.things[0]
    assert (mail.dossier, mail.to) == ("d-1", "duc@example.vn")
    assert "Xin lỗi Ông/Bà." in mail.letter.text


def test_who_spoke_is_told_where_their_words_went(desk: Desk) -> None:
    where = "Sở Tư pháp (Nghị định 20/2008)"
    word = WordGiven(agency="trung-tam", dossier="d-1", kind="feedback_passed_on", text=where)
    desk.service.remember(word, desk.about("f-1", "w-1"))
    desk.tell(FeedbackPassedOn(agency="trung-tam", to="so-tu-phap"), subject="f-1")
    assert desk.notices.things[0].to == "duc@example.vn"
    assert where in desk.notices.things[0].letter.text


def test_a_message_is_marked_before_the_provider_sees_it(desk: Desk) -> None:
    desk.tell(submitted())

    class Watcher(FakeProvider):
        def send(self, notice: Notice) -> ProviderAnswer:
            kept = desk.notices.get(notice.id)
            assert kept.state is NoticeState.SENDING
            return super().send(notice)

    provider = Watcher()
    desk.send(provider)
    assert len(provider.given) == 1
    assert desk.told == [("message.sent", "")]


def test_each_channel_is_sent_by_itself(desk: Desk) -> None:
    desk.tell(submitted())
    desk.send(FakeProvider(), NoticeChannel.EMAIL)
    assert desk.states == [NoticeState.SENT, NoticeState.PLANNED]


def test_what_a_gateway_took_without_saying_so_is_never_sent_again(desk: Desk) -> None:
    desk.tell(submitted())
    provider = FakeProvider(SendOutcome.UNCLEAR)
    for _ in range(5):
        desk.send(provider)
        desk.clock.forward(hours=1)
    assert len(provider.given) == 1
    assert desk.told == [("message.failed", "unknown")]


def test_a_message_found_half_sent_after_a_crash_is_unknown_and_not_sent(desk: Desk) -> None:
    desk.tell(submitted())
    for notice in desk.notices.things:
        desk.notices.save(take_up(notice, "fake", desk.clock.now()))
    provider = FakeProvider()
    desk.send(provider)
    assert desk.told == []
    desk.clock.forward(seconds=LONGEST_SENDING.total_seconds())
    desk.send(provider)
    assert (provider.given, desk.told) == ([], [("message.failed", "unknown")])


def test_a_gateway_that_is_away_gets_the_message_when_it_is_back(desk: Desk) -> None:
    desk.tell(submitted())
    away, back = FakeProvider(SendOutcome.BUSY), FakeProvider()
    desk.send(away)
    desk.send(back)
    assert back.given == []
    desk.clock.forward(seconds=10)
    desk.send(back)
    assert len(back.given) == 1
    assert desk.told == [("message.sent", "")]


def test_the_office_sees_what_became_of_the_messages_but_no_text_and_no_address(
    desk: Desk,
) -> None:
    desk.tell(submitted())
    desk.send(FakeProvider(SendOutcome.UNCLEAR))
    clerk = Request(who=Identity(subject="clerk", scopes=frozenset({"counter"})))
    shown: dict[str, Any] = desk.service.messages(clerk, dossier="d-1")
    assert [(each["channel"], each["state"]) for each in shown["messages"]] == [
        ("email", "planned"),
        ("sms", "unknown"),
    ]
    assert "912345678" not in str(shown)
    assert "Ho so" not in str(shown)


@pytest.mark.parametrize("phone", ["+842383123456", "19001234", "+8418001091", "00000000"])
def test_no_sms_is_tried_to_a_number_that_takes_none(phone: str) -> None:
    desk = Desk()
    desk.service.meet(replace(CONTACT, phone=phone), desk.about())
    desk.tell(DossierSubmitted(agency="x", procedure="1.009645", channel="online", documents=()))
    provider = FakeProvider()
    desk.send(provider)
    desk.send(provider, NoticeChannel.EMAIL)
    assert [each.channel for each in provider.given] == [NoticeChannel.EMAIL]
    shown = desk.service.messages(Request(), "d-1")["messages"]
    assert isinstance(shown, list)
    assert {each["channel"]: each["state"] for each in shown} == {
        "email": "sent",
        "sms": "no_mobile",
    }


def test_an_sms_to_a_landline_that_was_planned_before_that_was_looked_at_is_set_aside() -> None:
    desk = Desk()
    desk.service.meet(CONTACT, desk.about())
    desk.tell(DossierSubmitted(agency="x", procedure="1.009645", channel="online", documents=()))
    (planned,) = (each for each in desk.notices.things if each.channel is NoticeChannel.SMS)
    desk.notices.save(replace(planned, to="02383123456"))
    provider = FakeProvider()
    desk.send(provider)
    desk.send(provider)
    assert provider.given == []
    assert desk.notices.get(planned.id).state is NoticeState.NO_MOBILE


def test_who_gave_feedback_is_forgotten_with_it_and_a_dossiers_applicant_is_not(desk: Desk) -> None:
    given = ContactGiven(
        agency="centre", owner="c-1", name="Nguyễn Văn Đức", phone="+84912345678", email="a@x.vn"
    )
    desk.service.meet(given, desk.about("f-1", "m-1"))
    desk.service.meet(given, desk.about("d-9", "m-2"))
    over = FeedbackRemoved(agency="centre", kind="reflection")
    for subject, message in (("f-1", "m-3"), ("f-1", "m-4"), ("f-unknown", "m-5")):
        desk.service.forget_giver(over, desk.about(subject, message))
    left = desk.applicants.get("f-1")
    assert (left.name, left.phone, left.email) == ("", "", "")
    assert "Đức" not in str(desk.applicants.documents["f-1"])
    assert desk.applicants.get("d-9").name == "Nguyễn Văn Đức"
