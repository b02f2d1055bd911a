import json
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from contracts.events import FeedbackReceived
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused, StoredResponse
from foundation.observability import log_context
from foundation.persistence.hash_chain import sealed_after
from foundation.vault import FileKeys, KeyWrapper
from foundation.vault.provider import Vault
from foundation.web import Request
from foundation.web.auth import Identity
from services.feedback.domain.denunciation import Denunciation
from services.feedback.domain.sealed_parts import ReadingReason, SealedReading
from services.feedback.service import FeedbackService
from services.feedback.store import Denunciations, SealedReadings
from tests.desks import AskedStore
from tests.fakes import FakeCalendarCopies, FakeClock, FakeConnectedAgencies

DENOUNCER = Identity("vneid|079184001234", frozenset({"feedback:write"}))
STRANGER = Identity("citizen-2", frozenset({"feedback:write"}))
HANDLER = Identity("handler-1", frozenset({"denunciation"}))
OTHER = Identity("handler-2", frozenset({"denunciation"}))
HEAD = Identity("head-1", frozenset({"denunciation:head"}))
WORDS: dict[str, Any] = {
    "text": "Ông Bình nhận tiền của tôi tại nhà.",
    "accused": "Nguyễn Văn Bình, Sở Xây dựng",
    "name": "Nguyễn Thị Đoan Trang",
    "address": "12 Trần Phú, phường 3, Bạc Liêu",
    "phone": "0912345678",
    "email": "doantrang.bl@gmail.com",
    "number": "079184001234",
    "about": "so-xay-dung",
    "dossier": "000.00.00.H04-261129-0007",
}
TRACES = (
    "trang",
    "912345678",
    "doantrang",
    "079184001234",
    "bình",
    "nhận tiền",
    "0007",
    "xay-dung",
)


class FakeDenunciations(AskedStore):
    standing = Denunciations.standing
    actor = ""

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """As Store.save; notes whom the history would name."""
        self.actor = log_context.actor()
        return super().save(*args, **kwargs)


class FakeReadings(AskedStore):
    of = SealedReadings.of

    def append(self, reading: SealedReading) -> SealedReading:
        last = max((each.link for each in self.things), key=lambda link: link.seq, default=None)
        one = sealed_after(reading, last or reading.link, "sealed_readings")
        self.save(one)
        return one


class Office:
    """The service with its vault, and the ways in."""

    def __init__(self, wrapper: KeyWrapper | None = None) -> None:
        self.clock = FakeClock()
        self.kept = FakeDenunciations(Denunciation, clock=self.clock)
        self.readings = FakeReadings(SealedReading, clock=self.clock)
        self.keys = 0
        self.service = worker_factory(
            FeedbackService,
            denunciations=self.kept,
            sealed_readings=self.readings,
            connected_agencies=FakeConnectedAgencies(),
            clock=self.clock,
            calendars=FakeCalendarCopies(clock=self.clock),
            vault=Vault(wrapper or FileKeys({"vault.1": b"k" * 32})),
        )

    def denounce(self, who: Identity = DENOUNCER, key: str = "k-1", **changes: Any) -> str:
        request = made(who, {**WORDS, **changes}, key, "/denunciations")
        with log_context.acting_as(who.subject):  # as foundation/web does
            answer: StoredResponse = self.service.denounce(request)
        assert answer.status == 201
        return str(answer.body["id"])

    def assigned(self, **changes: Any) -> str:
        denunciation = self.denounce(**changes)
        self.do(denunciation, "name_handlers", HEAD, handlers=[HANDLER.subject])
        return denunciation

    def do(self, id: str, what: str, who: Identity = HANDLER, **body: Any) -> Any:
        self.keys += 1
        request = made(who, body, f"d-{self.keys}", f"/denunciations/{id}/{what}")
        return getattr(self.service, what)(request, id=id).body

    def read(self, id: str, who: Identity = HANDLER, reason: str = "verify") -> Any:
        return self.service.read_sealed(Request(who=who, query={"reason": reason}), id=id)

    def shown(self, id: str, who: Identity) -> Any:
        return self.service.show_denunciation(Request(who=who), id=id)

    def reasons(self) -> list[str]:
        return [each.reason.value for each in sorted(self.readings.things, key=_number)]


def _number(reading: SealedReading) -> int:
    return reading.link.seq


def made(who: Identity, body: object, key: str, path: str) -> Request:
    return Request(
        method="POST",
        path=path,
        headers={"content-type": "application/json", "idempotency-key": key},
        stream=BytesIO(json.dumps(body).encode()),
        who=who,
    )


