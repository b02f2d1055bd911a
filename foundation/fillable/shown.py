"""What was filled in, as labels and words: for the summary, the officer, and the print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.fillable.definition import EntryField, FieldKind, FillableForm, Words

_YES: Words = ("có", "yes")


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """A field with what was filled in; "" where it was left empty."""

    name: str
    title: Words
    value: Words


@dataclass(frozen=True, kw_only=True)
class ShownSection:
    """A section with its lines."""

    name: str
    title: Words
    lines: tuple[ShownLine, ...]


def shown(form: FillableForm, data: Mapping[str, Any]) -> tuple[ShownSection, ...]:
    """All sections and fields of a form with what was filled in, in both languages."""
    return tuple(
        ShownSection(
            name=section.name,
            title=section.title,
            lines=tuple(
                ShownLine(
                    name=each.name,
                    title=each.title,
                    value=_said(each, data.get(section.name, {}).get(each.name)),
                )
                for each in section.fields
            ),
        )
        for section in form.sections
    )


def _said(of: EntryField, value: Any) -> Words:
    if value is None or value is False:
        return "", ""
    if isinstance(value, list):
        chosen = [_choice(of, str(each)) for each in value]
        return "; ".join(each[0] for each in chosen), "; ".join(each[1] for each in chosen)
    return _YES if value is True else _one(of, value)


def _one(of: EntryField, value: Any) -> Words:
    if of.kind is FieldKind.ONE:
        return _choice(of, str(value))
    if isinstance(value, int | float):
        return _figure(value)
    if of.kind is FieldKind.DATE:
        value = f"{date.fromisoformat(value):%d/%m/%Y}"
    return str(value), str(value)


def _choice(of: EntryField, code: str) -> Words:
    return next((each.title for each in of.choices if each.code == code), (code, code))


def _figure(value: float) -> Words:
    english = f"{value:,}"
    return english.translate(str.maketrans(",.", ".,")), english
