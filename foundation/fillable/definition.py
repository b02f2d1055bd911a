"""The definition of an electronic form: its sections and fields, read from JSON Schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from foundation.errors import Invalid
from foundation.fillable.subset import USUAL_TEXT, subset

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

LARGEST_DEFINITION = 64 * 1024
"""As many bytes a form may have, as JSON."""
_KEPT = 64
_LONGEST_WORDS = 200

Words = tuple[str, str]
"""A text in Vietnamese and in English."""


class FieldKind(StrEnum):
    """How a field is shown and typed."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    IDENTITY = "identity"
    INTEGER = "integer"
    NUMBER = "number"
    TICK = "tick"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, kw_only=True)
class FieldChoice:
    """One of the answers to choose among: its code, and what people read."""

    code: str
    title: Words


@dataclass(frozen=True, kw_only=True)
class EntryField:
    """A field; `known` is what of the applicant it is filled in with, `longest` in characters."""

    name: str
    title: Words
    kind: FieldKind
    help: Words = ("", "")
    needed: bool = False
    choices: tuple[FieldChoice, ...] = ()
    lines: int = 1
    known: str = ""
    longest: int = USUAL_TEXT


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """A section: a page of fields; `schema` is its own JSON Schema, to check what is filled in."""

    name: str
    title: Words
    help: Words
    fields: tuple[EntryField, ...]
    schema: Mapping[str, Any] = field(repr=False)

    def field(self, name: str) -> EntryField | None:
        """The field of that name."""
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, kw_only=True)
class FillableForm:
    """An electronic form: its title and its sections, in their order."""

    title: Words
    help: Words
    sections: tuple[FormSection, ...]


def must_fit(text: str) -> FillableForm:
    """Hold a form to the subset, and read it.

    Raises:
        Invalid: says at which place of the schema what has to be changed.
    """
    if len(text.encode()) > LARGEST_DEFINITION:
        raise Invalid(
            f"Biểu mẫu điện tử quá lớn: nhiều nhất {LARGEST_DEFINITION // 1024} kB.",
            f"The electronic form is too large: {LARGEST_DEFINITION // 1024} kB at most.",
        )
    schema = _loaded(text)
    from jsonschema.exceptions import best_match  # noqa: PLC0415 -- takes long: see filling.py

    wrong = best_match(_subset().iter_errors(schema))
    if wrong is not None:
        raise _misfit(_place(wrong), _VI.get(str(wrong.validator), ""), wrong.message)
    for name, section in schema["properties"].items():
        for place, vi, en in _contradictions(section):
            raise _misfit(f"properties/{name}{place}", vi, en)
    strange = set(schema.get("required", ())) - set(schema["properties"])
    if strange:
        raise _misfit("required", "không có phần này", f"no such section: {', '.join(strange)}")
    return read(text)


@lru_cache(_KEPT)
def read(text: str) -> FillableForm:
    """The form that was checked before; read once for each text.

    Raises:
        Invalid: it is not JSON, or nothing of the subset.
    """
    schema = _loaded(text)
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise _misfit("", "thiếu các phần", "there are no sections")
    sections = tuple(_section(name, each) for name, each in schema["properties"].items())
    return FillableForm(title=_titled(schema), help=_helped(schema), sections=sections)


_VI: Mapping[str, str] = {
    "additionalProperties": "có từ khóa không dùng được ở đây",
    "required": "thiếu từ khóa bắt buộc",
    "type": "sai kiểu",
    "const": "sai giá trị",
    "enum": "giá trị không nằm trong danh sách được dùng",
    "maxLength": "quá dài",
    "minLength": "còn trống",
    "pattern": "tên hoặc chữ không đúng dạng",
    "maxItems": "quá nhiều mục",
    "minItems": "thiếu mục",
    "maxProperties": "quá nhiều phần hoặc trường",
    "minProperties": "chưa có phần hoặc trường nào",
    "maximum": "quá lớn",
    "minimum": "quá nhỏ",
    "uniqueItems": "có mục lặp lại",
}


@cache
def _subset() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- takes long: see filling.py

    return Draft202012Validator(subset())


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _misfit("", "không phải JSON", "it is not JSON") from error


