"""When `bench burst` says that it is calm again, and what it counts as lost or failed."""

import math

from bench.burst import report, seconds_until_calm
from bench.burst_load import AFTER, BUSY, CALM, DONE, FAILED, RUSH

QUICK, SLOW = 0.05, 2.0


def test_it_is_calm_from_the_last_slow_window_on() -> None:
    after = [(second / 2, SLOW if second < 23 else QUICK) for second in range(60)]
    assert seconds_until_calm(after, QUICK) == 15.0
    assert seconds_until_calm([(1.0, QUICK)], QUICK) == 0.0


def test_what_stays_slow_is_never_calm() -> None:
    assert seconds_until_calm([(1.0, QUICK), (7.0, SLOW)], QUICK) == math.inf
    assert seconds_until_calm([], QUICK) == math.inf


def test_the_report_counts_what_was_sent_away_apart_from_what_failed() -> None:
    phases = [
        {"name": name, "rate": 5.0, "outcomes": outcomes, "done": [[1.0, QUICK]]}
        for name, outcomes in (
            (CALM, {DONE: 1}),
            (RUSH, {DONE: 1, BUSY: 40, FAILED: 2}),
            (AFTER, {DONE: 1}),
        )
    ]
    made = report(phases, lost=3)
    assert made.ratios["lost"] == 3
    assert made.ratios["failed other than by 503"] == 2
    assert made.ratios["seconds until calm again"] == 0
    assert [row[BUSY] for row in made.rows] == [0, 40, 0]
    assert made.notes == [
        "calm, p99 of each 5 seconds, ms: 50",
        "after, p99 of each 5 seconds, ms: 50",
    ]
