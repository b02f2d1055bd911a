"""One platform whose days last ten seconds, with every agency of the chains at work."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from cli import tokens
from cli.agency_registry import ROUTING, read_agencies
from cli.embedded.ports import free_ports
from cli.local_platform import LocalPlatform
from foundation.web import auth
from tests.e2e.short.chains import chains
from tests.e2e.short.desks import PAPER, Desk, OwnDesk
from tests.e2e.short.feed import Feed
from tests.e2e.short.foreign import ForeignDesk
from tests.e2e.short.hastened import Hastened
from tests.e2e.short.travel import Region

HERE = [each.code for each in read_agencies()]
CHAINED = {task["agency"] for each in chains().values() for stage in each.stages for task in stage}
ELSEWHERE = {code: code.replace("-", " ") for code in sorted(CHAINED.difference(HERE))}


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hastened]:
    made = Hastened(tmp_path_factory.mktemp("short") / "data", free_ports().base)
    try:
        made.begin(ELSEWHERE)
        yield made
    finally:
        made.motcua("down")


@pytest.fixture(scope="package")
def region(running: Hastened) -> Iterator[Region]:
    platform = running.platform
    feed = Feed(platform)
    own: dict[str, Desk] = {code: OwnDesk(platform, code) for code in HERE}
    foreign = {code: _foreign(platform, code) for code in ELSEWHERE}
    yield Region(platform, feed, {**own, **foreign})
    for desk in foreign.values():
        desk.stop()
    feed.stop()


def _foreign(platform: LocalPlatform, code: str) -> ForeignDesk:
    scale, url = platform.time_scale, platform.servers.broker.amqp_url(f"{ROUTING}.{code}")
    return ForeignDesk(code, url, lambda: scale.at(datetime.now(UTC)), _papers_of(platform, code))


def _papers_of(platform: LocalPlatform, code: str) -> Callable[[], str]:
    """Hands a decision to the documents service, with a token that the agency itself signed."""
    claims = {
        "sub": f"officer-{code}",
        "aud": ["documents"],
        "scope": "desk",
        "agency": code,
        "exp": 4102444800,
    }
    token = auth.sign(
        claims, platform.folder.read(tokens.agency_key_file(platform.folder, code).name)
    )
    url = f"{platform.instance('documents').url}/documents"

    def write() -> str:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/pdf",
            "X-Filename": "quyet-dinh.pdf",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        stored = httpx.post(url, content=PAPER, headers=headers, timeout=30)
        assert stored.is_success, stored.text
        return str(stored.json()["id"])

    return write
