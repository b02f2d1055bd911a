import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nameko.testing.services import worker_factory

from contracts.envelope import Envelope
from contracts.events import (
    DossierAccepted,
    DossierSubmitted,
    Event,
    StepAssigned,
)
from foundation.consumer import MessageMeta
from foundation.errors import Forbidden, Invalid, Refused
from foundation.persistence.event_labels import LabelIs
from foundation.persistence.event_log import EventLog, Labels, LogStretch, Record
from foundation.web import Request
from foundation.web.auth import Identity
from services.subscriptions.service import SubscriptionsService
from tests.contract.golden import PUBLISHED
from tests.fakes import FakeClock

ROOT = Path(__file__).resolve().parents[2]
READER = Identity("statistics-office", frozenset({"events:read"}))
OF_AN_AGENCY = Identity("so-xay-dung-system", frozenset({"events:read"}), agency="so-xay-dung")


class FakeLog:
    """Keeps records in memory; tests/integration/test_event_log.py holds it to the real one."""

    page = EventLog.page
    most_looked_at, looked_at_once = EventLog.most_looked_at, EventLog.looked_at_once

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], Record] = {}
        self.looked_at = 0
        self.labels: list[Labels] = []

    def begin(self) -> int:
        return 1

    def append(self, events: Sequence[Envelope], labels: Sequence[Labels] = ()) -> None:
        self.labels += labels
        for event in events:
            record = Record(len(self.records) + 1, event.encode().decode())
            self.records.setdefault((event.source, event.id), record)

    def end(self) -> int:
        return len(self.records)

    length = end

    def stretch(self, position: int, count: int, _narrow: Sequence[LabelIs] = ()) -> LogStretch:
        """Leaves nothing out: what labels narrow is looked at afterwards all the same."""
        records = self.after(position, count + 1)[:count]
        return LogStretch(records, position + len(records), more=self.end() > position + count)

    def after(self, position: int, limit: int) -> list[Record]:
        self.looked_at += limit
        if position > len(self.records):
            raise Refused("Quá xa.", "Too far.")
        return list(self.records.values())[position : position + limit]


class FakeTable(dict[str, str]):
    """As LookupTable, in memory."""

    def learn(self, values: Mapping[str, str]) -> None:
        self.update(values)

    def known(self, keys: Iterable[str]) -> dict[str, str]:
        return {key: self[key] for key in keys if key in self}


class FakeLive:
    """As LiveAnswers; what is waited for happens as it is waited for, or the process ends."""

    longest = 600.0
    ending = False

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.happens = list(happens)
        self.places = 0

    @contextmanager
    def place(self, _caller: str) -> Iterator[None]:
        self.places += 1
        yield
        self.places -= 1

    def wait(self, happened: Callable[[], bool], _seconds: float) -> bool:
        if happened():
            return True
        if self.happens:
            self.happens.pop(0)()
        else:
            self.ending = True
        return happened()


class Feed:
    """The service over a log in memory, and the two ways in."""

    def __init__(self) -> None:
        self.log = FakeLog()
        self.live = FakeLive()
        self.settings = SimpleNamespace(events_kept_days=0)
        self.service = worker_factory(
            SubscriptionsService,
            log=self.log,
            live=self.live,
            settings=self.settings,
            clock=FakeClock(),
            procedures=FakeTable(),
            fields=FakeTable(),
        )

    def hear(self, *events: Event, first: int = 1) -> None:
        self.service.keep([(each, about(each, seq)) for seq, each in enumerate(events, first)])

    def read(self, who: Identity = READER, **query: str) -> Any:
        answer = self.service.events(Request(path="/events", query=query, who=who))
        return answer if answer.is_streamed else json.loads(answer.get_data(as_text=True))


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
            "components": 0,
            "digitised": 0,
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


def test_a_filter_picks_from_the_log_and_not_from_a_page_of_it(feed: Feed) -> None:
    assert ids(feed.read(agency="so-xay-dung")) == ["e-1", "e-3"]
    assert ids(feed.read(type="dossier.accepted", agency="ubnd-xa")) == ["e-2"]
    first = feed.read(agency="so-xay-dung", limit="1")
    assert (ids(first), first["next"], first["more"]) == (["e-1"], 1, True)
    rest = feed.read(agency="so-xay-dung", limit="1", after="1")
    assert (ids(rest), rest["next"], rest["more"]) == (["e-3"], 3, False)
    assert ids(feed.read(type="step.assigned", limit="1")) == ["e-3"]


