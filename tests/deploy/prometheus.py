"""A Prometheus of Debian's, in a folder and on a port of its own, for one test module."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from cli.embedded.data_folder import ROOT
from cli.local_platform import LocalPlatform
from tests.processes import free_port, until

RULES = ROOT / "deploy" / "monitoring" / "rules"
QUEUES = ["queue_coarse_metrics", "queue_consumer_count"]


@dataclass(frozen=True)
class Prometheus:
    """One that runs."""

    url: str

    def get(self, path: str, **params: str) -> Any:
        """What its API answers, if it understood."""
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=params, timeout=10)
        assert answer.status_code == 200, f"{params}: {answer.text}"
        return answer.json()["data"]

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The samples of a query, now."""
        found: list[dict[str, Any]] = self.get("query", query=query)["result"]
        return found


def settings(platform: LocalPlatform) -> dict[str, Any]:
    """As deploy/compose has it, but for the addresses and the pace."""
    processes = [instance.watch_url.removeprefix("http://") for instance in platform.instances]
    broker = [{"targets": [f"127.0.0.1:{platform.ports.broker_metrics}"]}]
    jobs: Sequence[Mapping[str, Any]] = (
        {"job_name": "motcua", "static_configs": [{"targets": processes}]},
        {"job_name": "rabbitmq", "static_configs": broker},
        {
            "job_name": "rabbitmq-queues",
            "metrics_path": "/metrics/detailed",
            "params": {"family": QUEUES},
            "static_configs": broker,
        },
    )
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES / "*.yml")],
        "scrape_configs": list(jobs),
    }


@contextmanager
def prometheus(platform: LocalPlatform, folder: Path) -> Iterator[Prometheus]:
    """Ended, by its own id, when the test is done."""
    program = shutil.which("prometheus")
    assert program, "Prometheus is missing: run `make prometheus`"
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump(settings(platform)), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    log = (folder / "prometheus.log").open("wb")
    process = subprocess.Popen(
        [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}",
            "--log.level=warn",
        ],
        stdout=log,
        stderr=log,
    )
    try:
        until(lambda: _ready(f"http://{address}/-/ready"), within=30, why=f"see {log.name}")
        yield Prometheus(f"http://{address}")
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
