"""Which subscriptions want an event: asked of the event, not of each subscription.

Most filters look only at the type, the agency, the procedure and the field; of those combinations
there are few, and for each the subscriptions are worked out once. So an event costs as much as
there are subscriptions that want it.
"""

from collections.abc import Iterator, Mapping

from services.subscriptions.domain.filters import Every, Facts, Filter, attributes_of, is_wanted

SHARED = ("type", "agency", "procedure", "field")
"""The attributes of which there are few combinations."""
MOST_REMEMBERED = 20_000


class EventMatcher:
    """The filters of many subscriptions, by id."""

    def __init__(self) -> None:
        """No subscription yet."""
        self._filters: dict[str, Filter] = {}
        self._all: Filter | None = None
        self._known: dict[tuple[str | None, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def put(self, key: str, wanted: Filter) -> None:
        """A subscription that is new, or has another filter now."""
        self._filters[key] = wanted
        self._forget()

    def remove(self, key: str) -> None:
        """It wants nothing any more."""
        if self._filters.pop(key, None) is not None:
            self._forget()

    def all_filters(self) -> Filter:
        """One filter that looks at whatever any of them looks at."""
        if self._all is None:
            self._all = Every(tuple(self._filters.values()))
        return self._all

    def wanting(self, facts: Facts) -> Iterator[str]:
        """Those that want an event of which this is known."""
        combination = tuple(facts[name] for name in SHARED)
        if combination not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[combination] = self._work_out(facts)
        certain, perhaps = self._known[combination]
        yield from certain
        yield from (key for key in perhaps if is_wanted(self._filters[key], facts))

    def _forget(self) -> None:
        self._known.clear()
        self._all = None

    def _work_out(self, facts: Mapping[str, str | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who wants every event of the combination, and who some, by its source or subject."""
        own = {**facts, "source": None, "subject": None}
        certain, perhaps = [], []
        for key, wanted in self._filters.items():
            if {"source", "subject"} & attributes_of(wanted):
                perhaps += [key] if is_wanted(wanted, own) else []
            elif is_wanted(wanted, facts):
                certain.append(key)
        return tuple(certain), tuple(perhaps)
