"""What documents must know, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import (
    ObjectStoreSettings,
    PageSettings,
    RetentionSettings,
    ScannerSettings,
    UploadSettings,
    setting,
)


@dataclass(frozen=True, kw_only=True)
class DocumentsSettings(
    ObjectStoreSettings, UploadSettings, ScannerSettings, PageSettings, RetentionSettings
):
    """Where the files are kept, what scans them, how long, and whose signatures are trusted."""

    signature_roots: str = setting(
        "path of a folder with the root certificates (*.pem) that signatures in PDF are held "
        "against; empty knows none, so that no signer's chain is known",
        default="",
    )
