"""Paying online: an attempt is stored before anybody is sent away, and settled once.

A reference is `DOSSIER-NUMBER`. While one attempt is open no other is begun, so that nobody is
charged twice for not having waited; a platform that does not answer is asked again (`ask_at` of
the schedule), at first within seconds, then each hour, until it says what became of the attempt.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.message import Message
from foundation.errors import Duplicate, NotFound, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar
from services.intake.domain.case import fees
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Charge,
    Decided,
    Dossier,
    State,
    must_be,
    with_schedule,
)
from services.intake.domain.case.fees import Method
from services.intake.domain.case.payment_attempt import AttemptState, PaymentAttempt
from services.intake.domain.payment.order import (
    VND,
    OrderAnswer,
    OrderOutcome,
    PaymentLine,
    PaymentOrder,
    PaymentOutcome,
    PaymentReport,
)

LINK_HOLDS = timedelta(minutes=15)
MOST_ATTEMPTS = 30
PAYABLE = (State.SUBMITTED, State.RESOLVED, *UNDER_WAY)
ASK_AFTER = tuple(timedelta(seconds=each) for each in (60, 60, 120, 300, 600, 900, 1800))
ASK_EACH = timedelta(hours=1)
LONGEST_SAID = 200

_Messages = tuple[Message, ...]


def owed(dossier: Dossier) -> tuple[Charge, ...]:
    """The charges that may be paid online now."""
    if dossier.state not in PAYABLE:
        return ()
    return tuple(each for each in dossier.charges if not each.paid and each.amount > 0)


def open_attempt(dossier: Dossier) -> PaymentAttempt | None:
    """The attempt of which nobody has said what became of it; there is one at most."""
    return next((each for each in dossier.payments if each.state is AttemptState.OPEN), None)


def begin(dossier: Dossier, now: datetime) -> Decided:
    """Begin to pay all that is owed; an attempt whose link still holds is gone on with.

    Raises:
        Refused: nothing is owed, an earlier attempt is not answered for, or money of one that
            did not fit lies at the centre.
    """
    must_be(dossier, *PAYABLE)
    charges, standing = owed(dossier), open_attempt(dossier)
    if standing and now < standing.expires:
        return dossier, ()
    _must_be_free_to_begin(dossier, charges, standing)
    attempt = PaymentAttempt(
        reference=f"{dossier.id}-{len(dossier.payments) + 1}",
        fees=tuple(each.id for each in charges),
        amount=sum(each.amount for each in charges),
        begun=now,
        expires=now + LINK_HOLDS,
    )
    begun = replace(dossier, payments=(*dossier.payments, attempt))
    return with_schedule(begun, ask_at=now + ASK_AFTER[0]), ()


def order_of(
    dossier: Dossier, attempt: PaymentAttempt, return_to: str, address: str = ""
) -> PaymentOrder:
    """The attempt as a platform is told of it."""
    charges = {each.id: each for each in dossier.charges}
    return PaymentOrder(
        reference=attempt.reference,
        amount=attempt.amount,
        lines=tuple(
            PaymentLine(name=charges[each].name, amount=charges[each].amount)
            for each in attempt.fees
        ),
        dossier=dossier.code or dossier.id,
        procedure=dossier.procedure,
        procedure_name=dossier.procedure_name,
        begun=attempt.begun,
        expires=attempt.expires,
        return_to=return_to,
        address=address,
    )


def ordered(dossier: Dossier, reference: str, answer: OrderAnswer, now: datetime) -> Decided:
    """What the platform answered to the order; where that is unclear the attempt stays open."""
    attempt = attempt_of(dossier, reference)
    if attempt.state is not AttemptState.OPEN or answer.outcome is OrderOutcome.UNCLEAR:
        return dossier, ()
    if answer.outcome is OrderOutcome.TAKEN:
        return _with(dossier, replace(attempt, link=answer.link)), ()
    return _ended(dossier, attempt, AttemptState.FAILED, answer.said, now)


def settle(dossier: Dossier, report: PaymentReport, now: datetime, calendar: Calendar) -> Decided:
    """Take the platform's word on an attempt, however often and however late it comes.

    `now` is when it is heard, by the clock of the law.

    Raises:
        NotFound: there was no such attempt.
    """
    attempt = attempt_of(dossier, report.reference)
    if attempt.state in (AttemptState.PAID, AttemptState.DISPUTED):
        return dossier, ()
    if report.outcome is PaymentOutcome.PAID:
        fits = (report.amount, report.currency) == (attempt.amount, VND)
        how = _paid if fits else _disputed
        return how(dossier, attempt, report, now, calendar)
    if attempt.state is not AttemptState.OPEN:
        return dossier, ()
    if report.outcome is PaymentOutcome.FAILED:
        return _ended(dossier, attempt, AttemptState.FAILED, report.said, now)
    return dossier, ()


def asked(dossier: Dossier, report: PaymentReport | None, now: datetime) -> Decided:
    """The platform was asked by the timer and had no end to tell: when to ask again.

    Where nothing was paid and the link has run out, that is the end; where no attempt is open
    (None), there is nothing to ask for. `now` is the world's time.
    """
    attempt = attempt_of(dossier, report.reference) if report else None
    if attempt is None or report is None or attempt.state is not AttemptState.OPEN:
        return with_schedule(dossier, ask_at=_next_question(dossier)), ()
    if report.outcome is PaymentOutcome.UNPAID and now >= attempt.expires:
        return _ended(dossier, attempt, AttemptState.EXPIRED, "", now)
    again = replace(attempt, asked=attempt.asked + 1)
    wait = ASK_AFTER[again.asked] if again.asked < len(ASK_AFTER) else ASK_EACH
    return with_schedule(_with(dossier, again), ask_at=now + wait), ()


def paid_back(dossier: Dossier, reference: str, now: datetime) -> Decided:
    """Note that money of an attempt that the centre had no right to was given back.

    Raises:
        NotFound: there was no such attempt.
        Duplicate: it was noted before.
        Refused: there is no such money.
    """
    attempt = attempt_of(dossier, reference)
    if attempt.paid_back:
        raise Duplicate("Khoản này đã được ghi là đã hoàn.", "This was noted as paid back before.")
    if not attempt.is_to_be_paid_back:
        raise Refused(
            "Lần thanh toán này không có tiền thừa để hoàn.",
            "Nothing of this payment is to be paid back.",
        )
    return _with(dossier, replace(attempt, paid_back=now)), ()


def attempt_of(dossier: Dossier, reference: str) -> PaymentAttempt:
    """The attempt of this name.

    Raises:
        NotFound: there was none.
    """
    found = next((each for each in dossier.payments if each.reference == reference), None)
    if found is None:
        raise NotFound("Không có lần thanh toán này.", "There was no such payment.")
    return found


@dataclass(frozen=True)
class ReferenceParts:
    """A reference taken apart: the dossier's id and the number of the attempt."""

    dossier: str
    number: int


