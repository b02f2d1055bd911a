"""Fees and obligations: asked for, paid before or after, receipted, paid back."""

from dataclasses import replace

import pytest

from contracts.events import (
    DossierPaused,
    DossierRescheduled,
    DossierResumed,
    FeePaid,
    FeeRefunded,
    FeeRequested,
)
from contracts.procedure import Collected, Fee
from foundation.errors import Duplicate, Invalid, NotFound, Refused
from services.intake.domain.case import fees
from services.intake.domain.case.dossier import Channel, Dossier, State
from services.intake.domain.case.fees import Method, Obligation
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.counter import ending, reception
from services.intake.domain.counter.ending import ResultHandover
from tests import builders
from tests.builders import CALENDAR, OWNER, RECEIPT, RECEIVED, REGISTRAR, at

BEFORE = Fee(name="Lệ phí", amount=150_000, collected=Collected.BEFORE)
AFTER = Fee(name="Phí thẩm định", amount=2_000_000)
TAX = Obligation(name="Tiền sử dụng đất", amount=45_000_000, article="Luật Đất đai 2013 Đ108")
LATER = at("2020-09-18 10:00")


def priced(*asked: Fee) -> Procedure:
    return builders.procedure(fees=asked)


def submitted(*asked: Fee) -> Dossier:
    return reception.submit(
        builders.DOSSIER, builders.submission(), priced(*asked), RECEIVED, CALENDAR, owner=OWNER
    )[0]


def pay(dossier: Dossier, number: int = 1) -> Dossier:
    fee = f"{dossier.id}.fee.{number}"
    return fees.pay(dossier, fee, Method.CASH, "BL-1", LATER, CALENDAR)[0]


def test_what_is_to_be_paid_before_is_asked_for_at_once_and_holds_up_the_receipt() -> None:
    procedure = priced(BEFORE, AFTER)
    dossier, told = reception.submit(
        builders.DOSSIER, builders.submission(), procedure, RECEIVED, CALENDAR, owner=OWNER
    )
    fee = f"{dossier.id}.fee.1"
    asked = FeeRequested(agency=REGISTRAR, fee=fee, amount=150_000, collected=Collected.BEFORE)
    assert told[-1] == asked
    with pytest.raises(Refused, match="Lệ phí 150,000 VND") as refused:
        builders.receive(dossier, procedure, RECEIPT, RECEIVED)
    assert refused.value.fields == {"fees": [fee]}
    received, _ = builders.receive(pay(dossier), procedure, RECEIPT, RECEIVED)
    assert [each.collected for each in received.charges] == [Collected.BEFORE, Collected.AFTER]


def test_what_is_to_be_paid_after_holds_up_the_result_only() -> None:
    decided = builders.resolved()
    owing, told = fees.charge(decided, priced(AFTER), Collected.AFTER, LATER)
    assert [type(each) for each in told] == [FeeRequested]
    by_post = ResultHandover(channel=Channel.POST)
    with pytest.raises(Refused, match="Phí thẩm định"):
        ending.hand_over(owing, by_post, LATER)
    assert ending.hand_over(pay(owing), by_post, LATER)[0].state is State.RETURNED


def test_a_fee_is_that_of_the_dossiers_case_and_what_is_free_is_none() -> None:
    procedure = priced(
        Fee(name="cá nhân", amount=10, case="a"),
        Fee(name="tổ chức", amount=20, case="b"),
        Fee(name="miễn phí", amount=0),
    )
    dossier = replace(builders.submitted(), case="b")
    charged, _ = fees.charge(dossier, procedure, Collected.AFTER, LATER)
    assert [each.name for each in charged.charges] == ["tổ chức"]
    with pytest.raises(Invalid):
        builders.receive(builders.submitted(), procedure, RECEIPT, RECEIVED)


def test_a_payment_is_receipted_once() -> None:
    owing = submitted(BEFORE)
    fee = f"{owing.id}.fee.1"
    paid, told = fees.pay(owing, fee, Method.ONLINE, "BL-7", LATER, CALENDAR)
    assert told == (
        FeePaid(agency=REGISTRAR, fee=fee, amount=150_000, method="online", receipt="BL-7"),
    )
    assert (paid.charges[0].paid, paid.charges[0].receipt) == (LATER, "BL-7")
    with pytest.raises(Duplicate):
        pay(paid)
    with pytest.raises(NotFound):
        pay(paid, 2)
    with pytest.raises(Refused):
        pay(replace(owing, state=State.WITHDRAWN))


