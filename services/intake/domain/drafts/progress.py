"""How far a draft is, by the procedure that is in force: its tasks, its papers, what is missing.

Nothing of this is stored: where the procedure got a new version meanwhile, the tasks are by that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from contracts.procedure import Paper
from foundation.errors import Invalid, NotFound, Refused
from foundation.frozen import replace
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Attachment
from services.intake.domain.case.paper_names import spelled
from services.intake.domain.case.procedure import Procedure, cases_of
from services.intake.domain.counter.known_document import Known
from services.intake.domain.counter.reception import Submission
from services.intake.domain.drafts import filling
from services.intake.domain.drafts.draft import OnlineDraft, files_of, is_usable, must_be_open


class DraftTask(StrEnum):
    """What is to be done before a draft can be handed in, in this order."""

    CASE = "case"
    PROXY = "proxy"
    PERSON = "person"
    FILL = "fill"
    PAPERS = "papers"
    RESULT = "result"
    CHECK = "check"


class TaskState(StrEnum):
    """How far a task is, as the look's task list names it."""

    DONE = "done"
    TODO = "todo"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class DraftPaper:
    """A paper that is asked for in the draft's case, with the files that stand for it.

    `key` names it in addresses. `needed` is whether the draft cannot be handed in without it.
    """

    key: str
    paper: Paper
    files: tuple[str, ...]
    needed: bool


def key_of(paper: str) -> str:
    """What a paper is called in an address: the same in every version that has its name."""
    return sha256(spelled(paper).encode()).hexdigest()[:12]


def case_of(draft: OnlineDraft, procedure: Procedure) -> str | None:
    """The case it is; "" where the procedure tells none apart, None while it is to be picked."""
    cases = cases_of(procedure)
    if len(cases) <= 1:
        return cases[0] if cases else ""
    return draft.case if draft.case in cases else None


def papers_of(draft: OnlineDraft, procedure: Procedure) -> tuple[DraftPaper, ...]:
    """The papers of its case, in the procedure's order; those of every case until it is picked.

    Those that are filled in as electronic forms are no files (see `filling`). One that a published
    database holds is not needed: the centre looks there first. A paper that is asked for in every
    case and in this one too is one paper.
    """
    case = case_of(draft, procedure)
    found: dict[str, DraftPaper] = {}
    for each in procedure.papers:
        if each.form or spelled(each.case) not in ("", case):
            continue
        key, needed = key_of(each.name), each.required and not each.database
        first = found.get(key)
        found[key] = (
            replace(first, needed=first.needed or needed)
            if first
            else DraftPaper(key=key, paper=each, files=files_of(draft, each.name), needed=needed)
        )
    return tuple(found.values())


def paper_of(draft: OnlineDraft, procedure: Procedure, key: str) -> DraftPaper:
    """The paper of that key.

    Raises:
        NotFound: the draft's case asks for none of that key.
    """
    found = [each for each in papers_of(draft, procedure) if each.key == key]
    if not found:
        raise NotFound(
            "Thủ tục hiện hành không yêu cầu giấy tờ này; xin xem lại danh sách giấy tờ.",
            "The procedure in force does not ask for this paper; see the list of papers again.",
        )
    return found[0]


def left_over(draft: OnlineDraft, procedure: Procedure) -> tuple[Attachment, ...]:
    """Files for papers that its case does not ask for (any more); they are not handed in."""
    asked = {spelled(each.paper.name) for each in papers_of(draft, procedure)}
    return tuple(each for each in draft.papers if spelled(each.paper) not in asked)


def missing(draft: OnlineDraft, procedure: Procedure) -> tuple[str, ...]:
    """The needed papers without a file."""
    return tuple(
        spelled(each.paper.name)
        for each in papers_of(draft, procedure)
        if each.needed and not each.files
    )


