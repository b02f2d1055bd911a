"""Schemas of the desk's answers, for its API document: what `outward` and `book` compose."""

from marshmallow import Schema, fields

from services.routing.schemas.outward import (
    _ExplanationFields,
    _HeardFields,
    _ListedFields,
    _ReadingFields,
    _RefusalFields,
    _RouteFields,
    _StepFields,
)


class _PageAnswer(Schema):
    """`next` is the `after` of the page to come, "" if there is none."""

    more = fields.Boolean()
    next = fields.String()


class _AboutDossier(Schema):
    dossier = code = procedure = procedure_name = fields.String()


class _RefusalAnswer(_RefusalFields, _AboutDossier):
    """A refusal of the centre, and of which dossier."""


class StepAnswer(_StepFields, _AboutDossier):
    """A step as its officer sees it; `applicant` only where the reading is recorded."""

    refusals = fields.List(fields.Nested(_RefusalFields))
    route = fields.Nested(_RouteFields, allow_none=True)
    applicant = fields.String()


class _ListedAnswer(_ListedFields, _AboutDossier):
    """A step on a list."""


class StepsAnswer(_PageAnswer):
    """A page of steps."""

    steps = fields.List(fields.Nested(_ListedAnswer))


class RouteAnswer(_AboutDossier):
    """The route that the agency leads; null if it leads none, or nothing is left to lead."""

    route = fields.Nested(_RouteFields, allow_none=True)


class RoutesAnswer(_PageAnswer):
    """A page of routes."""

    routes = fields.List(fields.Nested(RouteAnswer))


class RefusalsAnswer(_PageAnswer):
    """Refusals that nobody has read."""

    refusals = fields.List(fields.Nested(_RefusalAnswer))


class _GapAnswer(_HeardFields, _AboutDossier):
    """The numbers of the orders of a dossier that have not come."""


class GapsAnswer(_PageAnswer):
    """A page of dossiers of which an order is missing."""

    gaps = fields.List(fields.Nested(_GapAnswer))


class ReadingsAnswer(_PageAnswer):
    """A page of who read what."""

    readings = fields.List(fields.Nested(_ReadingFields))


class ExplanationAnswer(_ExplanationFields):
    """A question to the agency and, if it was given, the answer."""


class ExplanationsAnswer(_PageAnswer):
    """A page of questions that wait."""

    explanations = fields.List(fields.Nested(ExplanationAnswer))


class _WhyAnswer(Schema):
    officer = reason = fields.String()


class _UncoveredAnswer(Schema):
    desk = fields.String()
    first = last = fields.Date()
    why = fields.List(fields.Nested(_WhyAnswer))


class DeskCoverageAnswer(Schema):
    """How many desks and officers there are, and which desk has nobody on which days."""

    agency = fields.String()
    desks = officers = fields.Integer()
    gaps = fields.List(fields.Nested(_UncoveredAnswer))
