"""How large a file may be: 25 MB, or what the procedure allows for the paper that it is sent for.

Whoever names a paper that allows more gains nothing by it: intake takes no file for a paper that
does not allow its size (docs/decisions/0029).
"""

from dataclasses import dataclass

from contracts.events import ProcedurePublished
from contracts.history import Revision
from contracts.procedure import USUAL_LARGEST, largest_of
from foundation.errors import Duplicate
from foundation.frozen import replace
from foundation.text.cleaning import joined_lines

MB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class PaperAllowance:
    """How many MB a file for the paper of that name may have."""

    paper: str
    largest: int


@dataclass(frozen=True, kw_only=True)
class UploadAllowance:
    """The papers of a procedure whose files may be larger than usual, by version `published`."""

    id: str
    published: int = 0
    papers: tuple[PaperAllowance, ...] = ()
    revision: Revision = Revision()


def learn(known: UploadAllowance, event: ProcedurePublished) -> tuple[UploadAllowance, tuple[()]]:
    """Learn what a version allows; the versions may be told in any order.

    Raises:
        Duplicate: this or a newer version is known.
    """
    if event.version <= known.published:
        raise Duplicate(
            "Đã có phiên bản này hoặc mới hơn.", "This version, or a newer one, is known already."
        )
    larger = {joined_lines(each.name): largest_of(each) for each in event.papers if each.largest}
    papers = tuple(PaperAllowance(paper=name, largest=most) for name, most in larger.items())
    return replace(known, published=event.version, papers=papers), ()


def largest_file(known: UploadAllowance | None, paper: str, cap: int) -> int:
    """The bytes that a file for the paper may have; `cap` is the MB that the operator lets in."""
    name = joined_lines(paper)
    papers = known.papers if known else ()
    allowed = next((each.largest for each in papers if each.paper == name), USUAL_LARGEST)
    return min(allowed, cap) * MB
