"""A store whose entities are found by words (foundation/text/search_words.py), page by page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from foundation.outbox.store import Store
from foundation.persistence.paging import PageQuery

T = TypeVar("T")

MOST_SEARCHED = 100
"""A search of several words looks through so many entities before it shows what it has."""


class WordSearch(Store[T]):
    """A store of entities with `words`; a subclass declares the index of `words` and a key."""

    def having(
        self, words: Sequence[str], query: PageQuery, *, only: Sequence[str]
    ) -> tuple[list[T], str]:
        """Entities with all of the words, by the key of the query, a text that is a field.

        By the index for the first word, which should be the rarest. If it is not rare enough,
        fewer are found. Also behind which key to search on, "" if there is no more.
        """
        limit, most = query.limit, MOST_SEARCHED if words[1:] else query.limit + 1
        query = replace(query, filter={**query.filter, "words": words[0]}, limit=most)
        looked: list[Any] = self.page(query, only=only)
        found = [each for each in looked if set(words) <= set(each.words)]
        if len(found) > limit:
            return found[:limit], getattr(found[limit - 1], query.key)
        return found, getattr(looked[-1], query.key) if len(looked) == most else ""
