"""What intake knows of uploaded documents, and which papers of a dossier are among them.

The documents service tells on the bus of each upload, and of the dossier that a document joins. A
paper whose document is not known here is not given: the dossier is not full (`LawRule.COMPLETE`).
Nobody learns from an answer whether a document that is not theirs exists.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.events import DocumentReleased, DocumentSignaturesRead
from contracts.history import Revision
from contracts.law import LawRule
from contracts.orders import DocumentGiven, DocumentRefused
from contracts.signatures import SignatureVerdict
from foundation.errors import NotFound, NotYet, Refused
from foundation.frozen import replace
from services.intake.domain.case.declaring import documents_of
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.counter.completeness import missing_papers


@dataclass(frozen=True, kw_only=True)
class KnownDocument:
    """An uploaded document: whose it is, and the dossier that has it, "" while none has.

    `told` is whether its upload was told: what is only known to have joined a dossier is no upload.
    `owner` is the citizen whose it is, `clerk` that the counter scanned it, `agency` the agency
    whose own it is. Once a dossier has it, the owner is of no more use and is not kept.
    `refused` is why its file is not to be used (infected, not_scannable, removed), "" if it may be.
    `told_seq` is the number of the message that said so: an older one that comes late says nothing.
    `name` is what its owner called the file, which goes when the owner does; `size` its bytes.
    `signature` is what is known of its digital signatures; `reused` what its file was before: a
    `component` or the `result` of a dossier, "" for what is new.
    """

    id: str
    told: bool = False
    owner: str = ""
    clerk: bool = False
    agency: str = ""
    sha256: str = ""
    dossier: str = ""
    refused: str = ""
    told_seq: int = 0
    name: str = ""
    size: int = 0
    signature: SignatureVerdict = SignatureVerdict.UNKNOWN
    reused: str = ""
    revision: Revision = Revision()


WAITED_FOR = 5
"""The attempt at which an agency's document that nobody told of is no longer waited for."""

_NOT_PASSED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "infected": (
            "Tệp của các giấy tờ sau có mã độc: {}. Hãy tải lên tệp khác rồi nộp bằng mã mới.",
            (
                "The files of these papers hold malware: {}. Upload other files and hand them in "
                "by their new ids."
            ),
        ),
        "removed": (
            (
                "Tệp của các giấy tờ sau đã hết thời hạn giữ và không còn: {}. Hãy tải lên lại rồi "
                "nộp bằng mã mới."
            ),
            (
                "The files of these papers were kept for their term and are gone: {}. Upload them "
                "again and hand them in by their new ids."
            ),
        ),
        "not_scannable": (
            (
                "Không quét được tệp của các giấy tờ sau: {}. Cán bộ sẽ quyết định, hoặc hãy tải "
                "lên tệp không mật khẩu, không nén rồi nộp bằng mã mới."
            ),
            (
                "The files of these papers could not be scanned: {}. A clerk will decide, or "
                "upload files that are neither locked nor packed and hand them in by their new ids."
            ),
        ),
    }
)

Known = Mapping[str, KnownDocument]
"""Known documents by their id."""


def learn(
    known: KnownDocument, given: DocumentGiven, seq: int = 0
) -> tuple[KnownDocument, tuple[()]]:
    """A document was uploaded, or passes now; told again, nothing changes."""
    if seq < known.told_seq:
        return known, ()
    agency = "" if given.owner or given.clerk else given.agency
    owner = "" if known.dossier else given.owner
    return replace(
        known,
        told=True,
        owner=owner,
        clerk=given.clerk,
        agency=agency,
        sha256=given.sha256,
        refused="",
        told_seq=seq,
        name=given.name if owner else "",
        size=given.size,
        signature=_later(known.signature, SignatureVerdict(given.signature)),
        reused=given.reused,
    ), ()


