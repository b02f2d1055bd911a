"""The embedded database forgets the same retryable writes as by its own hand, only sooner done."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secantus import transactions
from secantus.transactions import TransactionRegistry

from cli.embedded.database_server import forget_the_oldest

Prune = Callable[[Any], None]
MOST, LIFETIME = 5, 30.0
WRITES = st.lists(st.tuples(st.integers(0, 12), st.floats(0, 12)), max_size=40)
"""Of each write: its number, and how many seconds it comes after the one before."""
ITS_OWN: Prune = TransactionRegistry._prune_retryable_locked  # noqa: SLF001 -- what we replace


def known_after(prune: Prune, writes: list[tuple[int, float]]) -> list[list[int]]:
    """After each write the numbers whose answers are still known; a known one is not done again."""
    now, after = 1000.0, []

    class Registry(TransactionRegistry):  # type: ignore[misc]  # has no types
        _prune_retryable_locked = prune

    registry = Registry(time_func=lambda: now)
    for number, pause in writes:
        now += pause
        if registry.retryable_reply(b"session", number, b"same") is None:
            registry.record_retryable(b"session", number, b"same", {"ok": 1, "n": number})
        after.append(
            [each for each in range(13) if registry.retryable_reply(b"session", each, b"same")]
        )
    return after


@given(writes=WRITES)
def test_it_forgets_what_the_server_itself_would_forget(writes: list[tuple[int, float]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transactions, "_RETRYABLE_RECORD_MAX", MOST)
        patch.setattr(transactions, "_RETRYABLE_RECORD_LIFETIME_SECONDS", LIFETIME)
        assert known_after(forget_the_oldest, writes) == known_after(ITS_OWN, writes)


def test_a_write_beyond_the_most_looks_at_one_record_not_at_all() -> None:
    looked = 0

    class Record(tuple[dict[str, int], float, bytes]):
        __slots__ = ()

        def __getitem__(self, place: Any) -> Any:
            nonlocal looked
            looked += 1
            return super().__getitem__(place)

    registry = TransactionRegistry(time_func=lambda: 0.0)
    registry._retryable = {  # noqa: SLF001 -- what it was told so far
        (b"session", number): Record(({}, 0.0, b""))
        for number in range(transactions._RETRYABLE_RECORD_MAX + 1)  # noqa: SLF001
    }
    forget_the_oldest(registry)
    assert len(registry._retryable) == transactions._RETRYABLE_RECORD_MAX  # noqa: SLF001
    assert looked <= 2
