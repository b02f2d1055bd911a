"""What becomes of a document by its scan: it passes, waits, or is kept from everybody."""

from datetime import datetime

from contracts.events import DocumentScanDecided, DocumentScanned
from contracts.message import Message
from contracts.orders import DocumentRefused
from foundation.as_seen import Facts, SeenThing
from foundation.errors import NotYet, Refused
from foundation.frozen import replace
from services.documents.domain.scanning import (
    MOST_FAILURES,
    QUARANTINED,
    Scan,
    ScanDecision,
    ScanState,
    pause,
    to_be_scanned,
)
from services.documents.domain.storing import (
    Document,
    DocumentActor,
    matter_of,
    once_passed,
    owner_of,
    tell,
)

Scanned = tuple[Document, tuple[Message, ...]]
FAILED = "failed"


def try_to_scan(document: Document, now: datetime) -> Scanned:
    """Note a try before it is made: a file that ends the process does not hold up the others."""
    scan = document.scan
    if not scan.waits:
        return document, ()
    again = now + pause(scan.scan_tries)
    return replace(document, scan=replace(scan, scan_tries=scan.scan_tries + 1, scan_due=again)), ()


def conclude(document: Document, verdict: str, finding: str, now: datetime) -> Scanned:
    """What the scanner says of the document: clean, infected, not_scannable or failed.

    One on which it failed is tried again; after many failures a clerk has to decide.
    """
    scan = document.scan
    if not scan.waits:
        return document, ()
    if verdict == FAILED:
        scan = replace(scan, scan_failures=scan.scan_failures + 1, finding=finding)
        if scan.scan_failures < MOST_FAILURES:
            return replace(document, scan=scan), ()
        verdict, finding = ScanState.NOT_SCANNABLE.value, FAILED
    state = ScanState(verdict)
    scan = replace(
        scan,
        verdict=state,
        finding=finding,
        scanned=now,
        scan_due=None,
        undecided=state is not ScanState.CLEAN,
    )
    scanned = DocumentScanned(agency=matter_of(document), verdict=verdict, finding=finding)
    document, messages = _told(once_passed(replace(document, scan=scan), now))
    return document, (*messages, scanned)


def decide_on(
    document: Document, decision: ScanDecision, note: str, by: DocumentActor, now: datetime
) -> Scanned:
    """A clerk decides on a document that does not pass; why is kept, and by whom.

    Raises:
        Refused: it passes, or is still to be scanned.
    """
    if document.scan.verdict not in QUARANTINED or document.retention.removed:
        raise Refused(
            "Tệp này không cần quyết định: chỉ quyết định về tệp có mã độc hoặc không quét được.",
            "This file needs no decision: only one that is infected or could not be scanned does.",
        )
    noted = replace(
        to_be_scanned(now) if decision is ScanDecision.AGAIN else document.scan,
        undecided=False,
        decision=decision.value,
        decision_note=note,
        decided_by=by.subject,
        decided=now,
    )
    decided = DocumentScanDecided(agency=matter_of(document), decision=decision.value)
    document, messages = _told(once_passed(replace(document, scan=noted), now))
    return document, (*messages, decided)


def must_pass(document: Document) -> Document:
    """Hold back the content of a document that has not passed the scan.

    Raises:
        NotYet: it is still to be scanned.
        Refused: it is quarantined.
    """
    if document.scan.passes:
        return document
    raise held_back(document.scan)


def held_back(scan: Scan) -> Refused:
    """Why a document is not handed out, in words."""
    if scan.waits:
        return NotYet(
            "Tệp đang được quét mã độc; xin thử lại sau ít giây.",
            "The file is being scanned for malware; try again in a few seconds.",
        )
    if scan.verdict is ScanState.INFECTED:
        return Refused(
            "Tệp có mã độc nên bị cách ly, không ai mở được; hãy quét máy của mình, tạo lại tệp "
            "rồi tải lên tệp mới.",
            "The file holds malware and is quarantined: nobody can open it. Scan your computer, "
            "make the file again and upload the new one.",
        )
    return Refused(
        "Không quét được tệp này (có mật khẩu, quá lớn hoặc nén quá nhiều lớp); cán bộ sẽ quyết "
        "định, hoặc hãy tải lên tệp không mật khẩu, không nén.",
        "This file could not be scanned (locked, too large, or packed too deep); a clerk will "
        "decide, or upload one that is neither locked nor packed.",
    )


def _told(document: Document) -> Scanned:
    """Tell intake of what passes now, and of what does not: its dossier is not full with it.

    One that could not be scanned is refused too until a clerk accepts it.
    """
    scan = document.scan
    if scan.passes or document.form:
        return tell(document)
    if scan.verdict not in QUARANTINED:
        return document, ()
    refused = DocumentRefused(
        agency=matter_of(document),
        owner=owner_of(document),
        clerk=document.uploader.clerk,
        reason=scan.verdict.value,
    )
    return replace(document, told=False), (refused,)


def scan_facts(document: Document) -> Facts:
    """What decides how a clerk decides on it, by name."""
    scan = document.scan
    return {
        "verdict": scan.verdict.value,
        "finding": " ".join(scan.finding.split()),
        "decision": scan.decision,
        "decided_by": scan.decided_by,
        "removed": "yes" if document.retention.removed else "",
    }


SCAN_SEEN = SeenThing("tệp này", "The file", scan_facts)
