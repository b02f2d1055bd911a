"""Papers that a citizen handed in before, and results that they got, offered for a draft.

A paper is offered where the same one is asked for; whether a result may stand for a paper its owner
and the clerk see. Which file it was only the dossier says; the file becomes a document of its own
for the draft, which is scanned anew, so that each dossier has its documents for itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.case.paper_names import spelled

MOST_OFFERED = 5


@dataclass(frozen=True, kw_only=True)
class EarlierFile:
    """A document that stood for the same paper in a dossier of the same citizen, or its result."""

    document: str
    procedure: str
    code: str
    at: datetime
    is_result: bool = False


def earlier_files(dossiers: Iterable[Dossier], paper: str) -> tuple[EarlierFile, ...]:
    """The files that stood for a paper in a citizen's own dossiers, the newest first."""
    name = spelled(paper)
    found = [
        EarlierFile(
            document=attachment.document,
            procedure=each.procedure_name,
            code=each.code,
            at=each.submitted,
        )
        for each in dossiers
        for attachment in each.attachments
        if spelled(attachment.paper) == name
    ]
    return _newest(found)


def earlier_results(dossiers: Iterable[Dossier]) -> tuple[EarlierFile, ...]:
    """The results that were handed over in a citizen's own dossiers, the newest first."""
    return _newest(
        EarlierFile(
            document=each.result,
            procedure=each.procedure_name,
            code=each.code,
            at=each.resolved or each.submitted,
            is_result=True,
        )
        for each in dossiers
        if each.result and each.state is State.RETURNED
    )


def _newest(found: Iterable[EarlierFile]) -> tuple[EarlierFile, ...]:
    newest = sorted(found, key=lambda each: each.at, reverse=True)
    return tuple(newest[:MOST_OFFERED])
