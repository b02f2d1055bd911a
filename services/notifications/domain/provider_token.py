"""The token a provider knows us by, where we renew it: when, by whom, and what if that fails.

The refresh token can be used once: a renewal gives an access token and the next refresh token.
Whoever renews first claims it, so that one process asks at a time; what was given is stored before
it is used. A process may die between being given the next refresh token and storing it: the one
that is stored is then used up, and nobody can know. So a token is renewed at half its life: the old
access token goes on working for hours, in which a new refresh token can be put into the file.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contracts.history import Revision
from contracts.message import Message
from foundation.frozen import replace

CLAIM = timedelta(minutes=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
_MOST_DOUBLINGS = 10
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ProviderToken:
    """What is stored of a provider's tokens; `access` and `refresh` are sealed.

    `seed` tells which refresh token of the file it began with, and `renewal` counts from there.
    `refused` says that the provider did not know the access token before its time was over;
    `after_refusal`, that this one replaced such a one: it is not replaced early again.
    """

    id: str
    seed: str
    refresh: str = field(repr=False)
    access: str = field(default="", repr=False)
    obtained: datetime | None = None
    until: datetime | None = None
    renewal: int = 0
    refused: bool = False
    after_refusal: bool = False
    claim: str = ""
    claimed_until: datetime | None = None
    failures: int = 0
    next_try: datetime | None = None
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class GivenTokens:
    """What a renewal gave, sealed, and for how long the access token is good."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lifetime: timedelta


Decided = tuple[ProviderToken, tuple[Message, ...]]


def begin(provider: str, seed: str, refresh: str) -> ProviderToken:
    """With the refresh token that the operator put into the file; nothing was renewed yet."""
    return ProviderToken(id=provider, seed=seed, refresh=refresh)


def seeded(token: ProviderToken, seed: str, refresh: str) -> Decided:
    """With another refresh token of the file, at once; the access token goes on till then."""
    if token.seed == seed:
        return token, ()
    fresh = replace(token, seed=seed, refresh=refresh, failures=0, next_try=None, claim="")
    return replace(fresh, claimed_until=None, obtained=None), ()


def is_due(token: ProviderToken, now: datetime) -> bool:
    """Whether it is to be renewed now, and nobody is at it."""
    if any(each and now < each for each in (token.claimed_until, token.next_try)):
        return False
    if token.refused and not token.after_refusal:
        return True
    if token.obtained is None or token.until is None:
        return True
    return now >= token.obtained + (token.until - token.obtained) / 2


def end_of(token: ProviderToken) -> datetime:
    """When the access token ends; long ago if there is none, or if the provider refuses it."""
    return NEVER if token.until is None or token.refused else token.until


def claim(token: ProviderToken, by: str, now: datetime) -> Decided:
    """Claimed by one of several; unchanged if another was first, or it is not due any more."""
    if not is_due(token, now):
        return token, ()
    return replace(token, claim=by, claimed_until=now + CLAIM), ()


def renew(
    token: ProviderToken, claimed: ProviderToken, given: GivenTokens, now: datetime
) -> Decided:
    """With what the provider gave for the refresh token that stood in `claimed`.

    It was really given, so a claim that ran out meanwhile, or another's, does not count; a later
    renewal and another refresh token of the file do.
    """
    if (token.seed, token.renewal) != (claimed.seed, claimed.renewal):
        return token, ()
    renewed = replace(
        token,
        access=given.access,
        refresh=given.refresh,
        obtained=now,
        until=now + given.lifetime,
        renewal=token.renewal + 1,
        after_refusal=token.refused,
        refused=False,
    )
    return replace(renewed, claim="", claimed_until=None, failures=0, next_try=None), ()


def fail(token: ProviderToken, by: str, now: datetime) -> Decided:
    """The provider gave none: asked again after a pause, each time a longer one."""
    if token.claim != by:
        return token, ()
    pause = min(FIRST_PAUSE * 2 ** min(token.failures, _MOST_DOUBLINGS), LONGEST_PAUSE)
    failed = replace(token, failures=token.failures + 1, next_try=now + pause)
    return replace(failed, claim="", claimed_until=None), ()


def refuse(token: ProviderToken, renewal: int) -> Decided:
    """The provider did not know the access token of that renewal; an older one is forgotten."""
    if token.renewal != renewal or token.refused:
        return token, ()
    return replace(token, refused=True), ()
