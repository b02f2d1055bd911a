"""Schemas of the catalogue's answers, for its API document."""

from marshmallow import Schema, fields

from foundation.web.fields import Moment
from services.catalogue.schemas.codes import CodeRowSchema
from services.catalogue.schemas.procedures import (
    ContentSchema,
    PartialReasonSchema,
    PeriodSchema,
    TimeSchema,
)


class ProcedureAnswer(ContentSchema):
    """The newest version of a procedure, as those who write the catalogue see it."""

    code = state = fields.String()
    version = fields.Integer()


class PublishedAnswer(ProcedureAnswer):
    """The version of a procedure in force, and why it is online in part only."""

    online_reason = fields.Nested(PartialReasonSchema, allow_none=True)


class _BriefAnswer(Schema):
    code = name = field = agency = agency_name = level = fields.String()
    online_level = fields.String(allow_none=True)
    version = fields.Integer()
    time = fields.Nested(TimeSchema)
    at_centre = fields.List(fields.Nested(PeriodSchema))


class ProceduresAnswer(Schema):
    """A page of procedures, with enough of each to choose by."""

    procedures = fields.List(fields.Nested(_BriefAnswer))
    next = fields.String()


class _ShareAnswer(Schema):
    handled = total = fields.Integer()
    percent = fields.Float(allow_none=True)


class _GroupAnswer(_ShareAnswer):
    key = name = fields.String()


class CoverageAnswer(Schema):
    """How many procedures and agencies are handled at the centre on a day."""

    at = fields.Date()
    procedures = agencies = fields.Nested(_ShareAnswer)
    by_field = by_agency = fields.List(fields.Nested(_GroupAnswer))


class _CodeAnswer(CodeRowSchema):
    code = fields.String()


class _EditionAnswer(Schema):
    edition = fields.Integer()
    written = Moment()
    rows = fields.List(fields.Nested(_CodeAnswer))


class CodeEntryAnswer(_EditionAnswer):
    """A code with its rows, and those that stood there in earlier editions."""

    table = code = fields.String()
    earlier = fields.List(fields.Nested(_EditionAnswer))


class CodesAnswer(Schema):
    """A page of a table of codes."""

    codes = fields.List(fields.Nested(_CodeAnswer))
    next = fields.String()


class PlaceAnswer(Schema):
    """Where a place of before lies today."""

    province = fields.Nested(_CodeAnswer, allow_none=True)
    communes = known = fields.List(fields.Nested(_CodeAnswer))
    certain = fields.Boolean()
