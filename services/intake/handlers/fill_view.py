"""View model of an electronic form: its fields as a page shows them, and what was typed into them.

A field's name in a page is `f-SECTION-FIELD`, so that it is no other field's of the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from foundation import fillable
from foundation.errors import Error
from foundation.fillable import EntryField, FieldKind, FormSection
from foundation.web.page_words import Words
from foundation.web.translations import Language, field_words
from services.intake.domain.case.dossier import Applicant

Lists = Mapping[str, Sequence[str]]

_INPUTS: Mapping[FieldKind, str] = {
    FieldKind.DATE: "date",
    FieldKind.EMAIL: "email",
    FieldKind.PHONE: "tel",
}
_FIGURES = (FieldKind.INTEGER, FieldKind.NUMBER)
_OPTIONAL: Words = ("không bắt buộc", "optional")


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """A field as it stands in a page: how it is shown, and what is in it.

    `shown` is line, text, one, several or tick; `input` the kind of a line. `values` are what
    was typed, `attributes` those of the input.
    """

    name: str
    label: Words
    hint: Words
    shown: str
    input: str
    values: tuple[str, ...]
    choices: tuple[tuple[str, Words], ...]
    lines: int
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class EntrySection:
    """A section of fields as it stands in a page."""

    title: Words
    help: Words
    rows: tuple[EntryRow, ...]


def entry_section(section: FormSection, texts: Lists) -> EntrySection:
    """The fields of a section with their texts."""
    rows = tuple(_row(section, each, tuple(texts.get(each.name, ()))) for each in section.fields)
    return EntrySection(title=section.title, help=section.help, rows=rows)


def texts_before(
    section: FormSection, data: Mapping[str, Any] | None, person: Applicant | None
) -> Lists:
    """What a page shows before anything is typed: what was kept, else what is known of a person."""
    if data is None:
        return fillable.texts_of(section, fillable.known_of(section, _known(person)))
    return fillable.texts_of(section, data)


def typed_of(section: FormSection, said: Lists) -> dict[str, list[str]]:
    """What was typed into the fields of a section, by the fields' own names."""
    return {each.name: list(said.get(input_name(section, each), ())) for each in section.fields}


def input_name(section: FormSection, of: EntryField) -> str:
    """What a field is called in a page."""
    return f"f-{section.name}-{of.name}"


def errors_of(
    error: Error | None, sections: Sequence[FormSection], language: Language
) -> dict[str, str]:
    """What is wrong with each field of a page, and under "" with the whole.

    The API names a field `[declarations.N.]data.SECTION.FIELD`, a section's page just `FIELD`.
    """
    if error is None:
        return {}
    named = {
        spelling: input_name(section, each)
        for section in sections
        for each in section.fields
        for spelling in (each.name, f"data.{section.name}.{each.name}")
    }
    found = {
        named[name]: field_words(words[0], language)
        for name, words in error.fields.items()
        if name in named and words
    }
    return found or {"": error.en if language == "en" else error.vi}


def _row(section: FormSection, of: EntryField, values: tuple[str, ...]) -> EntryRow:
    return EntryRow(
        name=input_name(section, of),
        label=of.title if of.needed else _optional(of.title),
        hint=of.help,
        shown=_shown(of.kind),
        input=_INPUTS.get(of.kind, "text"),
        values=values,
        choices=tuple((each.code, each.title) for each in of.choices),
        lines=of.lines,
        attributes=_attributes(of),
    )


def _shown(kind: FieldKind) -> str:
    plain = (FieldKind.TEXT, FieldKind.ONE, FieldKind.SEVERAL, FieldKind.TICK)
    return kind.value if kind in plain else "line"


def _optional(title: Words) -> Words:
    vi, en = (f"{said} ({more})" for said, more in zip(title, _OPTIONAL, strict=True))
    return vi, en


def _attributes(of: EntryField) -> dict[str, Any]:
    """What a browser is told of an input; the checks are the server's."""
    if of.kind in _FIGURES:
        return {"inputmode": "decimal", "maxlength": 30, "autocomplete": "off"}
    known = {"name": "name", "phone": "tel", "email": "email", "address": "address-line1"}
    length = {} if of.kind is FieldKind.DATE else {"maxlength": of.longest}
    return {**length, "autocomplete": known.get(of.known, "off"), "lang": "vi"}


def _known(person: Applicant | None) -> dict[str, str]:
    return {name: str(each) for name, each in asdict(person).items() if each} if person else {}
