"""Every command when one server of the platform is down: one sentence, soon, and what to do.

The services do not run here; a command that asks one of them names the server that is down first.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli.embedded.database import DATABASE
from cli.embedded.rabbitmq import BROKER
from tests.commands import (
    NEEDING,
    STOPPED_WILL_DO,
    Example,
    is_one_sentence_with_what_to_do,
    refused,
)
from tests.platform_fixtures import Platform

NAMED = {BROKER: ("RabbitMQ", "RabbitMQ"), DATABASE: ("cơ sở dữ liệu", "the database")}
EXAMPLES = (*NEEDING, *STOPPED_WILL_DO)
CASES = [(server, each) for server in NAMED for each in EXAMPLES if server in each.needs]


@pytest.fixture(scope="module")
def down(platform: Platform, request: pytest.FixtureRequest) -> Iterator[str]:
    """A platform that runs without this server."""
    base = urlsplit(platform.amqp_url()).port
    platform.folder.write("ports.json", {"base": base})
    part = platform.broker if request.param == BROKER else platform.database
    part.stop()
    yield request.param
    part.start()


@pytest.mark.parametrize(
    ("down", "example"), CASES, indirect=["down"], ids=lambda each: getattr(each, "line", each)
)
def test_what_needs_the_server_says_that_it_is_down(
    platform: Platform, down: str, example: Example, tmp_path: Path
) -> None:
    said = refused(platform.folder.root, example, tmp_path)
    is_one_sentence_with_what_to_do(said)
    vi, en = NAMED[down]
    assert vi in said.vi
    assert en in said.en
