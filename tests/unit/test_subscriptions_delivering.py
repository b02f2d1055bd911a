"""The delivering of one process, over stores and targets in memory."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.history import Revision
from contracts.orders import WebhookTrouble
from foundation.concurrency import green
from foundation.persistence.event_log import Record
from foundation.vault import FileKeys
from foundation.vault.provider import NO_KEYS, Vault
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.delivery import DeliveryAttempt, DeliveryState
from services.subscriptions.domain.progress import replay
from services.subscriptions.domain.subscription import WebhookSubscription
from services.subscriptions.handlers.team import DeliveryTeam
from tests.unit.test_subscriptions_api import Desk
from tests.unit.test_subscriptions_service import FakeTable


class GrowingLog:
    """A log in memory; what is before `first` is not kept any more."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.first = 1
        self.read = 0

    def tell(self, count: int, **more: str) -> None:
        for _ in range(count):
            number = len(self.events) + 1
            event = {
                "id": f"e-{number}",
                "source": "motcua:intake",
                "type": "step.assigned",
                "subject": f"d-{number % 3}",
                "agency": "so-xay-dung",
                "data": {},
            }
            self.events.append(event | more)

    def length(self) -> int:
        return len(self.events)

    def begin(self) -> int:
        return self.first

    def after(self, position: int, limit: int) -> list[Record]:
        assert position + 1 >= self.first, "Gone"
        self.read += 1
        found = self.events[position : position + limit]
        return [Record(at, json.dumps(each)) for at, each in enumerate(found, position + 1)]


class FakeClaims:
    """All the work there is, but what was lost to another process."""

    me = "p1"

    def __init__(self) -> None:
        self.lost: set[str] = set()

    def tend(self, names: Mapping[str, int]) -> frozenset[str]:
        return frozenset(set(names) - self.lost)


