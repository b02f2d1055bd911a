"""The AsyncAPI 3.0 document of the events, made from the classes in contracts/."""

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from inspect import cleandoc
from typing import Any

from contracts.events import Event
from contracts.events.every import every_event

VERSION = "3.0.0"
CLOUD_EVENT = "application/cloudevents+json"
CHANNEL = Event.EXCHANGE

_PLAIN: Mapping[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    types.NoneType: {"type": "null"},
}
_ENVELOPE: Mapping[str, Any] = {
    "type": "object",
    "description": "A CloudEvents 1.0 object. Handle each `source` and `id` once.",
    "required": ["specversion", "id", "source", "type", "subject", "time", "seq", "agency", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string"},
        "source": {"type": "string", "description": "Which service tells it: `motcua:intake`."},
        "type": {"type": "string"},
        "subject": {"type": "string", "description": "What it is about."},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "seq": {
            "type": "integer",
            "description": "Counts what one source says of one subject, without a gap.",
        },
        "agency": {"type": "string", "description": "Whose matter it is; also the routing key."},
        "traceparent": {"type": "string"},
        "data": {"type": "object"},
    },
}


def document() -> dict[str, Any]:
    """The document, as JSON has it."""
    kinds = every_event()
    parts = sorted(set(_parts(kinds)), key=lambda each: each.__name__)
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "motcua events",
            "version": "1",
            "description": "Facts, told to everyone with the right to listen. No personal data. "
            "Members are only ever added.",
        },
        "defaultContentType": CLOUD_EVENT,
        "channels": {CHANNEL: _channel(kinds)},
        "operations": {
            "tell": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{CHANNEL}"},
                "summary": "Every event, in the feed (`GET /events`), by webhook or by a queue.",
            }
        },
        "components": {
            "messages": {kind.TYPE: _message(kind) for kind in kinds},
            "schemas": {"Envelope": dict(_ENVELOPE)}
            | {each.__name__: _object(each) for each in (*kinds, *parts)},
        },
    }


def _channel(kinds: Iterable[type[Event]]) -> dict[str, Any]:
    exchange = {"name": CHANNEL, "type": "topic", "durable": True}
    return {
        "address": CHANNEL,
        "description": "The exchange of events; the routing key is `<type>.<agency>`.",
        "messages": {kind.TYPE: {"$ref": f"#/components/messages/{kind.TYPE}"} for kind in kinds},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange}},
    }


def _message(kind: type[Event]) -> dict[str, Any]:
    told = {"type": {"const": kind.TYPE}, "data": _ref(kind)}
    return {
        "name": kind.TYPE,
        "title": kind.__name__,
        "summary": _words(kind),
        "contentType": CLOUD_EVENT,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {"type": "object", "properties": told},
            ]
        },
    }


def _object(kind: type) -> dict[str, Any]:
    """A dataclass as JSON Schema; a field without a default is always there."""
    hints = typing.get_type_hints(kind)
    shown: list[Field[Any]] = list(fields(kind))
    return {
        "type": "object",
        "description": _words(kind),
        "required": [each.name for each in shown if each.default is MISSING],
        "properties": {each.name: _schema(hints[each.name]) for each in shown},
    }


def _schema(hint: Any) -> dict[str, Any]:
    if isinstance(hint, types.UnionType):
        return {"anyOf": [_schema(each) for each in hint.__args__]}
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _schema(hint.__args__[0])}
    if is_dataclass(hint) and isinstance(hint, type):
        return _ref(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"type": "string", "enum": [each.value for each in hint]}
    return dict(_PLAIN[hint])


def _ref(kind: type) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _parts(kinds: Iterable[type]) -> Iterable[type]:
    """The dataclasses nested in the fields of these."""
    for kind in kinds:
        for hint in typing.get_type_hints(kind).values():
            inner = hint.__args__[0] if typing.get_origin(hint) is tuple else hint
            if is_dataclass(inner) and isinstance(inner, type):
                yield inner
                yield from _parts([inner])


def _words(kind: type) -> str:
    return " ".join(cleandoc(kind.__doc__ or "").split())
