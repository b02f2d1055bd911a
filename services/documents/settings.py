"""What documents must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import ObjectStoreSettings


@dataclass(frozen=True, kw_only=True)
class DocumentsSettings(ObjectStoreSettings):
    """Where the files are kept; it has no setting of its own yet."""
