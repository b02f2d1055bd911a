"""Writes dashboards/*.json from dashboards.yml: `python deploy/monitoring/write_dashboards.py`.

A test compares them.
"""  # noqa: INP001 -- a script beside the files it writes, no package

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
WIDTH = 24
WIDTHS = {"stat": 4, "table": 8, "bargauge": 12, "timeseries": 8}
HEIGHTS = {"stat": 4, "table": 8, "bargauge": 9, "timeseries": 8}
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

Panel = Mapping[str, Any]


def described() -> dict[str, Any]:
    """What dashboards.yml says."""
    found: dict[str, Any] = yaml.safe_load((HERE / "dashboards.yml").read_text(encoding="utf-8"))
    return found


def dashboard(name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """One dashboard as Grafana imports it."""
    return {
        "uid": f"motcua-{name}",
        "title": told["title"],
        "tags": ["motcua"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": list(variables(told["panels"]))},
        "panels": list(placed(told["panels"])),
    }


def variables(panels: Iterable[Panel]) -> Iterable[dict[str, Any]]:
    """The data source, and the agency where a panel asks for one."""
    yield {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    if any("$agency" in each["query"] for panel in panels for each in panel["queries"]):
        yield {
            "name": "agency",
            "label": "Cơ quan / Agency",
            "type": "query",
            "datasource": DATASOURCE,
            "query": "label_values(motcua_messages_told_total, agency)",
            "refresh": 2,
            "sort": 1,
        }


def placed(panels: Iterable[Panel]) -> Iterable[dict[str, Any]]:
    """Side by side in the order they are written, a new row where one is full or another begins."""
    x = y = height = 0
    for number, panel in enumerate(panels, 1):
        width, tall = WIDTHS[kind_of(panel)], HEIGHTS[kind_of(panel)]
        if x + width > WIDTH or (height and tall != height):
            x, y = 0, y + height
        height = tall
        yield drawn(number, panel, {"x": x, "y": y, "w": width, "h": height})
        x += width


def kind_of(panel: Panel) -> str:
    """How it is drawn."""
    kind: str = panel.get("kind", "timeseries")
    return kind


def drawn(number: int, panel: Panel, place: Mapping[str, int]) -> dict[str, Any]:
    """One panel."""
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if "bad_from" in panel:
        steps.append({"color": "red", "value": panel["bad_from"]})
    at_once = kind_of(panel) in {"stat", "table", "bargauge"}
    return {
        "id": number,
        "type": kind_of(panel),
        "title": panel["title"],
        "datasource": DATASOURCE,
        "gridPos": dict(place),
        "fieldConfig": {
            "defaults": {
                "unit": panel.get("unit", "short"),
                "min": 0,
                "thresholds": {"mode": "absolute", "steps": steps},
            },
            "overrides": [],
        },
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": DATASOURCE,
                "expr": each["query"],
                "legendFormat": each.get("as", ""),
                "instant": at_once,
                "range": not at_once,
                "format": "table" if kind_of(panel) == "table" else "time_series",
            }
            for index, each in enumerate(panel["queries"])
        ],
    }


def files() -> dict[Path, str]:
    """Each file by its path, as it must be now."""
    return {
        HERE / "dashboards" / f"{name}.json": json.dumps(
            dashboard(name, told), ensure_ascii=False, indent=1
        )
        + "\n"
        for name, told in described().items()
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
