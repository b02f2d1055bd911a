"""The scan for malware: the job that has files scanned, and what a clerk decides on the others."""

from functools import partial
from typing import Any

from foundation.errors import StoredResponse
from foundation.observability.service_metrics import ServiceCounter
from foundation.scheduling import every, everywhere
from foundation.web import Request, get, post
from services.documents import schemas
from services.documents.domain import quarantine
from services.documents.handlers.context import DocumentsContext, as_seen, person


class ScanApi(DocumentsContext):
    """The scan of each document, and the quarantine."""

    scans = ServiceCounter(
        "motcua_document_scans",
        "Scans for malware; verdict is clean, infected, not_scannable or failed",
        by=("verdict",),
    )

    @every(0.25)
    def scan_waiting(self) -> None:
        """Have what waits scanned; nothing is tried while the scanner is away, so nothing ages.

        It looks often: whoever has just uploaded a file is about to hand it in.
        """
        due = partial(self.documents.to_be_scanned, self.clock.now())
        if due(limit=1) and self.scanner.is_there():
            self.job_runner.run("scan_waiting", due, self._scan)

    @everywhere(5)
    def look_for_scanner(self) -> None:
        """Have the metric say whether the scanner is there, also while nothing waits for it."""
        self.scanner.is_there()

    @get("/quarantine", scope="counter", gives=schemas.QuarantineAnswer)
    def quarantined(self, request: Request) -> dict[str, Any]:
        """The documents a clerk has to decide on: infected, or not to be scanned.

        The longest waiting first, page by page: `?limit=`, and `?after=` with `next`.
        """
        asked = request.asked(schemas.PageOfQuery())
        return schemas.listed(*self.documents.undecided(self.clock.now(), **asked))

    @post("/documents/<id>/scan", scope="counter", gives=schemas.DocumentAnswer)
    def decide_scan(self, request: Request, id: str) -> StoredResponse:
        """Decide on a quarantined document: accept it, refuse it, or have it scanned again."""
        once, decided = request.once(200, schemas.shown), request.load(schemas.ScanDecisionSchema)
        decide = partial(quarantine.decide_on, **decided, by=person(request), now=self.clock.now())
        seen = as_seen(quarantine.SCAN_SEEN, request, decide)
        return once.reply(self.documents.change(id, seen, once=once))

    def _scan(self, document_id: str) -> None:
        now = self.clock.now()
        document = self.documents.change(document_id, partial(quarantine.try_to_scan, now=now))
        report = self.scanner.scan(self.files.get(document.sha256))
        self.scans.add(report.verdict.value)
        conclude = partial(
            quarantine.conclude,
            verdict=report.verdict.value,
            finding=report.finding,
            now=self.clock.now(),
        )
        self.documents.change(document_id, conclude)
