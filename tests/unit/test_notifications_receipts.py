"""What providers report: matched by every spelling of an id, kept when early, told once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import MessageDelivered, MessageFailed, MessageSent
from foundation.errors import NotFound
from foundation.observability.fault_points import FaultPoints
from foundation.web import Request
from services.notifications.domain.notice import NoticeState
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import (
    LONGEST_WAIT,
    NoticeReceipt,
    ReceiptResult,
    normalised,
    spellings,
)
from services.notifications.domain.sending import (
    LONGEST_SENDING,
    LONGEST_TRYING,
    ProviderAnswer,
    SendOutcome,
    close,
    conclude,
    heed,
    take_up,
)
from tests.unit.test_notifications_domain import NOTICE, NOW
from tests.unit.test_notifications_service import CONTACT, SECRET, Desk, FakeProvider, submitted

TAKEN = ProviderAnswer(outcome=SendOutcome.TAKEN, reference="00A3", reports=True)
FAKE = "fake"


def receipt(result: ReceiptResult, at: datetime = NOW) -> NoticeReceipt:
    return NoticeReceipt(result=result, code="x", at=at)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Notifications with one SMS to send."""
    desk = Desk()
    desk.service.meet(replace(CONTACT, email=""), desk.about())
    desk.tell(submitted())
    yield desk
    FaultPoints.hook = None


def report(desk: Desk, **fields: str) -> dict[str, object]:
    form = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    request = Request(method="POST", headers=headers, stream=BytesIO(form))
    answer: dict[str, object] = desk.service.receipt(request, SECRET, FAKE)
    return answer


def the_notice(desk: Desk) -> Any:
    (notice,) = desk.notices.things
    return notice


def test_a_receipt_says_that_the_message_arrived_and_stands_with_the_dossier(desk: Desk) -> None:
    desk.send(FakeProvider(SendOutcome.TAKEN, reference="ab-1", reports=True))
    assert the_notice(desk).awaiting
    for _ in range(2):  # told twice, it is one
        assert report(desk, reference="AB-1", result="delivered", code="000") == {"received": 1}
    assert desk.told == [("message.sent", ""), ("message.delivered", "")]
    (row,) = desk.service.messages(Request(), "d-1")["messages"]
    assert (row["state"], row["provider"], row["reference"]) == ("delivered", FAKE, "ab-1")
    assert row["receipt"] == {
        "result": "delivered",
        "code": "000",
        "at": "2026-11-23T02:00:00.000Z",
    }
    assert (row["handed"], row["to"], row["final"]) == ("2026-11-23T02:00:00.000Z", "•••678", True)


def test_a_receipt_that_comes_before_the_answer_waits_for_its_message(desk: Desk) -> None:
    class Hasty(FakeProvider):
        def send(self, notice: Any) -> ProviderAnswer:
            report(desk, reference="7", result="delivered")
            assert desk.notices.get(notice.id).state is NoticeState.SENDING
            return super().send(notice)

    desk.send(Hasty(SendOutcome.TAKEN, reference="007", reports=True))
    assert the_notice(desk).state is NoticeState.SENT
    desk.clock.forward(seconds=3)
    desk.service.match_receipts()
    assert the_notice(desk).state is NoticeState.DELIVERED
    assert [each.waiting for each in desk.waiting.things] == [False]


def test_a_receipt_of_no_message_is_looked_at_less_and_less_and_then_left(desk: Desk) -> None:
    report(desk, reference="nobody-knows", result="failed")
    looks = 0
    for _ in range(400):
        desk.clock.forward(minutes=15)
        desk.service.match_receipts()
        looks = desk.waiting.things[0].looks
    assert desk.waiting.things[0].waiting is False
    assert looks < 200
    assert the_notice(desk).state is NoticeState.PLANNED


def test_of_a_body_that_a_stranger_sends_nothing_is_read(desk: Desk) -> None:
    unread = Request(method="POST", headers={"content-type": "application/json"}, stream=Unread())
    with pytest.raises(NotFound):
        desk.service.receipt(unread, "a wrong secret!!", FAKE)


class Unread(BytesIO):
    def read(self, _size: int | None = -1, /) -> bytes:
        raise AssertionError


@pytest.mark.parametrize(("secret", "provider"), [("a wrong secret!!", FAKE), (SECRET, "other")])
def test_who_does_not_know_the_secret_reports_nothing(
    desk: Desk, secret: str, provider: str
) -> None:
    request = Request(method="GET", query={"reference": "1", "result": "delivered"})
    with pytest.raises(NotFound):
        desk.service.receipt_asked(request, secret, provider)
    desk.providers._secret = ""  # noqa: SLF001 -- none was set: nobody may report
    with pytest.raises(NotFound):
        desk.service.receipt_asked(request, "", FAKE)
    assert desk.waiting.things == []


