"""Keyset paging: a page of a sorted list, which begins behind the last key of the page before.

On a server that sorts by its indexes a page is one find, sorted and limited. The embedded
database uses an index for equality and ranges, never for order, and pays for each document in
the range. There a page is read in windows of the key until it is full: as wide as the last one
was dense, and for a list that was asked for before, as far as its page went then.

Here the key is a text that is stored with each thing: its place (foundation/places.py), which no
other has. What has only a moment is paged by that and its id (foundation/persistence/by_moment.py).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any, Protocol

from foundation.places import BEGINNING, END, after_key, moment_of

Filter = Mapping[str, Any]

# Behind BEGINNING, and behind END.
FIRST, LAST = "1990-01-01T00:00:00.000Z!", "2190-01-01T00:00:00.000Z!"
# Days from now at which a window ends while nothing is known of how densely entities stand.
MARKS = (-60, -30, -14, -7, -3, -1, 0, 0.25, 1, 3, 7, 14, 30, 60, 120, 365)
FEW_MARKS = (-14, 0, 7, 30)
WIDER, NARROWER = 4, 0.05
# Of a page, for what will be done until it is asked for again.
SPARE = 0.1
MOST_HINTS = 2000


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """The first `limit` of what a filter finds with `key` in (after, until], by that key.

    `attribute` is where an entity has its key, e.g. `schedule.press_order`, if not under that name.
    Nothing before `since` is wanted either. `filter` may have one `$in`.

    For windows only: `now`, as keys are moments around it; `hint` is what tells this list from
    others with the same filter; of a list that is `short` much is looked through at once. Of one
    that has stood densely for years nothing is thought to come before the `mark` (one find looks);
    windows behind it are `first_span` wide, then as it takes, never wider than `widest`.
    """

    filter: Filter
    key: str
    attribute: str = ""
    after: str = ""
    limit: int
    now: datetime
    since: str = FIRST
    until: str = LAST
    hint: Hashable = ""
    short: bool = False
    mark: datetime | None = None
    first_span: timedelta = timedelta()
    widest: timedelta = timedelta.max

    @property
    def begin(self) -> str:
        """Behind which key the page begins."""
        return max(self.after, self.since) if self.after else self.since

    @property
    def sort(self) -> tuple[tuple[str, int]]:
        """The order of the page."""
        return ((self.key, 1),)

    @property
    def origin(self) -> datetime:
        """The moment hints are relative to: the beginning, or now if it begins long ago."""
        begin = moment_of(self.begin)
        return begin if begin > BEGINNING else self.now

    @property
    def last(self) -> datetime:
        """The moment that the list ends with."""
        return moment_of(self.until)

    @property
    def hint_key(self) -> Hashable:
        """The key of the hint: the same when the list is asked for again another day."""
        whole = self.until == LAST
        return repr(self.filter), self.key, self.limit, bool(self.after), whole, self.hint

    def each_value(self) -> list[Filter]:
        """The filter once for each value of its `$in`: with a range, that would be a scan."""
        for name, wanted in self.filter.items():
            if isinstance(wanted, Mapping) and "$in" in wanted:
                return [{**self.filter, name: value} for value in wanted["$in"]]
        return [self.filter]

    def within(self, filter_: Filter, after: str, until: str) -> dict[str, Any]:
        """The filter with the key in (after, until]."""
        return {**filter_, self.key: {"$gt": after, "$lte": until}}

    def whole(self, filter_: Filter) -> dict[str, Any]:
        """The filter of everything behind the beginning of the page."""
        return self.within(filter_, self.begin, self.until)

    def key_of_last(self, found: Sequence[Any]) -> str:
        """The key up to which a find is whole that its limit ended."""
        return after_key(attrgetter(self.attribute or self.key)(found[-1]))

    def end_of_window(self, after: str, span: timedelta) -> str:
        """Where the next window ends: a span on, or at the next mark when no span is known.

        Never beyond now from before it.
        """
        at, marks = moment_of(after), FEW_MARKS if self.short else MARKS
        if self.mark and at < self.mark:
            return after_key(self.mark)
        moments = (self.now + timedelta(days=day) for day in marks)
        end = at + span if span else next((each for each in moments if each > at), END)
        return after_key(min(end, self.now if at < self.now else END))


class HintedQuery(Protocol):
    """What a query says of the list whose hint is asked for."""

    @property
    def hint_key(self) -> Hashable:
        """The key of the hint."""

    @property
    def origin(self) -> datetime:
        """The moment hints are relative to."""

    @property
    def last(self) -> datetime:
        """The moment that the list ends with."""


@dataclass(frozen=True)
class WindowHint:
    """How far a page went from its origin, and how wide it was from its first row to its last."""

    end: timedelta
    width: timedelta


class WindowHints:
    """How far a page of each list went when it was last asked for: the first window next time.

    A hint may be wrong at any time: then there are more finds, and the same page.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: OrderedDict[Hashable, WindowHint] = OrderedDict()

    def of(self, query: HintedQuery) -> WindowHint | None:
        """The hint for the list, if there is one."""
        return self._known.get(query.hint_key)

    def note(self, query: HintedQuery, moments: Sequence[datetime], *, full: bool) -> None:
        """Remember a page, by the moments of its rows; one that is not `full` was the last."""
        whole = query.last - query.origin
        hint = WindowHint(whole, timedelta())
        if full:
            width = moments[-1] - moments[0]
            end = moments[-1] - query.origin + SPARE * width
            hint = WindowHint(min(end, whole), width)
        self._known[query.hint_key] = hint
        self._known.move_to_end(query.hint_key)
        if len(self._known) > MOST_HINTS:
            self._known.popitem(last=False)


