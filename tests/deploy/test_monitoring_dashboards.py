"""Every panel of every dashboard has data, asked of a Prometheus that watches the real platform."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cli.embedded.data_folder import ROOT
from cli.embedded.ports import free_ports
from cli.local_platform import LocalPlatform
from deploy.monitoring import write_dashboards
from tests.deploy.prometheus import Prometheus, prometheus
from tests.deploy.wired import UNWIRED
from tests.processes import until

FOLDER = ROOT / "deploy" / "monitoring" / "dashboards"
AGENCY = "so-xay-dung"
SETTLED = 2.0  # seconds: some looks at the platform before and after the journey
PANELS = [
    pytest.param(name, panel["title"], target["expr"], id=f"{name}-{panel['id']}{target['refId']}")
    for name in write_dashboards.described()
    for panel in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["panels"]
    for target in panel["targets"]
]

SERIES = '{__name__=~"motcua_.+"}'
TARGET = {"__name__", "instance", "job"}
LABELS = {"service", "route", "method", "code", "queue", "type", "outcome", "agency", "handler"}
LABELS |= {"le", "source", "result", "part", "kind", "channel", "version", "figure"}
LABELS |= {"door", "reason", "until", "state", "subscription", "what", "verdict", "provider"}

running = pytest.mark.timeout(900)  # the first test waits for the whole platform and a journey


def motcua(local_platform: LocalPlatform, *words: str) -> str:
    """The command as a person types it."""
    environ = {
        "PATH": os.environ["PATH"],
        "MOTCUA_DATA": str(local_platform.folder.root),
        "COLUMNS": "200",
    }
    command = [sys.executable, "-m", "cli", "--lang", "en", *words]
    ended = subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=400
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def local_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPlatform]:
    """The whole platform, with nothing done in it yet."""
    made = LocalPlatform(tmp_path_factory.mktemp("watched") / "data", free_ports().base)
    try:
        made.start(starting=lambda _program: None, ready=lambda _program: None)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def watched(
    local_platform: LocalPlatform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A Prometheus that has seen a dossier go its whole way twice: the second time it counts."""
    with prometheus(local_platform, tmp_path_factory.mktemp("prometheus")) as made:
        for _ in range(2):
            motcua(local_platform, "journey")
            time.sleep(SETTLED)
        yield made


@running
@pytest.mark.parametrize(("dashboard", "title", "query"), PANELS)
def test_a_panel_has_data(watched: Prometheus, dashboard: str, title: str, query: str) -> None:
    asked = query.replace("$agency", AGENCY).replace("$__rate_interval", "1m")
    found = watched.ask(asked)
    if (dashboard, title) in UNWIRED:
        assert not found, f"{title} has data now: take it out of UNWIRED"
    else:
        assert found, f"no data: {asked}"
        # A quotient without anything to divide by is no figure.
        assert any(each["value"][1] != "NaN" for each in found), f"only NaN: {asked}"


@running
def test_every_rule_can_be_reckoned_and_the_healthy_platform_raises_no_alert(
    watched: Prometheus,
) -> None:
    rules = [rule for group in watched.get("rules")["groups"] for rule in group["rules"]]
    assert {(rule["name"], rule["health"]) for rule in rules if rule["health"] != "ok"} == set()
    alerts = {
        (each["labels"]["alertname"], each["state"]) for each in watched.get("alerts")["alerts"]
    }
    # What is slow while the whole platform starts on a busy machine is not so for as long as it
    # takes to raise an alert. In December the days off of the next year may not be known yet.
    may_wait = {(each, "pending") for each in ("EventsLate", "LoopLate", "CalendarPlanMissing")}
    assert alerts - may_wait == {("Watchdog", "firing")}


@running
def test_everybody_is_asked_and_answers(watched: Prometheus, local_platform: LocalPlatform) -> None:
    up = until(lambda: [each for each in watched.ask("up") if each["value"][1] == "1"])
    assert len(up) == len(local_platform.instances) + 2
    services = {each["metric"]["service"] for each in watched.ask("motcua_build_info")}
    assert services == {instance.name for instance in local_platform.instances}


@running
def test_no_metric_has_many_series_or_names_a_dossier(
    watched: Prometheus, local_platform: LocalPlatform
) -> None:
    largest = "topk(1, count by (__name__) ({__name__=~'motcua_.+', __name__!~'.+_bucket'}))"
    name, count = watched.ask(largest)[0]["metric"]["__name__"], watched.ask(largest)[0]["value"][1]
    print(f"most series: {name} with {count}")
    assert int(count) < 20 * len(local_platform.instances)
    labels = {label for each in watched.get("series", **{"match[]": SERIES}) for label in each}
    assert labels <= LABELS | TARGET


@running
def test_top_prints_one_table_of_the_running_platform(
    watched: Prometheus, local_platform: LocalPlatform
) -> None:
    assert watched.ask("up")
    lines = motcua(local_platform, "top", "--once").splitlines()
    assert "dead letters: 0" in lines[0]
    shown = {line.split()[0]: line for line in lines if line.strip()}
    assert {instance.name for instance in local_platform.instances} <= set(shown)
    assert not any("no answer" in line for line in lines)


def test_the_files_are_what_is_described() -> None:
    made = write_dashboards.files()
    assert set(FOLDER.glob("*.json")) == set(made)
    for path, text in made.items():
        assert path.read_text(encoding="utf-8") == text, (
            "run `python deploy/monitoring/write_dashboards.py`"
        )


@pytest.mark.parametrize("name", list(write_dashboards.described()))
def test_panels_have_ids_of_their_own_both_languages_and_room(name: str) -> None:
    made = write_dashboards.dashboard(name, write_dashboards.described()[name])
    panels: list[Mapping[str, Any]] = made["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"].count(" / ") == 1 for panel in [made, *panels])
    places = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < write_dashboards.WIDTH
    assert ("$agency" in str(panels)) == (
        "agency" in {v["name"] for v in made["templating"]["list"]}
    )
