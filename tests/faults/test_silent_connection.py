"""The publisher's connection falls silent without being closed: all of it, or only the confirms."""

import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from contracts.envelope import decode
from foundation.broker.connection import CONFIRM_WITHIN, PUBLISH_WITHIN
from tests.faults.broker import Tap
from tests.faults.proofs import figures, ids, prove, wait_all_counted
from tests.faults.silent_proxy import SilentProxy
from tests.processes import Bench, Process, until

PURSES = 20
SENT_AGAIN_WITHIN = PUBLISH_WITHIN + CONFIRM_WITHIN + 30.0  # a pause, and the turn of the sweep
RECONNECTED = 'motcua_amqp_reconnects_total{part="relay",service="teller"}'


@pytest.fixture(scope="module", name="proxy")
def _proxy(sample: Bench) -> Iterator[SilentProxy]:
    port = urlsplit(sample.platform.amqp_url("teller")).port
    assert port
    with SilentProxy(port) as proxy:
        yield proxy


@pytest.fixture(scope="module", name="teller")
def _teller(sample: Bench, proxy: SilentProxy) -> Process:
    """A teller whose way to the broker leads through the proxy; a counter whose way does not."""
    url = urlsplit(sample.platform.amqp_url("teller"))
    through = url._replace(netloc=url.netloc.replace(f":{url.port}", f":{proxy.port}"))
    teller, counter = sample.start("teller", AMQP_URL=through.geturl()), sample.start("counter")
    counter.wait_ready()
    return teller.wait_ready()


def test_a_connection_that_swallows_all_is_given_up_and_its_events_are_sent_again(
    sample: Bench, teller: Process, proxy: SilentProxy
) -> None:
    before = teller.metric(RECONNECTED)
    assert proxy.silence()
    purses = ids([teller.post("/purses") for _ in range(PURSES)])
    took = wait_all_counted(sample, purses, within=SENT_AGAIN_WITHIN)
    account = prove(sample, purses)
    assert teller.metric(RECONNECTED) > before
    figures("a connection that swallows all", all_counted_after=f"{took:.1f} s", **vars(account))


def test_lost_confirms_mean_published_twice_and_one_effect(
    sample: Bench, teller: Process, proxy: SilentProxy
) -> None:
    teller.wait_ready()
    before = teller.metric(RECONNECTED)
    with Tap(sample.platform, "events", "coin.paid.#") as tap:
        began = time.monotonic()
        assert proxy.silence(there=False)
        purses = ids([teller.post("/purses") for _ in range(PURSES)])
        until(
            lambda: teller.metric(RECONNECTED) > before,
            within=SENT_AGAIN_WITHIN,
            why="the teller gives the connection up",
        )
        wait_all_counted(sample, purses, within=SENT_AGAIN_WITHIN)
        account = prove(sample, purses)
        told = Counter(decode(body).id for body in tap.take())
    twice = sum(times > 1 for times in told.values())
    assert twice, "what is not known to be published is published again"
    took = time.monotonic() - began
    figures("lost confirms", told_twice=twice, over_after=f"{took:.1f} s", **vars(account))
