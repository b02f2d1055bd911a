"""Who looks at served pages: each with a session, sealed as sign-in seals it; and Chromium."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

from foundation.web.page_cookies import SESSION
from foundation.web.page_routes import PageRoute
from foundation.web.session import PageSession, SessionKeys, new_session_key, seal_session
from tests.integration.test_in_a_browser import CHROMIUM, OFF
from tests.integration.test_web_server import Service

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


def session_keys(folder: Path) -> Path:
    """The file of new keys that a service seals its sessions with."""
    keys = folder / "session.json"
    keys.write_text(json.dumps({"keys": [new_session_key("first")]}))
    return keys


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OFF)
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
