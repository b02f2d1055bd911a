"""How long a document is kept, by the rules that are data; what a removal leaves, and the hold.

Its term begins with the end of its dossier; that of what no dossier has, when it came; that of what
is quarantined, when it was scanned. Whoever follows the events is told before, and of the files of
a dossier its applicant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.events import DocumentHoldChanged, DocumentRemovalAnnounced, DocumentRemoved
from contracts.forms import FormKind
from contracts.message import Message
from contracts.orders import DocumentRefused
from foundation.as_seen import Facts, SeenThing
from foundation.errors import Gone, Refused
from foundation.frozen import replace
from foundation.retention.hold import MOST_HOLDS, Hold
from foundation.retention.table import KeptKind, RetentionRule
from services.documents.domain import removal_notice
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.scanning import QUARANTINED
from services.documents.domain.signed import SignatureEvidence
from services.documents.domain.storing import Document, DocumentActor, matter_of, owner_of

LOOK_AGAIN = timedelta(days=90)
"""So often what has no end yet is looked at: its dossier may be over, or a rule have changed."""
SOON = timedelta(hours=1)

Kept = tuple[Document, tuple[Message, ...]]


@dataclass(frozen=True)
class KeepingTerm:
    """The term of one document: its rule, its end, and how long before that it is told."""

    rule: RetentionRule
    end: datetime
    warning: timedelta

    @property
    def nearing(self) -> datetime:
        """From when on its end is told."""
        return self.end - self.warning


def kind_of(document: Document, access: DossierAccess | None) -> KeptKind:
    """What it is to the rules."""
    if document.scan.verdict in QUARANTINED and not document.scan.passes:
        return KeptKind.QUARANTINED
    if document.form and document.form != FormKind.DECLARATION:
        return KeptKind.FORM
    if access is not None and document.id in access.results:
        return KeptKind.RESULT
    return KeptKind.PAPER if document.dossier else KeptKind.LOOSE


def rule_of(
    document: Document, access: DossierAccess | None, rules: Sequence[RetentionRule]
) -> RetentionRule | None:
    """The rule for it: that of its procedure before that of any; None if there is none."""
    kind = kind_of(document, access)
    procedure = access.procedure if access else ""
    fitting = [each for each in rules if each.kind is kind and each.procedure in {procedure, ""}]
    return max(fitting, key=lambda each: bool(each.procedure), default=None)


def begins(document: Document, access: DossierAccess | None) -> datetime | None:
    """When its term begins; None while its dossier is open."""
    kind = kind_of(document, access)
    if kind is KeptKind.QUARANTINED:
        return document.scan.scanned or document.stored
    if kind is KeptKind.LOOSE:
        return document.stored
    return access.ended if access else None


def term_of(
    document: Document, access: DossierAccess | None, rules: Sequence[RetentionRule]
) -> KeepingTerm | None:
    """Its term by the rules as they are now; None if it has no end, or is kept."""
    rule, began = rule_of(document, access, rules), begins(document, access)
    kept = document.retention.held or (access is not None and access.held)
    if kept or rule is None or rule.days is None or began is None:
        return None
    return KeepingTerm(rule, began + timedelta(days=rule.days), timedelta(days=rule.warning))


def tell_applicant(
    access: DossierAccess, document: Document, rules: Sequence[RetentionRule], now: datetime
) -> removal_notice.Noticed:
    """Tell the applicant that files of their dossier go, if this is the first to come to that."""
    term = term_of(document, access, rules)
    if document.retention.removed or term is None or now < term.nearing:
        return access, ()
    if removal_notice.rests_on_notice(document.retention, access, term.end):
        return access, ()
    return removal_notice.give(access, term.end, term.warning, now)


def look(
    document: Document,
    access: DossierAccess | None,
    rules: Sequence[RetentionRule],
    now: datetime,
    *,
    notice_sent: bool = True,
) -> Kept:
    """Announce the end of a document, or remove it when that came; else look again later.

    The rules count as they are now: one that was made longer puts an announced end off. What is in
    a dossier goes only under a notice to its applicant that the broker has (`notice_sent`).
    """
    kept = document.retention
    if kept.removed or kept.held:
        return _next(document, None), ()
    term = term_of(document, access, rules)
    if term is None:
        return _next(_unannounced(document), now + LOOK_AGAIN), ()
    if document.dossier and not removal_notice.rests_on_notice(kept, access, term.end):
        document = _unannounced(document)
        kept = document.retention
    if kept.announced is None or kept.removes is None:
        return _approach(document, access, term, now)
    end = max(term.end, kept.removes)
    if now < end:
        return _next(document, end), ()
    if document.dossier and not notice_sent:
        return _next(document, now + SOON), ()
    return _remove(document, term.rule, now)


def hold(document: Document, *, on: bool, reason: str, by: DocumentActor, now: datetime) -> Kept:
    """Keep a document whatever the rules say, or no longer; every decision stays, with its reason.

    Raises:
        Gone: it was removed.
        Refused: it is held already, or not held.
    """
    kept = must_be_here(document).retention
    if kept.held == on:
        raise Refused(
            "Tệp đang ở đúng trạng thái này rồi.", "The file is held already, or is not held."
        )
    said = Hold(on=on, by=by.subject, at=now, reason=reason)
    kept = replace(
        kept,
        held=on,
        holds=(*kept.holds, said)[-MOST_HOLDS:],
        announced=None,
        removes=None,
        retention_due=None if on else now,
    )
    changed = DocumentHoldChanged(agency=matter_of(document), held=on)
    return replace(document, retention=kept), (changed,)


def erased(document: Document) -> Kept:
    """The bytes are gone, or another document has the same ones."""
    return replace(document, retention=replace(document.retention, erase_waiting=False)), ()


def must_be_here(document: Document) -> Document:
    """Hold back what was removed.

    Raises:
        Gone: it says when and by which rule.
    """
    kept = document.retention
    if kept.removed is None:
        return document
    day = f"{kept.removed:%d/%m/%Y}"
    raise Gone(
        f"Tệp đã được xóa ngày {day} khi hết thời hạn giữ ({kept.removed_source}); chỉ còn mã băm.",
        f"The file was removed on {day} at the end of its term ({kept.removed_source}); only its "
        "hash is kept.",
    )


def _approach(
    document: Document, access: DossierAccess | None, term: KeepingTerm, now: datetime
) -> Kept:
    """Announce what comes to its end; what is in a dossier only once its applicant was told."""
    if now < term.nearing:
        return _next(document, min(term.nearing, now + LOOK_AGAIN)), ()
    if not document.dossier:
        return _announce(document, term.rule, max(term.end, now + term.warning), now)
    notice = removal_notice.standing(access, term.end, now) if access else None
    if notice is None:
        return _next(document, now + SOON), ()
    document = replace(document, retention=replace(document.retention, noticed=notice.told))
    at = max(term.end, notice.removes, notice.told + term.warning)
    return _announce(document, term.rule, at, now)


def _announce(document: Document, rule: RetentionRule, at: datetime, now: datetime) -> Kept:
    kept = replace(document.retention, announced=now, removes=at, retention_due=at)
    told = DocumentRemovalAnnounced(
        agency=matter_of(document), dossier=document.dossier, kind=rule.kind.value, removes=at
    )
    return replace(document, retention=kept), (told,)


def _remove(document: Document, rule: RetentionRule, now: datetime) -> Kept:
    """Only hash, size, type and times are left; the name, and who signed, may name a person."""
    kept = replace(
        document.retention,
        retention_due=None,
        removed=now,
        removed_as=rule.kind.value,
        removed_source=rule.source,
        erase_waiting=True,
    )
    evidence = SignatureEvidence(signature_state=document.signing.signature_state)
    scan = replace(document.scan, undecided=False, scan_due=None)
    gone = replace(document, retention=kept, name="", signing=evidence, scan=scan)
    removed = DocumentRemoved(
        agency=matter_of(document),
        dossier=document.dossier,
        kind=rule.kind.value,
        sha256=document.sha256,
        size=document.size,
    )
    return gone, (*_refused(document), removed)


def _refused(document: Document) -> tuple[Message, ...]:
    """Intake is told that it can be handed in no longer."""
    if document.dossier or not document.told:
        return ()
    refused = DocumentRefused(
        agency=matter_of(document),
        owner=owner_of(document),
        clerk=document.uploader.clerk,
        reason="removed",
    )
    return (refused,)


def _unannounced(document: Document) -> Document:
    kept = replace(document.retention, announced=None, removes=None, noticed=None)
    return replace(document, retention=kept)


def _next(document: Document, at: datetime | None) -> Document:
    return replace(document, retention=replace(document.retention, retention_due=at))


def hold_facts(document: Document) -> Facts:
    """What decides whether it is to be held, by name."""
    return removal_notice.facts_of(document.retention.holds, on=document.retention.held)


HOLD_SEEN = SeenThing("việc giữ tệp", "The hold", hold_facts)
