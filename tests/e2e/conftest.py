"""One platform for all end-to-end tests: it takes a minute to start and to travel twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import tokens
from cli.embedded.ports import free_ports
from tests.e2e.running import Running

STRANGER = "so-ngoai-vu"
"""An agency whose key is known and which has nothing to do with anybody's dossiers."""

FOLDER = Path(__file__).parent
WHOLE_PLATFORM = 1200
"""Seconds for a test here: the first waits until a platform has started and travelled twice."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each of these tests that time, unless it names its own."""
    for each in items:
        if FOLDER in each.path.parents and not each.get_closest_marker("timeout"):
            each.add_marker(pytest.mark.timeout(WHOLE_PLATFORM))


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Up on the leftovers of a demo that started and stopped everything by itself."""
    made = Running(tmp_path_factory.mktemp("platform") / "data", free_ports().base)
    try:
        made.demos["vi"] = made.motcua("demo", "--base-port", str(made.base))
        assert not made.platform.supervisor.running()
        tokens.issue_agency_key(made.platform.folder, STRANGER)
        made.demos["up"] = made.motcua("up")
        made.demos["en"] = made.motcua("demo", language="en")
        yield made
    finally:
        made.motcua("down")
