"""The words of the desk's API: what an officer sends, and what is shown."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import write_time
from foundation.errors import Invalid
from services.routing.domain.docket import Docket, find
from services.routing.domain.explanation import Explanation
from services.routing.domain.step import OPEN, Need, Outcome, State

MOST_PAPERS = 50
MOST_SHOWN = 200

_DOCUMENT = validate.Regexp(r"^[A-Za-z0-9-]{1,64}$")
# The article goes into a public event: short, with a number in it, never a phone or identity
# number.
_ARTICLE = validate.Regexp(r"^(?=.*\d)(?!.*\d{6})[\w./,;: ()-]{3,60}$")


class Moment(fields.AwareDateTime):
    """A moment with its zone, as the wire has it."""

    def _serialize(self, value: datetime | None, *_: object, **__: object) -> str | None:
        return write_time(value) if value else None


class _Asked(Schema):
    """Which part of the work list: one open state or all, at most so many."""

    state = fields.Enum(State, by_value=True, validate=validate.OneOf(OPEN))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))


class Completion(Schema):
    """The agency's part is done; the document is its id in the documents service."""

    outcome = fields.Enum(Outcome, by_value=True, required=True)
    document = fields.String(load_default="", validate=_DOCUMENT)


class Supplement(Schema):
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


class Apology(Schema):
    """What form 04 says: when the step will be done, and why not in time."""

    due = Moment(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))


class Refusal(Schema):
    """The rule of law that forbids it, e.g. `Luật Đầu tư 2020 Đ33`, and the written refusal."""

    article = fields.String(required=True, validate=_ARTICLE)
    document = fields.String(load_default="", validate=_DOCUMENT)


class Answered(Schema):
    """The agency's explanation to the citizen."""

    explanation = fields.String(required=True, validate=validate.Length(1, 10_000))


class _ExtensionFields(Schema):
    due = Moment()
    reason = fields.String()
    asked = Moment()


class _NeedFields(Schema):
    papers = fields.List(fields.String())
    reason = fields.String()


class _StepFields(Schema):
    id = fields.String()
    state = fields.String()
    action = fields.String()
    due = Moment()
    received = Moment()
    decides = fields.Boolean()
    officer = fields.String()
    documents = fields.List(fields.String())
    need = fields.Nested(_NeedFields)
    resumed = Moment()
    extension = fields.Nested(_ExtensionFields)
    outcome = fields.String()
    article = fields.String()
    document = fields.String()
    closed = Moment()


class _ExplanationFields(Schema):
    id = fields.String()
    dossier = fields.String()
    question = fields.String()
    answer_by = Moment()
    received = Moment()
    text = fields.String(data_key="explanation")
    explained = Moment()


_LISTED = ("id", "state", "action", "due", "received", "officer")


def asked(query: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of the work list; Invalid names those that are wrong."""
    faults = _Asked().validate(query)
    if faults:
        raise Invalid(
            "Tham số của địa chỉ chưa đúng.", "A parameter of the address is wrong.", fields=faults
        )
    wanted: dict[str, Any] = _Asked().load(query)
    return wanted


def step(step_id: str) -> Callable[[Docket], dict[str, Any]]:
    """Shows the one step of a docket with all that its officer needs."""

    def show(docket: Docket) -> dict[str, Any]:
        shown: dict[str, Any] = _StepFields().dump(find(docket, step_id))
        return shown | _dossier(docket) | {"applicant": docket.applicant}

    return show


def work_list(dockets: list[Docket], wanted: dict[str, Any]) -> dict[str, Any]:
    """The open steps of the dockets, the most urgent first; `more` says that some are left off."""
    states = [wanted["state"]] if "state" in wanted else OPEN
    rows = [
        (each.due, _StepFields(only=_LISTED).dump(each) | _dossier(docket))
        for docket in dockets
        for each in docket.steps
        if each.state in states
    ]
    rows.sort(key=lambda row: row[0])
    limit = wanted["limit"]
    return {"steps": [row for _, row in rows[:limit]], "more": len(rows) > limit}


def explanation(explanation: Explanation) -> dict[str, Any]:
    """One question to the agency and, if it was given, the answer."""
    shown: dict[str, Any] = _ExplanationFields().dump(explanation)
    return shown


def explanations(found: list[Explanation]) -> dict[str, Any]:
    """The questions that wait, the most urgent first."""
    return {"explanations": [explanation(each) for each in found]}


def _dossier(docket: Docket) -> dict[str, Any]:
    return {
        "dossier": docket.id,
        "code": docket.code,
        "procedure": docket.procedure,
        "procedure_name": docket.procedure_name,
    }
