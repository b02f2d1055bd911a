"""The window of a subscription: no event is lost, whatever fails and whoever dies."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.subscriptions.domain.delivery import (
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
)
from services.subscriptions.domain.progress import WebhookProgress
from services.subscriptions.domain.subscription import (
    DeliveryOptions,
    SubscriptionWish,
    WebhookKey,
    WebhookSubscription,
)
from services.subscriptions.domain.window import MOST_CALLS, DeliveryWindow, Parcel

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DELAYS = (1, 2)
SINGLY = DeliveryOptions()


def subscription(
    options: DeliveryOptions = SINGLY,
    *,
    rate: int = 0,
) -> WebhookSubscription:
    wish = SubscriptionWish(
        target="https://hook.example.vn", email="ops@example.vn", options=options
    )
    key = WebhookKey(kind="ed25519", secret="s", created=NOW)  # noqa: S106 -- none
    return WebhookSubscription(
        id="s-1", owner="o", agency="", wish=wish, keys=(key,), created=NOW, rate=rate
    )


def event(position: int, subject: str = "") -> dict[str, Any]:
    return {
        "id": f"e-{position}",
        "source": "motcua:intake",
        "type": "dossier.accepted",
        "subject": subject or f"d-{position % 3}",
    }


@dataclass
class World:
    """A log, a database, a target that fails at times, and one process after the other."""

    subscription: WebhookSubscription
    length: int
    fails: list[bool]
    now: datetime = NOW
    progress: WebhookProgress = WebhookProgress(id="s-1", cursor=0)  # noqa: RUF009 -- frozen
    stored: dict[str, WebhookDelivery] = field(default_factory=dict)
    taken: list[int] = field(default_factory=list)
    calls: int = 0
    window: DeliveryWindow | None = None
    flying: list[Parcel] = field(default_factory=list)

    def begin(self) -> DeliveryWindow:
        """A process takes it up, from what is stored."""
        waiting = [e for e in self.stored.values() if e.state is DeliveryState.WAITING]
        self.window = DeliveryWindow(self.subscription, self.progress, waiting, DELAYS)
        self.flying = []
        return self.window

    def read(self, many: int) -> None:
        window = self.window or self.begin()
        for position in range(window.read + 1, min(self.length, window.read + many) + 1):
            if window.has_room:
                window.offer(position, event(position))

    def start(self) -> None:
        window = self.window or self.begin()
        for each in window.to_hold(self.now):
            self.stored[each.id] = each
            window.hold(each)
        while parcel := window.take(self.now):
            self.flying.append(parcel)
        assert len(self.flying) <= MOST_CALLS

    def finish(self, which: int, *, dies: bool = False) -> None:
        """One call ends; the process may die after the call, and before it is stored."""
        if not self.flying or self.window is None:
            return
        parcel = self.flying.pop(which % len(self.flying))
        ok = not (self.fails[self.calls % len(self.fails)] if self.fails else False)
        self.calls += 1
        if ok:
            self.taken += [each.position for each in parcel.places]
        if dies:
            self.begin()
            return
        attempt = DeliveryAttempt(at=self.now, status=204 if ok else 500)
        kept = self.window.outcome(parcel, attempt, 0.5)
        if kept:
            self.stored[kept.id] = kept
        self.window.settle(parcel, attempt, kept, 0.5)

    def save(self) -> None:
        if self.window:
            self.progress = self.window.marked()
            self.window.progress = replace(self.window.progress)

    def lost(self) -> set[int]:
        """What the cursor has passed and that is neither delivered nor stored."""
        kept = {place.position for each in self.stored.values() for place in each.events}
        return set(range(1, self.progress.cursor + 1)) - set(self.taken) - kept

    def run_to_the_end(self) -> None:
        """All goes well from now on."""
        self.fails = []
        for _ in range(60 + 3 * self.length):
            self.now += timedelta(hours=2)
            self.read(50)
            self.start()
            while self.flying:
                self.finish(0)
            self.save()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["read", "start", "finish", "die", "save", "wait", "restart"]),
        st.integers(0, 9),
    ),
    max_size=80,
)


@settings(max_examples=300, deadline=None)
@given(
    steps=STEPS,
    fails=st.lists(st.booleans(), max_size=12),
    options=st.builds(DeliveryOptions, by_dossier=st.booleans(), batch=st.integers(1, 4)),
)
def test_no_event_is_lost_wherever_it_fails_and_whoever_dies(
    steps: list[tuple[str, int]], fails: list[bool], options: DeliveryOptions
) -> None:
    world = World(subscription(options), length=25, fails=fails)
    for what, number in steps:
        if what == "read":
            world.read(number)
        elif what == "start":
            world.start()
        elif what in {"finish", "die"}:
            world.finish(number, dies=what == "die")
        elif what == "save":
            world.save()
        elif what == "wait":
            world.now += timedelta(seconds=number * 30)
        else:
            world.begin()
        assert world.lost() == set()
    world.run_to_the_end()
    dead = {
        place.position
        for each in world.stored.values()
        if each.state is DeliveryState.DEAD
        for place in each.events
    }
    assert set(world.taken) | dead == set(range(1, 26))
    assert world.progress.cursor == 25


@settings(max_examples=200, deadline=None)
@given(order=st.lists(st.integers(0, 9), max_size=60), batch=st.integers(1, 3))
def test_while_nothing_fails_every_event_is_delivered_exactly_once(
    order: list[int], batch: int
) -> None:
    world = World(subscription(DeliveryOptions(batch=batch)), length=30, fails=[])
    for number in order:
        world.read(number)
        world.start()
        world.finish(number)
        world.save()
    world.run_to_the_end()
    assert Counter(world.taken) == Counter(range(1, 31))


@settings(max_examples=200, deadline=None)
@given(
    steps=STEPS,
    fails=st.lists(st.booleans(), min_size=1, max_size=12),
    batch=st.integers(1, 3),
)
def test_events_of_one_dossier_are_first_taken_in_their_order(
    steps: list[tuple[str, int]], fails: list[bool], batch: int
) -> None:
    """Whatever fails in between; what is dead is passed over."""
    world = World(
        subscription(DeliveryOptions(by_dossier=True, batch=batch)), length=24, fails=fails
    )
    for what, number in steps:
        if what == "read":
            world.read(number)
        elif what in {"start", "restart"}:
            world.start()
        elif what in {"finish", "die"}:
            world.finish(number)
        else:
            world.now += timedelta(seconds=number * 30)
    world.run_to_the_end()
    for subject in range(3):
        mine = [each for each in world.taken if each % 3 == subject]
        assert mine == sorted(mine)


def test_a_failing_event_does_not_hold_up_the_others() -> None:
    world = World(subscription(), length=5, fails=[True, False, False, False, False, False])
    world.read(9)
    world.start()
    while world.flying:
        world.finish(0)
        world.start()
    assert sorted(world.taken) == [2, 3, 4, 5]
    assert world.begin().cursor == 0
    world.read(9)
    world.save()
    assert world.lost() == set()


def test_a_busy_target_is_left_alone_as_long_as_it_asks() -> None:
    window = DeliveryWindow(subscription(), WebhookProgress(id="s-1", cursor=0), [], DELAYS)
    for position in (1, 2):
        window.offer(position, event(position))
    parcel = window.take(NOW)
    assert parcel
    busy = DeliveryAttempt(at=NOW, status=429, retry_after="30")
    window.settle(parcel, busy, window.outcome(parcel, busy, 0.5), 0.5)
    assert window.take(NOW + timedelta(seconds=29)) is None
    assert window.take(NOW + timedelta(seconds=30))


def test_a_target_is_called_as_often_as_it_allows() -> None:
    window = DeliveryWindow(subscription(rate=60), WebhookProgress(id="s-1", cursor=0), [], DELAYS)
    for position in range(1, 100):
        window.offer(position, event(position))
    ok, calls = DeliveryAttempt(at=NOW, status=204), 0
    for tenth in range(100):
        while parcel := window.take(NOW + timedelta(seconds=tenth / 10)):
            calls += 1
            window.settle(parcel, ok, None, 0.5)
    assert 10 <= calls <= 12


def test_a_full_window_takes_no_more_of_the_log() -> None:
    window = DeliveryWindow(subscription(), WebhookProgress(id="s-1", cursor=0), [], DELAYS)
    position = 0
    while window.has_room:
        position += 1
        window.offer(position, event(position))
    assert position == 500
    window.closed = True
    assert window.take(NOW) is None
    assert window.cursor == 0
