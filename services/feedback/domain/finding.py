"""Finding feedback: by words of its text, with or without diacritics, state, kind, agency, month.

What it is found by is stored with it as words, so that one index answers every search: the words
of the text, and one word for each combination of what else may be asked for. Denunciations have no
words and are never found.
"""

from dataclasses import dataclass
from itertools import combinations

from foundation.frozen import replace
from foundation.places import counted_back, place_of
from foundation.text.search_words import apart, in_any_order, spelled
from foundation.worktime import local_day
from services.feedback.domain.feedback import Feedback

MOST_WORDS = 200
"""So many different words of a text are kept; of a longer one those that come first."""
EVERYTHING = "="
"""The word that every feedback has."""

NOT_PUBLIC = ("=",)
"""The public words of what is not public: no search asks for it, and it says that it has none."""

Facts = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FeedbackSearch:
    """What is asked for; "" asks for nothing."""

    words: str = ""
    state: str = ""
    kind: str = ""
    agency: str = ""
    month: str = ""


def findable(feedback: Feedback) -> Feedback:
    """The feedback with what it is found by, and its place among what is found."""
    text = tuple(dict.fromkeys(apart(spelled(feedback.text))))[:MOST_WORDS]
    facts = _facts(
        feedback.state.value,
        feedback.kind.value,
        feedback.about,
        f"{local_day(feedback.received):%Y-%m}",
    )
    combined = tuple(
        _word(some) for number in range(len(facts) + 1) for some in combinations(facts, number)
    )
    return replace(
        feedback,
        words=(*text, *combined),
        public_words=_public_words(feedback),
        found_at=place_of(feedback.received, feedback.id),
        public_at=_public_at(feedback),
    )


def words_of(asked: FeedbackSearch) -> tuple[str, ...]:
    """The words that what is found has, the rarest of the text first, that of the rest last."""
    text = in_any_order(asked.words)
    facts = _facts(asked.state, asked.kind, asked.agency, asked.month)
    return (*text, _word(facts)) if facts or not text else text


def public_words_of(words: str, agency: str) -> tuple[str, ...]:
    """The words that a published feedback has which is searched for; none without a word."""
    said = tuple(in_any_order(words))
    return (*said, _about(agency)) if said and agency else said


def _public_words(feedback: Feedback) -> tuple[str, ...]:
    if not feedback.public:
        return NOT_PUBLIC
    text = apart(spelled(f"{feedback.public_question} {feedback.public_answer}"))
    kept = tuple(dict.fromkeys(text))[:MOST_WORDS]
    return (*kept, _about(feedback.about))


def _about(agency: str) -> str:
    return f"{EVERYTHING}agency={agency}"


def _public_at(feedback: Feedback) -> str:
    if not feedback.public or feedback.published is None:
        return ""
    return place_of(counted_back(feedback.published), feedback.id)


def _facts(state: str, kind: str, agency: str, month: str) -> Facts:
    known = {"state": state, "kind": kind, "agency": agency, "month": month}
    return tuple(f"{name}={value}" for name, value in known.items() if value)


def _word(facts: Facts) -> str:
    """One word for several facts; no word of a text has this sign."""
    return EVERYTHING + "&".join(facts)
