"""Search words of a docket and of a query, with or without diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.text.folding import fold
from foundation.text.search_words import apart, asked_for, runs, spelled

__all__ = ["Lead", "asked_for", "leads", "words_of"]

MOST_WORDS = 160
MOST_LEADS = 12
LONGEST_OF_PROCEDURE = 2


@dataclass(frozen=True)
class Lead:
    """One way to search: dockets under the key `word`, and of these the ones with all `words`."""

    word: str
    words: frozenset[str]


def words_of(code: str, procedure: str, name: str, applicant: str) -> tuple[str, ...]:
    """The index words of a docket: its code, whole and without the unit, and what it is about.

    Of the applicant's name each word, and each two and three that follow one another: `nguyen`
    alone is the name of four people in ten. Of the procedure, its code, each word of its name,
    and each two: most words of Vietnamese are written as two.
    """
    _, _, number = fold(code).partition("-")
    found = [fold(code), number, fold(procedure), *runs(spelled(applicant))]
    found += runs(spelled(name), LONGEST_OF_PROCEDURE)
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def leads(asked: Sequence[str]) -> tuple[Lead, ...]:
    """The ways to search for what is `asked_for`, each to be tried where those before find nothing.

    First all that stood side by side must do so in the docket too, as in a name. Then it is
    enough that each word is there: some may be of the name and some of the procedure.
    """
    single = frozenset(apart(asked))
    strict = [Lead(word, frozenset(asked)) for word in asked[:1]]
    loose = [Lead(word, single) for word in asked if len(single) < len(asked)]
    return (*strict, *loose)[:MOST_LEADS]
