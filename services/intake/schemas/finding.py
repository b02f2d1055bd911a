"""Schemas of finding a dossier at the counter, and of who looked: requests and answers."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from marshmallow import Schema, fields, validate

from foundation.places import counted_back
from foundation.web.fields import After, Moment
from foundation.web.text_fields import CodeLine, SearchLine
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.counter.finding import LookupRecord
from services.intake.schemas.outward import ListedFields

MOST_FOUND = 50


class _Sought(SearchLine):
    """What is typed in or scanned: of the address that a QR code holds, the code at its end."""

    def clean(self, text: str) -> str:
        """The words that are looked for."""
        said = super().clean(text)
        _, scheme, address = said.partition("://")
        if not scheme:
            return said
        path = re.split("[?#]", address, maxsplit=1)[0].rstrip("/")
        return unquote(path.rpartition("/")[2])


class _AfterFound(After):
    """Where a page of what was found begins: the newest come first."""

    def place_of(self, moment: datetime) -> datetime:
        return counted_back(moment)


class FindFields(Schema):
    """What is looked for: a code, a name, a telephone or what a QR code holds; and which page."""

    q = _Sought(200, required=True)
    after = _AfterFound()
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_FOUND))


class OwnFields(Schema):
    """Which part of a citizen's own list: behind a row; at most so many."""

    after = After()
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_FOUND))


class LookupFields(Schema):
    """Which part of the audit log of looks: those before a number, the latest first."""

    after = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class RegisterFields(Schema):
    """Of which unit the register is; this one's, if none is named."""

    unit = CodeLine(100, load_default="")


class _Lookup(Schema):
    number = fields.Integer(attribute="link.seq")
    by = fields.String()
    at = Moment()
    asked = fields.String()
    shown = fields.List(fields.String())


def found(dossiers: list[Dossier], following: str) -> dict[str, Any]:
    """A page of what was found, the newest first; `next` is the `after` of the page to come."""
    return {"dossiers": ListedFields(many=True).dump(dossiers), "next": following}


def lookups(records: list[LookupRecord]) -> dict[str, Any]:
    """A page of who looked for what, the latest first; `next` is the `after` of the next page."""
    last = records[-1].link.seq if records else 1
    following = str(last) if last > 1 else ""
    return {"lookups": _Lookup(many=True).dump(records), "next": following}
