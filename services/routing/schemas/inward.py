"""Schemas of what an officer sends to the desk, with bounds on every text and list."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.procedure import Join, Silence, Stage, StepClock, Task, Unit
from foundation.web.fields import ARTICLE, DOCUMENT_ID, After, AgencyCode
from services.routing.domain.docket.step import OPEN, DeskStepState, Need, StepOutcome

MOST_PAPERS = 50
MOST_SHOWN = 200
MOST_STAGES = 30

OFFICER = validate.Length(1, 200)
_DOCUMENT = validate.Regexp(DOCUMENT_ID)
_ARTICLE = validate.Regexp(ARTICLE)


class Paged(Schema):
    """Page parameters: at most `limit` rows, after the place that the last page gave in `next`."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class PagedRecords(Paged):
    """Page parameters of what is shown in few and long pages."""

    limit = fields.Integer(load_default=MOST_SHOWN, validate=validate.Range(1, MOST_SHOWN))


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

    q = fields.String(required=True, validate=validate.Length(2, 200))


class Giving(Schema):
    """Body of giving a step away: who is to do it instead, and why."""

    to = fields.String(required=True, validate=OFFICER)
    why = fields.String(required=True, validate=validate.Length(1, 500))


class Passing(Schema):
    """Body of passing a step on, or back: to an officer by name, or to whoever takes it."""

    to = fields.String(load_default="", validate=validate.Length(0, 200))
    why = fields.String(load_default="", validate=validate.Length(0, 500))
    back = fields.Boolean(load_default=False)


class Noting(Schema):
    """Body of a note."""

    text = fields.String(required=True, validate=validate.Length(1, 2000))


class Awaiting(Schema):
    """Body of awaiting: whose answer the officer waits for, and on what question."""

    agency = AgencyCode(required=True)
    why = fields.String(required=True, validate=validate.Length(1, 500))


class Completion(Schema):
    """Body of completing a step; `document` is an id of the documents service."""

    outcome = fields.Enum(StepOutcome, by_value=True, required=True)
    document = fields.String(load_default="", validate=_DOCUMENT)


class SupplementRequest(Schema):
    """Body of a supplement request (form 02): the papers, all at once, and why."""

    papers = fields.List(
        fields.String(validate=validate.Length(1, 500)),
        required=True,
        validate=validate.Length(1, MOST_PAPERS),
    )
    reason = fields.String(required=True, validate=validate.Length(1, 4000))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Need:
        """The papers that the step will wait for."""
        return Need(papers=tuple(data["papers"]), reason=data["reason"])


class ExtensionRequest(Schema):
    """Body of an apology (form 04): when the step will be done, and why not in time."""

    due = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))


class UrgingAnswer(Schema):
    """Body of an answer to an urging: why the step is late, and when it will be done."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))
    promised = fields.AwareDateTime(required=True)


class LegalRefusal(Schema):
    """Body of a refusal: the article, e.g. `Luật Đầu tư 2020 Đ33`, and the written decision."""

    article = fields.String(required=True, validate=_ARTICLE)
    document = fields.String(load_default="", validate=_DOCUMENT)


class Proceeding(Schema):
    """Body of proceeding: the stage that is to end, which the officer saw at work."""

    stage = fields.Integer(strict=True, required=True, validate=validate.Range(0, 1000))


class _RerouteTaskSchema(Schema):
    agency = AgencyCode(required=True)
    action = fields.String(required=True, validate=validate.Length(1, 300))
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

    explanation = fields.String(required=True, validate=validate.Length(1, 10_000))
