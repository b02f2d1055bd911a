"""What a docket is searched by: words as people type them, with or without diacritics."""

import itertools
import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
MOST_WORDS = 60


def fold(text: str) -> str:
    """Lower case without diacritics: `Nguyễn Đức` and `NGUYEN DUC` are both `nguyen duc`."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def spelled(text: str) -> list[str]:
    """The folded words of a text in order; a code stays one word."""
    return _WORD.findall(fold(text))


def words_of(code: str, procedure: str, applicant: str) -> tuple[str, ...]:
    """What finds a docket: its code, whole and without the unit; the procedure's; the name.

    Of the name each word, and each two that follow one another: `nguyen` alone is the name of
    four people in ten.
    """
    name = spelled(applicant)
    pairs = [" ".join(pair) for pair in itertools.pairwise(name)]
    _, _, number = fold(code).partition("-")
    found = [fold(code), number, fold(procedure), *name, *pairs]
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def asked_for(text: str) -> tuple[str, ...]:
    """The words to look for, the one that fewest dockets will have first; empty if there is none.

    All of them must be among a docket's words; two that stand side by side count as one.
    """
    single = spelled(text)
    pairs = [" ".join(pair) for pair in itertools.pairwise(single)]
    names = [pair for pair in pairs if not any(letter.isdigit() for letter in pair)]
    return tuple(sorted([*single, *names], key=lambda word: (not _rare(word), -len(word))))


def _rare(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or " " in word
