"""Schemas of the unit's calendar: the decision that comes in, and the calendar as it is shown."""

import json
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import write_time
from foundation.web.text_fields import CleanTable, JoinedLine
from services.intake.domain.calendar.unit_calendar import CalendarEdition, UnitCalendar, table_of
from services.intake.domain.lateness.warnings import USUAL, WarningRule


class _ReasonFields(Schema):
    vi = JoinedLine(300, required=True)
    en = JoinedLine(300, required=True)


class WarningFields(Schema):
    """When to warn: a share (per cent) of the time or days before the date, hours before that."""

    share = fields.Integer(load_default=USUAL.share, validate=validate.Range(0, 100))
    days = fields.Integer(load_default=USUAL.days, validate=validate.Range(0, 60))
    apology_hours = fields.Integer(
        load_default=USUAL.apology_hours, validate=validate.Range(0, 240)
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> WarningRule:
        """Our own kind of it."""
        return WarningRule(**data)


class CalendarFields(Schema):
    """A unit's calendar as `read_calendar` reads it, the rule of warnings, and why it changes."""

    sessions = CleanTable()
    weekend = CleanTable()
    days = CleanTable()
    warnings = fields.Nested(WarningFields, load_default=USUAL)
    reason = fields.Nested(_ReasonFields, required=True)
    edition = fields.Integer(required=True, validate=validate.Range(0))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CalendarEdition:
        """Our own kind of it; whether it is a calendar is looked at where it is decided."""
        table = {name: data[name] for name in ("sessions", "weekend", "days") if name in data}
        return CalendarEdition(
            number=data["edition"],
            table=json.dumps(table),
            rule=data["warnings"],
            **data["reason"],
        )


def unit_calendar(unit: UnitCalendar) -> dict[str, Any]:
    """The table in force and, while open dossiers are counted by it, how far that is."""
    newest, walk = unit.newest, unit.walk
    return {
        "unit": unit.id,
        "edition": newest.number,
        "changed": write_time(newest.at) if newest.at else None,
        "reason": {"vi": newest.vi, "en": newest.en},
        "weekend": newest.weekend,
        **json.loads(table_of(newest.calendar)),
        "warnings": WarningFields().dump(newest.rule),
        "recounting": {"seen": walk.seen, "moved": walk.moved, "total": walk.total}
        if walk
        else None,
    }
