"""Every alert fires when it must, is quiet when it must be, and has its page in the manual."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from cli import service_discovery
from cli.commands import COMMANDS
from cli.embedded.data_folder import ROOT
from tests.deploy.wired import DEADLINES, SERVICES_OWN

MONITORING = ROOT / "deploy" / "monitoring"
PROMTOOL = shutil.which("promtool") or "promtool: install the package prometheus"
MANUAL = ROOT / "docs" / "operating.md"
SEVERITIES = {"page", "ticket", "none"}
OURS = re.compile(r"\bmotcua_[a-z0-9_]+")
SUFFIX = re.compile(r"_(bucket|count|sum|total)$")
LABEL = re.compile(r"\$labels\.(\w+)")


def rules(name: str) -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / "rules" / name).read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


ALERTS = rules("alerts.yml")
RECORDED = {rule["record"]: rule["expr"] for rule in rules("recording.yml")}
TESTS = yaml.safe_load((MONITORING / "rules_test.yml").read_text(encoding="utf-8"))["tests"]


def promtool(*words: str) -> str:
    ended = subprocess.run(
        [PROMTOOL, *words], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def written_out(expression: str) -> str:
    """The expression with what it takes from recording rules put in."""
    for name, meant in RECORDED.items():
        expression = re.sub(rf"(?<![\w:]){re.escape(name)}(?![\w:])", f"({meant})", expression)
    return expression


def sections(title: str) -> list[str]:
    """The headings of one chapter of the manual."""
    text = MANUAL.read_text(encoding="utf-8")
    chapter = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^### (.+)$", chapter, re.MULTILINE)


def test_prometheus_understands_the_rules_and_its_own_settings() -> None:
    assert "FAILED" not in promtool("check", "rules", "rules/alerts.yml", "rules/recording.yml")


def test_each_alert_fires_on_its_series_and_on_no_others() -> None:
    assert "SUCCESS" in promtool("test", "rules", "rules_test.yml")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda rule: f"{rule['alert']}-{rule['labels']}")
def test_an_alert_is_tried_with_series_that_make_it_fire(alert: Mapping[str, Any]) -> None:
    name, severity = alert["alert"], alert["labels"]["severity"]
    wanted = re.compile(rf'alertname="{name}".*severity="{severity}"')
    fired = [
        sample["labels"]
        for each in TESTS
        for asked in each["promql_expr_test"]
        for sample in asked["exp_samples"]
    ]
    assert any(wanted.search(labels) for labels in fired)


@pytest.mark.parametrize("name", sorted({rule["alert"] for rule in ALERTS} - {"Watchdog"}))
def test_an_alert_is_tried_with_series_of_its_own_that_do_not_make_it_fire(name: str) -> None:
    quiet = [
        each
        for each in TESTS
        if each["name"].startswith(f"{name} is quiet")
        and not any(asked["exp_samples"] for asked in each["promql_expr_test"])
    ]
    assert quiet
    asked = written_out(" ".join(rule["expr"] for rule in ALERTS if rule["alert"] == name))
    for each in quiet:
        given = [series["series"].partition("{")[0] for series in each["input_series"]]
        assert any(re.search(rf"\b{metric}\b", asked) for metric in given)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda rule: f"{rule['alert']}-{rule['labels']}")
def test_an_alert_says_what_is_wrong_in_both_languages_and_where_to_read_on(
    alert: Mapping[str, Any],
) -> None:
    notes = alert["annotations"]
    assert set(notes) == {"summary", "summary_vi", "runbook_url"}
    assert notes["summary"] != notes["summary_vi"]
    assert LABEL.findall(notes["summary"]) == LABEL.findall(notes["summary_vi"])
    assert alert["labels"]["severity"] in SEVERITIES
    path, _, anchor = notes["runbook_url"].partition("#")
    assert (ROOT / path).samefile(MANUAL)
    assert anchor == alert["alert"].lower()


def test_every_runbook_link_has_its_page_and_every_page_its_alert() -> None:
    assert sorted(sections("Alerts")) == sorted({rule["alert"] for rule in ALERTS})


def test_every_page_says_what_it_means_what_to_look_at_and_what_to_do() -> None:
    chapter = MANUAL.read_text(encoding="utf-8").partition("\n## Alerts\n")[2].partition("\n## ")[0]
    for page in chapter.split("\n### ")[1:]:
        marks = [page.find(f"**{word}**") for word in ("Means", "Look", "Do")]
        assert 0 < marks[0] < marks[1] < marks[2], page.partition("\n")[0]


def test_every_link_within_the_manual_leads_somewhere() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_rules_ask_only_for_metrics_that_there_are() -> None:
    assert service_discovery.service_classes()  # loads whatever makes a metric
    known = {family.name for family in REGISTRY.collect()} | DEADLINES | SERVICES_OWN
    asked = set(OURS.findall(" ".join(rule["expr"] for rule in ALERTS) + str(RECORDED)))
    asked -= set(OURS.findall(" ".join(RECORDED)))
    assert {name for name in asked if SUFFIX.sub("", name) not in known and name not in known} == (
        set()
    )


def test_the_manual_names_only_commands_that_there_are() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    named = re.findall(r"`motcua ([a-z][a-z-]*)|^    motcua ([a-z][a-z-]*)", text, re.MULTILINE)
    assert {first or second for first, second in named} <= set(COMMANDS)


def test_what_is_said_to_be_tried_is_an_alert_and_a_test() -> None:
    text = MANUAL.read_text(encoding="utf-8").partition("## What was tried")[2].partition("## ")[0]
    rows = re.findall(r"^\| ([A-Z][\w, ]+) \| (.+) \|$", text, re.MULTILINE)
    tried = {alert for alerts, _ in rows for alert in alerts.split(", ")}
    assert len(tried) > 15
    assert tried <= {rule["alert"] for rule in ALERTS}
    for _, tests in rows:
        assert all((ROOT / test).exists() for test in re.findall(r"`(tests/\S+)`", tests)), tests
