"""Declarations (tờ khai điện tử): papers that are filled in as electronic forms, not uploaded.

What is filled in is kept with the dossier as data, and printed as the document of its paper.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts.declarations import Declaration, DeclaredLine, DeclaredSection
from contracts.forms import FormKind
from contracts.procedure import Paper
from foundation import fillable
from foundation.errors import Invalid, Refused, refusal_of
from foundation.frozen import replace
from foundation.text.cleaning import harmless_line, harmless_paragraphs
from services.intake.domain.case.dossier import Attachment, Decided, Dossier, State, must_be
from services.intake.domain.case.paper_names import spelled
from services.intake.domain.case.procedure import Procedure

_NAMES = uuid.UUID("8f0d6a4e-2c1b-5e6f-9a37-51c4d2b7e0aa")


@dataclass(frozen=True, kw_only=True)
class FilledPaper:
    """What was filled into the form of a paper, `{section: {field: value}}`.

    `edition` is the version of the procedure by which it was filled in; 0 does not say.
    """

    paper: str
    data: Mapping[str, Any]
    edition: int = 0


def fillable_papers(procedure: Procedure, case: str | None) -> tuple[Paper, ...]:
    """The papers of a case that have an electronic form, each once; of every case for None."""
    found: dict[str, Paper] = {}
    for each in procedure.papers:
        if each.form and (case is None or spelled(each.case) in ("", spelled(case))):
            first = found.setdefault(spelled(each.name), each)
            found[spelled(each.name)] = replace(first, required=first.required or each.required)
    return tuple(found.values())


def declared(
    dossier_id: str, procedure: Procedure, case: str, papers: Sequence[FilledPaper]
) -> tuple[Declaration, ...]:
    """The declarations that a dossier is handed in with.

    Raises:
        Invalid: names each field that is not filled in rightly, as the API's body has it.
        Refused: the procedure has another version than that by which it was filled in.
    """
    _each_once(papers)
    return tuple(
        _declared(dossier_id, procedure, case, each, index, 0) for index, each in enumerate(papers)
    )


def declare(dossier: Dossier, procedure: Procedure, paper: FilledPaper) -> Decided:
    """Fill the form of a paper in at the counter; filled in again, it replaces the former one.

    Raises:
        Refused: the dossier was taken in already, or as `declared`.
        Invalid: as `declared`.
    """
    must_be(dossier, State.SUBMITTED)
    name = spelled(paper.paper)
    before = next((each for each in dossier.declarations if each.paper == name), None)
    count = sum(each.kind is FormKind.DECLARATION for each in dossier.forms)
    made = _declared(dossier.id, procedure, dossier.case, paper, None, count)
    if before and (before.data, before.edition) == (made.data, made.edition):
        return dossier, ()
    kept = tuple(each for each in dossier.declarations if each.paper != name)
    attached = tuple(
        each for each in dossier.attachments if not before or each.document != before.document
    )
    return replace(
        dossier,
        declarations=(*kept, made),
        attachments=(*attached, Attachment(paper=name, document=made.document)),
    ), ()


def attachments_of(declarations: Iterable[Declaration]) -> tuple[Attachment, ...]:
    """The documents that declarations are printed as, each as its paper."""
    return tuple(Attachment(paper=each.paper, document=each.document) for each in declarations)


def documents_of(dossier: Dossier) -> frozenset[str]:
    """The documents that the centre prints itself: nobody uploads them."""
    return frozenset(each.document for each in dossier.declarations)


def _each_once(papers: Sequence[FilledPaper]) -> None:
    names = [spelled(each.paper) for each in papers]
    if len(set(names)) < len(names):
        words = ("Mỗi giấy tờ chỉ kê khai một lần.", "Fill each paper in once.")
        raise Invalid(*words, fields={"declarations": [words]})


def _declared(
    dossier_id: str,
    procedure: Procedure,
    case: str,
    filled: FilledPaper,
    index: int | None,
    count: int,
) -> Declaration:
    place = "" if index is None else f"declarations.{index}."
    paper = _paper(procedure, case, filled, place)
    if filled.edition not in (0, procedure.published):
        raise Refused(
            "Thủ tục đã có phiên bản mới sau khi kê khai, chưa có gì được gửi; xin mở lại biểu mẫu "
            "theo bản mới rồi nộp.",
            "The procedure got a new version since this was filled in and nothing was sent; open "
            "the form again by the new version, then hand it in.",
            fields={f"{place}edition": [str(procedure.published)]},
        )
    form = fillable.read(paper.form)
    wrong = refusal_of(partial(fillable.filled, form, filled.data))
    if wrong is not None:
        fields = {f"{place}data.{name}": words for name, words in wrong.fields.items()}
        raise Invalid(
            f"{spelled(paper.name)}: {wrong.vi}",
            f"{spelled(paper.name)}: {wrong.en}",
            fields=fields,
        )
    data = fillable.filled(form, filled.data)
    name = spelled(paper.name)
    return Declaration(
        paper=name,
        document=str(uuid.uuid5(_NAMES, f"{dossier_id} {name} {count}")),
        edition=procedure.published,
        title=form.title[0],
        title_en=form.title[1],
        data=fillable.written(data),
        sections=tuple(_section(each) for each in fillable.shown(form, data)),
    )


def _paper(procedure: Procedure, case: str, filled: FilledPaper, place: str) -> Paper:
    name = spelled(filled.paper)
    known = fillable_papers(procedure, case)
    found = [each for each in known if spelled(each.name) == name]
    if not found:
        listed = "; ".join(each.name for each in known)
        words = (
            f"Giấy tờ này không có biểu mẫu điện tử; có biểu mẫu: {listed or 'không có'}.",
            f"This paper has no electronic form; these have one: {listed or 'none'}.",
        )
        raise Invalid(*words, fields={f"{place}paper": [words]})
    return found[0]


def _section(shown: fillable.ShownSection) -> DeclaredSection:
    return DeclaredSection(
        name=shown.name,
        title=shown.title[0],
        title_en=shown.title[1],
        lines=tuple(
            DeclaredLine(
                name=each.name,
                label=harmless_line(each.title[0]),
                label_en=harmless_line(each.title[1]),
                value=harmless_paragraphs(each.value[0]),
                value_en=harmless_paragraphs(each.value[1]),
            )
            for each in shown.lines
        ),
    )
