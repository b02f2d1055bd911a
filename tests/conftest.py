"""Fixtures for every kind of test; the real parts start only when a test asks for them.

Hypothesis draws the same few examples everywhere, without time-outs on a busy machine.
HYPOTHESIS_PROFILE=deep draws many, and new ones each time: before a release, or after a change
to something that a property guards.
"""

import os

import pytest
from hypothesis import settings

from tests.deploy.engine import NOT_RUN

pytest_plugins = ["tests.platform_fixtures"]

# What waits most goes first; the tests that only reckon fill the gaps.
SLOWEST_FIRST = ("e2e", "deploy", "faults", "integration")

settings.register_profile("ci", max_examples=30, derandomize=True, deadline=None, database=None)
settings.register_profile("deep", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """When several processes share the work (`-n`), say what stays together and what goes first."""
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)
        for item in items:
            item.add_marker(pytest.mark.xdist_group(_together(item)))


def _turn(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return SLOWEST_FIRST.index(folder) if folder in SLOWEST_FIRST else len(SLOWEST_FIRST)


def _together(item: pytest.Item) -> str:
    """A file, or all that share the running platform: what was started for one serves the others.

    The broker, database and files of tests/platform_fixtures.py are started by each process.
    """
    fixtures, module = getattr(item, "fixturenames", ()), getattr(item, "module", None)
    shared = "running" in fixtures and not hasattr(module, "running")
    return "running" if shared else item.location[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly whether the compose file was tried: a skipped test is easily overlooked."""
    skipped = terminalreporter.stats.get("skipped", [])
    said = {str(each.longrepr[2]) for each in skipped if isinstance(each.longrepr, tuple)}
    for reason in sorted(said):
        _, mark, why = reason.partition(NOT_RUN)
        if mark:
            terminalreporter.write_line(NOT_RUN + why, yellow=True, bold=True)
