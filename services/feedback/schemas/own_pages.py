"""Schemas of what the pages of feedback are asked by."""

from marshmallow import Schema, fields, validate

from foundation.web.fields import After
from foundation.web.text_fields import CodeLine, Line
from services.feedback.domain.feedback import OPEN
from services.feedback.schemas.voices import MOST_SHOWN

CENTRE_LISTS = (*(each.value for each in OPEN), "overdue")


class CentreFeedbackQuery(Schema):
    """Query of a list of the centre, by its name."""

    list = Line(20, load_default="received", validate=validate.OneOf(CENTRE_LISTS))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class StartQuery(Schema):
    """Query of a form: about which dossier it is, if about one."""

    dossier = CodeLine(100, load_default="")


class FollowQuery(Schema):
    """Query of following: the code of a feedback or denunciation."""

    code = CodeLine(100, load_default="")
