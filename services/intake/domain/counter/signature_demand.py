"""Digital signatures that a procedure demands of a paper (`Paper.signed`), and what keeps to it.

NĐ 310/2026 has the officer check the validity of digital signatures; which paper needs one is the
procedure's to say. The demand is of files that a person hands in: what the counter scans is a copy
of paper that the clerk holds against the original, and what the centre prints itself is no upload.
Documents reads signatures some time after the upload, so that handing in waits for no reading and
the receipt does (docs/decisions/0028).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from contracts.law import LawRule
from contracts.procedure import Paper
from contracts.signatures import SignatureVerdict
from foundation.errors import Invalid, NotYet, Refused
from foundation.law import cite
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.case.paper_names import each_spelled, spelled
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.counter import known_document
from services.intake.domain.counter.file_sizes import allowed, too_large
from services.intake.domain.counter.known_document import Known, KnownDocument

USELESS = (SignatureVerdict.UNSIGNED, SignatureVerdict.BROKEN)
"""No reading and no clerk makes a signature of these."""
UNCHECKED = (SignatureVerdict.UNPROVEN, SignatureVerdict.UNKNOWN)
"""A clerk may rely on these when they have checked the signature by other means."""
NOT_VALID = (*USELESS, *UNCHECKED, SignatureVerdict.WAITING)

_WRONG: Mapping[SignatureVerdict, tuple[str, str]] = MappingProxyType(
    {
        SignatureVerdict.UNSIGNED: (
            (
                "Thủ tục yêu cầu chữ ký số, mà tệp của giấy tờ sau chưa được ký: {}. Hãy ký số "
                "tệp PDF rồi tải lên tệp đã ký."
            ),
            (
                "The procedure demands a digital signature, and the file of this paper bears "
                "none: {}. Sign the PDF, then upload the signed file."
            ),
        ),
        SignatureVerdict.BROKEN: (
            (
                "Tệp của giấy tờ sau đã bị sửa sau khi ký số, hoặc chữ ký số bị hỏng: {}. Hãy tải "
                "lên đúng tệp PDF như khi vừa ký, không sửa, không in ra quét lại."
            ),
            (
                "The file of this paper was changed after it was signed, or its signature is "
                "broken: {}. Upload the PDF as it was when it was signed: not edited, not printed "
                "and scanned."
            ),
        ),
    }
)


def demanded(procedure: Procedure) -> tuple[str, ...]:
    """The papers of which the procedure demands a signature, by their names."""
    return each_spelled(each.name for each in procedure.papers if each.signed)


def verdicts(
    dossier: Dossier, attachments: Iterable[Attachment], known: Known, papers: Collection[str]
) -> tuple[tuple[Attachment, SignatureVerdict], ...]:
    """Each file that is held to the demand for `papers`, and what is known of its signatures.

    Of a file that is not the dossier's to have nothing is said, and a scan of the counter is held
    to nothing.
    """
    found = ((each, known.get(each.document)) for each in attachments)
    return tuple(
        (each, document.signature)
        for each, document in found
        if spelled(each.paper) in papers and document and _is_held(document, dossier)
    )


def lacking(
    dossier: Dossier, known: Known, papers: Collection[str], among: Collection[SignatureVerdict]
) -> tuple[str, ...]:
    """The papers of the dossier with a file of which one of these is known."""
    found = verdicts(dossier, dossier.attachments, known, papers)
    return tuple(dict.fromkeys(each.paper for each, verdict in found if verdict in among))


def missing(dossier: Dossier, procedure: Procedure, known: Known) -> tuple[str, ...]:
    """What is still to be handed in: papers that are missing, too large, or lack a signature.

    Raises:
        Invalid: the case is not one of the procedure's.
    """
    absent = known_document.missing(dossier, procedure, known)
    beyond = too_large(dossier, dossier.attachments, known, allowed(procedure))
    unsigned = lacking(dossier, known, demanded(procedure), USELESS)
    return tuple(dict.fromkeys((*absent, *beyond, *unsigned)))


def must_not_be_unsigned(
    dossier: Dossier, attachments: Sequence[Attachment], known: Known, papers: Collection[str]
) -> None:
    """Hold what is handed in to signatures, as far as they are read: what waits is let pass.

    Raises:
        Refused: names each paper with a file that is known to be unsigned, changed or broken.
    """
    found = verdicts(dossier, attachments, known, papers)
    wrong = {each.paper: verdict for each, verdict in found if verdict in USELESS}
    if wrong:
        raise _refused(wrong, dossier.by(LawRule.COMPLETE))


def must_be_useful(paper: Paper, known: KnownDocument | None, now: datetime) -> None:
    """Hold a file to the signature that its paper demands, before it is handed in.

    Raises:
        Refused: it is known to be unsigned, changed or broken.
    """
    if paper.signed and known and known.signature in USELESS:
        raise _refused({paper.name: known.signature}, cite(LawRule.COMPLETE, now))


def must_be_signed(
    dossier: Dossier, known: Known, papers: Collection[str], checked: Collection[str]
) -> None:
    """Hold a receipt to whole signatures; `checked` are papers whose clerk checked them elsewhere.

    Raises:
        Refused: a file is unsigned, changed or broken, or its signer's chain is not known here.
        NotYet: the signatures of a file are not read yet.
        Invalid: `checked` names what is no paper that demands a signature.
    """
    _must_be_demanded(checked, papers)
    must_not_be_unsigned(dossier, dossier.attachments, known, papers)
    waiting = lacking(dossier, known, papers, (SignatureVerdict.WAITING,))
    if waiting:
        listed = "; ".join(waiting)
        raise NotYet(
            f"Chưa đọc xong chữ ký số của: {listed}. Xin thử lại sau ít giây; nếu vẫn thế, hãy báo "
            "quản trị xem dịch vụ tài liệu có đang chạy.",
            f"The signatures of these papers are not read yet: {listed}. Try again in a few "
            "seconds; if that does not help, let the administrator see to the documents service.",
            article=dossier.by(LawRule.COMPLETE),
            fields={"documents": waiting},
        )
    seen = set(each_spelled(checked))
    unproven = [
        each for each in lacking(dossier, known, papers, UNCHECKED) if spelled(each) not in seen
    ]
    if unproven:
        listed = "; ".join(unproven)
        raise Refused(
            f"Hệ thống không xác minh được người ký của: {listed}. Hãy kiểm tra chữ ký bằng công "
            "cụ khác rồi ghi đã kiểm tra khi tiếp nhận, hoặc yêu cầu nộp tệp khác.",
            f"The signer of these papers cannot be verified here: {listed}. Check the signature "
            "by other means and note that at the receipt, or ask for another file.",
            article=dossier.by(LawRule.COMPLETE),
            fields={"signatures_checked": unproven},
        )


def _refused(wrong: Mapping[str, SignatureVerdict], article: str) -> Refused:
    """Says by name what is wrong with which papers."""
    sentences = [
        [text.format("; ".join(names)) for text in _WRONG[verdict]]
        for verdict in USELESS
        if (names := [paper for paper, each in wrong.items() if each is verdict])
    ]
    vi, en = (" ".join(each) for each in zip(*sentences, strict=True))
    return Refused(vi, en, article=article, fields={"documents": tuple(wrong)})


def _must_be_demanded(checked: Collection[str], papers: Collection[str]) -> None:
    strange = [each for each in checked if spelled(each) not in papers]
    if strange:
        raise Invalid(
            "Chỉ ghi đã kiểm tra chữ ký cho giấy tờ mà thủ tục yêu cầu chữ ký số.",
            "A signature is noted as checked only of papers of which the procedure demands one.",
            fields={"signatures_checked": strange},
        )


def _is_held(document: KnownDocument, dossier: Dossier) -> bool:
    own = document.clerk if not dossier.owner else document.owner == dossier.owner
    theirs = document.dossier == dossier.id if document.dossier else own
    scanned = document.clerk and not document.reused
    return theirs and not scanned
