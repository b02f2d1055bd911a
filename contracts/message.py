"""What a message is in code: a frozen dataclass with a string name and an exchange.

Fields hold texts, words of an enumeration, numbers, truth values, moments, and tuples of those
or of small dataclasses.
Readers take the fields they know and ignore the rest; a field is only ever added, with a default.
"""

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from contracts.envelope import MalformedError, read_time, write_time

T = TypeVar("T")

PLAIN = frozenset((str, int, bool, float))
CENTRE = "trung-tam"
"""In whose name the centre itself speaks; no agency may be called so."""
AGENCY_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""The shape of an agency's code, e.g. `so-xay-dung`; to be matched in full."""


class UnknownWordError(MalformedError):
    """A message in good order with a word of an enumeration that this version does not know.

    A newer one may.
    """


@dataclass(frozen=True, kw_only=True)
class Message:
    """The root of events, orders and contacts. `agency` is whose matter it is: it routes."""

    TYPE: ClassVar[str]
    EXCHANGE: ClassVar[str]

    agency: str

    @property
    def routing_key(self) -> str:
        """`type.agency` on the public exchange and on contacts; orders know only the agency."""
        return f"{self.TYPE}.{self.agency}"

    @property
    def stream(self) -> str:
        """What `seq` counts within one subject: all events together, orders per agency."""
        return self.EXCHANGE

    def write(self) -> dict[str, Any]:
        """The `data` of the envelope, as plain JSON values."""
        return _write_fields(self)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Build the message from `data`.

        Raises:
            MalformedError: a field without default is missing, or a value has the wrong type.
            UnknownWordError: an enumeration has no such word here.
        """
        return _read_object(cls, data, cls.TYPE)


def _write_fields(value: Any) -> dict[str, Any]:
    kind: type = type(value)
    return {name: _write(getattr(value, name)) for name, _, _ in _shape(kind)}


def _write(value: Any) -> Any:
    if type(value) in PLAIN:
        return value
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, tuple):
        return [_write(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return _write_fields(value) if is_dataclass(value) else value


@cache
def _shape(cls: type) -> tuple[tuple[str, Any, bool], ...]:
    hints = typing.get_type_hints(cls)
    return tuple((field.name, hints[field.name], _is_required(field)) for field in fields(cls))


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _read_object(cls: type[T], data: Any, place: str) -> T:
    if not isinstance(data, dict):
        raise MalformedError(f"{place} is not an object")
    values = {}
    kind: type = cls  # mypy takes every class for hashable, except a type[T]
    for name, hint, required in _shape(kind):
        if name in data:
            values[name] = _read(hint, data[name], f"{place}.{name}")
        elif required:
            raise MalformedError(f"{place}.{name} is missing")
    return cls(**values)


def _read_word(words: type[StrEnum], value: str, place: str) -> StrEnum:
    if value not in list(words):
        raise UnknownWordError(f"{place} is a word that is not known here")
    return words(value)


def _read(hint: Any, value: Any, place: str) -> Any:
    if isinstance(hint, types.UnionType):
        if value is None and types.NoneType in hint.__args__:
            return None
        hint = next(part for part in hint.__args__ if part is not types.NoneType)
    if hint is datetime and isinstance(value, str):
        return read_time(value)
    if typing.get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_read(hint.__args__[0], item, place) for item in value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _read_object(hint, value, place)
    if isinstance(hint, type) and issubclass(hint, StrEnum) and type(value) is str:
        return _read_word(hint, value, place)
    if hint in PLAIN and type(value) is hint:
        return value
    raise MalformedError(f"{place} has the wrong type")
