"""Search words of a docket and of a query, with or without diacritics."""

import re

from foundation.text.folding import fold
from foundation.text.procedure_code import bare

_WORD = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
MOST_WORDS = 60
LONGEST_RUN = 3


def spelled(text: str) -> list[str]:
    """The folded words of a text in order; a code stays one word."""
    return _WORD.findall(fold(text))


def words_of(code: str, procedure: str, applicant: str) -> tuple[str, ...]:
    """The index words of a docket: its code, whole and without the unit; the procedure's; the name.

    Of the name each word, and each two and three that follow one another: `nguyen` alone is the
    name of four people in ten.
    """
    _, _, number = fold(code).partition("-")
    found = [fold(code), number, fold(procedure), *_runs(spelled(applicant))]
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def asked_for(text: str) -> tuple[str, ...]:
    """The words of a query, the most selective one first; empty if there is none.

    All of them must be among a docket's words. A code leads, then the longest run of words that
    stand side by side, the last of equals: the given name tells more people apart.
    """
    words = spelled(text)
    codes = [bare(word) for word in words if _is_code(word)]
    runs = _runs([word for word in words if not _is_code(word)])
    runs.sort(key=lambda run: run.count(" "), reverse=True)
    return tuple(dict.fromkeys([*codes, *runs]))


def _runs(words: list[str]) -> list[str]:
    """Each word and each two and three side by side; of each length the last ones first."""
    lengths = range(1, LONGEST_RUN + 1)
    return [
        " ".join(words[end - length : end])
        for length in lengths
        for end in range(len(words), length - 1, -1)
    ]


def _is_code(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
