"""Metrics that a single service defines: expiring gauges, and counters.

    overdue = ServiceGauge("motcua_dossiers_overdue", "Past their day", by="agency", every=60)
    sends = ServiceCounter("motcua_sends", "Messages handed over", by=("channel", "result"))

    @every(60)
    def count(self):
        self.overdue.show(self.dossiers.overdue_by_agency(self.clock.now()))

A figure is counted by a leased timer, so in one process of several; the one that held the lease
before must not go on showing what it once counted. So a figure that is not shown again in time
vanishes; `motcua_figure_timestamp_seconds` says when it was last counted.

Desks that share a process each have figures of their own, told apart by the label `service`.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from foundation.injection import Provider
from foundation.observability import metrics

Labels = tuple[str, ...]

WHEN = "motcua_figure_timestamp_seconds"
MISSED = 3
"""So many times a figure may fail to be counted before it vanishes."""


@dataclass
class _Series:
    meaning: str
    by: Labels
    counts: bool = False
    at: float = 0.0
    until: float = float("inf")
    values: dict[Labels, float] = field(default_factory=dict)


def _family(name: str, owners: Mapping[str, _Series]) -> Metric:
    """One metric with the values of all owners; whose they are is a label where there are desks."""
    first = next(iter(owners.values()))
    desks = any(owners)
    kind = CounterMetricFamily if first.counts else GaugeMetricFamily
    family = kind(name, first.meaning, labels=(*first.by, "service") if desks else first.by)
    for own, shown in owners.items():
        for labels, value in shown.values.items():
            family.add_metric((*labels, own) if desks else labels, value)
    return family


class ServiceCollector(Collector):
    """The collector of all service metrics of a process, registered with Prometheus."""

    def __init__(
        self, registry: CollectorRegistry, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` counts seconds."""
        self.clock = clock
        self._shown: dict[str, dict[str, _Series]] = {}
        registry.register(self)

    def describe(self) -> list[Metric]:
        """Nothing: the metrics are not known beforehand."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The series that were set and have not expired."""
        counted = GaugeMetricFamily(WHEN, "When a figure was counted last", labels=["figure"])
        for name, owners in self._shown.items():
            if any(shown.at for shown in owners.values()):
                counted.add_metric([name], min(shown.at for shown in owners.values()))
            fresh = {own: each for own, each in owners.items() if each.until >= self.clock()}
            if fresh:
                yield _family(name, fresh)
        if counted.samples:
            yield counted

    def replace(self, name: str, own: str, shown: _Series) -> None:
        """Replace the values of a desk (`own`, else "")."""
        self._shown.setdefault(name, {})[own] = shown

    def add(self, name: str, own: str, labels: Labels, shown: _Series) -> None:
        """Count one more; `shown` is how it begins."""
        values = self._shown.setdefault(name, {}).setdefault(own, shown).values
        values[labels] = values.get(labels, 0) + 1


COLLECTOR = ServiceCollector(REGISTRY)


class ServiceGauge(Provider):
    """An expiring gauge: one number per value of a label, counted each `every` seconds."""

    def __init__(
        self, name: str, meaning: str, *, by: str, every: float, board: ServiceCollector = COLLECTOR
    ) -> None:
        """`name` is the metric's; few values of `by`, never ids of dossiers or persons."""
        self._name = name
        self._meaning = meaning
        self._by = by
        self._every = every
        self._board = board
        self._own = ""

    def setup(self) -> None:
        """Learn which desk it belongs to."""
        self._own = _desk(self.container)

    def show(self, values: Mapping[str, float]) -> None:
        """Set these values; series that are not named any more are removed."""
        shown = _Series(self._meaning, (self._by,))
        shown.at = metrics.wall()
        shown.until = self._board.clock() + MISSED * self._every
        shown.values.update({(label,): float(value) for label, value in values.items()})
        self._board.replace(self._name, self._own, shown)


class ServiceCounter(Provider):
    """A counter of what happened in this process since it began."""

    def __init__(
        self, name: str, meaning: str, *, by: Labels, board: ServiceCollector = COLLECTOR
    ) -> None:
        """`name` is the metric's, without `_total`; few values of each label in `by`."""
        self._name = name
        self._meaning = meaning
        self._by = by
        self._board = board
        self._own = ""

    def setup(self) -> None:
        """Learn which desk it belongs to."""
        self._own = _desk(self.container)

    def add(self, *labels: str) -> None:
        """One more of these, in the order of `by`.

        Raises:
            ValueError: not one for each label.
        """
        if len(labels) != len(self._by):
            raise ValueError(f"{self._name} is counted by {self._by}, not by {labels}")
        shown = _Series(self._meaning, self._by, counts=True)
        self._board.add(self._name, self._own, labels, shown)


def _desk(container: Any) -> str:
    """The desk's queue; "" in a process of the centre, which shares its figures with nobody."""
    settings = container.config["settings"]
    return str(settings.queue) if settings.agency else ""
