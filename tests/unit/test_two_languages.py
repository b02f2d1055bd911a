"""Every error is said in Vietnamese to whoever asks in Vietnamese, and in English to the others."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

import services
from foundation.errors import Error, Invalid, NotFound
from foundation.web.request import by_field
from foundation.web.responses import problem_body
from foundation.web.translations import TITLES, field_words
from tests.processes import ROOT

VIETNAMESE = re.compile(r"[à-ỹđÀ-ỸĐ]")
ENGLISH = re.compile(
    r"\b(the|must|may|not|is|are|of|or|and|field|value|required|invalid|valid|missing|"
    r"unknown|please|between|longer|shorter|length|least|most|either|one|when|this|there|needed)\b",
    re.IGNORECASE,
)
# Data in a message: what is quoted, choices, examples, names of fields and of things on the wire.
DATA = re.compile(r"Phải là một trong: .*|\([^)]*\)|['\"][^'\"]*['\"]|\b[\w.]+_\w+\b|https?://\S+")
FIGURES = {
    "obj_type": "datetime",
    "awareness": "aware",
    "input": "x",
    "choices": "a, b",
    "values": "c",
    "min": "1",
    "max": "9",
    "equal": "5",
    "other": "7",
}
STRANGE: tuple[object, ...] = (
    *(
        None,
        "",
        " ",
        "x",
        "x" * 20_000,
        "a\nb",
        "\u202e",
        "0",
        "-1",
        "nan",
        "2020-13-45",
        "a@b",
        "…",
    ),
    *("\x07", 0, -1, 1.5, 10**400, True, [], ["x", "x"], [[]], [None], {}, {"x": 1}, [{}]),
    *("2020-01-01T00:00:00", "1990-01-01", "https://", "==", "12", "một hai", "/" * 300),
)


def schemas() -> dict[str, type[Schema]]:
    """Every schema of every service, those inside modules too, by where it stands."""
    found: dict[str, type[Schema]] = {}
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if "schemas" in module.name.split("."):
            for name, kind in vars(importlib.import_module(module.name)).items():
                if isinstance(kind, type) and issubclass(kind, Schema) and comes_in(kind):
                    found[f"{kind.__module__}.{name}"] = kind
    return found


def comes_in(kind: type[Schema]) -> bool:
    """Whether it reads what comes from outside; others only show."""
    shows = kind.__module__.endswith(".outward") or kind.__name__.endswith("Answer")
    return kind is not Schema and not shows


def complaints(schema: Schema) -> Iterator[str]:
    """What the schema says of much that is wrong, of each of its fields and of the whole."""
    named = {each.data_key or name: each for name, each in schema.fields.items()}
    bodies: list[Any] = [{}, None, [], "x", {"no such field": 1}]
    # A query of an address holds nothing but texts.
    of_a_query = type(schema).__name__.endswith("Query")
    strange = [each for each in STRANGE if isinstance(each, str) or not of_a_query]
    bodies += [{name: value} for name in named for value in strange]
    bodies += [dict.fromkeys(named, value) for value in strange]
    bodies += [{name: fit(each) for name, each in named.items()}]
    for body in bodies:
        try:
            schema.load(body)
        except ValidationError as error:
            yield from (text for texts in by_field(error.messages).values() for text in texts)


def fit(field: Any) -> Any:
    """Something that a field may well take, so that what looks at all fields together is heard."""
    if isinstance(field, fields.Nested):
        return {n: fit(each) for n, each in field.schema.fields.items() if each.required}
    if isinstance(field, fields.List):
        return [fit(field.inner)]
    if isinstance(field, fields.Enum):
        return next(each.value for each in field.enum)
    known: dict[type, object] = {fields.Integer: 1, fields.Boolean: True, fields.Date: "2020-01-01"}
    return next((value for kind, value in known.items() if isinstance(field, kind)), "a")


def without_data(text: str) -> str:
    return DATA.sub("", text)


def is_vietnamese(text: str) -> bool:
    return bool(VIETNAMESE.search(text)) and not ENGLISH.search(without_data(text))


def is_english(text: str) -> bool:
    return not VIETNAMESE.search(without_data(text).replace("NĐ", "").replace("Đ17", ""))


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_complains_in_the_language_of_the_caller(name: str) -> None:
    said = set(complaints(schemas()[name]()))
    assert said
    assert [each for each in said if not is_vietnamese(field_words(each, "vi"))] == []
    assert [each for each in said if not is_english(field_words(each, "en"))] == []


def of_marshmallow() -> Iterator[str]:
    """Every message that marshmallow has, as it is said with its figures."""
    for holder in filter(
        inspect.isclass, [*vars(fields).values(), *vars(validate).values(), Schema]
    ):
        for name in ("default_error_messages", "_default_error_messages"):
            for text in getattr(holder, name, {}).values():
                yield text.format(**FIGURES)
        for name, text in vars(holder).items():
            # A range makes its message of two parts, see below; others of their own wording.
            if name.startswith(("message_", "default_message")) and holder is not validate.Range:
                yield text.format(**FIGURES)


def of_ranges() -> Iterator[str]:
    """What a range says, whose message has two parts."""
    for low in ({"min": 1}, {"min": 1, "min_inclusive": False}, {}):
        for high in ({"max": 9}, {"max": 9, "max_inclusive": False}, {}):
            for value in (-1, 99):
                try:
                    validate.Range(**low, **high)(value)  # type: ignore[arg-type]
                except ValidationError as error:
                    yield str(error.messages[0])


@pytest.mark.parametrize("text", sorted({*of_marshmallow(), *of_ranges()}))
def test_what_marshmallow_says_by_itself_is_said_in_vietnamese(text: str) -> None:
    assert is_vietnamese(field_words(text, "vi"))
    assert field_words(text, "en") == text


def test_words_of_a_refusal_are_in_the_language_of_the_caller() -> None:
    refused = Invalid(
        "Sai.",
        "Wrong.",
        fields={"a": ["bắt buộc / required"], "b": [("Thiếu “é”.", "No “é”.")], "c": ["Bản vẽ"]},
    )
    assert problem_body(refused, "vi")["errors"] == {
        "a": ["bắt buộc"],
        "b": ["Thiếu “é”."],
        "c": ["Bản vẽ"],
    }
    assert problem_body(refused, "en")["errors"] == {
        "a": ["required"],
        "b": ["No “é”."],
        "c": ["Bản vẽ"],
    }


@pytest.mark.parametrize("name", sorted(TITLES))
def test_a_title_is_in_both_languages(name: str) -> None:
    vi, en = TITLES[name]
    assert VIETNAMESE.search(vi)
    assert is_english(en)


def test_every_kind_of_error_has_a_title() -> None:
    kinds: set[type[Error]] = {NotFound}
    while more := {each for kind in kinds | {Error} for each in kind.__subclasses__()} - kinds:
        kinds |= more
    ours = [each for each in kinds if each.__module__.startswith(("foundation.", "services."))]
    assert [each for each in ours if each.name not in TITLES] == []


def refusals() -> Iterator[tuple[str, ast.Call]]:
    """Every place that says an error in two languages: the call, by file and line."""
    for tree in ("services", "foundation", "cli"):
        for path in sorted((ROOT / tree).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and len(node.args) >= 2:
                    name = ast.unparse(node.func).rpartition(".")[2]
                    if name in SAYING:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node


SAYING = {
    *("Invalid", "Refused", "NotFound", "Hidden", "Duplicate", "Stale", "Unknown", "Forbidden"),
    *("Unavailable", "NoRight", "Malformed", "WrongMediaType", "CliError", "localized", "wrong"),
    *("_invalid", "say"),
}


def text_of(node: ast.AST) -> str | None:
    """The words of a text in the code, without what is filled in; None if it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
    if isinstance(node, ast.BinOp):
        left, right = text_of(node.left), text_of(node.right)
        return None if left is None or right is None else left + right
    return None


