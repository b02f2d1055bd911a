"""What the catalogue must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, PageSettings


@dataclass(frozen=True, kw_only=True)
class CatalogueSettings(AgencyListSettings, PageSettings):
    """Which agencies there are, and where pages are; it has no setting of its own yet."""
