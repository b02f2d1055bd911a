"""A queue with several equal servers (M/G/c): how long one waits at a rate.

Arrivals are independent of one another. With services of exponential length (M/M/c) the wait is
that of Erlang's C formula; the more even they are, the shorter it is, down to half of it when all
take as long (the approximation of Allen and Cunneen). Times are in seconds, rates per second.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Queue:
    """Servers that each spend `demand` seconds on a request, on average.

    `variation` is the variance of that over its square: 0 if all take as long, 1 if exponential.
    """

    servers: int
    demand: float
    variation: float = 0.0

    @property
    def capacity(self) -> float:
        """How many requests a second it can serve at the very most."""
        return self.servers / self.demand

    def load(self, rate: float) -> float:
        """The share of its capacity that is used at a rate; from 1 on it does not keep up."""
        return rate / self.capacity

    def waiting(self, rate: float) -> float:
        """The share of requests that must wait at all (Erlang C); 1 if it does not keep up."""
        if self.load(rate) >= 1:
            return 1.0
        offered = rate * self.demand
        blocked = 1.0
        for number in range(1, self.servers + 1):
            blocked = offered * blocked / (number + offered * blocked)
        return blocked / (1 - self.load(rate) * (1 - blocked))

    def wait(self, rate: float, share: float) -> float:
        """The wait in seconds that `share` (0 to 1) of the requests do not exceed.

        Infinite if it does not keep up.
        """
        if self.load(rate) >= 1:
            return math.inf
        waiting, rest = self.waiting(rate), 1 - share
        if waiting <= rest:
            return 0.0
        return (1 + self.variation) / 2 * math.log(waiting / rest) / (self.capacity - rate)


def servers_for(rate: float, demand: float, most: float) -> int:
    """How many servers keep the load at `most` (0 to 1) or below; at least one."""
    return max(1, math.ceil(rate * demand / most - 1e-9))
