"""Schemas of code tables: the rows of a code, a page of a table, and where a place lies today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import write_time
from foundation.web.text_fields import CodeLine, Line
from services.catalogue.domain.addresses import Place, PlaceToday
from services.catalogue.domain.code_entry import CodeEntry
from services.catalogue.domain.code_tables import MOST_SUCCESSORS, Code
from services.catalogue.domain.content import Level
from services.catalogue.schemas.procedures import DAYS

MOST_ROWS = 50
MOST_CODES = 500

LONGEST_CODE = 100
LONGEST_NAME = 300
LONGEST_SOURCE = 300


class CodeRowSchema(Schema):
    """One row of a code: what it means, and from when to when."""

    vi = Line(LONGEST_NAME, required=True)
    en = Line(LONGEST_NAME, load_default="")
    number = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(0, 10**6)
    )
    parent = CodeLine(LONGEST_CODE, load_default="")
    level = CodeLine(
        LONGEST_CODE,
        load_default="",
        validate=validate.OneOf(["", *(each.value for each in Level)]),
    )
    since = fields.Date(load_default=None, allow_none=True, validate=DAYS)
    until = fields.Date(load_default=None, allow_none=True, validate=DAYS)
    successors = fields.List(
        CodeLine(LONGEST_CODE),
        load_default=list,
        validate=validate.Length(max=MOST_SUCCESSORS),
    )
    verified = fields.Boolean(load_default=False)
    source = Line(LONGEST_SOURCE, load_default="")


class CodeRowsSchema(Schema):
    """All rows of one code, as they are written: they take the place of those before."""

    rows = fields.List(
        fields.Nested(CodeRowSchema), required=True, validate=validate.Length(1, MOST_ROWS)
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> tuple[dict[str, Any], ...]:
        """The rows without their code, which the path of the request names."""
        return tuple(row | {"successors": tuple(row["successors"])} for row in data["rows"])


@dataclass(frozen=True, kw_only=True)
class CodeSearch:
    """Which codes of a table: in force on a day, or all there ever were; behind code `after`."""

    at: date | None
    ever: bool
    after: str
    limit: int


class CodeSearchQuery(Schema):
    """Query parameters of a list of codes."""

    at = fields.Date(load_default=None, validate=DAYS)
    ever = fields.Boolean(load_default=False)
    after = CodeLine(LONGEST_CODE, load_default="")
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST_CODES))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CodeSearch:
        """The search with these parameters."""
        return CodeSearch(**data)


class PlaceQuery(Schema):
    """Query parameters of a place: its parts by code or by name, and the day; today by default."""

    province = Line(LONGEST_CODE, required=True)
    district = Line(LONGEST_CODE, load_default="")
    commune = Line(LONGEST_CODE, load_default="")
    at = fields.Date(load_default=None, validate=DAYS)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> tuple[Place, date | None]:
        """The place, and the day."""
        return Place(**{name: data[name] for name in ("province", "district", "commune")}), data[
            "at"
        ]


def code_row(row: Code) -> dict[str, Any]:
    """A row with its code, as everybody may read it."""
    shown: dict[str, Any] = CodeRowSchema().dump(row)
    return {"code": row.code, **shown}


def code_entry(entry: CodeEntry) -> dict[str, Any]:
    """A code with its rows, the oldest first, and those that stood there in earlier editions."""
    return {
        "table": entry.table,
        "code": entry.code,
        "edition": entry.edition,
        "written": write_time(entry.at) if entry.at else None,
        "rows": [code_row(row) for row in entry.rows],
        "earlier": [
            {
                "edition": each.edition,
                "written": write_time(each.at),
                "rows": [code_row(row) for row in each.rows],
            }
            for each in entry.earlier
        ],
    }


def code_page(rows: list[Code], following: str) -> dict[str, Any]:
    """A page of a table; `next` is what to give as `after`."""
    return {"codes": [code_row(row) for row in rows], "next": following}


def place_today(found: PlaceToday) -> dict[str, Any]:
    """Where a place lies; `certain` says whether it can be in no other commune."""
    return {
        "province": code_row(found.province) if found.province else None,
        "communes": [code_row(each) for each in found.communes],
        "certain": found.certain,
        "known": [code_row(each) for each in found.known],
    }