def read_signatures(
    known: KnownDocument, event: DocumentSignaturesRead
) -> tuple[KnownDocument, tuple[()]]:
    """The signatures of the document were read; it may be told before the upload is."""
    said = SignatureVerdict(event.verdict)
    if not said.is_final:  # an older version told no verdict
        unsigned = event.state == "unsigned"
        said = SignatureVerdict.UNSIGNED if unsigned else SignatureVerdict.UNPROVEN
    return replace(known, signature=_later(known.signature, said)), ()


def refuse(
    known: KnownDocument, refused: DocumentRefused, seq: int = 0
) -> tuple[KnownDocument, tuple[()]]:
    """The document did not pass the scan for malware: it is no paper of any dossier."""
    if seq < known.told_seq:
        return known, ()
    agency = "" if refused.owner or refused.clerk else refused.agency
    return replace(
        known,
        told=False,
        owner="" if known.dossier else refused.owner,
        clerk=refused.clerk,
        agency=agency,
        refused=refused.reason,
        told_seq=seq,
    ), ()


def join(known: KnownDocument, event: DocumentReleased) -> tuple[KnownDocument, tuple[()]]:
    """A dossier has the document now: no other may."""
    return replace(known, dossier=event.dossier, owner="", name=""), ()


def unheard(
    dossier: Dossier, attachments: Iterable[Attachment], known: Known, *, counter: bool = False
) -> tuple[str, ...]:
    """The papers whose document is not known to be there and to be this dossier's to have.

    `counter` says that a clerk hands them in.
    """
    at_counter = counter or not dossier.owner
    printed = documents_of(dossier)
    lacking = (
        each.paper
        for each in attachments
        if each.document not in printed
        and not _stands(known.get(each.document), dossier, counter=at_counter)
    )
    return tuple(dict.fromkeys(lacking))


def missing(dossier: Dossier, procedure: Procedure, known: Known) -> tuple[str, ...]:
    """What is still to be handed in: required papers that are not given, and all unheard ones.

    Raises:
        Invalid: the case is not one of the procedure's.
    """
    absent = unheard(dossier, dossier.attachments, known)
    heard = tuple(each for each in dossier.attachments if each.paper not in absent)
    required = missing_papers(replace(dossier, attachments=heard), procedure)
    return tuple(dict.fromkeys((*required, *absent)))


def must_be_heard(
    dossier: Dossier, attachments: Iterable[Attachment], known: Known, *, counter: bool = False
) -> None:
    """Hold papers to documents that were uploaded by whoever may attach them.

    A citizen attaches their own, the counter (`counter`) what it scanned, and nobody what another
    dossier has. What was attached before stands by having joined the dossier.

    Raises:
        Refused: names the papers whose file did not pass the scan for malware.
        NotYet: names the papers whose document is not known; it may be on its way.
    """
    names = unheard(dossier, attachments, known, counter=counter)
    held = not_passed(dossier, attachments, known, counter=counter)
    if held:
        raise _held_back(dossier, held)
    if names:
        listed = "; ".join(names)
        raise NotYet(
            f"Chưa nhận được tệp của: {listed}. Nếu tệp vừa được tải lên, xin thử lại sau ít giây; "
            "nếu không, xin tải tệp lên lại rồi nộp bằng mã mới.",
            f"The files of these papers are not here: {listed}. If a file was uploaded just now, "
            "try again in a few seconds; if not, upload it again and hand it in by its new id.",
            article=dossier.by(LawRule.COMPLETE),
            fields={"documents": names},
        )


def must_be_scanned(dossier: Dossier, document: str, known: Known) -> None:
    """Hold what the counter decides to a document that the counter uploaded, for this dossier.

    Raises:
        Refused: its file did not pass the scan for malware.
        NotYet: it is not known; it may be on its way.
    """
    found = known.get(document)
    theirs = found is not None and found.clerk and found.dossier in ("", dossier.id)
    if found and theirs and found.refused:
        raise Refused(
            "Tệp của văn bản này có mã độc hoặc không quét được nên không dùng được; hãy tải lên "
            "tệp khác.",
            "The file of this decision holds malware or could not be scanned, and is not used; "
            "upload another.",
            fields={"document": [document]},
        )
    if not theirs:
        raise NotYet(
            "Chưa nhận được tệp của văn bản này. Nếu tệp vừa được tải lên, xin thử lại sau ít "
            "giây; nếu không, xin tải tệp lên lại.",
            "The file of this decision is not here. If it was uploaded just now, try again in a "
            "few seconds; if not, upload it again.",
            fields={"document": [document]},
        )


