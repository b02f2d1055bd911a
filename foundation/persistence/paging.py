"""Keyset paging: a page of a sorted list, which begins behind the last key of the page before.

On a server that sorts by its indexes a page is one find, sorted and limited. The embedded
database uses an index for equality and ranges, never for order, and pays for each document in
the range. There a page is read in windows of the key until it is full: as wide as the last one
was dense, and for a list that was asked for before, as far as its page went then.

A key is a moment, or a text that begins with one and is unique.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from operator import attrgetter
from typing import Any

from contracts.envelope import read_time, write_time

# A datetime or a text, the same in all of a query.
Key = Any
Filter = Mapping[str, Any]

BEGINNING, END = datetime(1990, 1, 1, tzinfo=UTC), datetime(2190, 1, 1, tzinfo=UTC)
FIRST, LAST = "1990-01-01T00:00:00.000Z!", "2190-01-01T00:00:00.000Z!"
LENGTH_OF_TIME = len("2020-09-15T02:30:00.000Z")
# Days from now at which a window ends while nothing is known of how densely entities stand.
MARKS = (-60, -30, -14, -7, -3, -1, 0, 0.25, 1, 3, 7, 14, 30, 60, 120, 365)
FEW_MARKS = (-14, 0, 7, 30)
MARKS_BACK = (0.25, 1, 3, 7, 14, 30, 60, 120, 240, 480, 960, 1920)
WIDER, NARROWER = 4, 0.05
A_DAY = timedelta(days=1)
# Of a page, for what will be done until it is asked for again.
SPARE = 0.1
MOST_HINTS = 2000


def moment_of(key: Key) -> datetime:
    """The moment that a key is, or begins with."""
    return key if isinstance(key, datetime) else read_time(key[:LENGTH_OF_TIME])


def after_key(key: str | datetime) -> str:
    """The text behind every text key that is, or begins with, this key or moment.

    "!" sorts behind a space and before every letter, digit and dash of an id.
    """
    return f"{write_time(key) if isinstance(key, datetime) else key}!"


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """The first `limit` of what a filter finds with `key` in (after, until], by that key.

    `attribute` is where an entity has its key, e.g. `schedule.press_order`, if not under that name.
    Nothing before `since` is wanted either. `filter` may have one `$in`. Of the `newest`, the last
    `limit` of all, the largest key stands first; that key is a moment, and there is no next page.

    For windows only: `now`, as keys are moments around it; `hint` is what tells this list from
    others with the same filter; of a list that is `short` much is looked through at once; one
    that is `even` has as much before now as after it.
    """

    filter: Filter
    key: str
    attribute: str = ""
    after: Key = ""
    limit: int
    now: datetime
    since: Key = FIRST
    until: Key = LAST
    newest: bool = False
    hint: Hashable = ""
    short: bool = False
    even: bool = False

    @property
    def begin(self) -> Key:
        """Behind which key the page begins."""
        return max(self.after, self.since) if self.after else self.since

    @property
    def sort(self) -> tuple[tuple[str, int]]:
        """The order of the page."""
        return ((self.key, -1 if self.newest else 1),)

    @property
    def origin(self) -> datetime:
        """What hints are counted from: the beginning, or now if it begins long ago."""
        begin = moment_of(self.begin)
        return begin if begin > BEGINNING else self.now

    @property
    def hint_key(self) -> Hashable:
        """What stays the same when the list is asked for again another day."""
        whole = self.until == LAST
        return repr(self.filter), self.key, self.limit, bool(self.after), whole, self.hint

    def each_value(self) -> list[Filter]:
        """The filter once for each value of its `$in`: with a range, that would be a scan."""
        for name, wanted in self.filter.items():
            if isinstance(wanted, Mapping) and "$in" in wanted:
                return [{**self.filter, name: value} for value in wanted["$in"]]
        return [self.filter]

    def within(self, filter_: Filter, after: Key, until: Key) -> dict[str, Any]:
        """The filter with the key in (after, until]."""
        return {**filter_, self.key: {"$gt": after, "$lte": until}}

    def key_at(self, moment: datetime) -> Key:
        """The key up to which all of a moment stands."""
        return moment if isinstance(self.since, datetime) else after_key(moment)

    def key_of_last(self, found: Sequence[Any]) -> Key:
        """The key up to which a find is whole that its limit ended."""
        last = attrgetter(self.attribute or self.key)(found[-1])
        return last if isinstance(last, datetime) else after_key(last)

    def end_of_window(self, after: Key, span: timedelta) -> Key:
        """Where the next window ends: a span on, or at the next mark when no span is known.

        Never beyond now from before it.
        """
        at, marks = moment_of(after), FEW_MARKS if self.short else MARKS
        moments = (self.now + timedelta(days=day) for day in marks)
        end = at + span if span else next((each for each in moments if each > at), END)
        return self.key_at(min(end, self.now if at < self.now else END))


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

    def of(self, query: PageQuery) -> WindowHint | None:
        """What is known of the list."""
        return self._known.get(query.hint_key)

    def note(self, query: PageQuery, keys: Sequence[Key]) -> None:
        """Remember a page, by the keys of its rows."""
        whole = moment_of(query.until) - query.origin
        hint = WindowHint(whole, timedelta())
        if len(keys) == query.limit:
            width = _width(keys[0], keys[-1])
            end = moment_of(keys[-1]) - query.origin + SPARE * width
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
    if query.newest:
        return _newest(query, find, windows=hints is not None)
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
        hints.note(query, [key for key, _ in page])
    return [found[each] for each in page]


def _placed(
    query: PageQuery, rows: Callable[[Any], Iterable[Any]] | None, entity: Any
) -> list[tuple[tuple[Key, str], Any]]:
    """The rows of an entity, each with what it is sorted by: its key, and the entity's id."""
    if rows is None:
        return [((getattr(entity, query.key), entity.id), entity)]
    return [((row.place, entity.id), row) for row in rows(entity)]


