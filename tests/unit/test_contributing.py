"""What CONTRIBUTING tells a newcomer to type and to install works without anything fetched."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from tests.unit.test_promises import trouble_with

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RUNS = re.findall(r"^    (?:\.venv/bin/python -m pytest|make watch) ([^#\n]*)", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", RUNS)
def test_the_tests_that_the_page_runs_are_there(line: str) -> None:
    places = [word.removeprefix("TESTS=") for word in shlex.split(line) if "tests/" in word]
    assert places
    for place in places:
        file, _, name = place.partition("::")
        assert (ROOT / file).exists()
        assert not name or trouble_with(file, name) == ""
    options = [word for word in shlex.split(line) if word.startswith("-")]
    assert set(options) <= {"-k", "--lf", "-x", "--pdb"}


def test_the_page_says_how_to_run_one_test_one_file_what_failed_and_what_watches() -> None:
    said = " ".join(RUNS)
    assert "::test_" in said
    assert "--lf" in said
    assert "make watch" in PAGE


def test_the_hooks_of_a_commit_are_the_projects_own_ruff_and_fetch_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [each["repo"] for each in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    entries = {" ".join(hook["entry"].split()[:2]) for hook in hooks}
    assert entries == {".venv/bin/ruff format", ".venv/bin/ruff check"}
    assert {hook["language"] for hook in hooks} == {"system"}


@pytest.mark.parametrize("library", ["pre-commit", "pytest-watcher"])
def test_what_the_page_installs_is_among_the_locked_libraries(library: str) -> None:
    locked = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    assert re.search(rf"^{library}==", locked, re.MULTILINE)
