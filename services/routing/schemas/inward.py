"""What an officer sends to the desk, with bounds on every text and list."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from contracts.procedure import Join, Silence, Stage, StepClock, Task, Unit
from foundation.web.fields import ARTICLE, DOCUMENT_ID, AgencyCode
from services.routing.domain.docket.lists import is_place
from services.routing.domain.docket.step import OPEN, DeskStepState, Need, StepOutcome

MOST_PAPERS = 50
MOST_SHOWN = 200
MOST_STAGES = 30

OFFICER = validate.Length(1, 200)
_DOCUMENT = validate.Regexp(DOCUMENT_ID)
_ARTICLE = validate.Regexp(ARTICLE)


def _must_be_a_place(text: str) -> None:
    if text and not is_place(text):
        raise ValidationError("Invalid value.")


class Paged(Schema):
    """At most so many, behind the place that the page before gave in `next`."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = fields.String(load_default="", validate=_must_be_a_place)


class WorkListQuery(Paged):
    """Which part of the work list: one open state or all."""

    state = fields.Enum(
        DeskStepState, by_value=True, load_default=None, validate=validate.OneOf(OPEN)
    )


class Days(Schema):
    """Which working days to look at: `days` of them, the first on or after `on` (or today)."""

    on = fields.Date(load_default=None)
    days = fields.Integer(load_default=1, validate=validate.Range(1, 260))


class SearchQuery(Paged):
    """What to search for: words of a code, a name, a procedure; with or without diacritics."""

    q = fields.String(required=True, validate=validate.Length(2, 200))


class Giving(Schema):
    """Who is to do the step instead, and why."""

    to = fields.String(required=True, validate=OFFICER)
    why = fields.String(required=True, validate=validate.Length(1, 500))


class Passing(Schema):
    """On to the next place, or back; to somebody there by name, or to whoever takes it."""

    to = fields.String(load_default="", validate=validate.Length(0, 200))
    why = fields.String(load_default="", validate=validate.Length(0, 500))
    back = fields.Boolean(load_default=False)


class Noting(Schema):
    """A note."""

    text = fields.String(required=True, validate=validate.Length(1, 2000))


class Awaiting(Schema):
    """Whose answer the officer waits for, and on what question."""

    agency = AgencyCode(required=True)
    why = fields.String(required=True, validate=validate.Length(1, 500))


class Completion(Schema):
    """The agency's part is done; the document is its id in the documents service."""

    outcome = fields.Enum(StepOutcome, by_value=True, required=True)
    document = fields.String(load_default="", validate=_DOCUMENT)


class SupplementRequest(Schema):
    """What form 02 says: the papers, all at once, and why."""

    papers = fields.List(
        fields.String(validate=validate.Length(1, 500)),
        required=True,
        validate=validate.Length(1, MOST_PAPERS),
    )
    reason = fields.String(required=True, validate=validate.Length(1, 4000))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Need:
        """What the step will wait for."""
        return Need(papers=tuple(data["papers"]), reason=data["reason"])


class ExtensionRequest(Schema):
    """What form 04 says: when the step will be done, and why not in time."""

    due = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))


class UrgingAnswer(Schema):
    """The answer to an urging: why the step is late, and when it will be done."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))
    promised = fields.AwareDateTime(required=True)


class LegalRefusal(Schema):
    """The rule of law that forbids it, e.g. `Luật Đầu tư 2020 Đ33`, and the written refusal."""

    article = fields.String(required=True, validate=_ARTICLE)
    document = fields.String(load_default="", validate=_DOCUMENT)


class Proceeding(Schema):
    """Which stage is to end: the one that the officer saw at work."""

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
    """What is to come after the stage that the officer saw at work, the decision last."""

    stages = fields.List(
        fields.Nested(_RerouteStageSchema), required=True, validate=validate.Length(1, MOST_STAGES)
    )


class Answered(Schema):
    """The agency's explanation to the citizen."""

    explanation = fields.String(required=True, validate=validate.Length(1, 10_000))
