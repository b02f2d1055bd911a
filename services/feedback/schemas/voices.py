"""Schemas of the feedback API."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import write_time
from foundation.web.fields import After, AgencyCode, Moment
from foundation.web.text_fields import CodeLine, Line, Paragraphs
from services.feedback.domain import information
from services.feedback.domain.complaint import ComplaintAct
from services.feedback.domain.feedback import (
    OPEN,
    ComplaintProceeding,
    Feedback,
    FeedbackKind,
    FeedbackOutcome,
    FeedbackState,
)
from services.feedback.domain.passing import article
from services.feedback.domain.rating import SCORES, DissatisfactionReason, NewRating, Rating
from services.feedback.schemas import keeping

MOST_SHOWN = 100
FOUND_KINDS = tuple(each for each in FeedbackKind if each is not FeedbackKind.DENUNCIATION)
MONTH_OR_NONE = r"^(20\d\d-(0[1-9]|1[0-2]))?\Z"
CASES = ("", "complex", "remote", "remote_complex")


class ForwardSchema(Schema):
    """Body of forwarding: the agency that must explain, by default the one it is about."""

    agency = AgencyCode(load_default="")


class PassingSchema(Schema):
    """Body of passing on: the body that is competent."""

    to = AgencyCode(required=True)


class OverdueQuery(Schema):
    """Query of what was not passed on in time."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class ApprovalSchema(Schema):
    """Body of approving an explanation: what was found of a complaint."""

    outcome = fields.Enum(FeedbackOutcome, by_value=True, load_default=None)


class OwnAnswerSchema(Schema):
    """Body of answering in the centre's own words; `declined`: it is not taken up, and why."""

    answer = Paragraphs(10_000, required=True)
    declined = fields.Boolean(load_default=False)


class ComplaintActSchema(Schema):
    """Body of an act on a complaint: what is done, and what the act needs."""

    act = fields.Enum(ComplaintAct, by_value=True, required=True)
    case = Line(20, load_default="", validate=validate.OneOf(CASES))
    outcome = fields.Enum(FeedbackOutcome, by_value=True, load_default=None)
    excused = fields.Boolean(load_default=False)


class _Score(fields.Integer):
    """How satisfied somebody was with one aspect, if they say."""

    def __init__(self) -> None:
        super().__init__(load_default=None, strict=True, validate=validate.OneOf(SCORES))


class ImpressionSchema(Schema):
    """How satisfied somebody was, and with what."""

    score = fields.Integer(required=True, strict=True, validate=validate.OneOf(SCORES))
    officer = _Score()
    time = _Score()
    guidance = _Score()
    reasons = fields.List(
        fields.Enum(DissatisfactionReason, by_value=True),
        load_default=(),
        validate=validate.Length(max=len(DissatisfactionReason)),
    )
    comment = Paragraphs(2000, load_default="")


