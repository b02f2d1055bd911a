"""A draft (bản nháp) of a dossier that a citizen hands in online: begun, filled in, handed in.

A draft is its owner's alone and no dossier yet: no deadline runs, nobody at the centre sees it. The
dossier that is made of it has the draft's own id, so that one draft makes one dossier at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.history import Revision
from contracts.procedure import Paper
from foundation.errors import NO_SUCH_THING, Hidden, Invalid, Refused
from foundation.frozen import replace
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Applicant, Attachment, Proxy
from services.intake.domain.case.paper_names import spelled
from services.intake.domain.case.procedure import (
    Procedure,
    must_be_in_force,
    must_take,
    required_papers,
)
from services.intake.domain.counter.file_sizes import must_fit_paper
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.counter.signature_demand import must_be_useful

KEPT_FOR = timedelta(days=30)
"""How long a draft is kept after the last word of its owner."""
MOST_DRAFTS = 20
"""As many drafts a citizen may have open at once."""
MOST_FILES = 10
"""As many files one paper may have, such as the sides of a card or the pages of a deed."""


@dataclass(frozen=True, kw_only=True)
class FilledDraft:
    """What was filled into the electronic form of a paper so far, as one text of JSON."""

    paper: str
    data: str


@dataclass(frozen=True, kw_only=True)
class OnlineDraft:
    """What a citizen has said so far of a dossier; or, with `supplies`, papers for one.

    `edition` is the version of the procedure it was begun by. `told` is whether the owner said
    how to be told and how to get the result (`result_by`, a channel). `supplies` is the dossier
    whose owner collects papers that were asked for, "" for what will be a dossier of its own.
    After `handed_in` nothing of the person is kept in it.
    """

    id: str
    revision: Revision = Revision()
    owner: str
    procedure: str
    procedure_name: str = ""
    edition: int = 0
    begun: datetime
    expires: datetime
    case: str = ""
    applicant: Applicant | None = None
    proxy: Proxy | None = None
    told: bool = False
    result_by: str = ""
    papers: tuple[Attachment, ...] = ()
    filled: tuple[FilledDraft, ...] = ()
    supplies: str = ""
    handed_in: datetime | None = None


Drafted = tuple[OnlineDraft, tuple[()]]


def begin(
    draft_id: str, owner: str, procedure: Procedure, open_drafts: int, now: datetime
) -> OnlineDraft:
    """A new draft, for a procedure that may be handed in online.

    Raises:
        Refused: the procedure is not in force or not open online, or too many drafts are open.
    """
    must_be_open(procedure, now)
    if open_drafts >= MOST_DRAFTS:
        raise Refused(
            f"Ông/bà đang có {open_drafts} bản nháp; xin nộp hoặc xóa bớt rồi bắt đầu bản mới.",
            f"You have {open_drafts} drafts; hand some in or delete some, then begin another.",
        )
    return OnlineDraft(
        id=draft_id,
        owner=owner,
        procedure=procedure.id,
        procedure_name=procedure.name,
        edition=procedure.published,
        begun=now,
        expires=now + KEPT_FOR,
    )


def shown_to_owner(draft: OnlineDraft, subject: str, now: datetime) -> OnlineDraft:
    """The draft, for its owner and until its time is over; a clerk of the centre sees none either.

    Raises:
        Hidden: for everybody else, who read exactly what they read of what does not exist.
    """
    if subject and subject == draft.owner and now < draft.expires:
        return draft
    raise Hidden(*NO_SUCH_THING, thing=draft.id)


def must_be_open(procedure: Procedure, now: datetime) -> None:
    """Hold a draft to a procedure that may be handed in online on this day.

    Raises:
        Refused: it is not in force, or not open to this channel; says which it is open to.
    """
    must_be_in_force(procedure, now)
    must_take(procedure, Channel.ONLINE, now)


def pick_case(draft: OnlineDraft, procedure: Procedure, case: str, now: datetime) -> Drafted:
    """Say which of the procedure's cases it is.

    Raises:
        Refused: the draft was handed in.
        Invalid: the procedure does not know the case.
    """
    required_papers(procedure, case)
    return _changed(draft, now, case=spelled(case)), ()


def describe(draft: OnlineDraft, applicant: Applicant, now: datetime) -> Drafted:
    """Say who it is for: name, telephone, address, number.

    Raises:
        Refused: the draft was handed in.
    """
    before = draft.applicant
    kept = replace(applicant, email=before.email, language=before.language) if before else applicant
    # Where there is no address any more, nothing can be sent to it.
    told = draft.told and not (draft.result_by == Channel.POST and not kept.address)
    return _changed(draft, now, applicant=kept, told=told), ()


def act_for(draft: OnlineDraft, proxy: Proxy | None, now: datetime) -> Drafted:
    """Say whether its owner hands it in for somebody else, and by what right; None is for oneself.

    Raises:
        Refused: the draft was handed in.
    """
    # What was said of one person does not hold for another.
    same = bool(draft.proxy) == bool(proxy)
    applicant = draft.applicant if same else None
    told = draft.told and applicant is not None
    return _changed(draft, now, proxy=proxy, applicant=applicant, told=told), ()


def tell(draft: OnlineDraft, email: str, language: str, result_by: str, now: datetime) -> Drafted:
    """Say how to be told of it, and how its result is to come.

    Raises:
        Refused: the draft was handed in, or does not say yet who it is for.
        Invalid: the result is to go by post, and no address is known.
    """
    if draft.applicant is None:
        raise Refused("Xin điền thông tin của ông/bà trước.", "Please give your own details first.")
    if result_by == Channel.POST and not draft.applicant.address:
        words = (
            "Để nhận qua bưu chính, xin ghi địa chỉ ở mục thông tin của ông/bà trước.",
            "To get it by post, give your address among your details first.",
        )
        raise Invalid(*words, fields={"result_by": [words]})
    applicant = replace(draft.applicant, email=email, language=language)
    return _changed(draft, now, applicant=applicant, told=True, result_by=result_by), ()


def attach(
    draft: OnlineDraft,
    asked: Sequence[Paper],
    attachment: Attachment,
    known: KnownDocument | None,
    now: datetime,
) -> Drafted:
    """Take an uploaded file as a paper, one of those `asked`; twice the same changes nothing.

    Raises:
        Refused: the draft was handed in, the file is not this citizen's to use, is larger than its
            paper allows, or lacks the digital signature that it demands.
        Invalid: the paper is not asked for, has many files, or the file stands for another.
    """
    must_be_usable(known, draft)
    paper = spelled(attachment.paper)
    found = next((each for each in asked if spelled(each.name) == paper), None)
    if found is None:
        raise Invalid(
            "Giấy tờ này không thuộc thành phần hồ sơ.", "This paper is not one that is asked for."
        )
    must_fit_paper(found, known, now)
    must_be_useful(found, known, now)
    there = [each for each in draft.papers if each.document == attachment.document]
    if any(spelled(each.paper) == paper for each in there):
        return draft, ()
    if there:
        raise Invalid(
            f"Tệp này đã được dùng cho giấy tờ: {there[0].paper}.",
            f"This file stands for another paper already: {there[0].paper}.",
        )
    if len(files_of(draft, paper)) >= MOST_FILES:
        raise Invalid(
            f"Mỗi giấy tờ có nhiều nhất {MOST_FILES} tệp; xin gộp các trang vào một tệp PDF.",
            f"A paper has at most {MOST_FILES} files; put the pages into one PDF.",
        )
    added = replace(attachment, paper=paper)
    return _changed(draft, now, papers=(*draft.papers, added)), ()


def detach(draft: OnlineDraft, document: str, now: datetime) -> Drafted:
    """Take a file out again; one that is not in it changes nothing.

    Raises:
        Refused: the draft was handed in.
    """
    kept = tuple(each for each in draft.papers if each.document != document)
    return (_changed(draft, now, papers=kept) if kept != draft.papers else draft), ()


def hand_in(draft: OnlineDraft, now: datetime) -> Drafted:
    """There is a dossier of it now: what was typed is in there, and is not kept twice."""
    if draft.handed_in:
        return draft, ()
    emptied = replace(draft, applicant=None, proxy=None, papers=(), filled=(), case="", told=False)
    return replace(emptied, handed_in=now, expires=now + KEPT_FOR), ()


def fill(draft: OnlineDraft, paper: str, data: str, now: datetime) -> Drafted:
    """Keep what was filled into the form of a paper; "" takes it out.

    Raises:
        Refused: the draft was handed in.
    """
    name = spelled(paper)
    kept = tuple(each for each in draft.filled if each.paper != name)
    added = (FilledDraft(paper=name, data=data),) if data else ()
    return _changed(draft, now, filled=(*kept, *added)), ()


def files_of(draft: OnlineDraft, paper: str) -> tuple[str, ...]:
    """The documents that stand for a paper."""
    name = spelled(paper)
    return tuple(each.document for each in draft.papers if spelled(each.paper) == name)


def is_usable(known: KnownDocument | None, draft: OnlineDraft) -> bool:
    """Whether a document is an upload of this citizen's own that passed, and no dossier has it."""
    if known is None or not known.told or known.refused:
        return False
    return known.owner == draft.owner and known.dossier == "" and not (known.agency or known.clerk)


