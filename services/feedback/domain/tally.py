"""How satisfied people were, counted for an agency and a month: figures that name nobody.

A figure over fewer than five people is not shown: of so few, one is soon known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.events import RatingGiven
from contracts.history import Revision
from foundation.errors import Invalid
from foundation.frozen import replace
from foundation.worktime import local_day

FEWEST = 5
"""Fewer people than this are not shown as a figure."""
ASPECTS = ("officer", "time", "guidance")
NONE_YET = (0, 0, 0)

Counts = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class RatingTally:
    """The ratings of an agency in a month: how many gave 0, 1 and 2, as a whole and by aspect."""

    id: str
    agency: str
    month: str
    whole: Counts = NONE_YET
    officer: Counts = NONE_YET
    time: Counts = NONE_YET
    guidance: Counts = NONE_YET
    revision: Revision = field(default_factory=Revision)


def month_of(moment: datetime) -> str:
    """The month in Viet Nam: `2026-11`."""
    return f"{local_day(moment):%Y-%m}"


def months_over(now: datetime, number: int = 12) -> tuple[str, ...]:
    """The months before that of a moment, the latest first."""
    year, month = (int(part) for part in month_of(now).split("-"))
    last = year * 12 + month - 2
    return tuple(f"{each // 12}-{each % 12 + 1:02}" for each in range(last, last - number, -1))


def must_be_over(month: str, now: datetime) -> None:
    """The public reads of a month when it is over: before, each new rating would be seen alone.

    Raises:
        Invalid: it is not over yet.
    """
    if month >= month_of(now):
        words = "Số liệu được công khai khi hết tháng.", "It is published when the month is over."
        raise Invalid(*words, fields={"month": [words]})


def blank(agency: str, month: str) -> RatingTally:
    """A month in which nobody has rated the agency yet."""
    return RatingTally(id=f"{agency}.{month}", agency=agency, month=month)


def counted(tally: RatingTally, given: RatingGiven) -> tuple[RatingTally, tuple[()]]:
    """The tally with one rating more."""
    aspects: dict[str, Any] = {
        name: _more(getattr(tally, name), getattr(given, name))
        for name in ASPECTS
        if getattr(given, name) is not None
    }
    return replace(tally, whole=_more(tally.whole, given.score), **aspects), ()


def together(tallies: Iterable[RatingTally]) -> dict[str, Counts]:
    """The counts of several tallies in one, by `whole` and the aspects.

    Those of fewer than five people are in it only if all such have five together: else who takes
    the figures of the other agencies from it would see them.
    """
    several = list(tallies)
    return {
        name: _together([getattr(each, name) for each in several]) for name in ("whole", *ASPECTS)
    }


def share_satisfied(counts: Counts) -> float | None:
    """The percentage of the satisfied and very satisfied; None over fewer than five people.

    Rounded down to a tenth, so that 100 is said of all alone.
    """
    people = sum(counts)
    if people < FEWEST:
        return None
    return (counts[1] + counts[2]) * 1000 // people / 10


def _more(counts: Counts, score: int) -> Counts:
    no, yes, very = (number + (place == score) for place, number in enumerate(counts))
    return no, yes, very


def _together(several: Sequence[Counts]) -> Counts:
    few = [each for each in several if sum(each) < FEWEST]
    hidden = sum(map(sum, few)) < FEWEST
    return _sum(each for each in several if sum(each) >= FEWEST or not hidden)


def _sum(several: Iterable[Counts]) -> Counts:
    no, yes, very = (sum(each) for each in zip(NONE_YET, *several, strict=True))
    return no, yes, very
