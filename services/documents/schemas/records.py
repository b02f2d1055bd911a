"""HTTP representation of a document: what is known of it, and who did what with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import write_time
from foundation.web.fields import After, Moment
from foundation.web.text_fields import Line
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.forms import Form
from services.documents.domain.kept import Retention
from services.documents.domain.origin import DocumentOrigin
from services.documents.domain.readings import DocumentReading
from services.documents.domain.scanning import Scan, ScanDecision
from services.documents.domain.signed import SignatureEvidence
from services.documents.domain.storing import Document

MOST_SHOWN = 100


class PageOfQuery(Schema):
    """Query of a list: at most `limit`, after the `next` of a page."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class QuarantinePage(PageOfQuery):
    """Query of the page of the quarantine; `done` after a decision."""

    limit = fields.Integer(load_default=25, validate=validate.Range(1, MOST_SHOWN))
    done = Line(1, load_default="")


class HoldQuery(Schema):
    """Query of the page of holds: the id of a dossier, or of a document."""

    dossier = document = Line(64, load_default="")


class UploadQuery(Schema):
    """The document that this one is given in place of, and the paper it is for; "" for none."""

    supersedes = Line(64, load_default="")
    procedure = Line(64, load_default="")
    paper = Line(1000, load_default="")


class ReuseSchema(Schema):
    """How the citizen agreed that the file is used again."""

    consent = Line(200, least=3, required=True)


