"""The desk's pages: which rows a list shows, in whose words, and to whom; over stores in memory."""

from datetime import timedelta

import pytest

from foundation.errors import Forbidden, NotFound
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.routing import pages
from services.routing.domain.docket.docket import find
from services.routing.domain.docket.reading import SEARCH
from services.routing.domain.docket.step import DeskStepState
from tests.builders import CALENDAR, at
from tests.desks import OURS, OurDesk
from tests.laid_out_desk import desk
from tests.markup import Markup, flaws

BROWSER = {"accept": "text/html"}
WORK = f"/desks/{OURS}/work"
VI, EN = pages.DeskWords(language="vi"), pages.DeskWords(language="en")


@pytest.fixture(name="ours")
def _ours() -> OurDesk:
    return desk()


def who(officer: str) -> Identity:
    return Identity(officer, frozenset({"desk"}), OURS) if officer else NOBODY


def html(answer: object) -> str:
    text = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert flaws(text) == []
    return str(text)


def work(ours: OurDesk, officer: str, **query: str) -> str:
    request = Request(path=WORK, query=query, who=who(officer), headers=BROWSER)
    return html(ours.service.look_at_work(request, OURS))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", pages.LISTS)
def test_each_list_of_the_api_is_a_page_in_both_languages(
    ours: OurDesk, name: str, lang: str
) -> None:
    shown = Markup(work(ours, "truong", list=name, lang=lang)).text
    assert pages.LISTS[name][lang == "en"] in shown


def test_my_work_is_what_i_hold_the_most_urgent_first(ours: OurDesk) -> None:
    shown = Markup(work(ours, "dung")).text
    assert shown.index("261123-0001") < shown.index("261123-0002")
    assert "261123-0003" not in shown
    assert "Phạm Văn Dũng" in shown
    assert "Nguyễn Thị Hoa" not in shown  # a list names no applicant


def test_a_late_step_says_by_how_much_and_that_the_director_asks(ours: OurDesk) -> None:
    shown = Markup(work(ours, "truong", list="overdue")).text
    assert "quá 2 giờ 40 phút làm việc" in shown
    assert "Giám đốc đôn đốc" in shown


def test_a_search_of_one_letter_says_so_beside_its_field_and_keeps_it(ours: OurDesk) -> None:
    request = Request(path="/", query={"q": "x"}, who=who("dung"))
    answer = ours.service.look_for(request, OURS)
    page = Markup(html(answer))
    assert answer.status_code == 422
    assert [each["value"] for each in page.all("input") if each.get("id") == "q"] == ["x"]
    assert "q-error" in str([each.get("aria-describedby") for each in page.all("input")])
    assert ours.readings.things == []


def test_a_search_is_recorded(ours: OurDesk) -> None:
    html(ours.service.look_for(Request(path="/", query={"q": "hoa"}, who=who("dung")), OURS))
    assert [each.what for each in ours.readings.things] == [SEARCH]


def test_nobody_sees_no_row_but_where_to_sign_in(ours: OurDesk) -> None:
    assert "261123" not in work(ours, "")


def test_another_agencys_desk_is_not_here_even_for_nobody(ours: OurDesk) -> None:
    for officer in ("", "dung"):
        with pytest.raises(NotFound):
            ours.service.look_at_work(Request(path=WORK, who=who(officer)), "ubnd-tinh")


def test_who_is_not_in_the_book_of_officers_is_told_whom_to_ask(ours: OurDesk) -> None:
    with pytest.raises(Forbidden, match="administrator"):
        ours.service.look_at_work(Request(path=WORK, who=who("la")), OURS)


@pytest.mark.parametrize(
    ("later", "vi", "en", "kind"),
    [
        (
            "2026-11-25 09:40",
            "còn 3 giờ 40 phút làm việc",
            "3 h 40 min of working time left",
            "today",
        ),
        # 24 November is a holiday.
        ("2026-11-23 09:40", "còn 1 ngày 3 giờ làm việc", "1 working day 3 h left", ""),
        ("2026-11-26 15:20", "quá 1 ngày làm việc", "late by 1 working day", "late"),
    ],
)
def test_what_is_left_is_said_in_working_time(later: str, vi: str, en: str, kind: str) -> None:
    ours = OurDesk()
    ours.order(due=at("2026-11-25 15:20"))
    step, now = find(ours.dockets.get("d1"), "d1.1"), at(later)
    said = [pages.standing(step, now, CALENDAR, words) for words in (VI, EN)]
    assert [each.said for each in said] == [vi, en]
    assert {each.kind for each in said} == {kind}


def test_the_clock_stands_while_papers_are_awaited(ours: OurDesk) -> None:
    asked = {"papers": ["Bản vẽ"], "reason": "mờ"}
    ours.service.supplement(ours.request(asked, officer="dung"), "d2.1")
    step = find(ours.dockets.get("d2"), "d2.1")
    assert step.state is DeskStepState.WAITING
    after = step.due + timedelta(days=30)
    assert pages.standing(step, after, CALENDAR, VI).kind == ""
