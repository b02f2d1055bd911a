"""Schemas of the query of the dossiers behind a figure of the centre."""

from marshmallow import Schema, fields, validate

from foundation.web.fields import After, AgencyCode
from foundation.web.text_fields import CodeLine, JoinedLine
from services.intake.domain.case.dossier import UNDER_WAY
from services.intake.schemas.inward import MOST_SHOWN

FIGURES = ("late", "soon", "running", "in", "out", *(each.value for each in UNDER_WAY))


class FigureQuery(Schema):
    """Which figure, of which leading agency or field."""

    name = CodeLine(
        20,
        data_key="list",
        load_default="late",
        validate=validate.OneOf(FIGURES, error="Không có danh sách này. / There is no such list."),
    )
    agency = AgencyCode(load_default="")
    field = JoinedLine(200, load_default="")
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_SHOWN))


class FigureListQuery(FigureQuery):
    """And the page behind a place."""

    after = After()


class FigureBookQuery(FigureQuery):
    """Of today's book: the page behind a code."""

    after = CodeLine(100, load_default="")
