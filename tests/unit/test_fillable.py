"""Electronic forms as data: the subset, what is filled in, and what it says of mistakes."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, refusal_of
from foundation.fillable import (
    LARGEST_ANSWER,
    FieldKind,
    checked,
    filled,
    from_texts,
    known_of,
    known_only,
    must_fit,
    parsed,
    read,
    shown,
    texts_of,
    written,
)
from tests.unit.fillable_forms import FORM, GOOD, TEXT

FILLABLE = must_fit(TEXT)
LAND, OWNER = FILLABLE.sections


def changed(*path: str, to: Any) -> str:
    """The form with one place changed; None takes it out."""
    form = copy.deepcopy(FORM)
    at = form
    for name in path[:-1]:
        at = at[name]
    if to is None:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return json.dumps(form)


def wrong(data: Any) -> dict[str, Any]:
    with pytest.raises(Invalid) as caught:
        filled(FILLABLE, data)
    return {name: words[0] for name, words in caught.value.fields.items()}


def test_a_form_is_read_into_sections_and_fields_of_every_kind() -> None:
    kinds = {each.name: each.kind for section in FILLABLE.sections for each in section.fields}
    assert set(kinds.values()) == set(FieldKind)
    assert (FILLABLE.title, LAND.title) == (
        ("Đơn đăng ký biến động", "Application"),
        ("Thửa đất", "The plot"),
    )
    area = LAND.field("area")
    assert area is not None
    assert area.needed
    assert area.help == ("Theo giấy chứng nhận.", "As in the certificate.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[" * 5000, "not JSON"),
        ('{"type": "object"}', "is a required property"),
        (json.dumps({"x": "y" * 70_000}), "too large"),
        (changed("$schema", to="http://json-schema.org/draft-07/schema#"), "was expected"),
        (changed("properties", "land", "properties", "plot", "pattern", to="(a+)+$"), "pattern"),
        (changed("properties", "land", "properties", "plot", "$ref", to="http://x"), "$ref"),
        (changed("properties", "land", "properties", "plot", "x-en", to=None), "x-en"),
        (changed("properties", "land", "properties", "plot", "type", to="object"), "one of"),
        (changed("properties", "land", "required", to=["plott"]), "no field plott"),
        (changed("properties", "land", "properties", "plot", "minLength", to=21), "minLength"),
        (changed("properties", "owner", "dependentRequired", to={"email": ["x"]}), "no field x"),
        (changed("required", to=["sea"]), "no such section: sea"),
        (changed("properties", "Đất", to=FORM["properties"]["land"]), "does not match"),
    ],
)
def test_what_is_not_of_the_subset_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        must_fit(text)
    assert said in caught.value.en
    assert caught.value.vi.startswith("Biểu mẫu điện tử")


def test_two_choices_of_one_code_are_refused() -> None:
    twice = [*FORM["properties"]["land"]["properties"]["use"]["oneOf"]] * 2
    with pytest.raises(Invalid, match="stands twice"):
        must_fit(changed("properties", "land", "properties", "use", "oneOf", to=twice))


def test_what_is_filled_in_well_is_kept_as_it_is() -> None:
    assert filled(FILLABLE, GOOD) == GOOD
    assert parsed(written(GOOD)) == GOOD


@pytest.mark.parametrize(
    ("section", "field", "value", "said"),
    [
        ("land", "plot", "x" * 21, "At most 20 characters."),
        ("land", "area", 0, "Not below 1."),
        ("land", "area", 10**6, "Not above 100000."),
        ("land", "area", "much", "Must be a number, such as 85.5."),
        ("land", "floors", 2.5, "Must be a whole number, such as 1500."),
        ("land", "use", "sea", "Choose from those that are offered."),
        ("land", "since", "2021-02-29", "Must be a day, such as 31/12/2026."),
        ("land", "colour", "red", "The form has no such field."),
        ("owner", "name", None, "Fill this in."),
        ("owner", "name", "   ", "Fill this in."),
        ("owner", "name", "An\x00", "It holds a control character that is not seen"),
        ("owner", "phone", "12", "This is no telephone number in use"),
        ("land", "area", float("nan"), "Must be a number"),
        ("owner", "identity", "x", "An identity number has 12 digits"),
        ("owner", "papers", ["sea"], "Choose from those that are offered."),
        ("owner", "papers", ["map", "map"], "Nothing may be chosen twice."),
        ("owner", "papers", "map", "Must be a list."),
        ("owner", "true", False, "Tick this box."),
    ],
)
def test_each_mistake_is_said_beside_its_field(
    section: str, field: str, value: Any, said: str
) -> None:
    data = {**GOOD, section: {**GOOD[section], field: value}}
    found = wrong(data)
    assert set(found) == {f"{section}.{field}"}
    assert found[f"{section}.{field}"][1].startswith(said)
    assert found[f"{section}.{field}"][0] != found[f"{section}.{field}"][1]


def test_a_field_that_another_asks_for_is_named() -> None:
    data = {**GOOD, "owner": {**GOOD["owner"], "email": "hoa@example.vn"}}
    assert wrong(data) == {"owner.reason": ("Xin điền mục này.", "Fill this in.")}


@pytest.mark.parametrize("data", [None, [], "x", {"land": []}, {"sea": {}}, {**GOOD, "sea": {}}])
def test_data_of_another_make_is_refused(data: Any) -> None:
    assert wrong(data)


def test_an_address_that_cannot_be_one_is_said() -> None:
    data = {**GOOD, "owner": {**GOOD["owner"], "email": "an@", "reason": "x"}}
    assert wrong(data)["owner.email"][1] == "An address is written like name@domain.vn."


def test_a_whole_number_is_kept_as_one() -> None:
    data = {**GOOD, "land": {**GOOD["land"], "floors": 3.0}}
    assert str(filled(FILLABLE, data)["land"]["floors"]) == "3"


def test_more_than_a_form_may_hold_is_refused() -> None:
    fields = {
        f"f{number}": {"type": "string", "maxLength": 2000, "title": "x", "x-en": {"title": "x"}}
        for number in range(30)
    }
    form = must_fit(
        changed("properties", "land", "properties", to=fields).replace(
            '"required": ["plot", "area", "use"]', '"required": []'
        )
    )
    data = {**GOOD, "land": dict.fromkeys(fields, "ắ" * 2000)}
    with pytest.raises(Invalid) as caught:
        filled(form, data)
    assert f"over {LARGEST_ANSWER // 1024} kB" in caught.value.en


def test_what_is_typed_becomes_data() -> None:
    typed = {
        "plot": [" 12 "],
        "area": ["1.085,5"],
        "use": ["house"],
        "since": ["29/2/2020"],
        "floors": ["1.200"],
        "colour": ["red"],
    }
    assert from_texts(LAND, typed) == {
        "plot": "12",
        "area": 1085.5,
        "use": "house",
        "since": "2020-02-29",
        "floors": 1200,
    }
    assert from_texts(OWNER, {"papers": ["map", "deed"], "true": ["yes"], "name": [""]}) == {
        "papers": ["map", "deed"],
        "true": True,
    }


def test_what_cannot_be_read_stays_as_typed_and_is_found_wrong() -> None:
    data = from_texts(LAND, {"plot": ["1"], "area": ["nan"], "use": ["house"], "since": ["soon"]})
    assert (data["area"], data["since"]) == ("nan", "soon")
    with pytest.raises(Invalid) as caught:
        checked(LAND, data)
    assert set(caught.value.fields) == {"area", "since"}


def test_what_is_known_of_the_applicant_fills_the_fields_that_ask_for_it() -> None:
    person = {"name": "Hoa", "phone": "", "identity": "079123456789"}
    assert known_of(OWNER, person) == {"name": "Hoa"}


def test_what_a_newer_version_does_not_ask_for_is_left_out() -> None:
    older = {"land": {"plot": "1", "old": "x"}, "gone": {"y": 1}}
    assert known_only(FILLABLE, older) == {"land": {"plot": "1"}, "owner": {}}


def test_what_was_filled_in_is_shown_in_words_of_both_languages() -> None:
    land, owner = shown(FILLABLE, GOOD)
    values = {each.name: each.value for each in (*land.lines, *owner.lines)}
    assert values["area"] == ("85,5", "85.5")
    assert values["use"] == ("Đất ở", "Housing")
    assert values["since"] == ("29/02/2020", "29/02/2020")
    assert values["papers"] == ("Bản đồ", "Map")
    assert values["true"] == ("có", "yes")
    assert values["reason"] == ("", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(JSON | st.fixed_dictionaries({"land": JSON, "owner": JSON}))
def test_whatever_is_sent_is_taken_or_refused_in_words(data: Any) -> None:
    refusal = refusal_of(lambda: filled(FILLABLE, data))
    if refusal is None:
        kept = filled(FILLABLE, data)
        assert filled(FILLABLE, kept) == kept
        assert shown(FILLABLE, kept)
    else:
        assert isinstance(refusal, Invalid)
        assert refusal.vi


@given(JSON)
def test_whatever_stands_for_a_form_is_taken_or_refused_in_words(form: Any) -> None:
    with pytest.raises(Invalid):
        must_fit(json.dumps(form))


@given(st.dictionaries(st.sampled_from(["plot", "area", "use", "since", "floors"]), st.text()))
def test_what_was_typed_comes_back_as_it_was_read(said: dict[str, str]) -> None:
    data = from_texts(LAND, {name: [text] for name, text in said.items()})
    again = from_texts(LAND, texts_of(LAND, data))
    assert again == data or any(isinstance(each, float) for each in data.values())


def test_reading_is_done_once_for_each_text() -> None:
    assert read(TEXT) is read(TEXT)
