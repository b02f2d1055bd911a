"""A snapshot of the platform's metrics, scraped from every process and from RabbitMQ."""

import re
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cli.embedded.ports import HOST
from cli.local_platform import LocalPlatform

BROKER = "rabbitmq"
_ANSWER_WITHIN = 3.0
_DETAILED = "/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count"
_WANTED = ("motcua_", "rabbitmq_detailed_queue_", "rabbitmq_alarms_")
_LINE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


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
    """Scrape all processes at the same time; those that do not answer are left out."""
    broker = f"http://{HOST}:{platform.ports.broker_metrics}"
    processes = {instance.process_name: instance.watch_url for instance in platform.instances}
    places = [(name, f"{url}/metrics") for name, url in processes.items()]
    places += [(BROKER, broker + _DETAILED), (BROKER, f"{broker}/metrics")]
    at = time.time()
    with ThreadPoolExecutor(len(places)) as pool:
        texts = list(pool.map(_fetch, [url for _, url in places]))
    told = [(name, text) for (name, _), text in zip(places, texts, strict=True) if text]
    samples = tuple(sample for name, text in told for sample in samples_of(name, text))
    return MetricsSnapshot(at, frozenset(name for name, _ in told), samples)


def samples_of(process: str, text: str) -> Iterator[MetricSample]:
    """The lines of a metrics page that we look at."""
    for line in text.splitlines():
        found = _LINE.fullmatch(line) if line.startswith(_WANTED) else None
        if found:
            name, labels, value = found.groups()
            yield MetricSample(process, name, dict(_LABEL.findall(labels or "")), float(value))


def _fetch(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_WITHIN) as answer:  # noqa: S310 -- ours
            return str(answer.read(), "utf-8")
    except OSError:
        return ""
