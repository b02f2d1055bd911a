"""Schemas of the event feed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from contracts.events.every import every_event
from foundation.errors import Invalid
from foundation.web.fields import AgencyCode, ProcedureCode
from foundation.web.text_fields import CodeLine, JoinedLine, Line
from services.subscriptions.domain.feed import Wanted
from services.subscriptions.domain.plain_filter import PlainFilter

LARGEST_PAGE = 500
FURTHEST = 2**53 - 1
"""The largest number that every program reads alike in JSON."""


LONGEST_WAIT = 30


def _must_be_a_type(text: str) -> None:
    begins, types = text.removesuffix("*"), [kind.TYPE for kind in every_event()]
    known = any(each.startswith(begins) for each in types) if begins != text else text in types
    if not known:
        raise ValidationError(
            "Không có loại sự kiện này (xem docs/events.md); nhiều loại: dossier.* / "
            "There is no such type of event (see docs/events.md); several types: dossier.*"
        )


class EventType(CodeLine):
    """A type of event, or what several begin with and an asterisk: `dossier.*`."""

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes, but for `validate`."""
        super().__init__(100, validate=_must_be_a_type, **kwargs)


class EventsQuery(Schema):
    """Query of the feed; without `after` from the beginning of the log."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, FURTHEST))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, LARGEST_PAGE))
    type = EventType(load_default="")
    agency = AgencyCode(load_default="")
    procedure = ProcedureCode(load_default="")
    field = JoinedLine(200, load_default="")
    wait = fields.Integer(load_default=0, validate=validate.Range(0, LONGEST_WAIT))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Wanted:
        """As the domain has it."""
        return Wanted(**data)


class PlainFilterFields(Schema):
    """The filters of a webhook as a form asks for them."""

    types = fields.List(EventType(), load_default=list, validate=validate.Length(max=50))
    agency = AgencyCode(load_default="")
    procedure = ProcedureCode(load_default="")
    field = JoinedLine(200, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PlainFilter:
        """As the domain has it."""
        return PlainFilter(**{**data, "types": tuple(data["types"])})


class IntegratorsQuery(Schema):
    """Query of the page of integrators: those behind a name, or the subscriptions of one."""

    owner = Line(500, load_default="")
    after = Line(500, load_default="")
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


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


def page(events: Sequence[str], position: int, *, more: bool) -> str:
    """CloudEvents in JSON batch format, where to go on reading, and whether the log goes on.

    Each event is JSON already, and stands in the page as it stands in the log.
    """
    return f'{{"events":[{",".join(events)}],"next":{position},"more":{json.dumps(more)}}}'


STREAM_BEGINS = b"retry: 1000\n\n"
"""How long a client waits before it comes again when a stream ends, in milliseconds."""


def last_event(headers: Mapping[str, str], after: int) -> int:
    """The position that a client of a stream has come to; `after` for its first request.

    Raises:
        Invalid: the header is no position.
    """
    told = headers.get("last-event-id", "").strip()
    if not told:
        return after
    if not (told.isascii() and told.isdigit() and int(told) <= FURTHEST):
        words = "phải là vị trí trong nhật ký", "must be a position of the log"
        raise Invalid(
            f"Last-Event-ID {words[0]}.",
            f"Last-Event-ID {words[1]}.",
            fields={"Last-Event-ID": [words]},
        )
    return int(told)


def stream_piece(position: int, event: Mapping[str, Any]) -> bytes:
    """An event as Server-Sent Events have it: its position, its type, and the event."""
    text = json.dumps(dict(event), ensure_ascii=False)
    return f"id: {position}\nevent: {event['type']}\ndata: {text}\n\n".encode()


def heartbeat(position: int) -> bytes:
    """A sign of life that dispatches nothing; a client that comes again goes on from there."""
    return f": {position}\nid: {position}\n\n".encode()
