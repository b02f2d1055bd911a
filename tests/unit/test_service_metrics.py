"""What a service shows of itself: new figures replace old ones, and old ones vanish."""

import time

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from foundation.observability.service_metrics import ServiceCollector, ServiceCounter, ServiceGauge


class Watched:
    """A registry, a clock that a test turns, and what Prometheus would read."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.registry = CollectorRegistry()
        self.board = ServiceCollector(self.registry, lambda: self.moment)

    def lines(self) -> list[str]:
        text = generate_latest(self.registry).decode()
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        return [line for line in lines if not line.startswith("motcua_figure_timestamp")]


@pytest.fixture
def watched() -> Watched:
    return Watched()


def figure(watched: Watched) -> ServiceGauge:
    return ServiceGauge(
        "motcua_dossiers_open", "Open dossiers", by="agency", every=60, board=watched.board
    )


def test_a_figure_has_one_sample_for_each_label(watched: Watched) -> None:
    figure(watched).show({"so-xay-dung": 3, "ubnd-xa": 0})
    assert watched.lines() == [
        'motcua_dossiers_open{agency="so-xay-dung"} 3.0',
        'motcua_dossiers_open{agency="ubnd-xa"} 0.0',
    ]


def test_what_is_not_named_any_more_is_gone(watched: Watched) -> None:
    figure(watched).show({"so-xay-dung": 3})
    figure(watched).show({"ubnd-xa": 1})
    assert watched.lines() == ['motcua_dossiers_open{agency="ubnd-xa"} 1.0']


def test_a_figure_nobody_counts_any_more_vanishes_and_comes_back(watched: Watched) -> None:
    figure(watched).show({"so-xay-dung": 3})
    watched.moment = 180.0
    assert len(watched.lines()) == 1
    watched.moment = 180.1
    assert watched.lines() == []
    figure(watched).show({"so-xay-dung": 2})
    assert watched.lines() == ['motcua_dossiers_open{agency="so-xay-dung"} 2.0']


def test_when_it_was_counted_stays_to_be_seen(watched: Watched) -> None:
    figure(watched).show({})
    watched.moment = 1e9
    label = {"figure": "motcua_dossiers_open"}
    counted = watched.registry.get_sample_value("motcua_figure_timestamp_seconds", label)
    assert counted == pytest.approx(time.time(), abs=60)


def test_before_anything_is_shown_there_is_nothing(watched: Watched) -> None:
    figure(watched)
    assert watched.lines() == []


def test_a_tally_counts_by_its_labels_and_never_grows_old(watched: Watched) -> None:
    sends = ServiceCounter("motcua_sends", "Sent", by=("channel", "result"), board=watched.board)
    for result in ("taken", "taken", "busy"):
        sends.add("sms", result)
    watched.moment = 1e9
    assert watched.lines() == [
        'motcua_sends_total{channel="sms",result="taken"} 2.0',
        'motcua_sends_total{channel="sms",result="busy"} 1.0',
    ]


def test_a_tally_refuses_labels_it_was_not_made_for(watched: Watched) -> None:
    sends = ServiceCounter("motcua_sends", "Sent", by=("channel", "result"), board=watched.board)
    with pytest.raises(ValueError, match="counted by"):
        sends.add("sms")
    assert watched.lines() == []
