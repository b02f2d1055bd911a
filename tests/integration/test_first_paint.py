"""How soon a page is there on a slow telephone: 1.6 Mbit/s, 150 ms away, a quarter of this CPU.

Chromium is slowed down by itself, the server is not. Whatever else the machine does only adds to
the time, so of some looks the quickest counts.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.integration.visitors import PHONE, ServedPages, opened, served_pages
from tests.processes import until

pytestmark = pytest.mark.timeout(300)

PEOPLE = {
    "clerk": ("lan", ("counter",), ""),
    "director": ("minh", ("director",), ""),
    "citizen": ("an", ("dossier:read", "dossier:submit"), ""),
}
FIRST_PAINT = 1000  # milliseconds
LOOKS = 12
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
PAINTED = "performance.getEntriesByName('first-contentful-paint').map(each => each.startTime)[0]"


@pytest.fixture(scope="module", name="pages")
def _pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPages]:
    with served_pages(tmp_path_factory.mktemp("paint"), PEOPLE, "counter_served") as served:
        yield served


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/"),
        ("citizen", "/mine"),
        ("clerk", "/counter"),
        ("clerk", "/counter/dossiers/dossier-1"),
        ("director", "/centre"),
    ],
)
def test_a_page_is_painted_within_a_second_on_a_slow_telephone(
    browser: Browser, pages: ServedPages, who: str, path: str
) -> None:
    with opened(browser, pages, who, viewport=PHONE) as context:
        page = context.new_page()
        slow_down(page)
        seen: list[float] = []
        while len(seen) < LOOKS and min(seen, default=FIRST_PAINT + 1) > FIRST_PAINT:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200
            # Asked for again and again from outside: what a page polls by itself is an `eval`,
            # which its Content-Security-Policy forbids.
            seen.append(until(lambda: page.evaluate(PAINTED), why=f"{path} is painted"))
        print(f"{path}: first paint {min(seen):.0f} ms of {len(seen)} looks")
        assert min(seen) <= FIRST_PAINT, f"{path}: {seen}"
        # What is measured is slow indeed: the way to the server and back takes its time.
        assert min(seen) > NETWORK["latency"]


def slow_down(page: Page) -> None:
    """A telephone with a poor signal, in place of this machine."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
