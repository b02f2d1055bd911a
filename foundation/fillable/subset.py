"""The subset of JSON Schema 2020-12 in which an electronic form is written, as a JSON Schema.

Everything in it can be shown as fields of a page without script and printed as lines. Left out on
purpose: `$ref` (nothing is fetched), `pattern` (a regular expression out of data can hang a
process; `format` has what is needed), and objects or lists of objects inside a section.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_SECTIONS, MOST_FIELDS, MOST_CHOICES = 10, 30, 50
LONGEST_TITLE, LONGEST_HELP, LONGEST_TEXT, USUAL_TEXT = 300, 1000, 2000, 200
KNOWN = ("name", "phone", "email", "identity", "address")
"""What of the applicant a field may be filled in with (`x-known`)."""
FORMATS = ("date", "email", "phone", "identity")
_NAME = "^[a-z][a-z0-9_]{0,39}$"
_NAMES: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}


@cache
def subset() -> Mapping[str, Any]:
    """The subset as a JSON Schema of forms."""
    form = _object(
        {
            **_titled(),
            "$schema": {"const": DIALECT},
            "type": {"const": "object"},
            "properties": _named(_section(), MOST_SECTIONS),
            "required": _NAMES,
            "additionalProperties": {"const": False},
        },
        "$schema",
        "title",
        "x-en",
        "type",
        "properties",
    )
    return {"$schema": DIALECT, **form}


def _section() -> dict[str, Any]:
    return _object(
        {
            **_titled(),
            "type": {"const": "object"},
            "properties": _named(_field(), MOST_FIELDS),
            "required": _NAMES,
            "dependentRequired": {"type": "object", "additionalProperties": _NAMES},
            "additionalProperties": {"const": False},
        },
        "title",
        "x-en",
        "type",
        "properties",
    )


def _field() -> dict[str, Any]:
    kinds = _kinds()
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(kinds)}},
        "allOf": [_of_type(kind, more) for kind, more in kinds.items()],
    }


def _kinds() -> dict[str, dict[str, Any]]:
    """What may be said of a field of each type, besides its title."""
    length = {"type": "integer", "minimum": 1, "maximum": LONGEST_TEXT}
    count = {"type": "integer", "minimum": 1, "maximum": MOST_CHOICES}
    figure = {"type": "number", "minimum": -(10**15), "maximum": 10**15}
    return {
        "string": {
            "minLength": length,
            "maxLength": length,
            "format": {"enum": list(FORMATS)},
            "oneOf": _choices(),
            "x-lines": {"type": "integer", "minimum": 2, "maximum": 20},
            "x-known": {"enum": list(KNOWN)},
        },
        "integer": {"minimum": figure, "maximum": figure},
        "number": {"minimum": figure, "maximum": figure},
        "boolean": {"const": {"const": True}},
        "array": {
            "items": _object({"type": {"const": "string"}, "oneOf": _choices()}, "type", "oneOf"),
            "minItems": count,
            "maxItems": count,
            "uniqueItems": {"const": True},
        },
    }


def _of_type(kind: str, more: Mapping[str, Any]) -> dict[str, Any]:
    required = ["type", "title", "x-en", *(["items"] if kind == "array" else [])]
    return {
        "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
        "then": _object({"type": {"const": kind}, **_titled(), **more}, *required),
    }


def _choices() -> dict[str, Any]:
    titled = _titled()
    code = {"type": "string", "minLength": 1, "maxLength": 60}
    choice = {"const": code, "title": titled["title"], "x-en": titled["x-en"]}
    items = _object(choice, "const", "title", "x-en")
    return {"type": "array", "minItems": 1, "maxItems": MOST_CHOICES, "items": items}


def _titled() -> dict[str, Any]:
    """Title and help in Vietnamese, and under `x-en` in English."""
    english = _object({"title": _text(LONGEST_TITLE), "description": _text(LONGEST_HELP)}, "title")
    return {
        "title": _text(LONGEST_TITLE),
        "description": _text(LONGEST_HELP),
        "x-en": english,
    }


def _named(of: Mapping[str, Any], most: int) -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": most,
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": dict(of),
    }


def _object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": "\\S"}
