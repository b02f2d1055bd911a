"""The electronic forms of a draft, by the procedure that is in force: how far each is filled in.

What was filled in by an older version of the form is kept as far as the newer one asks for it; a
section that does not fit any more is to be done again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from contracts.procedure import Paper
from foundation import fillable
from foundation.errors import NotFound, Refused, refusal_of
from foundation.fillable import FillableForm, FormSection
from services.intake.domain.case.declaring import FilledPaper, fillable_papers
from services.intake.domain.case.paper_names import spelled
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.drafts.draft import Drafted, OnlineDraft, fill

Data = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class DraftForm:
    """A paper with an electronic form, and what was filled in: `data`, of its known fields only.

    `touched` is whether anything was; what need not be handed in may stay untouched.
    """

    key: str
    paper: Paper
    form: FillableForm
    data: Data
    touched: bool

    @property
    def done(self) -> bool:
        """Whether it may be handed in as it is, or left out."""
        if not self.touched:
            return not self.paper.required
        return all(self.fits(each) for each in self.form.sections)

    def fits(self, section: FormSection) -> bool:
        """Whether a section is filled in as the form in force asks."""
        data = self.data.get(section.name, {})
        return self.touched and refusal_of(partial(fillable.checked, section, data)) is None

    def section(self, place: str) -> FormSection:
        """The section of that place, counted from 1.

        Raises:
            NotFound: there is none.
        """
        count = len(self.form.sections)
        if not place.isdecimal() or not place.isascii() or not 1 <= int(place[:4]) <= count:
            raise NotFound(
                "Biểu mẫu hiện hành không có phần này; xin xem lại danh sách.",
                "The form in force has no such part; see the list again.",
            )
        return self.form.sections[int(place) - 1]


def form_key(paper: str) -> str:
    """What the form of a paper is called in an address: the same in every version."""
    return sha256(spelled(paper).encode()).hexdigest()[:12]


def forms_of(draft: OnlineDraft, procedure: Procedure, case: str | None) -> tuple[DraftForm, ...]:
    """The forms that are filled in for a case, in the procedure's order."""
    kept = {each.paper: each.data for each in draft.filled}
    return tuple(
        _form(each, kept.get(spelled(each.name), "")) for each in fillable_papers(procedure, case)
    )


def form_of(draft: OnlineDraft, procedure: Procedure, case: str | None, key: str) -> DraftForm:
    """The form of that key.

    Raises:
        NotFound: the draft's case has none of that key.
    """
    found = [each for each in forms_of(draft, procedure, case) if each.key == key]
    if not found:
        raise NotFound(
            "Thủ tục hiện hành không có biểu mẫu này; xin xem lại danh sách.",
            "The procedure in force has no such form; see the list again.",
        )
    return found[0]


def fill_in(
    draft: OnlineDraft,
    form: DraftForm,
    section: FormSection,
    typed: Mapping[str, Any],
    now: datetime,
) -> Drafted:
    """Keep what was typed into one section; it is held to the form at once.

    Raises:
        Refused: the draft was handed in, or does not say yet who it is for.
        Invalid: names each field with what is wrong.
    """
    if draft.applicant is None:
        raise Refused("Xin điền thông tin của ông/bà trước.", "Please give your own details first.")
    data = {**form.data, section.name: fillable.checked(section, typed)}
    return fill(draft, form.paper.name, fillable.written(data), now)


def take_out(draft: OnlineDraft, form: DraftForm, now: datetime) -> Drafted:
    """Forget what was filled into a form that need not be handed in.

    Raises:
        Refused: it must be handed in, or the draft was.
    """
    if form.paper.required:
        raise Refused(
            "Tờ khai này bắt buộc; xin sửa thay vì bỏ ra.",
            "This form must be handed in; change it instead of taking it out.",
        )
    return fill(draft, form.paper.name, "", now)


def filled_papers(draft: OnlineDraft, procedure: Procedure, case: str) -> tuple[FilledPaper, ...]:
    """What is handed in of the forms of its case."""
    return tuple(
        FilledPaper(paper=spelled(each.paper.name), data=each.data, edition=procedure.published)
        for each in forms_of(draft, procedure, case)
        if each.touched
    )


def _form(paper: Paper, kept: str) -> DraftForm:
    form = fillable.read(paper.form)
    return DraftForm(
        key=form_key(paper.name),
        paper=paper,
        form=form,
        data=fillable.known_only(form, fillable.parsed(kept)),
        touched=bool(kept),
    )
