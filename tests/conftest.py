"""Fixtures for every kind of test; the real parts start only when a test asks for them.

Hypothesis draws the same few examples everywhere, without time-outs on a busy machine.
HYPOTHESIS_PROFILE=deep draws many, and new ones each time: before a release, or after a change
to something that a property guards.
"""

import gc
import os
from typing import Any

import pytest
from hypothesis import settings

from tests.deploy.engine import NOT_RUN

pytest_plugins = ["tests.platform_fixtures"]

# The longest goes first, beside what mostly waits. The tests that only reckon fill the gaps.
# One whole platform (twenty processes) runs at a time: two leave no time for others on two cores.
TOGETHER = ("tests/e2e",)
FIRST = "tests/e2e/short"
TURNS = ("tests/e2e", "tests/faults", "tests/deploy", "tests/integration")

settings.register_profile("ci", max_examples=30, derandomize=True, deadline=None, database=None)
settings.register_profile("deep", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure() -> None:
    """Let the garbage wait: thousands of short tests leave little, and looking for it costs 7 %."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """When several processes share the work (`-n`), say what goes first."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: (_turn(item.nodeid), not item.nodeid.startswith(FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep together what shares a running platform, and else the tests of a file.

    pytest-xdist's own groups (`loadgroup`) are lost in pytest 9.2, without a word.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 -- only where it is installed

    class Together(LoadScopeScheduling):  # type: ignore[misc]  # has no types
        def _split_scope(self, nodeid: str) -> str:
            return _together(nodeid)

    return Together(config, log)


def _together(nodeid: str) -> str:
    """A file, or all that share a running platform: what was started for one serves the others.

    The broker, database and files of tests/platform_fixtures.py are started by each process.
    """
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def _turn(nodeid: str) -> int:
    place = _together(nodeid)
    folder = place if place in TURNS else place.rpartition("/")[0]
    return TURNS.index(folder) if folder in TURNS else len(TURNS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly whether the compose file was tried: a skipped test is easily overlooked."""
    skipped = terminalreporter.stats.get("skipped", [])
    said = {str(each.longrepr[2]) for each in skipped if isinstance(each.longrepr, tuple)}
    for reason in sorted(said):
        _, mark, why = reason.partition(NOT_RUN)
        if mark:
            terminalreporter.write_line(NOT_RUN + why, yellow=True, bold=True)
