"""How fast the numbers of each carrier may be handed messages by a provider.

A provider's contract may allow fewer messages a second to one carrier than to all of them:
`?rate=20&rate.viettel=8` in its address. What comes faster gets a turn of its own later, once, so
that a crowd of one carrier's numbers holds up no other. The turns live in the memory of the process
that sends; another one that takes over gives them anew.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import carrier

from foundation.text.telephone import REGION
from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.outside.provider import MessageProvider

MOST_WAITING = 100_000
"""So many turns are remembered; who waits longer than so many others is given one anew."""


@dataclass(frozen=True)
class _Turn:
    line: tuple[str, str]
    at: float


class CarrierPace:
    """Gives each message to a number of a carrier its turn: so many a second, evenly."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._next: dict[tuple[str, str], float] = {}
        self._turns: dict[str, _Turn] = {}

    def wait(self, provider: MessageProvider, notice: Notice) -> float:
        """Seconds until the message may be handed over; 0 for now."""
        rates = provider.address.carrier_rates
        if not rates or notice.channel is not NoticeChannel.SMS:
            return 0.0
        line = (provider.address.name, carrier_of(notice.to))
        rate, turn, now = rates.get(line[1], 0.0), self._turns.pop(notice.id, None), self._clock()
        if rate <= 0:
            return 0.0
        if turn is None or turn.line != line:
            turn = _Turn(line, max(now, self._next.get(line, now)))
            self._next[line] = turn.at + 1 / rate
        if turn.at <= now:
            return 0.0
        if len(self._turns) < MOST_WAITING:
            self._turns[notice.id] = turn
        return turn.at - now


def carrier_of(number: str) -> str:
    """The carrier that a number was given out by, e.g. `viettel`, by its first digits; else "".

    A number that its owner took along to another carrier counts as the first one's.
    """
    try:
        name = carrier.name_for_number(phonenumbers.parse(number, REGION), "en")
    except phonenumbers.NumberParseException:
        return ""
    return "".join(letter for letter in name.lower() if letter.isalnum())
