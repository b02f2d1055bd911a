"""An attempt to pay charges of a dossier online: begun, then settled by what the platform says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from foundation.errors import Refused

GRACE = timedelta(hours=1)
"""So long after its link ran out an attempt may still turn out to be paid: banks answer late."""


class AttemptState(StrEnum):
    """What is known of an attempt. Only the platform's own word ends `open`, never a browser's."""

    OPEN = "open"
    PAID = "paid"
    DISPUTED = "disputed"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class PaymentAttempt:
    """One try to pay `fees` (ids of charges) together; `amount` is their sum in VND.

    `reference` is its name at the platform, `link` the platform's page where it is paid until
    `expires`; `asked` counts how often the platform was asked about it. `transaction` and `proof`
    (an address) are the platform's own words on what was paid. `surplus` is what was paid and not
    owed any more, `said` what the platform said where that does not fit; `paid_back` is when such
    money was given back.
    """

    reference: str
    fees: tuple[str, ...]
    amount: int
    begun: datetime
    expires: datetime
    state: AttemptState = AttemptState.OPEN
    link: str = ""
    asked: int = 0
    settled: datetime | None = None
    transaction: str = ""
    proof: str = ""
    surplus: int = 0
    said: str = ""
    paid_back: datetime | None = None

    @property
    def is_to_be_paid_back(self) -> bool:
        """Whether the centre holds money of it that it has no right to."""
        wrong = self.state is AttemptState.DISPUTED or self.surplus > 0
        return wrong and self.paid_back is None


def must_not_be_under_way(attempts: Iterable[PaymentAttempt], fee: str, now: datetime) -> None:
    """Hold the cash desk to charges that nobody is paying online at this moment.

    Once the link ran out an hour ago the desk may collect; money that comes later is paid back.

    Raises:
        Refused: an online payment of the charge is open; says until when to wait.
    """
    held = [each for each in attempts if each.state is AttemptState.OPEN and fee in each.fees]
    if any(now < each.expires + GRACE for each in held):
        raise Refused(
            "Khoản này đang được nộp trực tuyến và chưa có trả lời của nền tảng thanh toán; "
            "xin xem mục thanh toán trực tuyến của hồ sơ trước khi thu.",
            "This charge is being paid online and the payment platform has not said what became "
            "of it; see the dossier's online payments before you collect it.",
            fields={"fee": [fee]},
        )
