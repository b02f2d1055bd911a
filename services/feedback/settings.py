"""What feedback must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, VaultSettings


@dataclass(frozen=True, kw_only=True)
class FeedbackSettings(AgencyListSettings, VaultSettings):
    """Which agencies there are, and where the keys are that protect a denouncer."""
