"""A citizen's own dossiers: what is asked of them, when it is due, and taking a dossier back."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Hidden, Invalid, Unknown
from foundation.places import is_place
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake import pages
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.counter import as_seen, citizen_acts, citizen_list, finding
from services.intake.handlers import citizen_view
from services.intake.store import Dossiers
from tests.builders import (
    LAND,
    OWNER,
    RECEIVED,
    Office,
    accepted,
    asked,
    at,
    consulting,
    handed_in,
    resolved,
    submitted,
)
from tests.markup import Markup, flaws

FORM = "application/x-www-form-urlencoded"
BROWSER = {"accept": "text/html"}
CITIZEN = frozenset({"dossier:submit", "dossier:read"})
OVER = (State.REFUSED, State.WITHDRAWN, State.RETURNED)


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def who(subject: str) -> Identity:
    return Identity(subject, CITIZEN) if subject else NOBODY


def kept(office: Office, *dossiers: Dossier) -> None:
    for each in dossiers:
        office.dossiers.save(finding.findable(each))


def own_list(office: Office, subject: str = OWNER, **query: str) -> str:
    request = Request(path="/mine", query=query, who=who(subject), headers=BROWSER)
    text = str(office.service.look_at_own(request).get_data(as_text=True))
    assert flaws(text) == []
    return text


def one(office: Office, dossier_id: str, subject: str = OWNER, **query: str) -> str:
    request = Request(path=f"/mine/{dossier_id}", query=query, who=who(subject), headers=BROWSER)
    text = str(office.service.look_at_one(request, dossier_id).get_data(as_text=True))
    assert flaws(text) == []
    return text


def carried(page: str) -> dict[str, str]:
    found = {name: re.search(f'name="{name}" value="([^"]*)"', page) for name in ("key", "seen")}
    return {name: unescape(each.group(1)) for name, each in found.items() if each}


def sent(said: dict[str, str], path: str, subject: str) -> Request:
    return Request(
        method="POST",
        path=path,
        headers={"content-type": FORM},
        stream=BytesIO(urlencode(said).encode()),
        who=who(subject),
    )


def withdraw(office: Office, dossier_id: str, said: dict[str, str], subject: str = OWNER) -> Any:
    request = sent(said, f"/mine/{dossier_id}/withdraw", subject)
    return office.service.withdraw_by_form(request, dossier_id)


def choose(office: Office, dossier_id: str, said: dict[str, str], subject: str = OWNER) -> Any:
    request = sent(said, f"/mine/{dossier_id}/way", subject)
    return office.service.choose_way_by_form(request, dossier_id)


def listed_ids(page: str) -> list[str]:
    return re.findall(r'id="own-[0-9]+"><a href="/mine/([^"?]+)', page)


def test_the_open_ones_come_first_and_of_these_the_oldest_due(office: Office) -> None:
    due = at("2020-10-01 09:30")
    kept(
        office,
        replace(resolved(), id="over", code="", state=State.RETURNED),
        replace(accepted(), id="later", code="", due=due + timedelta(days=9)),
        replace(accepted(), id="sooner", code="", due=due),
        replace(submitted(), id="new"),
        replace(submitted(), id="strange", owner="somebody else"),
        replace(submitted(), id="counter", owner=""),
    )
    page = own_list(office)
    assert listed_ids(page) == ["new", "sooner", "later", "over"]


def test_an_owner_whose_name_begins_like_anothers_sees_their_own_alone(office: Office) -> None:
    kept(
        office,
        replace(submitted(), id="a", owner="an"),
        replace(submitted(), id="b", owner="an 2020-09-15T02:30:00.000Z x"),
        replace(submitted(), id="c", owner="anh"),
    )
    assert listed_ids(own_list(office, "an")) == ["a"]
    assert listed_ids(own_list(office, "anh")) == ["c"]


def test_a_page_looks_at_nothing_but_the_owners_part_of_the_index(office: Office) -> None:
    kept(office, *(replace(submitted(), id=f"d{n}", owner=f"owner {n}") for n in range(30)))
    office.dossiers.queries.clear()
    own_list(office, "owner 7")
    (query,) = office.dossiers.queries
    assert query["owned"]["$gt"].startswith("owner 7 ")
    assert query["owned"]["$lt"].startswith("owner 7 ")
    assert any(index.name == "owned" for index in Dossiers.indexes)


def test_pages_go_on_and_keep_the_language_and_their_length(office: Office) -> None:
    kept(office, *(replace(submitted(), id=f"d{n}") for n in range(5)))
    page = own_list(office, lang="en", limit="2")
    following = unescape(re.findall(r'rel="next" href="([^"]+)"', page)[0])
    assert "lang=en" in following
    assert "limit=2" in following
    assert listed_ids(page) == ["d0", "d1"]


@given(
    st.sampled_from(State),
    st.datetimes(datetime(1995, 1, 1), datetime(2140, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.none() | st.datetimes(datetime(1995, 1, 1), datetime(2180, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_what_is_over_stands_behind_whatever_is_open(
    state: State, handed_in_at: datetime, due: datetime | None
) -> None:
    dossier = replace(submitted(), state=state, submitted=handed_in_at, due=due)
    place = citizen_list.place_of(dossier)
    assert is_place(place)
    bound = "2149-02"
    if handed_in_at.year < 2029:
        assert (place > bound) == (state in OVER)
    begin, end = citizen_list.part_of(OWNER, "")
    assert begin < citizen_list.owned_at(dossier) < end


def test_a_dossier_moves_on_the_list_when_its_date_does(office: Office) -> None:
    dossier_id = office.ask(office.service.submit, handed_in()).body["id"]
    first = office.dossiers.get(dossier_id).owned
    office.clerk(office.service.accept, dossier_id=dossier_id)
    found = office.dossiers.get(dossier_id)
    assert first
    assert found.owned == citizen_list.owned_at(found) != first


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_date_that_stands_still_is_said_to_be_no_promise(lang: str) -> None:
    words = pages.spoken(lang, "")
    waiting = asked(accepted(), "0.0", at("2020-09-16 09:30"), "Bản vẽ")[0]
    row = citizen_view.row(waiting, words, at("2020-09-17 09:30"))
    assert ("no promise" if lang == "en" else "chưa phải lời hẹn") in row.due
    assert not row.late
    assert row.asks == (("Hand in: " if lang == "en" else "Bổ sung: ") + "Bản vẽ",)


def test_each_row_says_due_who_has_it_and_what_to_do() -> None:
    words, now = pages.spoken("vi", "catalogue-data/agencies.json"), at("2020-09-17 10:00")
    first = citizen_view.row(submitted(), words, now)
    assert "chưa có ngày hẹn trả" in first.due
    assert first.holders == ("Quầy tiếp nhận của Trung tâm",)
    way = citizen_view.row(consulting(), words, now)
    assert way.due.startswith("hẹn trả ")
    assert any("Sở Xây dựng" in each for each in way.holders)
    assert LAND not in way.holders
    late = citizen_view.row(consulting(), words, now + timedelta(days=100))
    assert late.late
    assert late.due.endswith("đã quá hạn")
    done = citizen_view.row(resolved(), words, now)
    assert "Nhận kết quả" in done.asks
    over = citizen_view.row(replace(resolved(), state=State.RETURNED), words, now)
    assert (over.asks, over.holders, over.due, over.over) == ((), (), "", True)


def test_nobody_is_shown_where_to_sign_in_and_a_form_is_held(office: Office) -> None:
    kept(office, replace(submitted(), id="mine"))
    for text in (own_list(office, ""), one(office, "mine", "")):
        assert "Cấp" not in text
        assert "Hoa" not in text
    with pytest.raises(Unknown):
        withdraw(office, "mine", {}, subject="")
    with pytest.raises(Unknown):
        office.service.look_at_own(Request(path="/mine"))


def test_another_citizen_and_a_clerk_find_no_trace_of_it(office: Office) -> None:
    kept(office, replace(submitted(), id="mine"))
    for subject in ("công dân 2", "cán bộ 1"):
        with pytest.raises(Hidden):
            one(office, "mine", subject)
        with pytest.raises(Hidden):
            withdraw(office, "mine", {"key": "k", "seen": ""}, subject)
    assert office.dossiers.get("mine").state is State.SUBMITTED


def test_a_dossier_of_the_counter_is_nobodys_own(office: Office) -> None:
    kept(office, replace(submitted(), id="counter", owner=""))
    assert listed_ids(own_list(office)) == []
    with pytest.raises(Hidden):
        one(office, "counter")


def test_taking_it_back_is_done_once_however_often_it_is_sent(office: Office) -> None:
    dossier_id = office.ask(office.service.submit, handed_in()).body["id"]
    said = carried(one(office, dossier_id))
    answers = [withdraw(office, dossier_id, said) for _ in range(3)]
    assert [each.status_code for each in answers] == [303] * 3
    assert {each.headers["Location"] for each in answers} == {f"/mine/{dossier_id}/did/withdraw"}
    assert office.dossiers.get(dossier_id).state is State.WITHDRAWN
    told = [each.type for each in office.dossiers.history(dossier_id)]
    assert told.count("dossier.withdrawn") == 1
    request = Request(path="/x", who=who(OWNER), headers=BROWSER)
    page = office.service.look_at_what_was_done(request, dossier_id, "withdraw")
    shown = Markup(page.get_data(as_text=True))
    assert "Ông/bà đã rút hồ sơ" in shown.text
    assert [each["action"] for each in shown.all("form")] == []


def test_on_what_changed_meanwhile_nothing_is_done_and_the_change_is_shown(office: Office) -> None:
    dossier_id = office.ask(office.service.submit, handed_in()).body["id"]
    said = carried(one(office, dossier_id))
    office.clerk(office.service.accept, dossier_id=dossier_id)
    answer = withdraw(office, dossier_id, said)
    shown = Markup(answer.get_data(as_text=True)).text
    assert answer.status_code == 409
    assert office.dossiers.get(dossier_id).state is not State.WITHDRAWN
    for each in ("Trạng thái", "Hồ sơ đã gửi", "Mã hồ sơ", "Ngày hẹn trả"):
        assert each in shown
    again = carried(answer.get_data(as_text=True))
    assert withdraw(office, dossier_id, again).status_code == 303


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "x",
        "state",
        "state=processing",
        "due=9999-99-99T00:00:00.000Z",
        "due=9999-12-31T23:59:59.000Z",
        "=\t=",
        "a" * 2000,
    ],
)
def test_a_forged_mark_opens_nothing(office: Office, mark: str) -> None:
    dossier_id = office.ask(office.service.submit, handed_in()).body["id"]
    answer = withdraw(office, dossier_id, {"key": "k", "seen": mark or "-"})
    assert answer.status_code == 409
    assert office.dossiers.get(dossier_id).state is State.SUBMITTED


def test_a_form_without_its_key_or_mark_does_nothing(office: Office) -> None:
    dossier_id = office.ask(office.service.submit, handed_in()).body["id"]
    for said in ({}, {"key": "a b"}, {"key": "k"}):
        assert withdraw(office, dossier_id, said).status_code in (400, 409, 422)
    assert office.dossiers.get(dossier_id).state is State.SUBMITTED


def test_what_the_rule_refuses_is_not_offered_and_says_why(office: Office) -> None:
    kept(office, replace(resolved(), id="done"))
    page = one(office, "done")
    assert "/mine/done/withdraw" not in page
    assert "TT 22/2019" in Markup(page).text
    answer = withdraw(office, "done", {"key": "k", "seen": as_seen.mark(resolved())})
    assert answer.status_code == 409
    assert "Chưa làm được" in answer.get_data(as_text=True)


def test_the_page_leads_to_the_papers_that_are_asked_for(office: Office) -> None:
    kept(office, replace(asked(accepted(), "0.0", at("2020-09-16 09:30"), "Bản vẽ")[0], id="w"))
    page = Markup(one(office, "w"))
    assert "Ông/bà cần bổ sung giấy tờ" in page.text
    assert "mang đến quầy" in page.text
    assert "/mine/w/papers" in [each.get("href") for each in page.all("a")]


def test_a_page_that_is_no_place_is_refused(office: Office) -> None:
    for after in ("x", "công dân 2 2020-09-15T02:30:00.000Z d"):
        with pytest.raises(Invalid):
            own_list(office, after=after)


def test_the_differences_of_a_mark_name_every_fact() -> None:
    before, after = submitted(), consulting()
    found = as_seen.differences(as_seen.mark(before), after)
    assert {"state", "code", "due"} <= found.keys()
    assert as_seen.differences(as_seen.mark(after), after) == {}
    words = pages.spoken("en", "")
    shown = citizen_view.changed(as_seen.mark(before), after, words)
    assert all(isinstance(name, tuple) for name, _, _ in shown)
    assert citizen_view.changed("nothing", after, words)


def test_every_fact_that_may_change_has_its_words() -> None:
    assert as_seen.facts(submitted()).keys() == citizen_view.FACTS.keys()


def test_it_is_known_which_acts_there_are() -> None:
    now = RECEIVED
    calendar = Office().calendars.now().calendar
    for dossier, may in ((submitted(), True), (consulting(), True), (resolved(), False)):
        verdict = citizen_acts.possible(dossier, now, calendar)[citizen_acts.CitizenAct.WITHDRAW]
        assert (verdict is None) == may


def test_the_owner_chooses_how_the_result_comes_until_they_have_it(office: Office) -> None:
    over = replace(resolved(), id="over", code="", state=State.RETURNED)
    kept(office, replace(resolved(), id="d"), over)
    said = carried(one(office, "d")) | {"way-by": "online"}
    answers = [choose(office, "d", said) for _ in range(2)]
    assert [each.headers["Location"] for each in answers] == ["/mine/d/did/way"] * 2
    assert office.dossiers.get("d").result_by == "online"
    assert 'value="online" checked' in one(office, "d")
    assert "/mine/over/way" not in one(office, "over")
    refused = choose(office, "over", carried(one(office, "d")) | {"way-by": "post"})
    assert refused.status_code == 409


def test_the_post_needs_an_address_and_says_so_with_what_was_chosen(office: Office) -> None:
    applicant = replace(accepted().applicant, address="")
    kept(office, replace(accepted(), id="d", applicant=applicant, result_by="counter"))
    answer = choose(office, "d", carried(one(office, "d")) | {"way-by": "post"})
    page = str(answer.get_data(as_text=True))
    assert flaws(page) == []
    assert answer.status_code == 422
    assert "cần có địa chỉ" in page
    assert 'value="post" checked' in page
    assert office.dossiers.get("d").result_by == "counter"


def test_nobody_chooses_for_anothers_dossier(office: Office) -> None:
    kept(office, replace(accepted(), id="d"))
    said = carried(one(office, "d")) | {"way-by": "online"}
    with pytest.raises(Hidden):
        choose(office, "d", said, "somebody else")
    with pytest.raises(Unknown):
        choose(office, "d", said, "")
    assert office.dossiers.get("d").result_by == ""
