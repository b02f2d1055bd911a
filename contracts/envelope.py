"""What every message looks like on the wire: a CloudEvents 1.0 object in structured JSON.

The extensions are ours: `seq` (gap-free per subject, source and stream), `agency`
(whose matter it is) and `traceparent` (W3C). Times are UTC with milliseconds.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

CONTENT_TYPE = "application/cloudevents+json"
LARGEST_BODY = 256 * 1024
DEEPEST_JSON = 20
HALF_CHARACTER = b"\\ud"


class MalformedError(ValueError):
    """The bytes are no message of ours and never will be. Its text never quotes the body."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One message with what the wire must know about it; `data` is the message's own part."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    seq: int
    agency: str
    data: Mapping[str, Any] = field(default_factory=dict)
    traceparent: str = ""

    def encode(self) -> bytes:
        """UTF-8 JSON that any CloudEvents SDK can parse."""
        body: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": write_time(self.time),
            "datacontenttype": "application/json",
            "seq": self.seq,
            "agency": self.agency,
            "data": self.data,
        }
        if self.traceparent:
            body["traceparent"] = self.traceparent
        return canonical(body)


def decode(body: bytes) -> Envelope:
    """Read a message; fields we do not know are ignored.

    Raises:
        MalformedError: not JSON, too large, too deep, or an attribute missing or of the wrong type.
    """
    if len(body) > LARGEST_BODY:
        raise MalformedError(f"the message is larger than {LARGEST_BODY} bytes")
    try:
        fields = _decoder().decode(body.decode(json.detect_encoding(body)))
        if HALF_CHARACTER in body.lower():
            canonical(fields)  # half a character could be read, but never be said again
    except (ValueError, RecursionError):
        raise MalformedError("the message is not JSON") from None  # its cause quotes the body
    if not isinstance(fields, dict) or fields.get("specversion") != "1.0":
        raise MalformedError("the message is not a CloudEvents 1.0 object")
    if body.count(b"{") + body.count(b"[") > DEEPEST_JSON and _deeper_than(fields, DEEPEST_JSON):
        raise MalformedError(f"the message is nested deeper than {DEEPEST_JSON} levels")
    return Envelope(
        id=_text(fields, "id"),
        source=_text(fields, "source"),
        type=_text(fields, "type"),
        subject=_text(fields, "subject"),
        time=read_time(_text(fields, "time")),
        seq=_whole_number(fields, "seq"),
        agency=_text(fields, "agency"),
        data=_object(fields, "data"),
        traceparent=_text(fields, "traceparent", ""),
    )


def canonical(value: Any) -> bytes:
    """The one JSON spelling of a value (sorted keys, no spaces, UTF-8): what is sent and hashed."""
    return _encoder().encode(value).encode()


@cache  # `json.dumps` and `json.loads` make a new one for each call that has options
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(
        ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


@cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


def write_time(moment: datetime) -> str:
    """`2020-09-15T02:30:00.000Z`; the moment must know its zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be sent")
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{in_utc.isoformat(timespec='milliseconds')[:-6]}Z"


def read_time(text: str) -> datetime:
    """The moment in UTC; a text without a zone is malformed."""
    try:
        moment = datetime.fromisoformat(text)
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedError("a time is not RFC 3339") from None  # its cause quotes the text
    if moment.tzinfo is None:
        raise MalformedError("a time has no zone")
    return in_utc


def is_time(text: str) -> bool:
    """Whether `read_time` can read it."""
    try:
        read_time(text)
    except MalformedError:
        return False
    return True


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _text(fields: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise MalformedError(f"the attribute {name!r} is missing or not a text")
    return value


def _whole_number(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedError(f"the attribute {name!r} is missing or not a whole number")
    return value


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name, {})
    if not isinstance(value, dict):
        raise MalformedError(f"the attribute {name!r} is not an object")
    return value


def _deeper_than(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(_deeper_than(item, levels - 1) for item in value)
