"""What an operator reads while every worker is busy (P13)."""

import signal
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform_fixtures import Platform
from tests.processes import Bench, bench, freeze, until
from tests.sample.services import Auditor, Counter, Teller

WORKERS = 5
PROMISED = 0.2  # seconds


@pytest.fixture
def sample(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(platform, [Teller, Counter], tmp_path_factory.mktemp("logs")) as made:
        yield made


def test_metrics_answer_within_200_ms_while_every_worker_is_busy(sample: Bench) -> None:
    teller = sample.start("teller").wait_ready()
    counter = sample.start("counter", MAX_WORKERS=str(WORKERS), PREFETCH="10").wait_ready()
    for _ in range(WORKERS):
        teller.post("/purses", {"note": "hang"})
    busy = 'motcua_workers_busy{kind="message",service="counter"}'
    until(lambda: counter.metric(busy) == WORKERS)
    seconds = []
    for _ in range(100):
        began = time.monotonic()
        assert counter.watch.get("/metrics").status_code == 200
        seconds.append(time.monotonic() - began)

    print(
        f"/metrics: median {statistics.median(seconds) * 1000:.0f} ms, {max(seconds):.3f} s worst"
    )
    assert counter.metric(busy) == WORKERS
    assert counter.metric('motcua_workers{kind="message",service="counter"}') == WORKERS
    assert sorted(seconds)[-2] < PROMISED


def test_a_process_says_what_it_is_and_whose_figures_they_are(sample: Bench) -> None:
    teller = sample.start("teller").wait_ready()
    counter = sample.start("counter").wait_ready()
    for note in ("", "refuse"):
        teller.post("/purses", {"note": note, "agency": "bank"})
    handled = 'motcua_handler_messages_total{outcome="%s",queue="counter",type="coin.paid"}'
    until(lambda: counter.metric(handled % "ok") == counter.metric(handled % "dead") == 1)

    assert teller.metric('motcua_messages_told_total{agency="bank",type="coin.paid"}') == 2
    # What was buried has had no effect, so it has no lag either.
    assert counter.metric('motcua_event_lag_seconds_count{queue="counter"}') == 1
    assert 'service="teller",version="' in teller.watch.get("/metrics").text
    oldest = 'motcua_outbox_oldest_pending_timestamp_seconds{source="motcua:teller"}'
    until(lambda: abs(time.time() - teller.metric(oldest)) < 60)
    assert "_created" not in teller.watch.get("/metrics").text


def test_only_the_process_that_sweeps_shows_an_outbox(sample: Bench) -> None:
    pair = [sample.start("teller").wait_ready() for _ in range(2)]
    oldest = 'motcua_outbox_oldest_pending_timestamp_seconds{source="motcua:teller"}'
    until(lambda: sorted(each.metric(oldest) > 0 for each in pair) == [False, True])
    sweeper = next(each for each in pair if each.metric(oldest) > 0)
    sweeper.kill()
    other = next(each for each in pair if each is not sweeper)
    until(lambda: other.metric(oldest) > 0, within=30)


def test_one_process_counts_a_figure_and_another_takes_over(
    platform: Platform, tmp_path: Path
) -> None:
    with bench(platform, [Auditor], tmp_path) as made:
        pair = [made.start("auditor").wait_ready() for _ in range(2)]
        full = 'motcua_purses{kind="full"}'
        made.documents("auditor").insert_one({"_id": "purse", "version": 1, "coins": 1})
        until(lambda: sorted(each.metric(full) for each in pair) == [0, 1])
        counting = next(each for each in pair if each.metric(full))
        other = next(each for each in pair if each is not counting)
        assert "motcua_purses" not in other.watch.get("/metrics").text
        # One that is halted, not ended, must not go on showing what it once counted.
        freeze(counting.popen.pid)
        until(lambda: other.metric(full) == 1, within=40)
        counting.popen.send_signal(signal.SIGCONT)
        until(lambda: counting.metric(full) == 0)
        assert counting.metric('motcua_figure_timestamp_seconds{figure="motcua_purses"}') > 0
