"""Self-service of an owner: errors, dead letters, redrive, replay, a test event."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import write_time
from foundation.errors import Hidden, Invalid, NotFound
from foundation.persistence.event_log import Record
from foundation.web import Request
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.delivery import (
    DeliveryAttempt,
    DeliveryState,
    EventPlace,
    fail,
    wait,
)
from services.subscriptions.domain.progress import note
from services.subscriptions.domain.replaying import LATE, begin_of
from services.subscriptions.domain.window import MOST_WAITING
from tests.unit.test_subscriptions_api import OTHER, OWNER, Desk

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class FakeLog:
    """A log of 41 events, a minute apart, the last one now."""

    def length(self) -> int:
        return 41

    def begin(self) -> int:
        return 1

    def after(self, position: int, limit: int) -> list[Record]:
        at = NOW - timedelta(minutes=40 - position)
        return [Record(position + 1, json.dumps({"time": write_time(at)}))][:limit]


class FakeCalls:
    """Targets that answer what they are told to."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.asked = 0

    def ask(self, _: Any, now: datetime) -> tuple[DeliveryAttempt, int]:
        self.asked += 1
        return DeliveryAttempt(at=now, status=200, trouble=""), 0

    def send(self, _: Any, events: Any, now: datetime) -> DeliveryAttempt:
        self.sent += events
        return DeliveryAttempt(at=now, status=500, excerpt="broke", seconds=0.25)


class Owner(Desk):
    """A desk with one subscription that has some dead letters."""

    def __init__(self) -> None:
        self.called = FakeCalls()
        super().__init__(log=FakeLog(), calls=self.called)
        self.id = self.create()["id"]

    def get(self, method: str, who: Any = OWNER, **query: str) -> Any:
        return getattr(self.service, method)(Request(query=query, who=who), self.id)

    def keep(self, position: int, kind: str = "step.assigned", *statuses: int) -> str:
        place = EventPlace(position=position, id=f"e-{position}", type=kind, subject="d-1")
        delivery = wait(self.id, [place], NOW)
        for status in statuses:
            delivery = fail(delivery, DeliveryAttempt(at=NOW, status=status), (), 0.5)
        return str(self.deliveries.save(delivery).id)


@pytest.fixture
def owner() -> Owner:
    return Owner()


def test_a_subscription_says_how_it_fares(owner: Owner) -> None:
    bad = DeliveryAttempt(at=NOW, status=502, excerpt="<html>bad gateway", seconds=1.23456)
    owner.progresses.change(owner.id, lambda each: (note(each, bad, 1), ()))
    owner.keep(3, "step.assigned", 500)
    owner.keep(4)
    shown = owner.get("show_subscription")
    assert (shown["position"], shown["lag"], shown["waiting"], shown["dead"]) == (41, 0, 1, 1)
    assert shown["failing_since"] == write_time(NOW)
    assert shown["errors"] == [
        {
            "at": write_time(NOW),
            "status": 502,
            "trouble": "",
            "body": "<html>bad gateway",
            "seconds": 1.235,
        }
    ]
    with pytest.raises(Hidden):
        owner.get("show_subscription", who=OTHER)


def test_dead_letters_are_listed_with_their_reasons_page_by_page(owner: Owner) -> None:
    for position in range(1, 8):
        owner.keep(position, "step.assigned", 400 + position)
    owner.keep(9)
    found: list[str] = []
    after: Any = 0
    while after is not None:
        page = owner.get("show_deliveries", after=str(after), limit="3")
        found += [each["reason"] for each in page["deliveries"]]
        after = page["next"]
    assert found == [str(400 + each) for each in range(1, 8)]
    (waiting,) = owner.get("show_deliveries", state="waiting")["deliveries"]
    assert waiting["next_attempt"]
    assert waiting["events"] == [{"id": "e-9", "type": "step.assigned", "subject": "d-1"}]


def dead(owner: Owner) -> list[int]:
    things = owner.deliveries.things
    return [each.position for each in things if each.state is DeliveryState.DEAD]


