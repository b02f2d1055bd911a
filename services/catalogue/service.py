"""The catalogue service: what the public reads of procedures and codes, and keepers write."""

from types import MappingProxyType

from services.catalogue.handlers.keeper_pages import KeeperPages
from services.catalogue.settings import CatalogueSettings


class Catalogue(KeeperPages):
    """The procedures that the centre takes dossiers for."""

    name = "catalogue"
    settings_type = CatalogueSettings
    publishes = MappingProxyType({"events": r"^(procedure|agency)\."})
