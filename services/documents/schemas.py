"""HTTP representation of a file: its name, its headers, its metadata."""

from typing import Any

from marshmallow import Schema, fields

from contracts.envelope import write_time
from foundation.text.file_names import attachment
from foundation.web.fields import Moment
from services.documents.domain import Document, Form


def shown(document: Document) -> dict[str, Any]:
    """What is told of a document to those it concerns."""
    return {
        "id": document.id,
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
        "sha256": document.sha256,
        "stored": write_time(document.stored),
        "dossier": document.dossier,
    }


def proof(document: Document, form: Form, again: str, press: str) -> dict[str, Any]:
    """Whether a form printed again is the same; another release of the press may print it anew."""
    return {
        "id": document.id,
        "sha256": document.sha256,
        "again": again,
        "same": again == document.sha256,
        "press": form.press,
        "press_now": press,
    }


def headers(document: Document) -> dict[str, str]:
    """The headers a file goes out with: always saved, never shown or guessed at by a browser."""
    return {
        "Content-Type": document.media_type,
        "Content-Length": str(document.size),
        "Content-Disposition": attachment(document.name),
        "X-Content-Type-Options": "nosniff",
    }


class DocumentAnswer(Schema):
    """What is told of a document to those it concerns."""

    id = name = media_type = sha256 = dossier = fields.String()
    size = fields.Integer()
    stored = Moment()


class ProofAnswer(Schema):
    """Whether a form printed again is the same, and by which releases of the press."""

    id = sha256 = again = press = press_now = fields.String()
    same = fields.Boolean()
