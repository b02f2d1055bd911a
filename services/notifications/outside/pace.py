"""How fast each provider may be handed messages, and how it did of late, in the sending process.

Both live in the memory of the process that sends; another one that takes over begins anew, which
at most delays a change of shares by ten minutes.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from services.notifications.domain.balance import SLOW, WINDOW, ProviderFigures
from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.provider import MessageProvider

UNLIMITED = 1_000_000


@dataclass
class _Pace:
    left: float = 1.0
    at: float = 0.0
    tries: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=10_000))


class ProviderPace:
    """Counts what each provider was given; a rate is a bucket that a second fills."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self.clock = clock
        self._paces: dict[str, _Pace] = {}

    def room(self, provider: MessageProvider) -> int:
        """How many messages it may be handed right now."""
        rate, now = provider.address.rate, self.clock()
        if rate <= 0:
            return UNLIMITED
        pace = self._paces.setdefault(provider.address.name, _Pace(left=max(1.0, rate), at=now))
        pace.left = min(max(1.0, rate), pace.left + (now - pace.at) * rate)
        pace.at = now
        return int(pace.left)

    def room_of(self, providers: Sequence[MessageProvider]) -> int:
        """How many messages all of them together may be handed."""
        return min(UNLIMITED, sum(self.room(each) for each in providers))

    def count(self, name: str, answer: ProviderAnswer, seconds: float) -> None:
        """Note how it went: slow, refused, busy and unanswered are bad."""
        pace = self._paces.setdefault(name, _Pace(at=self.clock()))
        pace.left -= 1
        bad = answer.outcome is not SendOutcome.TAKEN or seconds > SLOW
        pace.tries.append((self.clock(), bad))

    def figures(self) -> Mapping[str, ProviderFigures]:
        """The last ten minutes of each provider."""
        since = self.clock() - WINDOW.total_seconds()
        lately = {
            name: [bad for at, bad in pace.tries if at >= since]
            for name, pace in self._paces.items()
        }
        return {
            name: ProviderFigures(asked=len(bads), bad=sum(bads)) for name, bads in lately.items()
        }
