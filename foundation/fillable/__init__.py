"""Electronic forms as data: fields by a subset of JSON Schema, and what is filled into them.

    form = read(text)                  the sections and fields of a form; `must_fit` checks it first
    data = filled(form, given)         what was filled in, cleaned and checked; or what is wrong
    rows = shown(form, data)           the same as labels and words, in Vietnamese and English

A form is an object of sections, a section an object of fields; a section is a page. The subset is
`subset.py`; docs/catalogue.md says it with an example.
"""

from foundation.fillable.definition import (
    EntryField,
    FieldChoice,
    FieldKind,
    FillableForm,
    FormSection,
    must_fit,
    read,
)
from foundation.fillable.filling import (
    LARGEST_ANSWER,
    checked,
    cleaned,
    filled,
    from_texts,
    known_of,
    known_only,
    parsed,
    texts_of,
    written,
)
from foundation.fillable.shown import ShownLine, ShownSection, shown

__all__ = [
    "LARGEST_ANSWER",
    "EntryField",
    "FieldChoice",
    "FieldKind",
    "FillableForm",
    "FormSection",
    "ShownLine",
    "ShownSection",
    "checked",
    "cleaned",
    "filled",
    "from_texts",
    "known_of",
    "known_only",
    "must_fit",
    "parsed",
    "read",
    "shown",
    "texts_of",
    "written",
]
