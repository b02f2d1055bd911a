"""Schemas of what an officer sends to the desk, with bounds on every text and list."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.procedure import Join, Silence, Stage, StepClock, Task, Unit
from foundation.web.fields import (
    ARTICLE,
    DOCUMENT_ID,
    LONGEST_ARTICLE,
    LONGEST_ID,
    After,
    AgencyCode,
)
from foundation.web.text_fields import CodeLine, JoinedLine, Line, Paragraphs, SearchLine
from services.routing.domain.docket.step import OPEN, DeskStepState, Need, StepOutcome

MOST_PAPERS = 50
MOST_SHOWN = 200
MOST_STAGES = 30

LONGEST_OFFICER = 200
_DOCUMENT = validate.Regexp(DOCUMENT_ID)
_ARTICLE = validate.Regexp(ARTICLE)


class Paged(Schema):
    """Page parameters: at most `limit` rows, after the place that the last page gave in `next`."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class WorkPage(Paged):
    """Page parameters of a list that people read."""

    limit = fields.Integer(load_default=25, validate=validate.Range(1, MOST_SHOWN))


class WorkPageQuery(WorkPage):
    """Query of the page of work: which list."""

    name = CodeLine(40, data_key="list", load_default="mine")


class PagedRecords(Paged):
    """Page parameters of what is shown in few and long pages."""

    limit = fields.Integer(load_default=MOST_SHOWN, validate=validate.Range(1, MOST_SHOWN))


class DossierReadingsQuery(PagedRecords):
    """Query of who read a dossier, by its code; without one, of who was turned away."""

    code = CodeLine(60, load_default="")
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))


class WorkListQuery(Paged):
    """Query of the work list: steps of one open state, or of all."""

    state = fields.Enum(
        DeskStepState, by_value=True, load_default=None, validate=validate.OneOf(OPEN)
    )


class Days(Schema):
    """Query of the coverage: `days` working days, the first on or after `on` (or today)."""

    on = fields.Date(load_default=None)
    days = fields.Integer(load_default=1, validate=validate.Range(1, 260))


class SearchQuery(Paged):
    """Query of the search: words of a code, a name, a procedure; with or without diacritics."""

    q = SearchLine(200, least=2, required=True)


class SearchPageQuery(SearchQuery):
    """Query of the search on a page."""

    limit = fields.Integer(load_default=25, validate=validate.Range(1, MOST_SHOWN))


class Giving(Schema):
    """Body of giving a step away: who is to do it instead, and why."""

    to = CodeLine(LONGEST_OFFICER, required=True)
    why = Paragraphs(500, required=True)


class Passing(Schema):
    """Body of passing a step on, or back: to an officer by name, or to whoever takes it."""

    to = CodeLine(LONGEST_OFFICER, load_default="")
    why = Paragraphs(500, load_default="")
    back = fields.Boolean(load_default=False)


class Noting(Schema):
    """Body of a note."""

    text = Paragraphs(2000, required=True)


class Awaiting(Schema):
    """Body of awaiting: whose answer the officer waits for, and on what question."""

    agency = AgencyCode(required=True)
    why = Paragraphs(500, required=True)


class Completion(Schema):
    """Body of completing a step; `document` is an id of the documents service."""

    outcome = fields.Enum(StepOutcome, by_value=True, required=True)
    document = CodeLine(LONGEST_ID, load_default="", validate=_DOCUMENT)


class SupplementRequest(Schema):
    """Body of a supplement request (form 02): the papers, all at once, and why."""

    papers = fields.List(
        JoinedLine(500),
        required=True,
        validate=validate.Length(1, MOST_PAPERS),
    )
    reason = Paragraphs(4000, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Need:
        """The papers that the step will wait for."""
        return Need(papers=tuple(data["papers"]), reason=data["reason"])


class ExtensionRequest(Schema):
    """Body of an apology (form 04): when the step will be done, and why not in time."""

    due = fields.AwareDateTime(required=True)
    reason = Paragraphs(4000, required=True)


class UrgingAnswer(Schema):
    """Body of an answer to an urging: why the step is late, and when it will be done."""

    reason = Paragraphs(2000, required=True)
    promised = fields.AwareDateTime(required=True)


class LegalRefusal(Schema):
    """Body of a refusal: the article, e.g. `Luật Đầu tư 2020 Đ33`, and the written decision."""

    article = Line(LONGEST_ARTICLE, required=True, validate=_ARTICLE)
    document = CodeLine(LONGEST_ID, load_default="", validate=_DOCUMENT)


class Proceeding(Schema):
    """Body of proceeding: the stage that is to end, which the officer saw at work."""

    stage = fields.Integer(strict=True, required=True, validate=validate.Range(0, 1000))


class _RerouteTaskSchema(Schema):
    agency = AgencyCode(required=True)
    action = JoinedLine(300, required=True)
    amount = fields.Integer(strict=True, required=True, validate=validate.Range(0, 3650))
    unit = fields.Enum(Unit, by_value=True, load_default=Unit.WORKING_DAYS)
    clock = fields.Enum(StepClock, by_value=True, load_default=StepClock.COUNTED)
    on_silence = fields.Enum(Silence, by_value=True, load_default=Silence.ESCALATE)
    decides = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Task:
        return Task(**data)


class _RerouteStageSchema(Schema):
    tasks = fields.List(
        fields.Nested(_RerouteTaskSchema), required=True, validate=validate.Length(1, 30)
    )
    join = fields.Enum(Join, by_value=True, load_default=Join.ALL)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Stage:
        return Stage(**data | {"tasks": tuple(data["tasks"])})


class Rerouting(Proceeding):
    """Body of rerouting: the stages to come after the one at work, the decision last."""

    stages = fields.List(
        fields.Nested(_RerouteStageSchema), required=True, validate=validate.Length(1, MOST_STAGES)
    )


class Answered(Schema):
    """Body of the agency's explanation to the citizen."""

    explanation = Paragraphs(10_000, required=True)
