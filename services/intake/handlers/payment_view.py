"""View model of payments: the attempts to pay online, for the citizen and for the counter."""

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.web.page_words import Words
from services.intake.domain.case.dossier import Charge, Dossier
from services.intake.domain.case.fees import Method
from services.intake.domain.case.payment_attempt import AttemptState, PaymentAttempt
from services.intake.pages import Spoken

METHODS: Mapping[str, Words] = {
    Method.CASH: ("tiền mặt", "cash"),
    Method.TRANSFER: ("chuyển khoản", "bank transfer"),
    Method.ONLINE: ("trực tuyến", "online"),
}
STATES: Mapping[AttemptState, Words] = {
    AttemptState.OPEN: ("Chưa có trả lời của nền tảng thanh toán", "No answer of the platform yet"),
    AttemptState.PAID: ("Đã nộp", "Paid"),
    AttemptState.DISPUTED: (
        "Số tiền không khớp, chưa được ghi nhận",
        "Another amount than was asked for: not accepted",
    ),
    AttemptState.FAILED: ("Không thành công", "It failed"),
    AttemptState.EXPIRED: ("Hết hạn, không nộp", "It ran out, nothing was paid"),
}


@dataclass(frozen=True, kw_only=True)
class AttemptRow:
    """An attempt as a page shows it; `back` is the amount that is to be given back, or ""."""

    reference: str
    begun: str
    amount: str
    state: str
    open: bool
    transaction: str
    proof: str
    said: str
    back: str
    paid_back: str


def rows(dossier: Dossier, words: Spoken) -> tuple[AttemptRow, ...]:
    """The attempts, the latest first."""
    return tuple(_row(each, words) for each in reversed(dossier.payments))


def proof_of(dossier: Dossier, charge: Charge) -> str:
    """The platform's own receipt of a charge: its address, or ""."""
    paid = (
        each
        for each in dossier.payments
        if each.state is AttemptState.PAID
        and charge.id in each.fees
        and charge.receipt in (each.transaction, each.reference)
    )
    return next((each.proof for each in paid), "")


def _row(attempt: PaymentAttempt, words: Spoken) -> AttemptRow:
    return AttemptRow(
        reference=attempt.reference,
        begun=words.moment(attempt.begun),
        amount=words.money(attempt.amount),
        state=words.say(STATES[attempt.state]),
        open=attempt.state is AttemptState.OPEN,
        transaction=attempt.transaction,
        proof=attempt.proof,
        said=attempt.said,
        back=_back(attempt, words),
        paid_back=words.moment(attempt.paid_back) if attempt.paid_back else "",
    )


def _back(attempt: PaymentAttempt, words: Spoken) -> str:
    if not attempt.is_to_be_paid_back:
        return ""
    return words.money(attempt.surplus) if attempt.surplus else attempt.said
