"""What an agency's desk must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencySettings, UrgingSettings


@dataclass(frozen=True, kw_only=True)
class RoutingSettings(AgencySettings, UrgingSettings):
    """Whose desk it is, and the rules of urging; it has no setting of its own yet."""
