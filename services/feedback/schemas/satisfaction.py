"""Schemas of how satisfied people were; no figure is over fewer than five of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from foundation.web.fields import AgencyCode
from foundation.web.text_fields import CodeLine
from services.feedback.domain.tally import FEWEST, Counts, RatingTally, share_satisfied, together

_MONTH = r"20\d\d-(0[1-9]|1[0-2])"


class SatisfactionQuery(Schema):
    """Query of how satisfied people were: of a month, with one agency or with all."""

    month = CodeLine(7, required=True, validate=validate.Regexp(rf"^{_MONTH}\Z"))
    agency = AgencyCode(load_default="")


class PublicSatisfactionQuery(Schema):
    """Query of how satisfied people were: of a month, the last that is over if none is named."""

    month = CodeLine(7, load_default="", validate=validate.Regexp(rf"^({_MONTH})?\Z"))


def satisfaction(counts: Mapping[str, Counts]) -> dict[str, Any]:
    """Figures over five people or more; of fewer it says that they are too few."""
    return {name: _figures(each) for name, each in counts.items()}


def public_satisfaction(month: str, tallies: Sequence[RatingTally]) -> dict[str, Any]:
    """The figures of a month, all together and of each agency; none over fewer than five people."""
    agencies = [{"agency": each.agency, **_figures(each.whole)} for each in tallies]
    return {"month": month, **satisfaction(together(tallies)), "agencies": agencies}


def _figures(counts: Counts) -> dict[str, Any]:
    if sum(counts) < FEWEST:
        return {"too_few": True}
    no, yes, very = counts
    return {
        "too_few": False,
        "people": sum(counts),
        "not_satisfied": no,
        "satisfied": yes,
        "very_satisfied": very,
        "percent_satisfied": share_satisfied(counts),
    }


class SatisfactionFigures(Schema):
    """How many were how satisfied; of fewer than five people only that they are too few."""

    too_few = fields.Boolean()
    people = not_satisfied = satisfied = very_satisfied = fields.Integer()
    percent_satisfied = fields.Float()


class AgencySatisfaction(SatisfactionFigures):
    """The same of one agency."""

    agency = fields.String()


class PublicSatisfaction(Schema):
    """How satisfied people were in a month: as a whole, by aspect and by agency."""

    month = fields.String()
    whole = officer = time = guidance = fields.Nested(SatisfactionFigures)
    agencies = fields.List(fields.Nested(AgencySatisfaction))


class SatisfactionAnswer(Schema):
    """How satisfied people were in a month, as a whole and by aspect."""

    month = agency = fields.String()
    whole = officer = time = guidance = fields.Nested(SatisfactionFigures)