def test_a_page_says_whether_the_log_goes_on(feed: Feed) -> None:
    assert [feed.read(limit=str(n))["more"] for n in (1, 2, 3, 4)] == [True, True, False, False]
    end = feed.read(after="3")
    assert (end["events"], end["next"], end["more"]) == ([], 3, False)
    assert Feed().read() == {"events": [], "next": 0, "more": False}


@pytest.mark.parametrize("others", [0, 1, 499, 501, 3999, 4000, 4001, 9000])
@pytest.mark.parametrize("limit", ["1", "2", "500"])
def test_the_loop_rests_only_at_the_end_of_the_log(others: int, limit: str) -> None:
    """However many events of others stand between two that are wanted."""
    feed = Feed()
    wanted = StepAssigned(agency="so-xay-dung", step="s")
    feed.hear(wanted, *[accepted("ubnd-xa")] * others, wanted)
    found: list[str] = []
    after, pages = 0, 0
    while True:
        feed.log.looked_at = 0
        page = feed.read(type="step.assigned", after=str(after), limit=limit)
        found += ids(page)
        pages += 1
        assert feed.log.looked_at <= 4000 + 3 * 500
        if not page["more"]:
            break
        assert page["next"] > after
        after = page["next"]
    assert found == ["e-1", f"e-{others + 2}"]
    assert page["next"] == others + 2
    assert pages <= 3 + others // 4000


@given(
    mine=st.lists(st.booleans(), max_size=40),
    limit=st.integers(1, 9),
    most=st.integers(1, 12),
    at_once=st.integers(1, 7),
)
def test_every_wanted_event_is_read_once(
    mine: list[bool], limit: int, most: int, at_once: int
) -> None:
    feed = Feed()
    feed.hear(*(accepted("so-xay-dung" if each else "ubnd-xa") for each in mine))
    found: list[str] = []
    after, more = 0, True
    feed.log.most_looked_at, feed.log.looked_at_once = most, at_once
    while more:
        page = feed.read(agency="so-xay-dung", after=str(after), limit=str(limit))
        assert len(page["events"]) <= limit
        found += ids(page)
        after, more = page["next"], page["more"]
    assert found == [f"e-{at}" for at, each in enumerate(mine, 1) if each]
    assert after == len(mine)


DOCUMENTED = ("README.md", "docs/doors/integrator.md", "docs/doors/integrator.vi.md")


class AtTheEnd(Exception):
    """The loop rests."""


def documented(page: str) -> str:
    """The loop of a page, asking for one type of events."""
    text = (ROOT / page).read_text(encoding="utf-8")
    (loop,) = (
        each for each in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "httpx" in each
    )
    return str(loop).replace('{"after": position}', '{"after": position, "type": "step.assigned"}')


