"""Deliveries that fail, targets that fail, and events that find who wants them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import canonical
from services.subscriptions.domain.delivery import (
    DeliveryAttempt,
    DeliveryState,
    EventPlace,
    WebhookDelivery,
    fail,
    redrive,
    retry_moment,
    succeed,
    wait,
    webhook_id,
)
from services.subscriptions.domain.filters import Filter, is_wanted, read_filters
from services.subscriptions.domain.matching import EventMatcher
from services.subscriptions.domain.progress import (
    TargetCircuit,
    WebhookProgress,
    calls_at_once,
    circuit_after,
    hand_over,
    is_to_be_disabled,
    is_to_be_warned,
    note,
)
from services.subscriptions.outside import MOST_TEXTS, EventTexts
from services.subscriptions.settings import SubscriptionsSettings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DELAYS = (5, 60, 600, 3600, 14400, 36000, 64800, 72000, 78535)
PLACE = EventPlace(position=7, id="e-7", type="dossier.accepted", subject="d-1")


def attempt(status: int = 500, *, at: datetime = NOW, **more: Any) -> DeliveryAttempt:
    return DeliveryAttempt(at=at, status=status, **more)


def fresh() -> WebhookDelivery:
    return wait("s-1", [PLACE], NOW)


def test_the_shipped_schedule_is_ten_attempts_in_75_hours() -> None:
    default = SubscriptionsSettings.__dataclass_fields__["webhook_delays"].metadata["default"]
    assert tuple(map(int, default.split(","))) == DELAYS
    assert len(DELAYS) == 9
    assert timedelta(seconds=sum(DELAYS)) == timedelta(hours=75)


@given(chance=st.floats(0, 1))
def test_a_delivery_is_tried_by_the_schedule_and_then_dead(chance: float) -> None:
    delivery, at = fresh(), NOW
    for delay in DELAYS:
        delivery = fail(delivery, attempt(at=at), DELAYS, chance)
        pause = (delivery.next_at - at).total_seconds()
        assert 0.9 * delay - 1e-3 <= pause <= 1.1 * delay + 1e-3
        assert delivery.state is DeliveryState.WAITING
        at = delivery.next_at
    dead = fail(delivery, attempt(at=at), DELAYS, chance)
    assert dead.state is DeliveryState.DEAD
    assert len(dead.attempts) == 10
    assert {each.reason for each in dead.attempts} == {"500"}


def test_a_dead_delivery_is_redriven_as_if_it_were_new_and_keeps_its_attempts() -> None:
    dead = fail(fresh(), attempt(), (), 0.5)
    assert dead.state is DeliveryState.DEAD
    again, _ = redrive(dead, NOW)
    assert (again.state, again.tries, again.next_at) == (DeliveryState.WAITING, 0, NOW)
    assert len(again.attempts) == 1
    delivered = succeed(again, attempt(204))
    assert redrive(delivered, NOW) == (delivered, ())


def test_who_is_gone_costs_an_event_none_of_its_attempts() -> None:
    kept = fail(fresh(), attempt(410), (), 0.5)
    assert (kept.state, kept.tries, len(kept.attempts)) == (DeliveryState.WAITING, 0, 1)


@pytest.mark.parametrize(
    ("status", "text", "seconds"),
    [
        (429, "120", 120),
        (503, "7", 7),
        (429, "99999999999999999999", 86400),
        (429, "Mon, 23 Nov 2026 02:01:40 GMT", 100),
        (429, "Fri, 31 Dec 2199 23:59:59 GMT", 86400),
        (429, "Mon, 23 Nov 2026 01:00:00 GMT", -3600),
        (429, "soon", None),
        (429, "-5", None),
        (429, "٣", None),
        (429, "Mon, 99 Nov 99999999 99:99:99 GMT", None),
        (500, "120", None),
        (429, "", None),
    ],
)
def test_what_a_target_says_by_retry_after_is_obeyed(
    status: int, text: str, seconds: float | None
) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    busy = attempt(status, retry_after=text)
    assert retry_moment(busy) == expected
    again = fail(fresh(), busy, (5,), 0.5).next_at
    assert again >= NOW + timedelta(seconds=4.5)
    if seconds and seconds > 5:
        assert again == expected


@given(text=st.text(max_size=40))
def test_whatever_stands_in_retry_after_is_survived(text: str) -> None:
    found = retry_moment(attempt(429, retry_after=text))
    assert found is None or found <= NOW + timedelta(days=1)


def test_the_id_of_a_call_is_that_of_its_events_and_its_subscription() -> None:
    one, other = {"source": "motcua:intake", "id": "e-1"}, {"source": "motcua:intake", "id": "e-2"}
    assert webhook_id("s-1", [one]) == webhook_id("s-1", [dict(one, data={})])
    different = [
        webhook_id("s-1", [one]),
        webhook_id("s-2", [one]),
        webhook_id("s-1", [other]),
        webhook_id("s-1", [one, other]),
    ]
    assert len(set(different)) == 4
    assert all("." not in each for each in different)


def test_a_target_that_fails_for_days_is_warned_of_and_then_disabled() -> None:
    progress = WebhookProgress(id="s-1", cursor=0)
    for hours, warned, disabled in (
        (0, False, False),
        (95, False, False),
        (96, True, False),
        (120, True, True),
    ):
        at = NOW + timedelta(hours=hours)
        progress = note(progress, attempt(at=at), 1)
        assert is_to_be_warned(progress, at) is warned
        assert is_to_be_disabled(progress, at) is disabled
    better = note(progress, attempt(204), 3)
    assert (better.failing_since, better.delivered) == (None, 3)
    assert len(progress.errors) == 4


def test_a_circuit_opens_after_failures_on_end_and_lets_one_call_try() -> None:
    circuit, at = TargetCircuit(), NOW
    assert calls_at_once(circuit, at, 8) == 2
    circuit = circuit_after(circuit, at, 0.5, alive=True)
    assert calls_at_once(circuit, at, 8) == 8
    for _ in range(9):
        circuit = circuit_after(circuit, at, 0.5, alive=False)
        assert calls_at_once(circuit, at, 8) == 1
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        circuit = circuit_after(circuit, at, 0.5, alive=False)
        assert circuit.open_until == at + timedelta(minutes=minutes)
        assert calls_at_once(circuit, at, 8) == 0
        at = circuit.open_until
        assert calls_at_once(circuit, at, 8) == 1
    assert calls_at_once(circuit_after(circuit, at, 0.5, alive=True), at, 8) == 8


@pytest.mark.parametrize(
    ("status", "alive"),
    [(204, True), (400, True), (422, True), (404, True), (301, False), (500, False), (429, False)],
)
def test_a_target_that_refuses_an_event_is_alive(
    status: int,
    alive: bool,  # noqa: FBT001 -- expected
) -> None:
    assert attempt(status).alive is alive
    assert not attempt(0, trouble="time").alive


def test_progress_that_somebody_else_wrote_is_left_as_it_is() -> None:
    mine = WebhookProgress(id="s-1", cursor=9)
    theirs = WebhookProgress(id="s-1", cursor=2, revision=type(mine.revision)(version=5))
    assert hand_over(theirs, mine) == theirs
    assert hand_over(WebhookProgress(id="s-1", cursor=2), mine) == mine


VALUES: dict[str, list[str | None]] = {
    "type": ["dossier.accepted", "step.assigned"],
    "source": ["motcua:intake", "motcua:routing:x"],
    "subject": ["d-1", "d-2"],
    "agency": ["a", "b"],
    "procedure": ["p", "", None],
    "field": ["f", "", None],
}
FACTS: st.SearchStrategy[dict[str, str | None]] = st.fixed_dictionaries(
    {name: st.sampled_from(each) for name, each in VALUES.items()}
)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    name = draw(st.sampled_from(list(VALUES)))
    value = draw(st.sampled_from([each for each in VALUES[name] if each]))
    part = {draw(st.sampled_from(["exact", "prefix"])): {name: value}}
    return read_filters([{"not": part} if draw(st.booleans()) else part] * draw(st.integers(0, 2)))


@given(wanted=st.lists(filters(), max_size=6), events=st.lists(FACTS, max_size=12))
def test_an_event_finds_those_whose_filter_wants_it_and_no_others(
    wanted: list[Filter], events: list[dict[str, str | None]]
) -> None:
    matcher = EventMatcher()
    for number, each in enumerate(wanted):
        matcher.put(str(number), each)
    for facts in events:
        expected = {str(n) for n, each in enumerate(wanted) if is_wanted(each, facts)}
        found = list(matcher.wanting(facts))
        assert sorted(found) == sorted(expected)
    if wanted:
        matcher.remove("0")
        assert all("0" not in matcher.wanting(facts) for facts in events)


def test_an_event_is_written_once_for_all_that_get_it_and_as_it_always_was() -> None:
    texts = EventTexts()
    event = {"source": "motcua:intake", "id": "1", "data": {"b": "ư", "a": 1}}
    assert texts.of(event) == canonical(event)
    assert texts.of(dict(event)) is texts.of(event)
    assert texts.of(event | {"source": "motcua:routing:a", "data": {}}) != texts.of(event)
    for number in range(MOST_TEXTS):
        texts.of({"source": "s", "id": str(number)})
    assert texts.of(event) == canonical(event)
