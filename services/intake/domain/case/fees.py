"""Fees and financial obligations: asked for, paid before or after, receipted, paid back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.events import FeePaid, FeeRefunded, FeeRequested
from contracts.procedure import Collected, Fee
from foundation.errors import Duplicate, NotFound, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Charge,
    Decided,
    Dossier,
    State,
    must_be,
)
from services.intake.domain.case.pause import give_back, must_be_received, stand
from services.intake.domain.case.payment_attempt import must_not_be_under_way
from services.intake.domain.case.procedure import Procedure, fees_of
from services.intake.domain.clock.waits import Wait, WaitKind, open_waits

# Nothing was done for the applicant, so what they paid is theirs again.
WITHOUT_SERVICE = (State.REFUSED, State.WITHDRAWN)
REFUSED = "refused"


class Method(StrEnum):
    """How a charge was paid."""

    CASH = "cash"
    TRANSFER = "transfer"
    ONLINE = "online"


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """What another law makes the applicant pay (tax, land use): why, how much, by which article."""

    name: str
    amount: int
    article: str


def charge(dossier: Dossier, procedure: Procedure, collected: Collected, now: datetime) -> Decided:
    """Ask for the procedure's fees of the dossier's case that are due now: before, or after."""
    asked: list[FeeRequested] = []
    for fee in fees_of(procedure, dossier.case, collected):
        dossier, told = _charge(dossier, fee, now)
        asked.append(told)
    return dossier, tuple(asked)


def oblige(dossier: Dossier, obligation: Obligation, now: datetime) -> Decided:
    """A financial obligation came up (state 6): until it is paid the clock stands still.

    Raises:
        Refused: the dossier is not under way.
        Duplicate: the same obligation is open already.
    """
    must_be(dossier, *UNDER_WAY)
    must_be_received(dossier)
    unpaid = [each for each in dossier.charges if each.paid is None]
    if any((each.name, each.amount) == (obligation.name, obligation.amount) for each in unpaid):
        raise Duplicate("Đã thông báo khoản này.", "This payment is asked for already.")
    owed = Fee(name=obligation.name, amount=obligation.amount, article=obligation.article)
    dossier, asked = _charge(dossier, owed, now)
    wait = Wait(
        kind=WaitKind.PAYMENT,
        since=now,
        who=dossier.agency,
        article=obligation.article,
        reason=obligation.name,
        fee=asked.fee,
    )
    standing, told = stand(dossier, wait)
    return standing, (asked, *told)


def pay(
    dossier: Dossier, fee: str, method: Method, receipt: str, now: datetime, calendar: Calendar
) -> Decided:
    """The applicant paid and got a receipt; what waited for it goes on.

    Raises:
        NotFound: the dossier has no such charge.
        Duplicate: it was paid before.
        Refused: the dossier has ended.
    """
    charged = _of(dossier, fee)
    if charged.paid:
        raise Duplicate("Khoản này đã được nộp.", "This was paid before.")
    must_be(dossier, State.SUBMITTED, State.RESOLVED, *UNDER_WAY)
    paid = replace(charged, paid=now, method=method.value, receipt=receipt)
    dossier = _with(dossier, paid)
    told = FeePaid(
        agency=dossier.agency, fee=fee, amount=paid.amount, method=method.value, receipt=receipt
    )
    waited = [each for each in open_waits(dossier.waits, WaitKind.PAYMENT) if each.fee == fee]
    if not waited:
        return dossier, (told,)
    running, resumed = give_back(dossier, waited, now, calendar)
    return running, (told, *resumed)


def collect(
    dossier: Dossier,
    fee: str,
    method: Method,
    receipt: str,
    now: datetime,
    calendar: Calendar,
    today: datetime,
) -> Decided:
    """As `pay`, at the cash desk: not while the same is being paid online (`today`: real time).

    Raises:
        Refused: as `pay`, or an online payment of it is open.
    """
    must_not_be_under_way(dossier.payments, fee, today)
    return pay(dossier, fee, method, receipt, now, calendar)


def refund(dossier: Dossier, fee: str, now: datetime) -> Decided:
    """Pay back what was paid for nothing: the dossier was refused, or taken back.

    Raises:
        NotFound: the dossier has no such charge.
        Refused: it was not paid, or the service was rendered.
        Duplicate: it was paid back before.
    """
    charged = _of(dossier, fee)
    if charged.refunded:
        raise Duplicate("Khoản này đã được hoàn.", "This was paid back before.")
    if not is_refundable(dossier, charged):
        raise Refused(
            "Chỉ hoàn khoản đã nộp của hồ sơ bị từ chối hoặc đã rút.",
            "Only what was paid for a dossier that was refused or taken back is paid back.",
            article=charged.article,
        )
    told = FeeRefunded(agency=dossier.agency, fee=fee, amount=charged.amount)
    return _with(dossier, replace(charged, refunded=now)), (told,)


def to_refund(dossier: Dossier) -> tuple[Charge, ...]:
    """The charges that were paid and not paid back."""
    return tuple(each for each in dossier.charges if each.paid and not each.refunded)


def is_refundable(dossier: Dossier, charge: Charge) -> bool:
    """Whether a charge was paid for nothing, and not paid back yet."""
    without = dossier.state in WITHOUT_SERVICE or dossier.outcome == REFUSED
    return bool(charge.paid and not charge.refunded and without)


def must_be_paid(dossier: Dossier, *collected: Collected) -> None:
    """Hold an act to the charges that must be paid before it.

    Raises:
        Refused: some are not; says which, how much, and by the rules that the data names.
    """
    unpaid = [each for each in dossier.charges if each.collected in collected and not each.paid]
    if unpaid:
        vi = "; ".join(f"{each.name} {_dotted(each.amount)} đồng" for each in unpaid)
        en = "; ".join(f"{each.name} {each.amount:,} VND" for each in unpaid)
        raise Refused(
            f"Còn khoản chưa nộp: {vi}. Xin thu và ghi biên lai trước.",
            f"Not paid yet: {en}. Please collect it and note the receipt first.",
            article=_articles(unpaid),
            fields={"fees": [each.id for each in unpaid]},
        )


def _charge(dossier: Dossier, fee: Fee, now: datetime) -> tuple[Dossier, FeeRequested]:
    charged = Charge(
        id=f"{dossier.id}.fee.{len(dossier.charges) + 1}",
        name=fee.name,
        amount=fee.amount,
        collected=fee.collected,
        requested=now,
        article=fee.article,
    )
    told = FeeRequested(
        agency=dossier.agency, fee=charged.id, amount=fee.amount, collected=fee.collected
    )
    return replace(dossier, charges=(*dossier.charges, charged)), told


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _articles(charges: Iterable[Charge]) -> str:
    """The rules by which these are owed, each once; "" where none is known."""
    return "; ".join(dict.fromkeys(each.article for each in charges if each.article))


def _of(dossier: Dossier, fee: str) -> Charge:
    found = next((each for each in dossier.charges if each.id == fee), None)
    if found is None:
        raise NotFound("Hồ sơ không có khoản này.", "The dossier has no such charge.")
    return found


def _with(dossier: Dossier, charged: Charge) -> Dossier:
    charges = tuple(charged if each.id == charged.id else each for each in dossier.charges)
    return replace(dossier, charges=charges)
