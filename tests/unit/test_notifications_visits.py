"""What people who booked a time at the counter are told: an SMS that fits, once per message."""

from datetime import UTC, datetime

import pytest

from contracts.message import CENTRE
from contracts.orders import VisitWord
from services.notifications import schemas
from services.notifications.domain import visit_word
from services.notifications.domain.notice import NoticeState
from services.notifications.domain.notice_channel import NoticeChannel

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
WORD = VisitWord(
    agency=CENTRE,
    name="Nguyễn Văn An",
    phone="+84912345678",
    language="vi",
    what="booked",
    at=AT,
    code="ABCDE-23456",
)


def word(**changes: str) -> VisitWord:
    return VisitWord(**vars(WORD) | changes)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("what", ["booked", "moved", "cancelled", "reminder"])
def test_the_sms_says_when_and_by_which_code_and_names_nobody(what: str, language: str) -> None:
    text = schemas.visit_letter(word(what=what, language=language)).text
    assert "09:00" in text
    assert "01/12/2026" in text
    assert "ABCDE-23456" in text
    assert "An" not in text.split()
    assert text.isascii()
    assert len(text) <= 160


def test_what_is_told_differs_by_what_happened() -> None:
    kinds = ("booked", "moved", "cancelled", "reminder")
    texts = {schemas.visit_letter(word(what=each)).text for each in kinds}
    assert len(texts) == len(kinds)


def test_a_language_that_we_do_not_speak_is_vietnamese() -> None:
    spoken, usual = schemas.visit_letter(word(language="fr")), schemas.visit_letter(WORD)
    assert spoken.text == usual.text


def test_the_same_message_twice_is_one_notice_and_a_landline_gets_none() -> None:
    letter = schemas.visit_letter(WORD)
    first, again = (visit_word.notice(WORD, "m-1", letter, AT) for _ in range(2))
    assert first.id == again.id
    assert (first.channel, first.state) == (NoticeChannel.SMS, NoticeState.PLANNED)
    assert first.to == WORD.phone
    landline = visit_word.notice(word(phone="+842438253638"), "m-2", letter, AT)
    assert landline.state is NoticeState.NO_MOBILE