class FakeTargets:
    """Targets that answer as `answers` says by subscription, else 204."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}
        self.agree = True
        self.sent: list[tuple[str, str]] = []
        self.asked = 0

    def ask(self, _: WebhookSubscription, now: datetime) -> tuple[DeliveryAttempt, int]:
        self.asked += 1
        return DeliveryAttempt(at=now, status=200 if self.agree else 405), 0

    def send(
        self, subscription: WebhookSubscription, events: Sequence[Mapping[str, Any]], now: datetime
    ) -> DeliveryAttempt:
        self.sent += [(subscription.id, each["id"]) for each in events]
        return DeliveryAttempt(at=now, status=self.answers.get(subscription.id, 204))

    def got(self, subscription: str) -> Counter[str]:
        return Counter(event for to, event in self.sent if to == subscription)


class Process(Desk):
    """One process: rounds of its timer, with the threads that it starts."""

    def __init__(self) -> None:
        self.targets, self.told, self.claimed = FakeTargets(), GrowingLog(), FakeClaims()
        self.team = DeliveryTeam()
        self.team.setup()
        super().__init__(
            log=self.told,
            calls=self.targets,
            claims=self.claimed,
            team=self.team,
            procedures=FakeTable(),
            fields=FakeTable(),
        )
        self.service.settings.webhook_delays = (1, 2)

    def rounds(self, many: int = 6, *, look: bool = True) -> None:
        for _ in range(many):
            if look:
                self.team.next_look = 0.0
                self.team.rests.clear()
            for courier in self.team.couriers.values():
                courier.stored_at = float("-inf")
            self.service.deliver()
            for _ in range(50):
                green.sleep(0)
            self.clock.forward(seconds=30)

    def subscribed(self, **wish: Any) -> str:
        made = str(self.create(**wish)["id"])
        self.rounds(4)
        return made

    @property
    def troubles(self) -> list[WebhookTrouble]:
        """What owners are to be told, in order."""
        told = self.subscriptions.messages
        return [each for each in told if isinstance(each, WebhookTrouble)]

    def cursor(self, subscription: str) -> int:
        return int(self.progresses.get(subscription).cursor)


@pytest.fixture
def process() -> Process:
    return Process()


def ids(first: int, last: int) -> Counter[str]:
    return Counter(f"e-{n}" for n in range(first, last + 1))


def test_a_target_is_asked_once_and_then_sent_what_comes_once(process: Process) -> None:
    made = process.subscribed()
    assert process.targets.asked == 1
    process.told.tell(20)
    process.rounds()
    assert process.targets.got(made) == ids(1, 20)
    assert process.cursor(made) == 20
    assert process.deliveries.things == []


def test_nothing_is_sent_to_who_does_not_agree(process: Process) -> None:
    process.targets.agree = False
    made = process.subscribed()
    process.told.tell(5)
    process.rounds()
    assert process.targets.sent == []
    assert process.progresses.get(made).errors[0].status == 405
    process.targets.agree = True
    process.rounds()
    assert process.targets.got(made) == ids(1, 5)


def test_filters_and_the_agency_of_an_account_pick_what_is_sent(process: Process) -> None:
    mine = process.subscribed(agency="so-xay-dung", filters=[{"prefix": {"type": "step."}}])
    none = process.subscribed(filters=[{"exact": {"type": "dossier.refused"}}])
    process.told.tell(2)
    process.told.tell(2, agency="ubnd-xa")
    process.told.tell(2, type="fee.paid")
    process.rounds()
    assert process.targets.got(mine) == ids(1, 2)
    assert process.targets.got(none) == Counter()
    process.team.couriers[none].stored_at = float("-inf")
    process.rounds()
    assert process.cursor(none) == 6


def test_the_log_is_read_once_for_all_that_are_at_its_end(process: Process) -> None:
    for _ in range(10):
        process.subscribed()
    process.told.tell(30)
    process.told.read = 0
    process.rounds(1)
    assert process.told.read == 1
    process.rounds()
    assert len(process.targets.sent) == 300


def test_who_is_gone_is_disabled_and_loses_nothing(process: Process) -> None:
    made, other = process.subscribed(), process.subscribed()
    process.targets.answers[made] = 410
    process.told.tell(8)
    process.rounds()
    stored = process.subscriptions.get(made)
    assert (stored.state.value, stored.because) == ("disabled", "gone")
    (told,) = process.troubles
    assert (told.because, told.disabled, told.email) == ("gone", True, stored.wish.email)
    assert process.targets.got(other) == ids(1, 8)
    del process.targets.answers[made]
    process.targets.sent.clear()
    process.told.tell(2)
    process.post("resume", made)
    process.rounds(10)
    assert set(process.targets.got(made)) == set(ids(1, 10))


def test_who_fails_for_five_days_is_warned_of_and_disabled(process: Process) -> None:
    made = process.subscribed()
    process.targets.answers[made] = 500
    process.told.tell(3)
    process.rounds()
    assert not process.progresses.get(made).warned
    process.clock.forward(days=4)
    process.told.tell(1)
    process.rounds()
    since = process.progresses.get(made).failing_since
    assert process.progresses.get(made).warned
    assert process.subscriptions.get(made).state.value == "active"
    (told,) = process.troubles
    assert (told.because, told.disabled) == ("failing", False)
    assert (told.since, told.disables) == (since, since + timedelta(days=5))
    process.clock.forward(days=1)
    process.told.tell(1)
    process.rounds()
    stored = process.subscriptions.get(made)
    assert (stored.state.value, stored.because) == ("disabled", "failing")
    told = process.troubles[-1]
    assert (told.disabled, told.disables) == (True, stored.changes[-1].at)


def test_an_owner_is_warned_once_also_by_a_process_that_begins_anew(process: Process) -> None:
    made = process.subscriptions.get(process.subscribed())
    since = made.created
    now, disables = since + timedelta(days=4), since + timedelta(days=5)
    warned, told = domain.warn(made, since, disables, now)
    assert len(told) == 1
    again, silent = domain.warn(warned, since, disables, now + timedelta(hours=1))
    assert (again, silent) == (warned, ())
    later = now + timedelta(days=9)
    assert len(domain.warn(warned, later, later + timedelta(days=5), later)[1]) == 1


def test_what_fails_for_good_is_dead_and_redriven_by_its_owner(process: Process) -> None:
    made = process.subscribed()
    process.targets.answers[made] = 422
    process.told.tell(3)
    process.rounds(12)
    dead = [e for e in process.deliveries.things if e.state is DeliveryState.DEAD]
    assert sorted(each.position for each in dead) == [1, 2, 3]
    assert process.targets.got(made) == Counter({f"e-{n}": 3 for n in (1, 2, 3)})
    assert process.cursor(made) == 3
    del process.targets.answers[made]
    assert process.post("redrive", made, all=True)["redriven"] == 3
    process.rounds()
    assert {e.state for e in process.deliveries.things} == {DeliveryState.DELIVERED}
    assert process.targets.got(made) == Counter({f"e-{n}": 4 for n in (1, 2, 3)})


def test_a_paused_one_waits_and_goes_on_where_it_was(process: Process) -> None:
    made = process.subscribed()
    process.told.tell(2)
    process.rounds()
    process.post("pause", made)
    process.rounds()
    process.told.tell(3)
    process.rounds()
    assert process.targets.got(made) == ids(1, 2)
    process.post("resume", made)
    process.rounds()
    assert process.targets.got(made) == ids(1, 5)


def test_a_replay_goes_back_while_it_runs(process: Process) -> None:
    made = process.subscribed()
    process.told.tell(10)
    process.rounds()
    process.post("replay", made, after=6)
    process.rounds()
    assert process.targets.got(made) == ids(1, 10) + ids(7, 10)
    assert process.cursor(made) == 10


def test_progress_is_not_stored_over_what_somebody_else_wrote(process: Process) -> None:
    """A replay that comes while this process has more to store wins."""
    made = process.subscribed()
    process.told.tell(4)
    process.rounds(1)
    process.progresses.change(made, lambda each: replay(each, 0, 0, 4))
    process.rounds()
    assert set(process.targets.got(made)) == set(ids(1, 4))
    assert process.targets.got(made)["e-1"] == 2
    assert process.cursor(made) == 4


def test_what_another_process_holds_is_let_alone(process: Process) -> None:
    made = process.subscribed()
    process.claimed.lost.add(made)
    process.rounds()
    process.told.tell(3)
    process.rounds()
    assert process.targets.sent == []
    assert process.team.couriers == {}
    process.claimed.lost.clear()
    process.rounds()
    assert process.targets.got(made) == ids(1, 3)


def test_a_failure_of_our_own_costs_a_repetition_and_no_event(process: Process) -> None:
    """The database goes away while an answer is to be stored."""
    made = process.subscribed()
    process.targets.answers[made] = 500
    process.deliveries.available = False
    process.told.tell(2)
    process.rounds(1)
    process.deliveries.available = True
    del process.targets.answers[made]
    process.rounds(8)
    assert set(process.targets.got(made)) == set(ids(1, 2))
    assert process.cursor(made) == 2


def test_what_the_log_does_not_keep_any_more_is_passed_over(process: Process) -> None:
    made = process.subscribed()
    process.targets.answers[made] = 422
    process.told.tell(2)
    process.rounds(2)
    process.post("pause", made)
    process.rounds()
    process.told.tell(4)
    process.told.first = 5
    del process.targets.answers[made]
    process.targets.sent.clear()
    process.post("resume", made)
    process.rounds(14)
    assert set(process.targets.got(made)) == set(ids(5, 6))
    dead = [e for e in process.deliveries.things if e.state is DeliveryState.DEAD]
    assert {each.attempts[-1].reason for each in dead} == {"forgotten"}
    assert process.cursor(made) == 6


def test_a_new_target_is_asked_before_it_is_sent_anything(process: Process) -> None:
    made = process.subscribed()
    process.put(made, target="https://elsewhere.example.vn/")
    process.told.tell(1)
    process.rounds()
    assert process.targets.asked == 2
    assert process.targets.got(made) == ids(1, 1)
    stored = process.subscriptions.get(made)
    confirmed = replace(stored, revision=Revision())
    assert domain.confirm(confirmed, 0, process.clock.now())[0] == confirmed


def test_an_account_without_subscriptions_costs_nothing(process: Process) -> None:
    process.told.tell(10)
    process.rounds()
    assert process.told.read == 0


def test_without_the_master_key_events_wait_and_then_all_come_once(process: Process) -> None:
    made = process.subscribed()
    process.service.vault = Vault(NO_KEYS)
    process.told.tell(3)
    process.rounds()
    assert process.targets.got(made) == Counter()
    assert process.cursor(made) == 0
    process.service.vault = Vault(FileKeys({"vault.1": bytes(32)}))
    process.rounds()
    assert process.targets.got(made) == Counter(["e-1", "e-2", "e-3"])
