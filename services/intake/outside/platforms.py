"""The payment platform of this installation, made from its settings; None where there is none."""

from collections.abc import Callable, Mapping
from typing import Any

from foundation.injection import Provider
from services.intake.outside.paygov import PayGov
from services.intake.outside.payment_platform import (
    SHORTEST_SECRET,
    MerchantAccount,
    PaymentPlatform,
    read_address,
)

PLATFORMS: Mapping[str, Callable[[str, MerchantAccount], PaymentPlatform]] = {PayGov.kind: PayGov}


class PaymentDesk(Provider):
    """`payments = PaymentDesk()`, then `self.payments.platform`."""

    platform: PaymentPlatform | None = None

    def setup(self) -> None:
        """Make it, once; what is mistyped stops the process now, and no payment later."""
        self.platform = platform_of(self.container.config["settings"])


def platform_of(settings: Any) -> PaymentPlatform | None:
    """The platform that the settings name.

    Raises:
        ValueError: the address is wrong or of no kind we know, or the secret is too short.
    """
    if not settings.payment_url:
        return None
    kind, url = read_address(settings.payment_url)
    if kind not in PLATFORMS:
        raise ValueError(f"PAYMENT_URL: {kind} is no payment platform we know: {list(PLATFORMS)}")
    if len(settings.payment_secret) < SHORTEST_SECRET or not settings.payment_partner:
        raise ValueError("PAYMENT_URL needs PAYMENT_PARTNER and a PAYMENT_SECRET of 16 characters")
    account = MerchantAccount(
        partner=settings.payment_partner,
        secret=settings.payment_secret,
        account=settings.payment_account,
        unit=settings.unit,
        unit_name=settings.office_name,
    )
    return PLATFORMS[kind](url, account)
