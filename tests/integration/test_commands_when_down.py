"""Every command when one server of the platform is down: one sentence, soon, and what to do.

The services do not run here; a command that asks one of them is held to naming the server first.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli.embedded.database import DATABASE
from cli.embedded.rabbitmq import BROKER
from tests.commands import NEEDING, STOPPED_WILL_DO, Example
from tests.platform_fixtures import Platform
from tests.processes import ROOT

WITHIN = 3.0  # seconds, without those that Python itself takes to begin
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


def motcua(platform: Platform, folder: Path, language: str, example: Example) -> tuple[int, str]:
    words = ["--lang", language, "--data", str(platform.folder.root), *example.words(folder)]
    command = [sys.executable, "-m", "cli", *words]
    began = time.monotonic()
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    took = time.monotonic() - began
    assert took < WITHIN + began_in(), f"{took:.1f} s"
    return ended.returncode, ended.stderr


def began_in() -> float:
    """The seconds that this machine takes to import the slowest command, as it is busy now."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import cli.journey.command"], cwd=ROOT, check=True)
    return time.monotonic() - began


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("down", "example"), CASES, indirect=["down"], ids=lambda each: getattr(each, "line", each)
)
def test_what_needs_the_server_says_that_it_is_down(
    platform: Platform, down: str, example: Example, language: str, tmp_path: Path
) -> None:
    code, said = motcua(platform, tmp_path, language, example)
    assert code != 0
    assert said.count("\n") == 1, said
    assert NAMED[down][language == "en"] in said
    assert "motcua up" in said
