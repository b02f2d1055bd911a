"""Schemas of visits: the code that is handed out, and the rating by it."""

from typing import Any

from marshmallow import Schema, fields, post_load

from contracts.envelope import write_time
from foundation.web.fields import Moment
from services.feedback.domain import visit as visits
from services.feedback.domain.rating import NewRating
from services.feedback.domain.visit import Visit
from services.feedback.schemas.voices import ImpressionSchema


class VisitRatingSchema(ImpressionSchema):
    """Body of rating a visit: how satisfied the visitor was."""

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NewRating:
        """As the domain has it; of no dossier."""
        return NewRating(**data | {"reasons": tuple(dict.fromkeys(data["reasons"]))}, dossier="")


class HandedOut(Schema):
    """A code that was handed out."""

    id = code = fields.String()
    until = Moment()


class VisitRated(Schema):
    """That a visit was rated, and how."""

    score = fields.Integer()


def handed_out(visit: Visit) -> dict[str, Any]:
    """The code, and until when it holds."""
    until = write_time(visit.handed_out + visits.HOLDS)
    return {"id": visit.id, "code": visits.shown(visit.code), "until": until}


def rated(visit: Visit) -> dict[str, Any]:
    """The rating as its giver sees it."""
    return {"score": visit.score}