def test_what_is_unknown_is_asked_for_by_its_receipt_and_never_sent_again(desk: Desk) -> None:
    silent = FakeProvider(SendOutcome.UNCLEAR, reports=True)
    desk.send(silent)
    desk.clock.forward(hours=5)
    desk.send(silent)
    report(desk, notice=the_notice(desk).id, result="delivered")
    assert (the_notice(desk).state, len(silent.given)) == (NoticeState.DELIVERED, 1)


def test_after_72_hours_without_a_receipt_the_end_is_known(desk: Desk) -> None:
    desk.send(FakeProvider(SendOutcome.TAKEN, reference="1", reports=True))
    desk.clock.forward(hours=71)
    desk.service.close_unanswered()
    assert the_notice(desk).state is NoticeState.SENT
    desk.clock.forward(hours=1)
    desk.service.close_unanswered()
    assert desk.told[-1] == ("message.failed", "temporary_failure")
    assert not the_notice(desk).awaiting


def test_what_is_unknown_for_72_hours_stays_unknown_and_is_told_once(desk: Desk) -> None:
    desk.send(FakeProvider(SendOutcome.UNCLEAR, reports=True))
    desk.clock.forward(hours=72)
    desk.service.close_unanswered()
    assert (the_notice(desk).state, the_notice(desk).awaiting) == (NoticeState.UNKNOWN, False)
    assert desk.told == [("message.failed", "unknown")]


@pytest.mark.parametrize("point", ["notice_marked", "notice_handed", "notice_concluded"])
def test_whoever_dies_at_any_point_of_a_send_sends_no_second_sms(desk: Desk, point: str) -> None:
    def die(reached: str) -> None:
        if reached == point:
            raise SystemExit

    provider = FakeProvider(SendOutcome.TAKEN, reference="1", reports=True)
    FaultPoints.hook = die
    with pytest.raises(SystemExit):
        desk.send(provider)
    FaultPoints.hook = None
    for _ in range(10):
        desk.clock.forward(seconds=LONGEST_SENDING.total_seconds())
        desk.send(provider)
    handed = point != "notice_marked"
    assert len(provider.given) == handed
    state = NoticeState.SENT if point == "notice_concluded" else NoticeState.UNKNOWN
    assert the_notice(desk).state is state
    report(desk, notice=the_notice(desk).id, result="delivered")
    assert the_notice(desk).state is NoticeState.DELIVERED


@pytest.mark.parametrize(
    ("answered", "reported"),
    [("00A3", "a3"), ("7", "0007"), ("1f", "31"), ("31", "1F"), ("<9c2@smsc>", "9C2@SMSC")],
)
def test_an_id_is_recognised_in_capitals_with_zeros_and_in_hexadecimal(
    answered: str, reported: str
) -> None:
    assert normalised(answered) in spellings(reported)


