"""Search words of a docket and of a query, with or without diacritics."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.text.folding import fold
from foundation.text.procedure_code import bare

_WORD = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
MOST_WORDS = 160
MOST_LEADS = 12
LONGEST_RUN, LONGEST_OF_PROCEDURE = 3, 2


@dataclass(frozen=True)
class Lead:
    """One way to search: dockets under the key `word`, and of these the ones with all `words`."""

    word: str
    words: frozenset[str]


def spelled(text: str) -> list[str]:
    """The folded words of a text in order; a code stays one word."""
    return _WORD.findall(fold(text))


def words_of(code: str, procedure: str, name: str, applicant: str) -> tuple[str, ...]:
    """The index words of a docket: its code, whole and without the unit, and what it is about.

    Of the applicant's name each word, and each two and three that follow one another: `nguyen`
    alone is the name of four people in ten. Of the procedure, its code, each word of its name,
    and each two: most words of Vietnamese are written as two.
    """
    _, _, number = fold(code).partition("-")
    found = [fold(code), number, fold(procedure), *_runs(spelled(applicant))]
    found += _runs(spelled(name), LONGEST_OF_PROCEDURE)
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def asked_for(text: str) -> tuple[str, ...]:
    """The words of a query, the most selective one first; empty if there is none.

    A code leads, then the longest run of words that
    stand side by side, the last of equals: the given name tells more people apart.
    """
    words = spelled(text)
    codes = [bare(word) for word in words if _is_code(word)]
    runs = _runs([word for word in words if not _is_code(word)])
    runs.sort(key=lambda run: run.count(" "), reverse=True)
    return tuple(dict.fromkeys([*codes, *runs]))


def leads(asked: Sequence[str]) -> tuple[Lead, ...]:
    """The ways to search for what is `asked_for`, each to be tried where those before find nothing.

    First all that stood side by side must do so in the docket too, as in a name. Then it is
    enough that each word is there: some may be of the name and some of the procedure.
    """
    apart = frozenset(word for word in asked if " " not in word)
    strict = [Lead(word, frozenset(asked)) for word in asked[:1]]
    loose = [Lead(word, apart) for word in asked if len(apart) < len(asked)]
    return (*strict, *loose)[:MOST_LEADS]


def _runs(words: list[str], longest: int = LONGEST_RUN) -> list[str]:
    """Each word and each two or more side by side; of each length the last ones first."""
    lengths = range(1, longest + 1)
    return [
        " ".join(words[end - length : end])
        for length in lengths
        for end in range(len(words), length - 1, -1)
    ]


def _is_code(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
