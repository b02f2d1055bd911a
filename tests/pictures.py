"""`make pictures`: photographs of pages for the README, from the tour of all pages.

Each page is what the code shows over the example data of the tests, in both languages, in Debian's
Chromium; colours are few, so that a picture is small. Never edit a picture: change the page.
"""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from tests.processes import ROOT

FOLDER = ROOT / "docs" / "pictures"
LANGUAGES = ("vi", "en")
WIDTH, HEIGHT = 960, 900
COLOURS = 64
LARGEST = 120_000  # bytes
PAGES: Mapping[str, tuple[str, str]] = {
    "tracking": ("GET /tracking/<code>", "/tracking/000.00.00.H41-200915-0002"),
    "apply": ("GET /apply/<draft>", ""),
    "pay": ("GET /mine/<dossier_id>/pay", "/mine/pays/pay"),
    "counter": ("GET /counter/dossiers/<dossier_id>", "/counter/dossiers/dossier-1"),
    "desk": ("GET /desks/<agency>/steps/<step>", ""),
    "centre": ("GET /centre", ""),
    "booking": ("GET /booking", ""),
    "webhooks": ("GET /webhooks/<id>", ""),
    "operator": ("GET /webhooks/all", "/webhooks/all?owner=statistics-office"),
}
"""For each picture the route, and the address if not that whose page says most."""


def names() -> Iterator[str]:
    """The files that the command makes."""
    yield from (f"{name}.{language}.png" for name in PAGES for language in LANGUAGES)


def html_of(name: str, language: str) -> str:
    """The page of a picture.

    Raises:
        ValueError: the tour has no such page any more.
    """
    from tests.page_tour import views  # noqa: PLC0415 -- seconds

    route, address = PAGES[name]
    found = [
        each.html
        for each in views()
        if (each.route, each.status, each.language) == (route, 200, language)
        and address in ("", each.address)
    ]
    return max(found, key=len)


def photograph(browser: Any, html: str) -> bytes:
    """The upper part of a page as a small PNG."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, java_script_enabled=False)
    page.set_content(html)
    shot = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    small = io.BytesIO()
    shot.convert("RGB").quantize(COLOURS).save(small, "PNG", optimize=True)
    return small.getvalue()


def main(folder: Path = FOLDER) -> None:
    """Make all pictures anew."""
    from tests.integration.visitors import chromium  # noqa: PLC0415 -- seconds

    with chromium() as browser:
        for name in PAGES:
            for language in LANGUAGES:
                path = folder / f"{name}.{language}.png"
                path.write_bytes(photograph(browser, html_of(name, language)))
                print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
