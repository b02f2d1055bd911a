"""The catalogue's pages: find a procedure, and read what it asks, costs and takes."""

from typing import Any

import pytest

from contracts.procedure import Paper, Task, TimeLimit, Unit
from foundation.errors import Invalid, NotFound
from foundation.web import Request
from foundation.web.page_words import money
from services.catalogue import pages
from services.catalogue.domain.content import ContentPart, OnlineLevel
from tests.markup import Markup, flaws
from tests.unit.test_catalogue_service import Office

HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        (20, Unit.WORKING_DAYS, ("20 ngày làm việc", "20 working days")),
        (1, Unit.WORKING_DAYS, ("1 ngày làm việc", "1 working day")),
        (3, Unit.CALENDAR_DAYS, ("3 ngày", "3 days")),
        (0, Unit.SAME_DAY, ("trong ngày làm việc", "on the same working day")),
        (0, Unit.NONE, ("không quy định thời hạn", "no time limit is set")),
    ],
)
def test_a_time_limit_is_said_as_people_say_it(
    amount: int, unit: Unit, said: tuple[str, str]
) -> None:
    assert pages.time_of(TimeLimit(unit=unit, amount=amount)) == said


def test_every_kind_of_a_procedure_has_words() -> None:
    for unit in Unit:
        assert all(pages.length(2, unit))
    assert set(pages.UNVERIFIED) == set(ContentPart)
    assert set(pages.ONLINE) == set(OnlineLevel)
    assert set(pages.CHANNELS) == {"counter", "online", "post", "kiosk"}


def test_papers_say_how_many_and_stand_by_their_case() -> None:
    one = Paper(name="Đơn", originals=1, copies=0)
    two = Paper(name="Bản vẽ", originals=0, copies=2, case="nhà ở")
    assert pages.copies_of(one) == ("1 bản chính", "1 original")
    assert pages.copies_of(two) == ("2 bản sao", "2 copies")
    groups = pages.by_case((two, one))
    assert [(each.case, len(each.papers)) for each in groups] == [("", 1), ("nhà ở", 1)]


def test_a_fee_and_a_task_are_said_in_full() -> None:
    assert money(90_000) == ("90.000 đồng", "VND 90,000")
    task = Task(agency="a", action="thẩm định", amount=7)
    assert pages.task_time(task) == ("7 ngày làm việc", "7 working days")


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    office.publish("1.013236")
    office.publish("1.004232", name="Cấp phép khai thác nước <b>", field="Tài nguyên nước")
    return office


def shown(answer: Any) -> Markup:
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert flaws(html) == []
    assert len(html.encode()) < 60_000
    return Markup(html)


def search(office: Office, **query: str) -> Markup:
    return shown(office.service.search(Request(path="/procedures", headers=HTML, query=query)))


def read(office: Office, code: str, lang: str) -> Markup:
    request = Request(path=f"/procedures/{code}", headers=HTML, query={"lang": lang})
    return shown(office.service.show(request, code))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_procedure_is_found_without_diacritics_and_leads_to_its_page(
    office: Office, lang: str
) -> None:
    page = search(office, query="giay phep xay dung", lang=lang)
    links = [str(each.get("href")) for each in page.all("a")]
    assert f"/procedures/1.013236?lang={lang}" in links
    assert not any("1.004232" in each for each in links)
    assert page.all("input")[0]["value"] == "giay phep xay dung"


def test_a_search_that_finds_nothing_says_what_to_do(office: Office) -> None:
    assert "hỏi quầy hướng dẫn" in search(office, query="không có thủ tục này").text


def test_a_long_list_goes_on_and_keeps_what_was_asked(office: Office) -> None:
    page = search(office, query="cấp", limit="1", lang="en")
    (following,) = [each for each in page.all("a") if each.get("rel") == "next"]
    assert "query=c%E1%BA%A5p" in str(following["href"])
    assert "lang=en" in str(following["href"])
    assert "after=" in str(following["href"])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_of_a_procedure_says_what_it_asks_costs_and_takes(
    office: Office, lang: str
) -> None:
    text = read(office, "1.013236", lang).text
    assert ("20 ngày làm việc" if lang == "vi" else "20 working days") in text
    assert ("90.000 đồng" if lang == "vi" else "VND 90,000") in text
    for said in ("Đơn đề nghị", "Sở Xây dựng", "50/2014/QH13", "TT 156/2025/TT-BTC", "Giấy phép"):
        assert said in text
    assert ("thành phần hồ sơ" if lang == "vi" else "the papers") in text


def test_a_procedure_that_is_open_online_leads_to_its_form(office: Office) -> None:
    office.publish("1.000001", channels=["counter", "post"])
    office.publish("1.000002", channels=["counter", "online"])
    for code, lang, href in (
        ("1.000002", "en", "/apply?procedure=1.000002&lang=en"),
        ("1.000001", "vi", ""),
    ):
        links = [str(each.get("href")) for each in read(office, code, lang).all("a")]
        assert [each for each in links if "/apply" in each] == ([href] if href else [])


def test_what_stands_in_the_catalogue_is_shown_as_text(office: Office) -> None:
    page = read(office, "1.004232", "vi")
    assert "b" not in {name for name, _ in page.elements}
    assert "nước <b>" in page.text


def test_one_that_is_not_in_force_is_not_shown(office: Office) -> None:
    office.service.withdraw(office.request({}), "1.013236")
    with pytest.raises(NotFound):
        read(office, "1.013236", "vi")
    error = pages.PAGES.problem(Invalid("Sai.", "Wrong."), Request(path="/procedures"))
    assert flaws(error.get_data(as_text=True)) == []
