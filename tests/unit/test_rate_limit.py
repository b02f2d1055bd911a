"""Who asks too often waits; who floods us with addresses does not fill the memory."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import NotFound, Unavailable
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.web.rate_limit import (
    ALL_MISSED,
    ASKED,
    MISSED,
    LookupRateLimiter,
    Rate,
    TokenBuckets,
    client_address,
)
from foundation.web.responses import TooMany, problem

RATE = Rate(burst=5, per_minute=60)
SPANS = st.lists(st.floats(-5, 5, allow_nan=False), max_size=200)


class Watch:
    """Seconds, put forward by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def asks(guard: LookupRateLimiter, request: Request, *, found: bool = True) -> bool:
    """Whether the look-up was let through."""
    try:
        with suppress(NotFound), guard.against_guessing(request):
            look_up(found=found)
    except TooMany:
        return False
    return True


def look_up(*, found: bool) -> None:
    if not found:
        raise NotFound("Không có.", "None.")


def of(address: str, subject: str = "") -> Request:
    return Request(address=address, who=Identity(subject=subject))


@given(SPANS)
def test_nobody_gets_more_than_the_burst_and_what_time_brings(spans: list[float]) -> None:
    buckets, now, taken = TokenBuckets(RATE), 0.0, 0
    for span in spans:
        now += span
        taken += not buckets.take("a", now)
    # A clock that goes back gives its time twice; all it went forward is the bound.
    forward = sum(span for span in spans if span > 0)
    assert taken <= RATE.burst + forward * RATE.per_minute / 60 + 1e-6


@given(st.lists(st.floats(0, 2, allow_nan=False), min_size=1, max_size=60))
def test_who_waits_as_long_as_was_said_is_let_in(spans: list[float]) -> None:
    buckets, now = TokenBuckets(RATE), 0.0
    for span in spans:
        now += span
        wait = buckets.take("a", now)
        assert 0 <= wait <= 60 / RATE.per_minute
        if wait:
            now += wait
            assert buckets.take("a", now) == 0


@given(st.lists(st.sampled_from(["take", "give back"]), max_size=60))
def test_what_is_given_back_never_makes_more_than_a_burst(acts: list[str]) -> None:
    buckets = TokenBuckets(RATE)
    for act in acts:
        if act == "take":
            buckets.take("a", 0.0)
        else:
            buckets.give_back("a")
    assert sum(not buckets.take("a", 0.0) for _ in range(20)) <= RATE.burst


def test_a_flood_of_addresses_stays_within_bounds_and_forgets_the_oldest() -> None:
    buckets = TokenBuckets(Rate(burst=1, per_minute=1), most=100)
    for number in range(10_000):
        assert buckets.take(f"address {number}", 0.0) == 0
        assert len(buckets) <= 100
    assert buckets.take("address 9999", 0.0) > 0
    assert buckets.take("address 0", 0.0) == 0


def test_known_codes_may_be_asked_for_at_an_ordinary_pace_for_ever() -> None:
    watch = Watch()
    guard = LookupRateLimiter(clock=watch)
    for _ in range(500):
        assert asks(guard, of("203.0.113.5"))
        watch.now += 1


def test_who_asks_too_fast_waits_and_others_do_not() -> None:
    guard = LookupRateLimiter(clock=Watch())
    let_in = sum(asks(guard, of("203.0.113.5")) for _ in range(100))
    assert let_in == ASKED.burst
    assert asks(guard, of("203.0.113.6"))


def test_who_guesses_is_stopped_before_the_look_up_for_known_codes_too() -> None:
    watch = Watch()
    guard = LookupRateLimiter(clock=watch)
    guesses = 0
    for _ in range(600):
        guesses += asks(guard, of("203.0.113.5"), found=False)
        watch.now += 1
    assert guesses <= MISSED.burst + 600 * MISSED.per_minute / 60
    while asks(guard, of("203.0.113.5"), found=False):
        pass
    assert not asks(guard, of("203.0.113.5"), found=True)
    assert asks(guard, of("203.0.113.6"), found=True)
    watch.now += 60
    assert asks(guard, of("203.0.113.5"), found=True)


