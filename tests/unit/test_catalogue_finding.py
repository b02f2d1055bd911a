"""Procedures are found by folded words, ranked, and shown page by page."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.procedure import TimeLimit, Unit
from foundation.text.folding import fold
from services.catalogue.domain.content import Content
from services.catalogue.domain.listing import Listing, listing, number_of, page_of, ranked
from services.catalogue.domain.words import unbracketed, words

CONTENT = Content(
    name="Cấp giấy phép",
    field="Xây dựng",
    agency="so-xay-dung",
    agency_name="Sở Xây dựng",
    time=TimeLimit(unit=Unit.WORKING_DAYS, amount=5),
)


def named(name: str, number: int = 1) -> Listing:
    return listing(f"1.{number:06}", 1, replace(CONTENT, name=name))


def test_words_are_found_with_and_without_diacritics_in_any_case() -> None:
    assert words("Đất đai, Nhà ở") == words("dat DAI nha o") == ("dat", "dai", "nha", "o")


def test_both_spellings_of_a_vietnamese_letter_are_the_same_word() -> None:
    text = "Quyết định chấp thuận chủ trương đầu tư"
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


def test_a_procedure_code_stays_one_word() -> None:
    assert words("Thủ tục 1.009645") == ("thu", "tuc", "1.009645")


@pytest.mark.parametrize(
    "code", ["1.011442.000.00.00.H38", "1.011442.H38", "1.011442.000.00.00.h38.02", "1.011442"]
)
def test_a_code_is_found_with_the_tail_that_a_province_gives_it(code: str) -> None:
    assert words(f"Thủ tục {code}, cấp tỉnh") == ("thu", "tuc", "1.011442", "cap", "tinh")


def test_what_only_begins_like_a_code_is_none() -> None:
    assert words("1.0114423 1.01144 1.011442.x") == ("1", "0114423", "01144", "1.011442", "x")


def test_the_letter_that_old_typefaces_put_for_it_is_a_d() -> None:
    assert fold("\u00d0ất \u0110ai") == fold("\u00f0ất \u0111ai") == "dat dai"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_what_stands_in_brackets_is_left_out() -> None:
    assert unbracketed("Công an tỉnh (PC07) và (hai)") == "Công an tỉnh và"


def test_a_search_puts_the_name_that_says_the_words_together_first() -> None:
    loose = named("Cấp bản sao giấy chứng nhận, giấy phép xây")
    exact = named("Điều chỉnh giấy phép xây dựng", 2)
    assert ranked([loose, exact], "GIẤY PHÉP xây dựng") == [exact, loose]


def test_codes_have_their_order_as_numbers() -> None:
    assert [number_of(code) for code in ("1.009645", "3.000001", "")] == [1009645, 3000001, 0]


def test_a_field_is_the_same_however_it_is_spelled() -> None:
    spelled = [replace(CONTENT, field=field) for field in ("Y tế", "y  TẾ", "Y te")]
    assert {listing("1.000001", 1, each).field_key for each in spelled} == {"y-te"}


numbers = st.lists(st.integers(1, 999_999), unique=True, max_size=30)


@given(numbers, st.integers(1, 7))
def test_the_pages_of_a_list_are_the_list(chosen: list[int], limit: int) -> None:
    listings = [named("Cấp giấy phép", number) for number in chosen]
    shown: list[Listing] = []
    after = ""
    while True:
        page = page_of(listings, after, limit)
        assert len(page.listings) <= limit
        shown += page.listings
        after = page.next
        if not after:
            break
    assert shown == listings


def test_a_page_behind_one_that_has_gone_begins_anew() -> None:
    listings = [named("A", 1), named("B", 2)]
    assert page_of(listings, "1.000009", 5).listings == tuple(listings)
