"""What an applicant filled into the electronic form of a paper: a declaration (tờ khai điện tử).

It is data that belongs to a person: it crosses on the private exchanges only.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DeclaredLine:
    """A field with what was filled in, in words of both languages; "" where it was left empty."""

    name: str
    label: str
    label_en: str
    value: str = ""
    value_en: str = ""


@dataclass(frozen=True, kw_only=True)
class DeclaredSection:
    """A section of the form with its lines."""

    name: str
    title: str
    title_en: str
    lines: tuple[DeclaredLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A form that was filled in: for which `paper`, by which version of the procedure (`edition`).

    `document` is the document that it is printed as; `data` is what was filled in as JSON,
    `{section: {field: value}}`; `sections` are the same in words, as they are printed and read.
    """

    paper: str
    document: str
    edition: int
    title: str
    title_en: str
    data: str
    sections: tuple[DeclaredSection, ...] = ()