@pytest.mark.parametrize("page", DOCUMENTED)
def test_the_loops_of_the_documents_rest_only_at_the_end_of_the_log(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Thousands of events of others stand between two of those that are asked for."""
    feed, rested = Feed(), []
    wanted = StepAssigned(agency="so-xay-dung", step="s")
    feed.hear(*[accepted()] * 4500, wanted, *[accepted()] * 9000, wanted, *[accepted()] * 10)

    def get(_: str, *, params: Any, **__: Any) -> Any:
        answer = feed.read(READER, **{str(name): str(value) for name, value in params.items()})
        return SimpleNamespace(json=lambda: answer, raise_for_status=lambda: get(_, params=params))

    def sleep(seconds: float) -> None:
        rested.append(seconds)
        if seconds:
            raise AtTheEnd

    client = SimpleNamespace(get=get, Client=lambda **_: SimpleNamespace(get=get))
    monkeypatch.setitem(sys.modules, "httpx", client)
    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setenv("MOTCUA_TOKEN", "t")
    monkeypatch.setenv("MOTCUA_FEED", "http://feed")
    with pytest.raises(AtTheEnd):
        exec(documented(page), {})  # noqa: S102 -- as whoever copies it does
    assert capsys.readouterr().out.count("step.assigned") == 2
    assert rested == [0] * (len(rested) - 1) + [1]


def test_who_speaks_for_an_agency_reads_its_events_and_no_others(feed: Feed) -> None:
    assert ids(feed.read(OF_AN_AGENCY, agency="so-xay-dung")) == ["e-1", "e-3"]
    for query in ({"agency": "ubnd-xa"}, {}):
        with pytest.raises(Forbidden):
            feed.read(OF_AN_AGENCY, **query)


def test_a_position_the_log_never_had_is_refused(feed: Feed) -> None:
    with pytest.raises(Refused):
        feed.read(after="4")


def test_what_was_told_before_is_learnt_from_the_log_once(feed: Feed) -> None:
    submitted = DossierSubmitted(agency="a", procedure="p-1", channel="counter", documents=())
    feed.hear(*[accepted()] * 700, submitted, first=10)
    table = FakeTable()
    service = worker_factory(
        SubscriptionsService, log=feed.log, walk=FakeTable(), procedures=table, fields=FakeTable()
    )
    rounds = 0
    while service.learn_past():
        rounds += 1
    assert rounds == 3
    assert table == {"d-1": "p-1"}
    feed.hear(accepted(), first=900)
    feed.log.looked_at = 0
    assert not service.learn_past()
    assert feed.log.looked_at == 0


def test_a_query_that_makes_no_sense_is_invalid(feed: Feed) -> None:
    with pytest.raises(Invalid) as caught:
        feed.read(limit="501")
    assert list(caught.value.fields) == ["limit"]


def test_events_are_picked_by_their_dossiers_procedure_and_its_field() -> None:
    feed = Feed()
    feed.service.keep([(PUBLISHED, replace(about(PUBLISHED, 1), subject="1.004194"))])
    submitted = DossierSubmitted(
        agency="so-xay-dung", procedure="1.004194", channel="online", documents=()
    )
    feed.hear(submitted, StepAssigned(agency="so-xay-dung", step="s"), first=2)
    assigned = StepAssigned(agency="so-xay-dung", step="s")
    feed.service.keep([(assigned, replace(about(assigned, 4), subject="d-2"))])

    assert ids(feed.read(procedure="1.004194", type="step.*")) == ["e-3", "e-4"], "d-2: not known"
    assert ids(feed.read(field="Đầu tư")) == ["e-1", "e-2", "e-3", "e-4"]
    assert ids(feed.read(field="Hộ tịch")) == ["e-4"]
    labels = [(each["type"], each.get("procedure")) for each in feed.log.labels]
    assert labels == [
        ("procedure.published", "1.004194"),
        ("dossier.submitted", "1.004194"),
        ("step.assigned", "1.004194"),
        ("step.assigned", None),
    ]


def pieces(answer: Any) -> list[str]:
    return [each.decode() for each in answer.response]


def test_who_waits_is_answered_when_a_wanted_event_comes(feed: Feed) -> None:
    feed.live.happens = [
        lambda: feed.hear(accepted("ubnd-xa"), first=4),
        lambda: feed.hear(accepted(), first=5),
    ]
    answer = feed.read(after="3", agency="so-xay-dung", wait="30")
    assert answer.content_type == "application/json"
    page = json.loads("".join(pieces(answer)))
    assert (ids(page), page["next"], page["more"]) == (["e-5"], 5, False)
    assert feed.live.places == 0


def test_who_waits_in_vain_or_while_the_process_ends_gets_an_empty_page(feed: Feed) -> None:
    page = json.loads("".join(pieces(feed.read(after="3", wait="30"))))
    assert page == {"events": [], "next": 3, "more": False}
    assert ids(feed.read(after="2", wait="30")) == ["e-3"], "what is there is not waited for"


def streamed(feed: Feed, after: str = "", **query: str) -> Any:
    headers = {"accept": "text/event-stream", "last-event-id": after}
    asked = Request(path="/events", query=query, who=READER, headers=headers)
    return feed.service.events(asked)


def test_a_stream_sends_what_is_there_and_what_comes_and_ends_with_the_process(
    feed: Feed,
) -> None:
    feed.live.happens = [lambda: None, lambda: feed.hear(accepted(), first=4)]
    answer = streamed(feed, after="1", agency="so-xay-dung")
    assert answer.content_type == "text/event-stream"
    begin, third, heartbeat, fourth, last = pieces(answer)
    assert begin == "retry: 1000\n\n"
    assert third.startswith("id: 3\nevent: step.assigned\ndata: {")
    assert heartbeat == ": 3\nid: 3\n\n"
    assert fourth.startswith("id: 4\n")
    assert last == ": 4\nid: 4\n\n"
    assert feed.live.places == 0


def test_a_stream_from_beyond_the_log_is_refused_before_it_begins(feed: Feed) -> None:
    with pytest.raises(Refused):
        next(iter(streamed(feed, after="9").response))


def test_events_are_removed_only_where_a_time_is_set(feed: Feed) -> None:
    asked: list[tuple[Any, int]] = []
    counts = iter([500, 500, 3])

    def forget(before: Any, *, at_once: int) -> int:
        asked.append((before, at_once))
        return next(counts)

    feed.log.forget = forget  # type: ignore[attr-defined]
    feed.service.forget()
    assert asked == []
    feed.settings.events_kept_days = 30
    feed.service.forget()
    assert asked == [(FakeClock().now() - timedelta(days=30), 500)] * 3