class ScanDecisionSchema(Schema):
    """A clerk's decision on a quarantined document, and why."""

    decision = fields.Enum(ScanDecision, by_value=True, required=True)
    reason = Line(500, least=3, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the rule takes it."""
        return {"decision": data["decision"], "note": data["reason"]}


def shown(document: Document) -> dict[str, Any]:
    """What is told of a document to those it concerns."""
    return {
        "id": document.id,
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
        "sha256": document.sha256,
        "stored": write_time(document.stored),
        "dossier": document.dossier,
        "state": document.state.value,
        "scan": _scan(document.scan),
        "signing": _signing(document.signing),
        "retention": _retention(document.retention),
        "origin": _origin(document.origin),
    }


def listed(found: Sequence[Document], following: str) -> dict[str, Any]:
    """A page of the quarantine; `next` is the `after` of the page to come, "" if there is none."""
    rows = [shown(each) for each in found]
    return {"documents": rows, "more": bool(following), "next": following}


def read_by(found: Sequence[DocumentReading], following: str) -> dict[str, Any]:
    """A page of the readings of a document."""
    rows = [
        {
            "id": each.id,
            "by": each.by,
            "agency": each.desk,
            "at": write_time(each.at),
            "reason": each.reason,
            "part": each.part,
            "by_address": each.by_address,
        }
        for each in found
    ]
    return {"readings": rows, "more": bool(following), "next": following}


def proof(document: Document, form: Form, again: str, press: str) -> dict[str, Any]:
    """Whether a form printed again is the same; another release of the press may print it anew."""
    return {
        "id": document.id,
        "sha256": document.sha256,
        "again": again,
        "same": again == document.sha256,
        "press": form.press,
        "press_now": press,
    }


def _scan(scan: Scan) -> dict[str, Any]:
    return {
        "state": scan.verdict.value,
        "finding": scan.finding,
        "scanned": _time(scan.scanned),
        "passes": scan.passes,
        "decision": scan.decision,
        "reason": scan.decision_note,
    }


def held(document: Document) -> dict[str, Any]:
    """Every decision on the hold of a document."""
    return {"holds": _holds(document.retention.holds)}


def held_dossier(access: DossierAccess) -> dict[str, Any]:
    """Whether all documents of a dossier are held, and what the applicant was told of removals."""
    notices = [
        {"told": write_time(each.told), "removes": write_time(each.removes), "stands": each.stands}
        for each in access.notices
    ]
    return {
        "dossier": access.id,
        "held": access.held,
        "holds": _holds(access.holds),
        "notices": notices,
    }


def _holds(decisions: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"held": each.on, "by": each.by, "at": write_time(each.at), "reason": each.reason}
        for each in decisions
    ]


def _retention(kept: Retention) -> dict[str, Any]:
    return {
        "held": kept.held,
        "removes": _time(kept.removes),
        "removed": _time(kept.removed),
        "kind": kept.removed_as,
        "source": kept.removed_source,
    }


def _origin(kept: DocumentOrigin) -> dict[str, Any]:
    return {
        "supersedes": kept.supersedes,
        "superseded_by": kept.superseded_by,
        "reused_from": kept.reused_from,
        "consent": kept.consent,
        "consented": _time(kept.consented),
    }


def _signing(kept: SignatureEvidence) -> dict[str, Any]:
    rows = [
        {
            "field": each.field,
            "kind": "time_stamp" if each.time_stamp else "signature",
            "signer": each.signer,
            "organisation": each.organisation,
            "issuer": each.issuer,
            "serial": each.serial,
            "certificate": each.certificate,
            "claimed": _time(each.claimed),
            "stamped": _time(each.stamped),
            "stamp": each.stamp.value,
            "content": each.content.value,
            "chain": each.chain.value,
            "valid": each.valid,
            "trouble": each.trouble,
        }
        for each in kept.signatures
    ]
    return {
        "state": kept.signature_state.value,
        "read": _time(kept.signatures_read),
        "trouble": kept.signature_trouble,
        "more": kept.signatures_more,
        "signatures": rows,
    }


def _time(moment: datetime | None) -> str:
    return write_time(moment) if moment else ""


class ScanAnswer(Schema):
    """What the scan for malware came to, and what a clerk decided; `scanned` is "" before."""

    state = finding = scanned = decision = reason = fields.String()
    passes = fields.Boolean()


class SignatureAnswer(Schema):
    """One digital signature: who, when, whether it holds; `field` is its place in the file.

    `content` is whole, extended, changed, broken or not_checked; `chain` known, unknown, expired,
    revoked, weak, invalid or not_checked; `stamp` none, known, unknown or broken.
    """

    field = kind = signer = organisation = issuer = serial = certificate = fields.String()
    claimed = stamped = stamp = content = chain = trouble = fields.String()
    valid = fields.Boolean()


class SigningAnswer(Schema):
    """The digital signatures of a PDF, as they were checked once; `read` is "" before."""

    state = read = trouble = fields.String()
    more = fields.Boolean()
    signatures = fields.List(fields.Nested(SignatureAnswer))


class RetentionAnswer(Schema):
    """Whether it is held; when it will be (`removes`) or was removed, and by which rule."""

    held = fields.Boolean()
    removes = removed = kind = source = fields.String()


class HoldAnswer(Schema):
    """One decision on a hold."""

    held = fields.Boolean()
    by = reason = fields.String()
    at = Moment()


class HoldsAnswer(Schema):
    """Every decision on the hold of a document."""

    holds = fields.List(fields.Nested(HoldAnswer))


class RemovalNoticeAnswer(Schema):
    """What the applicant was told: files go from `removes` on; a hold ends it (not `stands`)."""

    told = removes = Moment()
    stands = fields.Boolean()


class DossierHoldAnswer(Schema):
    """Whether all documents of a dossier are held, every decision on that, and the notices."""

    dossier = fields.String()
    held = fields.Boolean()
    holds = fields.List(fields.Nested(HoldAnswer))
    notices = fields.List(fields.Nested(RemovalNoticeAnswer))


class OriginAnswer(Schema):
    """The ids of the documents it replaces, is replaced by and repeats; how that was agreed."""

    supersedes = superseded_by = reused_from = consent = consented = fields.String()


class DocumentAnswer(Schema):
    """What is told of a document to those it concerns."""

    id = name = media_type = sha256 = dossier = state = fields.String()
    size = fields.Integer()
    stored = Moment()
    scan = fields.Nested(ScanAnswer)
    signing = fields.Nested(SigningAnswer)
    retention = fields.Nested(RetentionAnswer)
    origin = fields.Nested(OriginAnswer)


class QuarantineAnswer(Schema):
    """A page of the documents a clerk has to decide on."""

    documents = fields.List(fields.Nested(DocumentAnswer))
    more = fields.Boolean()
    next = fields.String()


class DocumentReadingAnswer(Schema):
    """One reading: who, when and why; `part` is the range asked for, `by_address` at the store."""

    id = by = agency = reason = part = fields.String()
    by_address = fields.Boolean()
    at = Moment()


class DocumentReadingsAnswer(Schema):
    """A page of the readings of a document."""

    readings = fields.List(fields.Nested(DocumentReadingAnswer))
    more = fields.Boolean()
    next = fields.String()


class ProofAnswer(Schema):
    """Whether a form printed again is the same, and by which releases of the press."""

    id = sha256 = again = press = press_now = fields.String()
    same = fields.Boolean()
