"""The metrics of another process are read in every form that Prometheus' text format allows."""

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from foundation.observability.scrape import ScrapedSample, parse_metrics


def test_what_our_own_exporter_writes_is_read_back() -> None:
    registry = CollectorRegistry()
    Counter("motcua_x", "X.", ["path"], registry=registry).labels('a"b\\c\nd').inc(3)
    Histogram("motcua_lag", "Lag.", registry=registry, buckets=(1.0,)).observe(0.5)
    read = {
        (each.name, *each.labels.values()): each.value
        for each in parse_metrics(generate_latest(registry).decode())
    }
    assert read["motcua_x_total", 'a"b\\c\nd'] == 3
    assert read["motcua_lag_bucket", "+Inf"] == read["motcua_lag_count",] == 1


def test_a_sample_may_have_a_time_and_any_space() -> None:
    assert list(parse_metrics('up { job = "a" , } 1.5e1 1700000000000\n')) == [
        ScrapedSample("up", {"job": "a"}, 15.0)
    ]


@pytest.mark.parametrize("text", ["<html>\n", 'up{job="a"\n', 'up{job="a"} many\n'])
def test_what_is_no_metrics_page_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(parse_metrics(text))
