"""A visit without a dossier, e.g. for guidance at the counter: rated once, by a code.

The counter hands the code out; who has it says how satisfied they were, and nobody asks who they
are. It holds for a month.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.events import Event, RatingGiven
from contracts.history import Revision
from contracts.message import CENTRE
from foundation.errors import Refused
from foundation.frozen import replace
from services.feedback.domain.rating import DissatisfactionReason, NewRating

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody takes for one another."""
CODE_LENGTH = 10
HOLDS = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit and, once its code was used, how satisfied the visitor was (`rated` says when).

    Since `removed`, at the end of its term, it has no words.
    """

    id: str
    code: str
    handed_out: datetime
    rated: datetime | None = None
    score: int | None = None
    comment: str = ""
    officer: int | None = None
    time: int | None = None
    guidance: int | None = None
    reasons: tuple[DissatisfactionReason, ...] = ()
    removed: datetime | None = None
    revision: Revision = Revision()


def spelled(code: str) -> str:
    """A code as it is kept, however it was typed: in capitals, without blanks and hyphens."""
    return "".join(each for each in code.upper() if each.isalnum())


def shown(code: str) -> str:
    """A code as people read it: `ABCDE-23456`."""
    return f"{code[:5]}-{code[5:]}"


def is_over(visit: Visit, now: datetime) -> bool:
    """Whether its code holds no more."""
    return now > visit.handed_out + HOLDS


def rate(visit: Visit, new: NewRating, now: datetime) -> tuple[Visit, tuple[Event, ...]]:
    """Keep what the visitor thinks; what is told names no dossier and nobody.

    Raises:
        Refused: it was rated before, or the code holds no more.
    """
    if visit.rated:
        raise Refused("Lượt đến này đã được đánh giá.", "This visit was rated before.")
    if is_over(visit, now):
        raise Refused(
            "Mã đánh giá đã hết hạn (30 ngày).", "The code holds no more: 30 days are over."
        )
    rated = replace(
        visit,
        rated=now,
        score=new.score,
        comment=new.comment,
        officer=new.officer,
        time=new.time,
        guidance=new.guidance,
        reasons=new.reasons,
    )
    told = RatingGiven(
        agency=CENTRE,
        dossier="",
        score=new.score,
        officer=new.officer,
        time=new.time,
        guidance=new.guidance,
    )
    return rated, (told,)


def at_end_of_term(visit: Visit, now: datetime) -> tuple[Visit, tuple[Event, ...]]:
    """Without the visitor's words; the scores stay."""
    return replace(visit, comment="", removed=visit.removed or now), ()
