"""Search words of a docket and of a query, with or without diacritics."""

from foundation.text.folding import fold
from foundation.text.search_words import asked_for, runs, spelled

__all__ = ["asked_for", "words_of"]

MOST_WORDS = 60


def words_of(code: str, procedure: str, applicant: str) -> tuple[str, ...]:
    """The index words of a docket: its code, whole and without the unit; the procedure's; the name.

    Of the name each word, and each two and three that follow one another: `nguyen` alone is the
    name of four people in ten.
    """
    _, _, number = fold(code).partition("-")
    found = [fold(code), number, fold(procedure), *runs(spelled(applicant))]
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]
