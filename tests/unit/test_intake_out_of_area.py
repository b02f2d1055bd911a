"""Received anywhere in the country: time counts from when the competent agency has the dossier."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import DossierAccepted, DossierClockStarted, StepReceived
from contracts.forms import FormKind
from contracts.procedure import AtCounter, CountedFrom
from foundation.errors import Invalid, Refused
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.clock.ledger import LedgerKind, replay
from services.intake.domain.counter import reception
from services.intake.domain.explanation.wording import explained
from services.intake.domain.forms import issuing
from services.intake.domain.forms.parts import FormIssuer
from services.intake.domain.route import stages
from services.intake.schemas.inward import ReceiptFields
from tests import builders
from tests.builders import CALENDAR, LAND, PROVINCE, REGISTRAR

# 5 August 2026 begins in Viet Nam at 17:00 UTC of the day before.
DAY_BEFORE = datetime(2026, 8, 4, 16, 59, 59, tzinfo=UTC)
FIRST_DAY = datetime(2026, 8, 5, 2, 0, tzinfo=UTC)
CITED = "NĐ 118/2025 (sđ NĐ 309/2026) Đ14.4, Đ17.3"
AWAY = replace(builders.RECEIPT, out_of_area=True)
OFFICE = FormIssuer(unit="000.00.00.H41", name="Trung tâm")


def received(now: datetime = FIRST_DAY, **changes: Any) -> Dossier:
    known = builders.procedure(**changes)
    return builders.receive(builders.submitted(), known, AWAY, now)[0]


def arrived(dossier: Dossier, place: str, at: datetime) -> tuple[Dossier, tuple[Any, ...]]:
    step = builders.step(dossier, place)
    event = StepReceived(agency=step.agency, step=step.id, due=at)
    return stages.arrive(dossier, event, builders.act_of(step, at), at, CALENDAR)


def test_there_is_no_date_until_the_competent_agency_has_it() -> None:
    dossier, told = reception.accept(received(), 1, CALENDAR)
    assert (dossier.out_of_area, dossier.due, dossier.ledger) == (True, None, ())
    assert [each.due for each in told if isinstance(each, DossierAccepted)] == [None]
    assert dossier.steps[0].agency == REGISTRAR == dossier.agency
    two_days_later = FIRST_DAY + timedelta(days=2)
    began, messages = arrived(dossier, "0.0", two_days_later)
    assert DossierClockStarted(agency=REGISTRAR, due=began.due or FIRST_DAY) in messages
    assert began.ledger[0].since == two_days_later
    assert (began.ledger[0].who, began.ledger[0].article) == (REGISTRAR, CITED)
    assert replay(began.ledger) == began.due
    here, _ = reception.accept(
        builders.receive(
            builders.submitted(), builders.procedure(), builders.RECEIPT, two_days_later
        )[0],
        1,
        CALENDAR,
    )
    assert began.due == here.due


def test_the_ledger_says_from_whose_receipt_time_counts() -> None:
    began, _ = arrived(reception.accept(received(), 1, CALENDAR)[0], "0.0", FIRST_DAY)
    vi, en = (next(iter(explained(began, each))).text for each in ("vi", "en"))
    assert vi.startswith(f"{REGISTRAR} nhận được hồ sơ lúc 09:00 thứ Tư, 05/08/2026")
    assert CITED in vi
    assert "time counts from then" in en
    assert [each.kind for each in began.ledger][:2] == [LedgerKind.RECEIVED, LedgerKind.ALLOWED]


def test_what_a_law_of_the_field_counts_from_the_deciding_office_stays_so() -> None:
    time = replace(builders.procedure().time, counted_from=CountedFrom.DECIDING_OFFICE)
    dossier, _ = reception.accept(received(time=time), 1, CALENDAR)
    began, messages = arrived(dossier, "0.0", FIRST_DAY)
    assert began.due is None
    assert not [each for each in messages if isinstance(each, DossierClockStarted)]


def test_where_the_lead_has_no_step_time_counts_from_who_decides() -> None:
    dossier, _ = reception.accept(replace(received(), agency="so-y-te"), 1, CALENDAR)
    assert arrived(dossier, "0.0", FIRST_DAY)[0].due is None
    for place in ("0.0", "1.0", "1.1", "2.0"):
        dossier, _ = builders.completed(dossier, place, FIRST_DAY)
    assert builders.step(dossier, "3.0").agency == PROVINCE
    assert arrived(dossier, "3.0", FIRST_DAY)[0].due


def test_before_the_day_of_the_law_it_is_refused() -> None:
    with pytest.raises(Refused) as early:
        received(DAY_BEFORE)
    assert set(early.value.fields) == {"out_of_area"}
    at_midnight = received(DAY_BEFORE + timedelta(seconds=1))
    assert at_midnight.out_of_area


def test_what_is_decided_at_the_counter_goes_to_no_other_place() -> None:
    with pytest.raises(Invalid) as wrong:
        received(at_counter=AtCounter.DELEGATED, route=())
    assert wrong.value.article == CITED


def test_the_receipt_says_that_the_date_comes_later() -> None:
    dossier, _ = reception.accept(received(), 1, CALENDAR)
    form = issuing.filled(FormKind.RECEIPT, dossier, OFFICE, FIRST_DAY)
    assert form.receipt
    assert (form.receipt.due, form.receipt.time.counted_from) == (
        None,
        CountedFrom.DECIDING_OFFICE,
    )


def test_who_is_received_at_home_is_counted_as_before() -> None:
    dossier = builders.accepted()
    assert not dossier.out_of_area
    assert dossier.due
    began, told = arrived(dossier, "0.0", dossier.received or FIRST_DAY)
    assert (began.due, [each for each in told if isinstance(each, DossierClockStarted)]) == (
        dossier.due,
        [],
    )
    assert LAND in {each.agency for each in dossier.steps}


def test_the_clerk_notes_it_at_the_receipt() -> None:
    assert ReceiptFields().load({"out_of_area": True})["out_of_area"] is True
    assert ReceiptFields().load({})["out_of_area"] is False
