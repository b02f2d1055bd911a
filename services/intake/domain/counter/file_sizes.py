"""How large the files of a paper may be (`Paper.largest`), and what keeps to it.

Documents lets a larger file in for whoever names a paper that allows it; it is of use for such a
paper alone, for here its size is known, which nobody can claim (docs/decisions/0029).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from contracts.law import LawRule
from contracts.procedure import USUAL_LARGEST, Paper, largest_of
from foundation.errors import Refused
from foundation.law import cite
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.case.paper_names import spelled
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.counter.known_document import Known, KnownDocument, unheard

Sizes = Mapping[str, int]
"""How many MB a file may have, by the paper, for those that allow more than usual."""
USUAL: Sizes = MappingProxyType({})
_MB = 1024 * 1024


def allowed(procedure: Procedure) -> Sizes:
    """The papers of the procedure that allow larger files."""
    return {spelled(each.name): largest_of(each) for each in procedure.papers if each.largest}


def too_large(
    dossier: Dossier,
    attachments: Iterable[Attachment],
    known: Known,
    sizes: Sizes,
    *,
    counter: bool = False,
) -> tuple[str, ...]:
    """The papers with a file that is larger than they allow; of a stranger's file nothing is said.

    `counter` says that a clerk hands them in.
    """
    found = tuple(attachments)
    strange = unheard(dossier, found, known, counter=counter)
    names = (
        each.paper
        for each in found
        if each.paper not in strange and _is_beyond(known.get(each.document), each.paper, sizes)
    )
    return tuple(dict.fromkeys(names))


def must_fit(
    dossier: Dossier,
    attachments: Sequence[Attachment],
    known: Known,
    sizes: Sizes,
    *,
    counter: bool = False,
) -> None:
    """Hold files to the sizes of their papers, as far as they are known.

    Raises:
        Refused: names the papers with a file that is too large, and what to do.
    """
    wrong = too_large(dossier, attachments, known, sizes, counter=counter)
    if wrong:
        raise _refused(wrong, sizes, dossier.by(LawRule.COMPLETE))


def must_fit_paper(paper: Paper, known: KnownDocument | None, now: datetime) -> None:
    """Hold a file to the size of its paper, before it is handed in.

    Raises:
        Refused: it is too large.
    """
    sizes = {spelled(paper.name): largest_of(paper)}
    if _is_beyond(known, paper.name, sizes):
        raise _refused((paper.name,), sizes, cite(LawRule.COMPLETE, now))


def _is_beyond(known: KnownDocument | None, paper: str, sizes: Sizes) -> bool:
    return known is not None and known.size > sizes.get(spelled(paper), USUAL_LARGEST) * _MB


def _refused(papers: Sequence[str], sizes: Sizes, article: str) -> Refused:
    listed = "; ".join(f"{each} ({sizes.get(spelled(each), USUAL_LARGEST)} MB)" for each in papers)
    return Refused(
        f"Tệp lớn hơn mức thủ tục cho phép với giấy tờ: {listed}. Hãy quét ở độ phân giải thấp "
        "hơn (200 dpi là đủ đọc), hoặc tách thành nhiều tệp, rồi tải lên lại.",
        f"A file is larger than the procedure allows for this paper: {listed}. Scan it at a lower "
        "resolution (200 dpi is legible), or split it into several files, then upload it again.",
        article=article,
        fields={"documents": tuple(papers)},
    )
