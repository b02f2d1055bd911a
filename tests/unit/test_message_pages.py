"""The counter's page of what an applicant was told, and of how they wish to be told."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice import Notice, NoticeState, NoticeText
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.handlers import message_view
from services.notifications.schemas import kinds
from tests.markup import flaws
from tests.unit.test_notifications_service import Desk

CLERK = Identity("hoa", frozenset({"counter"}), "")
FORM = "application/x-www-form-urlencoded"
PHONE, MAIL = "+84912345678", "hoa.nguyen@example.vn"


def told_of(office: Desk) -> None:
    """An applicant with a message in every state, the last by SMS not delivered."""
    office.applicants.save(
        ApplicantContact(
            id="d-1",
            name="Nguyễn <b>",
            phone=PHONE,
            email=MAIL,
            language="vi",
            code="000.00.00.H41-261123-0001",
        )
    )
    now = office.clock.now()
    for number, state in enumerate((*NoticeState, NoticeState.FAILED)):
        office.notices.save(
            Notice(
                id=f"n{number:02}",
                dossier="d-1",
                agency="so-xay-dung",
                kind="accepted",
                channel=NoticeChannel.SMS if number % 2 == 0 else NoticeChannel.EMAIL,
                to=PHONE,
                letter=NoticeText(subject="", text="không ai thấy"),
                planned=now - timedelta(hours=20 - number),
                due=now,
                state=state,
                reason="absent <b>" if state is NoticeState.FAILED else "",
            )
        )


@pytest.fixture(name="office")
def _office() -> Desk:
    office = Desk()
    told_of(office)
    return office


def html(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def look(office: Desk, who: Identity = CLERK, dossier: str = "d-1", **query: str) -> str:
    request = Request(path="/x", query=query, who=who, headers={"accept": "text/html"})
    return html(office.service.look_at_messages(request, dossier))


def send(office: Desk, said: dict[str, str], who: Identity = CLERK) -> Any:
    request = Request(
        method="POST",
        path="/counter/messages/d-1",
        headers={"content-type": FORM},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )
    return office.service.choose_by_form(request, "d-1")


def seen(page: str) -> dict[str, str]:
    (mark,) = re.findall('name="seen" value="([^"]*)"', page)
    return {"seen": unescape(mark)}


def applicant(office: Desk) -> ApplicantContact:
    found: ApplicantContact = office.applicants.get("d-1")
    return found


def test_a_clerk_sees_what_did_not_arrive_and_no_address_or_text(office: Desk) -> None:
    page = look(office)
    assert "Tin gần nhất không đến" in page
    assert 'href="/counter/dossiers/d-1"' in page
    assert "absent &lt;b&gt;" in page
    for hidden in (PHONE, MAIL, "không ai thấy", "Nguyễn"):
        assert hidden not in page
    assert "has arrived" in look(office, lang="en")


def test_each_state_channel_and_kind_has_words() -> None:
    assert set(message_view.STATES) == set(NoticeState)
    assert set(message_view.CHANNELS) == set(NoticeChannel)
    assert set(kinds()) <= {*message_view.KINDS, "dates", "webhook"}


def test_a_choice_is_kept_and_a_double_click_keeps_it_once(office: Desk) -> None:
    said = seen(look(office)) | {"told-channel-1": "email", "told-channel-2": "sms"}
    said |= {"told-language": "en", "told-quiet": "1"}
    assert [send(office, said).status_code for _ in range(2)] == [303, 303]
    kept = applicant(office)
    assert kept.chosen == (NoticeChannel.EMAIL, NoticeChannel.SMS)
    assert (kept.language, kept.unsubscribed) == ("en", True)
    page = look(office, done="1")
    assert '<option value="email" selected' in page
    assert " checked" in page


def test_a_channel_named_twice_is_said_so_and_what_was_typed_stays(office: Desk) -> None:
    said = seen(look(office)) | {"told-channel-1": "email", "told-channel-2": "email"}
    answer = send(office, said)
    page = html(answer)
    assert answer.status_code == 422
    assert 'href="#told-channel-1"' in page
    assert page.count('<option value="email" selected') == 2
    assert not applicant(office).chosen


def test_a_number_that_was_corrected_meanwhile_is_shown_first(office: Desk) -> None:
    said = seen(look(office)) | {"told-channel-1": "sms", "told-language": "vi"}
    office.applicants.save(replace(applicant(office), correction=1, email=""))
    answer = send(office, said)
    page = html(answer)
    assert answer.status_code == 409
    assert "Số lần sửa thông tin: 0 → <strong>1</strong>" in page
    assert not applicant(office).chosen
    assert send(office, said | seen(page)).status_code == 303


def test_nobody_is_asked_to_sign_in_and_changes_nothing(office: Desk) -> None:
    assert "261123-0001" not in look(office, NOBODY)
    with pytest.raises(Unknown):
        send(office, {"told-channel-1": "sms"}, NOBODY)
    with pytest.raises(NotFound):
        look(office, dossier="nothing")
