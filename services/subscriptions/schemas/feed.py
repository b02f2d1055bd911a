"""Schemas of the event feed."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from foundation.web.fields import AgencyCode
from foundation.web.text_fields import CodeLine
from services.subscriptions.domain.feed import Wanted, every_event

LARGEST_PAGE = 500
FURTHEST = 2**53 - 1
"""The largest number that every program reads alike in JSON."""


class EventsQuery(Schema):
    """Query of the feed; without `after` from the beginning of the log."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, FURTHEST))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, LARGEST_PAGE))
    type = CodeLine(
        100, load_default="", validate=validate.OneOf([kind.TYPE for kind in every_event()])
    )
    agency = AgencyCode(load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Wanted:
        """As the domain has it."""
        return Wanted(**data)


class _EventAnswer(Schema):
    specversion = id = source = type = subject = agency = fields.String(required=True)
    time = fields.DateTime(required=True)
    datacontenttype = traceparent = fields.String()
    seq = fields.Integer(required=True)
    data = fields.Dict()


class EventsAnswer(Schema):
    """Events in the JSON batch format of CloudEvents, and where to go on reading."""

    events = fields.List(fields.Nested(_EventAnswer))
    next = fields.Integer()
    more = fields.Boolean()


def page(events: Sequence[Mapping[str, Any]], position: int, *, more: bool) -> dict[str, Any]:
    """CloudEvents in JSON batch format, where to go on reading, and whether the log goes on."""
    return {"events": [dict(event) for event in events], "next": position, "more": more}
