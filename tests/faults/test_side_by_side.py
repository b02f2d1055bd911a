"""An upgrade, a rollback, an upgrade: two releases share queues and documents, and lose nothing."""

import uuid
from collections.abc import Mapping, Sequence

import pytest

from foundation.broker.topology import definitions, users
from tests.faults.proofs import figures, ids, prove, unsent
from tests.processes import Bench, Process, until
from tests.sample import following
from tests.sample.services import Counter, Teller

PURSES = 20
# More than a minute until a message is given up: a slow machine needs it to start a process.
DELAYS = (1, 2, 15)
# Each delivery may be an old process's turn: seven delays are 93 s, more on a busy machine.
LONGEST = 180.0
OLD: Mapping[str, str] = {"RETRY_DELAYS": "1,2,15"}
NEW: Mapping[str, str] = {**OLD, "RELEASE": "following"}


@pytest.mark.timeout(600)
def test_two_releases_side_by_side_lose_nothing_and_bury_nothing(sample: Bench) -> None:
    _declare(sample, [Teller, Counter])
    before = _both(sample, OLD)
    purses = _opened(before)
    _declare(sample, [following.Teller, following.Counter])
    after = _both(sample, NEW)
    purses += _mixed(sample, before, after, purses)
    polished, shiny = _polished(after), _opened(after, finish="shiny")
    _end(before)
    purses += _opened(after)
    polished += _polished(after)
    until(lambda: _counted_polishes(sample, polished), within=LONGEST, why="the upgrade is done")
    # Back, while messages of the new kind are on their way.
    before = _both(sample, OLD)
    purses += _mixed(sample, before, after, purses)
    polished += _polished(after)
    _end(after)
    _paid_again(before, purses)
    purses += _opened(before)
    after = _both(sample, NEW)
    until(
        lambda: _counted_polishes(sample, polished),
        within=LONGEST,
        why="what an old process put off is handled",
    )
    _end(before)
    prove(sample, [*purses, *shiny])
    assert not sample.messages("counter.dead")
    assert not unsent(sample, "teller")
    logs = [each.log.read_text() for each in sample.processes]
    put_off = {
        kind: sum(log.count(kind) for log in logs)
        for kind in ("UnknownKindError", "UnknownWordError")
    }
    figures("two releases", purses=len(purses), of_a_new_kind=len(polished), **put_off)
    assert all(put_off.values())


def _both(sample: Bench, release: Mapping[str, str]) -> list[Process]:
    """A teller and a counter of this release."""
    started = [sample.start(name, **release) for name in ("teller", "counter")]
    return [each.wait_ready() for each in started]


def _declare(sample: Bench, release: list[type]) -> None:
    """As an operator does first: new rights and bindings, which old processes do not mind."""
    passwords = sample.platform.passwords(users(release, []))
    sample.platform.load(definitions(release, [], passwords, DELAYS))


def _mixed(
    sample: Bench, before: Sequence[Process], after: Sequence[Process], purses: Sequence[str]
) -> list[str]:
    """Each release opens purses, and pays into those that the other has opened."""
    by_old, by_new = _opened(before), _opened(after)
    _paid_again(after, [*by_old, *purses])
    _paid_again(before, by_new)
    prove(sample, [*by_old, *by_new, *purses])
    return by_old + by_new


def _opened(processes: Sequence[Process], **body: str) -> list[str]:
    teller = processes[0]
    return ids([teller.post("/purses", body) for _ in range(PURSES)])


def _paid_again(processes: Sequence[Process], purses: Sequence[str]) -> None:
    teller = processes[0]
    ids([teller.post(f"/purses/{purse}/coins", key=uuid.uuid4().hex) for purse in purses])


def _polished(processes: Sequence[Process]) -> list[str]:
    teller = processes[0]
    return ids([teller.post("/polishes") for _ in range(PURSES)])


def _counted_polishes(sample: Bench, polished: Sequence[str]) -> bool:
    kept = sample.documents("counter", "polishes")
    return bool(kept.count_documents({"_id": {"$in": list(polished)}}) == len(polished))


def _end(processes: Sequence[Process]) -> None:
    for each in processes:
        assert each.stop() == 0
