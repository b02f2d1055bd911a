"""The page of the rules of urging: every rule of the table in words, in both languages."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.worktime import Matter, Reminder, Whom
from foundation.worktime.reminders import Measure, read_reminders
from services.intake.handlers import rules_view
from tests.builders import Office
from tests.markup import flaws

TABLE = Path(__file__).resolve().parents[2] / "catalogue-data" / "urging.csv"
DIRECTOR = Identity("minh", frozenset({"director"}), "")
RULES = st.builds(
    Reminder,
    matter=st.sampled_from([each for each in Matter if each is not Matter.ANSWER]),
    amount=st.integers(-100, 100),
    unit=st.sampled_from([Measure.DAYS, Measure.HOURS]),
    whom=st.sampled_from(list(Whom)),
    every=st.sampled_from([0, 1, 5]),
    most=st.sampled_from([1, 4]),
)


def page(office: Office, lang: str = "vi", who: Identity = DIRECTOR) -> str:
    request = Request(path="/x", query={"lang": lang}, who=who, headers={"accept": "text/html"})
    text = str(office.service.look_at_rules(request).get_data(as_text=True))
    assert flaws(text) == []
    return text


def test_every_rule_of_the_table_that_is_delivered_is_told() -> None:
    office, rules = Office(), read_reminders(TABLE.read_text(encoding="utf-8"))
    office.rulebook.rules = lambda: rules  # type: ignore[method-assign]
    vi, en = page(office), page(office, "en")
    assert vi.count("<tr>") - vi.count("<thead>") == len(rules)
    for source in {each.source for each in rules}:
        assert source in vi
    for told in ("khi còn 20 % thời gian", "trước hạn 1 ngày làm việc", "4 lần, cách nhau 5 ngày"):
        assert told in vi
    for told in ("when 20 % of the time is left", "3 working hours before", "5 times, 1 working"):
        assert told in en
    assert "urging.csv" in vi
    assert "urging.csv" in en


def test_a_rule_is_told_as_the_office_has_it_now() -> None:
    office = Office()
    office.rulebook.rules = lambda: ()  # type: ignore[method-assign]
    assert "Chưa có quy tắc nào" in page(office)


@given(st.lists(RULES, max_size=9).map(tuple))
def test_no_two_rules_of_one_group_are_told_alike(rules: tuple[Reminder, ...]) -> None:
    distinct = tuple(dict.fromkeys(rules))
    groups = rules_view.groups(distinct)
    assert sum(len(each.rows) for each in groups) == len(distinct)
    for group in groups:
        told = {(row.when, row.whom, row.again) for row in group.rows}
        about = [each for each in distinct if rules_view.MATTERS[each.matter] == group.about]
        # At the date itself, or once only, the unit and the count say nothing.
        meant = {
            (
                each.amount,
                each.unit if each.amount else "",
                each.whom,
                (each.every, each.most) if each.every else 0,
            )
            for each in about
        }
        assert len(told) == len(meant)


def test_who_has_not_signed_in_sees_no_rule() -> None:
    assert "Căn cứ" not in page(Office(), who=NOBODY)
    with pytest.raises(Unknown):
        Office().service.look_at_rules(Request(path="/x", who=NOBODY))
