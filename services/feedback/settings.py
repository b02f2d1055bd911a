"""What feedback must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import (
    AgencyListSettings,
    PageSettings,
    RetentionSettings,
    UrgingSettings,
    VaultSettings,
)


@dataclass(frozen=True, kw_only=True)
class FeedbackSettings(
    AgencyListSettings, PageSettings, RetentionSettings, UrgingSettings, VaultSettings
):
    """Agencies, pages, when late ones are urged, how long it is kept, the keys of a denouncer."""
