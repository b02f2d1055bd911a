"""View model of the pages on which a citizen hands in online, in Vietnamese or English."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from contracts.procedure import USUAL_LARGEST, Collected, Fee, Paper, TimeLimit, Unit, largest_of
from foundation import fillable
from foundation.errors import Error
from foundation.fillable import FormSection, ShownSection
from foundation.text import telephone
from foundation.web.page_words import Words, size
from foundation.web.translations import Language, field_words
from services.intake.domain.case.procedure import Procedure, cases_of, fees_of
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.counter.signature_demand import USELESS
from services.intake.domain.drafts import filling, progress
from services.intake.domain.drafts.draft import OnlineDraft, is_usable
from services.intake.domain.drafts.filling import DraftForm
from services.intake.domain.drafts.progress import DraftPaper, DraftTask, TaskState
from services.intake.handlers.counter_words import SIGNATURES, copies_of

TASKS: Mapping[DraftTask, Words] = {
    DraftTask.CASE: ("Chọn trường hợp", "Pick the case"),
    DraftTask.PROXY: ("Nộp cho ai", "Who it is for"),
    DraftTask.PERSON: ("Thông tin của ông/bà", "Your details"),
    DraftTask.FILL: ("Tờ khai điện tử", "Forms to fill in"),
    DraftTask.PAPERS: ("Giấy tờ", "Papers"),
    DraftTask.RESULT: ("Nhận tin báo và kết quả", "How to be told and get the result"),
    DraftTask.CHECK: ("Kiểm tra và nộp", "Check it and hand it in"),
}
DONE: Mapping[str, Words] = {
    "attached": ("Đã thêm tệp vào giấy tờ", "The file was added to the paper"),
    "removed": ("Đã bỏ tệp ra", "The file was taken out"),
}
_TAKES: Mapping[Unit, Words] = {
    Unit.WORKING_DAYS: ("{n} ngày làm việc", "{n} working days"),
    Unit.HALF_DAYS: ("{n} nửa ngày làm việc", "{n} half working days"),
    Unit.CALENDAR_DAYS: ("{n} ngày", "{n} days"),
    Unit.HOURS: ("{n} giờ làm việc", "{n} working hours"),
    Unit.SAME_DAY: ("trong ngày làm việc", "the same working day"),
    Unit.NONE: ("không quy định thời hạn", "no time limit is set"),
}
PROXY_KINDS: Mapping[str, Words] = {
    "authorised": ("Cho người khác, theo ủy quyền", "For another person who authorised me"),
    "representative": (
        "Cho tổ chức, doanh nghiệp mà tôi đại diện",
        "For an organisation or firm that I represent",
    ),
    "guardian": (
        "Cho người mà tôi là cha, mẹ hoặc người giám hộ",
        "For somebody whose parent or guardian I am",
    ),
}
_PROXY = ("name", "phone", "identity", "authority", "kind")
_PERSON = ("name", "phone", "identity", "address")
_FIELDS = frozenset(
    (*_PERSON, "email", "language", "result_by", "case", "agreed", "authority", "kind")
)


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """A file of a paper: its name, its kind and size in words, and whether it may be used.

    `state` is passed, refused, waiting for the scan, or unsigned where its paper demands a whole
    signature that it does not bear; `signature` is then, and else, what is known of that.
    """

    document: str
    name: str
    about: str
    state: str
    signature: Words = ("", "")


@dataclass(frozen=True, kw_only=True)
class DraftPaperRow:
    """A paper that is asked for, its files of up to `largest` MB, and where its page is."""

    key: str
    name: str
    hint: Words
    database: str
    files: tuple[FileRow, ...]
    state: str
    signed: bool
    largest: int

    def asked(self, procedure: str) -> Mapping[str, str]:
        """What an upload says for which paper it is, where that allows a larger file than usual."""
        larger = self.largest > USUAL_LARGEST
        return {"procedure": procedure, "paper": self.name} if larger else {}


@dataclass(frozen=True, kw_only=True)
class SectionRow:
    """A section of an electronic form: which form's, how far it is, and where its page is."""

    key: str
    paper: str
    title: Words
    address: str
    state: str


def form_rows(draft: OnlineDraft, forms: Iterable[DraftForm]) -> tuple[SectionRow, ...]:
    """Every section of the forms of a draft; what need not be handed in is optional."""
    return tuple(
        SectionRow(
            key=each.key,
            paper=each.paper.name,
            title=section.title,
            address=f"{address_of(draft.id)}/fill/{each.key}/{place}",
            state=_section_state(each, section),
        )
        for each in forms
        for place, section in enumerate(each.form.sections, 1)
    )


def declared_rows(
    draft: OnlineDraft, procedure: Procedure
) -> tuple[tuple[DraftForm, tuple[tuple[str, ShownSection], ...]], ...]:
    """What was filled into each form, by section, with the page that changes it."""
    forms = filling.forms_of(draft, procedure, progress.case_of(draft, procedure))
    return tuple(
        (
            each,
            tuple(
                (f"{address_of(draft.id)}/fill/{each.key}/{place}", section)
                for place, section in enumerate(fillable.shown(each.form, each.data), 1)
            ),
        )
        for each in forms
    )


def _section_state(form: DraftForm, section: FormSection) -> str:
    if form.fits(section):
        return TaskState.DONE
    return TaskState.TODO if form.paper.required or form.touched else ""