def must_be_usable(known: KnownDocument | None, draft: OnlineDraft) -> None:
    """Hold a file to what this citizen uploaded; of a stranger's nothing is said.

    Raises:
        Refused: it did not pass the scan, or is not known as theirs.
    """
    if is_usable(known, draft):
        return
    if known and known.refused and known.owner == draft.owner:
        raise Refused(
            "Tệp này có mã độc, không quét được hoặc đã quá hạn giữ nên không dùng được; xin tải "
            "lên tệp khác.",
            "This file holds malware, could not be scanned or was kept for too long, and is not "
            "used; upload another.",
        )
    raise Refused(
        "Chưa thấy tệp này trong các tệp ông/bà đã tải lên. Nếu vừa tải lên, xin thử lại sau ít "
        "giây; nếu không, xin tải lên lại.",
        "This file is not among those you uploaded. If it was just now, try again in a few "
        "seconds; if not, upload it again.",
    )


def _changed(draft: OnlineDraft, now: datetime, **changes: object) -> OnlineDraft:
    if draft.handed_in:
        raise Refused(
            "Bản nháp này đã nộp, không sửa được nữa; xem biên nhận để biết việc tiếp theo.",
            "This draft was handed in and cannot be changed; see its receipt for what comes next.",
        )
    return replace(draft, expires=now + KEPT_FOR, **changes)  # type: ignore[arg-type]
