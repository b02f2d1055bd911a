"""Rules of feedback: complaints with their explanations, and ratings."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from contracts.events import (
    Event,
    FeedbackAnswered,
    FeedbackForwarded,
    FeedbackReceived,
    FeedbackRescheduled,
    FeedbackUndelivered,
    RatingGiven,
)
from contracts.history import Revision
from contracts.message import CENTRE, Message
from contracts.orders import ContactGiven, ExplainByOrder, ExplainOrder, ExplanationReply, WordGiven
from foundation.errors import NO_SUCH_THING, Forbidden, Hidden, NotFound, Refused
from foundation.worktime import Calendar, add_working_days

EXPLAIN_WITHIN = 10
"""Working days an agency has to explain itself (Luật Tiếp công dân 2013, Đ28)."""
SCORES = (0, 1, 2)
"""Not satisfied, satisfied, very satisfied: the scale of NĐ 61/2018 Đ27-32 and TT 01/2018 Đ13."""


class FeedbackKind(StrEnum):
    """Kinds that the law tells apart: NĐ 20/2008, Luật Khiếu nại 2011, Luật Tố cáo 2018."""

    REFLECTION = "reflection"
    PETITION = "petition"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"


class FeedbackState(StrEnum):
    """The state of a feedback."""

    RECEIVED = "received"
    FORWARDED = "forwarded"
    ANSWERED = "answered"


OPEN = (FeedbackState.RECEIVED, FeedbackState.FORWARDED)


@dataclass(frozen=True, kw_only=True)
class KnownDossier:
    """What this service knows of a dossier: whose it is, and who handed the result over."""

    id: str
    owner: str
    returned_by: str = ""
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class Giver:
    """Contact of a giver who names no dossier (NĐ 20/2008: name and address are required)."""

    name: str
    phone: str = ""
    email: str = ""
    language: str = "vi"


@dataclass(frozen=True, kw_only=True)
class NewFeedback:
    """Feedback as a citizen sends it: the agency, perhaps the dossier, and the text."""

    kind: FeedbackKind
    about: str
    text: str
    dossier: str = ""
    person: Giver | None = None


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """One reflection, petition or complaint; `asked` is the agency that must explain.

    It was asked when the feedback was `forwarded`; `answer_by` was `counted_by` that edition of
    the unit's calendar (None, or no moment, in one that was forwarded before this was kept).
    `unreached` are agencies that were asked and that no message reached.
    """

    id: str
    giver: str
    kind: FeedbackKind
    about: str
    text: str
    dossier: str
    received: datetime
    state: FeedbackState = FeedbackState.RECEIVED
    asked: str = ""
    answer_by: datetime | None = None
    forwarded: datetime | None = None
    counted_by: int | None = None
    explanation: str = ""
    unreached: tuple[str, ...] = ()
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class Rating:
    """How satisfied the applicant was with the dossier `id`; the comment stays with the centre."""

    id: str
    giver: str
    score: int
    comment: str
    given: datetime
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


def accept(words: NewFeedback) -> NewFeedback:
    """The feedback, unless it is a denunciation: this channel cannot protect its giver.

    Raises:
        Refused: a denouncer's name must be kept as a secret from the first moment on.
    """
    if words.kind is FeedbackKind.DENUNCIATION:
        raise Refused(
            "Đơn tố cáo không nhận qua cổng này, để bảo vệ bí mật của người tố cáo; nội dung vừa "
            "gửi không được lưu lại. Xin nộp trực tiếp, hoặc gửi qua bưu chính, cho người đứng "
            "đầu cơ quan quản lý người bị tố cáo, hoặc tại nơi tiếp công dân của cơ quan đó.",
            "Denunciations are not taken at this door, so that the denouncer stays protected; "
            "nothing of what you sent was kept. Hand it in, or post it, to the head of the "
            "agency in charge of the person you denounce, or at its office for receiving citizens.",
            article="Luật Tố cáo 2018, Đ8.3, Đ9.1",
        )
    return words


def receive(
    feedback_id: str, words: NewFeedback, giver: str, now: datetime
) -> tuple[Feedback, tuple[Message, ...]]:
    """Enter a feedback in the book.

    One about no dossier carries its own way to reach the giver, under the feedback's id.
    """
    feedback = Feedback(
        id=feedback_id,
        giver=giver,
        kind=words.kind,
        about=words.about,
        text=words.text,
        dossier=words.dossier,
        received=now,
    )
    received = FeedbackReceived(agency=words.about, kind=words.kind.value, dossier=words.dossier)
    if words.person is None:
        return feedback, (received,)
    person = words.person
    contact = ContactGiven(
        agency=words.about,
        owner=giver,
        name=person.name,
        phone=person.phone,
        email=person.email,
        language=person.language,
    )
    return feedback, (received, contact)


def forward(
    feedback: Feedback, agency: str, now: datetime, calendar: Calendar, *, edition: int = 0
) -> tuple[Feedback, tuple[Message, ...]]:
    """Ask an agency (the one it is about, if none is named) to explain itself.

    The time is counted by the unit's calendar, of which this is the `edition`.

    Raises:
        Refused: an agency was asked already.
    """
    if feedback.state is not FeedbackState.RECEIVED:
        raise Refused(
            "Ý kiến này đã được chuyển đến cơ quan giải trình.",
            "An agency has been asked to explain this already.",
        )
    asked = agency or feedback.about
    answer_by = add_working_days(now, EXPLAIN_WITHIN, calendar)
    order = ExplainOrder(
        agency=asked, dossier=feedback.dossier, question=feedback.text, answer_by=answer_by
    )
    forwarded = replace(
        feedback,
        state=FeedbackState.FORWARDED,
        asked=asked,
        answer_by=answer_by,
        forwarded=now,
        counted_by=edition,
    )
    return forwarded, (FeedbackForwarded(agency=asked, answer_by=answer_by), order)


def recount(
    feedback: Feedback, asked: datetime, calendar: Calendar, *, edition: int
) -> tuple[Feedback, tuple[Message, ...]]:
    """Count an open question by another edition of the calendar; tell the agency if it moved.

    `asked` is when it was put, for a feedback that does not say.
    """
    if feedback.state is not FeedbackState.FORWARDED or feedback.answer_by is None:
        return feedback, ()
    since, was = feedback.forwarded or asked, feedback.answer_by
    answer_by = add_working_days(since, EXPLAIN_WITHIN, calendar)
    counted = replace(feedback, answer_by=answer_by, forwarded=since, counted_by=edition)
    if answer_by == was:
        return counted, ()
    agency = feedback.asked
    told = FeedbackRescheduled(agency=agency, answer_by=answer_by, was=was)
    return counted, (told, ExplainByOrder(agency=agency, answer_by=answer_by))


def come_back(feedback: Feedback, agency: str) -> tuple[Feedback, tuple[Message, ...]]:
    """The order to explain reached nobody under the code `agency`: the centre has it again.

    Nothing changes if it was answered, or another agency is asked by now.
    """
    if feedback.state is not FeedbackState.FORWARDED or feedback.asked != agency:
        return feedback, ()
    waiting = replace(
        feedback,
        state=FeedbackState.RECEIVED,
        asked="",
        answer_by=None,
        unreached=(*(each for each in feedback.unreached if each != agency), agency),
    )
    return waiting, (FeedbackUndelivered(agency=CENTRE, asked=agency),)


def answer(
    feedback: Feedback, reply: ExplanationReply, agency: str
) -> tuple[Feedback, tuple[Message, ...]]:
    """Tell the giver what the agency says.

    An agency that no message reached may have been sent the order again by an operator since: what
    it explains counts while no other is asked.

    Raises:
        Forbidden: another agency was asked.
        Refused: the giver has an answer already.
    """
    reached = not feedback.asked and agency in feedback.unreached
    if agency != feedback.asked and not reached:
        raise Forbidden(
            "Chỉ cơ quan được yêu cầu mới giải trình ý kiến này.",
            "Only the agency that was asked may explain this.",
        )
    if feedback.state is FeedbackState.ANSWERED:
        raise Refused("Ý kiến này đã được trả lời.", "This has been answered already.")
    answered = replace(
        feedback, state=FeedbackState.ANSWERED, asked=agency, explanation=reply.explanation
    )
    word = WordGiven(
        agency=agency,
        dossier=feedback.dossier or feedback.id,
        kind="feedback_answered",
        text=reply.explanation,
    )
    return answered, (word, FeedbackAnswered(agency=agency))


def show(feedback: Feedback, subject: str, *, centre: bool) -> Feedback:
    """The feedback, for its giver and for the centre.

    Raises:
        Hidden: reads exactly as for a feedback that does not exist.
    """
    if centre or feedback.giver == subject:
        return feedback
    raise Hidden(*NO_SUCH_THING, thing=feedback.id)


def rate(
    dossier: KnownDossier, score: int, comment: str, now: datetime
) -> tuple[Rating, tuple[Event, ...]]:
    """Keep what the applicant of a finished dossier thinks of it.

    Raises:
        Refused: the result has not been handed over.
    """
    if not dossier.returned_by:
        raise Refused(
            "Chỉ đánh giá được sau khi đã nhận kết quả hồ sơ.",
            "A dossier can be rated once its result has been handed over.",
        )
    rating = Rating(id=dossier.id, giver=dossier.owner, score=score, comment=comment, given=now)
    return rating, (RatingGiven(agency=dossier.returned_by, dossier=dossier.id, score=score),)


def unknown() -> NotFound:
    """The one answer for what does not exist and for what is not the asker's business."""
    return NotFound(*NO_SUCH_THING)