class RatingSchema(ImpressionSchema):
    """Body of a rating: how satisfied the applicant was."""

    dossier = CodeLine(100, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NewRating:
        """As the domain has it."""
        return NewRating(**data | {"reasons": tuple(dict.fromkeys(data["reasons"]))})


class FeedbackListQuery(Schema):
    """Query of the feedback that waits, by state."""

    state = fields.Enum(
        FeedbackState,
        by_value=True,
        load_default=FeedbackState.RECEIVED,
        validate=validate.OneOf(OPEN),
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class FeedbackSearchQuery(Schema):
    """Query of a search for feedback."""

    words = Line(200, load_default="")
    state = Line(
        20, load_default="", validate=validate.OneOf(["", *(each.value for each in FeedbackState)])
    )
    kind = Line(
        20, load_default="", validate=validate.OneOf(["", *(each.value for each in FOUND_KINDS)])
    )
    agency = AgencyCode(load_default="")
    month = CodeLine(7, load_default="", validate=validate.Regexp(MONTH_OR_NONE))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


def shown(feedback: Feedback) -> dict[str, Any]:
    """A feedback as the centre sees it."""
    proceeding = feedback.proceeding
    return {
        "id": feedback.id,
        "kind": feedback.kind.value,
        "about": feedback.about,
        "dossier": feedback.dossier,
        "text": feedback.text,
        "state": feedback.state.value,
        "received": write_time(feedback.received),
        "asked": feedback.asked,
        "answer_by": _time(feedback.answer_by),
        "unreached": list(feedback.unreached),
        "explanation": feedback.explanation,
        "outcome": feedback.outcome,
        "declined": feedback.declined,
        "channel": feedback.channel.value,
        "proceeding": _proceeding(proceeding) if proceeding else None,
        "pass_on_by": _time(feedback.pass_on_by),
        "passed_on": _passed(feedback) if feedback.passed_on else None,
        "information": _used(feedback) if feedback.information_since else None,
        "urgings": feedback.urgings,
        "urged_at": _time(feedback.urged_at),
    }


def _passed(feedback: Feedback) -> dict[str, Any]:
    """To which body and by which article, in both languages."""
    at, by = feedback.passed_on, feedback.pass_on_by
    return {
        "to": feedback.passed_to,
        "at": _time(at),
        "late": bool(at and by and at > by),
        "article": {language: article(feedback, language) for language in ("vi", "en")},
    }


def _used(feedback: Feedback) -> dict[str, Any]:
    """By whom it is used as information ("": the centre), and by which article."""
    at = feedback.information_since
    return {
        "by": feedback.information_for,
        "at": _time(at),
        "article": {each: information.article(feedback, each) for each in ("vi", "en")},
    }


def _time(moment: datetime | None) -> str | None:
    return write_time(moment) if moment else None


def _proceeding(known: ComplaintProceeding) -> dict[str, Any]:
    return {
        "stage": known.stage.value,
        "instance": known.instance,
        "due": _time(known.due),
        "case": known.case,
        "dialogues": known.dialogues,
        "outcome": known.outcome,
    }


def shown_to_centre(feedback: Feedback) -> dict[str, Any]:
    """The same with who said it and what they ask for, for those who deal with it."""
    person = asdict(feedback.person) if feedback.person else None
    own = {"person": person, "demand": feedback.demand}
    return shown(feedback) | own | {"retention": keeping.kept_feedback(feedback)}


def shown_to_giver(feedback: Feedback) -> dict[str, Any]:
    """The same for its giver: an explanation only once the centre has approved it."""
    answered = feedback.state is FeedbackState.ANSWERED
    return shown(feedback) | {"explanation": feedback.explanation if answered else ""}


def listed(found: Sequence[Feedback], following: str) -> dict[str, Any]:
    """A page of what waits; `next` is the `after` of the page to come, "" if there is none."""
    rows = [shown(each) for each in found]
    return {"feedback": rows, "more": bool(following), "next": following}


def rated(rating: Rating) -> dict[str, Any]:
    """A rating as its giver sees it."""
    return {"dossier": rating.id, "score": rating.score, "comment": rating.comment}


class ComplaintProceedingAnswer(Schema):
    """How far a complaint is by law."""

    stage = case = outcome = fields.String()
    instance = dialogues = fields.Integer()
    due = Moment(allow_none=True)


class PassedOnArticle(Schema):
    """The article by which something was done, in both languages."""

    vi = en = fields.String()


class PassedOnAnswer(Schema):
    """To which body something was passed on, when, and by which article."""

    to = fields.String()
    at = Moment()
    late = fields.Boolean()
    article = fields.Nested(PassedOnArticle)


class UsedAnswer(Schema):
    """By whom something is used as information, since when, and by which article."""

    by = fields.String()
    at = Moment()
    article = fields.Nested(PassedOnArticle)


class FeedbackAnswer(Schema):
    """A feedback as its giver and the centre see it."""

    id = kind = about = dossier = text = state = asked = explanation = fields.String()
    outcome = channel = fields.String()
    received = answer_by = Moment()
    unreached = fields.List(fields.String())
    proceeding = fields.Nested(ComplaintProceedingAnswer, allow_none=True)
    pass_on_by = Moment(allow_none=True)
    passed_on = fields.Nested(PassedOnAnswer, allow_none=True)
    information = fields.Nested(UsedAnswer, allow_none=True)
    urgings = fields.Integer()
    declined = fields.Boolean()
    urged_at = Moment(allow_none=True)


class PersonAnswer(Schema):
    """Who said it, and how they are reached."""

    name = address = phone = email = language = fields.String()


class CentreFeedbackAnswer(FeedbackAnswer):
    """A feedback as the centre sees it: its giver sees neither `person` nor `demand`."""

    person = fields.Nested(PersonAnswer, allow_none=True)
    demand = fields.String()
    retention = fields.Nested(keeping.KeptFeedbackAnswer)


class FeedbackListAnswer(Schema):
    """A page of what waits."""

    feedback = fields.List(fields.Nested(FeedbackAnswer))
    more = fields.Boolean()
    next = fields.String()


class RatingAnswer(Schema):
    """A rating as its giver sees it."""

    dossier = comment = fields.String()
    score = fields.Integer()
