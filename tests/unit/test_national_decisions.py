"""The national decisions on days: the table that is shipped, what is wrong in one, what wins."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.worktime import (
    DECIDED_KINDS,
    Calendar,
    Day,
    DayKind,
    NationalDecisions,
    Reason,
    YearPlan,
    of_rows,
    read_calendar,
    read_national_decisions,
    shipped,
)
from foundation.worktime.national_decisions import COLUMNS, TABLE

HEAD = ",".join(COLUMNS)


def day(text: str) -> date:
    return date.fromisoformat(text)


def why(calendar: Calendar, text: str) -> Reason | None:
    return next((each.reason for each in calendar.stretches(day(text), day(text))), None)


def test_the_friday_of_2026_is_off_and_the_saturday_worked_for_it() -> None:
    for calendar in (Calendar.default(), read_calendar("{}")):
        assert not calendar.is_working_day(day("2026-01-02"))
        assert calendar.is_working_day(day("2026-01-10"))
        found = why(calendar, "2026-01-02")
        assert found
        assert found.vi == "nghỉ hoán đổi, làm bù ngày 10/01/2026 (12729/VPCP-KGVX)"
        assert found.en == "day off in exchange for 2026-01-10 (12729/VPCP-KGVX)"
    assert Calendar().is_working_day(day("2026-01-02"))  # a calendar on no nation


def test_the_shipped_table_says_of_every_year_how_sure_it_is() -> None:
    plans = {each.year: each for each in shipped().plans}
    assert sorted(plans) == list(range(2019, 2027))
    assert all(each.source for each in plans.values())
    assert all(each.source for each in shipped().days)
    assert "chưa đối chiếu" in plans[2020].source


def test_the_unit_s_decision_goes_before_the_nation_s() -> None:
    decided = '{"days": [{"date": "2026-01-02", "kind": "worked", "note": "trực"}]}'
    calendar = read_calendar(decided)
    assert calendar.is_working_day(day("2026-01-02"))
    assert calendar.is_working_day(day("2026-01-10"))


def test_the_nation_s_decision_goes_before_what_the_package_says() -> None:
    tet = Day(day("2026-02-16"), DayKind.WORKED, "làm bù", "", "1/QĐ")
    calendar = read_calendar("{}", NationalDecisions(days=(tet,)))
    assert calendar.is_working_day(day("2026-02-16"))
    assert why(calendar, "2026-02-16") == Reason(DayKind.WORKED, "làm bù (1/QĐ)", "làm bù (1/QĐ)")


@pytest.mark.parametrize("text", ["2027-02-05", "2027-09-02", "2027-09-03", "2028-04-30"])
def test_days_of_a_year_without_a_plan_say_that_they_are_expected(text: str) -> None:
    reason = why(Calendar.default(), text)
    assert reason
    assert reason.expected
    assert reason.vi.endswith(" (dự kiến)")
    assert reason.en.endswith(" (expected)")


@pytest.mark.parametrize("text", ["2026-09-02", "2019-02-05", "2013-02-10", "2027-02-13"])
def test_decided_years_years_before_the_table_and_weekends_say_nothing(text: str) -> None:
    reason = why(Calendar.default(), text)
    assert reason
    assert not reason.expected
    assert "dự kiến" not in reason.vi


def test_a_single_decision_in_a_year_without_a_plan_is_decided() -> None:
    bridge = Day(day("2027-02-11"), DayKind.OFF, "nghỉ hoán đổi", "exchange", "9/QĐ")
    nation = shipped().overlaid(NationalDecisions(days=(bridge,)))
    calendar = read_calendar("{}", nation)
    off, tet = why(calendar, "2027-02-11"), why(calendar, "2027-02-10")
    assert off
    assert not off.expected
    assert tet
    assert tet.expected
    planned = nation.overlaid(NationalDecisions(plans=(YearPlan(2027, "9/TB", "báo"),)))
    assert why(read_calendar("{}", planned), "2027-02-10") == Reason(
        DayKind.HOLIDAY, "Tết Nguyên Đán", "Lunar New Year (Tết)"
    )


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("date,kind", "line 1: the first line must be date,kind,note_vi"),
        (f"{HEAD}\n2026-01-02,off", "line 2: 6 columns are needed"),
        (f"{HEAD}\n2026-02-30,off,x,,1/QĐ,", "line 2: 2026-02-30: is not a date"),
        (f"{HEAD}\n2026-1-2,off,x,,1/QĐ,", "line 2: 2026-1-2: is not a date"),
        (f"{HEAD}\n2026-01-02\n,off,x,,1/QĐ,", "line 2: 6 columns"),
        (f'{HEAD}\n"2026-01-02\n",off,x,,1/QĐ,\n2026-01-02,off,x,,1,', "line 4: .* in line 2 alre"),
        (f"{HEAD}\n2201-01-02,off,x,,1/QĐ,", "line 2: .* the years 1901–2100"),
        (f"{HEAD}\n\n2026-01-02,holiday,x,,1/QĐ,", "line 3: .*kind must be one of: off, comp"),
        (f"{HEAD}\n2026-01-02,off,,,1/QĐ,", "line 2: .*note_vi is missing"),
        (f"{HEAD}\n2026-01-02,off,x,,,", "line 2: .*decision is missing"),
        (f"{HEAD}\n2027,decided,,,1/TB,", "line 2: 2027: source is missing"),
        (f"{HEAD}\n2027-01-01,decided,,,1/TB,x", "line 2: .*the date is a year"),
        (f'{HEAD}\n"2026-01-02"x,off,x,,1/QĐ,', "line 2: this is not CSV"),
    ],
)
def test_what_is_wrong_in_a_table_is_named_by_its_line(lines: str, named: str) -> None:
    with pytest.raises(Invalid, match=f"^Table of national days, {named}") as refused:
        read_national_decisions(lines)
    assert refused.value.vi.startswith("Bảng ngày nghỉ quốc gia, dòng ")


def test_a_table_saved_by_a_spreadsheet_is_read_the_same() -> None:
    plain = f"{HEAD}\n2026-01-02,off,x,,1/QĐ,\n2027,decided,,,1/TB,báo\n"
    rows = plain.replace(",", ";").splitlines()
    saved = "\ufeffsep=;\r\n\r\n" + "".join(f"{row};;\r\n" for row in rows) + ";;;;;;;;\r\n" * 3
    assert read_national_decisions(saved) == read_national_decisions(plain)


@pytest.mark.parametrize(
    "row", [{"date": 2026}, {"when": "2026-01-02"}, ["2026-01-02"], {"date": None}]
)
def test_rows_that_are_no_text_are_refused(row: object) -> None:
    with pytest.raises(Invalid, match="line 1: only text may stand"):
        of_rows([row])


decisions = st.builds(
    lambda days, plans: NationalDecisions(days=tuple(days), plans=tuple(plans)),
    st.lists(
        st.builds(
            Day,
            st.dates(date(2020, 1, 1), date(2030, 1, 1)),
            st.sampled_from(DECIDED_KINDS),
            st.just("nghỉ"),
            st.sampled_from(("", "off")),
            st.just("1/QĐ"),
            st.sampled_from(("", "báo")),
        ),
        max_size=6,
        unique_by=lambda each: each.date,
    ),
    st.lists(
        st.builds(YearPlan, st.integers(2019, 2030), st.sampled_from(("", "2/TB")), st.just("báo")),
        max_size=4,
        unique_by=lambda each: each.year,
    ),
)


@given(decisions, decisions)
def test_decisions_are_read_as_they_were_written_and_the_later_win(
    some: NationalDecisions, more: NationalDecisions
) -> None:
    both = some.overlaid(more)
    assert of_rows(json.loads(both.written())) == both
    assert {**some.by_date, **more.by_date} == both.by_date
    assert both.years == some.years | more.years
    assert both.overlaid(more) == both


def test_the_table_lies_with_the_other_data_of_the_administration() -> None:
    assert (TABLE.parent / "urging.csv").is_file()
    assert "COPY catalogue-data /app/catalogue-data" in (TABLE.parents[1] / "Dockerfile").read_text(
        encoding="utf-8"
    )
