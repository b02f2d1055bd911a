"""The counter's lists and its search: who reads them, what they show, what is written down."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest

from foundation.errors import Invalid, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.counter.finding import findable
from services.intake.domain.lateness import warnings
from services.intake.domain.lateness.warnings import WarningRule
from services.intake.handlers import counter_words
from tests.builders import CALENDAR, Office, accepted, at, resolved, submitted
from tests.journeys import SCRIPT
from tests.markup import Markup, flaws

CLERK = Identity("lan", frozenset({"counter"}), "")
BROWSER = {"accept": "text/html"}
BEGAN = at("2020-09-15 09:30")


@pytest.fixture(name="office")
def _office() -> Office:
    """One dossier that waits, one taken in today, one with a result."""
    office = Office()
    office.dossiers.save(findable(replace(submitted(), id="waits")))
    office.dossiers.save(findable(replace(accepted(), id="taken")))
    done = replace(resolved(), id="done", code="000.00.00.H41-200914-0001")
    office.dossiers.save(findable(done))
    return office


def look(
    office: Office, *, who: Identity = CLERK, asked: dict[str, str] | None = None, **more: str
) -> str:
    query = {**(asked or {}), **more}
    door = office.service.look_for_dossier if "q" in query else office.service.look_at_counter
    path = "/counter/search" if "q" in query else "/counter"
    answer = door(Request(path=path, query=query, who=who, headers=BROWSER))
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def shown(page: str) -> list[str]:
    return [
        str(each["href"]).rpartition("/")[2].partition("?")[0]
        for each in Markup(page).all("a")
        if str(each.get("href")).startswith("/counter/dossiers/")
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["waits"]),
        ({"list": "submitted"}, ["waits"]),
        ({"list": "today"}, ["taken"]),
        ({"list": "resolved"}, ["done"]),
        ({"list": "payment"}, []),
        ({"q": "000.00.00.H41-200915-0001"}, ["taken"]),
        ({"q": "không có ai"}, []),
    ],
)
def test_each_list_shows_what_is_on_it_and_who_looked_is_written_down(
    office: Office, query: dict[str, str], found: list[str]
) -> None:
    assert shown(look(office, asked=query)) == found
    (record,) = office.lookups.things
    assert (record.by, record.shown) == ("lan", tuple(found))
    assert record.asked == query.get("q", f"/counter?list={query.get('list', 'submitted')}")


def test_what_waits_comes_the_oldest_first_and_page_by_page(office: Office) -> None:
    for number in range(5):
        older = replace(submitted(), id=f"w{number}", submitted=at(f"2020-09-1{number} 08:00"))
        office.dossiers.save(findable(older))
    office.clock.moment = at("2020-09-15 11:00")
    found, query = list[str](), {"limit": "2"}
    for _ in range(3):
        page = look(office, asked=query)
        found += shown(page)
        links = [each for each in Markup(page).all("a") if each.get("rel") == "next"]
        if not links:
            break
        query["after"] = unquote_plus(str(links[0]["href"]).partition("after=")[2])
    assert found == ["w0", "w1", "w2", "w3", "w4", "waits"]


def test_what_was_taken_in_today_comes_by_its_codes_page_by_page(office: Office) -> None:
    for number in range(2, 6):
        coded = replace(accepted(number=number), id=f"t{number}")
        office.dossiers.save(findable(coded))
    found, after = list[str](), ""
    while True:
        page = look(office, list="today", limit="2", after=after)
        found += shown(page)
        links = [each for each in Markup(page).all("a") if each.get("rel") == "next"]
        if not links:
            break
        after = str(links[0]["href"]).partition("after=")[2]
    assert found == ["taken", "t2", "t3", "t4", "t5"]


def test_an_apology_that_is_due_is_on_its_list_until_it_is_too_late(office: Office) -> None:
    """By the timer alone: no act was done since the dossier was taken in."""
    for number, dossier in enumerate(("a", "b", "c"), start=2):
        due = accepted(number=number).due
        assert due is not None
        later = replace(accepted(number=number), id=dossier, due=due + timedelta(minutes=number))
        office.dossiers.save(findable(warnings.arm(later, BEGAN, WarningRule(), CALENDAR)))
    seen = []
    for moment in ("2020-10-02 09:00", "2020-10-07 09:00", "2020-10-08 08:00", "2020-10-09 08:00"):
        office.clock.moment = at(moment)
        office.service.warn()
        first = look(office, list="apology", limit="2")
        after = re.search(r"after=([^\"&]+)", first)
        second = shown(look(office, list="apology", after=unquote_plus(after[1]))) if after else []
        seen.append((shown(first), second))
    assert seen == [([], []), (["a", "b"], ["c"]), ([], []), ([], [])]


def test_a_search_without_words_says_what_to_type(office: Office) -> None:
    page = look(office, q=" ")
    assert 'href="#q"' in page
    assert "q-error" in page
    assert office.lookups.things == []


def test_a_list_that_is_none_is_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        look(office, list="everything")


def test_nobody_is_asked_who_they_are_and_reads_nothing(office: Office) -> None:
    for query in (dict[str, str](), {"q": "hoa"}):
        page = look(office, who=NOBODY, asked=query)
        assert "Nguyễn Thị Hoa" not in page
        assert "cán bộ một cửa" in page
    with pytest.raises(Unknown):
        office.service.look_at_counter(Request(path="/counter"))
    assert office.lookups.things == []


def test_names_stand_on_the_page_as_text(office: Office) -> None:
    wild = submitted()
    wild = replace(wild, id="x", applicant=replace(wild.applicant, name=SCRIPT))
    office.dossiers.save(wild)
    page = look(office)
    assert "<script" not in page
    assert SCRIPT in Markup(page).text


def row(dossier: Dossier, moment: str) -> counter_words.CounterRow:
    return counter_words.row(dossier, at(moment))


def test_a_row_says_until_when_and_whether_that_is_over() -> None:
    waits = row(submitted(), "2020-09-15 10:00")
    assert (waits.by, waits.late, waits.code) == (submitted().answer_by, False, "")
    assert row(submitted(), "2020-09-20 10:00").late
    assert row(accepted(), "2020-12-01 10:00").late
    paused = replace(accepted(), state=State.SUPPLEMENT)
    assert not row(paused, "2020-12-01 10:00").late
    assert row(resolved(), "2020-12-01 10:00").by is None


def test_a_dossier_of_the_post_has_no_date_before_its_receipt(office: Office) -> None:
    by_post = replace(submitted(), channel=Channel.POST, owner="", answer_by=None)
    office.dossiers.save(replace(by_post, id="post"))
    assert row(by_post, "2020-09-20 10:00").by is None
    assert "by post" in look(office, lang="en")


def test_every_state_and_channel_has_its_words() -> None:
    assert set(counter_words.STATES) == set(State)
    assert set(counter_words.CHANNELS) == set(Channel)


def read_by_api(office: Office) -> Any:
    return office.clerk(office.service.find, query={"q": "hoa"})


def test_the_search_of_the_page_is_that_of_the_api(office: Office) -> None:
    by_api = [each["id"] for each in read_by_api(office)["dossiers"]]
    assert shown(look(office, q="hoa")) == by_api
    first, second = office.lookups.things
    assert first.shown == second.shown
