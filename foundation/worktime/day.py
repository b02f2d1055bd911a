"""One decision on one day, and the kinds of days that are no ordinary working days."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DayKind(StrEnum):
    """Why a day is no ordinary working day; a table of decisions has the last three only.

    EXPECTED: a public holiday that is reckoned, since the plan of its year is not decided yet.
    """

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    EXPECTED = "expected"
    OFF = "off"
    COMPENSATORY = "compensatory"
    WORKED = "worked"


DECIDED_KINDS = (DayKind.OFF, DayKind.COMPENSATORY, DayKind.WORKED)


@dataclass(frozen=True)
class Day:
    """One decision on one day: off, off in compensation, or worked; `note` says by what.

    `note_en` says it in English, "" where `note` must do. `decision` is the document's number,
    `source` how we know of it and how sure we are; a unit's own days have neither.
    """

    date: date
    kind: DayKind
    note: str = ""
    note_en: str = ""
    decision: str = ""
    source: str = ""
