"""Pages of a list in the order of a moment and, where several have the same one, of the id.

Two that came within one millisecond have equal moments: a page that began behind the moment
alone would lose whichever of them stood on the other side of its edge. So the place of a row is
its moment and its id (foundation/places.py), and what shares the moment at the edge is looked up.
No index is needed but the one on the moment.

On a server that sorts by its indexes a page is one find, and one more where its edge parts equal
moments. On the embedded database it is read in windows; see foundation/persistence/paging.py.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any

from foundation.persistence.paging import WindowHints, next_span
from foundation.places import BEGINNING, END, id_at, moment_of, place_of

Filter = Mapping[str, Any]
Find = Callable[..., Sequence[Any]]
"""As Store.find: `find(filter, sort=…, limit=…)`."""

A_MOMENT = timedelta(milliseconds=1)
A_DAY = timedelta(days=1)
FIRST_BACK = timedelta(hours=6)
MOST_AT_ONCE = 1000
# Days from now at which windows end that begin before everything: none is a great part of the last,
# so that what has been open for long is not all read for the first page.
MARKS = (-1461, -730, -365, -270, -180, -120, -80, -50, -30, -14, -7, -3, -1, 0, 1, 7, 30)
# Of a list that grows for ever no window may be wide: its beginning is looked for step by step.
FIRST_MARK, STEP = timedelta(days=-3653), timedelta(days=14)


class Spread(StrEnum):
    """How densely a list stands over time, for windows only."""

    FEW = "few"
    """All of it may be looked through at once."""
    OPEN = "open"
    """What is open: little of it is old."""
    GROWING = "growing"
    """What only grows: as much long ago as lately."""


@dataclass(frozen=True, kw_only=True)
class MomentQuery:
    """The first `limit` of what a filter finds with the moment `key` in (since, until].

    `attribute` is where an entity has it, if not under that name. `after` is the place behind
    which the page begins. Of the `newest` the latest comes first. For windows only: `now` and
    `spread`.
    """

    filter: Filter
    key: str
    attribute: str = ""
    after: str = ""
    limit: int
    now: datetime
    since: datetime = BEGINNING
    until: datetime = END
    newest: bool = False
    spread: Spread = Spread.OPEN

    @property
    def begin(self) -> datetime:
        """Behind which moment there are rows."""
        if not self.after or self.newest:
            return self.since
        return max(self.since, moment_of(self.after))

    @property
    def end(self) -> datetime:
        """Up to which moment there are rows."""
        if not self.after or not self.newest:
            return self.until
        return min(self.until, moment_of(self.after) - A_MOMENT)

    @property
    def direction(self) -> int:
        """As MongoDB writes the order of a sort."""
        return -1 if self.newest else 1

    @property
    def sort(self) -> tuple[tuple[str, int]]:
        """The order of the page, as far as an index gives it."""
        return ((self.key, self.direction),)

    @property
    def origin(self) -> datetime:
        """The moment hints are relative to: the beginning, or now if it begins long ago."""
        return self.begin if self.begin > BEGINNING else self.now

    @property
    def last(self) -> datetime:
        """The moment that the list ends with."""
        return self.until

    @property
    def hint_key(self) -> Hashable:
        """The key of the hint: the same when the list is asked for again another day."""
        return repr(self.filter), self.key, self.limit, bool(self.after), self.until == END

    def each_value(self) -> list[Filter]:
        """The filter, as one of PageQuery's."""
        return [self.filter]

    def within(self, filter_: Filter, after: datetime, until: datetime) -> dict[str, Any]:
        """The filter with the moment in (after, until]."""
        return {**filter_, self.key: {"$gt": after, "$lte": until}}

    def whole(self, filter_: Filter) -> dict[str, Any]:
        """The filter of everything behind the beginning of the page."""
        return self.within(filter_, self.begin, self.end)

    def moment(self, entity: Any) -> datetime:
        """The moment of an entity."""
        found: datetime = attrgetter(self.attribute or self.key)(entity)
        return found

    def place(self, entity: Any) -> str:
        """The place of an entity."""
        return place_of(self.moment(entity), entity.id)

    def is_behind(self, entity_id: str, other: str) -> bool:
        """Whether, of two of the same moment, the one comes after the other; "" is none."""
        return not other or (entity_id < other if self.newest else entity_id > other)

    def in_order(self, entities: Sequence[Any]) -> list[Any]:
        """These in the order of the page."""
        return sorted(entities, key=lambda each: (self.moment(each), each.id), reverse=self.newest)


