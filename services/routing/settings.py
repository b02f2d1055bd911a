"""What an agency's desk must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, AgencySettings, PageSettings, UrgingSettings


@dataclass(frozen=True, kw_only=True)
class RoutingSettings(AgencySettings, AgencyListSettings, PageSettings, UrgingSettings):
    """Whose desk it is, the names of agencies, its pages, and the rules of urging."""
