"""The links at the head of a page: where whoever signed in works, and only there."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli import service_discovery
from foundation.web.openapi import routes_of
from foundation.web.page_routes import PageRoute
from foundation.web.session import PageSession
from foundation.web.staff_places import STAFF_PLACES, StaffPlace, staff_links

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def signed_in(*scopes: str, agency: str = "") -> PageSession:
    return PageSession(
        subject="lan",
        name="Lan",
        provider="staff",
        scopes=scopes,
        agency=agency,
        began=NOW,
        seen=NOW,
    )


def linked(session: PageSession | None, path: str = "/") -> list[tuple[str, bool]]:
    return [(each.address, each.current) for each in staff_links(session, path)]


def pages() -> Iterator[tuple[str, str]]:
    for name in service_discovery.service_names():
        for each in routes_of(service_discovery.service_class(name)):
            if isinstance(each.route, PageRoute) and each.route.method == "GET":
                yield each.route.path, each.route.scope


@pytest.mark.parametrize("place", STAFF_PLACES, ids=lambda each: each.address)
def test_each_place_is_a_page_that_its_scope_opens(place: StaffPlace) -> None:
    opened = {path.replace("<desk>", "<agency>"): scope.split() for path, scope in pages()}
    assert place.scope in opened[place.address]


def test_nobody_and_a_citizen_are_led_nowhere() -> None:
    assert linked(None) == []
    assert linked(signed_in("dossier:read", "dossier:submit")) == []


def test_whoever_works_in_two_places_finds_both_from_everywhere() -> None:
    both = signed_in("counter", "desk", agency="so-xay-dung")
    assert linked(both) == [("/counter", False), ("/desks/so-xay-dung/work", False)]
    assert linked(both, "/counter/dossiers/1") == [
        ("/counter", True),
        ("/desks/so-xay-dung/work", False),
    ]
    assert linked(both, "/desks/so-xay-dung/steps/1")[1] == ("/desks/so-xay-dung/work", True)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/centre", "/centre"),
        ("/centre/calendar", "/centre/calendar"),
        ("/centre/dossiers", "/centre"),
        ("/centrepiece", ""),
        ("/webhooks/w1", "/webhooks/all"),
    ],
)
def test_a_page_belongs_to_the_nearest_place_around_it(path: str, here: str) -> None:
    director = signed_in("director", "calendar:write", "events:admin")
    assert [address for address, current in linked(director, path) if current] == (
        [here] if here else []
    )
