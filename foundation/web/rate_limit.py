"""A rate limiter for HTTP look-ups: token buckets in the memory of one process."""

import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2s
from ipaddress import IPv6Address, ip_address

from foundation.errors import NotFound
from foundation.injection import Provider
from foundation.web.request import Request
from foundation.web.responses import TooMany

MOST_CALLERS = 4096
EVERYBODY = ""
# An IPv6 network of this length is one household or office; within it addresses are free.
ONE_HOUSEHOLD = 64
# Sums of fractions of tokens are a hair off.
NEARLY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate: `burst` at once, then `per_minute`."""

    burst: int
    per_minute: float


ASKED = Rate(burst=30, per_minute=60)
"""Look-ups of one caller; an ordinary person never notices."""
MISSED = Rate(burst=20, per_minute=6)
"""Look-ups of one caller that find nothing; the burst is the number of workers."""
ALL_MISSED = Rate(burst=300, per_minute=300)
"""Look-ups that find nothing, of all anonymous callers together."""
SENT = Rate(burst=10, per_minute=2)
"""What one caller sends without signing in."""
ALL_SENT = Rate(burst=120, per_minute=60)
"""What all send without signing in, together."""


@dataclass(frozen=True)
class TokenBucket:
    """The tokens `left` to one caller as of the second `at`."""

    left: float
    at: float


def refilled(bucket: TokenBucket, rate: Rate, now: float) -> TokenBucket:
    """The bucket as it is at `now`; a clock that went back fills nothing."""
    passed = max(0.0, now - bucket.at)
    return TokenBucket(min(rate.burst, bucket.left + passed * rate.per_minute / 60), now)


def seconds_to_wait(bucket: TokenBucket, rate: Rate) -> float:
    """How long until there is one to take; 0 if there is."""
    missing = 1 - bucket.left
    return missing * 60 / rate.per_minute if missing > NEARLY else 0.0


class TokenBuckets:
    """One token bucket per recent caller; a forgotten caller begins with a full one.

    At most `most` are remembered, those that asked last, so that a flood of addresses cannot
    fill the memory. It can make itself forgotten: that is what the bucket for everybody is for.
    """

    def __init__(self, rate: Rate, most: int = MOST_CALLERS) -> None:
        """All buckets have one rate."""
        self._rate = rate
        self._most = most
        self._known: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._known)

    def take(self, who: str, now: float) -> float:
        """Take one, or say how many seconds `who` has to wait for it; 0 if it was taken."""
        full = TokenBucket(self._rate.burst, now)
        bucket = refilled(self._known.pop(who, full), self._rate, now)
        wait = seconds_to_wait(bucket, self._rate)
        self._keep(who, bucket if wait else TokenBucket(max(0.0, bucket.left - 1), now))
        return wait

    def give_back(self, who: str) -> None:
        """Undo a `take`; a forgotten caller has a full bucket anyway."""
        bucket = self._known.get(who)
        if bucket:
            self._known[who] = TokenBucket(min(self._rate.burst, bucket.left + 1), bucket.at)

    def _keep(self, who: str, bucket: TokenBucket) -> None:
        self._known[who] = bucket
        if len(self._known) > self._most:
            self._known.popitem(last=False)


class CallerNames:
    """What callers are counted under: no bucket has an address or a subject in it.

    The names are made with a salt of this process, which nothing ever writes down.
    """

    def __init__(self) -> None:
        """With a salt of its own."""
        self._salt = os.urandom(32)

    def of(self, request: Request) -> str:
        """A name for who signed in, else for the network that the request came from."""
        known = f"subject {request.who.subject}"
        who = known if request.who.subject else _network(request.address)
        return blake2s(who.encode(), key=self._salt).hexdigest()


class LookupRateLimiter(Provider):
    """Guards what anybody may ask for by a code: `guard = LookupRateLimiter()`, one per process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._names = CallerNames()
        self._asked = TokenBuckets(ASKED)
        self._missed = TokenBuckets(MISSED)
        self._all_missed = TokenBuckets(ALL_MISSED)

    @contextmanager
    def against_guessing(self, request: Request) -> Iterator[None]:
        """Allow a look-up, unless its caller has made, or missed, too many.

        The miss is taken before and given back when there was none: so nobody, with however many
        requests at once, learns from a refusal whether the code was there. Those who signed in
        are counted by who they are, and go on when strangers have used up what is for all.

        Raises:
            TooMany: says how long to wait.
        """
        who, now = self._names.of(request), self._clock()
        _hold(self._asked.take(who, now))
        _hold(self._missed.take(who, now))
        if not request.who.subject:
            self._count_for_all(who, now)
        missed = False
        try:
            yield
        except NotFound:
            missed = True
            raise
        finally:
            if not missed:
                self._missed.give_back(who)
                if not request.who.subject:
                    self._all_missed.give_back(EVERYBODY)

    def _count_for_all(self, who: str, now: float) -> None:
        wait = self._all_missed.take(EVERYBODY, now)
        if wait:
            self._missed.give_back(who)
        _hold(wait)


class SendingRateLimiter(Provider):
    """Holds back who sends too much without signing in: `sending = SendingRateLimiter()`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._names = CallerNames()
        self._sent = TokenBuckets(SENT)
        self._all_sent = TokenBuckets(ALL_SENT)

    def too_much(self, request: Request) -> TooMany | None:
        """Count what is sent: None while it may be taken, else how long its sender has to wait."""
        who, now = self._names.of(request), self._clock()
        wait = self._sent.take(who, now)
        if not wait:
            wait = self._all_sent.take(EVERYBODY, now)
            if wait:
                self._sent.give_back(who)
        return TooMany(math.ceil(wait)) if wait else None


def client_address(remote: str, forwarded: str, proxies: int) -> str:
    """Where a request came from: `remote`, or what the outermost of our proxies saw.

    Each proxy adds to the end of `X-Forwarded-For` whom it spoke to; what stands before the
    entries of ours was written by the caller and is not believed. "" when nobody knows.
    """
    named = [*(part.strip() for part in forwarded.split(",")), remote] if forwarded else [remote]
    believed = named[-1 - proxies] if proxies < len(named) else remote
    return _spelt(believed) or _spelt(remote)


def _spelt(address: str) -> str:
    """An address in its one spelling, without zone or IPv6 clothes; "" if it is none."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    return str((found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found)


def _network(address: str) -> str:
    """The network that counts as one caller: an IPv4 address, or an IPv6 /64."""
    if ":" not in address:
        return address
    return f"{int(IPv6Address(address)) >> (128 - ONE_HOUSEHOLD):x}::/{ONE_HOUSEHOLD}"


def _hold(seconds: float) -> None:
    if seconds:
        raise TooMany(math.ceil(seconds))
