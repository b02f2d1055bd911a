"""What came by telephone, post, e-mail or at the counter: entered by staff, counted from then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, NotFound
from foundation.web.auth import Identity
from foundation.worktime import HO_CHI_MINH
from services.feedback.domain import taking_in
from services.feedback.domain.feedback import (
    Feedback,
    FeedbackKind,
    Giver,
    NewFeedback,
    VoiceChannel,
)
from services.feedback.handlers.take_in_pages import STAFF
from tests.fakes import FakeClock
from tests.unit.test_feedback_pages import REFLECTION, Office

CLERK = Identity("lan", frozenset({"counter"}))
CENTRE = Identity("minh", frozenset({"centre"}))
TOLD = REFLECTION | {"channel": "phone", "address": "12 Trần Phú, Bạc Liêu"}
COMPLAINED = TOLD | {"channel": "post", "demand": "Hủy quyết định số 12."}
NOW = FakeClock().now()


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def enter(office: Office, kind: str = "reflection", who: Identity = CLERK, **said: str) -> Any:
    words = {"key": "k-1", **(COMPLAINED if kind == "complaint" else TOLD), **said}
    return office.send("take_in_by_form", f"/feedback/take-in/{kind}", words, who, kind=kind)


def id_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"].split("/")[3])


def local(moment: Any) -> str:
    """As the browser sends a moment."""
    return f"{moment.astimezone(HO_CHI_MINH):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("kind", ["reflection", "petition", "complaint"])
@pytest.mark.parametrize("channel", taking_in.BY_STAFF)
def test_each_kind_is_entered_by_each_way(office: Office, kind: str, channel: str) -> None:
    id = id_of(enter(office, kind, channel=channel))
    kept: Feedback = office.feedbacks.get(id)
    assert (kept.kind, kept.channel, kept.giver) == (kind, channel, "")
    assert kept.person
    assert (kept.person.name, kept.person.address) == (REFLECTION["name"], TOLD["address"])
    assert (kept.pass_on_by is not None, kept.proceeding is not None) == (True, kind == "complaint")
    receipt = office.page("confirm_taken_in", "/x", CLERK, id=id)
    assert id in receipt
    assert "trước" in receipt
    assert ("Còn thiếu đơn" in receipt) == (kind == "complaint" and channel in {"phone", "email"})
    assert REFLECTION["name"] not in receipt, "the clerk may print it"


def test_the_forms_and_the_start_are_without_flaws_in_both_languages(office: Office) -> None:
    for query in ({}, {"lang": "en"}):
        page = office.page("choose_what_to_take_in", "/feedback/take-in", CLERK, query=query)
        assert "/denounce" in page
        for kind in ("reflection", "petition", "complaint"):
            assert f"/feedback/take-in/{kind}" in page
            shown = office.page("take_in", f"/x/{kind}", CLERK, kind=kind, query=query)
            assert ('name="demand"' in shown) == (kind == "complaint")


def test_its_terms_run_from_when_it_came(office: Office) -> None:
    now = office.clock.now()
    today = office.feedbacks.get(id_of(enter(office, "complaint")))
    came = now - timedelta(days=7)
    older = office.feedbacks.get(id_of(enter(office, "complaint", key="k-2", came=local(came))))
    assert abs(older.received - came) < timedelta(minutes=1)
    assert older.pass_on_by < today.pass_on_by
    assert older.proceeding.due < today.proceeding.due
    assert office.feedbacks.history(older.id)[0].time == now, "the book says when it was entered"


@pytest.mark.parametrize("days", [1, -400])
def test_a_moment_to_come_or_long_gone_is_said_at_its_field(office: Office, days: int) -> None:
    at = local(office.clock.now() + timedelta(days=days))
    answer = enter(office, came=at)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'id="came-error"' in page) == (422, True)
    assert f'value="{at}"' in page
    assert office.feedbacks.things == []


@pytest.mark.parametrize(
    ("kind", "missing"),
    [(kind.value, name) for kind, names in taking_in.CONTENTS.items() for name in names],
)
def test_what_the_law_requires_is_asked_for(office: Office, kind: str, missing: str) -> None:
    left_out: dict[str, Any] = {missing: ""}
    answer = enter(office, kind, **left_out)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, f'id="{missing}-error"' in page) == (422, True)
    assert REFLECTION["text"].split("\n")[0] in page, "nothing that was typed is lost"
    assert office.feedbacks.things == []


@pytest.mark.parametrize("channel", ["", "online", "pigeon"])
def test_how_it_came_has_to_be_said(office: Office, channel: str) -> None:
    answer = enter(office, channel=channel)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'id="channel-error"' in page) == (422, True)


def test_sent_twice_there_is_one(office: Office) -> None:
    assert len({id_of(enter(office)) for _ in range(3)}) == 1
    assert len(office.feedbacks.things) == 1


def test_a_complainant_with_no_telephone_is_answered_by_post(office: Office) -> None:
    id = id_of(enter(office, "complaint", phone=""))
    assert office.feedbacks.get(id).person.address
    online = office.speak("complaint", phone="", address=TOLD["address"])
    assert online.status_code == 422, "online there has to be a way to answer"


def test_who_deals_with_it_reads_who_said_it_and_what_is_asked_for(office: Office) -> None:
    id = id_of(enter(office, "complaint", channel="phone"))
    page = office.page("look_at_feedback", f"/feedback/centre/{id}", CENTRE, id=id)
    for text in (REFLECTION["name"], TOLD["address"], COMPLAINED["demand"], "đơn có chữ ký"):
        assert text in page
    assert "/feedback/centre/" in office.page("confirm_taken_in", "/x", CENTRE, id=id)
    assert "/feedback/centre/" not in office.page("confirm_taken_in", "/x", CLERK, id=id)
    listed = office.page("look_at_waiting", "/feedback/centre", CENTRE)
    assert REFLECTION["name"] not in listed
    (told,) = (each for each in office.feedbacks.messages if each.TYPE == "feedback.received")
    assert "Đức" not in str(told)


@pytest.mark.parametrize("kind", ["denunciation", "gossip"])
def test_a_denunciation_has_no_form_here(office: Office, kind: str) -> None:
    with pytest.raises(NotFound):
        enter(office, kind)
    with pytest.raises(NotFound):
        office.look("take_in", "/x", CLERK, kind=kind)


def test_nobody_is_shown_where_to_sign_in(office: Office) -> None:
    nobody = replace(CLERK, subject="")
    for method, rest in (
        ("choose_what_to_take_in", {}),
        ("take_in", {"kind": "petition"}),
        ("confirm_taken_in", {"id": "x"}),
    ):
        assert "Đăng nhập" in office.page(method, "/feedback/take-in", nobody, **rest)
    assert STAFF.split() == ["centre", "counter"]


PEOPLE = st.builds(
    Giver,
    name=st.sampled_from(["", "Lan"]),
    address=st.sampled_from(["", "12 Trần Phú"]),
    phone=st.sampled_from(["", "+84912345678"]),
)
WORDS = st.builds(
    NewFeedback,
    kind=st.sampled_from([each for each in FeedbackKind if each is not FeedbackKind.DENUNCIATION]),
    about=st.just("so-xay-dung"),
    text=st.just("x"),
    person=PEOPLE,
    channel=st.sampled_from(list(VoiceChannel)),
    demand=st.sampled_from(["", "y"]),
)


@given(WORDS)
def test_what_is_entered_has_all_its_contents_or_says_which_are_missing(words: NewFeedback) -> None:
    lacking = {
        name
        for name in taking_in.CONTENTS[words.kind]
        if not (words.demand if name == "demand" else getattr(words.person, name))
    }
    if not lacking or words.channel is VoiceChannel.ONLINE:
        assert taking_in.complete(words, NOW).text == words.text
        return
    with pytest.raises(Invalid) as caught:
        taking_in.complete(words, NOW)
    assert caught.value.fields.keys() == lacking


@given(st.timedeltas(min_value=timedelta(days=-500), max_value=timedelta(days=500)))
def test_it_came_between_a_year_ago_and_now(ago: timedelta) -> None:
    said = NOW - ago
    if timedelta() <= ago <= taking_in.MOST_BEFORE:
        assert taking_in.came(said, NOW) == said
    else:
        with pytest.raises(Invalid):
            taking_in.came(said, NOW)
