"""A store whose entities are found by words (foundation/text/search_words.py), page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeVar

from foundation.outbox.store import Store
from foundation.persistence.paging import PageQuery, read_page

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

        The words of an entity are half of what reading it costs, so they stay in the database: of
        those with the first word only id and key are read, then it is asked which have the others.
        """
        limit, key = query.limit, query.key
        query = replace(query, filter=self.scoped({**query.filter, "words": words[0]}))
        if not words[1:]:
            found: list[Any] = self.page(replace(query, limit=limit + 1), only=only)
            return found[:limit], getattr(found[limit - 1], key) if len(found) > limit else ""
        query = replace(query, limit=MOST_SEARCHED)
        places = partial(_places, self, query)
        hints = self.mongo.hints_for(self.collection, query)
        looked = read_page(query, places, hints=hints)
        among = {"_id": {"$in": [each.id for each in looked]}, "words": {"$all": [*words[1:]]}}
        having = self.find(among, sort=query.sort, limit=limit + 1, only=only) if looked else []
        if len(having) > limit:
            return having[:limit], getattr(having[limit - 1], key)
        return having, getattr(looked[-1], key) if len(looked) == MOST_SEARCHED else ""


def _places(store: Store[Any], query: PageQuery, asked: Mapping[str, Any]) -> list[Any]:
    """The id and the key of what a filter finds, and nothing else of it."""
    found = store.values(asked, ("_id", query.key), sort=query.sort, limit=query.limit)
    return [SimpleNamespace(id=each["_id"], **{query.key: each[query.key]}) for each in found]