def read_page(
    query: PageQuery,
    find: Callable[[dict[str, Any]], Sequence[Any]],
    rows: Callable[[Any], Iterable[Any]] | None = None,
    *,
    hints: WindowHints | None,
    hidden: Iterable[Any] = (),
) -> list[Any]:
    """The rows of a page, in order; in windows if there are hints, else in as few finds as can be.

    `find` gives the first `limit` of what a filter finds, sorted by the key. `rows` makes the rows
    of one of them, each with its own `place`, a key not before that of what it is a row of;
    without it each is its row. `hidden` is what stands before the page and may have rows on it.
    """
    placed = partial(_placed, query, rows)
    found = {key: row for each in hidden for key, row in placed(each) if key[0] > query.begin}
    at, windows = query.begin, _Windows(query, hints) if hints else None
    while at < query.until:
        asked = min(windows.end(at), query.until) if windows else query.until
        entities, until = _find_within(query, find, at, asked, split=bool(windows))
        found |= {key: row for each in entities for key, row in placed(each)}
        missing = query.limit - sum(key <= until for key, _ in found)
        if missing <= 0:
            break
        if windows:
            windows.saw(at, until, len(entities), missing)
        at = until
    page = sorted(found)[: query.limit]
    if hints:
        hints.note(query, [moment_of(key) for key, _ in page], full=len(page) == query.limit)
    return [found[each] for each in page]


def _placed(
    query: PageQuery, rows: Callable[[Any], Iterable[Any]] | None, entity: Any
) -> list[tuple[tuple[str, str], Any]]:
    """The rows of an entity, each with what it is sorted by: its key, and the entity's id."""
    if rows is None:
        return [((getattr(entity, query.key), entity.id), entity)]
    return [((row.place, entity.id), row) for row in rows(entity)]


def _find_within(
    query: PageQuery,
    find: Callable[[dict[str, Any]], Sequence[Any]],
    after: str,
    until: str,
    *,
    split: bool,
) -> tuple[list[Any], str]:
    """The first entities in (after, until], and the key up to which these are all."""
    found: dict[str, Any] = {}
    for each in query.each_value() if split else [query.filter]:
        entities = find(query.within(each, after, until))
        found |= {entity.id: entity for entity in entities}
        until = query.key_of_last(entities) if len(entities) == query.limit else until
    return list(found.values()), until


class _Windows:
    """The windows in which one page is read."""

    def __init__(self, query: PageQuery, hints: WindowHints) -> None:
        """Before the first."""
        self.query, self.hint, self.span = query, hints.of(query), query.first_span

    def end(self, at: str) -> str:
        """Where the next ends that begins behind a key; never before it, whatever a hint says."""
        hinted = after_key(self.query.origin + self.hint.end) if self.hint else ""
        return hinted if hinted > at else self.query.end_of_window(at, self.span)

    def saw(self, at: str, until: str, seen: int, missing: int) -> None:
        """The last window went from `at` to `until` and had so many; so many rows are missing."""
        hint, self.hint = self.hint, None
        mark = self.query.mark
        if not seen and mark and until == after_key(mark):
            return
        width, found = (hint.width, self.query.limit) if hint else (_width(at, until), seen)
        if self.query.first_span:
            self.span = min(next_span(width, found, missing), self.query.widest)
            return
        # Entities are due much more densely after now than before it.
        dense = found and until != after_key(self.query.now)
        self.span = next_span(width, found, missing) if dense else timedelta()


def next_span(span: timedelta, found: int, wanted: int) -> timedelta:
    """How far to look next, if it goes on as densely as in the last window."""
    return span * (min(WIDER, max(NARROWER, 1.1 * wanted / found)) if found else WIDER)


def sorts_by_index(plan: Filter) -> bool | None:
    """Whether an explained find reads in order from its index; None when it uses no index (yet)."""
    stages = set(_stages(plan))
    return "SORT" not in stages if "IXSCAN" in stages else None


def uses_index(plan: Filter) -> bool:
    """Whether an explained find reads from an index, and looks through nothing whole."""
    stages = set(_stages(plan))
    return "IXSCAN" in stages and "COLLSCAN" not in stages


def _stages(plan: object) -> Iterator[str]:
    if isinstance(plan, Mapping):
        yield str(plan.get("stage", ""))
        plan = list(plan.values())
    for each in plan if isinstance(plan, list) else ():
        yield from _stages(each)


def _width(after: str, until: str) -> timedelta:
    return moment_of(until) - moment_of(after)
