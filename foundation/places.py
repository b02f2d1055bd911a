"""Places: where a row stands in a sorted list, and behind which one a page begins (`?after=`).

A place is a moment and, since many have the same moment, the ids of the row: as one text that is
unique and sorts, `2020-09-15T02:30:00.000Z d1`. Pure functions over text and moments.
"""

import re
from datetime import UTC, datetime

from contracts.envelope import is_time, read_time, write_time

BEGINNING, END = datetime(1990, 1, 1, tzinfo=UTC), datetime(2190, 1, 1, tzinfo=UTC)
"""Before and after every moment that a list is sorted by."""
Within = tuple[datetime, datetime]
"""Behind which moment something is, and up to which."""
LENGTH_OF_TIME = len("2020-09-15T02:30:00.000Z")

_PLACE = re.compile(r"[0-9-]{10}T[0-9:.]{12}Z(?: [A-Za-z0-9._:-]{1,160}){1,2}")


def place_of(moment: datetime, *ids: str) -> str:
    """The place of a row: unique to it, and in the order of the moments."""
    return " ".join((write_time(moment), *ids))


def is_place(text: str) -> bool:
    """Whether the text is a place, as a page gives it for the next one."""
    moment = text.partition(" ")[0]
    known = bool(_PLACE.fullmatch(text)) and is_time(moment)
    return known and BEGINNING <= read_time(moment) <= END


def after_key(key: str | datetime) -> str:
    """The text behind every place that is, or begins with, this place or moment.

    "!" sorts behind a space and before every letter, digit and dash of an id.
    """
    return f"{write_time(key) if isinstance(key, datetime) else key}!"


def moment_of(place: str) -> datetime:
    """The moment that a place begins with."""
    return read_time(place[:LENGTH_OF_TIME])


def counted_back(moment: datetime) -> datetime:
    """The moment as far from the end of all lists as it is from their beginning.

    By its place a list has the latest first.
    """
    return END - (moment - BEGINNING)


def id_at(place: str) -> str:
    """The id in the place of a row with one; "" where it is a moment's end (see `after_key`)."""
    return place[LENGTH_OF_TIME + 1 :]
