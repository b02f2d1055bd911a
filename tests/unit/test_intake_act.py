"""The stages of every act: each stands where it must, and what a rule leaves as it was stays so."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.events import DossierPaused, DossierRescheduled
from contracts.forms import FormFilled, FormKind
from contracts.orders import RescheduleOrder, RouteOrder
from foundation.errors import Refused
from services.intake.domain import act
from services.intake.domain.act import Surroundings
from services.intake.domain.calendar import recounting, unit_calendar
from services.intake.domain.calendar.unit_calendar import CalendarEdition, UnitCalendar
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import Decided, Dossier, State
from services.intake.domain.forms.parts import FormIssuer
from services.intake.domain.lateness import late_list, reminding, warnings
from tests.builders import UNIT, at, consulting, resolved
from tests.fakes import FakeRulebook

NOW = at("2020-09-18 09:00")
STORM = {"date": "2020-09-21", "kind": "off", "note": "bão số 5"}
NATION = UnitCalendar(id=UNIT)
RULES = FakeRulebook().rules()


def around(unit: UnitCalendar, **office: object) -> Surroundings:
    issuer = FormIssuer(unit=UNIT, name="Trung tâm", **office)  # type: ignore[arg-type]
    return Surroundings(now=NOW, unit=unit, office=issuer, reminders=RULES)


@pytest.fixture
def storm() -> UnitCalendar:
    """A calendar in which a day of every open dossier is off since today."""
    wanted = CalendarEdition(table=json.dumps({"days": [STORM]}), vi="nghỉ bão", en="storm")
    return unit_calendar.decide(NATION, wanted, NOW)[0]


@pytest.fixture
def counted(storm: UnitCalendar) -> Dossier:
    """A dossier that the storm has moved."""
    return recounting.recount(consulting(), storm, NOW)[0]


def stop(dossier: Dossier) -> Decided:
    return pause.stop(dossier, "NĐ 99/2022 Đ16", "lũ lụt", NOW)


def note(dossier: Dossier) -> Decided:
    """A rule that moves no date and tells nothing."""
    return replace(dossier, handed_to="Nguyễn Thị Hoa"), ()


def test_the_rule_measures_with_dates_of_the_newest_edition(
    storm: UnitCalendar, counted: Dossier
) -> None:
    seen = []

    def rule(dossier: Dossier) -> Decided:
        seen.append(dossier)
        return note(dossier)

    act.carry_out(consulting(), rule, around(storm))
    assert seen == [counted]
    assert seen[0].due != consulting().due


def test_what_is_told_comes_in_the_order_of_the_stages(storm: UnitCalendar) -> None:
    _, messages = act.carry_out(consulting(), stop, around(storm))
    kinds = [type(each) for each in messages]
    moved, ruled = kinds.index(DossierRescheduled), kinds.index(DossierPaused)
    assert moved < kinds.index(RescheduleOrder) < ruled < kinds.index(RouteOrder)
    assert kinds[-1] is RouteOrder


def test_a_form_is_filled_in_as_the_dossier_is_after_the_rule(storm: UnitCalendar) -> None:
    late = replace(around(storm), now=at("2025-10-01 09:00"))
    after, messages = act.carry_out(consulting(), stop, late)
    (form,) = (each for each in messages if isinstance(each, FormFilled))
    assert form.kind is FormKind.STOP
    assert form.stop
    assert form.stop.reason == "lũ lụt"
    assert [each.document for each in after.forms] == [form.document]
    assert messages.index(form) < next(
        place for place, each in enumerate(messages) if isinstance(each, RouteOrder)
    )


def test_the_lead_hears_of_dates_that_the_recount_moved_before_the_rule(
    storm: UnitCalendar,
) -> None:
    _, messages = act.carry_out(consulting(), note, around(storm))
    (notice,) = (each for each in messages if isinstance(each, RouteOrder))
    before, _ = recounting.recount(consulting(), storm, NOW)
    assert {each.due for each in notice.branches} == {
        step.due for step in before.steps if step.stage == 1
    }


def test_a_lead_without_a_desk_is_told_nothing(storm: UnitCalendar) -> None:
    _, messages = act.carry_out(consulting(), note, around(storm, names={"so-khac": "Sở khác"}))
    assert not [each for each in messages if isinstance(each, RouteOrder)]


def test_timers_list_and_reminders_follow_the_dates_after_the_rule(
    storm: UnitCalendar, counted: Dossier
) -> None:
    after, _ = act.carry_out(consulting(), note, around(storm))
    expected = warnings.arm(note(counted)[0], NOW, storm.rule, storm.calendar)
    assert after.schedule.alarm == expected.schedule.alarm
    assert after.schedule.press_order == late_list.listed(counted).schedule.press_order
    assert after.schedule.remind == reminding.arm(counted, RULES, storm.calendar).schedule.remind
    stopped, _ = act.carry_out(consulting(), stop, around(storm))
    assert (stopped.schedule.alarm, stopped.schedule.remind) == (None, None)
    assert stopped.schedule.pressing == ()


def test_an_act_is_stamped_with_the_newest_edition_even_where_no_day_changed(
    storm: UnitCalendar,
) -> None:
    after, messages = act.carry_out(resolved(), note, around(storm))
    assert (after.calendar, messages) == (1, ())


def test_what_a_rule_leaves_as_it_was_stays_so_though_the_calendar_changed(
    storm: UnitCalendar,
) -> None:
    before = consulting()
    after, messages = act.carry_out(before, lambda each: (each, ()), around(storm))
    assert after is before
    assert messages == ()


def test_a_rule_that_refuses_leaves_nothing_behind(storm: UnitCalendar) -> None:
    with pytest.raises(Refused):
        act.carry_out(resolved(), stop, around(storm))


def test_the_mass_recount_shares_the_stages_that_need_no_rule(
    storm: UnitCalendar, counted: Dossier
) -> None:
    after, messages = act.recount(consulting(), around(storm))
    by_an_act, told = act.carry_out(consulting(), note, around(storm))
    assert messages == told
    # What it is found by follows from its code and people: no recount changes those.
    assert after == replace(by_an_act, handed_to="", words=after.words)
    assert act.recount(after, around(storm)) == (after, ())
    assert after.due == counted.due


def test_the_mass_recount_marks_nothing_that_no_changed_day_touches() -> None:
    wanted = CalendarEdition(
        table=json.dumps({"days": [STORM | {"date": "2019-09-16"}]}), vi="nghỉ bão", en="storm"
    )
    unit, _ = unit_calendar.decide(NATION, wanted, NOW - timedelta(days=1))
    after, messages = act.recount(consulting(), around(unit))
    assert (after.calendar, after.state, messages) == (0, State.PROCESSING, ())
