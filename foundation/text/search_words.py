"""Search words of Vietnamese text: what is stored to be found by, and what a query asks for.

A word is folded: without diacritics, in lower case. A code stays one word.
"""

import re
from collections.abc import Iterable

from foundation.text.cleaning import one_line, plain_dashes
from foundation.text.folding import fold
from foundation.text.procedure_code import bare

LONGEST_RUN = 3
# Family and middle names that most people have: they tell nobody apart.
COMMON = frozenset(("bui", "dang", "do", "duong", "ho", "hoang", "huynh", "le", "ly")) | {
    "ngo",
    "nguyen",
    "pham",
    "phan",
    "thi",
    "tran",
    "van",
    "vo",
    "vu",
}

_WORD = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


def typed(text: str) -> str:
    """The text as somebody would have typed it: plain hyphens, and no marks that nobody sees."""
    return plain_dashes(one_line(text))


def spelled(text: str) -> list[str]:
    """The folded words of a text in order; a code stays one word."""
    return _WORD.findall(fold(typed(text)))


def runs(words: list[str], longest: int = LONGEST_RUN) -> list[str]:
    """Each word and each two or more side by side; of each length the last ones first.

    `nguyen` alone is the name of four people in ten; three words in a row tell people apart.
    """
    lengths = range(1, longest + 1)
    return [
        " ".join(words[end - length : end])
        for length in lengths
        for end in range(len(words), length - 1, -1)
    ]


def beginnings(words: list[str]) -> list[str]:
    """Each word, and all that may have been typed of it so far: `hoa`, `ho`, `h`."""
    return [word[:length] for word in words for length in range(len(word), 0, -1)]


def apart(asked: Iterable[str]) -> tuple[str, ...]:
    """The single words among those asked for, which may stand anywhere and in any order."""
    return tuple(word for word in asked if " " not in word)


def in_any_order(text: str) -> tuple[str, ...]:
    """The single words of a query, the most selective first: a code, then what is rare and long.

    What is found has each of them, or a word that begins with it, wherever they stand: that is
    an equality with one of the `beginnings` that are stored, so an index finds it.
    """
    words = apart(asked_for(text))
    return tuple(sorted(words, key=lambda word: (not _is_code(word), word in COMMON, -len(word))))


def asked_for(text: str) -> tuple[str, ...]:
    """The words of a query, the most selective one first; empty if there is none.

    All of them must be among those of what is found. A code leads, then the longest run of words
    that stand side by side, the last of equals: the given name tells more people apart.
    """
    words = spelled(text)
    codes = [bare(word) for word in words if _is_code(word)]
    sought = runs([word for word in words if not _is_code(word)])
    sought.sort(key=lambda run: run.count(" "), reverse=True)
    return tuple(dict.fromkeys([*codes, *sought]))


def _is_code(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
