"""Schemas of the unit's calendar: the decision that comes in, and the calendar as it is shown."""

import json
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import write_time
from contracts.procedure import Unit
from foundation.web.text_fields import CleanTable, JoinedLine
from services.intake.domain.calendar import national_plan
from services.intake.domain.calendar.unit_calendar import CalendarEdition, UnitCalendar, table_of
from services.intake.domain.lateness.warnings import USUAL, WarningRule

MOST_ROWS = 2000


class ReasonFields(Schema):
    """Why something is decided, in both languages."""

    vi = JoinedLine(300, required=True)
    en = JoinedLine(300, required=True)


class _Holiday(Schema):
    first = fields.Date()
    last = fields.Date()
    kind = fields.String(attribute="reason.kind")
    vi = fields.String(attribute="reason.vi")
    en = fields.String(attribute="reason.en")
    expected = fields.Boolean(attribute="reason.expected")


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
    """A unit's calendar as `read_calendar` reads it, the rule of warnings, and why it changes.

    `national` are the national decisions that are entered here, as rows of national-days.csv;
    left out, they stay as they are.
    """

    sessions = CleanTable()
    weekend = CleanTable()
    days = CleanTable()
    national = fields.List(CleanTable(), validate=validate.Length(max=MOST_ROWS))
    warnings = fields.Nested(WarningFields, load_default=USUAL)
    reason = fields.Nested(ReasonFields, required=True)
    edition = fields.Integer(required=True, validate=validate.Range(0))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CalendarEdition:
        """Our own kind of it; whether it is a calendar is looked at where it is decided."""
        table = {name: data[name] for name in ("sessions", "weekend", "days") if name in data}
        return CalendarEdition(
            number=data["edition"],
            table=json.dumps(table),
            rule=data["warnings"],
            national=json.dumps(data["national"]) if "national" in data else None,
            **data["reason"],
        )


class RemovalFields(Schema):
    """A day that the unit decided on and that is taken out again, and why."""

    date = fields.Date(required=True)
    reason = fields.Nested(ReasonFields, required=True)


class TrialQuery(Schema):
    """A due date on trial: from which receipt, and what time limit."""

    since = fields.AwareDateTime(required=True, data_key="from")
    unit = fields.Enum(Unit, by_value=True, load_default=Unit.WORKING_DAYS)
    amount = fields.Integer(required=True, validate=validate.Range(1, 9999))


def unit_calendar(unit: UnitCalendar, today: date) -> dict[str, Any]:
    """The table in force and, while open dossiers are counted by it, how far that is.

    `public_holidays` are the days off of this year and the next by the nation, and the days that
    are worked for them; `years` says of which of them the plan is decided.
    """
    newest, walk = unit.newest, unit.walk
    return {
        "unit": unit.id,
        "edition": newest.number,
        "changed": write_time(newest.at) if newest.at else None,
        "reason": {"vi": newest.vi, "en": newest.en},
        "weekend": newest.weekend,
        **json.loads(table_of(newest.calendar)),
        "national": newest.entered.rows(),
        "years": national_plan.years(unit, today),
        "public_holidays": _Holiday(many=True).dump(national_plan.holidays(unit, today)),
        "warnings": WarningFields().dump(newest.rule),
        "recounting": {"seen": walk.seen, "moved": walk.moved, "total": walk.total}
        if walk
        else None,
    }
