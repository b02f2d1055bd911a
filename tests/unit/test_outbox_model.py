"""A model of the way of a message: outbox, relay, broker and handler, each of which may die.

Every rule is one step between two of the points in foundation.observability.fault_points, and a
crash may come between any two steps. Documents,
envelopes, numbers, seals and fates are the real ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts.history import Revision, first_broken
from foundation.consumer.delivery import OPERATOR, Delivery, MessageMeta, decode_verified
from foundation.consumer.retry import Disposition, disposition_of
from foundation.errors import Error, NotFound
from foundation.persistence.document import (
    OutboxMessage,
    WriteContext,
    entry_fields,
    history,
    outbox_fields,
    prepare_write,
    revision_fields,
    to_entity,
    unsent_messages,
)
from tests.fakes import FakeClock, FakeStore
from tests.sample.messages import CoinCounted, CoinPaid

PURSES = ("p", "q")
KINDS = {CoinPaid.TYPE: CoinPaid}
MOST_ROUNDS = 100
which = st.integers(0, 50)
some = st.lists(which, min_size=1, max_size=8)
seldom = st.sampled_from([False] * 5 + [True])


@dataclass(frozen=True, kw_only=True)
class Purse:
    """What is told of it, or heard, in order."""

    id: str
    coins: tuple[str, ...] = ()
    revision: Revision = Revision()


class Post(RuleBasedStateMachine):
    """`teller` tells, its relay sends, the broker keeps, `counter` counts."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.purses = {name: Purse(id=name) for name in PURSES}
        self.documents: dict[str, dict[str, Any]] = {}
        self.offered: list[tuple[str, OutboxMessage]] = []
        self.published: list[tuple[str, OutboxMessage]] = []
        self.confirmed: list[tuple[str, OutboxMessage]] = []
        self.queue: list[Delivery] = []
        self.in_hand: list[Delivery] = []
        self.done: list[Delivery] = []
        self.dead: list[Delivery] = []
        self.counter = FakeStore(Purse, clock=self.clock)

    # The teller and its relay.

    @rule(name=st.sampled_from(PURSES), coins=st.integers(1, 3))
    def store(self, name: str, coins: int) -> None:
        self.clock.forward(milliseconds=1)
        purse = self.purses[name]
        notes = tuple(f"{name}{len(purse.coins) + each}" for each in range(1, coins + 1))
        told = [CoinPaid(agency="bank", note=note) for note in notes]
        now = self.clock.now()
        occasion = WriteContext(now=now, source="motcua:teller", actor="", traceparent="")
        written = prepare_write(purse, told, occasion)
        document = self.documents.setdefault(name, {"_id": name, "history": [], "outbox": []})
        self.purses[name] = replace(purse, coins=purse.coins + notes, revision=written.revision)
        document |= revision_fields(written.revision) | {"coins": self.purses[name].coins}
        document["history"] += entry_fields(written.entries)
        document["outbox"] += outbox_fields(written, now)
        self.offered += [(name, each) for each in written.outgoing]

    @precondition(lambda self: self.offered)
    @rule(most=st.integers(1, 8), lost=seldom)
    def publish(self, most: int, lost: bool) -> None:  # noqa: FBT001 -- hypothesis passes by name
        batch, rest = self.offered[:most], self.offered[most:]
        # If the connection breaks on the way, all that was offered is let go.
        self.offered = [] if lost else rest
        arrives = batch[: most // 2] if lost else batch
        self.published += [] if lost else batch
        self.queue += [arrived(outgoing) for _, outgoing in arrives]

    @precondition(lambda self: self.published)
    @rule(some=some, lost=seldom)
    def confirm(self, some: list[int], lost: bool) -> None:  # noqa: FBT001 -- as above
        for load in taken(self.published, some):
            self.confirmed += [] if lost else [load]

    @precondition(lambda self: self.confirmed)
    @rule()
    def mark(self) -> None:
        for name, outgoing in self.confirmed:
            document = self.documents[name]
            document["outbox"] = [each for each in document["outbox"] if each["id"] != outgoing.id]
        self.confirmed.clear()

    @rule()
    def sweep(self) -> None:
        self.offered += [
            (name, each)
            for name, document in self.documents.items()
            for each in unsent_messages(document)
        ]

    @precondition(lambda self: self.offered or self.published or self.confirmed)
    @rule()
    def crash_teller(self) -> None:
        self.offered.clear()
        self.published.clear()
        self.confirmed.clear()
        self.purses |= {
            name: to_entity(Purse, document) for name, document in self.documents.items()
        }

    # The broker, which may hand over twice, in any order.

    @precondition(lambda self: self.queue)
    @rule(which=which)
    def duplicate(self, which: int) -> None:
        self.queue.append(replace(self.queue[which % len(self.queue)]))

    @precondition(lambda self: self.queue)
    @rule(some=some)
    def hand_over(self, some: list[int]) -> None:
        self.in_hand += taken(self.queue, some)

    # The counter.

    @precondition(lambda self: self.in_hand)
    @rule(some=some, away=seldom)
    def handle(self, some: list[int], away: bool) -> None:  # noqa: FBT001 -- as above
        self.counter.available = not away
        for delivery in taken(self.in_hand, some):
            self.handle_one(delivery)

    def handle_one(self, delivery: Delivery) -> None:
        error = self.raised_by(delivery)
        decided = disposition_of(error, delivery)
        if decided is Disposition.AT_ONCE:
            delivery.quick_tries += 1
            self.in_hand.append(delivery)
        elif decided is Disposition.KEPT:
            delivery.pauses += 1
            self.in_hand.append(delivery)
        else:
            self.settle(delivery, decided)

    def settle(self, delivery: Delivery, decided: Disposition) -> None:
        """What is put off lies elsewhere first and is acknowledged then."""
        self.done.append(delivery)
        again = replace(delivery, quick_tries=0, pauses=0, attempt=delivery.attempt + 1)
        if decided is Disposition.RETRIED:
            self.queue.append(replace(again, user="counter", routing_key="counter"))
        elif decided is Disposition.BURIED:
            self.dead.append(again)

    @precondition(lambda self: self.done)
    @rule(some=some)
    def acknowledge(self, some: list[int]) -> None:
        taken(self.done, some)

    @precondition(lambda self: self.in_hand or self.done)
    @rule()
    def crash_counter(self) -> None:
        self.queue += [
            replace(each, quick_tries=0, pauses=0) for each in [*self.in_hand, *self.done]
        ]
        self.in_hand.clear()
        self.done.clear()

    @precondition(lambda self: self.dead)
    @rule()
    def replay(self) -> None:
        self.queue += [replace(each, user=OPERATOR, attempt=1) for each in self.dead]
        self.dead.clear()

    @precondition(lambda self: self.offered or self.queue or self.in_hand)
    @rule(some=some, more=some)
    def go_on(self, some: list[int], more: list[int]) -> None:
        """A while without trouble: messages come through, but not all, and in any order."""
        if self.offered:
            self.publish(most=8, lost=False)
        self.hand_over(some + more)
        self.handle(more + some, away=False)

    def raised_by(self, delivery: Delivery) -> Error | None:
        try:
            self.count(*decode_verified(delivery, KINDS, "counter"))
        except Error as error:
            return error
        return None

    def count(self, event: Any, about: MessageMeta) -> None:
        """The handler: it waits for what comes before, and counts each coin once."""
        counted = CoinCounted(agency="bank")
        if about.seq == 1:
            self.counter.save(
                Purse(id=about.subject, coins=(event.note,)), counted, once=about.once
            )
            return

        def add(purse: Purse) -> tuple[Purse, Sequence[CoinCounted]]:
            if about.seq != len(purse.coins) + 1:
                raise NotFound("Chưa đến lượt.", "Others come before.")
            return replace(purse, coins=(*purse.coins, event.note)), [counted]

        self.counter.change(about.subject, add, once=about.once)

    # What must hold after every step.

    @invariant()
    def each_coin_is_counted_once_and_in_order(self) -> None:
        for name, purse in self.purses.items():
            counted = self.heard(name)
            assert counted == purse.coins[: len(counted)]
        assert len(self.counter.messages) == sum(len(self.heard(name)) for name in PURSES)

    @invariant()
    def nothing_is_lost(self) -> None:
        there = [*self.queue, *self.in_hand, *self.done, *self.dead]
        known = {each.message_id for each in there}
        for name, document in self.documents.items():
            known |= {each.id for each in unsent_messages(document)}
            coming = history(document)[len(self.heard(name)) :]
            assert {entry.id for entry in coming} <= known

    @invariant()
    def histories_are_whole(self) -> None:
        for name, document in [*self.documents.items(), *self.counter.documents.items()]:
            entries = history(document)
            assert first_broken(entries, head=document["head"]) is None
            assert len(entries) == len(document["coins"]), name

    def heard(self, name: str) -> tuple[str, ...]:
        return tuple(self.counter.documents.get(name, {}).get("coins", ()))

    def teardown(self) -> None:
        """Everybody is well again: all that was told is counted, and nothing is left over."""
        self.crash_teller()
        self.crash_counter()
        for _ in range(MOST_ROUNDS):
            if not self.left_over():
                break
            self.replay()
            self.sweep()
            self.drain()
        assert not self.left_over()
        assert {name: self.heard(name) for name in PURSES} == {
            name: purse.coins for name, purse in self.purses.items()
        }

    def left_over(self) -> bool:
        waits = any(document["outbox"] for document in self.documents.values())
        return waits or bool(self.queue or self.in_hand or self.done or self.dead)

    def drain(self) -> None:
        while self.offered:
            self.publish(most=8, lost=False)
        self.confirmed += self.published
        self.published.clear()
        self.mark()
        self.in_hand += self.queue
        self.queue.clear()
        while self.in_hand:
            self.handle([0], away=False)
        self.done.clear()


def arrived(outgoing: OutboxMessage) -> Delivery:
    """As the broker hands it over."""
    return Delivery(
        tag=0,
        channel=None,
        body=outgoing.body,
        message_id=outgoing.id,
        user="teller",
        routing_key=outgoing.key,
        attempt=1,
        traceparent="",
    )


def taken(things: list[Any], some: Sequence[int]) -> list[Any]:
    """Some of the things, in any order; they are in the list no more."""
    return [things.pop(each % len(things)) for each in some if things]


class MarksTooSoon(Post):
    """A relay that takes a message out of its document before the broker has it."""

    @precondition(lambda self: self.offered)
    @rule(most=st.integers(1, 8), lost=seldom)
    def publish(self, most: int, lost: bool) -> None:  # noqa: FBT001 -- as above
        self.confirmed += self.offered[:most]
        self.mark()
        super().publish(most, lost)


class AcknowledgesTooSoon(Post):
    """A consumer that acknowledges what it is about to handle."""

    @precondition(lambda self: self.in_hand or self.done)
    @rule()
    def crash_counter(self) -> None:
        self.in_hand.clear()
        self.done.clear()


class ForgetsWhatItHandled(Post):
    """A handler that counts what comes, without looking whether it was there."""

    def count(self, event: Any, about: MessageMeta) -> None:
        before = self.counter.documents.get(about.subject)
        purse = to_entity(Purse, before) if before else Purse(id=about.subject)
        more = replace(purse, coins=(*purse.coins, event.note))
        self.counter.save(more, CoinCounted(agency="bank"))


TestPost = Post.TestCase


@pytest.mark.parametrize("broken", [MarksTooSoon, AcknowledgesTooSoon, ForgetsWhatItHandled])
def test_the_model_would_notice_a_part_that_breaks_its_promise(broken: type[Post]) -> None:
    quick = settings(max_examples=200, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(broken, settings=quick)
