"""Schemas of booking a time at the counter."""

from marshmallow import Schema

from foundation.web.phone_field import Phone
from foundation.web.text_fields import CodeLine, Line, PersonName

LONGEST_SLOT, LONGEST_CODE, LONGEST_CATEGORY = 16, 20, 40


class SlotFields(Schema):
    """The time that was picked."""

    slot = CodeLine(
        LONGEST_SLOT,
        required=True,
        error_messages={"required": "Xin chọn giờ. / Please pick a time."},
    )


class BookingFields(SlotFields):
    """Who would like to come, and what for."""

    category = CodeLine(
        LONGEST_CATEGORY,
        required=True,
        error_messages={"required": "Xin chọn việc. / Please pick what for."},
    )
    name = PersonName(required=True)
    phone = Phone(required=True)


class PhoneFields(Schema):
    """The telephone number of a booking; whoever signed in for it needs none."""

    phone = Phone(load_default="")


class MoveFields(SlotFields):
    """Another time, and the telephone number of the booking."""

    phone = Phone(load_default="")


class DayQuery(Schema):
    """A day, "" for the first that fits; the code that was typed in."""

    day = Line(10, load_default="")
    code = CodeLine(LONGEST_CODE, load_default="")