def read_by_moment(
    query: MomentQuery, find: Find, *, hints: WindowHints | None
) -> tuple[list[Any], str]:
    """A page in order, and the place behind which the next one begins, "" if there is none.

    In windows if there are hints, else in as few finds as can be.
    """
    most = query.limit + 1
    found = _at_the_cursor(query, find, most, cut=bool(hints))
    low, high = query.begin, query.end
    windows = _MomentWindows(query, hints) if hints else None
    while len(found) < most and low < high:
        after, until = windows.of(low, high) if windows else (low, high)
        seen = find(query.within(query.filter, after, until), sort=query.sort, limit=most)
        edge = query.moment(seen[-1]) if len(seen) == most else None
        found += query.in_order([each for each in seen if query.moment(each) != edge])
        if edge is not None and len(found) == query.limit:
            found += seen[-1:]  # it only says that there is a next page, whichever comes first
        elif edge is not None:
            found += _at(query, find, edge, most, cut=bool(hints))
        if windows:
            windows.saw(until - after, len(seen), most - len(found))
        low, high = _rest(query, (low, high), (after, until), edge)
    page = found[: query.limit]
    if hints and not query.newest:
        hints.note(query, [query.moment(each) for each in found[:most]], full=len(found) >= most)
    return page, query.place(page[-1]) if len(found) > query.limit else ""


def _rest(
    query: MomentQuery,
    whole: tuple[datetime, datetime],
    window: tuple[datetime, datetime],
    edge: datetime | None,
) -> tuple[datetime, datetime]:
    """What is left behind a window, or behind the moment at which the limit cut it."""
    if query.newest:
        return whole[0], window[0] if edge is None else edge - A_MOMENT
    return window[1] if edge is None else edge, whole[1]


def _at_the_cursor(query: MomentQuery, find: Find, most: int, *, cut: bool) -> list[Any]:
    """Those of the cursor's own moment that stand behind it."""
    behind = id_at(query.after)
    moment = moment_of(query.after) if behind else END
    if not behind or not query.since < moment <= query.until:
        return []
    return _at(query, find, moment, most, behind=behind, cut=cut)


def _at(
    query: MomentQuery, find: Find, moment: datetime, most: int, *, behind: str = "", cut: bool
) -> list[Any]:
    """The first `most` of one moment by their ids, behind an id.

    With `cut` all of the moment is read: a range of ids would keep the embedded database from
    using the index, so it is asked for only where there are very many.
    """
    wanted = query.within(query.filter, moment - A_MOMENT, moment)
    sort = (("_id", query.direction),)
    if cut or not behind:
        limit = MOST_AT_ONCE if cut else most
        found = find(wanted, sort=sort, limit=limit)
        if len(found) < MOST_AT_ONCE or not behind:
            return [each for each in found if query.is_behind(each.id, behind)][:most]
    wanted["_id"] = {"$lt" if query.newest else "$gt": behind}
    return list(find(wanted, sort=sort, limit=most))


class _MomentWindows:
    """The windows in which one page is read: to marks until something is found, then by spans."""

    def __init__(self, query: MomentQuery, hints: WindowHints) -> None:
        """Before the first."""
        self.query = query
        self.hint = None if query.newest else hints.of(query)
        self.least = FIRST_BACK if query.newest else A_DAY
        self.span = self.least if query.newest or query.after else timedelta()
        self.growing = query.spread is Spread.GROWING and not query.newest
        self.marks = _steps(query.now) if self.growing else _marks(query.now)

    def of(self, low: datetime, high: datetime) -> tuple[datetime, datetime]:
        """The next window of what is left."""
        if self.query.spread is Spread.FEW:
            return low, high
        if self.query.newest:
            return max(low, min(high, self.query.now) - self.span), high
        return low, min(high, max(self._end(low), low + A_MOMENT))

    def _end(self, low: datetime) -> datetime:
        """Never beyond now from before it: what is due is much denser after now."""
        now, hint, self.hint = self.query.now, self.hint, None
        if hint:
            self.span = max(hint.width, self.least)
            return self.query.origin + hint.end
        if self.growing and low >= now:
            return END
        end = low + self.span if self.span else next(each for each in self.marks if each > low)
        return min(end, now) if low < now else end

    def saw(self, width: timedelta, seen: int, missing: int) -> None:
        """The last window was so wide and had so many; so many rows are missing."""
        if not self.span and not (self.growing and seen):
            return
        span = max(next_span(self.span or width, seen, max(missing, 1)), self.least)
        self.span = min(span, STEP) if self.growing else span


def _marks(now: datetime) -> Iterator[datetime]:
    yield from (now + timedelta(days=days) for days in MARKS)
    yield END


def _steps(now: datetime) -> Iterator[datetime]:
    mark = now + FIRST_MARK
    while mark < now:
        yield mark
        mark += STEP
    yield from (now, END)
