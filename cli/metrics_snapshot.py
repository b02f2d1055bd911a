"""A snapshot of the platform's metrics, scraped from every process and from RabbitMQ."""

import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cli.embedded.ports import HOST
from cli.local_platform import LocalPlatform
from foundation.observability.scrape import parse_metrics

BROKER = "rabbitmq"
_ANSWER_WITHIN = 3.0
_DETAILED = "/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count"
_WANTED = ("motcua_", "rabbitmq_detailed_queue_", "rabbitmq_alarms_")


@dataclass(frozen=True)
class MetricSample:
    """One value of a metric with its labels; `process` is where it was scraped."""

    process: str
    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class MetricsSnapshot:
    """All samples of one moment; `at` is in seconds since 1970, `answered` names the processes."""

    at: float = 0.0
    answered: frozenset[str] = frozenset()
    samples: tuple[MetricSample, ...] = field(default=(), repr=False)

    def of(self, name: str, labels: Mapping[str, str], process: str = "") -> Iterator[MetricSample]:
        """The samples of a metric that have these labels, among others."""
        for each in self.samples:
            asked = each.name == name and process in {"", each.process}
            if asked and labels.items() <= each.labels.items():
                yield each

    def has(self, name: str, labels: Mapping[str, str]) -> bool:
        """Whether there is such a sample."""
        return any(True for _ in self.of(name, labels))

    def total(self, name: str, labels: Mapping[str, str], process: str = "") -> float:
        """The sum of these samples."""
        return sum(each.value for each in self.of(name, labels, process))

    def total_where(self, name: str, label: str, ending: str) -> float:
        """The sum of the samples in which this label ends with this text."""
        return sum(e.value for e in self.of(name, {}) if e.labels.get(label, "").endswith(ending))

    def values(self, name: str, label: str) -> dict[str, float]:
        """The value for each value of one label; the largest, if two processes report it."""
        found: dict[str, float] = {}
        for each in self.of(name, {}):
            key = each.labels.get(label, "")
            found[key] = max(each.value, found.get(key, each.value))
        return found


def take_snapshot(platform: LocalPlatform) -> MetricsSnapshot:
    """Scrape all processes at the same time; those without a readable answer are left out."""
    broker = f"http://{HOST}:{platform.ports.broker_metrics}"
    processes = {instance.process_name: instance.watch_url for instance in platform.instances}
    places = [(name, f"{url}/metrics") for name, url in processes.items()]
    places += [(BROKER, broker + _DETAILED), (BROKER, f"{broker}/metrics")]
    at = time.time()
    with ThreadPoolExecutor(len(places)) as pool:
        texts = list(pool.map(_fetch, [url for _, url in places]))
    return snapshot_of(zip((name for name, _ in places), texts, strict=True), at)


def snapshot_of(pages: Iterable[tuple[str, str]], at: float) -> MetricsSnapshot:
    """The snapshot of these pages, each with the name of its process; unreadable ones left out."""
    answered, samples = set[str](), list[MetricSample]()
    for process, text in pages:
        found = _samples(process, text)
        if found is not None:
            answered.add(process)
            samples += found
    return MetricsSnapshot(at, frozenset(answered), tuple(samples))


def _samples(process: str, text: str) -> list[MetricSample] | None:
    """The samples that `motcua top` shows; None if there is no answer, or it is no metrics page."""
    try:
        found = list(parse_metrics(text))
    except ValueError:
        return None
    wanted = (each for each in found if each.name.startswith(_WANTED))
    kept = [MetricSample(process, each.name, each.labels, each.value) for each in wanted]
    return kept if text else None


def _fetch(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_WITHIN) as answer:  # noqa: S310 -- ours
            return str(answer.read(), "utf-8", "replace")
    except OSError:
        return ""
