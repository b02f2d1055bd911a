"""What documents must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import ObjectStoreSettings, PageSettings, ScannerSettings, setting


@dataclass(frozen=True, kw_only=True)
class DocumentsSettings(ObjectStoreSettings, ScannerSettings, PageSettings):
    """Where the files are kept, what scans them, how long, and whose signatures are trusted."""

    retention: str = setting(
        "path of retention.csv, the rules by which files are removed at the end of their term; "
        "empty keeps everything",
        default="catalogue-data/retention.csv",
    )
    signature_roots: str = setting(
        "path of a folder with the root certificates (*.pem) that signatures in PDF are held "
        "against; empty knows none, so that no signer's chain is known",
        default="",
    )
