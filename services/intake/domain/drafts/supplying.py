"""Papers that a citizen collects for a dossier that waits for them, before they are sent together.

A request for papers is answered whole (`LawRule.SUPPLEMENT`), so files are kept in a draft until
all that one request asks for is there.
"""

from datetime import datetime

from contracts.procedure import Paper
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.case.paper_names import each_spelled, spelled
from services.intake.domain.counter.file_sizes import USUAL, Sizes
from services.intake.domain.drafts.draft import KEPT_FOR, OnlineDraft, files_of
from services.intake.domain.drafts.progress import DraftPaper, key_of


def draft_id_of(dossier_id: str) -> str:
    """The id of the draft in which a dossier's papers are collected: one for each dossier."""
    return f"{dossier_id}.supplement"


def collect(dossier: Dossier, now: datetime) -> OnlineDraft:
    """An empty draft for the papers of a dossier."""
    return OnlineDraft(
        id=draft_id_of(dossier.id),
        owner=dossier.owner,
        procedure=dossier.procedure,
        procedure_name=dossier.procedure_name,
        supplies=dossier.id,
        begun=now,
        expires=now + KEPT_FOR,
    )


def asked_papers(
    dossier: Dossier, draft: OnlineDraft, sizes: Sizes = USUAL
) -> tuple[DraftPaper, ...]:
    """Each paper that is asked for, once, with the files that are not in the dossier yet.

    `sizes` are the papers that allow larger files.
    """
    there = {each.document for each in dossier.attachments}
    names = each_spelled(paper for request in dossier.requests for paper in request.papers)
    return tuple(
        DraftPaper(
            key=key_of(name),
            paper=Paper(
                name=name,
                originals=0,
                signed=name in dossier.signed_papers,
                largest=sizes.get(name, 0),
            ),
            files=tuple(each for each in files_of(draft, name) if each not in there),
            needed=True,
        )
        for name in names
    )


def ready(dossier: Dossier, draft: OnlineDraft) -> tuple[Attachment, ...]:
    """What can be sent now: the files of requests that can be answered whole.

    Requests that share a paper are answered together or not at all.
    """
    papers = {spelled(each.paper.name): each.files for each in asked_papers(dossier, draft)}
    requests = [frozenset(each_spelled(each.papers)) for each in dossier.requests]
    given = {name for name, files in papers.items() if files}
    while short := [each for each in requests if each & given and not each <= given]:
        given -= frozenset().union(*short)
    return tuple(
        Attachment(paper=name, document=document)
        for name, files in papers.items()
        if name in given
        for document in files
    )
