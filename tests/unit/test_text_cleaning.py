"""What people paste is cleaned: what nobody sees goes, what they meant stays."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.text import cleaning

CLEANERS: tuple[Callable[[str], str], ...] = (
    cleaning.without_invisible,
    cleaning.one_line,
    cleaning.joined_lines,
    cleaning.paragraphs,
    cleaning.code_text,
    cleaning.harmless_line,
    cleaning.harmless_paragraphs,
)
every_cleaner = pytest.mark.parametrize("clean", CLEANERS, ids=lambda each: each.__name__)

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
INVISIBLE += "\u2066\u2067\u2068\u2069\u034f\u3164\ufe0f\u061c"
BLANKS = " \u00a0\u2003\u202f\u3000"
BREAKS = "\n\r\v\f\u0085\u2028\u2029"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
LETTERS = "aĐđÐðƉɖuU\u0301\u0323\u0302ôô\uff10\u2126"
pasted = (
    st.text(st.sampled_from(LETTERS + INVISIBLE + BLANKS + BREAKS + DASHES + "\t\x07\x1c\x1f-.,7"))
    | st.text()
)
typed = st.text(st.sampled_from("aăâbcdđeêgiôơưỲỹĐ0123456789.,:;/()-"), min_size=1)


@every_cleaner
@given(text=pasted)
@example(text="a\u200b\u0301")
@example(text="\u2000\u0301")
@example(text="\ufdfa\uff0d")
@example(text="\x1f\n\n\x1f \u2028")
def test_what_is_clean_stays_as_it_is(clean: Callable[[str], str], text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@every_cleaner
@given(text=pasted)
def test_nothing_that_nobody_sees_is_left_and_letters_are_composed(
    clean: Callable[[str], str], text: str
) -> None:
    once = clean(text)
    assert not set(once) & set(INVISIBLE)
    assert unicodedata.is_normalized("NFC", once)


@every_cleaner
@given(words=st.lists(typed, min_size=1))
def test_what_people_type_is_not_changed(clean: Callable[[str], str], words: list[str]) -> None:
    text = " ".join(words)
    assert clean(text) == text


@given(pasted)
def test_no_blank_is_left_around_and_none_is_odd(text: str) -> None:
    for once in (cleaning.one_line(text), cleaning.paragraphs(text), cleaning.code_text(text)):
        assert once == once.strip()
        assert not set(once) & set(BLANKS[1:])
    assert "  " not in cleaning.one_line(text)


@given(pasted)
def test_a_harmless_line_is_one_and_harmless_paragraphs_have_no_control(text: str) -> None:
    assert cleaning.odd_character(cleaning.harmless_line(text)) is None
    assert cleaning.odd_character(cleaning.harmless_paragraphs(text), lines=True) is None
    assert "\n\n\n" not in cleaning.harmless_paragraphs(text)


@given(pasted)
def test_lines_that_are_joined_hold_no_line_break_or_tab(text: str) -> None:
    assert not set(cleaning.joined_lines(text)) & {*BREAKS, "\t"}


@given(pasted)
def test_a_code_has_no_dash_but_the_plain_one(text: str) -> None:
    assert not set(cleaning.code_text(text)) & set(DASHES)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ðặng Văn Ða", "Đặng Văn Đa"),
        ("Ɖặng Văn ɖa", "Đặng Văn đa"),
        ("NÐ 61, QÐ-UBND, ÐÐ", "NĐ 61, QĐ-UBND, ĐĐ"),
        ("Bình\u00a0ðịnh", "Bình định"),
        ("Guðrún SIGURÐSDÓTTIR", "Guðrún SIGURÐSDÓTTIR"),
        (unicodedata.normalize("NFD", "Tờ khai đăng ký"), "Tờ khai đăng ký"),
        ("\ufeffHoa\u200b Mai\u00ad ", "Hoa Mai"),
        ("Hoa\nMai", "Hoa\nMai"),
    ],
)
def test_one_line(text: str, meant: str) -> None:
    assert cleaning.one_line(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("\u202d000.00.00.H41\u2013200915\u22120001\u202c\t", "000.00.00.H41-200915-0001"),
        ("\uff10\uff10\uff10.00.00.H41\uff0d200915\ufe630001", "000.00.00.H41-200915-0001"),
        (" so\u2011xay\u2010dung\n", "so-xay-dung"),
    ],
)
def test_a_code_is_as_a_keyboard_has_it(text: str, meant: str) -> None:
    assert cleaning.code_text(text) == meant


def test_paragraphs_end_in_one_way_and_one_empty_line_is_enough() -> None:
    said = "\ufeff Kính gửi,\r\n\r\n\r\n\u2028Tôi\u00a0là\tHoa. \rHết\v"
    assert cleaning.paragraphs(said) == "Kính gửi,\n\nTôi là Hoa.\nHết"
    assert cleaning.joined_lines(said) == "Kính gửi, Tôi là Hoa. Hết"


@pytest.mark.parametrize(
    ("text", "place"), [("a\nb", 1), ("ab\x07", 2), ("\ud800", 0), ("ab", None)]
)
def test_what_no_text_may_hold_is_found(text: str, place: int | None) -> None:
    assert cleaning.odd_character(text) == place


def test_lines_may_end_where_they_are_allowed_to() -> None:
    assert cleaning.odd_character("a\nb\x00", lines=True) == 3
    assert cleaning.is_line_break("\u2028")
    assert not cleaning.is_line_break("\x07")


@given(text=pasted)
def test_a_text_that_needs_nothing_is_treated_like_any_other(text: str) -> None:
    seen = cleaning.without_invisible(text)
    plain = "".join(" " if unicodedata.category(each) == "Zs" else each for each in seen)
    assert cleaning.one_line(text) == re.sub(" {2,}", " ", plain.strip())
    assert cleaning.code_text(text) == cleaning.one_line(
        cleaning.plain_dashes(unicodedata.normalize("NFKC", cleaning.plain_dashes(text)))
    )
