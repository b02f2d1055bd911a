"""How the hall of the centre is run, as data (visits.json): slots, their capacity, what for.

    {"slot_minutes": 30, "capacity": 4, "days_ahead": 14, "held_by_phone": 3,
     "remind_hours": 20, "kept_days": 30,
     "categories": [{"code": "dat-dai", "letter": "A", "vi": "Đất đai", "en": "Land",
                     "windows": ["1", "2"], "minutes": 12}],
     "preferred": [{"code": "cao-tuoi", "vi": "Người cao tuổi", "en": "Older people"}]}

`capacity` is how many people are booked into one slot; `minutes` about how long one takes at a
window; `preferred` are those whom the law prefers, who stand before others.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from foundation.worktime import HO_CHI_MINH, Calendar, Outage, local_day

MOST_CATEGORIES, MOST_WINDOWS, MOST_DAYS, MOST_MINUTES = 12, 60, 60, 240
MOST_AT_ONCE, MOST_BY_PHONE, MOST_HOURS, MOST_KEPT = 500, 20, 72, 365


@dataclass(frozen=True, kw_only=True)
class VisitCategory:
    """A kind of business: its letter on numbers, the windows that serve it."""

    code: str
    letter: str
    vi: str
    en: str
    windows: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, kw_only=True)
class PreferredPeople:
    """People whom the law prefers, who stand before others."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, kw_only=True)
class VisitPlan:
    """The file, read."""

    slot_minutes: int
    capacity: int
    days_ahead: int
    held_by_phone: int
    remind_hours: int
    kept_days: int
    categories: tuple[VisitCategory, ...]
    preferred: tuple[PreferredPeople, ...] = ()

    def category(self, code: str) -> VisitCategory | None:
        """The category of that code."""
        return next((each for each in self.categories if each.code == code), None)


def read_plan(text: str) -> VisitPlan:
    """The plan of a file.

    Raises:
        ValueError: it is not as it should be; says what.
    """
    said = json.loads(text)
    categories = tuple(_category(each) for each in said["categories"])
    plan = VisitPlan(
        slot_minutes=_whole(said, "slot_minutes", MOST_MINUTES),
        capacity=_whole(said, "capacity", MOST_AT_ONCE),
        days_ahead=_whole(said, "days_ahead", MOST_DAYS),
        held_by_phone=_whole(said, "held_by_phone", MOST_BY_PHONE),
        remind_hours=_whole(said, "remind_hours", MOST_HOURS),
        kept_days=_whole(said, "kept_days", MOST_KEPT),
        categories=categories,
        preferred=tuple(
            PreferredPeople(code=str(each["code"]), vi=str(each["vi"]), en=str(each["en"]))
            for each in said.get("preferred", ())
        ),
    )
    if not 1 <= len(categories) <= MOST_CATEGORIES:
        raise ValueError(f"categories: from 1 to {MOST_CATEGORIES}")
    for name in ("code", "letter"):
        if len({getattr(each, name) for each in categories}) < len(categories):
            raise ValueError(f"categories: two have the same {name}")
    return plan


def times_of(day: date, calendar: Calendar, plan: VisitPlan) -> tuple[datetime, ...]:
    """The beginnings of the slots of a day: whole slots within the sessions of a working day."""
    if not calendar.is_working_day(day):
        return ()
    midnight, length = datetime.combine(day, time(), HO_CHI_MINH), plan.slot_minutes
    begins = (
        midnight + timedelta(minutes=minute)
        for opens, closes in calendar.spans
        for minute in range(opens, closes - length + 1, length)
    )
    return tuple(each for each in begins if not any(_within(each, stop) for stop in calendar.stops))


def days_of(now: datetime, calendar: Calendar, plan: VisitPlan) -> tuple[date, ...]:
    """The working days for which times may be booked, today among them."""
    today = local_day(now)
    days = (today + timedelta(days=number) for number in range(plan.days_ahead + 1))
    return tuple(each for each in days if calendar.is_working_day(each))


def slot_id(begins: datetime) -> str:
    """The name of the slot: its beginning as the clock on the wall has it."""
    return f"{begins.astimezone(HO_CHI_MINH):%Y-%m-%dT%H:%M}"


def _within(begins: datetime, outage: Outage) -> bool:
    return outage.since <= begins < outage.until


def _whole(said: dict[str, Any], name: str, most: int) -> int:
    value = said[name]
    if not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{name}: a whole number from 1 to {most}")
    return value


def _category(said: dict[str, Any]) -> VisitCategory:
    windows = tuple(str(each) for each in said["windows"])
    if not 1 <= len(windows) <= MOST_WINDOWS or len(set(windows)) < len(windows):
        raise ValueError(f"windows of {said['code']}: from 1 to {MOST_WINDOWS}, each once")
    code, letter = str(said["code"]), str(said["letter"])
    if not code.replace("-", "").isalnum() or not (letter.isalpha() and letter.isupper()):
        raise ValueError(f"{code}: a code of letters, and a capital letter")
    minutes = _whole(said, "minutes", MOST_MINUTES)
    vi, en = str(said["vi"]), str(said["en"])
    return VisitCategory(code=code, letter=letter, vi=vi, en=en, windows=windows, minutes=minutes)
