"""Schemas of what is published of feedback."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from contracts.envelope import write_time
from foundation.web.fields import After, AgencyCode, Moment
from foundation.web.text_fields import Line, Paragraphs
from services.feedback.domain.feedback import Feedback
from services.feedback.schemas.voices import MOST_SHOWN


class PublicationSchema(Schema):
    """Body of publishing: question and answer in words for the public."""

    question = Paragraphs(5_000, required=True)
    answer = Paragraphs(10_000, required=True)


class NoWordsSchema(Schema):
    """Body of what needs none."""


class AnswersQuery(Schema):
    """Query of what is public: of all, about one agency, or with all of some words."""

    words = Line(200, load_default="")
    agency = AgencyCode(load_default="")
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_SHOWN))
    after = After()


def public(feedback: Feedback) -> dict[str, Any]:
    """A published feedback: nothing of its giver, nothing in their words."""
    return {
        "id": feedback.id,
        "kind": feedback.kind.value,
        "about": feedback.about,
        "question": feedback.public_question,
        "answer": feedback.public_answer,
        "outcome": feedback.outcome,
        "published": write_time(feedback.published) if feedback.published else None,
    }


def listed(found: Sequence[Feedback], following: str) -> dict[str, Any]:
    """A page of what is public; `next` is the `after` of the page to come, "" if there is none."""
    return {"answers": [public(each) for each in found], "next": following}


class PublicAnswer(Schema):
    """One published feedback with its answer."""

    id = kind = about = question = answer = outcome = fields.String()
    published = Moment(allow_none=True)


class PublicAnswers(Schema):
    """A page of published feedback, the latest first."""

    answers = fields.List(fields.Nested(PublicAnswer))
    next = fields.String()
