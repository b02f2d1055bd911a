"""Filters of events: the dialects of CloudEvents, what is not known, and what is refused."""

from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foundation.errors import Invalid
from services.subscriptions.domain.filters import (
    ATTRIBUTES,
    DEEPEST,
    EVERYTHING,
    Compares,
    Every,
    Facts,
    Filter,
    Opposite,
    Some,
    attributes_of,
    is_wanted,
    judge,
    read_filters,
    size,
)

FACTS: dict[str, str | None] = {
    "type": "dossier.accepted",
    "source": "motcua:intake",
    "subject": "d-1",
    "agency": "so-xay-dung",
    "procedure": "1.013236",
    "field": "",
}
WORDS = ("", "a", "ab", "ba")


def comparisons() -> st.SearchStrategy[Filter]:
    return st.builds(
        Compares,
        st.sampled_from(["exact", "prefix", "suffix"]),
        st.sampled_from(["type", "procedure", "field"]),
        st.sampled_from(["a", "b", "ab"]),
    )


def combined(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(Every, some) | st.builds(Some, some) | st.builds(Opposite, inner)


FILTERS = st.recursive(comparisons(), combined, max_leaves=8)
PARTLY_KNOWN = st.fixed_dictionaries(
    {name: st.sampled_from([*WORDS, None]) for name in ("type", "procedure", "field")}
)


def plainly(wanted: Filter, facts: dict[str, str]) -> bool:
    """The same in two-valued logic, written with Python's own words."""
    match wanted:
        case Compares("exact", attribute, value):
            return facts[attribute] == value
        case Compares("prefix", attribute, value):
            return facts[attribute].startswith(value)
        case Compares(_, attribute, value):
            return facts[attribute].endswith(value)
        case Every(parts):
            return all(plainly(each, facts) for each in parts)
        case Some(parts):
            return any(plainly(each, facts) for each in parts)
        case Opposite(part):
            return not plainly(part, facts)


@given(wanted=FILTERS, facts=PARTLY_KNOWN)
def test_what_is_decided_is_so_whatever_the_unknown_turns_out_to_be(
    wanted: Filter, facts: dict[str, str | None]
) -> None:
    found = judge(wanted, facts)
    options = [[value] if value is not None else WORDS for value in facts.values()]
    completions = [dict(zip(facts, each, strict=True)) for each in product(*options)]
    if None not in facts.values():
        assert found is plainly(wanted, completions[0])
    elif found is not None:
        assert {plainly(wanted, each) for each in completions} == {found}


@given(wanted=FILTERS, facts=PARTLY_KNOWN)
def test_an_event_that_may_be_wanted_is_never_left_out(
    wanted: Filter, facts: dict[str, str | None]
) -> None:
    options = [[value] if value is not None else WORDS for value in facts.values()]
    perhaps = any(
        plainly(wanted, dict(zip(facts, each, strict=True))) for each in product(*options)
    )
    assert is_wanted(wanted, facts) or not perhaps


def as_json(wanted: Filter) -> Any:
    match wanted:
        case Compares(dialect, attribute, value):
            return {dialect: {attribute: value}}
        case Every(parts):
            return {"all": [as_json(each) for each in parts]}
        case Some(parts):
            return {"any": [as_json(each) for each in parts]}
        case Opposite(part):
            return {"not": as_json(part)}


def levels(wanted: Filter) -> int:
    match wanted:
        case Every(parts) | Some(parts):
            return 1 + max(map(levels, parts))
        case Opposite(part):
            return 1 + levels(part)
    return 1


@given(wanted=st.recursive(comparisons(), combined, max_leaves=4))
def test_a_filter_is_read_as_it_was_written(wanted: Filter) -> None:
    assume(levels(wanted) < DEEPEST)
    read = read_filters([as_json(wanted)])
    assert read == Every((wanted,))
    assert size(read) == size(wanted) + 1


def test_no_filter_wants_everything() -> None:
    assert read_filters([]) == EVERYTHING
    assert is_wanted(EVERYTHING, FACTS)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ([{"exact": {"type": "dossier.accepted"}}], True),
        ([{"exact": {"type": "dossier.accept"}}], False),
        ([{"prefix": {"type": "dossier."}}], True),
        ([{"suffix": {"type": ".accepted"}}], True),
        ([{"exact": {"type": "dossier.accepted", "agency": "ubnd-xa"}}], False),
        ([{"exact": {"procedure": "1.013236"}}, {"exact": {"agency": "so-xay-dung"}}], True),
        ([{"any": [{"exact": {"agency": "ubnd-xa"}}, {"prefix": {"procedure": "1."}}]}], True),
        ([{"not": {"prefix": {"type": "step."}}}], True),
        ([{"exact": {"field": "Xây dựng"}}], False),
        ([{"not": {"exact": {"field": "Xây dựng"}}}], True),
    ],
)
def test_the_dialects_of_cloudevents(filters: Any, wanted: bool) -> None:  # noqa: FBT001 -- expected
    assert is_wanted(read_filters(filters), FACTS) is wanted


def test_an_event_whose_procedure_nobody_knows_is_delivered_whichever_way_one_asks() -> None:
    unknown: Facts = FACTS | {"procedure": None, "field": None}
    asked: dict[str, Any] = {"exact": {"procedure": "2.000815"}}
    for filters in ([asked], [{"not": asked}]):
        assert is_wanted(read_filters(filters), unknown)
    assert not is_wanted(read_filters([asked, {"exact": {"agency": "ubnd-xa"}}]), unknown)


@pytest.mark.parametrize(
    ("filters", "place"),
    [
        ({}, "filters"),
        ("all", "filters"),
        ([{}], "filters.0"),
        ([{"exact": {"type": "a"}, "not": {}}], "filters.0"),
        ([{"sql": "type = 'x'"}], "filters.0.sql"),
        ([{"exact": {}}], "filters.0.exact"),
        ([{"exact": {"colour": "blue"}}], "filters.0.exact.colour"),
        ([{"exact": {"type": ""}}], "filters.0.exact.type"),
        ([{"exact": {"type": 7}}], "filters.0.exact.type"),
        ([{"prefix": {"type": "x" * 201}}], "filters.0.prefix.type"),
        ([{"any": []}], "filters.0.any"),
        ([{"all": {"exact": {"type": "a"}}}], "filters.0.all"),
        ([{"not": []}], "filters.0.not"),
        ([{"exact": {"type": "a"}}] * 101, "filters"),
        (
            [{"all": [{"exact": {"type": "a"}}] * 60}, {"any": [{"exact": {"type": "a"}}] * 60}],
            "filters",
        ),
    ],
)
def test_what_is_no_filter_is_refused_with_the_place_of_the_fault(filters: Any, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_filters(filters)
    assert list(caught.value.fields) == [place]


def test_a_filter_nested_too_deep_is_refused() -> None:
    deep: Any = {"exact": {"type": "a"}}
    for _ in range(7):
        deep = {"not": deep}
    with pytest.raises(Invalid, match="nested deeper"):
        read_filters([deep])


def test_the_attributes_a_filter_looks_at_are_known() -> None:
    read = read_filters(
        [
            {"any": [{"exact": {"type": "a"}}, {"not": {"prefix": {"field": "b"}}}]},
            {"all": [{"suffix": {"agency": "c"}}]},
        ]
    )
    assert attributes_of(read) == {"type", "field", "agency"}
    assert attributes_of(EVERYTHING) == frozenset()
    assert set(FACTS) == set(ATTRIBUTES)
