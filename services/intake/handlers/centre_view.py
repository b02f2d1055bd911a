"""View model of the director's figures: names of their lists, and the picture of the agencies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from foundation.web.page_words import Words
from services.intake.domain.case.dossier import UNDER_WAY
from services.intake.domain.centre.figures import DeadlineTally
from services.intake.handlers import counter_words

STATES = counter_words.STATES
LISTS: Mapping[str, Words] = {
    "late": ("Đang quá hạn", "Late now"),
    "soon": ("Sắp đến hạn trong ba ngày", "Due within three days"),
    "running": ("Đang tính thời hạn", "Whose time runs"),
    "in": ("Tiếp nhận hôm nay", "Taken in today"),
    "out": ("Có kết quả hôm nay", "Results of today"),
    **{
        each.value: (f"Hồ sơ {STATES[each][0]}", f"Dossiers: {STATES[each][1]}")
        for each in UNDER_WAY
    },
}

WIDE, LINE = 340, 38
MOST_BARS = 10
_KINDS = ("late", "soon", "in_time", "still")


@dataclass(frozen=True, kw_only=True)
class BarPart:
    """A coloured part of a bar, in the units of the picture."""

    kind: str
    x: float
    width: float
    count: int


@dataclass(frozen=True, kw_only=True)
class AgencyBar:
    """An agency's line of the picture, `y` from above."""

    name: str
    y: int
    parts: tuple[BarPart, ...]
    total: int


def bars(agencies: Sequence[DeadlineTally], name: Callable[[str], str]) -> tuple[AgencyBar, ...]:
    """The most pressing agencies as bars: late, soon, in time, standing still."""
    shown = agencies[:MOST_BARS]
    most = max((each.open for each in shown), default=0) or 1
    return tuple(
        AgencyBar(
            name=name(each.name),
            y=number * LINE,
            parts=tuple(_parts(each, most)),
            total=each.open,
        )
        for number, each in enumerate(shown)
    )


def _parts(tally: DeadlineTally, most: int) -> Iterator[BarPart]:
    x = 0.0
    for kind in _KINDS:
        count: int = getattr(tally, kind)
        width = round(WIDE * count / most, 1)
        if count:
            yield BarPart(kind=kind, x=round(x, 1), width=width, count=count)
        x += width
