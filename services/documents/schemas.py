"""HTTP representation of a file: its name, its headers, its metadata."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from contracts.envelope import write_time
from foundation.text.folding import decompose
from services.documents.domain import Document, Form, Upload

LONGEST_NAME = 150

# RFC 6266: the encoded name wins over the plain one, which is for old programs.
_ENCODED_NAME = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r'filename\s*=\s*(?:"([^"]*)"|([^;\s"]+))', re.IGNORECASE)


def upload(headers: Mapping[str, str]) -> Upload:
    """What the headers (names in small letters) say of a file.

    Its name is `X-Filename` (UTF-8, percent-encoded) or that of `Content-Disposition`.
    """
    name = unquote(headers.get("x-filename", "")) or _name(headers.get("content-disposition", ""))
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return Upload(name=_tidy(name), media_type=media_type)


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
    """The headers a file goes out with: always saved, never shown or guessed at by a browser.

    The name in RFC 6266 form, with a plain one for what cannot read it (RFC 8187).
    """
    plain = "".join(
        each for each in decompose(document.name) if each.isascii() and each not in '"\\%'
    )
    encoded = quote(document.name, safe="")
    return {
        "Content-Type": document.media_type,
        "Content-Length": str(document.size),
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}",
        "X-Content-Type-Options": "nosniff",
    }


def _name(disposition: str) -> str:
    encoded, plain = _ENCODED_NAME.search(disposition), _PLAIN_NAME.search(disposition)
    if encoded:
        return unquote(encoded[1])
    return (plain[1] or plain[2] or "") if plain else ""


def _tidy(name: str) -> str:
    """The last part of a path, without what no file name needs, its ending kept."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    readable = "".join(each for each in last if each.isprintable()).strip()
    return readable[-LONGEST_NAME:]
