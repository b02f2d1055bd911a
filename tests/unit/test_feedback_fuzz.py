"""Whatever is sent to the doors of feedback, the answer is one of the error tree: never a 5xx."""

import json
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from nameko.testing.services import worker_factory

from foundation.errors import Error
from foundation.vault import FileKeys
from foundation.vault.provider import Vault
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.web.rate_limit import LookupRateLimiter
from foundation.web.route_schemas import parameters_of
from foundation.web.routes import Route
from services.feedback.domain.denunciation import Denunciation
from services.feedback.domain.feedback import Feedback
from services.feedback.domain.rating import KnownDossier, Rating
from services.feedback.domain.sealed_parts import SealedReading
from services.feedback.domain.tally import RatingTally
from services.feedback.domain.visit import Visit
from services.feedback.service import FeedbackService
from services.feedback.store import Denunciations, Feedbacks, Ratings, RatingTallies, Visits
from tests.builders import AGENCIES
from tests.desks import AskedStore
from tests.fakes import FakeCalendarCopies, FakeClock, FakeConnectedAgencies, FakeStore
from tests.unit.test_denunciations_service import DENOUNCER, HANDLER, HEAD, WORDS, FakeReadings
from tests.unit.test_feedback_service import CENTRE, CITIZEN, COMPLAINT, PERSON

ROUTES = [
    (name, route)
    for name in dir(FeedbackService)
    for route in getattr(getattr(FeedbackService, name), "nameko_entrypoints", ())
    if isinstance(route, Route)
]
KNOWN: list[dict[str, Any]] = [
    *(COMPLAINT, COMPLAINT | {"dossier": "", "person": PERSON}, WORDS),
    {"dossier": "d-1", "score": 2, "officer": 1, "reasons": ["late"]},
    {"act": "accept", "case": "complex"},
    {"act": "decide", "outcome": "upheld"},
    {"outcome": "upheld", "text": "Đúng."},
    {"handlers": ["handler-1"]},
    {"agency": "so-xay-dung"},
    {"case": "complex"},
    {},
]
NAMES = sorted({name for each in KNOWN for name in each} | {"channel", "learned", "evidence"})
texts = st.text(max_size=30) | st.sampled_from(
    ["", "so-xay-dung", "d-1", "0912345678", "a@b.vn", "2026-11-01", "0001-01-01", "9999-12-31"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
changed = st.builds(
    lambda known, changes: known | changes,
    st.sampled_from(KNOWN),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=2),
)
bodies = st.one_of(
    changed.map(lambda body: json.dumps(body).encode()),
    values.map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=40),
)
queries = st.dictionaries(
    st.sampled_from(["state", "limit", "after", "reason", "month", "agency", "lang"]),
    texts | st.sampled_from(["verify", "2026-11", "received", "5"]),
    max_size=3,
)


class Asked(AskedStore):
    standing = Feedbacks.standing
    to_pass_on = Feedbacks.to_pass_on
    searched = Feedbacks.searched
    having = Feedbacks.having
    published = Feedbacks.published
    saying = Feedbacks.saying


class AskedDenunciations(AskedStore):
    standing = Denunciations.standing


class AskedRatings(AskedStore):
    is_given = Ratings.is_given


class AskedVisits(AskedStore):
    by_code = Visits.by_code


class AskedTallies(AskedStore):
    of_month = RatingTallies.of_month


def service() -> tuple[Any, list[str]]:
    """The service with a thing of each kind in it; and their ids."""
    clock = FakeClock()
    made = worker_factory(
        FeedbackService,
        settings=SimpleNamespace(agencies=AGENCIES),
        guard=LookupRateLimiter(),
        feedbacks=Asked(Feedback, clock=clock),
        denunciations=AskedDenunciations(Denunciation, clock=clock),
        sealed_readings=FakeReadings(SealedReading, clock=clock),
        ratings=AskedRatings(Rating, clock=clock),
        visits=AskedVisits(Visit, clock=clock),
        rating_tallies=AskedTallies(RatingTally, clock=clock),
        dossiers=FakeStore(KnownDossier),
        connected_agencies=FakeConnectedAgencies(),
        clock=clock,
        calendars=FakeCalendarCopies(clock=clock),
        vault=Vault(FileKeys({"vault.1": b"k" * 32})),
    )
    made.dossiers.save(KnownDossier(id="d-1", owner=CITIZEN.subject, returned_by="so-xay-dung"))
    made.visits.save(Visit(id="v-1", code="ABCDE23456", handed_out=clock.now()))
    complaint = made.receive(asking(CITIZEN, "POST", json.dumps(COMPLAINT).encode(), {}))
    denounced = made.denounce(asking(DENOUNCER, "POST", json.dumps(WORDS).encode(), {}))
    naming = asking(HEAD, "POST", b'{"handlers": ["handler-1"]}', {})
    made.name_handlers(naming, id=denounced.body["id"])
    return made, [complaint.body["id"], denounced.body["id"], "none", "\u0110 x"]


def asking(who: Identity, method: str, body: bytes, query: dict[str, str]) -> Request:
    return Request(
        method=method,
        path="/x",
        headers={"content-type": "application/json", "idempotency-key": "k"},
        stream=BytesIO(body),
        query=query,
        who=who,
    )


def answered(route: Callable[..., Any], request: Request, **place: str) -> int:
    """The status of the answer; what is no error of the tree goes up, as it would become a 500."""
    try:
        route(request, **place)
    except Error as error:
        return error.status
    return 200


@settings(max_examples=400, deadline=None)
@given(
    route=st.sampled_from(ROUTES),
    who=st.sampled_from([CITIZEN, CENTRE, DENOUNCER, HANDLER, HEAD]),
    body=bodies,
    query=queries,
    which=st.integers(0, 3),
)
def test_no_door_of_feedback_fails(
    route: tuple[str, Route], who: Identity, body: bytes, query: dict[str, str], which: int
) -> None:
    made, ids = service()
    name, door = route
    named = {
        "id": ids[which],
        "kind": ("complaint", "x")[which % 2],
        "dossier": "d-1",
        "code": "ABCDE23456",
        "name": "forward",
    }
    place = {each: named[each] for each in parameters_of(door.path)}
    status = answered(getattr(made, name), asking(who, door.method, body, query), **place)
    assert status < 500
