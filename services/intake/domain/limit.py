"""The time a procedure has, as data of the procedure: how much, of what, counted from when."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """How a time limit is counted; the law knows all of these and they are never converted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    SAME_DAY = "same_day"
    NONE = "none"


class CountedFrom(StrEnum):
    """From which receipt time counts: the centre's (NĐ 61/2018 Đ19), or the deciding office's."""

    RECEIPT = "receipt"
    DECIDING_OFFICE = "deciding_office"


class Supplement(StrEnum):
    """What papers that come late do to the time.

    RESTART: it begins anew when the dossier is complete; the general law (NĐ 61/2018 Đ19.4).
    PAUSE: the due date moves by the time that was waited; many laws of a field have it so.
    PAUSE_THEN_FIXED: so many working days are left then, whatever was used (1.004232: 18).
    """

    RESTART = "restart"
    PAUSE = "pause"
    PAUSE_THEN_FIXED = "pause_then_fixed"


@dataclass(frozen=True, kw_only=True)
class TimeLimit:
    """`amount` of `unit`; `fixed` is the working days left with PAUSE_THEN_FIXED."""

    unit: Unit
    amount: int = 0
    counted_from: CountedFrom = CountedFrom.RECEIPT
    supplement: Supplement = Supplement.RESTART
    fixed: int = 0
