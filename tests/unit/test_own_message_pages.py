"""The applicant's page of what they were told about a dossier, and to whom it is not there."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.orders import ContactGiven
from foundation.errors import Hidden, NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.web.request import PageContext
from foundation.web.session import PageSession
from services.notifications.domain import own_messages
from services.notifications.domain.applicant import ApplicantContact, forget, meet, meet_again
from services.notifications.domain.keeping import forgotten
from services.notifications.domain.notice import NoticeState
from services.notifications.domain.notice_channel import NoticeChannel
from tests.unit.test_message_pages import FORM, MAIL, PHONE, html, seen, told_of
from tests.unit.test_notifications_service import Desk

OWNER = Identity("an", frozenset({"dossier:submit"}), "")
CONTACT = ContactGiven(agency="x", owner="an", name="Hoa", phone=PHONE, email=MAIL)
WORDS = "không ai thấy"


@pytest.fixture(name="office")
def _office() -> Desk:
    office = Desk()
    told_of(office)
    office.applicants.save(replace(office.applicants.get("d-1"), owner="an"))
    return office


def ask(who: Identity = OWNER, accept: str = "text/html", **query: str) -> Request:
    return Request(path="/x", query=query, who=who, headers={"accept": accept})


def look(office: Desk, who: Identity = OWNER, **query: str) -> str:
    return html(office.service.look_at_own_messages(ask(who, **query), "d-1"))


def test_the_owner_reads_what_was_sent_when_by_which_channel_and_what_became_of_it(
    office: Desk,
) -> None:
    page = look(office)
    assert page.count(WORDS) > 1
    assert "không đến được" in page
    assert "tin nhắn SMS" in page
    assert "•••678" in page
    assert 'href="/mine/d-1"' in page
    assert "did not arrive" in look(office, lang="en")


def test_it_names_no_address_no_reason_of_a_provider_and_nothing_that_was_never_sent(
    office: Desk,
) -> None:
    page = look(office)
    for hidden in (PHONE, MAIL, "absent", "không cần gửi", "chờ kênh trước"):
        assert hidden not in page


@pytest.mark.parametrize("subject", ["hoa", "AN", "an "])
def test_to_anybody_else_it_reads_as_a_dossier_that_there_is_not(
    office: Desk, subject: str
) -> None:
    stranger = Identity(subject, frozenset({"dossier:submit", "counter"}), "")
    with pytest.raises(Hidden) as theirs:
        office.service.look_at_own_messages(ask(stranger), "d-1")
    with pytest.raises(NotFound) as absent:
        office.service.look_at_own_messages(ask(stranger), "nothing")
    assert (theirs.value.vi, theirs.value.en) == (absent.value.vi, absent.value.en)


def test_of_a_dossier_that_a_clerk_handed_in_nobody_is_the_owner(office: Desk) -> None:
    office.applicants.save(replace(office.applicants.get("d-1"), owner=""))
    with pytest.raises(Hidden):
        office.service.look_at_own_messages(ask(), "d-1")


def test_nobody_is_asked_to_sign_in(office: Desk) -> None:
    page = look(office, NOBODY)
    assert WORDS not in page
    assert "261123-0001" not in page
    with pytest.raises(Unknown):
        office.service.look_at_own_messages(ask(NOBODY, "application/json"), "d-1")


def test_what_went_to_a_number_that_was_corrected_since_is_not_shown(office: Desk) -> None:
    office.applicants.save(replace(office.applicants.get("d-1"), phone="+84987654321"))
    page = look(office)
    assert "•••678" not in page
    assert WORDS not in page


def test_words_that_are_not_kept_any_more_are_said_to_be_so(office: Desk) -> None:
    for each in list(office.notices.things):
        office.notices.save(forgotten(each)[0])
    page = look(office)
    assert "Nội dung không còn được lưu." in page
    assert "không đến được" in page


def test_a_page_goes_on_where_it_ended(office: Desk) -> None:
    assert 'rel="next"' in look(office, limit="1")
    assert 'rel="next"' not in look(office)


def choose(office: Desk, said: dict[str, str], who: Identity = OWNER) -> Any:
    request = Request(
        method="POST",
        path="/messages/d-1",
        headers={"content-type": FORM, "accept": "text/html"},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )
    return office.service.choose_own_by_form(request, "d-1")


def test_the_owner_chooses_how_to_be_told_and_twice_is_once(office: Desk) -> None:
    said = seen(look(office)) | {"told-channel-1": "email", "told-language": "en"}
    answers = [choose(office, said | {"told-quiet": "1"}) for _ in range(2)]
    assert [each.headers["Location"] for each in answers] == ["/messages/d-1?done=1"] * 2
    kept = office.applicants.get("d-1")
    assert (kept.chosen, kept.language, kept.unsubscribed) == (
        (NoticeChannel.EMAIL,),
        "en",
        True,
    )
    page = look(office, done="1")
    assert "Đã ghi cách báo tin" in page
    assert '<option value="email" selected' in page


def test_what_cannot_be_chosen_is_said_and_what_was_chosen_stays(office: Desk) -> None:
    twice = seen(look(office)) | {"told-channel-1": "email", "told-channel-2": "email"}
    answer = choose(office, twice)
    page = html(answer)
    assert answer.status_code == 422
    assert 'id="told-channel-1-error"' in page
    assert '<option value="email" selected' in page
    assert office.applicants.get("d-1").chosen == ()


def test_what_a_clerk_chose_since_is_shown_and_stays(office: Desk) -> None:
    before = seen(look(office)) | {"told-channel-1": "email", "told-language": "en"}
    office.applicants.save(replace(office.applicants.get("d-1"), chosen=(NoticeChannel.SMS,)))
    answer = choose(office, before)
    page = html(answer)
    assert answer.status_code == 409
    assert "Kênh đã chọn" in page
    assert '<option value="email" selected' in page
    assert office.applicants.get("d-1").chosen == (NoticeChannel.SMS,)


def test_nobody_chooses_for_another(office: Desk) -> None:
    said = {"told-channel-1": "email"}
    with pytest.raises(Hidden):
        choose(office, said, Identity("hoa", frozenset({"dossier:submit", "counter"}), ""))
    with pytest.raises(Unknown):
        choose(office, said, NOBODY)
    assert office.applicants.get("d-1").chosen == ()


def test_the_owner_is_learnt_kept_through_a_correction_and_forgotten_in_the_end() -> None:
    known, _ = meet_again(None, meet("d-1", CONTACT))
    assert known.owner == "an"
    corrected = replace(CONTACT, owner="", correction=1, phone="+84987654321")
    after, _ = meet_again(known, meet("d-1", corrected))
    assert (after.owner, after.phone) == ("an", "+84987654321")
    assert forget(after)[0].owner == ""


@given(owner=st.text(max_size=3), subject=st.text(max_size=3))
def test_only_the_account_that_handed_it_in_passes(owner: str, subject: str) -> None:
    applicant = ApplicantContact(id="d", name="", phone="", email="", language="vi", owner=owner)
    if owner and owner == subject:
        assert own_messages.shown_to(applicant, subject) is applicant
    else:
        with pytest.raises(Hidden):
            own_messages.shown_to(applicant, subject)


@given(states=st.lists(st.sampled_from(list(NoticeState)), max_size=5))
def test_none_is_shown_that_told_them_nothing(states: list[NoticeState]) -> None:
    office = Desk()
    told_of(office)
    known: Any = office.applicants.get("d-1")
    first = next(each for each in office.notices.things if each.channel is NoticeChannel.SMS)
    shown = own_messages.theirs([replace(first, state=each) for each in states], known)
    assert [each.state for each in shown] == [
        each for each in states if each not in own_messages.NEVER_SENT
    ]


@pytest.mark.parametrize(
    ("scopes", "linked"), [(("dossier:submit",), True), (("counter",), False), (None, True)]
)
def test_whoever_may_hand_in_or_sign_in_is_led_to_their_dossiers(
    office: Desk, scopes: tuple[str, ...] | None, *, linked: bool
) -> None:
    now = office.clock.now()
    session = None
    if scopes:
        session = PageSession(
            subject="an", name="An", provider="x", scopes=scopes, began=now, seen=now
        )
    request = replace(ask(NOBODY), page=PageContext(session=session))
    page = html(office.service.look_at_own_messages(request, "d-1"))
    assert ('href="/mine"' in page) is linked
