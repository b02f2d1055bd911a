"""Schemas of the forms of a draft: how its owner is to be told, and how the result is to come."""

from marshmallow import Schema, validate

from foundation.web.email_field import EmailAddress
from foundation.web.text_fields import CodeLine, Line
from services.intake.domain.case.channel import Channel


class DraftResultFields(Schema):
    """How to be told, besides by telephone, and by which channel the result is to come."""

    email = EmailAddress(load_default="")
    language = Line(2, load_default="vi", validate=validate.OneOf(("vi", "en")))
    result_by = CodeLine(
        20,
        required=True,
        validate=validate.OneOf(
            [each.value for each in (Channel.ONLINE, Channel.COUNTER, Channel.POST)],
            error="Xin chọn cách nhận kết quả. / Please choose how the result is to come.",
        ),
    )
