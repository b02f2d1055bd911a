"""What documents must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import ObjectStoreSettings, PageSettings, ScannerSettings


@dataclass(frozen=True, kw_only=True)
class DocumentsSettings(ObjectStoreSettings, ScannerSettings, PageSettings):
    """Where the files are kept, and what scans them; it has no setting of its own yet."""
