"""Schemas of the feedback API."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from contracts.envelope import write_time
from foundation.web.email_field import EmailAddress
from foundation.web.fields import After, AgencyCode
from foundation.web.phone_field import Phone
from foundation.web.text_fields import CodeLine, Line, Paragraphs, PersonName
from services.feedback.domain.feedback import (
    OPEN,
    Feedback,
    FeedbackKind,
    FeedbackOutcome,
    FeedbackState,
    Giver,
    NewFeedback,
)
from services.feedback.domain.rating import SCORES, Rating

MOST_SHOWN = 100

_REACHABLE = "Cần số điện thoại hoặc thư điện tử. / A telephone or an e-mail address is required."

_ABOUT = (
    "Cần mã hồ sơ hoặc người gửi, một trong hai. / Either dossier or person is required, not both."
)


class _GiverSchema(Schema):
    name = PersonName(required=True)
    phone = Phone(load_default="")
    email = EmailAddress(load_default="")
    language = Line(2, load_default="vi", validate=validate.OneOf(["vi", "en"]))

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """An answer must be able to reach the giver."""
        if not data.get("phone") and not data.get("email"):
            raise ValidationError(_REACHABLE, "phone")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Giver:
        return Giver(**data)


class NewFeedbackSchema(Schema):
    """A reflection, petition or complaint; about a dossier, or with a way to reach the giver."""

    kind = fields.Enum(FeedbackKind, by_value=True, required=True)
    about = AgencyCode(required=True)
    text = Paragraphs(10_000, required=True)
    dossier = CodeLine(100, load_default="")
    person = fields.Nested(_GiverSchema, load_default=None)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """The applicant of a dossier is known; anybody else must say who they are."""
        if bool(data.get("dossier")) == bool(data.get("person")):
            raise ValidationError(_ABOUT, "person")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NewFeedback:
        """As the domain has it."""
        return NewFeedback(**data)


class ForwardSchema(Schema):
    """Body of forwarding: the agency that must explain, by default the one it is about."""

    agency = AgencyCode(load_default="")


class ApprovalSchema(Schema):
    """Body of approving an explanation: what was found of a complaint."""

    outcome = fields.Enum(FeedbackOutcome, by_value=True, load_default=None)


class RatingSchema(Schema):
    """Body of a rating: how satisfied the applicant was."""

    dossier = CodeLine(100, required=True)
    score = fields.Integer(required=True, strict=True, validate=validate.OneOf(SCORES))
    comment = Paragraphs(2000, load_default="")


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


def shown(feedback: Feedback) -> dict[str, Any]:
    """A feedback as the centre sees it."""
    answer_by = feedback.answer_by
    return {
        "id": feedback.id,
        "kind": feedback.kind.value,
        "about": feedback.about,
        "dossier": feedback.dossier,
        "text": feedback.text,
        "state": feedback.state.value,
        "received": write_time(feedback.received),
        "asked": feedback.asked,
        "answer_by": write_time(answer_by) if answer_by else None,
        "unreached": list(feedback.unreached),
        "explanation": feedback.explanation,
        "outcome": feedback.outcome,
    }


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
