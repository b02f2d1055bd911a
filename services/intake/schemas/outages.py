"""Schemas of outages: what is announced, and the public list."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from foundation.web.fields import Moment
from foundation.web.text_fields import CodeLine
from services.intake.schemas.calendar import ReasonFields

MOST_NAMED, LONGEST_CODE = 100, 60


class OutageFields(Schema):
    """An outage: from when until when, why, and whose system it is (all, if none is named)."""

    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True)
    agencies = fields.List(
        CodeLine(LONGEST_CODE), load_default=list, validate=validate.Length(max=MOST_NAMED)
    )
    planned = fields.Boolean(load_default=True)
    reason = fields.Nested(ReasonFields, required=True)


class OutageEndFields(Schema):
    """The hour of return, when it is another one."""

    until = fields.AwareDateTime(required=True)


class OutageShown(Schema):
    """An outage on the public list; none of `agencies` is the online system of all."""

    number = fields.Integer()
    since = Moment()
    until = Moment()
    agencies = fields.List(fields.String())
    planned = fields.Boolean()
    reason = fields.Nested(ReasonFields)


class OutagesAnswer(Schema):
    """Outages that go on or are to come, and the article by which they are announced."""

    outages = fields.List(fields.Nested(OutageShown), attribute="found")
    article = fields.String()


def outages(found: Iterable[object], article: str) -> dict[str, Any]:
    """Outages that go on or are to come, and by which article they are announced."""
    answer: dict[str, Any] = OutagesAnswer().dump({"found": list(found), "article": article})
    return answer
