"""Stores of document metadata and access lists; the bytes are in the object store."""

from collections.abc import Callable, Sequence
from datetime import datetime

from contracts.message import Message
from foundation.outbox import CHAIN_INDEX, AuditLog, Store
from foundation.persistence import Idempotency, Index, MomentQuery, Spread
from foundation.places import Within
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.allowance import UploadAllowance
from services.documents.domain.forms import Form
from services.documents.domain.orphans import ObjectSweep
from services.documents.domain.readings import DocumentReading
from services.documents.domain.scanning import ScanState
from services.documents.domain.signed import SignatureState
from services.documents.domain.storing import Document


class Documents(Store[Document]):
    """Store of the metadata of each file."""

    entity = Document
    collection = "documents"
    # Those stored before there was the field have none, which an index keeps as null.
    indexes = (
        Index(name="told", keys=(("told", 1), ("stored", -1))),
        Index(
            name="scan_due", keys=(("scan_due", 1),), partial={"verdict": ScanState.WAITING.value}
        ),
        Index(
            name="signature_due",
            keys=(("signature_due", 1),),
            partial={"signature_state": SignatureState.WAITING.value},
        ),
        Index(name="retention_due", keys=(("retention_due", 1),)),
        Index(name="erase_waiting", keys=(("erase_waiting", 1),), partial={"erase_waiting": True}),
        Index(name="superseding", keys=(("superseding", 1),), partial={"superseding": True}),
        Index(name="sha256", keys=(("sha256", 1),)),
        Index(name="dossier", keys=(("dossier", 1), ("stored", 1))),
        Index(
            name="undecided", keys=(("undecided", 1), ("stored", 1)), partial={"undecided": True}
        ),
    )

    def untold(self, *, limit: int) -> list[str]:
        """The ids of those that intake was not told of, the newest first (index `told`).

        The newest are those that a dossier waits for.
        """
        return self.ids({"told": None}, sort=(("stored", -1),), limit=limit)

    def to_be_scanned(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose next try is due, the longest waiting first (index `scan_due`)."""
        query = {"verdict": ScanState.WAITING.value, "scan_due": {"$lte": now}}
        return self.ids(query, sort=(("scan_due", 1),), limit=limit)

    def signatures_due(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose signatures are to be read (index `signature_due`)."""
        query = {"signature_state": SignatureState.WAITING.value, "signature_due": {"$lte": now}}
        return self.ids(query, sort=(("signature_due", 1),), limit=limit)

    def undecided(
        self, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Document], str]:
        """Those that a clerk has to decide on, the longest waiting first (index `undecided`).

        Also where to go on.
        """
        return self.page_by_moment(
            MomentQuery(filter={"undecided": True}, key="stored", after=after, limit=limit, now=now)
        )

    def retention_due(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose term is to be looked at (index `retention_due`)."""
        query = {"retention_due": {"$lte": now}}
        return self.ids(query, sort=(("retention_due", 1),), limit=limit)

    def to_be_erased(self, *, limit: int) -> list[str]:
        """The ids of those removed whose bytes are still there (index `erase_waiting`)."""
        return self.ids({"erase_waiting": True}, limit=limit)

    def superseding(self, *, limit: int) -> list[str]:
        """The ids of those whose forerunner is still to learn of them (index `superseding`)."""
        return self.ids({"superseding": True}, limit=limit)

    def has_file(self, sha256: str) -> bool:
        """Whether a document that was not removed has the file (index `sha256`)."""
        return bool(self.ids({"sha256": sha256, "removed": None}, limit=1))

    def of_dossier(self, dossier: str, *, limit: int) -> list[Document]:
        """Those of a dossier, the oldest first (index `dossier`)."""
        return self.find({"dossier": dossier}, sort=(("stored", 1),), limit=limit)

    def among(self, ids: Sequence[str]) -> list[Document]:
        """Those of the named documents that exist."""
        return self.find({"_id": {"$in": list(ids)}}, limit=len(ids)) if ids else []


class Accesses(Store[DossierAccess]):
    """Store of access lists: who is concerned with each dossier."""

    entity = DossierAccess
    collection = "accesses"

    def known(self, dossier: str) -> DossierAccess | None:
        """The access list of a dossier; None for "" and while nothing is known of it."""
        return self.find_one({"_id": dossier}) if dossier else None

    def is_sent(self, dossier: str) -> bool:
        """Whether the broker has all that was told of the dossier, such as a notice."""
        return not self.ids({"_id": dossier, "outbox.0": {"$exists": True}}, limit=1)


class IssuedForms(Store[Form]):
    """Store of issued forms: what stands on them, and which still have to be printed."""

    entity = Form
    collection = "forms"
    indexes = (Index(name="waiting", keys=(("again", 1),), partial={"waiting": True}),)

    def waiting(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose next try is due, by the index `waiting`."""
        return self.ids({"waiting": True, "again": {"$lte": now}}, limit=limit)


class Readings(AuditLog[DocumentReading]):
    """Audit log of who read which document; append-only, hash-chained."""

    entity = DocumentReading
    collection = "readings"
    indexes = (
        CHAIN_INDEX,
        Index(name="by_document", keys=(("document", 1), ("at", 1))),
        Index(name="by_at", keys=(("at", 1),)),
        Index(name="by_who_at", keys=(("by", 1), ("at", 1))),
    )

    def looked(
        self, by: str, within: Within, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[DocumentReading], str]:
        """The readings of everybody, or of one, within that time, the latest first.

        Also where to go on. By the index `by_at`, or `by_who_at`.
        """
        about = {"by": by} if by else {}
        return self.latest(
            about, now, limit=limit, after=after, within=within, spread=Spread.GROWING
        )

    def of(
        self, document: str, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[DocumentReading], str]:
        """The readings of a document, oldest first, and where to go on (index `by_document`)."""
        return self.page_by_moment(
            MomentQuery(filter={"document": document}, key="at", after=after, limit=limit, now=now)
        )


class Sweeps(Store[ObjectSweep]):
    """Store of how far the sweep of the object store is: one document."""

    entity = ObjectSweep
    collection = "sweeps"


class Allowances(Store[UploadAllowance]):
    """Store of the sizes that the papers of each procedure allow, by its code."""

    entity = UploadAllowance
    collection = "allowances"

    def known(self, code: str) -> UploadAllowance | None:
        """What the procedure allows; None for "" and while nothing is known of it."""
        return self.find_one({"_id": code}) if code else None

    def learn(
        self,
        code: str,
        decide: Callable[[UploadAllowance], tuple[UploadAllowance, Sequence[Message]]],
        *,
        once: Idempotency,
    ) -> UploadAllowance:
        """Change what a procedure allows, or begin with one of which nothing is known."""
        return self.change_or_create(code, UploadAllowance(id=code), decide, once=once)
