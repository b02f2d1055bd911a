"""The forms that an act on a dossier calls for, and their contents (NĐ 61/2018; TT 01/2018).

A form is issued with the act that calls for it, in one write. Its document's id comes from the
dossier, the kind and how many there were before: an act told twice prints nothing twice.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from contracts.events import (
    DossierAccepted,
    DossierApologised,
    DossierCorrected,
    DossierPaused,
    DossierRefused,
    DossierResolved,
    DossierReturned,
    DossierSupplementRequested,
)
from contracts.forms import Edition, FormFilled, FormKind, FormLanguage, IssuingOffice
from contracts.law import LawRule
from contracts.message import Message
from contracts.orders import WordGiven
from contracts.procedure import AtCounter
from foundation.errors import Refused
from foundation.frozen import replace
from foundation.worktime import local_day
from services.intake.domain.case.dossier import Decided, Dossier, Printed, State
from services.intake.domain.clock.waits import WaitKind
from services.intake.domain.forms.parts import PARTS, FormIssuer, Said, asked_for, holder, submitter

SINCE_2025 = date(2025, 9, 15)
"""From this day on the forms have the layouts of 2025 (a new row of `forms` in the law table)."""

NUMBERS: Mapping[Edition, Mapping[FormKind, str]] = MappingProxyType(
    {
        Edition.OF_2018: MappingProxyType(
            {
                FormKind.RECEIPT: "01",
                FormKind.SUPPLEMENT: "02",
                FormKind.REFUSAL: "03",
                FormKind.APOLOGY: "04",
                FormKind.CONTROL: "05",
            }
        ),
        Edition.OF_2025: MappingProxyType(
            {
                FormKind.RECEIPT: "01",
                FormKind.SUPPLEMENT: "02",
                FormKind.REFUSAL: "03",
                FormKind.APOLOGY: "04",
                FormKind.STOP: "05",
                FormKind.CONTROL: "06",
            }
        ),
    }
)
REGISTER: Mapping[Edition, str] = MappingProxyType({Edition.OF_2018: "06", Edition.OF_2025: "07"})

_NAMES = uuid.UUID("5b0f7a53-64f0-5c0e-8f0b-0a4f6f0c9b11")
_CAUSES: Mapping[type[Message], FormKind] = MappingProxyType(
    {
        DossierAccepted: FormKind.RECEIPT,
        DossierCorrected: FormKind.RECEIPT,
        DossierSupplementRequested: FormKind.SUPPLEMENT,
        DossierRefused: FormKind.REFUSAL,
        DossierApologised: FormKind.APOLOGY,
        DossierPaused: FormKind.STOP,
        DossierResolved: FormKind.CONTROL,
        DossierReturned: FormKind.CONTROL,
    }
)


def with_forms(decided: Decided, office: FormIssuer, now: datetime) -> Decided:
    """What was decided, and the forms that follow from it: noted on the dossier, to be printed."""
    dossier, messages = decided
    forms = (*_declarations(dossier, office, now), *due(dossier, messages, office, now))
    for each in forms:
        dossier = noted(dossier, each)
    return dossier, (*messages, *forms)


def due(
    dossier: Dossier, messages: Sequence[Message], office: FormIssuer, now: datetime
) -> tuple[FormFilled, ...]:
    """The forms that follow from what an act has told; the dossier is as it is after the act.

    Same-day procedures have no form 01 unless the applicant asks (Đ17.4). A receipt that was
    taken in wrongly is issued anew, in the place of the former one. The notice that a
    dossier is at a stop is a form since 2025 only.
    """
    kinds = dict.fromkeys(kind for each in messages if (kind := _called_for(each, dossier)))
    numbered = NUMBERS[edition_of(now)]
    said = _said(messages)
    corrected = any(isinstance(each, DossierCorrected) for each in messages)
    forms = (_filled(kind, dossier, office, now, said) for kind in kinds if kind in numbered)
    return tuple(
        _replacing(each, _last(each.kind, dossier) if corrected else None) for each in forms
    )


def issue(kind: FormKind, dossier: Dossier, office: FormIssuer, now: datetime) -> Decided:
    """Issue a form on demand, with the reason that the last of its kind gave.

    Raises:
        Refused: as `filled`.
    """
    form = filled(kind, dossier, office, now)
    return noted(dossier, form), (form,)


def filled(kind: FormKind, dossier: Dossier, office: FormIssuer, now: datetime) -> FormFilled:
    """The form of this kind as the dossier stands now.

    Raises:
        Refused: the dossier gives no cause for it, or the edition of today does not know it.
    """
    last = _last(kind, dossier)
    if kind not in NUMBERS[edition_of(now)] or not _CALLS[kind](dossier):
        raise Refused(
            "Hồ sơ chưa có căn cứ để lập mẫu này; xin kiểm tra trạng thái hồ sơ.",
            "The dossier gives no cause for this form; please look at its state.",
            article=dossier.by(LawRule.ISSUING),
        )
    said = Said(reason=last.reason, article=last.article) if last else Said()
    return _filled(kind, dossier, office, now, said)


def noted(dossier: Dossier, form: FormFilled) -> Dossier:
    """The dossier that knows it has this form."""
    said = form.refusal or form.supplement or form.apology or form.stop
    printed = Printed(
        kind=form.kind,
        edition=form.edition,
        document=form.document,
        at=form.issued,
        reason=said.reason if said else "",
        article=getattr(said, "article", ""),
        replaces=form.replaces,
    )
    return replace(dossier, forms=(*dossier.forms, printed))


def edition_of(now: datetime) -> Edition:
    """The edition in force on this day in Viet Nam."""
    return Edition.OF_2025 if local_day(now) >= SINCE_2025 else Edition.OF_2018


def document_of(dossier: Dossier, kind: FormKind) -> str:
    """The id of the next document of this kind; always the same for the same dossier."""
    count = sum(each.kind is kind for each in dossier.forms)
    return str(uuid.uuid5(_NAMES, f"{dossier.id} {kind} {count}"))


def _declarations(dossier: Dossier, office: FormIssuer, now: datetime) -> tuple[FormFilled, ...]:
    """The declarations that nobody has printed yet; one filled in anew replaces the former."""
    printed = {each.document for each in dossier.forms}
    return tuple(
        replace(
            _blank(FormKind.DECLARATION, dossier, office, now),
            document=each.document,
            declaration=each,
        )
        for each in dossier.declarations
        if each.document not in printed
    )


def _called_for(message: Message, dossier: Dossier) -> FormKind | None:
    kind = _CAUSES.get(type(message))
    at_once = dossier.at_counter is AtCounter.SAME_DAY and not dossier.form_asked
    if isinstance(message, DossierAccepted) and at_once:
        return None
    if isinstance(message, DossierCorrected) and _last(FormKind.RECEIPT, dossier) is None:
        return None
    if isinstance(message, DossierPaused) and message.because != WaitKind.STOPPED:
        return None
    return kind


def _last(kind: FormKind, dossier: Dossier) -> Printed | None:
    """The last form of that kind that was issued for the dossier."""
    return next((each for each in reversed(dossier.forms) if each.kind is kind), None)


def _replacing(form: FormFilled, former: Printed | None) -> FormFilled:
    return replace(form, replaces=former.document, replaced=former.at) if former else form


def _said(messages: Sequence[Message]) -> Said:
    words = [each.text for each in messages if isinstance(each, WordGiven)]
    articles = [each.article for each in messages if isinstance(each, DossierRefused)]
    return Said(reason=words[-1] if words else "", article=articles[-1] if articles else "")


def _filled(
    kind: FormKind, dossier: Dossier, office: FormIssuer, now: datetime, said: Said
) -> FormFilled:
    return PARTS[kind](_blank(kind, dossier, office, now), dossier, office, said)


def _blank(kind: FormKind, dossier: Dossier, office: FormIssuer, now: datetime) -> FormFilled:
    """What stands on every form of the dossier; what is its kind's own is still to be filled in."""
    english = dossier.applicant.language == "en"
    return FormFilled(
        agency=dossier.agency,
        kind=kind,
        number=NUMBERS[edition_of(now)].get(kind, ""),
        edition=edition_of(now),
        language=FormLanguage.VI_EN if english else FormLanguage.VI,
        document=document_of(dossier, kind),
        issued=now,
        office=IssuingOffice(
            unit=office.unit,
            name=office.name,
            address=office.address,
            phone=office.phone,
            clerk=office.clerk,
        ),
        tracking=f"{office.tracking}{dossier.code}" if office.tracking and dossier.code else "",
        code=dossier.code,
        procedure=dossier.procedure,
        matter=dossier.procedure_name,
        case=dossier.case,
        submitter=submitter(dossier),
        holder=holder(dossier),
    )


_CALLS: Mapping[FormKind, Callable[[Dossier], bool]] = MappingProxyType(
    {
        FormKind.RECEIPT: lambda dossier: bool(dossier.code),
        FormKind.SUPPLEMENT: lambda dossier: asked_for(dossier) is not None,
        FormKind.REFUSAL: lambda dossier: dossier.state is State.REFUSED,
        FormKind.APOLOGY: lambda dossier: dossier.apologised is not None,
        FormKind.STOP: lambda dossier: any(each.kind is WaitKind.STOPPED for each in dossier.waits),
        FormKind.CONTROL: lambda dossier: bool(dossier.code),
    }
)
