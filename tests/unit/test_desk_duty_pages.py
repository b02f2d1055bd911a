"""Pages of what a desk owes beside its steps: led routes, refused answers, explanations."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.orders import ExplainOrder
from contracts.procedure import Join, Silence, Stage, StepClock, Task, Unit
from contracts.replies import ProceedReply, RerouteReply
from foundation.errors import Forbidden, Hidden, NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.routing import schemas
from services.routing.domain.docket.route import LedRoute
from services.routing.handlers import lead_view
from tests.desks import OURS, OurDesk
from tests.laid_out_desk import desk, route
from tests.markup import flaws

FORM = "application/x-www-form-urlencoded"
BROWSER = {"accept": "text/html"}


@pytest.fixture(name="ours")
def _ours() -> OurDesk:
    return desk()


def request(officer: str, said: dict[str, str] | None = None, **query: str) -> Request:
    who = Identity(officer, frozenset({"desk"}), OURS) if officer else NOBODY
    sent = {"content-type": FORM} if said is not None else {}
    return Request(
        method="GET" if said is None else "POST",
        path="/",
        query=query,
        headers={**BROWSER, **sent},
        stream=BytesIO(urlencode(said or {}).encode()),
        who=who,
    )


def text_of(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def look(ours: OurDesk, part: str, *ids: str, officer: str = "truong") -> str:
    return text_of(getattr(ours.service, f"look_at_{part}")(request(officer), OURS, *ids))


def form_of(page: str, name: str) -> dict[str, str]:
    """The fields of a form as a browser sends them when nothing was changed."""
    (form,) = re.findall(
        rf'<form method="post" action="[^"]*/{name}[^"]*">.*?</form>', page, re.DOTALL
    )
    said = {}
    for tag in re.findall(r"<input [^>]*>", form):
        value = re.search(r' value="([^"]*)"', tag)
        said[re.findall(r' name="([^"]+)"', tag)[0]] = unescape(value.group(1)) if value else ""
    for name_of_it, inner in re.findall(r'<select id="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', inner)
        said[name_of_it] = (chosen or [""])[0]
    for name_of_it, inner in re.findall(
        r'<textarea id="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL
    ):
        said[name_of_it] = unescape(inner)
    return said


def lead(ours: OurDesk, name: str, said: dict[str, str], officer: str = "truong") -> Any:
    return ours.service.lead_by_form(request(officer, said), OURS, "r1", name)


def asked(ours: OurDesk) -> Any:
    led = ours.dockets.get("r1").route
    return led.asked if led else None


# Routes.


def test_a_route_shows_who_is_out_and_what_is_planned(ours: OurDesk) -> None:
    assert "261123-0900" in look(ours, "routes")
    page = look(ours, "route", "r1")
    assert "chưa trả lời" in page
    assert "báo cáo &lt;b&gt;" in page
    assert "Không lấy lại được" in page


def test_the_lead_waits_no_longer_and_a_double_click_asks_once(ours: OurDesk) -> None:
    said = form_of(look(ours, "route", "r1"), "proceed")
    assert [lead(ours, "proceed", said).status_code for _ in range(3)] == [303] * 3
    assert ours.told.count(ProceedReply.TYPE) == 1
    page = look(ours, "route", "r1")
    assert "Chờ Trung tâm trả lời" in page
    assert "/proceed" not in page  # nothing more is offered until the centre has spoken
    again = lead(ours, "proceed", {**said, "key": "another"})
    assert (again.status_code, asked(ours).stage) == (409, 0)


def test_a_route_that_moved_meanwhile_says_what_changed(ours: OurDesk) -> None:
    said = form_of(look(ours, "route", "r1"), "proceed")
    closed = tuple(each for each in route().branches if each.state != "open")
    ours.service.lead(route(branches=closed), ours.about("r1", "lead again", 2))
    late = lead(ours, "proceed", said)
    page = text_of(late)
    assert late.status_code == 409
    assert "Đã thay đổi trong lúc ông/bà xem" in page
    assert asked(ours) is None
    assert lead(ours, "proceed", form_of(page, "proceed")).status_code == 303


def test_what_has_not_begun_is_ordered_anew(ours: OurDesk) -> None:
    said = form_of(look(ours, "route", "r1"), "reroute")
    said |= {
        "reroute-place-0": "2",
        "reroute-place-1": "3",
        "reroute-agency-2": "so-xay-dung",
        "reroute-action-2": "khảo sát",
        "reroute-amount-2": "4",
        "reroute-place-2": "1",
        "reroute-join-1": "majority",
    }
    assert [lead(ours, "reroute", said).status_code for _ in range(2)] == [303] * 2
    survey, report, decision = asked(ours).stages
    assert (survey.join, survey.tasks) == (
        Join.MAJORITY,
        (Task(agency="so-xay-dung", action="khảo sát", amount=4),),
    )
    assert report.tasks == route().planned[0].tasks
    assert decision.tasks == route().planned[1].tasks
    assert ours.told.count(RerouteReply.TYPE) == 1
    assert "khảo sát" in look(ours, "route", "r1")


def test_the_same_order_and_one_without_the_decision_are_refused(ours: OurDesk) -> None:
    said = form_of(look(ours, "route", "r1"), "reroute")
    same = lead(ours, "reroute", said)
    assert (same.status_code, "Thứ tự này đã có" in text_of(same)) == (409, True)
    without = lead(ours, "reroute", {**said, "key": "k2", "reroute-place-1": ""})
    page = text_of(without)
    assert without.status_code == 422
    assert 'href="#reroute-stages"' in page
    assert 'id="reroute-stages"' in page
    assert asked(ours) is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reroute-amount-0": "nhiều"}, "reroute-amount-0"),
        ({"reroute-amount-0": "99999"}, "reroute-amount-0"),
        ({"reroute-action-2": "khảo sát"}, "reroute-place-2"),
        ({"reroute-action-2": "khảo sát", "reroute-place-2": "1"}, "reroute-agency-2"),
        ({"reroute-unit-0": "zzz"}, "reroute-unit-0"),
        ({"reroute-place-0": "", "reroute-place-1": ""}, "reroute-stages"),
    ],
)
def test_what_is_wrong_stands_beside_its_row_and_is_kept(
    ours: OurDesk, typed: dict[str, str], field: str
) -> None:
    said = form_of(look(ours, "route", "r1"), "reroute") | typed
    answer = lead(ours, "reroute", said)
    page = text_of(answer)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    kept = [each for name, each in typed.items() if each and "unit" not in name]
    assert all(f'value="{value}"' in page for value in kept)
    assert asked(ours) is None


def test_a_specialist_without_a_step_may_look_and_not_decide(ours: OurDesk) -> None:
    page = look(ours, "route", "r1", officer="dung")
    assert "Chỉ lãnh đạo" in page
    with pytest.raises(Forbidden):
        lead(ours, "proceed", form_of(look(ours, "route", "r1"), "proceed"), "dung")


def test_who_sees_no_route_learns_nothing(ours: OurDesk) -> None:
    for part, ids in (("route", ("r1",)), ("explanation", ("f1",))):
        with pytest.raises((Hidden, Forbidden)):
            look(ours, part, *ids, officer="quan")
    with pytest.raises(Hidden):
        lead(ours, "zzz", {"key": "k"}, "quan")
    for missing in ("route", "explanation"):
        with pytest.raises(NotFound):
            look(ours, missing, "nothing")
    with pytest.raises(NotFound):
        lead(ours, "zzz", {"key": "k"})
    with pytest.raises(Unknown):
        lead(ours, "proceed", {"key": "k"}, "")
    assert "261123-0900" not in look(ours, "routes", officer="")


TASKS = st.builds(
    Task,
    agency=st.sampled_from(["so-xay-dung", "ubnd-tinh"]),
    action=st.text("abc<&\"'", min_size=1, max_size=9),
    amount=st.integers(0, 3650),
    unit=st.sampled_from(list(Unit)),
    clock=st.sampled_from(list(StepClock)),
    on_silence=st.sampled_from(list(Silence)),
    decides=st.booleans(),
)
STAGES = st.builds(
    Stage,
    tasks=st.lists(TASKS, min_size=1, max_size=3).map(tuple),
    join=st.sampled_from(list(Join)),
)


@given(st.lists(STAGES, min_size=1, max_size=5).map(tuple))
def test_a_form_that_is_sent_as_it_came_is_the_same_order(planned: tuple[Stage, ...]) -> None:
    led = LedRoute(dated=1, stage=0, join=Join.LEAD, branches=(), planned=planned)
    shown = lead_view.drawn(led, {})
    said = {"reroute-stage": "0"}
    for row in shown.rows:
        said |= {f"reroute-{name}-{row.number}": each for name, each in row.fields.items()}
    said |= {f"reroute-join-{number}": each for number, each in enumerate(shown.joins, 1)}
    lead_view.must_be_placed(said)
    body = lead_view.body_of(lead_view.REROUTE, said)
    assert tuple(schemas.Rerouting().load(body)["stages"]) == planned


# Refused answers.


def test_a_refused_answer_is_read_about_and_leaves_the_list(ours: OurDesk) -> None:
    page = look(ours, "refusals")
    assert "Ngày hẹn mới phải sau hạn hiện nay." in page
    assert "NĐ 61/2018 Đ19.9" in page
    said = form_of(page, "refusals/d3/2")
    for _ in range(2):
        answer = ours.service.see_by_form(request("truong", said), OURS, "d3", "2")
        assert answer.status_code == 303
    assert "Ngày hẹn mới" not in look(ours, "refusals")
    (refusal,) = ours.dockets.get("d3").refusals
    assert refusal.seen_by == "truong"


def test_a_refusal_of_a_step_one_does_not_see_cannot_be_ticked_off(ours: OurDesk) -> None:
    assert "Ngày hẹn mới" not in look(ours, "refusals", officer="quan")
    with pytest.raises(Hidden):
        ours.service.see_by_form(request("quan", {"key": "k"}), OURS, "d3", "2")
    with pytest.raises(NotFound):
        ours.service.see_by_form(request("truong", {"key": "k"}), OURS, "d3", "9")
    with pytest.raises(Unknown):
        ours.service.see_by_form(request("", {"key": "k"}), OURS, "d3", "2")


# Explanations.


def explain(ours: OurDesk, said: dict[str, str], officer: str = "truong") -> Any:
    return ours.service.explain_by_form(request(officer, said), OURS, "f1")


def test_a_question_is_answered_once_and_the_answer_stays_to_be_seen(ours: OurDesk) -> None:
    assert "vì sao hồ sơ chậm" in look(ours, "explanations")
    said = form_of(look(ours, "explanation", "f1"), "explanations/f1")
    said["explain-explanation"] = "Chờ ý kiến <Sở>."
    assert [explain(ours, said).status_code for _ in range(2)] == [303] * 2
    page = look(ours, "explanation", "f1")
    assert "Chờ ý kiến &lt;Sở&gt;." in page
    assert "<form method" not in page
    assert "vì sao hồ sơ chậm" not in look(ours, "explanations")
    late = explain(ours, {**said, "key": "k2", "explain-explanation": "Ý khác."}, "dung")
    assert late.status_code == 409
    assert "Ý khác." in text_of(late)  # what was typed is not lost
    assert ours.explanations.get("f1").text == "Chờ ý kiến <Sở>."


def test_an_empty_explanation_is_said_so_beside_the_field(ours: OurDesk) -> None:
    said = form_of(look(ours, "explanation", "f1"), "explanations/f1")
    answer = explain(ours, {**said, "explain-explanation": " "})
    assert answer.status_code == 422
    assert 'href="#explain-explanation"' in text_of(answer)


def test_a_question_asked_anew_meanwhile_is_shown_first(ours: OurDesk) -> None:
    said = form_of(look(ours, "explanation", "f1"), "explanations/f1")
    order = ours.explanations.get("f1")
    question = "Còn giấy tờ nào thiếu? " + "x" * 400
    ours.service.ask(explain_order(question, order.answer_by), ours.about("f1", "explain again", 2))
    late = explain(ours, {**said, "explain-explanation": "Đã xong."})
    page = text_of(late)
    assert late.status_code == 409
    assert "Còn giấy tờ nào thiếu?" in page
    assert "Đã xong." in page
    assert explain(ours, form_of(page, "explanations/f1")).status_code == 303


def explain_order(question: str, answer_by: Any) -> Any:
    return ExplainOrder(agency=OURS, dossier="d1", question=question, answer_by=answer_by)


def test_only_who_works_there_answers(ours: OurDesk) -> None:
    with pytest.raises(Forbidden):
        look(ours, "explanations", officer="quan")
    with pytest.raises(Forbidden):
        explain(ours, {"key": "k"}, "quan")
    with pytest.raises(Unknown):
        explain(ours, {"key": "k"}, "")
    assert "vì sao hồ sơ chậm" not in look(ours, "explanations", officer="")
