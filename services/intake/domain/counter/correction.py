"""Correcting what was taken in wrongly of an applicant, or of who handed in for them.

The event names the corrected fields alone. What they were and became goes to the applicant's own
contact and stands in the dossier; no integrator reads it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from contracts.events import DossierCorrected
from contracts.orders import ContactGiven, CorrectOrder
from foundation.errors import Invalid, Refused, Stale
from foundation.frozen import replace
from services.intake.domain.case.corrections import CorrectedField, CorrectionRecord
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Applicant,
    Decided,
    Dossier,
    Proxy,
    State,
    StepState,
    must_be,
)
from services.intake.domain.counter.reach import still_unreached
from services.intake.domain.counter.reception import must_not_be_under_receipt

MOST_CORRECTIONS = 100
OF_PROXY = "proxy."
"""How the names of the proxy's fields begin among the corrected ones."""

P = TypeVar("P", Applicant, Proxy)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What is to be put right: new values by the names of the applicant's fields, and why.

    `proxy` are those of the person who handed in for the applicant. `edition` is how many
    corrections its author has seen, None if they do not say.
    """

    applicant: Mapping[str, str]
    reason: str
    edition: int | None = None
    proxy: Mapping[str, str] = field(default_factory=dict)


def correct(dossier: Dossier, said: Correction, by: str, now: datetime) -> Decided:
    """Put the data of applicant and proxy right, while the dossier is not over; its clock stays.

    The receipt is issued anew (forms/issuing.py), the applicant is told at the old and the new
    contact, and every agency that has the dossier is told the right name.

    Raises:
        Refused: the dossier is over, just getting its code, or was corrected too often.
        Invalid: nothing in it would change, or nobody handed in for the applicant.
        Stale: somebody has corrected it since the author looked.
    """
    must_be(dossier, State.SUBMITTED, *UNDER_WAY, State.RESOLVED)
    must_not_be_under_receipt(dossier)
    _must_be_seen(dossier, said)
    changes = tuple(_changes(dossier.applicant, said.applicant))
    proxys = tuple(_changes(_proxy_of(dossier, said), said.proxy))
    theirs = tuple(replace(each, name=f"{OF_PROXY}{each.name}") for each in proxys)
    _must_change(dossier, (*changes, *theirs))
    record = CorrectionRecord(at=now, by=by, reason=said.reason, fields=(*changes, *theirs))
    corrected = replace(
        dossier,
        applicant=_right(dossier.applicant, changes),
        proxy=_right(dossier.proxy, proxys) if dossier.proxy else None,
        corrections=(*dossier.corrections, record),
        unreached=still_unreached(dossier.unreached, (each.name for each in changes)),
    )
    event = DossierCorrected(
        agency=dossier.agency,
        code=dossier.code,
        fields=tuple(each.name for each in record.fields),
        number=len(corrected.corrections),
    )
    orders = _orders(corrected, tuple(each.name for each in changes)) if changes else ()
    return corrected, (_contact(dossier, corrected), event, *orders)


def _changes(
    person: Applicant | Proxy | None, wanted: Mapping[str, str]
) -> Iterator[CorrectedField]:
    for name, became in wanted.items():
        was: str = getattr(person, name)
        if was != became:
            yield CorrectedField(name=name, was=was, became=became)


def _right(person: P, changes: tuple[CorrectedField, ...]) -> P:
    values: dict[str, Any] = {each.name: each.became for each in changes}
    return replace(person, **values)


def _proxy_of(dossier: Dossier, said: Correction) -> Proxy | None:
    if said.proxy and dossier.proxy is None:
        raise Invalid(
            "Hồ sơ này do chính chủ hồ sơ nộp, không có người nộp thay để đính chính.",
            "The applicant handed this dossier in themselves; there is no proxy to correct.",
            fields={"proxy": ("không có / none",)},
        )
    return dossier.proxy


def _must_be_seen(dossier: Dossier, said: Correction) -> None:
    if said.edition is not None and said.edition != len(dossier.corrections):
        raise Stale(
            "Thông tin người nộp vừa được người khác đính chính; xin xem lại hồ sơ rồi làm lại.",
            "Somebody has just corrected this applicant's data; look again, then try anew.",
        )


def _must_change(dossier: Dossier, changes: tuple[CorrectedField, ...]) -> None:
    if not changes:
        raise Invalid(
            "Thông tin đính chính giống hệt thông tin đang lưu; không có gì để sửa.",
            "What you give is what is kept already; there is nothing to correct.",
        )
    if len(dossier.corrections) >= MOST_CORRECTIONS:
        raise Refused(
            f"Hồ sơ đã được đính chính {MOST_CORRECTIONS} lần; xin báo người phụ trách một cửa.",
            f"The dossier was corrected {MOST_CORRECTIONS} times; tell who is in charge.",
        )


def _contact(was: Dossier, now: Dossier) -> ContactGiven:
    """The new contact, and the old one where it differs: both are told."""
    old, new = was.applicant, now.applicant
    return ContactGiven(
        agency=now.agency,
        owner=now.owner,
        name=new.name,
        phone=new.phone,
        email=new.email,
        language=new.language,
        correction=len(now.corrections),
        code=now.code,
        was_phone=old.phone if old.phone != new.phone else "",
        was_email=old.email if old.email != new.email else "",
    )


def _orders(dossier: Dossier, names: tuple[str, ...]) -> Iterator[CorrectOrder]:
    """One for each agency that has a part of the dossier, or had."""
    asked = (each.agency for each in dossier.steps if each.state is not StepState.PLANNED)
    for agency in dict.fromkeys(asked):
        yield CorrectOrder(agency=agency, applicant=dossier.applicant.name, fields=names)
