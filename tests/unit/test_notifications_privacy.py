"""A name, a number and an address are driven through: nothing shows them but the letter itself."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY, generate_latest
from structlog.testing import capture_logs

from contracts.events import DossierRefused
from contracts.orders import WordGiven
from foundation.persistence.text_cipher import TextCipher, Unreadable
from foundation.web import Request
from services.notifications.domain.keeping import masked
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.domain.sending import SendOutcome
from services.notifications.outside import LetterSeal
from tests.unit.test_notifications_receipts import report
from tests.unit.test_notifications_service import CONTACT, Desk, FakeProvider, submitted

CANARY = ("Chim Hoàng Yến", "912000777", "canary-0777@example.vn", "Lý do rất riêng")
KEY, OLD = "a-key-of-sixteen-or-more", "an-older-key-of-sixteen"


def sealing(keys: str = KEY) -> LetterSeal:
    seal = LetterSeal()
    seal._cipher = TextCipher(keys)  # noqa: SLF001 -- what setup makes of the setting
    return seal


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.letters = desk.service.letters = sealing()
    person = replace(CONTACT, name=CANARY[0], phone=f"+84{CANARY[1]}", email=CANARY[2])
    desk.service.meet(person, desk.about())
    return desk


def refuse(desk: Desk) -> None:
    word = WordGiven(agency="so-xay-dung", dossier="d-1", kind="refused", text=CANARY[3])
    desk.service.remember(word, desk.about(message="w-1"))
    desk.tell(DossierRefused(agency="so-xay-dung", article="Điều 1"), message="e-1")


def seen(*places: Any) -> list[str]:
    text = " ".join(str(each) for each in places)
    folded = text + json.dumps(text, ensure_ascii=False)
    return [each for each in CANARY if each in folded]


def test_what_is_driven_through_is_in_the_letter_and_nowhere_else(desk: Desk) -> None:
    provider = FakeProvider(SendOutcome.TAKEN, reference="r-1", reports=True)
    with capture_logs() as logs:
        refuse(desk)
        for channel in (NoticeChannel.EMAIL, NoticeChannel.SMS):
            desk.send(provider, channel)
        report(desk, reference="r-1", result="delivered")
        report(desk, reference="never-heard-of", result="failed")
        listed = desk.service.messages(Request(), "d-1"), desk.service.contact(Request(), "d-1")
    mail = provider.given[0]
    assert CANARY[3] in mail.letter.text
    events = [each.write() for each in desk.notices.messages]
    assert seen(logs, events, listed, desk.waiting.documents) == []
    assert seen(generate_latest(REGISTRY).decode()) == []
    # At rest only the address is legible, to send to; no word of the letters, nor the name.
    assert seen(desk.words.documents) == []
    assert seen(desk.notices.documents) == [CANARY[1], CANARY[2]]


def test_words_are_removed_once_they_stand_in_the_letters(desk: Desk) -> None:
    refuse(desk)
    assert [each.text for each in desk.words.things] == [""]
    before = list(desk.notices.documents)
    desk.tell(DossierRefused(agency="so-xay-dung", article="Điều 1"), message="e-1")
    assert list(desk.notices.documents) == before


def test_after_the_days_of_the_setting_the_words_and_the_address_are_gone(desk: Desk) -> None:
    desk.tell(submitted())
    desk.send(FakeProvider(reference="r-1"))
    desk.clock.forward(days=89)
    desk.service.forget()
    assert all(each.letter.text for each in desk.notices.things)
    desk.clock.forward(days=1)
    desk.service.forget()
    assert seen(desk.notices.documents) == []
    rows: Any = desk.service.messages(Request(), "d-1")["messages"]
    assert [(each["to"], each["state"]) for each in rows] == [
        ("c•••@example.vn", "planned"),
        ("•••777", "sent"),
    ]


def test_what_was_stored_before_there_was_a_key_is_read_as_it_is(desk: Desk) -> None:
    desk.service.letters = SimpleNamespace(sealed=lambda each: each)
    desk.tell(submitted())
    desk.service.letters = sealing()
    provider = FakeProvider()
    desk.send(provider)
    assert provider.given[0].letter.text.startswith("Trung tam PVHCC")


def test_a_report_that_was_kept_shows_no_person() -> None:
    kept = ProviderReport(result=ReceiptResult.FAILED, reference="1", code="x")
    assert set(vars(kept)) == {"result", "reference", "notice", "code"}


@given(st.text(max_size=500))
def test_what_is_sealed_is_opened_and_not_legible(text: str) -> None:
    cipher = TextCipher(KEY)
    stored = cipher.sealed(text)
    assert cipher.opened(stored) == text
    assert not text or text not in stored or len(text) < 3
    assert cipher.sealed(text) != stored or not text  # the same words look different each time


def test_a_new_key_reads_what_the_old_one_sealed_and_a_stranger_reads_nothing() -> None:
    stored = TextCipher(OLD).sealed("chữ")
    assert TextCipher(f"{KEY} {OLD}").opened(stored) == "chữ"
    for keys in (KEY, OLD + "x"):
        with pytest.raises(Unreadable):
            TextCipher(keys).opened(stored)
    with pytest.raises(Unreadable):
        TextCipher(OLD).opened(stored[:-3] + "xyz")


@pytest.mark.parametrize("keys", ["", "short", f"{KEY} short"])
def test_a_key_that_keeps_no_secret_is_refused_at_the_start(keys: str) -> None:
    with pytest.raises(ValueError, match="16"):
        TextCipher(keys)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("+84912000777", "•••777"), ("a@x.vn", "a•••@x.vn"), ("", ""), ("•••777", "•••777")],
)
def test_a_masked_address_is_recognised_by_who_knows_it(address: str, shown: str) -> None:
    assert masked(address) == shown
