"""Codes come and go: what holds on a day, where successors lead, and never in a circle."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, Refused
from services.catalogue.domain.code_tables import (
    COMMUNES,
    DISTRICTS,
    Code,
    in_force,
    must_be_sound,
    on,
    successors_on,
)

TABLE = "agencies"
JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)
TODAY = date(2026, 11, 29)


def read_of(*rows: Code) -> dict[str, list[Code]]:
    coded: dict[str, list[Code]] = {}
    for row in rows:
        coded.setdefault(row.code, []).append(row)
    return coded


def led(rows: Sequence[Code], row: Code, day: date = TODAY, table: str = TABLE) -> list[str]:
    coded = read_of(*rows)
    return [each.vi for each in successors_on(lambda _, code: coded.get(code, ()), table, row, day)]


def sound(rows: Sequence[Code], code: str, table: str = TABLE) -> None:
    coded = read_of(*rows)
    must_be_sound(table, coded[code], lambda _, each: coded.get(each, ()))


def test_a_code_that_returned_means_something_else_on_another_day() -> None:
    rows = [
        Code(code="24", vi="Bắc Giang", until=JUNE, successors=("24",)),
        Code(code="24", vi="Bắc Ninh", since=JULY),
        Code(code="27", vi="Bắc Ninh cũ", until=JUNE, successors=("24",)),
    ]
    before, after = on(rows[:2], JUNE), on(rows[:2], JULY)
    assert before is not None
    assert after is not None
    assert (before.vi, after.vi) == ("Bắc Giang", "Bắc Ninh")
    assert led(rows, rows[0]) == ["Bắc Ninh"]
    assert led(rows, rows[2]) == ["Bắc Ninh"]
    assert led(rows, rows[2], JUNE) == ["Bắc Ninh cũ"]
    sound(rows, "24", "administrative-provinces")


def test_successors_are_followed_to_the_end_and_split_where_a_unit_was_split() -> None:
    rows = [
        Code(code="a", vi="a", until=date(2020, 1, 1), successors=("b", "c")),
        Code(code="b", vi="b", since=date(2020, 1, 2), until=JUNE, successors=("d", "e")),
        Code(code="c", vi="c", since=date(2020, 1, 2), until=JUNE, successors=("e",)),
        Code(code="d", vi="d", since=JULY),
        Code(code="e", vi="e", since=JULY),
    ]
    assert led(rows, rows[0]) == ["d", "e"]
    assert led(rows, rows[0], date(2021, 1, 1)) == ["b", "c"]
    assert led(rows, rows[2]) == ["e"]


def test_what_went_without_a_successor_leads_nowhere() -> None:
    gone = Code(code="a", vi="a", until=JUNE)
    assert led([gone], gone) == []
    sound([gone], "a")


def test_successors_of_districts_are_communes() -> None:
    district = Code(code="001", vi="Quận Ba Đình", until=JUNE, successors=("00004",))
    ward = Code(code="00004", vi="Phường Ba Đình", since=JULY)
    tables = {DISTRICTS: [district], COMMUNES: [ward]}
    found = successors_on(
        lambda table, code: [row for row in tables[table] if row.code == code],
        DISTRICTS,
        district,
        TODAY,
    )
    assert found == (ward,)


@pytest.mark.parametrize(
    "rows",
    [
        [Code(code="a", vi="a", until=JUNE, successors=("a",))],
        [
            Code(code="a", vi="a", until=JUNE, successors=("b",)),
            Code(code="b", vi="b", until=JUNE, successors=("a",)),
        ],
        [
            Code(code="a", vi="a", until=JUNE, successors=("b",)),
            Code(code="b", vi="b", until=TODAY, successors=("a",)),
        ],
    ],
)
def test_a_circle_is_refused(rows: list[Code]) -> None:
    with pytest.raises(Refused, match="is not in force on"):
        sound(rows, rows[-1].code)


def test_a_successor_must_hold_on_the_day_after() -> None:
    late = [
        Code(code="a", vi="Huyện A", until=JUNE, successors=("b",)),
        Code(code="b", vi="Xã B", since=date(2025, 7, 2)),
    ]
    with pytest.raises(Refused) as refused:
        sound(late, "a")
    assert "1/7/2025" in refused.value.vi
    assert "Huyện A" in refused.value.en
    assert refused.value.fields == {"successors": ["b"]}


@pytest.mark.parametrize(
    "row",
    [
        Code(code="Sở A", vi="a"),
        Code(code="so-a\n", vi="a"),
        Code(code="a", vi="a", since=JULY, until=JUNE),
        Code(code="a", vi="a", successors=("b",)),
    ],
)
def test_a_row_that_cannot_be_is_invalid(row: Code) -> None:
    with pytest.raises(Invalid):
        sound([row, Code(code="b", vi="b")], row.code)


def test_two_meanings_on_one_day_are_invalid() -> None:
    rows = [Code(code="a", vi="a", until=JULY), Code(code="a", vi="other", since=JULY)]
    with pytest.raises(Invalid, match="two rows"):
        sound(rows, "a")


CODES = st.sampled_from("abcdef")
DAYS = st.integers(0, 6).map(lambda number: date(2025, 1, 1) + timedelta(days=number))


@st.composite
def tables(draw: st.DrawFn) -> list[Code]:
    """Tables of short lives and wild successors, many of them wrong."""
    rows = []
    for code in draw(st.lists(CODES, min_size=1, unique=True)):
        ends = sorted(draw(st.lists(DAYS, max_size=3, unique=True)))
        begins: list[date | None] = [None, *(each + timedelta(days=1) for each in ends)]
        for since, until in zip(begins, [*ends, None], strict=True):
            after = tuple(draw(st.lists(CODES, max_size=2, unique=True))) if until else ()
            if draw(st.booleans()):
                rows.append(Code(code=code, vi=code, since=since, until=until, successors=after))
    return rows


@given(tables(), DAYS)
def test_in_a_sound_table_successors_end_in_force_or_a_unit_went(
    rows: list[Code], day: date
) -> None:
    coded = read_of(*rows)

    def read(_table: str, code: str) -> Sequence[Code]:
        return coded.get(code, ())

    for code in list(coded):  # what must_be_sound refuses is never written down
        try:
            must_be_sound(TABLE, coded[code], read)
        except Refused:
            return
    for row in rows:
        ends = successors_on(read, TABLE, row, day)
        assert all(each.last >= day for each in ends)
        assert len(set(ends)) == len(ends)
        if row.successors and all(each.successors for each in rows if each.until):
            assert ends, "every unit that ended had a successor, so somebody is there"


@given(tables(), DAYS)
def test_even_a_broken_table_is_followed_to_an_end(rows: list[Code], day: date) -> None:
    coded = read_of(*rows)
    for row in rows:
        assert len(successors_on(lambda _, c: coded.get(c, ()), TABLE, row, day)) <= len(rows)
    assert len(in_force(rows, day)) <= len(coded)
