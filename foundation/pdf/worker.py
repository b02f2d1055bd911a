"""The child process of foundation.pdf.renderer: jobs on standard input, PDF on standard output.

Nothing is fetched but the fonts that we ship; templates see plain values, escaped.
"""

import json
import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import font_roboto
import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from foundation.pdf import framing
from foundation.pdf.merge import merge
from foundation.text import telephone

NICENESS = 5

HO_CHI_MINH = timezone(timedelta(hours=7))
_FACES = {"Regular": "", "Bold": "font-weight: bold;", "Italic": "font-style: italic;"}


def main() -> None:
    """Print until the other side hangs up."""
    os.nice(NICENESS)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    orders, answers = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    while size := orders.read(framing.SIZE):
        order = json.loads(orders.read(int.from_bytes(size, "big")))
        try:
            well, answer = True, _DONE[str(order.pop("do"))](**order)
        except (Exception, FatalURLFetchingError) as error:  # noqa: BLE001 -- told to who asked; the text may hold a name
            well, answer = False, type(error).__name__.encode()
        answers.write(framing.answer(answer, went_well=well))
        answers.flush()


def render(folder: str, template: str, values: Mapping[str, Any], qr: str) -> bytes:
    """The template, filled in, as PDF/UA-1."""
    text = environment(folder).get_template(template).render(values, has_code=bool(qr))
    fonts, faces = _fonts()
    page = HTML(string=text, url_fetcher=_Shipped(qr))
    pdf: bytes = page.write_pdf(font_config=fonts, stylesheets=[faces], pdf_variant="pdf/ua-1")
    return pdf


@cache
def environment(folder: str) -> Environment:
    """The templates of a folder, and how they write moments, money and telephone numbers."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"moment": moment, "day": day, "short": short, "money": money}
    made.filters["telephone"] = telephone.readable
    return made


def moment(at: str) -> str:
    """`2020-09-15T02:30:00Z` → `09 giờ 30 phút, ngày 15 tháng 9 năm 2020`."""
    local = _local(at)
    return f"{local:%H} giờ {local:%M} phút, {day(at)}"


def day(at: str) -> str:
    """`2020-09-15T02:30:00Z` → `ngày 15 tháng 9 năm 2020`; single digits as the office writes."""
    local = _local(at)
    month = f"{local.month:02}" if local.month < 3 else str(local.month)  # noqa: PLR2004 -- NĐ 30/2020
    return f"ngày {local.day:02} tháng {month} năm {local.year}"


def short(at: str) -> str:
    """`2020-09-15T02:30:00Z` → `09:30 15/09/2020`."""
    return f"{_local(at):%H:%M %d/%m/%Y}"


def money(amount: int) -> str:
    """1500000 → `1.500.000 đồng`."""
    return f"{amount:,} đồng".replace(",", ".")


def _local(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(HO_CHI_MINH)


@cache
def _fonts() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: Roboto; src: url(font:{name}); {style} }}"
        for name, style in _FACES.items()
    )
    return fonts, CSS(string=faces, font_config=fonts, url_fetcher=_Shipped(""))


class _Shipped(URLFetcher):
    """Gives what we ship: a font by its name, and the code of this sheet.

    A template that asks for anything else is not printed at all.
    """

    def __init__(self, qr: str) -> None:
        super().__init__(fail_on_errors=True)
        self.qr = qr

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 -- the library's signature
        scheme, _, name = url.partition(":")
        if scheme == "font" and name in _FACES:
            path = Path(font_roboto.__file__).parent / "files" / f"Roboto-{name}.ttf"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
        if scheme == "qr" and self.qr:
            drawn = BytesIO()
            segno.make(self.qr, error="m", micro=False).save(drawn, kind="svg", border=2)
            return URLFetcherResponse(url, drawn.getvalue(), {"Content-Type": "image/svg+xml"})
        raise ValueError("nothing but our own fonts and codes is fetched")


def render_part(first: int, place: int, **sheet: Any) -> bytes:
    """The sheet as part of a book (foundation.pdf.stream)."""
    return merge(render(**sheet), first=first, place=place).write()


_DONE: Mapping[str, Callable[..., bytes]] = {"print": render, "bind": render_part}


if __name__ == "__main__":
    main()
