import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.events import (
    DocumentRemovalNotified,
    DossierAccepted,
    DossierApologised,
    DossierClockStarted,
    DossierOverdue,
    DossierPaused,
    DossierRefused,
    DossierRescheduled,
    DossierResolved,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierWithdrawn,
    Event,
    FeedbackAnswered,
    FeedbackPassedOn,
    FeePaid,
    FeeRefunded,
    FeeRequested,
)
from contracts.procedure import Collected
from foundation.text.cleaning import harmless_paragraphs
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice import NoticeText
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.situation import SITUATIONS, situation_of
from services.notifications.schemas import SMS_LENGTH, as_sms, moment, write

CODE = "000.00.00.H41-200915-0001"
NOW = datetime(2020, 9, 15, 10, 0, tzinfo=UTC)
EVENTS: dict[type[Event], Event] = {
    type(event): event
    for event in (
        DossierSubmitted(agency="x", procedure="1.009645", channel="online", documents=()),
        DossierAccepted(agency="x", code=CODE, procedure="1.009645", due=NOW),
        DossierRefused(agency="x", article="NĐ 61/2018 Đ17"),
        DossierSupplementRequested(agency="x", step="s-1", papers=("Bản vẽ", "Giấy ủy quyền")),
        DossierSupplemented(agency="x", documents=("doc-1",)),
        DossierRescheduled(agency="x", due=NOW, was=NOW, article="NĐ 61/2018 Đ19.4"),
        DossierApologised(agency="x", due=NOW, was=NOW),
        DossierPaused(agency="x", because="stopped", state=8, article="NĐ 99/2022 Đ16"),
        DossierClockStarted(agency="x", due=NOW),
        DossierOverdue(agency="x", due=NOW),
        FeeRequested(agency="x", fee="f-1", amount=1500000, collected=Collected.BEFORE),
        FeePaid(agency="x", fee="f-1", amount=1500000, method="cash", receipt="BL-1"),
        FeeRefunded(agency="x", fee="f-1", amount=1500000),
        DossierResolved(agency="x", code=CODE, outcome="granted", document="doc-2", timing="late"),
        DossierReturned(agency="x", code=CODE, channel="counter"),
        DossierWithdrawn(agency="x", code=""),
        FeedbackAnswered(agency="x"),
        FeedbackPassedOn(agency="x", to="y"),
        DocumentRemovalNotified(agency="x", removes=NOW),
    )
}
FOR_GOOD_REASON = "Bản vẽ thiếu chữ ký."


def applicant(language: str = "vi", **given: Any) -> ApplicantContact:
    known = {"phone": "+84912345678", "email": "duc@example.vn", **given}
    return ApplicantContact(id="d-1", name="Nguyễn Văn Đức", language=language, **known)


def letters(event: Event, language: str = "vi", **given: Any) -> dict[NoticeChannel, NoticeText]:
    facts = {**vars(event), "dossier": "d-1"}
    return write(SITUATIONS[type(event)], applicant(language, **given), facts, FOR_GOOD_REASON)


def test_there_is_an_example_of_every_situation() -> None:
    assert EVENTS.keys() == SITUATIONS.keys()


@pytest.mark.parametrize(("kind", "language"), list(itertools.product(SITUATIONS, ("vi", "en"))))
def test_every_situation_has_its_texts_in_both_languages(kind: type[Event], language: str) -> None:
    written = letters(EVENTS[kind], language)
    assert set(written) >= set(SITUATIONS[kind].channels)
    for channel, letter in written.items():
        assert letter.text
        assert "None" not in letter.text
        assert "  " not in letter.text
        assert bool(letter.subject) == (channel is NoticeChannel.EMAIL)


def test_a_letter_speaks_to_the_person_by_name_and_names_the_dossier() -> None:
    letter = letters(EVENTS[DossierAccepted])[NoticeChannel.EMAIL]
    assert "Kính gửi Ông/Bà Nguyễn Văn Đức," in letter.text
    assert CODE in letter.subject


def test_times_are_those_of_the_clock_in_viet_nam() -> None:
    assert moment(NOW, "vi") == "17:00 ngày 15/09/2020"
    assert moment(NOW, "en") == "17:00 on 15/09/2020"
    assert "17:00 ngay 15/09/2020" in letters(EVENTS[DossierAccepted])[NoticeChannel.SMS].text


def test_who_gave_no_mail_address_gets_no_mail() -> None:
    assert NoticeChannel.EMAIL not in letters(EVENTS[DossierAccepted], email="")