def parts_of(reference: str) -> ReferenceParts:
    """The parts of a reference that comes from outside.

    Raises:
        NotFound: it is none of ours.
    """
    dossier, _, number = reference.rpartition("-")
    if not dossier or not (number.isascii() and number.isdigit()) or len(number) > len("999"):
        raise NotFound("Không có lần thanh toán này.", "There was no such payment.")
    return ReferenceParts(dossier, int(number))


def _must_be_free_to_begin(
    dossier: Dossier, charges: tuple[Charge, ...], standing: PaymentAttempt | None
) -> None:
    if not charges:
        raise Refused("Hồ sơ không còn khoản phải nộp.", "Nothing is left to be paid.")
    if standing:
        raise Refused(
            "Lần nộp trước chưa có trả lời của nền tảng thanh toán. Chúng tôi đang hỏi; "
            "xin đừng nộp lại, ông/bà sẽ không bị thu hai lần.",
            "The payment platform has not said yet what became of your last payment. We are "
            "asking; please do not pay again, you will not be charged twice.",
        )
    if any(each.state is AttemptState.DISPUTED and not each.paid_back for each in dossier.payments):
        raise Refused(
            "Một lần nộp trước có số tiền không khớp; xin liên hệ quầy trước khi nộp lại.",
            "An earlier payment was of another amount; please ask the counter before you pay.",
        )
    if len(dossier.payments) >= MOST_ATTEMPTS:
        raise Refused(
            "Đã thử nộp trực tuyến quá nhiều lần; xin nộp tại quầy.",
            "Paying online was tried too often; please pay at the counter.",
        )


def _paid(
    dossier: Dossier,
    attempt: PaymentAttempt,
    report: PaymentReport,
    now: datetime,
    calendar: Calendar,
) -> Decided:
    """Note each charge as paid; what is not owed any more is to be given back."""
    messages: _Messages = ()
    surplus, receipt = 0, report.transaction or attempt.reference
    payable = {each.id for each in owed(dossier)}
    amounts = {each.id: each.amount for each in dossier.charges}
    for fee in attempt.fees:
        if fee not in payable:
            surplus += amounts[fee]
            continue
        dossier, told = fees.pay(dossier, fee, Method.ONLINE, receipt, now, calendar)
        messages = (*messages, *told)
    done = replace(
        attempt,
        state=AttemptState.PAID,
        settled=now,
        transaction=report.transaction,
        proof=report.proof,
        surplus=surplus,
    )
    return _closed(_with(dossier, done)), messages


def _disputed(
    dossier: Dossier,
    attempt: PaymentAttempt,
    report: PaymentReport,
    now: datetime,
    _calendar: Calendar,
) -> Decided:
    """Another amount or currency than was asked for pays nothing, and is shown to the counter."""
    done = replace(
        attempt,
        state=AttemptState.DISPUTED,
        settled=now,
        transaction=report.transaction,
        proof=report.proof,
        said=f"{report.amount} {report.currency}"[:LONGEST_SAID],
    )
    return _closed(_with(dossier, done)), ()


def _ended(
    dossier: Dossier, attempt: PaymentAttempt, state: AttemptState, said: str, now: datetime
) -> Decided:
    done = replace(attempt, state=state, settled=now, said=said[:LONGEST_SAID])
    return _closed(_with(dossier, done)), ()


def _closed(dossier: Dossier) -> Dossier:
    return with_schedule(dossier, ask_at=_next_question(dossier))


def _next_question(dossier: Dossier) -> datetime | None:
    """When an attempt that is still open is asked of; None where there is none."""
    return dossier.schedule.ask_at if open_attempt(dossier) else None


def _with(dossier: Dossier, attempt: PaymentAttempt) -> Dossier:
    attempts = tuple(
        attempt if each.reference == attempt.reference else each for each in dossier.payments
    )
    return replace(dossier, payments=attempts)
