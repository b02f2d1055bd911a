"""What tests of pages share: a browser for each module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.integration.visitors import chromium


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    """Debian's browser, with patience on a busy machine.

    For a module and no longer: while Playwright is at work no other event loop may run.
    """
    expect.set_options(timeout=30_000)
    with chromium() as browser:
        yield browser
