"""Reads Prometheus' text format: the metrics of other processes, for tools that scrape them.

Here and not in the tools, since prometheus_client is imported in foundation only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class ScrapedSample:
    """One value of a metric page, by the name of the sample (with `_total`, `_bucket`, …)."""

    name: str
    labels: Mapping[str, str]
    value: float


def parse_metrics(text: str) -> Iterator[ScrapedSample]:
    """All samples of a metrics page.

    Raises:
        ValueError: the text is not in Prometheus' format.
    """
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield ScrapedSample(sample.name, sample.labels, sample.value)