@given(st.text(max_size=300))
def test_any_id_has_one_normal_spelling(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert all(spellings(text)) or not normalised(text)


@given(st.lists(st.sampled_from([*ReceiptResult, "silence"]), max_size=8), st.data())
def test_receipts_in_any_order_and_number_end_once_and_send_nothing(
    course: list[ReceiptResult | str], data: st.DataObject
) -> None:
    outcome = data.draw(st.sampled_from(SendOutcome))
    sent = take_up(NOTICE, FAKE, NOW)
    notice, told = conclude(sent, replace(TAKEN, outcome=outcome), NOW)
    events, now = list(told), NOW
    for step in course:
        now += timedelta(hours=1)
        if isinstance(step, ReceiptResult):
            after, told = heed(notice, receipt(step, now), provider=FAKE)
        else:
            after, told = close(notice, notice.final_by or now)
        assert notice.state is not NoticeState.DELIVERED or after == notice
        notice = after
        events += told
    assert notice.tries == 1
    for kind, most in ((MessageSent, 1), (MessageDelivered, 1), (MessageFailed, 3)):
        assert sum(isinstance(each, kind) for each in events) <= most
    if ReceiptResult.DELIVERED in course:
        assert notice.state is NoticeState.DELIVERED


def test_a_provider_we_left_says_nothing_of_the_one_that_has_it_now() -> None:
    now_at_another, _ = conclude(take_up(NOTICE, "second", NOW), TAKEN, NOW)
    same, _ = heed(now_at_another, receipt(ReceiptResult.FAILED), provider="first")
    assert same == now_at_another
    reached, _ = heed(now_at_another, receipt(ReceiptResult.DELIVERED), provider="first")
    assert reached.state is NoticeState.DELIVERED


class TestLadder:
    """Zalo, then SMS, then e-mail: the next step when one did not arrive."""

    @pytest.fixture
    def desk(self) -> Desk:
        desk = Desk()
        desk.settings.ladder = "zalo,sms,email"
        desk.service.meet(CONTACT, desk.about())
        desk.tell(submitted())
        return desk

    def states(self, desk: Desk) -> list[str]:
        return [each.state.value for each in desk.notices.things]

    def go(self, desk: Desk, provider: FakeProvider | None = None, **later: float) -> None:
        desk.clock.forward(**(later or {"seconds": 5}))
        for channel in NoticeChannel:
            desk.send(provider or FakeProvider(reference="1", reports=True), channel)
        desk.service.climb()

    def test_only_the_first_channel_is_used_while_nothing_fails(self, desk: Desk) -> None:
        assert [each.channel for each in desk.notices.things] == [
            NoticeChannel.ZALO,
            NoticeChannel.SMS,
            NoticeChannel.EMAIL,
        ]
        self.go(desk)
        assert self.states(desk) == ["sent", "held", "held"]
        report(desk, notice=desk.notices.things[0].id, result="delivered")
        for _ in range(3):
            self.go(desk)
        assert self.states(desk) == ["delivered", "spared", "spared"]

    def test_a_failed_step_is_followed_at_once_by_the_next(self, desk: Desk) -> None:
        self.go(desk)
        report(desk, notice=desk.notices.things[0].id, result="failed")
        self.go(desk)
        self.go(desk)
        assert self.states(desk) == ["failed", "sent", "held"]
        assert desk.service.messages(Request(), "d-1")["not_reached"] == ["zalo"]

    def test_a_receipt_that_does_not_come_in_time_is_not_waited_for(self, desk: Desk) -> None:
        self.go(desk)
        self.go(desk, minutes=29)
        assert self.states(desk) == ["sent", "held", "held"]
        self.go(desk, minutes=1)
        self.go(desk)
        assert self.states(desk) == ["sent", "sent", "held"]

    def test_a_step_that_no_provider_took_in_time_is_left(self, desk: Desk) -> None:
        busy = FakeProvider(SendOutcome.BUSY)
        self.go(desk, busy)
        self.go(desk, busy, minutes=30)
        assert self.states(desk) == ["temporary_failure", "planned", "held"]

    def test_a_landline_goes_on_to_the_letter_at_once(self) -> None:
        desk = Desk()
        desk.settings.ladder = "sms email"
        desk.service.meet(replace(CONTACT, phone="+842383123456"), desk.about())
        desk.tell(submitted())
        self.go(desk)
        self.go(desk)
        assert self.states(desk) == ["no_mobile", "sent"]

    def test_a_step_released_late_has_its_own_four_hours(self, desk: Desk) -> None:
        busy = FakeProvider(SendOutcome.BUSY)
        for _ in range(2):
            self.go(desk, busy, hours=5)
        sms = desk.notices.things[1]
        assert sms.begun > sms.planned + LONGEST_TRYING

    def test_whoever_dies_while_climbing_takes_the_same_step_once(self, desk: Desk) -> None:
        self.go(desk)
        report(desk, notice=desk.notices.things[0].id, result="failed")
        notices, died = desk.notices, desk.notices.change
        calls = []

        def change(entity_id: str, decide: Any, **rest: Any) -> Any:
            calls.append(entity_id)
            if len(calls) == 3:
                raise SystemExit
            return died(entity_id, decide, **rest)

        notices.change = change  # type: ignore[method-assign]
        with pytest.raises(SystemExit):
            desk.service.climb()
        notices.change = died  # type: ignore[method-assign]
        provider = FakeProvider(reference="1", reports=True)
        for _ in range(3):
            self.go(desk, provider)
        assert len(provider.given) == 1
        assert self.states(desk) == ["failed", "sent", "held"]

    def test_a_person_chooses_their_own_channels(self, desk: Desk) -> None:
        body = b'{"channels": ["email"], "language": "en", "quiet": true}'
        request = Request(
            method="PUT", headers={"content-type": "application/json"}, stream=BytesIO(body)
        )
        shown = desk.service.choose(request, "d-1")
        assert shown == {
            "reached_at": {"email": "d•••@example.vn", "sms": "•••678", "zalo": "•••678"},
            "channels": ["email"],
            "language": "en",
            "quiet": True,
        }
        desk.notices.documents.clear()
        desk.tell(submitted(), message="m-2")
        (notice,) = desk.notices.things
        assert (notice.channel, notice.letter.subject[:13]) == (
            NoticeChannel.EMAIL,
            "Your dossier ",
        )


def test_a_receipt_is_waited_for_as_long_as_is_promised() -> None:
    assert timedelta(hours=72) == LONGEST_WAIT
    assert datetime(2020, 9, 15, 2, 30, tzinfo=UTC) == NOW
