"""Two hundred subscriptions, twenty of them to bad targets: nobody else waits, nothing is lost."""

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bench.child_process import ChildProcess
from contracts.envelope import Envelope
from tests.integration.test_event_log import Feed, bearer, told
from tests.integration.test_webhooks import LOCAL, feed, ids, targets
from tests.integration.webhook_targets import Targets
from tests.processes import PLAIN, Process, until

__all__ = ["feed", "targets"]  # fixtures

OWNERS = tuple(f"integrator-{number}" for number in range(4))
"""One may have fifty subscriptions."""
BAD: Mapping[str, str] = {
    "500": "500",
    "429": "429",
    "301": "301",
    "302": "302",
    "410": "410",
    "silent": "time",
    "drip": "time",
    "giga": "500",
    "broken": "broken",
    "400": "400",
}
"""How a target is bad, and the reason that its dead letters have."""
EVENTS = 20
LONGEST = 5.0  # seconds
BAD_PATHS = tuple(f"/{word}/{number}" for word in BAD for number in (1, 2))
GOOD_PATHS = tuple(f"/0/{number}" for number in range(200 - len(BAD_PATHS)))


@dataclass(frozen=True)
class SetCheck:
    """What came to some targets, held against what was told: all sets of (target, event)."""

    attempts: int
    delivered: int
    duplicates: int
    lost: int
    unexpected: int

    @classmethod
    def of(
        cls, came: Counter[tuple[str, str]], paths: Iterable[str], events: Iterable[str]
    ) -> "SetCheck":
        """Count it; `came` is how often each event was sent to each path, one in a call."""
        expected = {(path, event) for path in paths for event in events}
        return cls(
            attempts=came.total(),
            delivered=len(expected & came.keys()),
            duplicates=came.total() - len(came),
            lost=len(expected - came.keys()),
            unexpected=len(came.keys() - expected),
        )

    def __str__(self) -> str:
        """One line."""
        return ", ".join(f"{name} {value:,}" for name, value in vars(self).items())


class GoodTargets:
    """Targets that take everything at once, in a process of their own: they cost next to nothing.

    The bad ones stand in the process of the test.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.seen: list[tuple[str, str, float]] = []

    def url(self, path: str) -> str:
        """The address of one."""
        return f"http://127.0.0.1:{self.port}{path}"

    def look(self) -> int:
        """See what came since the last look; how much there is in all."""
        told = httpx.get(self.url("/report"), **PLAIN).json()
        self.seen += [(path, event, at) for path, some in told.items() for event, at in some]
        return len(self.seen)

    def came(self) -> Counter[tuple[str, str]]:
        """How often each event came to each path."""
        self.look()
        return Counter((path, event) for path, event, _ in self.seen)


def came_to_bad(targets: Targets, since: float = 0.0) -> Counter[tuple[str, str]]:
    """How often each event came to each bad path; they take what comes since they are healed."""
    return Counter(
        (path, event["id"])
        for path in BAD_PATHS
        for call in targets.posts(path)
        if call.at >= since
        for event in call.events
    )


class Integrators:
    """The owners of the subscriptions, each with a part of them."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.owner: dict[str, str] = {}
        self.path: dict[str, str] = {}

    def ask(self, method: str, path: str, owner: str, **body: object) -> dict[str, object]:
        """What the service answers an owner."""
        headers = {**bearer(sub=owner), "Idempotency-Key": uuid.uuid4().hex}
        more = {"json": body} if method == "POST" else {}
        answer = self.process.http.request(method, path, headers=headers, **more)  # type: ignore[arg-type]
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def subscribe(self, targets: Targets | GoodTargets, paths: Iterable[str]) -> None:
        """A subscription for each path."""
        for number, path in enumerate(paths, len(self.path)):
            owner = OWNERS[number % len(OWNERS)]
            made = self.ask(
                "POST",
                "/subscriptions",
                owner,
                target=targets.url(path),
                email="ops@example.vn",
            )
            self.owner[str(made["id"])], self.path[str(made["id"])] = owner, path

    def states(self) -> Counter[str]:
        """How many of all are in which state."""
        listed = [self.ask("GET", "/subscriptions", owner)["subscriptions"] for owner in OWNERS]
        return Counter(each["state"] for some in listed for each in some)  # type: ignore[attr-defined]

    def act(self, act: str, subscription: str, **body: object) -> dict[str, object]:
        """Do something about one."""
        path = f"/subscriptions/{subscription}/{act}"
        return self.ask("POST", path, self.owner[subscription], **body)

    def show(self, subscription: str, more: str = "") -> dict[str, object]:
        """How one fares."""
        return self.ask("GET", f"/subscriptions/{subscription}{more}", self.owner[subscription])

    @property
    def bad(self) -> list[str]:
        """Those whose targets are bad."""
        return [each for each, path in self.path.items() if path in BAD_PATHS]


