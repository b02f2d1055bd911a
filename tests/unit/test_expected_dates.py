"""A date that rests on a holiday which is not decided yet is said to be expected, everywhere."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.forms import FormKind
from contracts.procedure import TimeLimit, Unit
from foundation.worktime import shipped
from services.intake import pages
from services.intake.domain.calendar import national_plan
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.clock import due_date
from services.intake.domain.forms import issuing
from services.intake.handlers import citizen_view, counter_view
from tests.builders import CALENDAR, UNIT, accepted, at
from tests.unit.test_intake_forms import OFFICE

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


def over_tet() -> Dossier:
    """A dossier whose date is counted over the days off of a year without a plan."""
    unit, _ = national_plan.follow(UnitCalendar(id=UNIT), shipped().written(), None, NOW)
    limit, received = TimeLimit(unit=Unit.WORKING_DAYS, amount=5), at("2027-02-01 09:00")
    due = due_date.begin(limit, received, unit.calendar)
    dossier = replace(accepted(), received=received, due=due.moment, time=limit)
    return replace(dossier, ledger=due.ledger)


def test_the_forms_carry_it() -> None:
    receipt = issuing.filled(FormKind.RECEIPT, over_tet(), OFFICE, NOW).receipt
    late = replace(over_tet(), apologised=NOW)
    apology = issuing.filled(FormKind.APOLOGY, late, OFFICE, NOW).apology
    plain = issuing.filled(FormKind.RECEIPT, accepted(), OFFICE, NOW).receipt
    assert receipt
    assert apology
    assert plain
    assert (receipt.due_expected, apology.due_expected, plain.due_expected) == (True, True, False)


@pytest.mark.parametrize(("language", "said"), [("vi", "dự kiến"), ("en", "expected")])
def test_the_pages_say_it(language: str, said: str) -> None:
    dossier, words = over_tet(), pages.Spoken(language=language, names={})
    assert said in citizen_view.due(dossier, words, late=False)
    assert said not in citizen_view.due(accepted(), words, late=False)
    assert said in pages.own(dossier, words, NOW, CALENDAR)["due_note"]
    assert pages.own(accepted(), words, NOW, CALENDAR)["due_note"] == ""
    rows = counter_view.clock(dossier, NOW, CALENDAR, words)
    assert [name for name, _, _ in rows if said in words.say(name)]