def tasks(draft: OnlineDraft, procedure: Procedure) -> Mapping[DraftTask, TaskState]:
    """Each task that applies, and how far it is; the last can be done when all others are."""
    case = case_of(draft, procedure)
    found: dict[DraftTask, TaskState] = {}
    if len(cases_of(procedure)) > 1:
        found[DraftTask.CASE] = _state(done=case is not None)
    found[DraftTask.PROXY] = TaskState.DONE  # for oneself, unless its owner says otherwise
    found[DraftTask.PERSON] = _state(done=draft.applicant is not None)
    forms = filling.forms_of(draft, procedure, case) if case is not None else ()
    if forms or (case is None and any(each.form for each in procedure.papers)):
        filled = _state(done=all(each.done for each in forms))
        ready_to_fill = draft.applicant and case is not None
        found[DraftTask.FILL] = filled if ready_to_fill else TaskState.LATER
    papers = _state(done=not missing(draft, procedure))
    found[DraftTask.PAPERS] = TaskState.LATER if case is None else papers
    told = _state(done=draft.told)
    found[DraftTask.RESULT] = told if draft.applicant else TaskState.LATER
    ready = all(each is TaskState.DONE for each in found.values())
    found[DraftTask.CHECK] = TaskState.TODO if ready else TaskState.LATER
    return found


def has_changed(draft: OnlineDraft, procedure: Procedure) -> bool:
    """Whether the procedure got another version since the draft was begun."""
    return draft.edition != procedure.published


def submission(
    draft: OnlineDraft, procedure: Procedure, known: Known, seen: str, now: datetime
) -> Submission:
    """What is handed in: the papers of its case whose files are its owner's and passed.

    `seen` is the version of the procedure that the owner checked it by.

    Raises:
        Refused: the procedure is not open online or changed since it was checked, or a file did
            not pass.
        Invalid: something is still to be filled in.
    """
    must_be_open(procedure, now)
    must_be_as_checked(procedure, seen)
    undone = [
        each for each, state in tasks(draft, procedure).items() if state is not TaskState.DONE
    ]
    if draft.applicant is None or undone != [DraftTask.CHECK]:
        raise Invalid(
            "Còn mục chưa xong; xin làm hết các mục trong danh sách rồi nộp.",
            "Something is still to be filled in; finish the list, then hand it in.",
        )
    attachments = tuple(
        Attachment(paper=spelled(each.paper.name), document=document)
        for each in papers_of(draft, procedure)
        for document in each.files
    )
    _must_be_usable(attachments, draft, known)
    return Submission(
        procedure=procedure.id,
        channel=Channel.ONLINE,
        applicant=draft.applicant,
        documents=attachments,
        case=case_of(draft, procedure) or "",
        proxy=draft.proxy,
        result_by=draft.result_by,
        declarations=filling.filled_papers(draft, procedure, case_of(draft, procedure) or ""),
    )


def must_be_agreed(answer: str) -> None:
    """Hold a hand-in to its owner's word that it is true and may be worked on.

    Raises:
        Invalid: the box was not ticked.
    """
    if answer != "yes":
        words = (
            "Xin đánh dấu vào ô cam đoan để nộp hồ sơ.",
            "Tick the box of your statement to hand the dossier in.",
        )
        raise Invalid(*words, fields={"agreed": [words]})


def must_be_as_checked(procedure: Procedure, seen: str) -> None:
    """Hold a hand-in to the version of the procedure that its owner was shown.

    Raises:
        Refused: there is a newer one.
    """
    if seen != str(procedure.published):
        raise Refused(
            "Thủ tục vừa có phiên bản mới, chưa có gì được gửi; xin kiểm tra lại theo bản mới rồi "
            "nộp.",
            "The procedure got a new version just now and nothing was sent; check it again, then "
            "hand it in.",
        )


def _state(*, done: bool) -> TaskState:
    return TaskState.DONE if done else TaskState.TODO


def _must_be_usable(attachments: tuple[Attachment, ...], draft: OnlineDraft, known: Known) -> None:
    unusable = [
        each.paper for each in attachments if not is_usable(known.get(each.document), draft)
    ]
    if unusable:
        listed = "; ".join(dict.fromkeys(unusable))
        raise Refused(
            f"Tệp của các giấy tờ sau không dùng được, xin bỏ ra và tải lên lại: {listed}.",
            f"The files of these papers cannot be used; take them out and upload others: {listed}.",
            fields={"documents": tuple(dict.fromkeys(unusable))},
        )
