"""Who sends much waits for himself: each sender in order, the senders in turn."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from foundation.consumer.delivery import Delivery
from foundation.consumer.fair_queue import FairQueue

SENDERS = st.lists(st.sampled_from(("routing.a", "routing.b", "routing.c", "intake")), max_size=60)


def delivery(user: str, tag: int) -> Delivery:
    channel: Any = None
    return Delivery(
        tag=tag,
        channel=channel,
        body=b"",
        message_id=str(tag),
        user=user,
        routing_key="",
        attempt=1,
        traceparent="",
    )


def filled(users: list[str]) -> FairQueue:
    inbox = FairQueue()
    for tag, user in enumerate(users):
        inbox.put(delivery(user, tag))
    return inbox


def emptied(inbox: FairQueue) -> list[Delivery]:
    taken = []
    while inbox:
        first = inbox.first()
        assert inbox.take() is first
        taken.append(first)
    return taken


def test_one_among_a_flood_waits_for_one_message_of_it() -> None:
    taken = emptied(filled(["routing.a"] * 50 + ["routing.b", "routing.c"]))
    assert [each.user for each in taken[:4]] == ["routing.a", "routing.b", "routing.c", "routing.a"]


@given(SENDERS)
def test_everything_is_taken_once_and_each_senders_in_order(users: list[str]) -> None:
    taken = emptied(filled(users))
    assert sorted(each.tag for each in taken) == list(range(len(users)))
    for user in set(users):
        tags = [each.tag for each in taken if each.user == user]
        assert tags == sorted(tags)


@given(SENDERS)
def test_nobody_is_two_turns_ahead_of_another_who_waits(users: list[str]) -> None:
    had: Counter[str] = Counter()
    left = Counter(users)
    for each in emptied(filled(users)):
        had[each.user] += 1
        left[each.user] -= 1
        assert all(had[each.user] <= had[other] + 1 for other, more in left.items() if more)


def test_what_could_not_be_done_comes_first_again() -> None:
    inbox = filled(["routing.a", "routing.b", "routing.a"])
    first = inbox.take()
    inbox.put_back(first)
    assert [each.tag for each in emptied(inbox)] == [0, 1, 2]


def test_nothing_waits_after_a_clearing() -> None:
    inbox = filled(["routing.a"])
    inbox.clear()
    assert not inbox