def test_every_refusal_of_the_code_is_said_in_both_languages() -> None:
    seen, wrong = 0, []
    for where, call in refusals():
        first = 1 if ast.unparse(call.func) == "wrong" else 0
        pair = [text_of(each) for each in call.args[first : first + 2]]
        if None in pair or not all(re.search(r"[^\W\d]{2}", str(each)) for each in pair):
            continue
        seen += 1
        vi, en = map(str, pair)
        if " / " in en:
            vi, _, en = en.partition(" / ")
        if is_vietnamese(vi) and is_english(en):
            continue
        # A label of a table may be the same in both languages.
        if max(len(vi.split()), len(en.split())) > 3:
            wrong.append(f"{where}: {vi!r} – {en!r}")
    assert wrong == []
    assert seen > 300


def test_what_a_refusal_says_of_a_field_is_in_both_languages_or_data() -> None:
    wrong = []
    for where, call in refusals():
        for given in (each for each in call.keywords if each.arg == "fields"):
            for node in ast.walk(given.value):
                text = text_of(node)
                in_a_list = text is not None and re.search(r"\w \w", text)
                if in_a_list and " / " not in str(text) and ENGLISH.search(str(text)):
                    wrong.append(f"{where}: {text!r}")
    assert wrong == []


@pytest.mark.parametrize("text", ["Field is required.", "phone or email is required", "Bad name"])
def test_english_is_noticed(text: str) -> None:
    assert not is_vietnamese(field_words(text, "vi"))


def test_the_walk_sees_the_schemas_of_every_service() -> None:
    seen = {name.split(".")[1] for name in schemas() if name.startswith("services.")}
    there = {path.parent.name for path in (Path(ROOT) / "services").glob("*/service.py")}
    assert seen == there
