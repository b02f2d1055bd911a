"""The documents service: HTTP API, event handlers, and the jobs that look into files."""

from types import MappingProxyType

from services.documents.handlers.dossier_events import DossierEvents
from services.documents.handlers.dossier_files import DossierFiles
from services.documents.handlers.form_printing import FormPrinting
from services.documents.handlers.hold_pages import HoldPages
from services.documents.handlers.orphan_sweep import OrphanSweep
from services.documents.handlers.procedure_events import ProcedureEvents
from services.documents.handlers.quarantine_pages import QuarantinePages
from services.documents.handlers.readings_pages import FileReadingsPages
from services.documents.handlers.signature_reading import SignatureReading
from services.documents.handlers.staff_uploads import StaffUploads
from services.documents.handlers.upload_pages import UploadPages
from services.documents.handlers.versions_api import VersionsApi
from services.documents.settings import DocumentsSettings


class DocumentsService(
    DossierFiles,
    UploadPages,
    StaffUploads,
    QuarantinePages,
    SignatureReading,
    HoldPages,
    FileReadingsPages,
    OrphanSweep,
    VersionsApi,
    FormPrinting,
    DossierEvents,
    ProcedureEvents,
):
    """The files of dossiers."""

    name = "documents"
    settings_type = DocumentsSettings
    publishes = MappingProxyType(
        {"events": r"^document\.", "contacts": r"^contact\.document(_refused)?\."}
    )
