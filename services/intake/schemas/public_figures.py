"""Schemas of the figures of the centre that everybody may read."""

from typing import Any

from marshmallow import Schema, fields

from contracts.envelope import write_time
from foundation.web.fields import Moment
from services.intake.domain.centre.figures import CentreFigures, DeadlineTally


def public_figures(counted: CentreFigures | None) -> dict[str, Any]:
    """The last count, of the whole and by leading agency; all are 0 before the first."""
    if counted is None:
        nothing: dict[str, Any] = {"counted": None, "taken_in": 0, "resolved": 0, "agencies": []}
        return nothing | {"whole": _tally(DeadlineTally())}
    return {
        "counted": write_time(counted.counted),
        "taken_in": counted.taken_in,
        "resolved": counted.resolved,
        "whole": _tally(counted.whole),
        "agencies": [_tally(each) for each in counted.agencies],
    }


def _tally(tally: DeadlineTally) -> dict[str, Any]:
    return {
        "agency": tally.name,
        "open": tally.open,
        "in_time": tally.in_time,
        "soon": tally.soon,
        "late": tally.late,
        "still": tally.still,
    }


class PublicTally(Schema):
    """Dossiers under way, of an agency or (with "") of all, by how their time stands."""

    agency = fields.String()
    open = in_time = soon = late = still = fields.Integer()


class PublicFiguresAnswer(Schema):
    """How many dossiers there are; `taken_in` and `resolved` are those of the day of the count."""

    counted = Moment(allow_none=True)
    taken_in = resolved = fields.Integer()
    whole = fields.Nested(PublicTally)
    agencies = fields.List(fields.Nested(PublicTally))
