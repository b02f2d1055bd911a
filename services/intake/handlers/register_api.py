"""HTTP API of the register of a unit and year: a PDF, streamed while its rows are read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from contracts.envelope import write_time
from foundation.errors import Invalid
from foundation.pdf import PdfRenderer, RenderJob
from foundation.web import Request, Response, get
from services.intake import schemas
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.counter.dossier_code import day_book
from services.intake.domain.counter.register import RegisterRow, days_of, row
from services.intake.domain.forms import issuing
from services.intake.handlers.context import CLERK, IntakeContext
from services.intake.handlers.issuing_office import office_of

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
ROWS_AT_ONCE = 100
READ_AT_ONCE = 200

_YEAR = re.compile(r"20\d\d")
_UNIT = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}")


class RegisterApi(IntakeContext):
    """HTTP handlers for clerks who keep the register."""

    press = PdfRenderer()

    @get("/register/<year>", scope=CLERK, gives="application/pdf")
    def register(self, request: Request, year: str) -> Response:
        """The register of `?unit=` (this one, if none is named) as one tagged PDF."""
        unit = request.asked(schemas.RegisterFields())["unit"] or self.settings.unit
        if not _YEAR.fullmatch(year) or not _UNIT.fullmatch(unit):
            raise Invalid(
                "Xin ghi năm bằng bốn chữ số và mã đơn vị như 000.00.00.H41.",
                "Please give the year in four digits and the unit like 000.00.00.H41.",
                fields={"year": [year], "unit": [unit]},
            )
        number = issuing.REGISTER[issuing.edition_of(self.clock.now())]
        head = {
            "year": int(year),
            "number": number,
            "unit": unit,
            "office": office_of(self.settings).name,
            "printed": write_time(self.clock.now()),
        }
        title = f"Sổ theo dõi hồ sơ năm {year} – {unit}"
        pieces = self.press.book(title, self._sheets(int(year), unit, {**head, "title": title}))
        name = f"so-theo-doi-{unit}-{year}.pdf"
        response = Response(pieces, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _sheets(
        self, year: int, unit: str, head: dict[str, Any]
    ) -> Callable[[Callable[[], int]], Iterator[RenderJob]]:
        def sheets(printed: Callable[[], int]) -> Iterator[RenderJob]:
            rows = self._rows(year, unit)
            part = list(islice(rows, ROWS_AT_ONCE))
            while part or not printed():
                values = head | {
                    "rows": [_plain(each) for each in part],
                    "first": not printed(),
                    "pages_before": printed(),
                }
                yield RenderJob(folder=TEMPLATES, template="register.html", values=values)
                part = list(islice(rows, ROWS_AT_ONCE))

        return sheets

    def _rows(self, year: int, unit: str) -> Iterator[RegisterRow]:
        number = 0
        for day in days_of(year):
            for dossier in self._of_day(unit, day):
                number += 1
                yield row(dossier, number)

    def _of_day(self, unit: str, day: date) -> Iterator[Dossier]:
        after = ""
        while found := self.dossiers.in_book(day_book(unit, day), after, limit=READ_AT_ONCE):
            yield from found
            after = found[-1].code


def _plain(line: RegisterRow) -> dict[str, Any]:
    return {
        name: write_time(value) if isinstance(value, datetime) else value
        for name, value in asdict(line).items()
    }
