"""HTTP representation of a file as it goes out: its headers, or where a reader fetches it."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from contracts.envelope import write_time
from foundation.text.file_names import attachment
from foundation.web.fields import Moment
from foundation.web.text_fields import Line
from services.documents.domain.storing import Document


class ReasonQuery(Schema):
    """Why a document is read; `streamed` has the service send it, its hash checked as it leaves."""

    reason = Line(200, load_default="")
    streamed = fields.Boolean(load_default=False)


def headers(document: Document) -> dict[str, str]:
    """The headers a file goes out with: always saved, never shown or guessed at by a browser."""
    newer = document.origin.superseded_by
    return {
        **({"Link": f'</documents/{newer}>; rel="successor-version"'} if newer else {}),
        "Content-Type": document.media_type,
        "Content-Length": str(document.size),
        "Content-Disposition": attachment(document.name),
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": f'"{document.sha256}"',
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(document.sha256)).decode()}:",
    }


def stored_headers(document: Document) -> Mapping[str, str]:
    """The headers that the object store is to answer a reader with."""
    return {
        "Content-Type": document.media_type,
        "Content-Disposition": attachment(document.name),
        "Cache-Control": "no-store",
    }


def moved(document: Document, address: str, until: datetime) -> dict[str, Any]:
    """Where a file is to be fetched, until when, and the hash by which a reader checks it."""
    return {
        "address": address,
        "until": write_time(until),
        "sha256": document.sha256,
        "size": document.size,
        "media_type": document.media_type,
    }


class MovedAnswer(Schema):
    """Where the file is to be fetched, until when it may be begun, and how to check what came.

    The object store sends the bytes as they lie there: `sha256` is what they must have.
    """

    address = sha256 = media_type = fields.String()
    until = Moment(required=True)
    size = fields.Integer()