def task_items(draft: OnlineDraft, procedure: Procedure) -> list[tuple[Words, str, str]]:
    """The rows of the task list: text, address, state."""
    return [
        (TASKS[task], "" if state is TaskState.LATER else f"{address_of(draft.id)}/{task}", state)
        for task, state in progress.tasks(draft, procedure).items()
    ]


def address_of(draft_id: str) -> str:
    """The page of a draft."""
    return f"/apply/{quote(draft_id, safe='')}"


def said_of(draft: OnlineDraft, name: str) -> dict[str, str]:
    """What the forms of a draft show before anything is typed; `name` is that of the account."""
    known = draft.applicant
    own = "" if draft.proxy else name
    said = {"case": draft.case, "result_by": draft.result_by, "name": own}
    if known is None:
        return said
    return {
        **said,
        "name": known.name,
        "phone": telephone.readable(known.phone),
        "identity": known.identity,
        "address": known.address,
        "email": known.email,
        "language": known.language,
    }


def proxy_said(draft: OnlineDraft, name: str) -> dict[str, str]:
    """What the page of who it is for shows before anything is typed."""
    if draft.proxy is None:
        return {"kind": "self", "name": name}
    said = {each: str(getattr(draft.proxy, each)) for each in _PROXY}
    return {**said, "phone": telephone.readable(said["phone"])}


def proxy_of(said: Mapping[str, str]) -> dict[str, str]:
    """The same form as the API has a proxy; what is empty was not given."""
    return {each: said[each] for each in _PROXY if said.get(each)}


def person_of(said: Mapping[str, str]) -> dict[str, str]:
    """The form of a person as the API has an applicant; what is empty was not given."""
    return {each: said[each] for each in _PERSON if said.get(each)}


def errors_of(error: Error | None, language: Language) -> dict[str, str]:
    """What is wrong with each field of a form, and under "" with the whole."""
    if error is None:
        return {}
    said = error.en if language == "en" else error.vi
    if "case" in error.fields:
        return {"case": said}
    found = {
        name: field_words(texts[0], language)
        for name, texts in error.fields.items()
        if name in _FIELDS and texts
    }
    return found or {"": said}


def file_row(
    document: str,
    known: KnownDocument | None,
    draft: OnlineDraft,
    language: Language,
    paper: Paper,
) -> FileRow:
    """A file as its owner sees it; of somebody else's they see no more than of none."""
    state = "passed" if is_usable(known, draft) else "waiting"
    own = known is not None and known.owner == draft.owner
    if known is None or not own:
        nameless = "Tệp vừa gửi" if language == "vi" else "The file you sent"
        return FileRow(document=document, name=nameless, about="", state=state)
    unsigned = paper.signed and known.signature in USELESS and state == "passed"
    return FileRow(
        document=document,
        name=known.name or ("Tệp" if language == "vi" else "File"),
        about=_about(known, language),
        state="refused" if known.refused else "unsigned" if unsigned else state,
        signature=SIGNATURES[known.signature] if paper.signed else ("", ""),
    )


def paper_row(
    each: DraftPaper,
    known: Mapping[str, KnownDocument],
    draft: OnlineDraft,
    language: Language,
    cap: int = USUAL_LARGEST,
) -> DraftPaperRow:
    """A paper with its files; `cap` is the MB that a file may have, whatever its paper allows."""
    files = tuple(
        file_row(name, known.get(name), draft, language, each.paper) for name in each.files
    )
    state = TaskState.TODO if each.needed else ""
    if files:
        wrong = any(file.state in ("refused", "unsigned") for file in files)
        state = "wrong" if wrong else TaskState.DONE
    return DraftPaperRow(
        key=each.key,
        name=each.paper.name,
        hint=copies_of(each.paper),
        database=each.paper.database,
        files=files,
        state=state,
        signed=each.paper.signed,
        largest=min(cap, largest_of(each.paper)),
    )


def fees(draft: OnlineDraft, procedure: Procedure) -> tuple[tuple[Fee, Words], ...]:
    """What is to be paid in the draft's case, and when."""
    case = progress.case_of(draft, procedure) or ""
    when: tuple[tuple[Collected, Words], ...] = (
        (Collected.BEFORE, ("nộp trước khi tiếp nhận", "before the dossier is taken in")),
        (Collected.AFTER, ("nộp trước khi nhận kết quả", "before the result is handed over")),
    )
    return tuple(
        (fee, words) for collected, words in when for fee in fees_of(procedure, case, collected)
    )


def draft_values(draft: OnlineDraft, procedure: Procedure) -> dict[str, Any]:
    """What every page of a draft shows."""
    return {
        "draft": draft,
        "procedure": procedure,
        "address": address_of(draft.id),
        "changed": progress.has_changed(draft, procedure),
        "left_over": sorted({each.paper for each in progress.left_over(draft, procedure)}),
        "cases": cases_of(procedure),
    }


def time_said(time: TimeLimit) -> Words:
    """How long the procedure takes, from its receipt on."""
    vi, en = (text.format(n=time.amount) for text in _TAKES[time.unit])
    return vi, en


def days_left(draft: OnlineDraft, now: datetime) -> int:
    """How many more days the draft is kept."""
    return max(0, -((now - draft.expires) // timedelta(days=1)))


def documents_of(papers: Iterable[DraftPaper]) -> list[str]:
    """The documents of all the papers."""
    return [document for each in papers for document in each.files]


def _about(known: KnownDocument, language: Language) -> str:
    kind = known.name.rpartition(".")[2].upper() if "." in known.name else ""
    return ", ".join(filter(None, (kind, size(known.size)[language == "en"])))