def must_be_theirs(
    dossier: Dossier, document: str, agency: str, known: Known, *, attempt: int
) -> None:
    """Hold what an agency names as its own writing to a document that it uploaded; "" is none.

    Its upload is told on another way than its answer and may come after it: so many an `attempt`
    is waited for it.

    Raises:
        NotFound: it was not told yet; the answer is to be tried again.
        Refused: it was never told, is not this agency's, or another dossier has it.
    """
    found = known.get(document)
    if not document or (found and found.told and _is_of(found, dossier, agency)):
        return
    waited_for = found is None or not (found.told or found.refused)
    if waited_for and attempt < WAITED_FOR:
        raise NotFound(
            "Chưa nhận được tệp của văn bản này; sẽ thử lại.",
            "The file of this document is not here yet; it is tried again.",
        )
    raise Refused(
        "Trung tâm không có tệp của văn bản này do cơ quan tải lên; xin tải lên rồi trả lời lại.",
        "The centre has no file of this document that the agency uploaded; upload it and answer "
        "again.",
        article=dossier.by(LawRule.ROUTE),
        fields={"document": [document]},
    )


def not_passed(
    dossier: Dossier, attachments: Iterable[Attachment], known: Known, *, counter: bool = False
) -> dict[str, str]:
    """The papers whose file did not pass the scan, and why; of a stranger's nothing is said."""
    at_counter = counter or not dossier.owner
    return {
        each.paper: found.refused
        for each in attachments
        if (found := known.get(each.document))
        and found.refused
        and _is_theirs(found, dossier, counter=at_counter)
    }


def without_replaced(
    dossier: Dossier,
    documents: Iterable[Attachment],
    known: Known,
    useless: Collection[str] = (),
) -> tuple[Attachment, ...]:
    """The papers of a dossier, less those that cannot stand and are handed in anew.

    They cannot where their file never came, or the paper is among the `useless`: not signed as is
    demanded, or too large.
    """
    lacking = {*unheard(dossier, dossier.attachments, known), *useless}
    anew = {each.paper for each in documents}
    return tuple(each for each in dossier.attachments if each.paper not in lacking & anew)


def _later(had: SignatureVerdict, said: SignatureVerdict) -> SignatureVerdict:
    """What is known after both were told, in whichever order: a reading is made once."""
    return had if had.is_final or (said is SignatureVerdict.UNKNOWN) else said


def _is_of(document: KnownDocument, dossier: Dossier, agency: str) -> bool:
    return document.agency == agency and document.dossier in ("", dossier.id)


def _held_back(dossier: Dossier, held: Mapping[str, str]) -> Refused:
    """Says by name which papers did not pass, those with malware first."""
    sentences = [
        [text.format("; ".join(papers)) for text in _NOT_PASSED[reason]]
        for reason in _NOT_PASSED
        if (papers := [paper for paper, why in held.items() if why == reason])
    ]
    vi, en = (" ".join(each) for each in zip(*sentences, strict=True))
    return Refused(vi, en, article=dossier.by(LawRule.COMPLETE), fields={"documents": tuple(held)})


def _stands(document: KnownDocument | None, dossier: Dossier, *, counter: bool) -> bool:
    if document is None or not document.told or document.agency:
        return False
    return _is_theirs(document, dossier, counter=counter)


def _is_theirs(document: KnownDocument, dossier: Dossier, *, counter: bool) -> bool:
    if document.dossier:
        return document.dossier == dossier.id
    return document.clerk if counter else document.owner == dossier.owner
