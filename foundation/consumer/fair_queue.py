"""A fair queue of deliveries: round-robin by sender, in order within one sender.

A sender with a backlog delays only itself, within the prefetch window of the process
(docs/decisions/0014).
"""

from collections import OrderedDict, deque

from foundation.consumer.delivery import Delivery


class FairQueue:
    """One lane for each sender with waiting deliveries; a sender is a user of the broker."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._lanes: OrderedDict[str, deque[Delivery]] = OrderedDict()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._lanes)

    def put(self, delivery: Delivery) -> None:
        """Append to the lane of its sender."""
        self._lanes.setdefault(delivery.user, deque()).append(delivery)

    def put_back(self, delivery: Delivery) -> None:
        """Put a delivery that could not be handled before all others."""
        self._lanes.setdefault(delivery.user, deque()).appendleft(delivery)
        self._lanes.move_to_end(delivery.user, last=False)

    def first(self) -> Delivery:
        """The next delivery; the queue must not be empty."""
        return next(iter(self._lanes.values()))[0]

    def take(self) -> Delivery:
        """Remove and return the next delivery; then it is the next sender's turn."""
        sender, lane = next(iter(self._lanes.items()))
        delivery = lane.popleft()
        if lane:
            self._lanes.move_to_end(sender)
        else:
            del self._lanes[sender]
        return delivery

    def clear(self) -> None:
        """Drop all."""
        self._lanes.clear()
