"""Who is told of a date, and when: the table that says so, and the moments it gives."""

import os
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.scheduling import ReminderRules
from foundation.settings import SettingsError
from foundation.worktime import (
    Calendar,
    Matter,
    Reminder,
    Reminders,
    Whom,
    answer_minutes,
    moments,
    read_reminders,
    working_minutes,
)
from foundation.worktime.reminders import COLUMNS, FARTHEST, MOST_TIMES, Measure
from tests.builders import at

HEAD = ",".join(COLUMNS)
ANSWER = "answer,1,days,officer,,,practice"
CALENDAR = Calendar.default()
SINCE, DUE = at("2020-09-14 09:00"), at("2020-09-21 09:00")
SHIPPED = Path(__file__).resolve().parents[2] / "catalogue-data" / "urging.csv"


def table(*lines: str) -> str:
    return "\n".join((HEAD, *lines))


def told(line: str) -> tuple[str, ...]:
    rules = read_reminders(table(line, ANSWER))
    ours = [each for each in rules if each.matter is not Matter.ANSWER]
    return tuple(
        f"{each.astimezone(DUE.tzinfo) + timedelta(hours=7):%d %H:%M}"
        for each in moments(ours, SINCE, DUE, CALENDAR)
    )


def test_the_shipped_table_tells_officer_head_leader_and_director_of_all_three() -> None:
    rules = read_reminders(SHIPPED.read_text(encoding="utf-8"))
    assert {each.whom for each in rules if each.matter is Matter.STEP} == set(Whom)
    for matter in (Matter.STEP, Matter.DOSSIER, Matter.URGING):
        assert any(e.matter is matter and e.whom is Whom.DIRECTOR for e in rules), matter
    assert all(each.source for each in rules)
    assert answer_minutes(rules, CALENDAR) == CALENDAR.minutes_a_day


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("step,-1,days,head,,,x", ("18 09:00",)),
        ("step,0,days,head,,,x", ("21 09:00",)),
        ("step,2,days,head,,,x", ("23 09:00",)),
        ("step,-3,hours,head,,,x", ("18 16:00",)),
        ("step,-20,percent,officer,,,x", ("18 09:00",)),
        ("step,0,days,director,2,3,x", ("21 09:00", "23 09:00", "25 09:00")),
        ("step,-99,days,head,,,x", ("14 09:00",)),
        ("step,-100,percent,head,,,x", ("14 09:00",)),
    ],
)
def test_a_rule_counts_in_working_time_and_never_before_the_time_begins(
    line: str, expected: tuple[str, ...]
) -> None:
    assert told(line) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("step,soon,days,head,,,x", "amount must be a whole number"),
        ("step,,days,head,,,x", "amount must be a whole number"),
        ("step,401,days,head,,,x", "amount must be a whole number"),
        ("step,9" * 1 + "9" * 5000 + ",days,head,,,x", "amount must be a whole number"),
        ("step,²,days,head,,,x", "amount must be a whole number"),
        ("step,1.5,days,head,,,x", "amount must be a whole number"),
        ("step,1,weeks,head,,,x", "unit must be one of: days, hours, percent"),
        ("step,1,days,minister,,,x", "whom must be one of"),
        ("case,1,days,head,,,x", "about must be one of"),
        ("step,1,days,head,1,51,x", "most must be a whole number from 1 to 50"),
        ("step,1,days,head,-1,2,x", "every must be a whole number"),
        ("step,1,days,head,,3,x", "it needs every"),
        ("step,1,days,head,2,,x", "most must be 2 or more"),
        ("step,20,percent,head,,,x", "percent goes from -100 to 0"),
        ("step,1,days,head,,,", "source is missing"),
        ("step,1,days,head,,", "7 columns are needed"),
        ("answer,-1,days,officer,,,x", "answer is a time to answer in"),
        ("answer,1,percent,officer,,,x", "percent goes from"),
        ('step,1,days,head,,,"x', "not CSV"),
    ],
)
def test_a_fault_is_refused_with_its_line_and_the_reason(line: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_reminders(table(ANSWER, "step,0,days,head,,,good", line))
    assert "line 4: " in str(refused.value)
    assert reason in str(refused.value)
    assert "dòng 4: " in refused.value.vi


def test_all_faults_are_told_at_once_and_a_line_that_comes_twice_is_one() -> None:
    twice = "step,0,days,head,,,x"
    with pytest.raises(Invalid, match=r"line 3: .*; line 4: the same as line 2"):
        read_reminders(table(twice, "step,x,days,head,,,x", twice, ANSWER))


@pytest.mark.parametrize("text", ["", "a,b", "{}", '"', "\x00"])
def test_what_is_no_such_table_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="line 1"):
        read_reminders(text)


