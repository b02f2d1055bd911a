"""Appending to a hash chain: those that wait for one another share a command and lose nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.history import ChainLink
from foundation.concurrency import green
from foundation.errors import Stale, Unavailable
from foundation.outbox import AuditLog
from foundation.outbox.audit_log import MOST_AT_ONCE, TRIES
from foundation.persistence.hash_chain import sealed_after
from services.feedback.domain.sealed_parts import ReadingReason, SealedReading

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def reading(by: str) -> SealedReading:
    return SealedReading(by=by, at=NOW, denunciation="t-1", reason=ReadingReason.VERIFY)


class Chain(AuditLog[SealedReading]):
    """An audit log over a list; `others` write before each of our commands, `away` times it fails.

    What is written by others is only noticed by an id that is taken, as in the database.
    """

    entity = SealedReading
    collection = "sealed_readings"

    def __init__(self, others: Sequence[int] = (), away: int = 0) -> None:
        self._ends: dict[str, ChainLink] = {}
        self._waiting = {}
        self._one_by_one = green.Semaphore()
        self.kept: list[SealedReading] = []
        self.commands: list[int] = []
        self.others, self.away = list(others), away

    def _end(self, agency: str) -> ChainLink:
        return self._ends.setdefault(agency, self.kept[-1].link if self.kept else ChainLink())

    def _remember(self, agency: str, link: ChainLink) -> None:
        self._ends[agency] = link

    def _save_in_order(self, entities: Sequence[SealedReading]) -> int:
        green.sleep(0)
        if self.away:
            self.away -= 1
            raise Unavailable("x", "away")
        for _ in range(self.others.pop(0) if self.others else 0):
            last = self.kept[-1].link if self.kept else ChainLink()
            self.kept.append(sealed_after(reading("other"), last, self.collection))
        self.commands.append(len(entities))
        stored = 0
        for each in entities:
            if each.link.seq != len(self.kept) + 1:
                break
            self.kept.append(each)
            stored += 1
        return stored

    def append_all(self, count: int) -> list[object]:
        """What each of so many who append at the same time gets: the entry, or why none."""

        def one(number: int) -> object:
            try:
                return self.append(reading(f"an-{number}"))
            except (Stale, Unavailable) as error:
                return error

        return [each.wait() for each in [green.spawn(one, number) for number in range(count)]]


def is_whole(kept: Sequence[SealedReading]) -> bool:
    last = ChainLink()
    for each in kept:
        if each.link.seq != last.seq + 1 or (last.hash and each.link.prev != last.hash):
            return False
        last = each.link
    return True


def test_those_that_wait_share_a_command() -> None:
    chain = Chain()
    got = chain.append_all(9)
    assert [each.by for each in chain.kept] == [f"an-{number}" for number in range(9)]
    assert got == chain.kept
    assert chain.commands == [1, 8]


def test_no_command_is_larger_than_the_bound() -> None:
    chain = Chain()
    chain.append_all(3 * MOST_AT_ONCE)
    assert max(chain.commands) == MOST_AT_ONCE
    assert is_whole(chain.kept)


@given(st.lists(st.integers(0, 3), max_size=TRIES - 2), st.integers(1, 40))
def test_whoever_else_writes_each_is_in_the_chain_once(others: list[int], count: int) -> None:
    chain = Chain(others)
    got = chain.append_all(count)
    ours = [each for each in chain.kept if each.by != "other"]
    assert sorted(each.by for each in ours) == sorted(f"an-{number}" for number in range(count))
    assert {id(each) for each in got} == {id(each) for each in ours}
    assert is_whole(chain.kept)


def test_a_database_that_is_away_is_told_to_all_who_waited_and_to_nobody_after() -> None:
    chain = Chain(away=2)
    got = chain.append_all(5)
    assert all(isinstance(each, Unavailable) for each in got)
    assert chain.append_all(2) == chain.kept
    assert is_whole(chain.kept)


def test_who_never_gets_a_turn_is_told_to_try_again() -> None:
    chain = Chain([1] * (TRIES + 1))
    with pytest.raises(Stale):
        chain.append(reading("an"))
    assert {each.by for each in chain.kept} == {"other"}
