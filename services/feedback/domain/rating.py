"""A rating of a finished dossier, and what is known of the dossiers that may be rated."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.events import Event, RatingGiven
from contracts.history import Revision
from contracts.orders import ContactGiven
from foundation.errors import NO_SUCH_THING, Hidden, Refused
from foundation.frozen import replace

SCORES = (0, 1, 2)
"""Not satisfied, satisfied, very satisfied: the scale of NĐ 61/2018 Đ27-32 and TT 01/2018 Đ13."""


class DissatisfactionReason(StrEnum):
    """Why somebody was not satisfied."""

    ATTITUDE = "attitude"
    LATE = "late"
    UNCLEAR = "unclear"
    MORE_PAPERS = "more_papers"
    ASKED_FOR_MONEY = "asked_for_money"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class NewRating:
    """A rating as the applicant gives it."""

    dossier: str
    score: int
    comment: str = ""
    officer: int | None = None
    time: int | None = None
    guidance: int | None = None
    reasons: tuple[DissatisfactionReason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KnownDossier:
    """What this service knows of a dossier: whose it is, and who handed the result over."""

    id: str
    owner: str
    returned_by: str = ""
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class Rating:
    """How satisfied the applicant was with the dossier `id`; the comment stays with the centre.

    `officer`, `time` and `guidance` are scores too, None where nothing was said; `reasons` say why
    somebody was not satisfied. Since `removed`, at the end of its term, it has no giver and no
    words.
    """

    id: str
    giver: str
    score: int
    comment: str
    given: datetime
    officer: int | None = None
    time: int | None = None
    guidance: int | None = None
    reasons: tuple[DissatisfactionReason, ...] = ()
    removed: datetime | None = None
    revision: Revision = Revision()


def meet(dossier: str, contact: ContactGiven) -> KnownDossier:
    """A dossier that may be spoken of."""
    return KnownDossier(id=dossier, owner=contact.owner)


def hand_over(dossier: KnownDossier, agency: str) -> tuple[KnownDossier, tuple[Event, ...]]:
    """The applicant has the result and may rate how it came about."""
    return replace(dossier, returned_by=agency), ()


def of(dossier: KnownDossier, giver: str) -> KnownDossier:
    """The dossier, if it is the giver's own.

    Raises:
        Hidden: reads exactly as for a dossier that does not exist.
    """
    if dossier.owner != giver:
        raise Hidden(*NO_SUCH_THING, thing=dossier.id)
    return dossier


def rate(dossier: KnownDossier, new: NewRating, now: datetime) -> tuple[Rating, tuple[Event, ...]]:
    """Keep what the applicant of a finished dossier thinks of it.

    Raises:
        Refused: the result has not been handed over.
    """
    if not dossier.returned_by:
        raise Refused(
            "Chỉ đánh giá được sau khi đã nhận kết quả hồ sơ.",
            "A dossier can be rated once its result has been handed over.",
        )
    rating = Rating(
        id=dossier.id,
        giver=dossier.owner,
        score=new.score,
        comment=new.comment,
        given=now,
        officer=new.officer,
        time=new.time,
        guidance=new.guidance,
        reasons=new.reasons,
    )
    told = RatingGiven(
        agency=dossier.returned_by,
        dossier=dossier.id,
        score=new.score,
        officer=new.officer,
        time=new.time,
        guidance=new.guidance,
    )
    return rating, (told,)


def at_end_of_term(rating: Rating, now: datetime) -> tuple[Rating, tuple[Event, ...]]:
    """Without who gave it and their words; the scores stay, and that the dossier was rated."""
    return replace(rating, giver="", comment="", removed=rating.removed or now), ()
