"""Pages of a long list, read in windows of time until a page is full.

Things stand in a list by their place, a text that begins with a moment and sorts. The embedded
database uses an index for equality and ranges, never for order, and pays for each document in the
range. So a window should hold about a page: as wide as the last one was dense, and for a list that
was asked for before, as far as its page went then.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from contracts.envelope import read_time, write_time

BEGINNING, END = datetime(1990, 1, 1, tzinfo=UTC), datetime(2190, 1, 1, tzinfo=UTC)
LENGTH_OF_TIME = len("2020-09-15T02:30:00.000Z")
# Days from now at which a window ends while nothing is known of how densely things stand.
MARKS = (-60, -30, -14, -7, -3, -1, 0, 0.25, 1, 3, 7, 14, 30, 60, 120, 365)
FEW_MARKS = (-14, 0, 7, 30)
WIDER, NARROWER = 4, 0.05
# Of a page, for what will be done until it is asked for again.
SPARE = 0.1
MOST_REACHES = 2000


class Placed(Protocol):
    """What stands in a list."""

    @property
    def place(self) -> str:
        """Where: nothing else stands there."""
        ...


T = TypeVar("T", bound=Placed)
D = TypeVar("D")


def moment_of(place: str) -> datetime:
    """The moment by which something stands at its place."""
    return read_time(place[:LENGTH_OF_TIME])


def behind(place: str | datetime) -> str:
    """Where a list goes on after all that stands at that place, or at that moment.

    "!" sorts behind a space and before every letter, digit and dash of an id.
    """
    return f"{write_time(place) if isinstance(place, datetime) else place}!"


@dataclass(frozen=True, kw_only=True)
class Part:
    """The first `limit` of what stands in a list between two places, as somebody asks it `now`.

    `asking` is what stays the same when it is asked again another day; of a list that is `short`
    much is looked through at once.
    """

    begin: str = behind(BEGINNING)
    end: str = behind(END)
    now: datetime
    limit: int
    asking: Hashable
    short: bool = False

    @property
    def origin(self) -> datetime:
        """What reaches are counted from: the beginning, or now if it begins long ago."""
        begin = moment_of(self.begin)
        return begin if begin > BEGINNING else self.now

    def end_of_window(self, after: str, span: timedelta) -> str:
        """Where the next window ends: a span on, or at the next mark when no span is known.

        Never beyond now from before it.
        """
        at, marks = moment_of(after), FEW_MARKS if self.short else MARKS
        moments = (self.now + timedelta(days=day) for day in marks)
        end = at + span if span else next((each for each in moments if each > at), END)
        return behind(min(end, self.now if at < self.now else END))


@dataclass(frozen=True)
class Reach:
    """How far a page went from the origin, and how far it was from its first row to its last."""

    end: timedelta
    width: timedelta


class Reaches:
    """How far a page of each list went when it was last asked for.

    The next asking begins with that much, so that one question mostly suffices. What it says may
    be wrong at any time: then there are more questions, and the same answer.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: OrderedDict[Hashable, Reach] = OrderedDict()

    def page(
        self,
        part: Part,
        window: Callable[[str, str], tuple[Sequence[D], str]],
        rows_of: Callable[[D], Sequence[T]],
        hidden: Sequence[T] = (),
    ) -> list[T]:
        """The page, in order; `hidden` are rows of it that no window finds.

        `window` gives what is found by places in (after, until], and up to where that is all; no
        row of it stands before it.
        """
        found, at = {row.place: row for row in hidden}, part.begin
        reach, span = self._known.get(part.asking), timedelta()
        while at < part.end:
            asked = behind(part.origin + reach.end) if reach else part.end_of_window(at, span)
            things, until = window(at, min(asked, part.end))
            found |= {row.place: row for thing in things for row in rows_of(thing)}
            missing = part.limit - sum(place < until for place in found)
            if missing <= 0:
                break
            seen = (reach.width, part.limit) if reach else (_width(at, until), len(things))
            # Things are due much more densely after now than before it.
            dense = seen[1] and until != behind(part.now)
            span = next_span(*seen, missing) if dense else timedelta()
            at, reach = until, None
        page = [found[place] for place in sorted(found)[: part.limit]]
        self._note(part, page)
        return page

    def _note(self, part: Part, page: Sequence[Placed]) -> None:
        whole = moment_of(part.end) - part.origin
        reach = Reach(whole, timedelta())
        if len(page) == part.limit:
            width = _width(page[0].place, page[-1].place)
            end = moment_of(page[-1].place) - part.origin + SPARE * width
            reach = Reach(min(end, whole), width)
        self._known[part.asking] = reach
        self._known.move_to_end(part.asking)
        if len(self._known) > MOST_REACHES:
            self._known.popitem(last=False)


def next_span(span: timedelta, found: int, wanted: int) -> timedelta:
    """How far to look next, if it goes on as densely as in the last window."""
    return span * (min(WIDER, max(NARROWER, 1.1 * wanted / found)) if found else WIDER)


def _width(after: str, until: str) -> timedelta:
    return moment_of(until) - moment_of(after)
