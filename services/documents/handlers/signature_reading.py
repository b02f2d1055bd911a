"""The job that has the digital signatures of PDF read, after the scan for malware."""

from functools import partial

from foundation.observability.service_metrics import ServiceCounter
from foundation.scheduling import every
from services.documents.domain import signing
from services.documents.handlers.context import DocumentsContext


class SignatureReading(DocumentsContext):
    """Reads signatures, in a process of its own; requests and other jobs do not wait for it."""

    signature_readings = ServiceCounter(
        "motcua_document_signature_readings",
        "Readings of the signatures of a PDF; verdict is read, not_readable or failed",
        by=("verdict",),
    )

    @every(1)
    def read_signatures(self) -> None:
        """Read what is due, one after the other."""
        due = partial(self.documents.signatures_due, self.clock.now())
        self.job_runner.run("read_signatures", due, self._read_signatures)

    def _read_signatures(self, document_id: str) -> None:
        now = self.clock.now()
        document = self.documents.change(document_id, partial(signing.try_to_read, now=now))
        report = self.signature_reader.read(self.files.get(document.sha256), now)
        self.signature_readings.add(report.verdict.value)
        self.documents.change(
            document_id, partial(signing.keep, report=report, now=self.clock.now())
        )