@pytest.fixture
def office() -> Office:
    return Office()


def test_nothing_of_it_stands_outside_the_seal(office: Office) -> None:
    office.denounce()
    kept = repr((office.kept.documents, [each.write() for each in office.kept.messages])).lower()
    assert [each for each in TRACES if each in kept] == []
    assert office.kept.messages == [FeedbackReceived(agency="trung-tam", kind="denunciation")]


def test_the_history_names_no_denouncer(office: Office) -> None:
    (entry,) = office.kept.history(office.denounce())
    assert (office.kept.actor, entry.data["kind"]) == ("denouncer", "denunciation")


def test_whose_token_it_was_cannot_be_tried_out_by_its_id(office: Office) -> None:
    """The id is not made of the subject and the key alone: both may be guessed."""
    guessed = made(DENOUNCER, WORDS, "k-1", "/denunciations")
    denunciation = office.denounce()
    assert denunciation not in {guessed.new_id, guessed.key}
    assert guessed.key not in repr(office.kept.documents)


def test_the_same_request_again_is_the_same_denunciation(office: Office) -> None:
    first = office.denounce()
    with pytest.raises(Duplicate) as again:
        office.denounce()
    assert again.value.answer is not None
    assert again.value.answer.body["id"] == first


def test_without_a_master_key_nothing_is_taken_and_it_says_what_to_do() -> None:
    office = Office()
    vault = Vault()
    office.service.vault = vault
    with pytest.raises(Refused, match="VAULT_KEYS"):
        office.denounce()
    assert (office.kept.documents, office.kept.messages) == ({}, [])


def test_a_named_handler_reads_it_with_a_reason_and_the_reading_is_chained(office: Office) -> None:
    denunciation = office.assigned()
    read = office.read(denunciation)
    assert (read["name"], read["phone"]) == (WORDS["name"], "+84912345678")
    assert read["subject"] is True, "whether they sign in, not as whom"
    (reading,) = office.readings.things
    assert (reading.by, reading.reason) == ("handler-1", ReadingReason.VERIFY)
    assert reading.link.seq == 1
    assert reading.link.hash


def test_nobody_else_reads_it_and_nobody_without_a_reason(office: Office) -> None:
    denunciation = office.assigned()
    for who in (OTHER, DENOUNCER, HEAD):
        with pytest.raises(NotFound):
            office.read(denunciation, who)
    for reason in ("", "curious", "own"):
        with pytest.raises(Invalid):
            office.read(denunciation, reason=reason)
    assert office.reasons() == []


def test_a_reading_that_cannot_be_written_down_shows_nothing(office: Office) -> None:
    denunciation = office.assigned()
    office.readings.available = False
    with pytest.raises(Exception, match=r"not|away|unavailable|database"):
        office.read(denunciation)


def test_the_book_of_the_head_and_a_handler_shows_nothing_sealed(office: Office) -> None:
    denunciation = office.assigned()
    for who in (HEAD, HANDLER):
        listed = office.service.denunciations_in(Request(who=who))
        assert [each["id"] for each in listed["denunciations"]] == [denunciation]
        assert [each for each in TRACES if each in repr(listed).lower()] == []
    assert office.service.denunciations_in(Request(who=OTHER))["denunciations"] == []


def test_the_denouncer_alone_sees_how_far_it_is(office: Office) -> None:
    denunciation = office.denounce()
    assert office.shown(denunciation, DENOUNCER)["state"] == "received"
    with pytest.raises(NotFound):
        office.shown(denunciation, STRANGER)
    (reading,) = office.readings.things
    assert (reading.by, reading.reason) == ("denouncer", ReadingReason.OWN)


def test_it_goes_its_way_to_a_published_conclusion(office: Office) -> None:
    denunciation = office.assigned()
    assert office.do(denunciation, "accept_denunciation")["due"] == "2026-12-23T02:00:00.000Z"
    office.do(denunciation, "conclude", outcome="partly", text="Ông Bình vi phạm; đề nghị kỷ luật.")
    done = office.do(denunciation, "publish_conclusion")
    assert (done["state"], done["outcome"]) == ("published", "partly")
    assert [each["what"] for each in done["acts"]] == ["assign", "accept", "conclude", "publish"]
    assert office.reasons() == ["conclude"]


@pytest.mark.parametrize("text", ["Bà Nguyen Thi Doan Trang tố cáo đúng.", "Gọi 0912.345.678."])
def test_a_conclusion_that_gives_the_denouncer_away_is_refused(office: Office, text: str) -> None:
    denunciation = office.assigned()
    office.do(denunciation, "accept_denunciation")
    with pytest.raises(Invalid, match="gives the denouncer away"):
        office.do(denunciation, "conclude", outcome="upheld", text=text)
    assert text not in repr(office.kept.documents)
    assert office.shown(denunciation, HANDLER)["state"] == "accepted"


