"""Search words of Vietnamese text: what is stored to be found by, and what a query asks for.

A word is folded: without diacritics, in lower case. A code stays one word.
"""

import re

from foundation.text.cleaning import one_line, plain_dashes
from foundation.text.folding import fold
from foundation.text.procedure_code import bare

LONGEST_RUN = 3

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
