"""Generates sample PDF documents, like those that citizens and officers upload."""

import font_roboto
from fpdf import FPDF

MARGIN = 22


def pdf(title: str, *paragraphs: str) -> bytes:
    """A PDF with a title and paragraphs on one A4 page, in a font with Vietnamese letters."""
    page = FPDF(format="A4")
    page.set_margin(MARGIN)
    page.set_title(title)
    page.set_lang("vi")
    page.add_font("Roboto", fname=font_roboto.Roboto)
    page.add_font("Roboto", style="B", fname=font_roboto.RobotoBold)
    page.add_page()
    page.set_font("Roboto", style="B", size=14)
    page.multi_cell(0, 8, title, new_x="LMARGIN", new_y="NEXT")
    page.set_font("Roboto", size=11)
    for paragraph in paragraphs:
        page.ln(3)
        page.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())
