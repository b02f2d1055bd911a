"""The documents service: HTTP API, event handlers, and the jobs that print and scan."""

from types import MappingProxyType

from services.documents.handlers.dossier_events import DossierEvents
from services.documents.handlers.form_printing import FormPrinting
from services.documents.handlers.scan_api import ScanApi
from services.documents.handlers.upload_pages import UploadPages
from services.documents.settings import DocumentsSettings


class DocumentsService(UploadPages, ScanApi, FormPrinting, DossierEvents):
    """The files of dossiers."""

    name = "documents"
    settings_type = DocumentsSettings
    publishes = MappingProxyType(
        {"events": r"^document\.", "contacts": r"^contact\.document(_refused)?\."}
    )
