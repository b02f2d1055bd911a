"""Which provider of several carries a message, and how work moves from one that is in trouble.

All goes to the first while all is well. When too much of what one was given lately was slow,
refused or not answered, a tenth of the work moves to the best of the others, again after five
minutes if that is not enough; when all has been calm for a quarter of an hour, a tenth moves back.
So nothing flaps, and each change is kept with its reason. (A message that a provider could not take
goes to another at its next try, whatever the shares are.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from contracts.events import Event
from contracts.history import Revision
from foundation.frozen import replace
from services.notifications.domain.notice import Notice

WHOLE, POINTS = 100, 10
FEWEST = 20
"""Messages of the last ten minutes, below which nobody is judged."""
TOO_MANY = 0.15
BETWEEN_MOVES = timedelta(minutes=5)
CALM = timedelta(minutes=15)
WINDOW = timedelta(minutes=10)
SLOW = 3.0
"""Seconds for an answer, above which it counts as slow."""
MOST_CHANGES = 100


@dataclass(frozen=True, kw_only=True)
class ShareChange:
    """A tenth of the work that moved, when, and why."""

    at: datetime
    leaving: str
    taking: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProviderShares:
    """The shares of a channel's providers (its id is the channel), and how they came to be."""

    id: str
    shares: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[ShareChange, ...] = ()
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class ProviderFigures:
    """What a provider was given in the last ten minutes, and how much of it went badly."""

    asked: int = 0
    bad: int = 0

    @property
    def share(self) -> float:
        """The part that went badly; too few messages say nothing."""
        return self.bad / self.asked if self.asked >= FEWEST else 0.0


def rest(channel: str, names: Sequence[str]) -> ProviderShares:
    """All to the first: the shares while all is well."""
    return ProviderShares(id=channel, shares=_at_rest(names))


def balance(
    known: ProviderShares,
    names: Sequence[str],
    figures: Mapping[str, ProviderFigures],
    now: datetime,
) -> tuple[ProviderShares, tuple[Event, ...]]:
    """The shares as they are to be from now on."""
    if set(known.shares) != set(names):
        return replace(known, shares=_at_rest(names)), ()
    last = known.changes[-1].at if known.changes else None
    if len(names) < 2 or (last and now < last + BETWEEN_MOVES):  # noqa: PLR2004 -- nowhere to go
        return known, ()
    of = {each: figures.get(each, ProviderFigures()) for each in names}
    working = [each for each in names if known.shares[each] > 0]
    worst = max(working, key=lambda each: of[each].share)
    if of[worst].share >= TOO_MANY:
        others = [each for each in names if each != worst]
        best = min(others, key=lambda each: of[each].share)
        if of[best].share >= of[worst].share:
            return known, ()  # all are in trouble: to move helps nobody
        reason = f"{of[worst].bad} of {of[worst].asked} slow, refused or not answered"
        return _moved(known, worst, best, reason, now), ()
    if known.shares[names[0]] < WHOLE and (last is None or now >= last + CALM):
        leaving = max((each for each in working if each != names[0]), key=known.shares.__getitem__)
        return _moved(known, leaving, names[0], "calm for 15 minutes", now), ()
    return known, ()


def choose_provider(notice: Notice, shares: Mapping[str, int], names: Sequence[str]) -> str:
    """Who carries this try: by the shares, and never again who could not take it just now.

    The same notice has the same provider at the same try, whoever computes it.
    """
    others = [each for each in names if each != notice.provider] if notice.tries else []
    candidates = others or list(names)
    total = sum(shares.get(each, 0) for each in candidates)
    if not total:
        return candidates[0]
    digest = sha256(f"{notice.id} {notice.tries}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") % total
    for each in candidates:
        point -= shares.get(each, 0)
        if point < 0:
            return each
    return candidates[-1]


def _at_rest(names: Sequence[str]) -> dict[str, int]:
    return {each: WHOLE if number == 0 else 0 for number, each in enumerate(names)}


def _moved(
    known: ProviderShares, leaving: str, taking: str, reason: str, now: datetime
) -> ProviderShares:
    points = min(POINTS, known.shares[leaving])
    shares = {
        **known.shares,
        leaving: known.shares[leaving] - points,
        taking: known.shares[taking] + points,
    }
    change = ShareChange(at=now, leaving=leaving, taking=taking, reason=reason)
    return replace(known, shares=shares, changes=(*known.changes, change)[-MOST_CHANGES:])
