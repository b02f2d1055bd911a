"""Every list of every service: what is on it throughout is found once, and nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import service_discovery
from contracts.history import Revision
from foundation.errors import Invalid
from foundation.persistence.document import revision_fields, to_fields
from foundation.web import Request
from foundation.web.routes import Route
from foundation.worktime import Calendar
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.lateness import late_list
from services.intake.schemas import late_lines
from services.intake.store import Dossiers
from tests.builders import accepted
from tests.desks import AskedStore
from tests.list_routes import LISTS, NOW, WHO, ListRoute, feedback, late_dossier, office_now

LIMITS = (1, 2, 3, 7, 20)
WAYS = [(name, way) for name, ways in LISTS.items() for way in ways]
NAMES = [f"{name} {number}" for number, (name, _) in enumerate(WAYS)]

# GET routes that are no list to be paged, and why.
NO_LISTS = {
    "catalogue GET /catalogue": "the list of /procedures, below",
    "catalogue GET /catalogue/<code>": "one",
    "catalogue GET /catalogue/<code>/draft": "one",
    "catalogue GET /codes/<table>": "by code, which is one: test_catalogue_codes.py",
    "catalogue GET /codes/<table>/<code>": "one",
    "catalogue GET /coverage": "counts",
    "catalogue GET /places": "one",
    "catalogue GET /procedures/<code>": "one",
    "documents GET /documents/<id>": "one",
    "documents GET /files/<id>": "one file",
    "documents GET /files/<id>/view": "the same, shown",
    "documents GET /files/of/<dossier>": "of one dossier, three hundred at most",
    "documents GET /uploads/too-large": "a page",
    "documents GET /counter/quarantine/<id>": "one",
    "documents GET /centre/holds": "a form",
    "documents GET /centre/holds/<kind>/<id>": "one",
    "documents GET /documents/<id>/content": "one",
    "documents GET /documents/<id>/holds": "of one document, a hundred at most",
    "documents GET /documents/<id>/proof": "one",
    "documents GET /documents/dossiers/<dossier>/hold": "of one dossier, a hundred at most",
    "feedback GET /denunciations/<id>": "one",
    "feedback GET /denunciations/<id>/sealed": "one",
    "feedback GET /feedback/<id>": "one",
    "feedback GET /feedback/new/<kind>": "a form",
    "feedback GET /feedback/take-in": "a form",
    "feedback GET /feedback/take-in/<kind>": "a form",
    "feedback GET /feedback/take-in/<id>/done": "one",
    "feedback GET /feedback/centre/<id>": "one",
    "feedback GET /feedback/centre/<id>/did/<name>": "one",
    "feedback GET /satisfaction": "of one month, and of each agency",
    "feedback GET /feedback/own": "no page",
    "feedback GET /feedback/own/<id>": "one",
    "feedback GET /feedback/own/<id>/sent": "one",
    "feedback GET /denounce": "a form",
    "feedback GET /denounce/without-account": "a form",
    "feedback GET /denounce/follow": "a form",
    "feedback GET /denounce/take-in": "a form",
    "feedback GET /denounce/own": "no page",
    "feedback GET /denounce/own/<id>": "one",
    "feedback GET /denounce/own/<id>/sent": "one",
    "feedback GET /rate/<dossier>": "a form",
    "feedback GET /rate": "a form",
    "feedback GET /rate/hand-out": "a form",
    "feedback GET /rate/hand-out/<id>": "one",
    "feedback GET /rate/visit/<code>": "a form",
    "feedback GET /ratings": "figures",
    "intake GET /": "a form",
    "intake GET /apply": "the 20 drafts that a citizen may have",
    "intake GET /apply/for/<procedure>": "a form",
    "intake GET /apply/<draft>": "one",
    "intake GET /apply/<draft>/<task>": "a form",
    "intake GET /apply/<draft>/fill": "those of one procedure",
    "intake GET /apply/<draft>/fill/<paper>/<section>": "a form",
    "intake GET /counter/dossiers/<dossier_id>/fill/<paper>": "a form",
    "intake GET /apply/<draft>/papers": "those of one procedure",
    "intake GET /apply/<draft>/papers/<paper>": "one",
    "intake GET /apply/<draft>/papers/<paper>/did/<name>": "one",
    "intake GET /apply/<draft>/papers/<paper>/file/<document>": "one",
    "intake GET /apply/<draft>/receipt": "one",
    "intake GET /booking": "the times of one day",
    "intake GET /booking/<code>": "one",
    "intake GET /booking/own": "no page",
    "intake GET /calendar": "one table",
    "intake GET /centre": "figures",
    "intake GET /centre/calendar": "one table",
    "intake GET /centre/calendar/did/<name>": "the same",
    "intake GET /centre/screen": "figures",
    "intake GET /centre/urging-rules": "one table, of 100 rules at most",
    "intake GET /counter/dossiers/<dossier_id>": "one",
    "intake GET /counter/dossiers/<dossier_id>/did/<name>": "one",
    "intake GET /counter/dossiers/<dossier_id>/payments": "those of one dossier, 30 at most",
    "intake GET /counter/new": "the 20 procedures that fit best",
    "intake GET /counter/new/<procedure>": "a form",
    "intake GET /counter/queue": "the windows of the plan",
    "intake GET /counter/queue/<window>": "one",
    "intake GET /counter/visits": "the slots of one day",
    "intake GET /dossiers/<dossier_id>": "one",
    "intake GET /dossiers/lookups": "by number, which is one: test_intake_finding.py",
    "intake GET /dossiers/<dossier_id>/urgings": "all of one dossier, from its own document",
    "intake GET /figures": "one count of all and of each agency",
    "intake GET /hall": "the numbers that are called, one for each window",
    "intake GET /hall/<ticket>": "one",
    "intake GET /kiosk": "a form",
    "intake GET /kiosk/<ticket>": "one",
    "intake GET /late.csv": "the list of /late, whole: below",
    "intake GET /late/<dossier_id>": "one",
    "intake GET /mine/<dossier_id>": "one",
    "intake GET /mine/<dossier_id>/did/<name>": "one",
    "intake GET /mine/<dossier_id>/papers": "those that are asked for",
    "intake GET /mine/<dossier_id>/pay": "those of one dossier, 30 at most",
    "intake GET /mine/<dossier_id>/receipts/<fee>": "one",
    "intake GET /mine/<dossier_id>/papers/<paper>": "one",
    "intake GET /mine/<dossier_id>/papers/<paper>/did/<name>": "one",
    "intake GET /mine/<dossier_id>/papers/<paper>/file/<document>": "one",
    "intake GET /outages": "what is to come of 500 at most, from one document",
    "intake GET /procedures/<code>": "one",
    "intake GET /register/<year>": "a whole book, day by day: below",
    "intake GET /sign-in": "a choice of accounts",
    "intake GET /sign-in/callback": "no page",
    "intake GET /sign-in/with/<provider>": "no page",
    "intake GET /signed-out/<provider>": "one",
    "intake GET /tracking": "one",
    "intake GET /tracking/<code>": "one",
    "notifications GET /dossiers/<dossier>/contact": "one",
    "notifications GET /message-templates": "a few",
    "notifications GET /message-templates/<kind>/<language>": "one",
    "notifications GET /providers": "a few",
    "notifications GET /templates/<kind>/<language>": "one",
    "notifications GET /unsubscribe/<dossier>/<seal>": "a page",
    "notifications GET /receipts/<secret>/<provider>": "what a provider says",
    "routing GET /coverage": "days",
    "routing GET /desks/<agency>/steps/<step>": "one",
    "routing GET /desks/<agency>/steps/<step>/did/<name>": "one",
    "routing GET /desks/<agency>/routes/<dossier>": "one",
    "routing GET /desks/<agency>/explanations/<feedback>": "one",
    "routing GET /desks/<agency>/staff/way": "one",
    "routing GET /desks/<agency>/staff": "one book",
    "routing GET /desks/<agency>/staff/desk": "one",
    "routing GET /desks/<agency>/staff/officer": "one",
    "routing GET /office": "one book",
    "routing GET /routes/<dossier>": "one",
    "routing GET /sign-in": "a choice of accounts",
    "routing GET /sign-in/callback": "no page",
    "routing GET /sign-in/with/<provider>": "no page",
    "routing GET /signed-out/<provider>": "one",
    "routing GET /steps/<step>": "one",
    "subscriptions GET /asyncapi.json": "one",
    "subscriptions GET /events": "the log, by position: test_subscriptions_service.py",
    "subscriptions GET /subscriptions/<id>": "one",
    "subscriptions GET /subscriptions/<id>/deliveries": "by position: test_subscriptions_api.py",
    "subscriptions GET /webhooks": "the 50 that an owner may have",
    "subscriptions GET /webhooks/all": "accounts by name: test_webhook_pages.py",
    "subscriptions GET /webhooks/deleted": "the list of /webhooks",
    "subscriptions GET /webhooks/new": "a form",
    "subscriptions GET /webhooks/<id>": "one",
    "subscriptions GET /webhooks/<id>/change": "a form",
    "subscriptions GET /webhooks/<id>/deliveries": "by position: test_webhook_pages.py",
    "subscriptions GET /webhooks/<id>/did/<name>": "one",
    "subscriptions GET /subscriptions": "at most 50 of one owner: test_subscriptions_api.py",
}


def routes() -> set[str]:
    return {
        f"{name} GET {route.path}"
        for name in service_discovery.service_names()
        for method in vars_of(service_discovery.service_class(name))
        for route in getattr(method, "nameko_entrypoints", ())
        if isinstance(route, Route) and route.method == "GET"
    }


def vars_of(kind: type) -> list[Any]:
    return [getattr(kind, name) for name in dir(kind)]


def test_every_get_route_is_a_list_that_is_walked_here_or_none() -> None:
    assert routes() == {*LISTS, *NO_LISTS}


def walked(
    route: ListRoute, limit: int, between: Callable[[], object] = lambda: None, most: int = 400
) -> list[str]:
    found: list[str] = []
    after = ""
    for _ in range(most):
        ids, after = route.page({"limit": str(limit), "after": after})
        assert len(ids) <= max(limit, 0)
        found += ids
        if not after:
            return found
        between()
    raise AssertionError("the list does not end")


@pytest.mark.parametrize(("name", "way"), WAYS, ids=NAMES)
@pytest.mark.parametrize("limit", LIMITS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_what_is_there_throughout_is_found_once_while_others_write(
    name: str, way: Callable[[], ListRoute], limit: int, data: st.DataObject
) -> None:
    """Most have the same millisecond, as what 20 counters hand in at once."""
    route = way()
    ages = data.draw(st.lists(st.sampled_from((0, 0, 0, 1, 60_000, 86_400_000)), max_size=24))
    comes = data.draw(st.lists(st.sampled_from((0, 0, 1, 90_000)), max_size=12))
    for number, age in enumerate(ages):
        route.put(f"x{number * 7 % 25:03}", NOW - timedelta(milliseconds=age))
    there = list(route.store.documents)
    goes = there[3::4]
    number = 100

    def others_write() -> None:
        nonlocal number
        if goes:
            del route.store.documents[goes.pop()]
        if comes:
            number += 1
            route.put(f"x{number}", NOW - timedelta(milliseconds=comes.pop()))

    stays = {*there} - {*goes}
    found = walked(route, limit, others_write)
    assert len({*found}) == len(found), name
    assert stays <= {*found}, name


@pytest.mark.parametrize(("name", "way"), WAYS, ids=NAMES)
def test_an_empty_list_ends_and_one_as_long_as_a_page_has_no_next(
    name: str, way: Callable[[], ListRoute]
) -> None:
    route = way()
    assert route.page({}) == route.page({"lang": "en"}) == ([], ""), name
    for number in range(3):
        route.put(f"x{number:03}", NOW)
    ids, following = route.page({"limit": "3"})
    assert (len(ids), following) == (3, ""), name
    ids, following = route.page({"limit": "2"})
    assert (len(ids), bool(following)) == (2, True), name


@pytest.mark.parametrize(("name", "way"), WAYS, ids=NAMES)
def test_what_is_no_place_is_refused(name: str, way: Callable[[], ListRoute]) -> None:
    for wrong in ("x", "2026-11-23T02:00:00.000", "2026-13-01T00:00:00.000Z d1", "$gt", "1 2 3 4"):
        with pytest.raises(Invalid) as refused:
            way().page({"after": wrong})
        assert list(refused.value.fields) == ["after"], name


@pytest.mark.parametrize(
    ("name", "way"),
    [each for each in WAYS if "catalogue" not in each[0]],
    ids=[each for each in NAMES if "catalogue" not in each],
)
def test_a_moment_alone_still_says_where_a_page_begins(
    name: str, way: Callable[[], ListRoute]
) -> None:
    """As clients of the dossier list gave it before places had an id; also one of long ago."""
    route = way()
    for number, minutes in enumerate((30, 20, 20, 10)):
        route.put(f"x{number:03}", NOW - timedelta(minutes=minutes))
    whole, _ = route.page({})
    assert len(whole) == 4
    at = f"{NOW - timedelta(minutes=20):%Y-%m-%dT%H:%M:%S}"
    rest, _ = route.page({"after": f"{at}Z"})
    by_newest = whole[0] == "x003"
    if whole[0] in {"x000", "x003"}:  # those that are sorted by what the moment is here
        assert rest == (["x000"] if by_newest else ["x003"]), name
    assert route.page({"after": f"{at}+00:00"}) == (rest, "")
    long_ago, far_off = (
        route.page({"after": f"{year}-01-01T00:00:00+07:00"})[0] for year in ("0001", "9998")
    )
    assert sorted([long_ago, far_off], key=len) == [[], whole], name


def test_890_dossiers_of_one_millisecond_are_890(office_list: ListRoute) -> None:
    for number in range(890):
        office_list.put(f"d{number:03}", NOW - timedelta(milliseconds=number // 45))
    assert len({*walked(office_list, 50)}) == 890
    for number in range(800):
        del office_list.store.documents[f"d{number:03}"]
    assert len({*walked(office_list, 1)}) == 90


def test_what_is_open_begins_with_the_oldest(office_list: ListRoute) -> None:
    """Thirteen that have been there for more than a month, on a day without anything new."""
    for number in range(13):
        office_list.put(f"d{number:02}", NOW - timedelta(days=31 + number))
    ids, _ = office_list.page({})
    assert ids == [f"d{number:02}" for number in range(12, -1, -1)]
    ids, _ = office_list.page({"limit": "1"})
    assert ids == ["d12"]


def test_feedback_that_waits_for_years_comes_first() -> None:
    route = feedback()
    for number, days in enumerate((1, 900, 90)):
        route.put(f"f{number}", NOW - timedelta(days=days))
    assert route.page({"limit": "2"})[0] == ["f1", "f2"]


@pytest.fixture
def office_list() -> ListRoute:
    return LISTS["intake GET /dossiers"][0]()


class Books(AskedStore):
    in_book = Dossiers.in_book


def keep(store: Any, thing: Any) -> None:
    fields = {**revision_fields(Revision(version=1)), **to_fields(thing)}
    store.documents[thing.id] = {"_id": thing.id, **fields}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_day_of_the_register_is_read_whole_while_numbers_are_taken(limit: int) -> None:
    store: Any = Books(Dossier)

    def take(number: int) -> None:
        code = f"000.00.00.H41-261123-{number:04}"
        keep(store, replace(accepted(), id=f"d{number}", code=code))

    for number in range(1, 31):
        take(number)
    found: list[str] = []
    after, taken = "", 30
    while page := store.in_book("000.00.00.H41-261123", after, limit=limit):
        found += [each.code for each in page]
        after = page[-1].code
        if taken < 40:
            taken += 1
            take(taken)
    assert found == sorted({*found})
    assert len(found) >= 30


def late_rows(many: int) -> list[Any]:
    now, calendar = NOW + timedelta(days=9), Calendar.default()
    made = (late_dossier(f"d{number:03}", NOW) for number in range(many))
    return [late_list.row(replace(each, code=f"c{each.id}"), now, calendar) for each in made]


@pytest.mark.parametrize("many", [0, 3, 4, 9])
def test_the_table_of_what_is_late_has_every_row_or_says_where_it_goes_on(many: int) -> None:
    rows = late_rows(many)
    _, *lines = [each.decode() for each in late_lines(iter(rows), most=3)]
    assert [line.split(",")[0] for line in lines[:3]] == [f"cd{n:03}" for n in range(min(many, 3))]
    onward = f"after={rows[2].place.replace(' ', '+')}" if many > 3 else ""
    assert [onward in line for line in lines[3:]] == ([True] if onward else [])


@pytest.mark.parametrize("many", [3, 230])
def test_the_whole_table_is_read_page_by_page_though_all_are_late_since_one_moment(
    many: int,
) -> None:
    office = office_now()
    for number in range(many):
        made = late_dossier(f"d{number:03}", NOW)
        keep(office.dossiers, replace(made, code=f"c{number:03}"))
    table = office.service.export(Request(path="/late.csv", who=WHO)).get_data(as_text=True)
    found = [line.split(",")[0] for line in table.splitlines()[1:]]
    assert found == [f"c{number:03}" for number in range(many)]
