"""The fields that schemas share, and what holds for the patterns of every schema."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import cast

import pytest
from marshmallow import Schema, ValidationError, fields, validate

import services
from foundation.web.fields import LONGEST_AGENCY_CODE, AgencyCode

TEXTS = (
    "2026-11",
    *("", "a", "40", "so-xay-dung", "1.009645", "0912345678", "D1-7", "123456789012", "AB/2020-1"),
    *("NĐ 61/2018 Đ17.1", "Nguyễn Văn An", "12 Lê Lợi, Huế", "an@example.vn"),
)
"""Texts as people send them: at least one of them fits each pattern of a schema."""


def schema_modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(services.__path__, "services."):
        if "schemas" in found.name.split("."):
            yield importlib.import_module(found.name)


def patterns() -> dict[str, validate.Regexp]:
    """Each Regexp validator of each field of each schema, by where it stands."""
    found: dict[str, validate.Regexp] = {}
    for module in schema_modules():
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, Schema):
                for field_name, field in kind().fields.items():
                    for number, each in enumerate(validators(field)):
                        if isinstance(each, validate.Regexp):
                            found[f"{module.__name__}.{name}.{field_name}.{number}"] = each
    return found


def validators(field: fields.Field[object]) -> Iterator[object]:
    """The validators of a field, of what a list holds, and of what another joins."""
    waiting: list[object] = list(field.validators)
    while waiting:
        each = waiting.pop()
        yield each
        waiting += each.validators if isinstance(each, validate.And) else []
    if isinstance(field, fields.List):
        yield from validators(field.inner)


def lets_a_newline_pass(pattern: validate.Regexp) -> bool:
    """Whether `$` accepts a trailing newline that the pattern itself has no place for."""
    shape = re.compile(cast("str", pattern.regex.pattern), pattern.regex.flags)
    fitting = [text for text in TEXTS if shape.fullmatch(text)]
    assert fitting, f"no text of the list fits {shape.pattern}: add one"
    ended = [f"{text}\n" for text in fitting]
    return any(shape.match(text) and not shape.fullmatch(text) for text in ended)


def test_schemas_of_every_service_with_patterns_are_seen() -> None:
    seen = {where.split(".")[1] for where in patterns()}
    assert seen == {"catalogue", "feedback", "intake", "routing", "subscriptions"}


def test_no_pattern_of_a_schema_lets_a_trailing_newline_pass() -> None:
    assert [where for where, each in patterns().items() if lets_a_newline_pass(each)] == []


@pytest.mark.parametrize("shape", ["^[a-z-]+$", "^$|^[a-z]{1,100}$", "^(a|b)?$"])
def test_a_pattern_that_ends_in_a_dollar_sign_is_noticed(shape: str) -> None:
    assert lets_a_newline_pass(validate.Regexp(shape))


class TwoAgencies(Schema):
    """An agency that must be named, and one that need not be."""

    asked = AgencyCode(required=True)
    other = AgencyCode(load_default="")


@pytest.mark.parametrize("code", ["a", "so-xay-dung", "ubnd-xa-3", "a" * LONGEST_AGENCY_CODE])
def test_an_agencys_code_is_words_of_letters_and_digits_joined_by_hyphens(code: str) -> None:
    assert TwoAgencies().load({"asked": code}) == {"asked": code, "other": ""}


@pytest.mark.parametrize(
    "code",
    ["", "a\nb", "-a", "a-", "a--b", "Sở", "SO", "a b", "a" * (LONGEST_AGENCY_CODE + 1), None, 7],
)
def test_nothing_else_is_an_agencys_code(code: object) -> None:
    with pytest.raises(ValidationError) as error:
        TwoAgencies().load({"asked": code, "other": "a\nb"})
    assert set(error.value.messages_dict) == {"asked", "other"}


@pytest.mark.parametrize("code", [" so-xay-dung\n", "so\u2013xay\u2011dung", "\ufeffso-xay-dung"])
def test_an_agencys_code_is_taken_as_it_is_pasted(code: str) -> None:
    assert TwoAgencies().load({"asked": code})["asked"] == "so-xay-dung"


def test_no_agency_may_be_named_only_where_that_is_the_default() -> None:
    assert TwoAgencies().load({"asked": "a", "other": ""})["other"] == ""
