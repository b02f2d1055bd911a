"""Why days are off, by name and in both languages; and calendars read from files."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.worktime import Calendar, Day, DayKind, Stretch, read_calendar, weekend_of
from foundation.worktime.calendar_file import WEEKDAYS
from tests.calendars import FIRST, LAST, Walker, calendars
from tests.strategies import json_values

NATIONAL = Calendar.default()


def day(text: str) -> date:
    return date.fromisoformat(text)


def told(calendar: Calendar, first: str, last: str) -> list[tuple[str, str, str, str]]:
    return [
        (str(each.first), str(each.last), each.reason.vi, each.reason.en)
        for each in calendar.stretches(day(first), day(last))
    ]


def test_tet_is_one_feast_with_the_weekend_inside_it() -> None:
    assert told(NATIONAL, "2020-01-20", "2020-02-02") == [
        ("2020-01-23", "2020-01-29", "Tết Nguyên Đán", "Lunar New Year (Tết)"),
        ("2020-02-01", "2020-02-02", "nghỉ cuối tuần", "weekend"),
    ]


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        (2019, "2019-02-04", "2019-02-08"),
        (2020, "2020-01-23", "2020-01-29"),
        (2021, "2021-02-10", "2021-02-16"),
        (2024, "2024-02-08", "2024-02-14"),
        (2025, "2025-01-27", "2025-02-01"),
        (2026, "2026-02-16", "2026-02-20"),
    ],
)
def test_tet_of_every_year_in_the_facts_is_known(year: int, first: str, last: str) -> None:
    tet = [
        each
        for each in NATIONAL.stretches(date(year, 1, 1), date(year, 12, 31))
        if each.reason.vi == "Tết Nguyên Đán"
    ]
    assert [(str(each.first), str(each.last)) for each in tet] == [(first, last)]


def test_a_day_given_in_compensation_belongs_to_its_feast() -> None:
    assert ("2019-04-14", "2019-04-15", "Ngày Giỗ Tổ Hùng Vương") in [
        each[:3] for each in told(NATIONAL, "2019-04-01", "2019-04-30")
    ]


def test_an_exchange_names_both_days_and_the_english_date_is_not_american() -> None:
    assert told(NATIONAL, "2024-04-29", "2024-05-05") == [
        (
            "2024-04-29",
            "2024-04-29",
            "Ngày nghỉ (thay cho ngày 04/05/2024)",
            "Day off (substituted from 2024-05-04)",
        ),
        ("2024-04-30", "2024-04-30", "Ngày Chiến thắng", "Liberation Day/Reunification Day"),
        ("2024-05-01", "2024-05-01", "Ngày Quốc tế Lao động", "International Labor Day"),
        ("2024-05-04", "2024-05-04", "làm bù", "worked in exchange"),
        ("2024-05-05", "2024-05-05", "nghỉ cuối tuần", "weekend"),
    ]


def test_a_stretch_goes_on_over_the_end_of_a_year_and_is_cut_where_one_looks() -> None:
    assert told(Calendar(), "2022-12-31", "2023-01-01") == [
        ("2022-12-31", "2023-01-01", "nghỉ cuối tuần", "weekend")
    ]
    assert told(NATIONAL, "2020-01-25", "2020-01-26") == [
        ("2020-01-25", "2020-01-26", "Tết Nguyên Đán", "Lunar New Year (Tết)")
    ]
    assert told(NATIONAL, "2020-01-30", "2020-01-31") == []


def test_decisions_go_before_what_is_known_and_say_by_what_they_were_taken() -> None:
    calendar = Calendar(
        national=True,
        days=(
            Day(day("2020-01-22"), DayKind.OFF, "mưa lũ, CV 12/UBND"),
            Day(day("2020-01-23"), DayKind.WORKED, "trực Tết"),
            Day(day("2020-01-30"), DayKind.COMPENSATORY),
            Day(day("2020-01-31"), DayKind.OFF),
        ),
    )
    assert told(calendar, "2020-01-22", "2020-01-31") == [
        ("2020-01-22", "2020-01-22", "mưa lũ, CV 12/UBND", "mưa lũ, CV 12/UBND"),
        ("2020-01-23", "2020-01-23", "trực Tết", "trực Tết"),
        ("2020-01-24", "2020-01-29", "Tết Nguyên Đán", "Lunar New Year (Tết)"),
        ("2020-01-30", "2020-01-30", "nghỉ bù", "compensatory day off"),
        (
            "2020-01-31",
            "2020-01-31",
            "nghỉ theo quyết định của tỉnh",
            "day off by decision of the province",
        ),
    ]
    assert calendar.is_working_day(day("2020-01-23"))


@given(calendars)
def test_every_day_that_is_not_worked_has_a_reason_and_no_other_day_has(
    calendar: Calendar,
) -> None:
    walker = Walker(calendar)
    off: dict[date, DayKind] = {}
    previous: Stretch | None = None
    for each in calendar.stretches(FIRST, LAST):
        assert previous is None or previous.last < each.first
        for number in range(each.first.toordinal(), each.last.toordinal() + 1):
            off[date.fromordinal(number)] = each.reason.kind
        previous = each
    for number in range(FIRST.toordinal(), LAST.toordinal() + 1):
        today = date.fromordinal(number)
        closed = today in off and off[today] is not DayKind.WORKED
        assert closed != walker.is_open(today)
        assert calendar.is_working_day(today) != closed


# From a file.


def test_a_calendar_is_read_from_a_file_and_stands_on_the_public_holidays() -> None:
    text = """{
      "sessions": [["07:30", "11:30"], ["13:00", "17:00"]],
      "days": [
        {"date": "2020-01-22", "kind": "off", "note": " nghỉ thêm ", "note_en": "bridging day "},
        {"date": "2020-02-01", "kind": "worked"}
      ]
    }"""
    calendar = read_calendar(text)
    assert calendar.spans == ((450, 690), (780, 1020))
    assert calendar.days[0] == Day(day("2020-01-22"), DayKind.OFF, "nghỉ thêm", "bridging day")
    (stretch,) = calendar.stretches(day("2020-01-22"), day("2020-01-22"))
    assert (stretch.reason.vi, stretch.reason.en) == ("nghỉ thêm", "bridging day")
    assert calendar.is_working_day(day("2020-02-01"))
    assert not calendar.is_working_day(day("2020-01-23"))


def test_the_weekend_is_the_unit_s_to_decide() -> None:
    sundays = read_calendar('{"weekend": ["sunday"]}')
    saturday, sunday = day("2020-09-19"), day("2020-09-20")
    assert sundays.is_working_day(saturday)
    assert not sundays.is_working_day(sunday)
    assert [each.first for each in sundays.stretches(saturday, sunday)] == [sunday]
    assert not sundays.is_working_day(day("2020-01-25"))  # Tết, on a Saturday
    always = read_calendar('{"weekend": []}')
    assert always.is_working_day(sunday)
    assert weekend_of(NATIONAL) == ["saturday", "sunday"]
    assert read_calendar(json.dumps({"weekend": weekend_of(NATIONAL)})) == NATIONAL


def test_a_part_that_stands_twice_is_named() -> None:
    text = '{"days": [], "sessions": [], "days": [{"date": "2020-09-21", "kind": "off"}]}'
    with pytest.raises(Invalid, match=r"^Calendar, days: stands there twice"):
        read_calendar(text)


def test_an_empty_calendar_is_the_national_one() -> None:
    assert read_calendar("{}") == NATIONAL


A_DAY = {"date": "2020-01-22", "kind": "off"}


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ([], "JSON: must be an object"),
        ({"holidays": []}, "JSON.holidays: only sessions, weekend, days may stand"),
        ({"weekend": "sunday"}, "weekend: must be a list"),
        ({"weekend": ["Sunday"]}, r"weekend\[0\]: must be one of: monday"),
        ({"weekend": ["sunday", "sunday"]}, r"weekend\[1\]: .* each once"),
        ({"weekend": [["sunday"]]}, r"weekend\[0\]: must be one of"),
        ({"weekend": list(WEEKDAYS)}, "weekend: some day of the week must be worked"),
        ({"sessions": {}}, "sessions: must be a list"),
        ({"sessions": []}, "sessions: at least one session"),
        ({"sessions": [["07:00"]]}, r"sessions\[0\]: two times"),
        ({"sessions": ["07:00-11:30"]}, r"sessions\[0\]: two times"),
        ({"sessions": [["07:00", "24:00"]]}, r"sessions\[0\]: '24:00' is not HH:MM"),
        ({"sessions": [["07:00", 11]]}, r"sessions\[0\]: 11 is not HH:MM"),
        ({"sessions": [["11:00", "07:00"]]}, r"sessions\[0\]: sessions must follow"),
        ({"sessions": [["07:00", "07:00"]]}, r"sessions\[0\]: sessions must follow"),
        (
            {"sessions": [["07:00", "11:30"], ["11:00", "17:00"]]},
            r"sessions\[1\]: sessions must follow",
        ),
        ({"days": {}}, "days: must be a list"),
        ({"days": ["2020-01-22"]}, r"days\[0\]: must be an object"),
        ({"days": [{"kind": "off"}]}, r"days\[0\].date: is missing"),
        ({"days": [{"date": "2020-01-22"}]}, r"days\[0\].kind: is missing"),
        ({"days": [A_DAY | {"date": "2020-02-30"}]}, r"days\[0\].date: '2020-02-30' is not a date"),
        ({"days": [A_DAY | {"date": "20200122"}]}, r"days\[0\].date: '20200122' is not a date"),
        ({"days": [A_DAY | {"date": 20200122}]}, r"days\[0\].date: 20200122 is not a date"),
        ({"days": [A_DAY | {"date": "1900-01-01"}]}, r"days\[0\].date: .* from 1901 to 2100"),
        ({"days": [A_DAY | {"kind": "weekend"}]}, r"days\[0\].kind: must be one of: off, comp"),
        ({"days": [A_DAY | {"kind": ["off"]}]}, r"days\[0\].kind: must be one of"),
        ({"days": [A_DAY | {"note": 1}]}, r"days\[0\].note: must be text"),
        ({"days": [A_DAY | {"note_en": 1}]}, r"days\[0\].note_en: must be text"),
        ({"days": [A_DAY | {"reason": "x"}]}, r"days\[0\].reason: only date, kind, note, note_en"),
        ({"days": [A_DAY, A_DAY]}, r"days\[1\].date: 2020-01-22 stands in days\[0\] already"),
    ],
)
def test_what_is_wrong_in_a_calendar_is_named_by_its_field(data: Any, named: str) -> None:
    with pytest.raises(Invalid, match=f"^Calendar, {named}") as refused:
        read_calendar(json.dumps(data))
    assert refused.value.vi.startswith("Lịch làm việc, ")


def test_what_is_no_json_is_named_by_its_line() -> None:
    with pytest.raises(Invalid, match=r"^Calendar, line 3: this is not JSON"):
        read_calendar('{\n "days": [\n {"date": }]}')
    for monster in ("[" * 100_000, "1" * 10_000):
        with pytest.raises(Invalid, match=r"^Calendar, JSON: "):
            read_calendar(monster)


@given(st.text(max_size=40) | json_values.map(json.dumps))
def test_any_text_is_a_calendar_or_is_refused_in_words(text: str) -> None:
    try:
        read_calendar(text)
    except Invalid as refused:
        assert refused.en.startswith("Calendar, ")  # noqa: PT017 -- both ways out are right
