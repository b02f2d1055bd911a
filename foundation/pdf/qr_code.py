"""A QR code as SVG for a page, which needs no picture from anywhere."""

import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """The code of a text, scaled by the page that holds it; dark on light whatever its colours."""
    made = segno.make(text, error="m", micro=False)
    svg = made.svg_inline(border=4, light="#fff", dark="#000", omitsize=True, svgclass="qr")
    return Markup(svg)  # noqa: S704 -- the text is drawn in it, not written
