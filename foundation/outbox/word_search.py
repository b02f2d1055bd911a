"""A store whose entities are found by words (foundation/text/search_words.py), page by page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, TypeVar

from foundation.frozen import replace
from foundation.outbox.reader import hints_for
from foundation.outbox.store import Store
from foundation.persistence.paging import PageQuery, read_page
from foundation.persistence.ttl_cache import TtlCache
from foundation.places import moment_of

T = TypeVar("T")

MOST_SEARCHED = 100
"""A search of several words looks through so many entities before it shows what it has."""


FIRST_PAGE = 50
LONG_AGO, STEP = timedelta(days=3653), timedelta(days=14)
"""Where the first entity is looked for, once: from so long ago in steps."""
KNOWN_FOR = 60.0
A_MOMENT = timedelta(milliseconds=1)


class WordSearch(Store[T]):
    """A store of entities with `words`; a subclass declares the index of `words` and a key."""

    def having(
        self, words: Sequence[str], query: PageQuery, *, only: Sequence[str], field: str = "words"
    ) -> tuple[list[T], str]:
        """Entities with all of the words, by the key of the query, a text that is a field.

        The words are those of the `field`, which the index begins with.

        By the index for the first word, which should be the rarest. If it is not rare enough,
        fewer are found. Also behind which key to search on, "" if there is no more.

        Building entities is what reading them costs: of those with the first word only id, key and
        words are read, as the database keeps them, and no more are built than are shown.
        """
        limit, key = query.limit, query.key
        query = replace(query, filter=self.scoped({**query.filter, field: words[0]}))
        if not words[1:]:
            found: list[Any] = self.page(replace(query, limit=limit + 1), only=only)
            return found[:limit], getattr(found[limit - 1], key) if len(found) > limit else ""
        query = replace(query, limit=MOST_SEARCHED)
        hints = hints_for(self, query)
        looked = read_page(query, partial(_places, self, query, field), hints=hints)
        having = [each for each in looked if set(words) <= set(each.words)]
        among = {"_id": {"$in": [each.id for each in having[:limit]]}}
        shown: list[Any] = self.find(among, limit=limit, only=only) if having else []
        shown.sort(key=attrgetter(key))
        if len(having) > limit:
            return shown, getattr(having[limit - 1], key)
        return shown, getattr(looked[-1], key) if len(looked) == MOST_SEARCHED else ""


def _places(store: Store[Any], query: PageQuery, field: str, asked: Mapping[str, Any]) -> list[Any]:
    """The id, the key and the words of what a filter finds, and nothing else of it."""
    found = store.values(asked, ("_id", query.key, field), sort=query.sort, limit=query.limit)
    return [
        SimpleNamespace(id=each["_id"], words=each[field], **{query.key: each[query.key]})
        for each in found
    ]


def in_narrow_windows(
    store: Store[Any], query: PageQuery, everything: str, *, only: Sequence[str]
) -> PageQuery:
    """The query of a list that has stood densely for years, the oldest first, for any of its words.

    On the embedded database its first window would else hold all that is older than two months. A
    word stands no more densely than all entities, which have the word `everything`: a window that
    is right for these reads little of any. What was known a minute ago costs a find at most: no
    entity is missed by it.
    """
    wanted = replace(
        query,
        filter={"words": everything},
        after="",
        limit=FIRST_PAGE,
        mark=query.now - LONG_AGO,
        first_span=STEP,
        widest=STEP,
    )
    if hints_for(store, wanted) is None:
        return query
    # In the store itself, which a test may make without its setup.
    known: TtlCache[dict[str, Any]] = vars(store).setdefault("dense", TtlCache(KNOWN_FOR))
    return replace(query, **known.get(query.key, partial(_density, store, wanted, only)))


def _density(store: Store[Any], query: PageQuery, only: Sequence[str]) -> dict[str, Any]:
    """Before which moment there is nothing, and how wide a window has one page of all."""
    found: list[datetime] = [
        moment_of(getattr(each, query.key)) for each in store.page(query, only=only)
    ]
    if len(found) < query.limit:
        return {}
    return {"mark": found[0] - A_MOMENT, "first_span": max(found[-1] - found[0], A_MOMENT)}
