"""What the catalogue must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings


@dataclass(frozen=True, kw_only=True)
class CatalogueSettings(AgencyListSettings):
    """Which agencies there are; it has no setting of its own yet."""
