"""A bench for each module of faults: the topology of the sample services, nothing running."""

from collections.abc import Iterator

import pytest

from tests.platform_fixtures import Platform
from tests.processes import Bench, bench
from tests.sample.services import Counter, Teller


@pytest.fixture(scope="module")
def sample(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """What a test starts here it also ends, unless it is meant to be shared."""
    with bench(platform, [Teller, Counter], tmp_path_factory.mktemp("logs")) as made:
        yield made