def _find_within(
    query: PageQuery,
    find: Callable[[dict[str, Any]], Sequence[Any]],
    after: Key,
    until: Key,
    *,
    split: bool,
) -> tuple[list[Any], Key]:
    """What stands first in (after, until], and up to which key that is all."""
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
        self.query, self.hint = query, hints.of(query)
        self.span = A_DAY if query.even else timedelta()

    def end(self, at: Key) -> Key:
        """Where the next ends that begins behind a key."""
        if self.hint:
            return self.query.key_at(self.query.origin + self.hint.end)
        return self.query.end_of_window(at, self.span)

    def saw(self, at: Key, until: Key, seen: int, missing: int) -> None:
        """The last window went from `at` to `until` and had so many; so many rows are missing."""
        hint, self.hint = self.hint, None
        if self.query.even:
            self.span = WIDER * max(_width(at, until), A_DAY)
            return
        width, found = (hint.width, self.query.limit) if hint else (_width(at, until), seen)
        # Entities are due much more densely after now than before it.
        dense = found and until != self.query.key_at(self.query.now)
        self.span = next_span(width, found, missing) if dense else timedelta()


def next_span(span: timedelta, found: int, wanted: int) -> timedelta:
    """How far to look next, if it goes on as densely as in the last window."""
    return span * (min(WIDER, max(NARROWER, 1.1 * wanted / found)) if found else WIDER)


def _newest(
    query: PageQuery, find: Callable[[dict[str, Any]], Sequence[Any]], *, windows: bool
) -> list[Any]:
    """The last of a list, in windows that widen the further back they are."""
    back = [query.now - timedelta(days=days) for days in MARKS_BACK] if windows else ()
    found: list[Any] = []
    for until, after in pairwise((END, *back, BEGINNING)):
        found += find(query.within(query.filter, after, until))
        if len(found) >= query.limit:
            break
    return found[: query.limit]


def sorts_by_index(plan: Filter) -> bool | None:
    """Whether an explained find reads in order from its index; None when it uses no index (yet)."""
    stages = set(_stages(plan))
    return "SORT" not in stages if "IXSCAN" in stages else None


def _stages(plan: object) -> Iterator[str]:
    if isinstance(plan, Mapping):
        yield str(plan.get("stage", ""))
        plan = list(plan.values())
    for each in plan if isinstance(plan, list) else ():
        yield from _stages(each)


def _width(after: Key, until: Key) -> timedelta:
    return moment_of(until) - moment_of(after)
