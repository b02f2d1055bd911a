import json
from collections.abc import Sequence
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from contracts.envelope import Envelope
from contracts.events import DossierAccepted, Event, StepAssigned
from foundation.consumer import MessageMeta
from foundation.errors import Forbidden, Invalid, Refused
from foundation.persistence.event_log import Record
from foundation.web import Request
from foundation.web.auth import Identity
from services.subscriptions.service import SubscriptionsService
from tests.fakes import FakeClock

READER = Identity("statistics-office", frozenset({"events:read"}))
OF_AN_AGENCY = Identity("so-xay-dung-system", frozenset({"events:read"}), agency="so-xay-dung")


class FakeLog:
    """Keeps records in memory; tests/integration/test_event_log.py holds it to the real one."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], Record] = {}

    def append(self, events: Sequence[Envelope]) -> None:
        for event in events:
            record = Record(len(self.records) + 1, json.loads(event.encode()))
            self.records.setdefault((event.source, event.id), record)

    def after(self, position: int, limit: int) -> list[Record]:
        if position > len(self.records):
            raise Refused("Quá xa.", "Too far.")
        return list(self.records.values())[position : position + limit]


class Feed:
    """The service over a log in memory, and the two ways in."""

    def __init__(self) -> None:
        self.log = FakeLog()
        self.service = worker_factory(SubscriptionsService, log=self.log)

    def hear(self, *events: Event, first: int = 1) -> None:
        self.service.keep([(each, about(each, seq)) for seq, each in enumerate(events, first)])

    def read(self, who: Identity = READER, **query: str) -> Any:
        return self.service.events(Request(path="/events", query=query, who=who))


def about(event: Event, seq: int, **more: Any) -> MessageMeta:
    return MessageMeta(
        id=f"e-{seq}",
        source="motcua:intake",
        subject="d-1",
        time=FakeClock().now(),
        seq=seq,
        agency=event.agency,
        data=event.write() | more,
        traceparent=f"00-{'a' * 32}-{'b' * 16}-01",
    )


def accepted(agency: str = "so-xay-dung") -> DossierAccepted:
    return DossierAccepted(agency=agency, code="c", procedure="p", due=FakeClock().now())


@pytest.fixture
def feed() -> Feed:
    feed = Feed()
    feed.hear(accepted(), accepted("ubnd-xa"), StepAssigned(agency="so-xay-dung", step="s"))
    return feed


def ids(page: Any) -> list[str]:
    return [event["id"] for event in page["events"]]


def test_an_event_is_read_as_it_was_told(feed: Feed) -> None:
    (event, *_) = feed.read()["events"]
    assert event == {
        "specversion": "1.0",
        "id": "e-1",
        "source": "motcua:intake",
        "type": "dossier.accepted",
        "subject": "d-1",
        "time": "2026-11-23T02:00:00.000Z",
        "datacontenttype": "application/json",
        "seq": 1,
        "agency": "so-xay-dung",
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        "data": {
            "agency": "so-xay-dung",
            "code": "c",
            "procedure": "p",
            "due": "2026-11-23T02:00:00.000Z",
        },
    }


def test_what_a_newer_service_tells_besides_is_kept(feed: Feed) -> None:
    feed.service.keep([(accepted(), about(accepted(), 4, colour="blue"))])
    assert feed.read(after="3")["events"][0]["data"]["colour"] == "blue"


def test_reading_goes_on_at_next_until_nothing_is_left(feed: Feed) -> None:
    first = feed.read(limit="2")
    second = feed.read(limit="2", after=str(first["next"]))
    end = feed.read(limit="2", after=str(second["next"]))
    assert [ids(first), ids(second), ids(end)] == [["e-1", "e-2"], ["e-3"], []]
    assert [first["next"], second["next"], end["next"]] == [2, 3, 3]


def test_an_event_told_twice_is_read_once(feed: Feed) -> None:
    feed.hear(accepted(), accepted("ubnd-xa"))
    assert ids(feed.read()) == ["e-1", "e-2", "e-3"]


def test_a_filter_picks_from_the_page_and_the_reader_still_gets_on(feed: Feed) -> None:
    assert ids(feed.read(agency="so-xay-dung")) == ["e-1", "e-3"]
    assert ids(feed.read(type="dossier.accepted", agency="ubnd-xa")) == ["e-2"]
    nothing = feed.read(type="step.assigned", limit="2")
    assert (ids(nothing), nothing["next"]) == ([], 2)
    assert ids(feed.read(type="step.assigned", limit="2", after="2")) == ["e-3"]


def test_who_speaks_for_an_agency_reads_its_events_and_no_others(feed: Feed) -> None:
    assert ids(feed.read(OF_AN_AGENCY, agency="so-xay-dung")) == ["e-1", "e-3"]
    for query in ({"agency": "ubnd-xa"}, {}):
        with pytest.raises(Forbidden):
            feed.read(OF_AN_AGENCY, **query)


def test_a_position_the_log_never_had_is_refused(feed: Feed) -> None:
    with pytest.raises(Refused):
        feed.read(after="4")


def test_a_query_that_makes_no_sense_is_invalid(feed: Feed) -> None:
    with pytest.raises(Invalid) as caught:
        feed.read(limit="501")
    assert list(caught.value.fields) == ["limit"]
