import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.domain.words import fold, words


def test_words_are_found_with_and_without_diacritics_in_any_case() -> None:
    assert words("Đất đai, Nhà ở") == words("dat DAI nha o") == ("dat", "dai", "nha", "o")


def test_both_spellings_of_a_vietnamese_letter_are_the_same_word() -> None:
    text = "Quyết định chấp thuận chủ trương đầu tư"
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


def test_a_procedure_code_stays_one_word() -> None:
    assert words("Thủ tục 1.009645") == ("thu", "tuc", "1.009645")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
