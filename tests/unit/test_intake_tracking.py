"""Tracking: the share for everybody, the rest for its own person, nothing about anybody else's."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.replies import HandlerReply
from foundation.errors import Invalid, NotFound
from foundation.web import Request, Response
from foundation.web.html_pages import style
from services.intake import pages
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.dossier import State, StepState
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.route import holders
from tests import journeys
from tests.builders import AGENCIES, BUILDING, LAND, OWNER, SETTINGS, Office
from tests.journeys import NOW, SCRIPT, code
from tests.markup import Markup, contrast, flaws

BROWSER = {"accept": "text/html"}
EVERY = range(1, len(journeys.dossiers()) + 1)
MINE = range(1, len(journeys.dossiers()))


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    for each in journeys.dossiers():
        office.dossiers.save(each)
    office.clock.moment = NOW
    return office


def track(office: Office, number: int, who: str = OWNER, **rest: Any) -> Any:
    return office.ask(office.service.track, who=who, code=code(number), **rest)


def seen(office: Office, number: int, who: str = OWNER, language: str = "vi") -> Markup:
    response: Response = track(office, number, who, language=language, headers=BROWSER)
    html = response.get_data(as_text=True)
    assert flaws(html) == []
    assert response.headers["Content-Language"] == language
    return Markup(html)


# Who sees what.


def test_a_code_is_known_however_it_was_typed(office: Office) -> None:
    typed = f" {code(1).lower()} "
    assert office.ask(office.service.track, who="", code=typed)["code"] == code(1)


@pytest.mark.parametrize("number", EVERY)
def test_anybody_sees_the_code_and_the_share_and_nothing_else(office: Office, number: int) -> None:
    share = track(office, number, who="")["completed"]
    assert track(office, number, who="") == {"code": code(number), "completed": share}
    page = seen(office, number, who="", language="en").text
    another = seen(office, journeys.FOREIGN, who="", language="en").text
    assert f"{share} %" in page
    # But for the code and the share, all pages are the same.
    assert re.sub(r"\d+", "", page) == re.sub(r"\d+", "", another)


def test_its_own_person_sees_where_it_is_why_and_what_to_do(office: Office) -> None:
    shown = track(office, journeys.WAITING, language="en")
    assert (shown["state"], shown["number"], shown["completed"]) == ("supplement", 5, 20)
    assert shown["status"] == (
        "Waiting for papers from you: as asked by Department of Natural Resources and Environment."
    )
    (request,) = shown["to_supply"]
    assert request["papers"] == ["Giấy ủy quyền có chứng thực", "Trích lục bản đồ"]
    assert request["reason"] == "bản vẽ không đọc được"
    assert shown["due"].startswith("2020-10-14T")
    told = [line["text"] for line in shown["ledger"]]
    assert any("35 hours 20 minutes not counted (Department of C" in text for text in told)
    assert [each["agency"] for each in shown["steps"]][1] == BUILDING
    shown = track(office, journeys.UNDER_WAY)
    assert shown["to_pay"] == [
        {"name": "Lệ phí cấp giấy phép", "amount": 150_000, "collected": "after"}
    ]
    assert shown["status"] == (
        "Hồ sơ đang được giải quyết: có ý kiến – Sở Tài nguyên và Môi trường."
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_its_own_person_sees_whom_to_ask_and_can_call_them(
    office: Office, language: str, tmp_path: Path
) -> None:
    known = tmp_path / "agencies.json"
    land = {"code": LAND, "name_vi": "Sở Đất", "name_en": "Land", "phone": "(0238) 3 123-456"}
    known.write_text(json.dumps([land]))
    office.service.settings = SimpleNamespace(**{**vars(SETTINGS), "agencies": str(known)})
    centre = {"agency": "", "name": SETTINGS.office_name, "phone": "0238"}
    name = {"vi": "Sở Đất", "en": "Land"}[language]
    holder = {"agency": LAND, "name": name, "phone": "(0238) 3 123-456"}
    assert track(office, journeys.UNDER_WAY, language=language)["ask"] == [holder, centre]
    links = [a["href"] for a in seen(office, journeys.UNDER_WAY, language=language).all("a")]
    assert [a for a in links if a and a.startswith("tel:")] == ["tel:02383123456", "tel:0238"]
    # Nobody has what is over; the centre one may always ask, and a stranger is told of neither.
    assert track(office, journeys.RETURNED)["ask"] == [centre]
    assert "ask" not in track(office, journeys.UNDER_WAY, who="")


def test_its_own_person_reads_which_papers_were_taken_from_data_and_which_could_not_be(
    office: Office,
) -> None:
    had = LookedUp(paper="Giấy khai sinh", database="CSDL hộ tịch", at=NOW, reference="12")
    not_had = LookedUp(paper="Sổ đỏ", database="CSDL đất đai", at=NOW, because="disaster")
    dossier = office.dossiers.by_code(code(journeys.UNDER_WAY))
    looked_up = (had, not_had)
    office.dossiers.change(dossier.id, lambda each: (replace(each, looked_up=looked_up), ()))
    page = seen(office, journeys.UNDER_WAY, language="en").text
    assert "Giấy khai sinh taken from a database CSDL hộ tịch, số 12" in page
    assert "Sổ đỏ not digitised yet could not be had from CSDL đất đai: a disaster" in page
    listed = track(office, journeys.UNDER_WAY)["from_data"]
    assert [each["because"] for each in listed] == ["", "disaster"]
    assert "from_data" not in track(office, journeys.UNDER_WAY, who="")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_its_own_person_reads_who_has_it_and_nobody_else_does(
    office: Office, language: str
) -> None:
    dossier = office.dossiers.by_code(code(journeys.UNDER_WAY))
    step = next(each for each in dossier.steps if each.agency == LAND)
    told = HandlerReply(agency=LAND, step=step.id, name="Lê <b>Hoà</b>", role="specialist")
    act = AgencyAct(agency=LAND, at=NOW)
    office.dossiers.change(dossier.id, lambda each: holders.note(each, told, act, NOW))
    person = "Lê <b>Hoà</b>, " + {"vi": "chuyên viên", "en": "officer"}[language]
    assert person in seen(office, journeys.UNDER_WAY, language=language).text
    (handler,) = track(office, journeys.UNDER_WAY)["handlers"]
    assert (handler["agency"], handler["name"]) == (LAND, told.name)
    assert (handler["step"], handler["role"]) == (step.id, "specialist")
    assert "Lê <b>" not in seen(office, journeys.UNDER_WAY, who="").text
    assert "handlers" not in track(office, journeys.UNDER_WAY, who="")


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+84 238.3-123456", "tel:+842383123456"),
        ("1022", "tel:1022"),
        ("", ""),
        ("0238 3123456, máy lẻ 12", ""),
        ("javascript:alert(1)", ""),
        ("0238/3123456", ""),
    ],
)
def test_only_what_can_be_dialled_becomes_a_link(written: str, dialled: str) -> None:
    assert pages.ContactPoint(phone=written).link == dialled


def test_nothing_about_the_person_is_shown_on_the_way(office: Office) -> None:
    for number in MINE:
        shown = f"{track(office, number)} {seen(office, number).text}"
        assert "Nguyễn Thị Hoa" not in shown
        assert "0912345678" not in shown
        assert OWNER not in shown
        assert "912345678" not in shown


def test_a_clerk_sees_every_dossier(office: Office) -> None:
    shown = office.clerk(office.service.track, code=code(journeys.FOREIGN))
    assert shown["status"].startswith("Hồ sơ đang được giải quyết: ")


class Counting:
    """A store that writes down what it is asked."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.asked: list[tuple[str, object]] = []

    def __getattr__(self, name: str) -> Any:
        def ask(*args: Any, **named: Any) -> Any:
            self.asked.append((name, tuple(named.items())))
            return getattr(self._store, name)(*args, **named)

        return ask