def test_deleting_the_key_erases_the_person_and_leaves_the_history(office: Office) -> None:
    denunciation = office.assigned()
    office.do(denunciation, "decline_denunciation")
    before = office.kept.history(denunciation)
    assert office.do(denunciation, "erase", HEAD)["erased"] is True
    assert office.kept.history(denunciation) == before
    with pytest.raises(Refused, match="erased for good"):
        office.read(denunciation)
    with pytest.raises(NotFound):
        office.shown(denunciation, DENOUNCER)
    assert office.kept.documents[denunciation]["sealed"] == {"text": b"", "key": b"", "master": ""}


def test_what_has_not_ended_is_not_erased(office: Office) -> None:
    denunciation = office.assigned()
    with pytest.raises(Refused, match="once the matter has ended"):
        office.do(denunciation, "erase", HEAD)


def test_who_says_no_name_needs_clear_evidence_and_it_is_passed_on_not_taken_up(
    office: Office,
) -> None:
    with pytest.raises(Invalid):
        office.denounce(name="", address="")
    denunciation = office.assigned(name="", address="", evidence=True)
    with pytest.raises(Refused) as caught:
        office.do(denunciation, "accept_denunciation")
    assert "136/2025" in caught.value.article
    passed = office.do(denunciation, "pass_denunciation_on", agency="so-xay-dung")
    assert (passed["state"], passed["passed_to"]) == ("passed_on", "so-xay-dung")


def test_an_extension_is_for_hard_cases_once_or_twice(office: Office) -> None:
    denunciation = office.assigned()
    office.do(denunciation, "classify", case="specially_complex")
    office.do(denunciation, "accept_denunciation")
    for _ in range(2):
        office.do(denunciation, "extend_denunciation")
    with pytest.raises(Refused, match="may not be extended again"):
        office.do(denunciation, "extend_denunciation")
    plain = office.assigned(key="k-2")
    office.do(plain, "accept_denunciation")
    with pytest.raises(Refused):
        office.do(plain, "extend_denunciation")


def test_the_time_of_a_suspension_does_not_count(office: Office) -> None:
    denunciation = office.assigned()
    due = office.do(denunciation, "accept_denunciation")["due"]
    office.do(denunciation, "suspend_denunciation")
    office.clock.forward(days=7)
    resumed = office.do(denunciation, "resume_denunciation")
    assert (due[:10], resumed["due"][:10]) == ("2026-12-23", "2026-12-30")


def test_only_a_named_handler_acts(office: Office) -> None:
    denunciation = office.assigned()
    with pytest.raises(Forbidden):
        office.do(denunciation, "accept_denunciation", OTHER)


def test_a_handler_enters_what_came_by_voice_or_on_paper(office: Office) -> None:
    denunciation = office.denounce(HANDLER, channel="phone")
    assert office.shown(denunciation, HEAD)["channel"] == "phone"
    assert office.kept.actor == "handler-1"
    online = office.denounce(DENOUNCER, key="k-2", channel="phone")
    assert office.shown(online, HEAD)["channel"] == "online", "a citizen cannot say otherwise"


@pytest.mark.parametrize(
    "wrong",
    [
        {"accused": ""},
        {"text": ""},
        {"phone": "", "email": ""},
        {"phone": "Trang"},
        {"email": "doantrang"},
        {"name": "Trang https://x.vn"},
        {"channel": "pigeon"},
        {"unheard": "of"},
    ],
)
def test_what_is_wrong_is_said_without_repeating_it(office: Office, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        office.denounce(**wrong)
    said = repr((caught.value.vi, str(caught.value), caught.value.fields)).lower()
    assert [each for each in TRACES if each in said] == []
    assert office.kept.documents == {}


def test_first_handling_takes_seven_working_days_or_ten(office: Office) -> None:
    denunciation = office.assigned()
    kept = office.kept.get(denunciation)
    assert kept.due - kept.received == timedelta(days=10)  # 24 November is off
    office.do(denunciation, "classify", case="complex")
    assert office.kept.get(denunciation).due - kept.received == timedelta(days=15)


def test_the_vault_says_at_start_that_it_is_closed() -> None:
    vault = Vault()
    vault.container = SimpleNamespace(config={"settings": SimpleNamespace(vault_keys="")})
    vault.setup()
    assert not vault.is_open()
