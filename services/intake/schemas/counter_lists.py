"""Schemas of the queries that the counter's pages take."""

from marshmallow import Schema, fields, validate

from foundation.web.fields import After
from foundation.web.text_fields import CodeLine, SearchLine
from services.intake.domain.case.dossier import State
from services.intake.domain.lateness.late_list import APOLOGIES
from services.intake.schemas.inward import MOST_SHOWN

LISTED = ("today", APOLOGIES, *(each.value for each in State))


class CounterListQuery(Schema):
    """Which list of the counter, and which page of it: those behind a row."""

    name = CodeLine(
        20,
        data_key="list",
        load_default=State.SUBMITTED.value,
        validate=validate.OneOf(LISTED, error="Không có danh sách này. / There is no such list."),
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))


class CounterStateQuery(CounterListQuery):
    """Of a state, or of apologies: the page behind a place in it."""

    after = After()


class CounterTodayQuery(CounterListQuery):
    """Of today's book: the page behind a code."""

    after = CodeLine(100, load_default="")


class NewDossierQuery(Schema):
    """Words, or the code, to find a procedure by."""

    q = SearchLine(200, load_default="")