@pytest.mark.parametrize("headers", [BROWSER, {}])
def test_an_unknown_a_foreign_and_a_malformed_code_look_the_same_and_cost_the_same(
    office: Office, headers: dict[str, str]
) -> None:
    seen_by_stranger = []
    for wanted in (code(999), code(journeys.FOREIGN), "' OR 1=1", "x" * 4000):
        counting = Counting(office.dossiers)
        office.service.dossiers = counting
        with pytest.raises(NotFound) as none:
            office.ask(office.service.track, code=wanted, headers=headers)
        error = none.value
        seen_by_stranger.append((type(error), error.vi, error.en, error.fields, counting.asked))
    assert all(each == seen_by_stranger[0] for each in seen_by_stranger)
    # One look, and the dossier of somebody else is not even read.
    assert seen_by_stranger[0][-1] == [("by_code", (("owner", OWNER),))]


def test_a_dossier_handed_in_at_the_counter_is_nobodys_to_sign_in_for(office: Office) -> None:
    kept = office.dossiers.get("dossier-1")
    office.dossiers.save(replace(kept, owner=""))
    with pytest.raises(NotFound):
        track(office, 1)
    assert track(office, 1, who="")["code"] == code(1)


# What the page says.


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("number", MINE)
def test_every_page_is_valid_and_names_agencies_as_people_do(
    office: Office, number: int, language: str
) -> None:
    page = seen(office, number, language=language)
    assert code(number) in page.text
    for agency in pages.spoken("vi", AGENCIES).names:
        assert agency not in page.text


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        (journeys.UNDER_WAY, "vi", ["150.000 đồng", "Thứ Năm, 08/10/2020", "ngày làm việc"]),
        (journeys.UNDER_WAY, "en", ["VND 150,000", "Thursday 8 October 2020", "receipt 0001234"]),
        (journeys.WAITING, "en", ["Papers we need from you", "The clock stands still"]),
        (journeys.WAITING, "vi", ["Trích lục bản đồ", "Vì sao ngày hẹn thay đổi"]),
        (journeys.OVERDUE, "en", ["Overdue by about 6 working days", "We are sorry"]),
        (journeys.OVERDUE, "vi", ["Quá hạn khoảng 6 ngày làm việc"]),
        (journeys.RESOLVED, "en", ["There is a result: approved.", "early"]),
        (journeys.RETURNED, "vi", ["Đã trả kết quả: được chấp thuận."]),
        (journeys.WITHDRAWN, "en", ["You took the dossier back", "Nothing is due any more"]),
        (journeys.REFUSED, "vi", ["bị từ chối theo quy định (Đ33.1)"]),
        (
            journeys.STOPPED,
            "en",
            ["at a stop: by decision of", "Reason lũ lụt", "Construction – stands still"],
        ),
        (journeys.OWING, "vi", ["12.000.000 đồng – Tiền sử dụng đất", "nghĩa vụ tài chính: theo"]),
        (journeys.SILENT, "vi", ["coi như đã đồng ý vì không trả lời trong hạn"]),
        (journeys.SILENT, "en", ["worked on: lập báo cáo – Department of Planning"]),
    ],
)
def test_the_page_says_what_a_person_wants_to_know(
    office: Office, number: int, language: str, said: list[str]
) -> None:
    text = seen(office, number, language=language).text
    assert [each for each in said if each not in text] == []


