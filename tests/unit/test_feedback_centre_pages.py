"""The centre's pages of feedback: lists, one entry, and the acts that are those of the API."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from contracts.events import FeedbackUrged
from contracts.replies import ExplanationReply
from foundation.errors import NotFound, Unknown
from foundation.retention.table import KeptKind, RetentionRule
from foundation.web.auth import NOBODY, Identity
from services.feedback.domain import explaining, possible, retention, seen
from services.feedback.domain.complaint import ComplaintAct
from services.feedback.domain.feedback import Feedback, FeedbackState
from services.feedback.domain.possible import CentreAct
from services.feedback.handlers import centre_view
from tests.markup import flaws
from tests.unit.test_feedback_pages import Office, id_of

CENTRE = Identity("minh", frozenset({"centre"}))


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def entry(office: Office, id: str, **query: str) -> str:
    return office.page("look_at_feedback", f"/feedback/centre/{id}", CENTRE, id=id, query=query)


def act(office: Office, id: str, name: str, page: str, **said: str) -> Any:
    carried = {
        each: unescape(found.group(1))
        for each in ("key", "seen")
        if (found := re.search(f'name="{each}" value="([^"]*)"', page))
    }
    path = f"/feedback/centre/{id}/{name}"
    return office.send("act_by_form", path, {**carried, **said}, CENTRE, id=id, name=name)


def did(office: Office, id: str, name: str, **said: str) -> Feedback:
    """The act done from the page as it is now."""
    answer = act(office, id, name, entry(office, id), **said)
    assert answer.headers.get("Location") == f"/feedback/centre/{id}/did/{name}"
    shown = office.page("look_at_act", "/x", CENTRE, id=id, name=name)
    assert "Đã làm: " in shown
    kept: Feedback = office.feedbacks.get(id)
    return kept


def explain(office: Office, id: str) -> None:
    reply = ExplanationReply(agency="so-xay-dung", explanation="Đã xử lý.")
    office.feedbacks.change(id, lambda each: explaining.explained(each, reply, "so-xay-dung"))


def offered(page: str) -> set[str]:
    return set(re.findall(r'<form method="post" action="/feedback/centre/[^/]+/([a-z-]+)"', page))


def test_a_reflection_goes_from_its_receipt_to_the_public(office: Office) -> None:
    id = id_of(office.speak())
    assert offered(entry(office, id)) == {
        *("forward", "answer", "pass-on", "use-as-information", "hold")
    }
    assert did(office, id, "forward", **{"forward-agency": "so-xay-dung"}).asked == "so-xay-dung"
    assert offered(entry(office, id)) == {"hold"}
    explain(office, id)
    assert offered(entry(office, id)) == {"approve", "ask-again", "hold"}
    assert did(office, id, "ask-again").state is FeedbackState.FORWARDED
    explain(office, id)
    assert did(office, id, "approve").state is FeedbackState.ANSWERED
    words = {"publish-question": "Vì sao chậm?", "publish-answer": "Đã khắc phục."}
    assert did(office, id, "publish", **words).public
    assert not did(office, id, "take-back").public
    page = entry(office, id)
    for said in ("Nhận ý kiến", "Yêu cầu giải trình", "Trả lời người gửi", "thôi công khai"):
        assert said in page


def test_the_centre_answers_itself_and_its_giver_reads_why(office: Office) -> None:
    id = id_of(office.speak())
    said = {"answer-answer": "Việc này thuộc chuyện riêng.", "answer-declined": "yes"}
    empty = act(office, id, "answer", entry(office, id))
    assert (empty.status_code, 'id="answer-answer-error"' in empty.get_data(as_text=True)) == (
        422,
        True,
    )
    assert did(office, id, "answer", **said).declined
    page = office.page("follow_feedback", f"/feedback/own/{id}", id=id)
    assert "không được tiếp nhận" in page
    assert said["answer-answer"] in page


def test_it_is_held_with_a_reason_and_what_was_removed_says_so(office: Office) -> None:
    id = id_of(office.speak())
    empty = act(office, id, "hold", entry(office, id))
    assert (empty.status_code, 'id="hold-reason-error"' in empty.get_data(as_text=True)) == (
        422,
        True,
    )
    assert did(office, id, "hold", **{"hold-reason": "Tòa án yêu cầu"}).retention.held
    page = entry(office, id)
    assert "Tòa án yêu cầu" in page
    assert "release" in offered(page)
    assert not did(office, id, "release", **{"release-reason": "Đã xét xử"}).retention.held
    did(office, id, "answer", **{"answer-answer": "Đã nhắc cán bộ."})
    rules = (RetentionRule(kind=KeptKind.REFLECTION, days=1, source="Luật"),)
    for days in (1, 9):
        at = office.clock.now() + timedelta(days=days)
        office.feedbacks.change(id, lambda each, at=at: retention.look(each, (), rules, at))
    page = entry(office, id)
    assert "Nội dung đã được xóa khi hết thời hạn giữ" in page
    assert "Đã nhắc cán bộ" not in page


def test_a_dialogue_and_a_longer_term_stand_in_what_happened(office: Office) -> None:
    id = id_of(office.speak("complaint"))
    did(office, id, "accept")
    did(office, id, "dialogue")
    did(office, id, "classify", **{"classify-case": "complex"})
    page = entry(office, id)
    for said in ("đã đối thoại", "xác định vụ việc phức tạp"):
        assert said in page


def test_what_happened_says_whom_an_urging_was_told(office: Office) -> None:
    id = id_of(office.speak())
    now = office.clock.now()
    told = FeedbackUrged(
        agency="so-xay-dung", answer_by=now, number=2, whom=("leader", "director", "new")
    )
    office.feedbacks.change(id, lambda each: (each, (told,)))
    page = entry(office, id)
    assert "Đôn đốc cơ quan" in page
    assert "lãnh đạo cơ quan · Giám đốc Trung tâm" in page


def test_a_complaint_is_accepted_and_decided(office: Office) -> None:
    id = id_of(office.speak("complaint", learned="2020-01-01"))
    late = act(office, id, "accept", entry(office, id))
    page = late.get_data(as_text=True)
    assert (late.status_code >= 400, flaws(page)) == (True, [])
    assert "quá thời hiệu" in page
    accepted = did(office, id, "accept", **{"accept-excused": "yes", "accept-case": "complex"})
    assert accepted.proceeding
    assert (accepted.proceeding.stage, accepted.proceeding.case) == ("accepted", "complex")
    decided = did(office, id, "decide", **{"decide-outcome": "partly"})
    assert decided.proceeding
    assert decided.proceeding.outcome == "partly"


def test_it_is_passed_on_to_the_body_that_was_picked(office: Office) -> None:
    id = id_of(office.speak())
    wrong = act(office, id, "pass-on", entry(office, id))
    page = wrong.get_data(as_text=True)
    assert (wrong.status_code, flaws(page)) == (422, [])
    assert 'id="pass-on-to-error"' in page
    assert did(office, id, "pass-on", **{"pass-on-to": "so-xay-dung"}).passed_to == "so-xay-dung"


def test_what_names_somebody_is_not_published_and_stays_typed(office: Office) -> None:
    id = id_of(office.speak())
    answered = {"state": FeedbackState.ANSWERED}
    office.feedbacks.change(id, lambda each: (replace(each, **answered), ()))
    words = {"publish-question": "Gọi 0912 345 678", "publish-answer": "Đã khắc phục."}
    page = act(office, id, "publish", entry(office, id), **words).get_data(as_text=True)
    assert flaws(page) == []
    assert 'id="publish-question-error"' in page
    assert "Đã khắc phục." in page
    assert not office.feedbacks.get(id).public


def test_two_people_at_one_page_do_not_overwrite_one_another(office: Office) -> None:
    id = id_of(office.speak())
    old = entry(office, id)
    did(office, id, "pass-on", **{"pass-on-to": "so-xay-dung"})
    answer = act(office, id, "forward", old, **{"forward-agency": "so-xay-dung"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code >= 400, flaws(page)) == (True, [])
    assert "Đã thay đổi trong lúc" in page
    assert office.feedbacks.get(id).state is FeedbackState.PASSED_ON


def test_an_act_sent_twice_is_done_once(office: Office) -> None:
    id = id_of(office.speak())
    page = entry(office, id)
    said = {"forward-agency": "so-xay-dung"}
    answers = [act(office, id, "forward", page, **said) for _ in range(3)]
    assert {each.status_code for each in answers} == {303}
    forwarded = [each for each in office.feedbacks.history(id) if each.type == "feedback.forwarded"]
    assert len(forwarded) == 1


def test_what_is_no_act_is_not_there(office: Office) -> None:
    id = id_of(office.speak())
    with pytest.raises(NotFound):
        act(office, id, "erase", entry(office, id))


def test_nobody_is_shown_where_to_sign_in(office: Office) -> None:
    for method, rest in (
        ("look_at_waiting", {}),
        ("look_for_feedback", {}),
        ("look_at_feedback", {"id": "x"}),
        ("look_at_act", {"id": "x", "name": "forward"}),
    ):
        assert "Đăng nhập" in office.page(method, "/feedback/centre", NOBODY, **rest)
    with pytest.raises(Unknown):
        office.send("act_by_form", "/x", {"key": "k"}, NOBODY, id="x", name="forward")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", list(centre_view.LISTS))
def test_every_list_shows_what_is_on_it_and_what_is_late(
    office: Office, name: str, lang: str
) -> None:
    id = id_of(office.speak())
    state = FeedbackState.RECEIVED if name == centre_view.OVERDUE else FeedbackState(name)
    late = {"state": state, "answer_by": office.clock.now() + timedelta(days=1)}
    office.feedbacks.change(id, lambda each: (replace(each, **late), ()))
    office.clock.forward(days=30)
    query = {"list": name, "lang": lang}
    page = office.page("look_at_waiting", "/feedback/centre", CENTRE, query=query)
    assert f'href="/feedback/centre/{id}?lang={lang}"' in page
    assert ('class="tag tag-late"' in page) is (state is not FeedbackState.EXPLAINED)


def test_it_is_found_by_its_words_and_what_is_known_of_it(office: Office) -> None:
    id = id_of(office.speak())
    asked = {"words": "tra loi cham", "kind": "reflection", "agency": "so-xay-dung"}
    found = office.page("look_for_feedback", "/x", CENTRE, query={**asked, "month": "2026-11"})
    assert f"/feedback/centre/{id}" in found
    none = office.page("look_for_feedback", "/x", CENTRE, query={**asked, "kind": "petition"})
    assert f"/feedback/centre/{id}" not in none


def test_every_act_has_its_name_and_is_tried_by_its_rule(office: Office) -> None:
    id = id_of(office.speak("complaint"))
    calendar = office.service.calendars.calendar()
    verdicts = possible.possible(office.feedbacks.get(id), office.clock.now(), calendar)
    assert set(verdicts) == {*CentreAct, *ComplaintAct} == set(centre_view.TITLES)


def test_what_was_seen_says_what_is_another_now(office: Office) -> None:
    before = office.feedbacks.get(id_of(office.speak("complaint")))
    after = replace(before, state=FeedbackState.FORWARDED, asked="so-xay-dung")
    assert seen.differences(seen.mark(before), before) == {}
    assert set(seen.differences(seen.mark(before), after)) == {"state", "asked"}
    assert set(seen.differences("-", before)) >= {"state", "stage"}