@pytest.fixture
def good(tmp_path: Path) -> Iterator[GoodTargets]:
    log = tmp_path / "targets.log"
    receiving = ChildProcess("webhook_targets", "receive", {"TARGETS": "1"}, log)
    yield GoodTargets(receiving.receive(30)["ports"][0])
    receiving.end()


def tell_each_second(feed: Feed, good: GoodTargets, events: list[Envelope]) -> list[float]:
    """Tell one event a second; the seconds until each good target had each of them, in order."""
    sent: dict[str, float] = {}
    for each in events:
        sent[each.id] = time.monotonic()
        feed.tell([each])
        time.sleep(1)
    until(lambda: good.look() >= len(GOOD_PATHS) * len(events), within=30)
    return sorted(at - sent[event] for _, event, at in good.seen)


def each_says_why(owners: Integrators, events: list[Envelope]) -> None:
    """Owners see why their target is called in vain, and of each dead letter why it was given up.

    A target that answers without taking anything is not rested: all its events are dead soon.
    """
    for each in owners.bad:
        word = owners.path[each].split("/")[1]
        until(lambda each=each: owners.show(each)["errors"])  # type: ignore[misc]
        last = owners.show(each)["errors"][0]  # type: ignore[index]
        assert {str(last["status"]), last["trouble"]} & {BAD[word]}, (word, last)
        if word == "400":
            until(lambda each=each: owners.show(each)["dead"] == len(events))  # type: ignore[misc]
        letters = owners.show(each, "/deliveries?state=dead&limit=200")["deliveries"]
        assert all(letter["reason"] == BAD[word] for letter in letters), word  # type: ignore[attr-defined]
        if word == "400":
            named = {letter["events"][0]["id"] for letter in letters}  # type: ignore[attr-defined]
            assert named == ids(events)


def heal(owners: Integrators, targets: Targets) -> None:
    """The targets are mended; owners resume, and redrive until nothing is left."""
    targets.healed |= set(BAD_PATHS)
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda each: owners.act("resume", each), owners.bad))
    until(lambda: owners.states() == {"active": 200}, within=30)

    def is_over(each: str) -> bool:
        shown = owners.show(each)
        if shown["dead"]:
            owners.act("redrive", each, all=True)
        return shown["lag"] == shown["dead"] == shown["waiting"] == 0

    for each in owners.bad:
        until(lambda each=each: is_over(each), within=45, why="all is delivered")  # type: ignore[misc]


def test_twenty_bad_of_two_hundred_hold_up_no_other_and_nothing_is_lost(
    feed: Feed, targets: Targets, good: GoodTargets
) -> None:
    process = feed.start(**LOCAL).wait_ready()
    owners = Integrators(process)
    owners.subscribe(good, GOOD_PATHS)
    owners.subscribe(targets, BAD_PATHS)
    until(lambda: owners.states() == {"active": 200}, why="all have agreed")
    began = time.monotonic()
    events = told(EVENTS)
    waited = tell_each_second(feed, good, events)
    p50, p99 = (waited[int(share * len(waited))] for share in (0.5, 0.99))
    first = SetCheck.of(good.came(), GOOD_PATHS, ids(events))
    print(f"\n{len(GOOD_PATHS)} good beside {len(BAD_PATHS)} bad: p50 {p50:.2f} s, p99 {p99:.2f} s")
    print(f"good: {first}")
    assert p99 <= LONGEST
    assert (first.lost, first.unexpected, first.duplicates) == (0, 0, 0)
    assert targets.strangers == []
    each_says_why(owners, events)
    print(f"bad, before they heal: {SetCheck.of(came_to_bad(targets), BAD_PATHS, ids(events))}")
    healed = time.monotonic()
    heal(owners, targets)
    bad = SetCheck.of(came_to_bad(targets, healed), BAD_PATHS, ids(events))
    print(f"bad, healed and redriven: {bad}; {time.monotonic() - began:.0f} s in all")
    assert (bad.lost, bad.unexpected) == (0, 0)
    assert SetCheck.of(good.came(), GOOD_PATHS, ids(events)) == first