def test_the_way_marks_what_is_done_what_is_now_and_what_is_to_come(office: Office) -> None:
    marks = [each.get("class") for each in seen(office, journeys.UNDER_WAY).all("li")]
    way = [mark for mark in marks if mark in {"done", "now", "later", "ended"}]
    assert way == ["done", "done", "now", "later", "later", "later", "later"]
    current = [each for each in seen(office, 1).all("li") if each.get("aria-current") == "step"]
    assert len(current) == 1
    ended = [each.get("class") for each in seen(office, journeys.WITHDRAWN).all("li")]
    assert ended.count("ended") == 2
    assert "later" not in ended


def test_moments_are_there_for_machines_too(office: Office) -> None:
    moments = [each["datetime"] for each in seen(office, journeys.UNDER_WAY).all("time")]
    assert "2020-10-08T09:30:00+07:00" in moments


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_others_wrote_cannot_become_markup(office: Office, language: str) -> None:
    page = seen(office, journeys.HOSTILE, language=language)
    assert page.all("script") == []
    # Procedure, papers, reason, who asks, fee, and every step's action and agency.
    assert page.text.count(SCRIPT) >= 12


def test_a_code_with_markup_in_it_cannot_become_markup() -> None:
    request = Request(path='/tracking/"><script>x</script>')
    html = pages.PAGES.problem(NotFound("Không có.", "None."), request).get_data(as_text=True)
    assert flaws(html) == []
    assert "<script" not in html


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_has_its_words(state: State, language: str) -> None:
    said = words_of(state, language)
    assert said.endswith(".")
    assert said != words_of(State.RETURNED if state is State.RESOLVED else State.RESOLVED, language)


def words_of(state: State, language: str) -> str:
    dossier = replace(journeys.dossiers()[0], state=state)
    return pages.status(dossier, pages.spoken(language, ""))


@pytest.mark.parametrize("state", StepState)
def test_every_state_of_a_step_has_a_mark(state: StepState) -> None:
    dossier = journeys.dossiers()[0]
    steps = tuple(replace(each, state=state) for each in dossier.steps)
    words = pages.spoken("vi", "")
    marks = {stop.mark for stop in pages.stops(replace(dossier, steps=steps), words)}
    assert marks <= {"done", "now", "later", "ended"}


def test_names_that_are_not_known_are_shown_as_codes(tmp_path: Path) -> None:
    broken = tmp_path / "agencies.json"
    broken.write_text("{")
    for path in ("", str(broken), str(tmp_path / "nowhere.json")):
        assert pages.spoken("vi", path).name(BUILDING) == BUILDING
    assert pages.spoken("vi", AGENCIES).name(BUILDING) == "Sở Xây dựng"


