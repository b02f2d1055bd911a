"""One trace from a request through the outbox and the bus to the last handler."""

import secrets
import time
from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from tests.integration.collector import SILENT, Collector, collecting
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, free_port, until
from tests.sample.services import Counter, Teller

SAMPLED, NOT_SAMPLED = "01", "00"
LATE = 1.0  # seconds; what waits for a collector waits for ten


@pytest.fixture(scope="module")
def sample(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(platform, [Teller, Counter], tmp_path_factory.mktemp("logs")) as made:
        yield made


@pytest.fixture(autouse=True)
def _ended(sample: Bench) -> Iterator[None]:
    """Each test has processes of its own."""
    yield
    for process in sample.processes:
        if process.popen.poll() is None:
            process.kill()
    sample.processes.clear()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


def start(sample: Bench, endpoint: str) -> tuple[Process, Process]:
    """Both processes, telling their spans there at once."""
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    pair = sample.start("teller", **told), sample.start("counter", **told)
    return pair[0].wait_ready(), pair[1].wait_ready()


def asked(teller: Process, flags: str, note: str = "") -> tuple[str, str, httpx.Response]:
    """Open a purse as part of a caller's trace: the ids of its trace and span, and the answer."""
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    headers = {"Idempotency-Key": secrets.token_hex(8), "traceparent": f"00-{trace}-{span}-{flags}"}
    return trace, span, teller.http.post("/purses", json={"note": note}, headers=headers)


def test_the_spans_of_one_request_are_one_trace_each_caused_by_the_one_before(
    sample: Bench, collector: Collector
) -> None:
    teller, counter = start(sample, collector.url)
    trace, caller, answer = asked(teller, SAMPLED)
    assert answer.status_code == 201
    # The counter's own event goes to an exchange too: its sending is the end of the chain.
    links = [("POST /purses", "teller"), ("send events", "teller")]
    links += [("process coin.paid", "counter"), ("send events", "counter")]
    chain = [until(partial(collector.named, *link), within=20)[0] for link in links]
    request, _, handled, _ = chain
    assert {each.trace for each in chain} == {trace}
    assert [each.parent for each in chain] == [caller, *(each.id for each in chain[:-1])]
    assert request.attributes["http.response.status_code"] == 201
    assert handled.attributes["messaging.destination.name"] == "counter"
    assert handled.attributes["messaging.message.conversation_id"] == answer.json()["id"]
    assert teller.stop() == counter.stop() == 0


def test_a_failed_handler_tells_the_kind_of_its_error_and_no_word_of_it(
    sample: Bench, collector: Collector
) -> None:
    teller, _counter = start(sample, collector.url)
    trace, _, _ = asked(teller, SAMPLED, note="refuse")
    handled = until(lambda: collector.named("process coin.paid"), within=20)[0]
    assert handled.trace == trace
    assert handled.attributes["error.type"] == "Refused"
    assert handled.span.status.code == 2
    assert "Không." not in str([each.span for each in collector.seen])


def test_what_the_caller_does_not_sample_is_not_told(sample: Bench, collector: Collector) -> None:
    teller, counter = start(sample, collector.url)
    hidden, _, _ = asked(teller, NOT_SAMPLED)
    shown, _, _ = asked(teller, SAMPLED)
    until(lambda: counter.metric("motcua_handler_messages_total") == 2)
    until(lambda: collector.named("process coin.paid"), within=20)
    assert hidden not in {each.trace for each in collector.seen}
    assert shown in {each.trace for each in collector.seen}


@pytest.mark.parametrize("trouble", ["away", "refuses", "silent"])
def test_without_a_collector_work_goes_on_and_the_process_ends_in_time(
    sample: Bench, collector: Collector, trouble: str
) -> None:
    collector.status = SILENT if trouble == "silent" else 503
    nowhere = f"http://127.0.0.1:{free_port()}"
    teller, counter = start(sample, nowhere if trouble == "away" else collector.url)
    seconds = []
    for _ in range(200):
        began = time.monotonic()
        assert asked(teller, SAMPLED)[2].status_code == 201
        seconds.append(time.monotonic() - began)
    until(lambda: counter.metric("motcua_event_lag_seconds_count") == 200, within=30)
    late = teller.metric("motcua_hub_lag_seconds_count") - teller.metric(
        'motcua_hub_lag_seconds_bucket{le="1.0"}'
    )
    began = time.monotonic()
    assert teller.stop() == counter.stop() == 0
    ended = time.monotonic() - began
    slow = sorted(seconds)[-3]
    print(f"collector {trouble}: request p99 {slow * 1000:.0f} ms, ended in {ended:.1f} s")
    assert late <= 0  # two readings: one more may have been counted in between
    assert slow < LATE
    assert ended < 15
    assert "Traceback" not in teller.log.read_text()


def test_without_the_settings_nothing_is_told_and_the_trace_still_goes_through(
    sample: Bench, collector: Collector
) -> None:
    teller, counter = (sample.start(name).wait_ready() for name in ("teller", "counter"))
    trace, _, answer = asked(teller, SAMPLED, note="refuse")
    until(lambda: trace in counter.log.read_text())
    assert answer.status_code == 201
    assert collector.seen == []