@pytest.mark.parametrize("lines", [(), (ANSWER, "answer,2,days,head,,,x")])
def test_exactly_one_line_says_how_long_an_answer_may_take(lines: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="exactly one line about answer"):
        read_reminders(table("step,0,days,head,,,x", *lines))


def test_a_table_saved_by_a_spreadsheet_is_read() -> None:
    text = "\ufeff" + table(ANSWER, "", " step , -1 , days , head ,,, x ").replace("\n", "\r\n")
    assert [each.matter for each in read_reminders(text)] == [Matter.ANSWER, Matter.STEP]


@pytest.mark.parametrize("before", ["", "sep=;\r\n", "\r\n;;;;;;\r\n"])
def test_a_table_by_semicolons_with_blank_columns_and_rows_is_read(before: str) -> None:
    rows = table(ANSWER, "step,-1,days,head,,,x").replace(",", ";").splitlines()
    text = before + ";;\r\n".join(rows) + ";;\r\n" + ";;;;;;;;\r\n" * 3
    assert [each.matter for each in read_reminders(text)] == [Matter.ANSWER, Matter.STEP]


rules_of_any_kind = st.builds(
    Reminder,
    matter=st.just(Matter.STEP),
    amount=st.integers(-60, 60),
    unit=st.sampled_from((Measure.DAYS, Measure.HOURS)),
    whom=st.sampled_from(Whom),
    every=st.integers(1, 10),
    most=st.integers(1, 8),
)


@given(st.lists(rules_of_any_kind, max_size=4), st.integers(0, 4000))
def test_moments_are_in_order_as_many_as_the_rules_say_and_in_the_time(
    rules: list[Reminder], hours: int
) -> None:
    due = SINCE + timedelta(hours=hours)
    found = moments(rules, SINCE, due, CALENDAR)
    assert list(found) == sorted(found)
    assert len(found) == sum(each.most for each in rules)
    assert all(each >= SINCE for each in found)


@given(rules_of_any_kind)
def test_repeats_are_working_days_apart(rule: Reminder) -> None:
    found = moments([rule], SINCE, DUE, CALENDAR)
    apart = rule.every * CALENDAR.minutes_a_day
    for before, after in pairwise(found):
        assert working_minutes(before, after, CALENDAR) == apart


@given(st.text(max_size=200))
def test_any_text_is_a_table_or_is_refused(text: str) -> None:
    for each in (text, table(ANSWER, text), table(ANSWER, f"step,{text},days,head,,,x")):
        rules: Reminders = ()
        with suppress(Invalid):
            rules = read_reminders(each)
        assert all(abs(e.amount) <= FARTHEST and e.most <= MOST_TIMES for e in rules)


def book(path: Path) -> ReminderRules:
    made = ReminderRules()
    made.container = SimpleNamespace(config={"settings": SimpleNamespace(urging=str(path))})
    made.setup()
    return made


def test_a_process_starts_on_a_good_table_only_and_keeps_it_when_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "urging.csv"
    with pytest.raises(SettingsError, match=r"URGING=.*urging.csv"):
        book(path)
    path.write_text(table("step,x,days,head,,,x"), encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2: amount"):
        book(path)
    path.write_text(table(ANSWER), encoding="utf-8")
    read = book(path)
    before = read.rules()
    path.write_text("broken", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert read.rules() == before
    path.write_text(table(ANSWER, "step,0,days,head,,,x"), encoding="utf-8")
    os.utime(path, ns=(2, 2))
    assert len(read.rules()) == 2
    path.unlink()
    assert len(read.rules()) == 2
