"""Several steps at once: a result for each, each once, and none on what has changed."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.routing.domain.docket.docket import find
from services.routing.domain.docket.step import DeskStepState, Step, StepOutcome
from services.routing.domain.work.several import MOST_AT_ONCE
from services.routing.handlers.several_pages import picked
from tests.desks import OURS, OurDesk
from tests.laid_out_desk import desk
from tests.markup import Markup, flaws

FORM = "application/x-www-form-urlencoded"
UNTAKEN = ("d3.1", "d4.1", "m00.1")


@pytest.fixture(name="ours")
def _ours() -> OurDesk:
    return desk()


def who(officer: str) -> Identity:
    return Identity(officer, frozenset({"desk"}), OURS) if officer else NOBODY


def page_of(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def listed(ours: OurDesk, officer: str = "lan", lang: str = "vi") -> str:
    name = "untaken" if officer == "lan" else "division"
    query = {"list": name, "limit": "40", "lang": lang}
    request = Request(path="/", query=query, who=who(officer), headers={"accept": "text/html"})
    return page_of(ours.service.look_at_work(request, OURS))


def chosen(page: str, *steps: str) -> dict[str, str]:
    """The form as a browser sends it with these steps ticked: what was seen of all goes along."""
    found = dict(re.findall(r'name="((?:seen-[0-9]+)|key)" value="([^"]*)"', page))
    said = {name: unescape(value) for name, value in found.items()}
    boxes = re.findall(r'name="(pick-[0-9]+)" type="checkbox" value="([^"]*)"', page)
    return said | {name: step for name, step in boxes if step in steps}


def send(ours: OurDesk, name: str, said: dict[str, str], officer: str = "lan") -> Any:
    request = Request(
        method="POST",
        path=f"/desks/{OURS}/several/{name}",
        headers={"content-type": FORM},
        stream=BytesIO(urlencode(said).encode()),
        who=who(officer),
    )
    return ours.service.act_on_several(request, OURS, name)


def step(ours: OurDesk, step_id: str) -> Step:
    return find(ours.dockets.get(step_id.partition(".")[0]), step_id)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_several_are_taken_at_once_and_sent_twice_each_is_taken_once(
    ours: OurDesk, lang: str
) -> None:
    said = chosen(listed(ours, lang=lang), *UNTAKEN)
    before = len(ours.dockets.messages)
    for _ in range(2):
        page = Markup(page_of(send(ours, "take", said))).text
        assert "Đã làm 3 trong 3 việc" in page
    assert {step(ours, each).officer for each in UNTAKEN} == {"lan"}
    told = [each.TYPE for each in ours.dockets.messages[before:]]
    assert told.count("step.assigned") == len(UNTAKEN)


def test_one_that_others_overtook_says_what_changed_and_the_others_are_done(
    ours: OurDesk,
) -> None:
    said = chosen(listed(ours), *UNTAKEN)
    ours.service.take(ours.request(officer="dung"), "d4.1")
    answer = send(ours, "take", said)
    text = page_of(answer)
    shown = Markup(text).text
    assert answer.status_code == 200
    assert "Đã làm 2 trong 3 việc" in shown
    assert "chưa ai nhận → đang xử lý" in shown
    assert (step(ours, "d3.1").officer, step(ours, "d4.1").officer) == ("lan", "dung")
    # What was not done is there to be sent again, as it is now.
    again = chosen(text, "d4.1") | {"give-to": "lan", "give-why": "Dũng nghỉ"}
    assert picked(again) == [("d4.1", again["seen-1"])]
    assert again["key"] != said["key"]
    assert "Đã làm 1 trong 1 việc" in Markup(page_of(send(ours, "give", again, "truong"))).text
    assert step(ours, "d4.1").officer == "lan"


def test_several_are_given_to_somebody_with_the_reason(ours: OurDesk) -> None:
    said = chosen(listed(ours, "truong"), *UNTAKEN) | {"give-to": "lan", "give-why": "Chia việc"}
    page_of(send(ours, "give", said, "truong"))
    assert {step(ours, each).officer for each in UNTAKEN} == {"lan"}
    assert {step(ours, each).handovers[-1].why for each in UNTAKEN} == {"Chia việc"}


def test_what_is_missing_stands_beside_its_field_and_nothing_is_done(ours: OurDesk) -> None:
    said = chosen(listed(ours, "truong"), *UNTAKEN) | {"give-to": "", "give-why": "Chia <b>việc"}
    answer = send(ours, "give", said, "truong")
    text = page_of(answer)
    assert answer.status_code == 422
    assert 'href="#give-to"' in text
    assert "Chia &lt;b&gt;việc" in text
    assert len(picked(chosen(text, *UNTAKEN))) == len(UNTAKEN)
    assert {step(ours, each).officer for each in UNTAKEN} == {""}


def test_opinions_are_completed_together_and_a_decision_is_not(ours: OurDesk) -> None:
    ours.order("z1", "z1.1", decides=True, code="000.00.00.H41-261125-0001")
    ours.order("z2", "z2.1", code="000.00.00.H41-261125-0002")
    for each in ("z1", "z2"):
        docket = ours.dockets.get(each)
        ours.dockets.save(at_its_end(docket))
    said = chosen(listed(ours, "truong"), "z1.1", "z2.1")
    said |= {"complete-outcome": "agreed", "complete-document": ""}
    shown = Markup(page_of(send(ours, "complete", said, "truong"))).text
    assert "Đã làm 1 trong 2 việc" in shown
    assert "cần văn bản riêng" in shown
    assert step(ours, "z2.1").outcome == StepOutcome.AGREED
    assert step(ours, "z1.1").state is DeskStepState.RECEIVED


def test_who_may_not_see_a_step_learns_nothing_of_it(ours: OurDesk) -> None:
    said = {"key": "k", "pick-1": "d1.1", "seen-1": "", "pick-2": "no-such.1", "seen-2": ""}
    text = page_of(send(ours, "take", said, officer="lan"))
    shown = Markup(text).text
    assert shown.count("chưa làm –") == 2
    other = Markup(page_of(send(ours, "take", {"key": "k", "pick-1": "gone.1"}, "quan"))).text
    assert "261123" not in other


@pytest.mark.parametrize("said", [{}, {"key": "k"}, {"key": "k", "pick-1": ""}])
def test_a_form_that_chose_nothing_says_so(ours: OurDesk, said: dict[str, str]) -> None:
    assert "Chưa chọn việc nào" in Markup(page_of(send(ours, "take", said))).text


def test_without_a_key_or_a_mark_nothing_is_done(ours: OurDesk) -> None:
    said = chosen(listed(ours), *UNTAKEN)
    unseen = {name: each for name, each in said.items() if not name.startswith("seen-")}
    assert "Đã làm 0 trong 3 việc" in Markup(page_of(send(ours, "take", unseen))).text
    assert {step(ours, each).officer for each in UNTAKEN} == {""}


def test_other_acts_nobody_and_another_desk_do_nothing(ours: OurDesk) -> None:
    said = chosen(listed(ours), *UNTAKEN)
    with pytest.raises(NotFound):
        send(ours, "refuse", said)
    with pytest.raises(Unknown):
        send(ours, "take", said, officer="")
    assert {step(ours, each).officer for each in UNTAKEN} == {""}


def test_never_more_than_a_page_and_each_once() -> None:
    said = {f"pick-{number}": f"d{number % 150}.1" for number in range(300)}
    assert len(picked(said)) == MOST_AT_ONCE
    assert len({each for each, _ in picked(said)}) == MOST_AT_ONCE


def at_its_end(docket: Any) -> Any:
    """The docket with its step at the last place of the agency's own process."""
    steps = tuple(replace(each, place=len(each.way) - 1) for each in docket.steps)
    return replace(docket, steps=steps)