def test_what_fails_otherwise_is_no_guess() -> None:
    watch = Watch()
    guard = LookupRateLimiter(clock=watch)
    for _ in range(200):
        with suppress(Unavailable), guard.against_guessing(of("203.0.113.5")):
            raise Unavailable("Tạm dừng.", "Away.")
        watch.now += 1
    assert asks(guard, of("203.0.113.5"))


def test_many_addresses_together_are_stopped_and_those_who_signed_in_go_on() -> None:
    guard = LookupRateLimiter(clock=Watch())
    guesses = sum(
        asks(guard, of(f"10.{number // 250}.{number % 250}.1"), found=False)
        for number in range(2_000)
    )
    assert guesses == ALL_MISSED.burst
    assert not asks(guard, of("192.0.2.1"))
    assert asks(guard, of("192.0.2.1", "công dân 1"))


def test_who_is_stopped_for_all_is_not_charged_for_it() -> None:
    watch = Watch()
    guard = LookupRateLimiter(clock=watch)
    for number in range(ALL_MISSED.burst):
        asks(guard, of(f"10.0.{number // 250}.{number % 250}"), found=False)
    for _ in range(MISSED.burst):
        assert not asks(guard, of("192.0.2.1"), found=False)
    watch.now += 60
    assert sum(asks(guard, of("192.0.2.1"), found=False) for _ in range(40)) == MISSED.burst


def test_a_household_of_ipv6_is_one_caller() -> None:
    guard = LookupRateLimiter(clock=Watch())
    let_in = sum(asks(guard, of(f"2001:db8:1:2::{n:x}")) for n in range(1, 100))
    assert let_in == ASKED.burst
    assert asks(guard, of("2001:db8:1:3::1"))


def test_who_is_signed_in_is_counted_wherever_they_are() -> None:
    guard = LookupRateLimiter(clock=Watch())
    let_in = sum(asks(guard, of(f"192.0.2.{n}", "công dân 1")) for n in range(100))
    assert let_in == ASKED.burst


def test_too_many_says_how_long_to_wait() -> None:
    answer = problem(TooMany(7), "en")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "client"),
    [
        ("192.0.2.9", "", 0, "192.0.2.9"),
        ("192.0.2.9", "203.0.113.5", 0, "192.0.2.9"),
        ("192.0.2.9", "203.0.113.5", 1, "203.0.113.5"),
        ("192.0.2.9", "1.1.1.1, 203.0.113.5", 1, "203.0.113.5"),
        ("192.0.2.9", "1.1.1.1, 203.0.113.5, 192.0.2.8", 2, "203.0.113.5"),
        ("192.0.2.9", "203.0.113.5", 3, "192.0.2.9"),
        ("192.0.2.9", "", 1, "192.0.2.9"),
        ("192.0.2.9", "nonsense", 1, "192.0.2.9"),
        ("192.0.2.9", "a" * 5000, 1, "192.0.2.9"),
        ("::ffff:192.0.2.9", "", 0, "192.0.2.9"),
        ("fe80::1%eth0", "", 0, "fe80::1"),
        ("2001:DB8::0:1", "", 0, "2001:db8::1"),
        ("", "", 0, ""),
    ],
)
def test_an_address_is_what_we_or_our_own_proxies_saw(
    remote: str, forwarded: str, proxies: int, client: str
) -> None:
    assert client_address(remote, forwarded, proxies) == client


@given(st.text(max_size=60), st.text(max_size=80), st.integers(0, 5))
def test_whatever_headers_say_an_address_is_short(remote: str, said: str, proxies: int) -> None:
    assert len(client_address(remote, said, proxies)) <= 45