def _misfit(place: str, vi: str, en: str) -> Invalid:
    at_vi, at_en = (f" tại {place}", f" at {place}") if place else ("", "")
    en = en if len(en) <= _LONGEST_WORDS else f"{en[:_LONGEST_WORDS]}…"
    return Invalid(
        f"Biểu mẫu điện tử chưa đúng{at_vi}: {vi or 'không đúng tập con được dùng'} ({en}).",
        f"The electronic form does not fit the subset{at_en}: {en}.",
    )


def _place(wrong: "ValidationError") -> str:
    return "/".join(str(each) for each in wrong.absolute_path)


def _contradictions(section: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What fits the subset and can still never be filled in: the place, and what is wrong."""
    fields = section["properties"]
    dependent = section.get("dependentRequired", {})
    named = [
        *section.get("required", ()),
        *dependent,
        *(n for each in dependent.values() for n in each),
    ]
    for name in named:
        if name not in fields:
            yield "", f"không có trường {name}", f"there is no field {name}"
    for name, each in fields.items():
        place = f"/properties/{name}"
        for least, most in (("minLength", "maxLength"), ("minimum", "maximum")):
            if each.get(least, 0) > each.get(most, each.get(least, 0)):
                yield place, f"{least} lớn hơn {most}", f"{least} is above {most}"
        codes = [choice["const"] for choice in _choices(each)]
        if len(set(codes)) < len(codes):
            yield place, "có mã lựa chọn lặp lại", "a code stands twice among the choices"
        if each.get("minItems", 0) > len(codes) and each["type"] == "array":
            yield place, "minItems nhiều hơn số lựa chọn", "minItems is above the choices"
        if "description" in each and "description" not in each["x-en"]:
            yield place, "description thiếu bản tiếng Anh", "description has no English (x-en)"


def _choices(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = schema.get("oneOf") or schema.get("items", {}).get("oneOf") or []
    return list(found)


def _titled(schema: Mapping[str, Any]) -> Words:
    title = schema.get("title", "")
    return title, schema.get("x-en", {}).get("title", title)


def _helped(schema: Mapping[str, Any]) -> Words:
    said = schema.get("description", "")
    return said, schema.get("x-en", {}).get("description", said)


def _section(name: str, schema: Mapping[str, Any]) -> FormSection:
    needed = set(schema.get("required", ()))
    fields = tuple(
        _field(each, one, needed=each in needed) for each, one in schema["properties"].items()
    )
    bounded = {each: _bounded(one) for each, one in schema["properties"].items()}
    return FormSection(
        name=name,
        title=_titled(schema),
        help=_helped(schema),
        fields=fields,
        schema={
            **schema,
            "properties": bounded,
            "required": [each.name for each in fields if each.needed],
            "additionalProperties": False,
        },
    )


def _bounded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a field with the bounds it does not name itself, so that each has some."""
    if schema["type"] == "string":
        return {"maxLength": USUAL_TEXT, **schema}
    if schema["type"] in ("integer", "number"):
        return {"minimum": -(10**15), "maximum": 10**15, **schema}
    if schema["type"] == "array":
        return {"uniqueItems": True, **schema}
    return dict(schema)


def _field(name: str, schema: Mapping[str, Any], *, needed: bool) -> EntryField:
    return EntryField(
        name=name,
        title=_titled(schema),
        kind=_kind(schema),
        help=_helped(schema),
        needed=needed or "const" in schema or schema.get("minItems", 0) > 0,
        choices=tuple(
            FieldChoice(code=each["const"], title=_titled(each)) for each in _choices(schema)
        ),
        lines=schema.get("x-lines", 1),
        known=schema.get("x-known", ""),
        longest=schema.get("maxLength", USUAL_TEXT),
    )


def _kind(schema: Mapping[str, Any]) -> FieldKind:
    of_type = {
        "integer": FieldKind.INTEGER,
        "number": FieldKind.NUMBER,
        "boolean": FieldKind.TICK,
        "array": FieldKind.SEVERAL,
    }
    if schema["type"] != "string":
        return of_type[schema["type"]]
    if "oneOf" in schema:
        return FieldKind.ONE
    if "format" in schema:
        return FieldKind(schema["format"])
    return FieldKind.TEXT if "x-lines" in schema else FieldKind.LINE
