"""Deliveries that wait for a worker: those of one sender in their order, the senders in turn.

So whoever sends ten times what others do waits for himself: theirs go on in between, as far as
the prefetch of the process reaches.
"""

from collections import OrderedDict, deque

from foundation.consumer.delivery import Delivery


class FairQueue:
    """The lanes of all senders of whom something waits; a sender is the broker's user."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._lanes: OrderedDict[str, deque[Delivery]] = OrderedDict()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._lanes)

    def put(self, delivery: Delivery) -> None:
        """Let it wait behind what its sender has sent before."""
        self._lanes.setdefault(delivery.user, deque()).append(delivery)

    def put_back(self, delivery: Delivery) -> None:
        """Let it wait before all others: it has had its turn and could not be done."""
        self._lanes.setdefault(delivery.user, deque()).appendleft(delivery)
        self._lanes.move_to_end(delivery.user, last=False)

    def first(self) -> Delivery:
        """The one whose turn it is; there must be one."""
        return next(iter(self._lanes.values()))[0]

    def take(self) -> Delivery:
        """The same, which does not wait any more; now it is the next sender's turn."""
        sender, lane = next(iter(self._lanes.items()))
        delivery = lane.popleft()
        if lane:
            self._lanes.move_to_end(sender)
        else:
            del self._lanes[sender]
        return delivery

    def clear(self) -> None:
        """Let go of all."""
        self._lanes.clear()
