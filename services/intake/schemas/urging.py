"""Schemas of the director's list and of urging: requests and answers."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from foundation.text.cleaning import harmless_line
from foundation.web.fields import After, AgencyCode, Moment
from foundation.web.text_fields import CodeLine, JoinedLine, Line, Paragraphs
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.explanation.wording import in_viet_nam
from services.intake.domain.lateness.late_list import Late
from services.intake.domain.lateness.urging import UrgeRequest

MOST_LATE = 100

_STEP = validate.Regexp(r"^[A-Za-z0-9.-]{0,100}\Z")
# With the wide forms, which some spreadsheets take for the usual ones.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_COLUMNS = (
    *("code", "procedure", "procedure_name", "field", "agency", "since", "minutes_late", "where"),
    *("used", "urged", "unanswered", "told"),
)


class LateFields(Schema):
    """Which part of the list: with an agency, in a field, behind a row; at most so many."""

    agency = AgencyCode(load_default="")
    field = JoinedLine(200, load_default="")
    after = After()
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_LATE))
    lang = Line(20, load_default="")


class UrgeFields(Schema):
    """What the director asks, of whom, until when; without a date the rules say."""

    words = Paragraphs(2000, required=True)
    step = CodeLine(100, load_default="", validate=_STEP)
    agency = AgencyCode(load_default="")
    answer_by = fields.AwareDateTime(load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> UrgeRequest:
        """As the domain has it."""
        return UrgeRequest(**data)


class _Where(Schema):
    step = agency = action = fields.String()
    due = Moment()
    minutes = fields.Integer(data_key="minutes_late")


class _Share(Schema):
    who = fields.String()
    minutes = percent = fields.Integer()


class _Urging(Schema):
    id = step = agency = by = words = reason = fields.String()
    at = answer_by = answered = promised = Moment()


class _Late(Schema):
    id = code = procedure = procedure_name = field = agency = fields.String()
    due = since = Moment()
    minutes = fields.Integer(data_key="minutes_late")
    where = fields.List(fields.Nested(_Where))
    shares = fields.List(fields.Nested(_Share), data_key="used")
    urged = told = fields.Integer()
    unanswered = fields.List(fields.Nested(_Urging(only=("id", "step", "agency", "answer_by"))))


def late(rows: list[Late], following: str) -> dict[str, Any]:
    """A page of what is late, the longest first; `next` is the `after` of the page to come."""
    return {"late": _Late(many=True).dump(rows), "next": following}


def urgings(dossier: Dossier) -> dict[str, Any]:
    """Every urging of a dossier with its answer, the oldest first; nothing about the applicant."""
    shown = _Urging(many=True).dump(dossier.urgings)
    return {"id": dossier.id, "code": dossier.code, "urgings": shown}


def late_lines(rows: Iterable[Late], *, most: int) -> Iterator[bytes]:
    """The list as CSV, as spreadsheets read it: UTF-8 with its mark, a line for each dossier.

    Where there are more than `most`, a last line says so, and where the next table begins.
    """
    yield "\ufeff".encode() + _line(_COLUMNS)
    place = ""
    for number, row in enumerate(rows):
        if number == most:
            onward = f"after={place.replace(' ', '+')}"
            yield _line((f"Còn nữa: tải tiếp với {onward} / There is more: go on with {onward}",))
            return
        place = row.place
        where = (f"{each.agency}: {each.action} ({each.minutes})" for each in row.where)
        shares = (f"{each.who}: {each.minutes} ({each.percent} %)" for each in row.shares)
        yield _line(
            (
                *(row.code, row.procedure, row.procedure_name, row.field, row.agency),
                *(
                    in_viet_nam(row.since),
                    row.minutes,
                    "; ".join(where),
                    "; ".join(shares),
                ),
                *(row.urged, len(row.unanswered), row.told),
            )
        )


def _line(cells: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(str(each)) for each in cells])
    return line.getvalue().encode()


def _harmless(cell: str) -> str:
    """A text on one line, which no spreadsheet takes for a formula."""
    line = harmless_line(cell)
    return f"'{line}" if line.startswith(_FORMULA) else line
