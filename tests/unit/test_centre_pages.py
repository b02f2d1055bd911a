"""The director's figures: what is counted, the dossiers behind each number, and who sees them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Invalid, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.centre import figures
from services.intake.domain.centre.figures import CentreFigures, DeadlineTally
from services.intake.domain.counter.finding import findable
from services.intake.domain.lateness import late_list
from services.intake.handlers import centre_view
from tests.builders import BUILDING, RECEIVED, REGISTRAR, Office, at, consulting, resolved
from tests.markup import Markup, flaws

DIRECTOR = Identity("minh", frozenset({"director"}), "")
BROWSER = {"accept": "text/html"}
FORM = "application/x-www-form-urlencoded"
NOW = at("2020-10-02 10:00")


def kept(office: Office, *dossiers: Dossier) -> None:
    for each in dossiers:
        office.dossiers.save(findable(late_list.listed(each)))


def due_in(days: float, number: int, **changes: Any) -> Dossier:
    """A dossier under way all of whose dates are then."""
    due = NOW + timedelta(days=days)
    steps = tuple(replace(each, due=due) for each in consulting().steps)
    code = f"000.00.00.H41-200915-{number:04}"
    return replace(consulting(), id=f"d{number}", code=code, due=due, steps=steps, **changes)


@pytest.fixture(name="office")
def _office() -> Office:
    """Two late, one due soon, one in time, one at a stop, and one with a result of today."""
    office = Office()
    office.clock.moment = NOW
    stopped = pause.stop(consulting(), "NĐ 99/2022 Đ16", "lũ lụt", at("2020-09-22 10:00"))[0]
    kept(
        office,
        due_in(-2, 1),
        due_in(-1, 2, agency=BUILDING),
        due_in(1, 3, agency=BUILDING, field="Xây dựng"),
        due_in(9, 4),
        replace(stopped, id="d5", code="000.00.00.H41-200915-0005"),
        replace(resolved(), id="d6", code="000.00.00.H41-201002-0001", resolved=NOW),
        replace(resolved(), id="d7", code="000.00.00.H41-200915-0007"),
    )
    office.service.count_deadlines()
    return office


def look(office: Office, path: str, who: Identity = DIRECTOR, /, **query: str) -> Any:
    door = {
        "/centre": office.service.look_at_centre,
        "/centre/screen": office.service.look_at_screen,
        "/centre/dossiers": office.service.look_behind_figure,
    }[path]
    return door(Request(path=path, query=query, who=who, headers=BROWSER))


def text_of(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def behind(office: Office, **query: str) -> list[str]:
    """The ids of all pages of a list, by the links from page to page."""
    found: list[str] = []
    asked = {"limit": "2", **query}
    for _ in range(50):
        page = text_of(look(office, "/centre/dossiers", DIRECTOR, **asked))
        found += re.findall(r'<a class="code" href="/late/([^"?]+)', page)
        following = re.search(r'rel="next" href="[^"]*after=([^"&]+)', page)
        if not following:
            return found
        asked["after"] = unescape(following.group(1)).replace("+", " ").replace("%3A", ":")
    raise AssertionError("the list does not end")


def test_each_figure_is_counted_once_and_kept(office: Office) -> None:
    counted = office.figures.newest()
    assert counted
    assert counted.whole == DeadlineTally(still=1, running=4, soon=1, late=2)
    assert (counted.taken_in, counted.resolved, counted.counted) == (1, 1, NOW)
    assert [each.name for each in counted.agencies] == [BUILDING, REGISTRAR]
    assert [(each.late, each.soon, each.open) for each in counted.agencies] == [
        (1, 1, 2),
        (1, 0, 3),
    ]
    assert sum(number for _, number in counted.by_state) == counted.whole.open == 5


def test_a_later_count_takes_the_place_of_the_one_before(office: Office) -> None:
    office.clock.moment = NOW + timedelta(days=2)
    office.service.count_deadlines()
    (counted,) = office.figures.things
    assert (counted.whole.late, counted.taken_in, counted.resolved) == (3, 0, 0)


def test_each_number_leads_to_its_dossiers(office: Office) -> None:
    page = text_of(look(office, "/centre"))
    links = {str(each["href"]) for each in Markup(page).all("a")}
    assert "/centre/dossiers?list=late" in links
    assert f"/centre/dossiers?list=soon&agency={BUILDING}" in links
    assert behind(office, list="late") == ["d1", "d2"]
    assert behind(office, list="late", agency=BUILDING) == ["d2"]
    assert behind(office, list="soon") == behind(office, list="soon", agency=BUILDING) == ["d3"]
    assert behind(office, list="running", field="Xây dựng") == ["d3"]
    assert behind(office, list="stopped") == ["d5"]
    assert behind(office, list="in") == ["d6"]
    assert behind(office, list="out") == ["d6"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((-30.0, -1.0, 0.0, 0.5, 3.0, 3.1, 40.0)),
            st.sampled_from((REGISTRAR, BUILDING)),
            st.sampled_from(("", "Đầu tư", "Xây dựng")),
        ),
        max_size=12,
    )
)
def test_a_list_has_as_many_as_its_figure_says(made: list[tuple[float, str, str]]) -> None:
    office = Office()
    office.clock.moment = NOW
    for number, (days, agency, field) in enumerate(made, 1):
        kept(office, due_in(days, number, agency=agency, field=field))
    office.service.count_deadlines()
    counted = office.figures.newest()
    assert counted
    assert counted.whole.open == len(made)
    for name in ("late", "soon", "running"):
        assert len(behind(office, list=name)) == getattr(counted.whole, name)
        for each in counted.agencies:
            assert len(behind(office, list=name, agency=each.name)) == getattr(each, name)
        for each in counted.fields:
            assert len(behind(office, list=name, field=each.name)) == getattr(each, name)


def test_nothing_of_an_applicant_is_shown(office: Office) -> None:
    for path in ("/centre", "/centre/screen", "/centre/dossiers"):
        page = text_of(look(office, path))
        assert "Hoa" not in page
        assert "+84912345678" not in page


def test_the_screen_loads_itself_again_and_says_so(office: Office) -> None:
    screen = look(office, "/centre/screen")
    assert screen.headers["Refresh"] == "60"
    assert "tự tải lại" in text_of(screen)
    assert "Refresh" not in look(office, "/centre").headers
    assert "Refresh" not in look(office, "/centre/screen", NOBODY).headers


@pytest.mark.parametrize("path", ["/centre", "/centre/screen", "/centre/dossiers"])
def test_nobody_is_asked_to_sign_in_and_a_program_is_turned_away(office: Office, path: str) -> None:
    page = text_of(look(office, path, NOBODY))
    assert "Mã truy cập" in page
    assert "/late/d1" not in page
    with pytest.raises(Unknown):
        office.service.look_at_centre(Request(path=path))


def test_before_the_first_count_the_page_says_so() -> None:
    office = Office()
    assert "Chưa đếm xong" in text_of(look(office, "/centre"))
    assert "Chưa đếm xong" in text_of(look(office, "/centre/screen"))


def test_a_list_that_does_not_exist_and_an_unknown_agency_are_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        look(office, "/centre/dossiers", list="zzz")
    with pytest.raises(Invalid):
        look(office, "/centre/dossiers", agency="so-khong-co")


def test_what_is_late_is_urged_from_its_row(office: Office) -> None:
    page = text_of(look(office, "/centre/dossiers", list="late"))
    action = "/late/d1/urge"
    assert f'action="{action}"' in page
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    request = Request(
        method="POST",
        path=action,
        headers={"content-type": FORM},
        stream=BytesIO(urlencode({"key": key, "words": "Đề nghị báo cáo."}).encode()),
        who=DIRECTOR,
    )
    answers = [office.service.urge_by_form(request, "d1") for _ in range(2)]
    assert [each.headers["Location"] for each in answers] == ["/late/d1"] * 2
    urged = {each.agency for each in office.dossiers.get("d1").urgings}
    assert len(office.dossiers.get("d1").urgings) == len(urged) > 0


@given(
    st.lists(
        st.tuples(*(st.integers(0, 5000) for _ in range(4))).map(
            lambda counts: DeadlineTally(
                name="x",
                still=counts[0],
                running=sum(counts[1:]),
                soon=counts[1],
                late=counts[2],
            )
        ),
        max_size=20,
    )
)
def test_the_bars_are_as_long_as_their_numbers_and_stay_in_the_picture(
    tallies: list[DeadlineTally],
) -> None:
    made = centre_view.bars(tallies, str)
    assert len(made) <= centre_view.MOST_BARS
    for bar in made:
        assert sum(part.count for part in bar.parts) == bar.total
        ends = [part.x + part.width for part in bar.parts]
        assert all(end <= centre_view.WIDE + 0.5 for end in ends)


def test_what_is_most_pressing_comes_first() -> None:
    few, many = DeadlineTally(name="a", late=1, running=9), DeadlineTally(name="b", late=2)
    soon = DeadlineTally(name="c", soon=5, running=5)
    assert figures.most_pressing((soon, few, many)) == (many, few, soon)


def test_the_day_begins_at_midnight_in_viet_nam() -> None:
    assert figures.start_of_day(RECEIVED).astimezone(UTC) == datetime(2020, 9, 14, 17, tzinfo=UTC)


def test_figures_of_an_older_count_are_read() -> None:
    """Each field may be missing in what is stored, but for the unit and the moment."""
    first = CentreFigures(id="x", counted=NOW)
    assert (first.whole.open, first.agencies, dict(first.by_state)) == (
        0,
        (),
        dict.fromkeys(dict(first.by_state), 0),
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_everybody_reads_the_figures_and_nothing_of_a_dossier(office: Office, lang: str) -> None:
    request = Request(path="/figures", query={"lang": lang}, who=NOBODY, headers=BROWSER)
    page = text_of(office.service.look_at_figures(request))
    shown = Markup(page)
    assert "/centre" not in page
    assert not [each for each in shown.all("a") if "dossiers" in str(each.get("href"))]
    told = ("Late", "Under way") if lang == "en" else ("Quá hạn", "Đang giải quyết")
    assert all(each in shown.text for each in told)
    said = office.service.look_at_figures(Request(path="/figures", who=NOBODY))
    assert isinstance(said, dict)
    assert (said["whole"]["open"], said["whole"]["late"], said["resolved"]) == (5, 2, 1)
    assert sum(each["open"] for each in said["agencies"]) == 5


def test_before_the_first_count_everybody_is_told_so() -> None:
    office = Office()
    request = Request(path="/figures", who=NOBODY, headers=BROWSER)
    assert "Chưa đếm xong" in text_of(office.service.look_at_figures(request))
    said = office.service.look_at_figures(Request(path="/figures", who=NOBODY))
    assert isinstance(said, dict)
    assert (said["counted"], said["whole"]["open"]) == (None, 0)
