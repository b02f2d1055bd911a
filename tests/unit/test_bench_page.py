"""docs/performance.md is made from what `bench all` writes; the benches that fail are named."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import every
from bench.report import Report


@pytest.fixture(name="page")
def _page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    page = tmp_path / "performance.md"
    page.write_text(f"# Head\n\n{every.BEGIN}\nold\n{every.END}\nfoot\n", encoding="utf-8")
    monkeypatch.setattr(every, "PAGE", page)
    return page


def _said(_quick: bool) -> Report:  # noqa: FBT001 -- as every.Measure
    rows = [{"act": "accept", "reads": 5, "CPU ms": 8.25}]
    return Report("each act", rows, {"grew": 0.0}, database="SecantusDB 1", notes=["one was late"])


def _fails(_quick: bool) -> Report:  # noqa: FBT001 -- as every.Measure
    raise TimeoutError("no broker")


def test_what_was_measured_is_written_with_machine_versions_and_database(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.json"
    monkeypatch.setattr(every, "measures", lambda: {"cost": _said, "bus": _fails})
    assert every.run_all((), file, quick=True) is False
    written: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert written["machine"]["cores"] >= 1
    assert written["versions"]["pymongo"]
    assert written["benches"]["cost"]["ratios"] == {"grew": 0.0}
    assert written["benches"]["bus"]["failed"] == "TimeoutError: no broker"
    every.write_page([file])
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# Head\n\n{every.BEGIN}\n")
    assert text.endswith(f"{every.END}\nfoot\n")
    assert "old" not in text
    assert "each act. Database: SecantusDB 1." in text
    assert "| act | reads | CPU ms |\n|---|---|---|\n| accept | 5 | 8.25 |" in text
    assert "- one was late" in text
    assert "before it, short rounds, 0 s." in text
    assert "Failed: TimeoutError: no broker" in text


def test_one_alone_may_be_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every, "measures", lambda: {"cost": _said, "bus": _fails})
    file = tmp_path / "one.json"
    assert every.run_all(("cost",), file, quick=False)
    assert list(json.loads(file.read_text(encoding="utf-8"))["benches"]) == ["cost"]


def test_what_the_file_says_of_others_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(every, "measures", lambda: {"bus": _fails, "cost": _said})
    file = tmp_path / "one.json"
    assert every.run_all(("cost",), file, quick=False)
    assert not every.run_all(("bus",), file, quick=True)
    assert every.run_all(("cost",), file, quick=True), "what failed before is not asked again"
    benches = json.loads(file.read_text(encoding="utf-8"))["benches"]
    assert list(benches) == ["bus", "cost"]
    monkeypatch.setattr(every, "machine", lambda: {"machine": "another", "versions": {}})
    assert every.run_all(("cost",), file, quick=True)
    assert list(json.loads(file.read_text(encoding="utf-8"))["benches"]) == ["cost"]


def test_the_page_has_a_place_for_the_tables() -> None:
    text = every.PAGE.read_text(encoding="utf-8")
    assert text.index(every.BEGIN) < text.index(every.END)
