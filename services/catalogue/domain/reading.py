"""Readers of the values of a row of data; each error names the field it is about."""

import json
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from foundation.errors import Invalid

W = TypeVar("W")

Row = Mapping[str, Any]
MOST = 1_000_000
_DAY = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])-(\d\d)", re.ASCII)


def text(row: Row, name: str) -> str:
    """The text of a field; Invalid when there is none."""
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise wrong(name, f"thiếu {name}", f"{name} is missing")
    return value.strip()


def optional(row: Row, name: str) -> str:
    """The text of a field, "" without one."""
    return text(row, name) if row.get(name) is not None else ""


def number(row: Row, name: str, default: int) -> int:
    """A whole number from 0 on."""
    value = row.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise wrong(name, f"{name} phải là số nguyên", f"{name} must be a whole number")
    return value


def amount(row: Row, name: str) -> float | None:
    """A number from 0 on that may have a part, such as half a day."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise wrong(name, f"{name} phải là số", f"{name} must be a number")
    return float(value)


def flag(row: Row, name: str, *, default: bool) -> bool:
    """True or false."""
    value = row.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise wrong(name, f"{name} phải là true hoặc false", f"{name} must be true or false")
    return value


def day(row: Row, name: str) -> date | None:
    """A day written as 2019-12-31, None without one."""
    value = row.get(name)
    if value is None:
        return None
    said = _DAY.fullmatch(value) if isinstance(value, str) else None
    year, month, number = map(int, said.groups()) if said else (1, 1, 0)
    if not 1 <= number <= monthrange(year, month)[1]:
        raise wrong(
            name,
            f"{name} phải là ngày có thật, viết như 2019-12-31",
            f"{name} must be a day that exists, written like 2019-12-31",
        )
    return date(year, month, number)


def json_text(row: Row, name: str) -> str:
    """An object as one text of JSON, in its own order; "" without one."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, dict):
        raise wrong(name, f"{name} phải là đối tượng", f"{name} must be an object")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def texts(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts."""
    values = row.get(name) or ()
    if not isinstance(values, list | tuple) or not all(isinstance(each, str) for each in values):
        raise wrong(name, f"{name} phải là danh sách chữ", f"{name} must be a list of texts")
    return tuple(values)


def rows(row: Row, name: str) -> Sequence[Row]:
    """A list of objects."""
    values = row.get(name) or ()
    if not isinstance(values, list | tuple) or not all(isinstance(each, dict) for each in values):
        raise wrong(name, f"{name} phải là danh sách", f"{name} must be a list of objects")
    return values


def word(row: Row, name: str, words: Mapping[str, W], default: W) -> W:
    """What one of the known words means."""
    value = row.get(name)
    return default if value is None else meaning(name, value, words)


def word_list(row: Row, name: str, words: Mapping[str, W], default: tuple[W, ...]) -> tuple[W, ...]:
    """What each of the known words of a list means, each once."""
    said = texts(row, name)
    return tuple(dict.fromkeys(meaning(name, each, words) for each in said)) or default


def meaning(name: str, value: object, words: Mapping[str, W]) -> W:
    """What a word means; Invalid lists the words there are."""
    said = value.strip().lower() if isinstance(value, str) else ""
    if said not in words:
        known = ", ".join(words)
        raise wrong(
            name,
            f"{name} {value!r:.60} không rõ; hãy dùng: {known}",
            f"{name} {value!r:.60} is not known; use one of: {known}",
        )
    return words[said]


def wrong(field: str, vi: str, en: str) -> Invalid:
    """The refusal of a field."""
    return Invalid(vi, en, fields={field: [(vi, en)]})