def test_the_office_says_why_and_which_papers_it_needs() -> None:
    text = letters(EVENTS[DossierSupplementRequested], code=CODE)[NoticeChannel.EMAIL].text
    for said in (CODE, "- Bản vẽ\n", "- Giấy ủy quyền\n", FOR_GOOD_REASON):
        assert said in text


def test_a_late_result_comes_with_an_apology() -> None:
    assert "xin lỗi" in letters(EVENTS[DossierResolved])[NoticeChannel.EMAIL].text


def test_an_sms_has_no_diacritics_and_no_d_with_a_stroke() -> None:
    assert as_sms("Đã tiếp nhận; mời Ông/Bà đến… “Một cửa” – tầng 1") == (
        'Da tiep nhan; moi Ong/Ba den... "Mot cua" - tang 1'
    )


def test_a_long_sms_ends_after_a_word_and_says_that_it_goes_on() -> None:
    text = as_sms("Hồ sơ cần bổ sung: " + "giấy chứng nhận, " * 20)
    assert len(text) <= SMS_LENGTH
    assert text.endswith(" chung nhan...")


@given(st.text(max_size=400))
@example("ắ" * 400)
@example("½ m² \x00\x1f ﷺ")
def test_an_sms_is_one_line_of_plain_characters_and_never_too_long(text: str) -> None:
    sms = as_sms(text)
    assert sms.isascii()
    assert sms.isprintable()
    assert len(sms) <= SMS_LENGTH
    assert not set(sms) & set("[]{}|\\~^`"), "each would count as two, or is missing in GSM"


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(("vi", "en")))
def test_whatever_people_write_a_letter_can_be_written_about_it(
    word: str, name: str, language: str
) -> None:
    person = ApplicantContact(id="d-1", name=name, phone="1", email="a@b.vn", language=language)
    written = write(SITUATIONS[FeedbackAnswered], person, {"dossier": "d-1"}, word)
    assert "\n" not in written[NoticeChannel.EMAIL].subject
    assert harmless_paragraphs(word) in written[NoticeChannel.EMAIL].text
    greeting, *_ = written[NoticeChannel.EMAIL].text.splitlines()
    assert greeting.endswith(",")
    assert "://" not in greeting


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Hoa\n\nXin bấm https://x.vn\n", "Kính gửi Ông/Bà,"),
        ("Hoa\r\nMai\u2028Lan\u202e", "Kính gửi Ông/Bà Hoa Mai Lan,"),
        ("\u200b\x07", "Kính gửi Ông/Bà,"),
    ],
)
def test_a_name_that_was_stored_before_it_was_looked_at_begins_no_paragraph(
    name: str, greeting: str
) -> None:
    person = ApplicantContact(id="d-1", name=name, phone="", email="a@b.vn", language="vi")
    facts = {**vars(EVENTS[DossierAccepted]), "dossier": "d-1"}
    letter = write(SITUATIONS[DossierAccepted], person, facts, "")[NoticeChannel.EMAIL]
    assert letter.text.startswith(f"{greeting}\n\nHồ sơ")
    assert "https" not in letter.text


def test_a_fact_of_an_event_begins_no_paragraph() -> None:
    refused = DossierRefused(agency="x", article="Đ17\n\nXem thêm\x07")
    assert "Căn cứ: Đ17 Xem thêm." in letters(refused)[NoticeChannel.EMAIL].text


def test_money_is_written_as_people_write_it() -> None:
    assert (
        "1.500.000 dong truoc khi tiep nhan"
        in letters(EVENTS[FeeRequested])[NoticeChannel.SMS].text
    )


def test_a_result_that_comes_early_is_announced_as_such() -> None:
    early = DossierResolved(
        agency="x", code=CODE, outcome="approved", document="doc-2", timing="early"
    )
    for language, word in (("vi", "truoc hen"), ("en", "early")):
        assert word in letters(early, language)[NoticeChannel.SMS].text


def test_an_acceptance_without_a_due_date_names_none() -> None:
    undated = DossierAccepted(agency="x", code=CODE, procedure="1.009645")
    for language in ("vi", "en"):
        assert "None" not in letters(undated, language)[NoticeChannel.EMAIL].text


@pytest.mark.parametrize(
    "event",
    [
        DossierRescheduled(agency="x", due=NOW, was=NOW, article="Đ19.9", because="apology"),
        DossierPaused(agency="x", because="payment", state=6, article="Đ63"),
        DossierPaused(agency="x", because="uncounted", state=4, article="Đ19"),
    ],
)
def test_what_another_message_of_the_same_act_says_is_not_said_twice(event: Event) -> None:
    assert situation_of(event) is None
