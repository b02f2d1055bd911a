"""A step on one page: what its officer may do, once each; nothing that was typed is lost."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.errors import Hidden, Invalid, NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.routing.domain.docket.docket import find
from services.routing.domain.docket.reading import STEP
from services.routing.domain.docket.step import DeskStepState, Step, StepOutcome
from services.routing.domain.work import possible
from services.routing.domain.work.possible import StepAct
from services.routing.handlers import step_view
from tests.desks import OURS, OurDesk
from tests.laid_out_desk import desk
from tests.markup import Markup, flaws

FORM = "application/x-www-form-urlencoded"
BROWSER = {"accept": "text/html"}
WHY = "Thiếu bản vẽ có dấu <b>"


@pytest.fixture(name="ours")
def _ours() -> OurDesk:
    return desk()


def who(officer: str) -> Identity:
    return Identity(officer, frozenset({"desk"}), OURS) if officer else NOBODY


def look(ours: OurDesk, officer: str, step: str, **query: str) -> str:
    path = f"/desks/{OURS}/steps/{step}"
    request = Request(path=path, query=query, who=who(officer), headers=BROWSER)
    text = str(ours.service.look_at_step(request, OURS, step).get_data(as_text=True))
    assert flaws(text) == []
    return text


def carried(page: str) -> dict[str, str]:
    """What every form of the page carries: its key, and what its officer saw."""
    found = {name: re.search(f'name="{name}" value="([^"]*)"', page) for name in ("key", "seen")}
    return {name: unescape(each.group(1)) for name, each in found.items() if each}


def send(ours: OurDesk, officer: str, step: str, name: str, said: dict[str, str]) -> Any:
    request = Request(
        method="POST",
        path=f"/desks/{OURS}/steps/{step}/{name}",
        headers={"content-type": FORM},
        stream=BytesIO(urlencode(said).encode()),
        who=who(officer),
    )
    answer = ours.service.act_by_form(request, OURS, step, name)
    if answer.status_code != 303:
        assert flaws(answer.get_data(as_text=True)) == []
    return answer


def step_of(ours: OurDesk, step: str) -> Step:
    return find(ours.dockets.get(step.partition(".")[0]), step)


def offered(page: str) -> set[str]:
    return set(re.findall(r'method="post" action="[^"]*/steps/[^/"]+/([a-z]+)', page))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_says_whose_it_is_until_when_by_which_rule(ours: OurDesk, lang: str) -> None:
    shown = Markup(look(ours, "dung", "d1.1", lang=lang)).text
    told = ("late by", "Urged by the director") if lang == "en" else ("quá 2 giờ", "đôn đốc")
    for each in (*told, "Phạm Văn Dũng", "Công ty Cổ phần", "NĐ 118/2025"):
        assert each in shown
    html = look(ours, "dung", "d1.1", lang=lang)
    assert 'href="/files/doc-plan/view"' in html
    assert 'href="/files/of/d1' in html


def test_who_reads_a_step_is_written_down(ours: OurDesk) -> None:
    look(ours, "dung", "d1.1")
    assert [(each.what, each.step) for each in ours.readings.things] == [(STEP, "d1.1")]


def test_only_what_may_be_done_now_is_offered_and_why_not_the_rest(ours: OurDesk) -> None:
    page = look(ours, "lan", "d4.1")
    assert offered(page) == {"take", "pass", "supplement", "extend", "await", "notes"}
    assert "còn phải chuyển tiếp trong cơ quan" in Markup(page).text
    others = look(ours, "lan", "d1.1")
    assert offered(others) == {"notes", "urgings"}


def test_taking_twice_by_a_double_click_is_taking_once(ours: OurDesk) -> None:
    form = carried(look(ours, "lan", "d4.1"))
    told = len(ours.told)
    answers = [send(ours, "lan", "d4.1", "take", form) for _ in range(2)]
    assert {each.headers["Location"] for each in answers} == {f"/desks/{OURS}/steps/d4.1/did/take"}
    assert step_of(ours, "d4.1").officer == "lan"
    assert ours.told[told:].count("step.assigned") == 1


def test_the_same_form_in_two_tabs_takes_effect_once(ours: OurDesk) -> None:
    """The second tab has a key of its own, and shows a step that the first has changed."""
    first, second = (carried(look(ours, "lan", "d4.1")) for _ in range(2))
    assert send(ours, "lan", "d4.1", "take", first).status_code == 303
    assert send(ours, "lan", "d4.1", "take", second | {"key": "another"}).status_code == 409


def test_a_page_that_somebody_overtook_shows_what_changed_and_keeps_what_was_typed(
    ours: OurDesk,
) -> None:
    form = carried(look(ours, "lan", "d4.1"))
    send(ours, "dung", "d4.1", "take", carried(look(ours, "dung", "d4.1")))
    typed = {"supplement-papers": "Bản vẽ\nẢnh", "supplement-reason": WHY}
    answer = send(ours, "lan", "d4.1", "supplement", form | typed)
    shown = Markup(answer.get_data(as_text=True)).text
    assert answer.status_code == 409
    assert "– → Phạm Văn Dũng" in shown
    assert WHY in shown
    assert step_of(ours, "d4.1").need is None


def test_a_note_between_does_not_keep_another_note_away(ours: OurDesk) -> None:
    form = carried(look(ours, "lan", "d4.1"))
    for number in range(2):
        said = form | {"key": f"note-{number}", "notes-text": f"Ghi {number}"}
        assert send(ours, "lan", "d4.1", "notes", said).status_code == 303
    assert [each.text for each in step_of(ours, "d4.1").notes] == ["Ghi 0", "Ghi 1"]


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(ours: OurDesk) -> None:
    said = {"supplement-papers": " \n ", "supplement-reason": WHY}
    form = carried(look(ours, "dung", "d2.1"))
    answer = send(ours, "dung", "d2.1", "supplement", form | said)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#supplement-papers"' in page
    assert "supplement-papers-error" in page
    assert WHY in Markup(page).text
    assert "<b>" not in page
    assert re.search(r"<details open>\s*<summary>Yêu cầu bổ sung", page)


def test_every_act_of_the_api_is_done_by_its_form(ours: OurDesk) -> None:
    acts: list[tuple[str, str, str, dict[str, str]]] = [
        ("dung", "d1.1", "urgings", {"urging": "u1", "reason": "Chờ", "promised": LATER}),
        ("lan", "d4.1", "take", {}),
        ("lan", "d4.1", "await", {"agency": "cong-an-tinh", "why": "hỏi"}),
        ("lan", "d4.1", "answered", {"text": "xong"}),
        ("lan", "d4.1", "extend", {"due": LATER, "reason": "khó"}),
        ("lan", "d4.1", "give", {"to": "dung", "why": "bận"}),
        ("dung", "d4.1", "pass", {"to": "truong", "why": ""}),
        ("truong", "d4.1", "back", {"to": "dung", "why": "sửa"}),
        ("dung", "d4.1", "pass", {"to": "", "why": ""}),
        ("truong", "d4.1", "complete", {"outcome": "agreed", "document": "v-1"}),
        ("lan", "d5.1", "pass", {"to": "truong", "why": ""}),
        ("truong", "d5.1", "refuse", {"article": "Luật Đầu tư 2020 Đ33", "document": ""}),
        ("dung", "d2.1", "supplement", {"papers": "Bản vẽ", "reason": "mờ"}),
        ("dung", "d2.1", "notes", {"text": "đã gọi"}),
    ]
    for number, (officer, step, name, said) in enumerate(acts):
        form = carried(look(ours, officer, step)) | {"key": f"k-{number}"}
        named = {f"{name}-{field}": value for field, value in said.items()}
        answer = send(ours, officer, step, name, form | named)
        assert answer.status_code == 303, (name, answer.get_data(as_text=True))
        done = ours.service.look_at_what_was_done(
            Request(path="/", who=who(officer)), OURS, step, name
        )
        words = step_view.done_words(name)[0]
        assert words in done.get_data(as_text=True)
    assert {name for _, _, name, _ in acts} == {*StepAct, step_view.URGINGS}
    assert step_of(ours, "d4.1").state is DeskStepState.COMPLETED
    assert step_of(ours, "d5.1").article == "Luật Đầu tư 2020 Đ33"
    assert step_of(ours, "d2.1").state is DeskStepState.WAITING
    look(ours, "dung", "d4.1", lang="en")


LATER = "2026-12-30T16:00"


def test_the_article_of_a_refusal_is_picked_from_the_law_in_force(ours: OurDesk) -> None:
    send(ours, "dung", "d2.1", "pass", carried(look(ours, "dung", "d2.1")))
    picked = Markup(look(ours, "truong", "d2.1")).all("option")
    assert "NĐ 118/2025" in [each.get("value") for each in picked]


@pytest.mark.parametrize("name", ["take", "notes", "no-act"])
def test_a_form_without_a_key_or_of_no_act_does_nothing(ours: OurDesk, name: str) -> None:
    form = {"seen": carried(look(ours, "lan", "d4.1"))["seen"], "notes-text": "x"}
    if name == "no-act":
        with pytest.raises(NotFound):
            send(ours, "lan", "d4.1", name, form | {"key": "k"})
    else:
        assert send(ours, "lan", "d4.1", name, form).status_code == Invalid.status
    assert step_of(ours, "d4.1").state is DeskStepState.RECEIVED
    assert step_of(ours, "d4.1").notes == ()


def test_a_form_without_what_was_seen_does_nothing(ours: OurDesk) -> None:
    assert send(ours, "lan", "d4.1", "take", {"key": "k"}).status_code == 409
    assert step_of(ours, "d4.1").officer == ""


@pytest.mark.parametrize(
    "seen", ["due=hôm qua", "due=9999-12-31T23:59:59.000Z", "state=no", "role=x"]
)
def test_a_forged_mark_of_what_was_seen_does_nothing_and_breaks_no_page(
    ours: OurDesk, seen: str
) -> None:
    answer = send(ours, "lan", "d4.1", "take", {"key": "k", "seen": seen})
    assert answer.status_code == 409
    assert seen.partition("=")[2] in answer.get_data(as_text=True)
    assert step_of(ours, "d4.1").officer == ""


def test_a_step_of_another_division_is_as_if_it_were_not_there(ours: OurDesk) -> None:
    with pytest.raises(Hidden):
        look(ours, "quan", "d1.1")
    with pytest.raises(Hidden):
        send(ours, "quan", "d1.1", "take", {})
    with pytest.raises(NotFound):
        look(ours, "dung", "no.1")


def test_nobody_reads_no_step_and_does_nothing(ours: OurDesk) -> None:
    assert "Công ty" not in look(ours, "", "d1.1")
    with pytest.raises(Unknown):
        send(ours, "", "d1.1", "take", {})
    assert ours.readings.things == []


def test_another_agencys_desk_is_not_here(ours: OurDesk) -> None:
    request = Request(path="/", who=who("dung"))
    with pytest.raises(NotFound):
        ours.service.look_at_step(request, "ubnd-tinh", "d1.1")
    with pytest.raises(NotFound):
        ours.service.look_at_what_was_done(request, "ubnd-tinh", "d1.1", "take")
    with pytest.raises(NotFound):
        ours.service.act_by_form(request, "ubnd-tinh", "d1.1", "take")


def test_each_verdict_is_that_of_the_rule_and_changes_nothing(ours: OurDesk) -> None:
    docket = ours.dockets.get("d2")
    page = look(ours, "dung", "d2.1")
    assert ours.dockets.get("d2") == docket
    assert offered(page) == {"pass", "supplement", "give", "await", "notes"}
    assert possible.outcomes(decides=True) == (StepOutcome.APPROVED,)


def test_a_head_may_give_what_nobody_has_taken(ours: OurDesk) -> None:
    page = look(ours, "truong", "d3.1")
    assert offered(page) == {"give", "notes"}
    form = carried(page) | {"give-to": "lan", "give-why": "rõ việc"}
    assert send(ours, "truong", "d3.1", "give", form).status_code == 303
    assert step_of(ours, "d3.1").officer == "lan"
