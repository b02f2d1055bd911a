"""Schemas of the book of officers, desks and processes, for input and output."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from foundation.text.procedure_code import bare
from foundation.web.email_field import EmailAddress
from foundation.web.fields import AgencyCode, ProcedureCode
from foundation.web.phone_field import Phone
from foundation.web.text_fields import CodeLine, JoinedLine, Line, PersonName
from services.routing.domain.staff import officers
from services.routing.domain.staff.coverage import Gap
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.staff.urging_rules import UrgeRule
from services.routing.schemas.inward import LONGEST_OFFICER

_DESK_CODE = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,62}\Z")
_DIVISION = validate.Regexp(r"^[a-z0-9-]{0,63}\Z")


class _UrgeSchema(Schema):
    days = fields.Integer(required=True, validate=validate.Range(-60, 365))
    whom = fields.Enum(OfficerRole, by_value=True, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> UrgeRule:
        return UrgeRule(**data)


class AbsenceSchema(Schema):
    """Leave or another absence, both days included; health is nobody's business: say little."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)
    why = JoinedLine(200, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> officers.Absence:
        """As the book has it."""
        return officers.Absence(**data)


class OfficerSchema(Schema):
    """An officer of the agency; `first` and `last` are the days of the secondment.

    Of late work they are told by `email`, by SMS to `phone`, by both, or on the lists alone.
    """

    id = CodeLine(LONGEST_OFFICER, least=1)
    name = PersonName(required=True)
    roles = fields.List(
        fields.Enum(OfficerRole, by_value=True), required=True, validate=validate.Length(1, 7)
    )
    division = CodeLine(63, load_default="", validate=_DIVISION)
    first = fields.Date(load_default=None, allow_none=True)
    last = fields.Date(load_default=None, allow_none=True)
    absences = fields.List(fields.Nested(AbsenceSchema), load_default=list)
    email = EmailAddress(load_default="")
    phone = Phone(load_default="")
    language = Line(2, load_default="vi", validate=validate.OneOf(("vi", "en")))


class DeskSchema(Schema):
    """One of the centre's desks."""

    code = CodeLine(63, validate=_DESK_CODE)
    name = JoinedLine(200, required=True)
    main = CodeLine(LONGEST_OFFICER, required=True)
    backups = fields.List(CodeLine(LONGEST_OFFICER), required=True, validate=validate.Length(1, 20))


class AgencyProcessSchema(Schema):
    """The agency's own process for a procedure."""

    procedure = ProcedureCode(load_default="")
    roles = fields.List(
        fields.Enum(OfficerRole, by_value=True), required=True, validate=validate.Length(1, 20)
    )
    division = CodeLine(63, load_default="", validate=_DIVISION)
    urges = fields.List(
        fields.Nested(_UrgeSchema),
        load_default=list,
        validate=validate.Length(0, 20),
    )


class OfficeSchema(Schema):
    """The whole book, as it is shown and as a file of it is read."""

    agency = AgencyCode(required=True)
    officers = fields.List(fields.Nested(OfficerSchema), load_default=list)
    desks = fields.List(fields.Nested(DeskSchema), load_default=list)
    ways = fields.List(fields.Nested(AgencyProcessSchema), load_default=list)


def read_officer(officer_id: str, data: Mapping[str, Any]) -> officers.Officer:
    """The officer of that id as a body describes them."""
    lists_of = {name: tuple(data[name]) for name in ("roles", "absences")}
    return officers.Officer(**(dict(data) | lists_of | {"id": officer_id}))


def read_desk(code: str, data: Mapping[str, Any]) -> officers.CentreDesk:
    """The desk of that code as a body describes it."""
    return officers.CentreDesk(**(dict(data) | {"backups": tuple(data["backups"]), "code": code}))


def read_way(procedure: str, data: Mapping[str, Any]) -> officers.AgencyProcess:
    """The process as a body describes it; `-` is the one for all other procedures."""
    lists_of = {name: tuple(data[name]) for name in ("roles", "urges")}
    return officers.AgencyProcess(
        **(dict(data) | lists_of | {"procedure": bare(procedure).strip("-")})
    )


def office(book: OfficerBook) -> dict[str, Any]:
    """The whole book."""
    shown: dict[str, Any] = OfficeSchema().dump(book)
    return shown


def coverage(book: OfficerBook, gaps: list[Gap]) -> dict[str, Any]:
    """How many desks and officers there are, and which desk has nobody on which days."""
    return {
        "agency": book.agency,
        "desks": len(book.desks),
        "officers": len(book.officers),
        "gaps": [
            {
                "desk": gap.desk,
                "first": str(gap.first),
                "last": str(gap.last),
                "why": [{"officer": officer, "reason": reason} for officer, reason in gap.why],
            }
            for gap in gaps
        ],
    }