def test_an_agency_that_is_new_is_named_without_a_restart(tmp_path: Path) -> None:
    known = tmp_path / "agencies.json"
    for moment, name in enumerate(("Sở Mới", "Sở Mới Hơn"), 1):
        known.write_text(json.dumps([{"code": "so-moi", "name_vi": name, "name_en": "New"}]))
        os.utime(known, (moment, moment))
        assert pages.spoken("vi", str(known)).name("so-moi") == name


@pytest.mark.parametrize(
    ("minutes", "vi", "en"),
    [
        (0, "0 phút làm việc", "0 minutes of working time"),
        (150, "2 giờ 30 phút làm việc", "2 hours 30 minutes of working time"),
        (480, "khoảng 1 ngày làm việc", "about 1 working day"),
        (1_000, "khoảng 2 ngày làm việc", "about 2 working days"),
    ],
)
def test_working_time_is_said_in_days_once_there_are_any(minutes: int, vi: str, en: str) -> None:
    assert pages.spoken("vi", "").working(minutes) == vi
    assert pages.spoken("en", "").working(minutes) == en


# The forms.


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_front_page_asks_for_the_code(office: Office, language: str) -> None:
    response = office.ask(office.service.start, who="", language=language, headers=BROWSER)
    html = response.get_data(as_text=True)
    assert flaws(html) == []
    assert [each["action"] for each in Markup(html).all("form")] == ["/tracking"]


PASTED = "\ufeff000.00.00.h41 \u2013 200915\u2212\uff10\uff10\uff10\uff11\u200b\n"
"""A code from a letter: marks that nobody sees, other dashes, wide digits."""


@pytest.mark.parametrize(
    "typed", [code(1), f" {code(1).lower()} ", "000.00.00.H41-200915- 0001", PASTED]
)
def test_a_code_may_be_typed_carelessly(office: Office, typed: str) -> None:
    response = office.ask(office.service.look_up, query={"code": typed, "lang": "en"})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/tracking/{code(1)}?lang=en"


def test_a_code_cannot_lead_out_of_the_house(office: Office) -> None:
    for typed in ("//evil.example", "../../x", "a?b#c", "a\r\nb"):
        place = office.ask(office.service.look_up, query={"code": typed}).headers["Location"]
        assert re.fullmatch(r"/tracking/[A-Z0-9.%_~-]+", place)


@pytest.mark.parametrize("typed", ["", "   ", "x" * 61])
def test_no_code_is_said_at_the_field(office: Office, typed: str) -> None:
    with pytest.raises(Invalid) as wrong:
        office.ask(office.service.look_up, query={"code": typed})
    html = pages.PAGES.problem(wrong.value, Request(path="/tracking")).get_data(as_text=True)
    assert flaws(html) == []
    field = next(each for each in Markup(html).all("input") if each.get("id") == "code")
    assert field["aria-invalid"] == "true"
    assert "code-wrong" in str(field["aria-describedby"])


# How it looks.


def schemes() -> list[dict[str, str]]:
    roots = re.findall(r":root\{([^}]*)\}", style())
    return [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", each)) for each in roots]


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 4.5),
        ("ink", "card", 4.5),
        ("soft", "paper", 4.5),
        ("soft", "card", 4.5),
        ("main", "paper", 4.5),
        ("main", "card", 4.5),
        ("on-main", "main", 4.5),
        ("todo-ink", "todo", 4.5),
        ("late-ink", "late", 4.5),
        ("good-ink", "good", 4.5),
        ("good-ink", "card", 4.5),
        ("late-ink", "card", 4.5),
        ("main", "track", 3.0),
        ("soft", "card", 3.0),
        ("focus", "card", 3.0),
        ("focus", "paper", 3.0),
    ],
)
def test_everything_can_be_read(
    scheme: dict[str, str], front: str, back: str, least: float
) -> None:
    assert contrast(scheme[front], scheme[back]) >= least


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_page_that_is_wrong_is_found_out() -> None:
    wrong = (
        '<html><head><title>x</title></head><body><a href="/x">x</a><main id="main"><h2>x</h2>'
        '<input id="a" onclick="x()"><script>1</script><a href="https://evil.example">x</a>'
        '<p aria-describedby="no" style="x">x</div></main></body></html>'
    )
    found = "; ".join(flaws(wrong))
    for flaw in (
        "no language",
        "one h1",
        "first link",
        "own width",
        "has no label",
        "points to no",
        "level 2 follows",
        "a <script>",
        "has onclick=",
        "has style=",
        "leads outside",
        "closes something else",
    ):
        assert flaw in found
