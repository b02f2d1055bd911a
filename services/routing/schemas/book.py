"""Schemas of the book of officers, desks and processes, for input and output."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, pre_load, validate

from foundation.web.fields import AgencyCode
from foundation.web.phone_field import Phone
from services.routing.domain.staff import officers
from services.routing.domain.staff.coverage import Gap
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.staff.urging_rules import UrgeRule
from services.routing.schemas.inward import OFFICER

# Notifications writes to one plain address: hardly any server knows what to make of quotes.
PLAIN_ADDRESS = validate.And(
    validate.Length(3, 254),
    validate.Regexp(
        r"^[^\s\",;<>]+\Z",
        error="Xin ghi một địa chỉ thư điện tử. / Please write one e-mail address.",
    ),
)

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
    why = fields.String(load_default="", validate=validate.Length(0, 200))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> officers.Absence:
        """As the book has it."""
        return officers.Absence(**data)


class OfficerSchema(Schema):
    """An officer of the agency; `first` and `last` are the days of the secondment.

    Of late work they are told by `email`, by SMS to `phone`, by both, or on the lists alone.
    """

    id = fields.String(validate=OFFICER)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    roles = fields.List(
        fields.Enum(OfficerRole, by_value=True), required=True, validate=validate.Length(1, 7)
    )
    division = fields.String(load_default="", validate=_DIVISION)
    first = fields.Date(load_default=None, allow_none=True)
    last = fields.Date(load_default=None, allow_none=True)
    absences = fields.List(fields.Nested(AbsenceSchema), load_default=list)
    email = fields.Email(load_default="", validate=PLAIN_ADDRESS)
    phone = Phone(load_default="")
    language = fields.String(load_default="vi", validate=validate.OneOf(("vi", "en")))

    @pre_load
    def leave_out(self, data: Any, **_: Any) -> Any:
        """No address may be written as an empty one, as the book shows it."""
        if not isinstance(data, Mapping):
            return data
        empty = {name for name in ("email", "phone") if data.get(name) == ""}
        return {name: value for name, value in data.items() if name not in empty}


class DeskSchema(Schema):
    """One of the centre's desks."""

    code = fields.String(validate=_DESK_CODE)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    main = fields.String(required=True, validate=OFFICER)
    backups = fields.List(
        fields.String(validate=OFFICER), required=True, validate=validate.Length(1, 20)
    )


class AgencyProcessSchema(Schema):
    """The agency's own process for a procedure."""

    procedure = fields.String(validate=validate.Length(0, 60))
    roles = fields.List(
        fields.Enum(OfficerRole, by_value=True), required=True, validate=validate.Length(1, 20)
    )
    division = fields.String(load_default="", validate=_DIVISION)
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
    return officers.AgencyProcess(**(dict(data) | lists_of | {"procedure": procedure.strip("-")}))


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
