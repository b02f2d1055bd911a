"""Paying online: what an attempt may become, whatever comes, however often and in which order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DossierResumed, FeePaid
from contracts.procedure import Collected, Fee
from foundation.errors import Duplicate, NotFound, Refused
from services.intake.domain.case import fees
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.case.fees import Method, Obligation
from services.intake.domain.case.payment_attempt import GRACE, AttemptState
from services.intake.domain.counter import reception
from services.intake.domain.payment import paying
from services.intake.domain.payment.amount_words import in_words
from services.intake.domain.payment.order import (
    OrderAnswer,
    OrderOutcome,
    PaymentOutcome,
    PaymentReport,
)
from tests import builders
from tests.builders import CALENDAR, OWNER, RECEIVED

NOW = RECEIVED
FIRST, SECOND = Fee(name="Lệ phí", amount=150_000), Fee(name="Phí thẩm định", amount=2_000_000)
BEFORE = replace(FIRST, collected=Collected.BEFORE), replace(SECOND, collected=Collected.BEFORE)
TOTAL = 2_150_000


def owing() -> Dossier:
    procedure = builders.procedure(fees=BEFORE)
    return reception.submit(
        builders.DOSSIER, builders.submission(), procedure, NOW, CALENDAR, owner=OWNER
    )[0]


def begun(dossier: Dossier | None = None) -> Dossier:
    return paying.begin(dossier or owing(), NOW)[0]


def report(
    dossier: Dossier, outcome: PaymentOutcome = PaymentOutcome.PAID, number: int = 1, **more: Any
) -> PaymentReport:
    said = PaymentReport(
        reference=f"{dossier.id}-{number}", outcome=outcome, amount=TOTAL, transaction="GD-1"
    )
    return replace(said, **more)


def settle(dossier: Dossier, said: PaymentReport) -> Dossier:
    return paying.settle(dossier, said, NOW, CALENDAR)[0]


def test_all_that_is_owed_is_one_attempt_that_is_stored_before_anybody_is_sent_away() -> None:
    dossier = begun()
    (attempt,) = dossier.payments
    assert (attempt.amount, attempt.state) == (TOTAL, AttemptState.OPEN)
    assert attempt.fees == tuple(each.id for each in dossier.charges)
    assert dossier.schedule.ask_at == NOW + paying.ASK_AFTER[0]
    assert paying.begin(dossier, NOW) == (dossier, ())


def test_the_platforms_word_pays_each_charge_and_tells_of_each() -> None:
    dossier, told = paying.settle(begun(), report(begun()), NOW, CALENDAR)
    assert [(type(each), each.agency) for each in told] == [(FeePaid, dossier.agency)] * 2
    assert {(each.method, each.receipt) for each in dossier.charges} == {("online", "GD-1")}
    assert dossier.schedule.ask_at is None
    assert paying.settle(dossier, report(dossier), NOW, CALENDAR) == (dossier, ())


def test_what_waited_for_the_money_goes_on() -> None:
    tax = Obligation(name="Tiền sử dụng đất", amount=45_000_000, article="Đ108")
    dossier, _ = fees.oblige(builders.accepted(), tax, NOW)
    assert dossier.state is State.PAYMENT
    dossier = paying.begin(dossier, NOW)[0]
    paid, told = paying.settle(dossier, report(dossier, amount=45_000_000), NOW, CALENDAR)
    assert paid.state is State.PROCESSING
    assert DossierResumed in {type(each) for each in told}


@pytest.mark.parametrize(
    "wrong", [{"amount": TOTAL - 1}, {"amount": TOTAL * 2}, {"currency": "USD"}]
)
def test_another_amount_or_currency_pays_nothing_and_is_to_be_paid_back(
    wrong: dict[str, Any],
) -> None:
    dossier = settle(begun(), replace(report(begun()), **wrong))
    (attempt,) = dossier.payments
    assert attempt.state is AttemptState.DISPUTED
    assert attempt.is_to_be_paid_back
    assert not any(each.paid for each in dossier.charges)
    with pytest.raises(Refused, match="another amount"):
        paying.begin(dossier, NOW)
    returned = paying.paid_back(dossier, attempt.reference, NOW)[0]
    assert len(begun(returned).payments) == 2
    with pytest.raises(Duplicate):
        paying.paid_back(returned, attempt.reference, NOW)


def test_while_nobody_knows_what_became_of_one_no_other_is_begun() -> None:
    dossier = begun()
    later = dossier.payments[0].expires + timedelta(days=3)
    with pytest.raises(Refused, match="not be charged twice"):
        paying.begin(dossier, later)
    unknown = report(dossier, PaymentOutcome.UNKNOWN)
    again = paying.asked(settle(dossier, unknown), unknown, later)[0]
    assert again.payments[0].state is AttemptState.OPEN
    assert again.schedule.ask_at
    assert again.schedule.ask_at > later


def test_it_is_asked_for_ever_and_each_hour_in_the_end() -> None:
    dossier, now = begun(), NOW
    for _ in range(50):
        asked_at = dossier.schedule.ask_at
        assert asked_at
        assert timedelta() < asked_at - now <= paying.ASK_EACH
        now = asked_at
        dossier = paying.asked(dossier, report(dossier, PaymentOutcome.UNKNOWN), now)[0]
    assert dossier.schedule.ask_at == now + paying.ASK_EACH


def test_what_was_not_paid_ends_with_its_link_and_may_be_begun_anew() -> None:
    dossier = begun()
    unpaid = report(dossier, PaymentOutcome.UNPAID)
    expires = dossier.payments[0].expires
    early = paying.asked(dossier, unpaid, expires - timedelta(seconds=1))[0]
    assert early.payments[0].state is AttemptState.OPEN
    over = paying.asked(early, unpaid, expires)[0]
    assert over.payments[0].state is AttemptState.EXPIRED
    assert over.schedule.ask_at is None
    assert paying.begin(over, expires)[0].payments[1].reference == f"{dossier.id}-2"


def test_money_that_comes_after_the_end_pays_and_of_two_the_second_is_given_back() -> None:
    dossier = begun()
    failed = settle(dossier, report(dossier, PaymentOutcome.FAILED, said="het tien"))
    both = begun(failed)
    late = settle(both, report(both, number=1))
    assert all(each.paid for each in late.charges)
    twice = settle(late, report(late, number=2, transaction="GD-2"))
    assert [each.surplus for each in twice.payments] == [0, TOTAL]
    assert {each.receipt for each in twice.charges} == {"GD-1"}
    assert twice.payments[1].is_to_be_paid_back


def test_the_cash_desk_waits_while_the_same_is_paid_online() -> None:
    dossier = begun()
    fee, expires = dossier.charges[0].id, dossier.payments[0].expires
    with pytest.raises(Refused, match="being paid online"):
        fees.collect(dossier, fee, Method.CASH, "BL-1", NOW, CALENDAR, expires)
    paid, _ = fees.collect(dossier, fee, Method.CASH, "BL-1", NOW, CALENDAR, expires + GRACE)
    both = settle(paid, report(paid))
    assert [each.receipt for each in both.charges] == ["BL-1", "GD-1"]
    assert both.payments[0].surplus == FIRST.amount


def test_what_was_taken_back_meanwhile_is_paid_for_nothing() -> None:
    dossier = replace(begun(), state=State.WITHDRAWN)
    paid = settle(dossier, report(dossier))
    assert paid.payments[0].surplus == TOTAL
    with pytest.raises(Refused):
        paying.begin(paid, NOW)


def test_an_order_that_was_refused_is_over_and_an_unclear_one_is_not() -> None:
    dossier = begun()
    reference = dossier.payments[0].reference
    unclear = OrderAnswer(outcome=OrderOutcome.UNCLEAR)
    assert paying.ordered(dossier, reference, unclear, NOW)[0] == dossier
    refused = OrderAnswer(outcome=OrderOutcome.REFUSED, said="01 sai")
    over = paying.ordered(dossier, reference, refused, NOW)[0]
    assert (over.payments[0].state, over.schedule.ask_at) == (AttemptState.FAILED, None)
    taken = OrderAnswer(outcome=OrderOutcome.TAKEN, link="https://pay.example/1")
    assert paying.ordered(dossier, reference, taken, NOW)[0].payments[0].link
    assert paying.ordered(over, reference, taken, NOW)[0] == over


@pytest.mark.parametrize("text", ["", "-1", "abc", "abc-", "abc-x", "abc-1234", "abc-²"])
def test_a_reference_that_is_none_of_ours_leads_nowhere(text: str) -> None:
    with pytest.raises(NotFound):
        paying.attempt_of(owing(), text)
    with pytest.raises(NotFound):
        paying.parts_of(text)


OUTCOMES = st.sampled_from(PaymentOutcome)
SAID = st.tuples(
    st.integers(1, 3), OUTCOMES, st.sampled_from((TOTAL, TOTAL, TOTAL - 1)), st.booleans()
)


@given(st.lists(SAID, max_size=12))
def test_whatever_is_said_in_whichever_order_money_is_counted_once(
    told: list[tuple[int, PaymentOutcome, int, bool]],
) -> None:
    dossier, paid_events, now = owing(), 0, NOW
    for number, outcome, amount, begin in told:
        free = paying.open_attempt(dossier) is None and paying.owed(dossier)
        if begin and free and not any(each.is_to_be_paid_back for each in dossier.payments):
            dossier = paying.begin(dossier, now)[0]
        if number > len(dossier.payments):
            continue
        before = dossier.payments[number - 1].state
        said = report(dossier, outcome, number, amount=amount, transaction=f"GD-{number}")
        dossier, messages = paying.settle(dossier, said, now, CALENDAR)
        paid_events += len(messages)
        after = dossier.payments[number - 1].state
        if before in (AttemptState.PAID, AttemptState.DISPUTED):
            assert after is before
        assert sum(each.state is AttemptState.OPEN for each in dossier.payments) <= 1
    assert paid_events == sum(bool(each.paid) for each in dossier.charges)
    in_full = [each for each in dossier.payments if each.state is AttemptState.PAID]
    kept = sum(each.amount - each.surplus for each in in_full)
    assert kept == sum(each.amount for each in dossier.charges if each.paid)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (150_000, "Một trăm năm mươi nghìn đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (2_001_000_000, "Hai tỷ không trăm linh một triệu đồng"),
        (10**12, "Một nghìn tỷ đồng"),
    ],
)
def test_an_amount_is_spelt_as_receipts_spell_it(amount: int, words: str) -> None:
    assert in_words(amount) == words


@given(st.integers(1, 10**13))
def test_any_amount_has_words_of_its_own(amount: int) -> None:
    assert in_words(amount) != in_words(amount + 1)
    assert "  " not in in_words(amount)
