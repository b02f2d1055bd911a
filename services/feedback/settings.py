"""What feedback must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, UrgingSettings, VaultSettings


@dataclass(frozen=True, kw_only=True)
class FeedbackSettings(AgencyListSettings, UrgingSettings, VaultSettings):
    """Which agencies there are, when late ones are urged, and the keys that protect a denouncer."""
