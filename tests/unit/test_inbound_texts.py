"""Every text that comes in goes through a field that cleans it; no schema can forget to."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, validate

from cli import service_discovery
from foundation.text import cleaning, person_name
from foundation.web.openapi import routes_of
from foundation.web.text_fields import (
    CleanTable,
    CodeLine,
    JoinedLine,
    Line,
    Paragraphs,
    PersonName,
    SearchLine,
)
from services.catalogue.schemas.papers import FormDefinition
from services.intake.domain.lateness.late_list import Late
from services.intake.schemas.declaring import FilledData
from services.intake.schemas.urging import late_lines
from services.routing.schemas import OfficeSchema

# What takes no text as it comes: a text is cleaned, or it is a number, a word of ours, a moment.
CLOSED = (
    Line,
    CleanTable,
    # Electronic forms and what is filled in: their texts are cleaned, wherever they stand.
    FormDefinition,
    FilledData,
    fields.Number,
    fields.Boolean,
    fields.Enum,
    fields.Date,
    fields.DateTime,
)


def inbound() -> dict[str, Schema]:
    """Each schema that some route reads a request with, by service and name."""
    found: dict[str, Schema] = {"routing.OfficeSchema": OfficeSchema()}  # read by the command line
    for name in service_discovery.service_names():
        for route in routes_of(service_discovery.service_class(name)):
            for kind in (route.reads.body, route.reads.query):
                if kind:
                    found[f"{name}.{kind.__name__}"] = kind()
    return found


def each_field(schema: Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    """Each field that a schema reads, those of nested schemas and of lists too."""
    for name, field in schema.load_fields.items():
        for inner in within(field):
            yield name, inner


def within(field: fields.Field[Any]) -> Iterator[fields.Field[Any]]:
    if isinstance(field, fields.Nested):
        yield from (inner for _, inner in each_field(field.schema))
    elif isinstance(field, fields.List):
        yield from within(field.inner)
    else:
        yield field


def is_open(field: fields.Field[Any]) -> bool:
    """Whether it takes texts as they come."""
    return not isinstance(field, CLOSED)


INBOUND = inbound()


def test_the_schemas_of_every_door_are_seen() -> None:
    assert {name.partition(".")[0] for name in INBOUND} == {
        *("catalogue", "documents", "feedback", "intake", "notifications", "routing"),
        "subscriptions",
    }
    assert len(INBOUND) >= 35


@pytest.mark.parametrize("name", sorted(INBOUND))
def test_no_schema_of_a_request_takes_a_text_as_it_comes(name: str) -> None:
    bare = [field for field, kind in each_field(INBOUND[name]) if is_open(kind)]
    assert not bare, f"{name}: use a field of foundation.web.text_fields for {bare}"


class Forgetful(Schema):
    """Fields that take texts as they come, wherever they hide."""

    name = fields.String(validate=validate.Length(max=200))
    mail = fields.List(fields.Email())
    link = fields.Url()
    raw = fields.Raw()
    more = fields.Dict()
    good = Line(20)
    number = fields.Integer()


class Outer(Schema):
    inner = fields.List(fields.Nested(Forgetful))


def test_a_field_that_takes_a_text_as_it_comes_is_noticed_wherever_it_hides() -> None:
    bare = [name for name, kind in each_field(Outer()) if is_open(kind)]
    assert len(bare) == 5


# What the fields do.

pasted = (
    st.text(st.sampled_from("aễĐ\u0301\u200b\ufeff\u00ad\u202e \u00a0\n\r\t\x07\u2028.-–7"))
    | st.text()
)
KINDS = {
    "line": Line(50, load_default="none"),
    "joined": JoinedLine(50, load_default="none"),
    "paragraphs": Paragraphs(50, load_default="none"),
    "code": CodeLine(50, load_default="none"),
    "search": SearchLine(50, load_default="none"),
    "name": PersonName(load_default="none"),
}
OneOfEach = Schema.from_dict(dict(KINDS))


@given(pasted, st.sampled_from(sorted(KINDS)))
def test_what_is_taken_is_clean_and_stays_so(text: str, kind: str) -> None:
    schema = OneOfEach(only=(kind,))
    if schema.validate({kind: text}):
        return
    kept = schema.load({kind: text})[kind]
    assert cleaning.odd_character(kept, lines=kind == "paragraphs") is None
    assert 0 < len(kept) <= (200 if kind == "name" else 50)
    assert schema.load({kind: kept}) == {kind: kept}


@given(st.text(st.sampled_from(" \u00a0\u200b\ufeff\u3000\t\n\u2028"), max_size=5))
def test_blanks_alone_are_none(text: str) -> None:
    assert OneOfEach().load(dict.fromkeys(KINDS, text)) == dict.fromkeys(KINDS, "none")


class Asked(Schema):
    must = Line(9, required=True)
    may = Line(9)
    several = fields.List(Line(9))


def test_blanks_alone_do_not_fill_in_what_must_be_given() -> None:
    assert Asked().load({"must": "a", "may": " "}) == {"must": "a"}
    with pytest.raises(ValidationError) as error:
        Asked().load({"must": "\u200b \n", "several": ["a", " "]})
    assert error.value.messages_dict == {
        "must": ["Missing data for required field."],
        "several": {1: ["Missing data for required field."]},
    }


@pytest.mark.parametrize(
    ("kind", "text", "vi", "en"),
    [
        ("line", "Hoa\nMai", "ký tự thứ 4", "character 4 begins another"),
        ("line", "Hoa\u2028Mai", "ký tự thứ 4", "character 4 begins another"),
        ("line", "Hoa\tMai", "(U+0009) ở ký tự thứ 4", "(U+0009) stands at character 4"),
        ("code", "a\x00", "(U+0000) ở ký tự thứ 2", "(U+0000) stands at character 2"),
        ("paragraphs", "a\r\nb\x07", "dòng 2, ký tự thứ 2", "line 2, character 2"),
        ("name", "Hoa https://x.vn", "địa chỉ web", "web or mail address"),
        ("name", "Hoa www.x.vn", "địa chỉ web", "web or mail address"),
        ("name", "123", "phải có chữ cái", "must hold a letter"),
    ],
)
def test_what_is_refused_is_said_with_its_place(kind: str, text: str, vi: str, en: str) -> None:
    with pytest.raises(ValidationError) as error:
        OneOfEach().load({kind: text})
    (words,) = error.value.messages_dict[kind]
    assert vi in words.partition(" / ")[0]
    assert en in words.partition(" / ")[2]
    assert words.partition(" / ")[2].isascii()


@pytest.mark.parametrize("name", ["Công ty Tiki.vn", "C/O An & Bình", "H'Hen Niê", "Ō", "M.A. Lê"])
def test_a_firm_or_person_keeps_its_name(name: str) -> None:
    assert OneOfEach(only=("name",)).load({"name": name}) == {"name": name}
    assert person_name.greeted(name) == name


def test_each_text_of_a_table_is_a_harmless_line() -> None:
    table = {"days": [{"why": "Tết\r\n\u202eNguyên\u200b Đán", "on": 1}], "more": None}
    kept = {"days": [{"why": "Tết Nguyên Đán", "on": 1}], "more": None}
    assert CleanTable().deserialize(table) == kept


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("\t@SUM(A1)", "'@SUM(A1)"),
        ("\u200b\uff1d1", "'\uff1d1"),
        ("Hộ\r\ntịch", "Hộ tịch"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_of_the_late_list_is_a_formula_or_another_row(text: str, cell: str) -> None:
    late = Late(
        **dict.fromkeys(("place", "id", "code", "procedure", "field", "agency"), "x"),
        procedure_name=text,
        due=None,
        since=datetime(2020, 9, 15, tzinfo=UTC),
        minutes=1,
        where=(),
        shares=(),
        urged=0,
        unanswered=(),
        told=0,
    )
    table = b"".join(late_lines([late], most=1)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["procedure_name"] == cell
