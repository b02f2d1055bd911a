"""What feedback must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, PageSettings, UrgingSettings, VaultSettings


@dataclass(frozen=True, kw_only=True)
class FeedbackSettings(AgencyListSettings, PageSettings, UrgingSettings, VaultSettings):
    """The agencies, its pages, when late ones are urged, and the keys that protect a denouncer."""