def test_an_obligation_lets_the_clock_stand_until_it_is_paid() -> None:
    dossier = builders.consulting()
    owing, told = fees.oblige(dossier, TAX, at("2020-09-17 10:00"))
    assert (owing.state, owing.state.number) == (State.PAYMENT, 6)
    asked, paused = told
    assert isinstance(asked, FeeRequested)
    assert isinstance(paused, DossierPaused)
    with pytest.raises(Duplicate):
        fees.oblige(owing, TAX, LATER)
    paid, told = fees.pay(
        owing, owing.charges[0].id, Method.TRANSFER, "KB-1", at("2020-09-18 10:00"), CALENDAR
    )
    assert (paid.state, paid.due) == (State.PROCESSING, at("2020-10-09 09:30"))
    kinds = [type(each) for each in told]
    assert kinds[:3] == [FeePaid, DossierResumed, DossierRescheduled]
    assert [each.article for each in paid.ledger if each.because == "payment"] == [TAX.article]


def test_an_obligation_needs_a_dossier_under_way() -> None:
    for wrong in (builders.submitted(), builders.resolved()):
        with pytest.raises(Refused):
            fees.oblige(wrong, TAX, LATER)


def test_an_unpaid_obligation_does_not_hold_up_a_decision_but_the_result() -> None:
    owing, _ = fees.oblige(builders.consulting(), TAX, LATER)
    for place, moment in (("1.0", "2020-09-21 10:00"), ("1.1", "2020-09-21 10:00")):
        owing, _ = builders.completed(owing, place, at(moment))
    owing, _ = builders.completed(owing, "2.0", at("2020-09-25 10:00"))
    owing, _ = builders.completed(owing, "3.0", at("2020-09-30 10:00"), "approved", "result-1")
    assert (owing.state, owing.waits) == (State.RESOLVED, ())
    with pytest.raises(Refused, match="Tiền sử dụng đất"):
        ending.hand_over(owing, ResultHandover(channel=Channel.POST), LATER)


def test_only_what_was_paid_for_nothing_is_paid_back_and_once() -> None:
    paid = pay(submitted(BEFORE))
    fee = paid.charges[0].id
    with pytest.raises(Refused):
        fees.refund(paid, fee, LATER)
    refused, _ = reception.refuse(paid, "NĐ 61/2018 Đ17.1", "sai thẩm quyền")
    back, told = fees.refund(refused, fee, LATER)
    assert told == (FeeRefunded(agency=REGISTRAR, fee=fee, amount=150_000),)
    with pytest.raises(Duplicate):
        fees.refund(back, fee, LATER)
    unpaid, _ = reception.refuse(submitted(BEFORE), "NĐ 61/2018 Đ17.1", "sai thẩm quyền")
    with pytest.raises(Refused):
        fees.refund(unpaid, fee, LATER)


def test_what_is_not_paid_is_refused_by_the_rules_that_the_data_names() -> None:
    ruled = replace(BEFORE, article="TT 101/2020/TT-BTC")
    plain = replace(BEFORE, name="Phí thẩm định, lần 2")
    with pytest.raises(Refused) as refused:
        builders.receive(submitted(ruled, plain), priced(ruled, plain), RECEIPT, RECEIVED)
    assert refused.value.article == "TT 101/2020/TT-BTC"
    assert "Lệ phí 150.000 đồng; Phí thẩm định, lần 2 150.000 đồng" in refused.value.vi
    obliged, _ = fees.oblige(builders.consulting(), TAX, LATER)
    with pytest.raises(Refused) as refused:
        fees.refund(obliged, obliged.charges[0].id, LATER)
    assert refused.value.article == TAX.article
    paid, _ = fees.pay(
        obliged, obliged.charges[0].id, Method.CASH, "BL-1", at("2020-09-21 10:00"), CALENDAR
    )
    assert paid.charges[0].article == TAX.article
