"""Who looks at served pages: each with a session, sealed as sign-in seals it; and Chromium."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from foundation.web.page_cookies import SESSION
from foundation.web.page_routes import PageRoute
from foundation.web.session import PageSession, SessionKeys, new_session_key, seal_session
from tests.integration.test_web_server import Service, ended, started

CHROMIUM = "/usr/bin/chromium"
OFF = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync")
# With the locale of a machine that has none it finds no file whose name is Vietnamese.
SPELLED: dict[str, str | float | bool] = {**os.environ, "LC_ALL": "C.UTF-8"}
PHONE, SCREEN = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
Person = tuple[str, tuple[str, ...], str]
"""Who: the account, its scopes, and the agency it speaks for, "" if for none."""


@dataclass(frozen=True)
class ServedPages:
    """Pages on a real socket, the keys that seal their sessions, and the people by their names."""

    service: Service
    keys: Path
    people: Mapping[str, Person]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.service.port}"

    def cookie(self, who: str) -> str:
        subject, scopes, agency = self.people[who]
        now = datetime.now(UTC)
        session = PageSession(
            subject=subject,
            name="Phiên thử",
            provider="x",
            scopes=scopes,
            agency=agency,
            began=now,
            seen=now,
        )
        return seal_session(session, SessionKeys(str(self.keys)))

    def client(self, who: str) -> httpx.Client:
        """A browser's requests, as somebody or (with "") as nobody."""
        cookies = {SESSION: self.cookie(who)} if who else {}
        return httpx.Client(base_url=self.address, headers=HTML, cookies=cookies, timeout=30)


@contextmanager
def served_pages(
    folder: Path, people: Mapping[str, Person], module: str, **more: object
) -> Iterator[ServedPages]:
    """The pages that `tests.integration.MODULE` serves; `more` is what `started` takes."""
    keys = session_keys(folder)
    service = started(folder, 8, {}, f"tests.integration.{module}", session_keys=str(keys), **more)
    yield ServedPages(service, keys, people)
    ended(service)


def session_keys(folder: Path) -> Path:
    """The file of new keys that a service seals its sessions with."""
    keys = folder / "session.json"
    keys.write_text(json.dumps({"keys": [new_session_key("first")]}))
    return keys


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OFF, env=SPELLED)
        yield browser
        browser.close()


def doors_of(service: type, begins: str) -> list[tuple[str, str]]:
    """Each page and form of a service whose path begins so, from the code."""
    return [
        (route.method, route.path)
        for name in dir(service)
        for route in getattr(getattr(service, name), "nameko_entrypoints", ())
        if isinstance(route, PageRoute) and route.path.startswith(begins)
    ]


def knock(client: httpx.Client, method: str, path: str, **said: str) -> httpx.Response:
    """Ask for a page, or send a form with that in it."""
    return client.request(method, path, data=said if method == "POST" else None)


def opened(browser: Browser, served: ServedPages, who: str, **more: object) -> BrowserContext:
    """A window of somebody; scripts, colours and size as `more` says."""
    context = browser.new_context(base_url=served.address, locale="vi-VN", **more)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    if who:
        context.add_cookies([{"name": SESSION, "value": served.cookie(who), "url": served.address}])
    return context


def must_keep_nobody_out(
    browser: Browser, served: ServedPages, who: str, paths: Iterable[str], scheme: str
) -> None:
    """See that axe finds nothing on pages in both languages, and that they fit a phone.

    In one window: each new one is a process that compiles axe anew.
    """
    with opened(browser, served, who, color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        for path, lang in product(paths, ("vi", "en")):
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}")
            page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path} {lang}: {found.generate_report()}"
            for size in (PHONE, SCREEN):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], f"{path} {lang} needs {wide} px"