def test_dead_letters_are_redriven_singly_by_filter_or_all(owner: Owner) -> None:
    one = owner.keep(1, "step.assigned", 500)
    owner.keep(2, "step.assigned", 403)
    owner.keep(3, "dossier.accepted", 500)
    owner.keep(4, "dossier.accepted", 403)
    before = owner.subscriptions.get(owner.id).revision.version
    assert owner.post("redrive", owner.id, deliveries=[one]) == {"redriven": 1, "more": False}
    assert dead(owner) == [2, 3, 4]
    assert owner.post("redrive", owner.id, type="step.assigned")["redriven"] == 1
    assert dead(owner) == [3, 4]
    assert owner.post("redrive", owner.id, reason="403")["redriven"] == 1
    assert dead(owner) == [3]
    assert owner.post("redrive", owner.id, all=True)["redriven"] == 1
    assert dead(owner) == []
    assert owner.subscriptions.get(owner.id).revision.version == before + 4


def test_a_redrive_of_nothing_named_or_of_anothers_is_refused(owner: Owner) -> None:
    with pytest.raises(Invalid):
        owner.post("redrive", owner.id)
    mine, theirs = owner.id, owner.create(who=OTHER)["id"]
    owner.id = theirs
    foreign = owner.keep(1, "step.assigned", 500)
    for deliveries in ([foreign], ["no-such"]):
        with pytest.raises(NotFound):
            owner.post("redrive", mine, deliveries=deliveries)
    assert dead(owner) == [1]


def test_no_more_is_redriven_than_may_wait(owner: Owner) -> None:
    for position in range(MOST_WAITING - 2):
        owner.keep(position)
    for position in range(2000, 2005):
        owner.keep(position, "step.assigned", 500)
    assert owner.post("redrive", owner.id, all=True) == {"redriven": 2, "more": True}
    assert owner.post("redrive", owner.id, all=True) == {"redriven": 0, "more": True}
    assert dead(owner) == [2002, 2003, 2004]


def test_a_replay_sets_the_cursor_back(owner: Owner) -> None:
    owner.post("replay", owner.id, after=7, rate=50)
    progress = owner.progresses.get(owner.id)
    assert (progress.cursor, progress.replay_until, progress.replay_rate) == (7, 41, 50)
    owner.post("replay", owner.id, since=write_time(NOW - timedelta(minutes=5)))
    assert owner.progresses.get(owner.id).cursor == 41 - 5 - 10 - 1
    owner.post("replay", owner.id, after=99)
    assert owner.progresses.get(owner.id).cursor == 41
    bodies: list[dict[str, Any]] = [{}, {"after": 1, "since": write_time(NOW)}]
    for body in bodies:
        with pytest.raises(Invalid):
            owner.post("replay", owner.id, **body)
    with pytest.raises(Hidden):
        owner.post("replay", owner.id, who=OTHER, after=1)


@given(
    late=st.lists(st.integers(0, 600), max_size=60),
    asked=st.integers(-1000, 5000),
)
def test_no_event_since_the_moment_stands_before_where_a_replay_begins(
    late: list[int], asked: int
) -> None:
    """However late they came, by up to ten minutes."""
    times = [NOW + timedelta(seconds=60 * n - each) for n, each in enumerate(late)]
    moment = NOW + timedelta(seconds=asked)
    begin = begin_of(moment, 1, len(times), lambda position: times[position - 1])
    assert all(each < moment for each in times[:begin])
    if begin < len(times):
        assert times[begin] >= moment - LATE


def test_a_test_event_is_sent_now_once_the_target_has_agreed(owner: Owner) -> None:
    assert owner_tries(owner) == {"asked": True, "ok": True, "status": 200}
    assert owner.called.sent == []
    owner.subscriptions.change(owner.id, lambda each: domain.confirm(each, 0, NOW))
    assert owner_tries(owner) == {"asked": False, "ok": False, "status": 500}
    (sent,) = owner.called.sent
    assert (sent["type"], sent["subject"]) == ("motcua.test", owner.id)


def owner_tries(owner: Owner) -> dict[str, Any]:
    request = owner.request("POST", OWNER, {})
    answer = dict(owner.service.try_out(request, owner.id))
    return {name: answer[name] for name in ("asked", "ok", "status")}


def test_who_runs_the_platform_sees_states_and_who_is_behind(owner: Owner) -> None:
    owner.create(who=OTHER, after=11)
    owner.post("pause", owner.id)
    bad = DeliveryAttempt(at=NOW, status=502)
    (other,) = owner.subscriptions.at_work()
    owner.progresses.change(other, lambda each: (note(each, bad, 1), ()))
    owner.service.count_webhooks()
    owner.service.states.show.assert_called_once_with(
        {"unconfirmed": 1, "active": 0, "paused": 1, "disabled": 0, "failing": 1}
    )
    owner.service.lags.show.assert_called_once_with({other: 30})
