"""View model of the calendar's page: words, forms as the API's bodies, and a due date on trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.procedure import Unit
from foundation.errors import Error
from foundation.web.page_words import Words
from foundation.web.translations import Language, field_words
from foundation.worktime import DayKind
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.domain.clock.ledger import DueDate, is_expected
from services.intake.domain.explanation import wording
from services.intake.pages import Spoken

TITLES: Mapping[str, Words] = {
    "outage": ("Báo ngừng hệ thống", "Announce an outage"),
    "end": ("Đổi giờ hoạt động lại", "Move its end"),
    "take-back": ("Rút lại thông báo", "Take it back"),
    "day": ("Quyết định về một ngày", "Decide on a day"),
    "remove": ("Bỏ ngày đã quyết định", "Take the day out"),
}
DONE: Mapping[str, Words] = {
    "outage": ("Đã báo ngừng hệ thống", "The outage is announced"),
    "end": ("Đã đổi giờ hoạt động lại", "Its end is moved"),
    "take-back": ("Đã rút lại thông báo", "It is taken back"),
    "day": (
        "Đã quyết định; hồ sơ đang mở được tính lại",
        "Decided; open dossiers are counted again",
    ),
    "remove": ("Đã bỏ; hồ sơ đang mở được tính lại", "Taken out; open dossiers are counted again"),
}
KINDS: Mapping[DayKind, Words] = {
    DayKind.OFF: ("nghỉ", "off"),
    DayKind.COMPENSATORY: ("nghỉ bù", "off in compensation"),
    DayKind.WORKED: ("làm bù", "worked"),
    DayKind.HOLIDAY: ("nghỉ lễ", "public holiday"),
    DayKind.EXPECTED: ("nghỉ lễ (dự kiến)", "public holiday (expected)"),
    DayKind.WEEKEND: ("cuối tuần", "weekend"),
}
UNITS: Mapping[Unit, Words] = {
    Unit.WORKING_DAYS: ("ngày làm việc", "working days"),
    Unit.HALF_DAYS: ("nửa ngày làm việc", "half working days"),
    Unit.CALENDAR_DAYS: ("ngày", "days"),
    Unit.HOURS: ("giờ", "hours"),
}
_PARTS = {"reason": "vi", "reason.vi": "vi", "reason.en": "en"}
_MOMENTS = ("since", "until")
Fields = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DueTrial:
    """A due date that was counted on trial; `expected` if a holiday on the way is not decided."""

    due: datetime | None
    expected: bool
    lines: tuple[str, ...]


def trial(counted: DueDate, words: Spoken) -> DueTrial:
    """The due date and, line by line, how it came about."""
    return DueTrial(
        due=counted.moment,
        expected=is_expected(counted.ledger),
        lines=tuple(each.text for each in wording.lines_of(counted.ledger, words.language)),
    )


def body_of(name: str, said: Fields, table: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form as the API's body has them; `table` is the calendar as it is shown."""
    prefix = f"{name}-"
    fields = {
        field.removeprefix(prefix): value
        for field, value in said.items()
        if field.startswith(prefix)
    }
    reason = {"vi": fields.get("vi", ""), "en": fields.get("en", "")}
    if name == "day":
        return _with_day(fields, said.get("seen", ""), table) | {"reason": reason}
    if name == "remove":
        return {"date": fields.get("date", ""), "reason": reason}
    times = {each: in_zone(fields[each]) for each in _MOMENTS if each in fields}
    if name != "outage":
        return times
    agencies = fields.get("agencies", "").replace(",", " ").split()
    return {**times, "agencies": agencies, "planned": "unplanned" not in fields, "reason": reason}


def in_zone(moment: str) -> str:
    """What a browser sends as a date and time is the time in Viet Nam."""
    return f"{moment}+07:00" if moment else ""


def errors_of(error: Error | None, language: Language, name: str = "") -> dict[str, str]:
    """What is wrong with each field of a form, or under "" with the whole."""
    if error is None:
        return {}
    prefix = f"{name}-" if name else ""
    found = {
        f"{prefix}{_PARTS.get(place, place.partition('.')[0])}": field_words(texts[0], language)
        for place, texts in reversed(error.fields.items())
        if texts
    }
    return found or {"": error.en if language == "en" else error.vi}


def changed(seen: str, unit: UnitCalendar) -> tuple[tuple[Words, str, str], ...]:
    """The edition that was seen and the one in force, if they differ."""
    now = str(unit.newest.number)
    return ((("Lịch, bản", "Calendar, edition"), seen, now),) if seen not in ("", now) else ()


def _with_day(fields: Fields, seen: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """The whole table with one more day, made from the edition that was seen."""
    day = {"date": fields.get("date", ""), "kind": fields.get("kind", "")}
    day |= {"note": fields.get("vi", ""), "note_en": fields.get("en", "")}
    kept = [each for each in table["days"] if each["date"] != day["date"]]
    names = ("sessions", "weekend", "warnings")
    edition = int(seen) if seen.isascii() and seen.isdigit() else -1
    return {name: table[name] for name in names} | {"days": [*kept, day], "edition": edition}
