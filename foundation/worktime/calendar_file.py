"""Reads the calendar of a unit from JSON; what is wrong in it is named with line or field.

{"sessions": [["07:00", "11:30"], ["13:30", "17:00"]],
 "weekend": ["saturday", "sunday"],
 "days": [{"date": "2020-01-22", "kind": "off|compensatory|worked", "note": "…", "note_en": "…"}]}

Every part may be left out, and notes; where `days` says nothing, the national decisions hold, and
then the public holidays.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from foundation.errors import Invalid
from foundation.worktime.calendar import SATURDAY_AND_SUNDAY, Calendar
from foundation.worktime.day import DECIDED_KINDS, Day, DayKind
from foundation.worktime.national_decisions import NationalDecisions
from foundation.worktime.national_holidays import FIRST_YEAR, LAST_YEAR

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NOTES = ("note", "note_en")
PARTS = ("sessions", "weekend", "days")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DECIDED = tuple(kind.value for kind in DECIDED_KINDS)


def read_calendar(text: str, nation: NationalDecisions | None = None) -> Calendar:
    """The calendar that the text describes, on the national decisions (None: the shipped ones).

    Raises:
        Invalid: it describes none; names the line or the field.
    """
    try:
        data = json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        raise Invalid(
            f"Lịch làm việc, dòng {error.lineno}: không phải JSON ({error.msg}).",
            f"Calendar, line {error.lineno}: this is not JSON ({error.msg}).",
        ) from error
    except (ValueError, RecursionError) as error:
        raise _wrong("JSON", "có phần quá dài", "a part of it is too long or deep") from error
    _must_have(data, "JSON", known=PARTS)
    sessions = _sessions(data["sessions"]) if "sessions" in data else Calendar().sessions
    weekend = _weekend(data["weekend"]) if "weekend" in data else SATURDAY_AND_SUNDAY
    days = _days(data.get("days", []))
    return Calendar(sessions=sessions, weekend=weekend, days=days, national=True, nation=nation)


def weekend_of(calendar: Calendar) -> list[str]:
    """The weekend of a calendar as it is written."""
    return [WEEKDAYS[day] for day in calendar.weekend]


def _sessions(said: Any) -> tuple[tuple[time, time], ...]:
    sessions: list[tuple[time, time]] = []
    for place, pair in enumerate(_list(said, "sessions")):
        field = f"sessions[{place}]"
        if not isinstance(pair, list) or len(pair) != len(("opens", "closes")):
            raise _wrong(field, "cần hai giờ [mở, đóng]", "two times [opens, closes] are needed")
        opens, closes = (_clock(each, field) for each in pair)
        if opens >= closes or (sessions and opens < sessions[-1][1]):
            raise _wrong(
                field, "các buổi phải nối tiếp nhau", "sessions must follow one another in time"
            )
        sessions.append((opens, closes))
    if not sessions:
        raise _wrong("sessions", "cần ít nhất một buổi", "at least one session is needed")
    return tuple(sessions)


def _weekend(said: Any) -> tuple[int, ...]:
    names = _list(said, "weekend")
    for place, name in enumerate(names):
        if name not in WEEKDAYS or name in names[:place]:
            listed = ", ".join(WEEKDAYS)
            raise _wrong(
                f"weekend[{place}]",
                f"phải là một trong: {listed}, mỗi ngày một lần",
                f"must be one of: {listed}, each once",
            )
    if len(names) == len(WEEKDAYS):
        raise _wrong("weekend", "phải còn ngày làm việc", "some day of the week must be worked")
    return tuple(sorted(WEEKDAYS.index(name) for name in names))


def _clock(said: Any, field: str) -> time:
    if not isinstance(said, str) or not _CLOCK.fullmatch(said):
        raise _wrong(field, f"{said!r:.40} không phải giờ HH:MM", f"{said!r:.40} is not HH:MM")
    return time.fromisoformat(said)


def _days(said: Any) -> tuple[Day, ...]:
    days = tuple(_day(each, f"days[{place}]") for place, each in enumerate(_list(said, "days")))
    first: dict[date, int] = {}
    for place, day in enumerate(days):
        if first.setdefault(day.date, place) != place:
            before = f"days[{first[day.date]}]"
            raise _wrong(
                f"days[{place}].date",
                f"ngày {day.date} đã có ở {before}",
                f"{day.date} stands in {before} already",
            )
    return days


def _day(said: Any, field: str) -> Day:
    _must_have(said, field, known=("date", "kind", *_NOTES), needed=("date", "kind"))
    kind = said["kind"]
    if kind not in _DECIDED:
        listed = ", ".join(_DECIDED)
        raise _wrong(f"{field}.kind", f"phải là một trong: {listed}", f"must be one of: {listed}")
    notes = [_note(said.get(name, ""), f"{field}.{name}") for name in _NOTES]
    return Day(_date(said["date"], f"{field}.date"), DayKind(kind), *notes)


def _note(said: Any, field: str) -> str:
    if not isinstance(said, str):
        raise _wrong(field, "phải là chữ", "must be text")
    return said.strip()


def _date(said: Any, field: str) -> date:
    try:
        day = date.fromisoformat(said) if _DATE.fullmatch(said) else None
    except (TypeError, ValueError):
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _wrong(
            field,
            f"{said!r:.40} không phải ngày YYYY-MM-DD từ {FIRST_YEAR} đến {LAST_YEAR}",
            f"{said!r:.40} is not a date YYYY-MM-DD from {FIRST_YEAR} to {LAST_YEAR}",
        )
    return day


def _list(said: Any, field: str) -> list[Any]:
    if not isinstance(said, list):
        raise _wrong(field, "phải là danh sách", "must be a list")
    return said


def _must_have(
    said: Any, field: str, *, known: tuple[str, ...], needed: tuple[str, ...] = ()
) -> None:
    if not isinstance(said, Mapping):
        raise _wrong(field, "phải là đối tượng {…}", "must be an object {…}")
    for name in needed:
        if name not in said:
            raise _wrong(f"{field}.{name}", "còn thiếu", "is missing")
    for name in said:
        if name not in known:
            listed = ", ".join(known)
            raise _wrong(
                f"{field}.{name:.40}",
                f"không có mục này, chỉ có: {listed}",
                f"only {listed} may stand",
            )


def _wrong(field: str, vi: str, en: str) -> Invalid:
    return Invalid(f"Lịch làm việc, {field}: {vi}.", f"Calendar, {field}: {en}.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, if no part of it stands there twice: nobody could say which of them holds."""
    said = dict(pairs)
    if len(said) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise _wrong(f"{twice:.40}", "có hai lần", "stands there twice")
    return said
