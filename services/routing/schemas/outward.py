"""What the desk shows of its work."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from contracts.envelope import write_time
from services.routing.domain.docket import Docket, find
from services.routing.domain.explanation import Explanation
from services.routing.domain.reading import Reading
from services.routing.domain.step import Step
from services.routing.schemas.inward import MOST_SHOWN


class Moment(fields.AwareDateTime):
    """A moment with its zone, as the wire has it."""

    def _serialize(self, value: datetime | None, *_: object, **__: object) -> str | None:
        return write_time(value) if value else None


class _ExtensionFields(Schema):
    due = Moment()
    reason = fields.String()
    asked = Moment()


class _NeedFields(Schema):
    papers = fields.List(fields.String())
    reason = fields.String()


class _NoteFields(Schema):
    officer = text = fields.String()
    at = Moment()


class _HandoverFields(Schema):
    giver = role_from = role_to = taker = why = fields.String()
    given = taken = Moment()


class _BranchFields(Schema):
    step = agency = action = state = fields.String()
    due = Moment()
    decides = fields.Boolean()


class _TaskFields(Schema):
    agency = action = fields.String()
    unit = clock = on_silence = fields.String()
    amount = fields.Integer()
    decides = fields.Boolean()


class _StageFields(Schema):
    tasks = fields.List(fields.Nested(_TaskFields))
    join = fields.String()


class _AskedFields(Schema):
    officer = fields.String()
    at = Moment()
    stage = fields.Integer()
    stages = fields.List(fields.Nested(_StageFields))


class _RouteFields(Schema):
    stage = fields.Integer()
    join = fields.String()
    branches = fields.List(fields.Nested(_BranchFields))
    planned = fields.List(fields.Nested(_StageFields))
    asked = fields.Nested(_AskedFields)


class _RefusalFields(Schema):
    number = fields.Integer()
    answer = article = vi = en = step = officer = seen_by = fields.String()
    said = at = seen = Moment()


class _StepFields(Schema):
    id = state = action = officer = role = division = standing_in = awaited = fields.String()
    outcome = article = document = fields.String()
    due = received = resumed = closed = Moment()
    decides = fields.Boolean()
    documents = way = fields.List(fields.String())
    need = fields.Nested(_NeedFields)
    extension = fields.Nested(_ExtensionFields)
    handovers = fields.List(fields.Nested(_HandoverFields))
    notes = fields.List(fields.Nested(_NoteFields))


class _HeardFields(Schema):
    last = fields.Integer()
    missing = fields.List(fields.Integer())
    since = Moment()


class _ReadingFields(Schema):
    officer = what = dossier = step = fields.String()
    at = Moment()


class _ExplanationFields(Schema):
    id = dossier = question = fields.String()
    answer_by = received = explained = Moment()
    text = fields.String(data_key="explanation")


_LISTED = (
    *("id", "state", "action", "due", "received", "officer"),
    *("role", "division", "standing_in", "awaited"),
)


def step(step_id: str, *, named: bool = False) -> Callable[[Docket], dict[str, Any]]:
    """Shows the one step of a docket; `named` with the applicant, whose reading is recorded."""

    def show(docket: Docket) -> dict[str, Any]:
        shown: dict[str, Any] = _StepFields().dump(find(docket, step_id))
        applicant = {"applicant": docket.applicant} if named else {}
        return shown | _answered(docket, step_id) | _dossier(docket) | applicant

    return show


def steps(
    dockets: list[Docket], fits: Callable[[Step], bool], limit: int, *, urgent_first: bool = False
) -> dict[str, Any]:
    """Those steps of the dockets that fit, as they were found; `more`: some are left off."""
    listed = _StepFields(only=_LISTED)
    found = [(step, docket) for docket in dockets for step in docket.steps if fits(step)]
    if urgent_first:
        found.sort(key=lambda each: each[0].due)
    rows = [listed.dump(step) | _dossier(docket) for step, docket in found[:limit]]
    return {"steps": rows, "more": len(found) > limit}


def route(docket: Docket) -> dict[str, Any]:
    """The route that the agency leads; None if it leads none, or nothing is left to lead."""
    return _dossier(docket) | {"route": _led(docket)}


def routes(dockets: list[Docket]) -> dict[str, Any]:
    """Those routes of which something is left to lead; `more`: some are left off."""
    rows = [route(docket) for docket in dockets]
    return {"routes": rows[:MOST_SHOWN], "more": len(rows) > MOST_SHOWN}


def refusals(dockets: list[Docket]) -> dict[str, Any]:
    """Refusals that nobody has read, the oldest first; `more`: some are left off."""
    shown = _RefusalFields()
    unread = [(each, docket) for docket in dockets for each in docket.refusals if not each.seen]
    unread.sort(key=lambda found: found[0].at)
    rows = [shown.dump(each) | _dossier(docket) for each, docket in unread[:MOST_SHOWN]]
    return {"refusals": rows, "more": len(unread) > MOST_SHOWN}


def gaps(dockets: list[Docket]) -> dict[str, Any]:
    """Dossiers with the numbers of the orders that have not come."""
    heard = _HeardFields()
    return {"gaps": [_dossier(docket) | heard.dump(docket.heard) for docket in dockets]}


def readings(found: list[Reading]) -> dict[str, Any]:
    """Who read what and when."""
    return {"readings": _ReadingFields(many=True).dump(found)}


def explanation(explanation: Explanation) -> dict[str, Any]:
    """One question to the agency and, if it was given, the answer."""
    shown: dict[str, Any] = _ExplanationFields().dump(explanation)
    return shown


def explanations(found: list[Explanation]) -> dict[str, Any]:
    """The questions that wait, the most urgent first."""
    return {"explanations": [explanation(each) for each in found]}


def _answered(docket: Docket, step_id: str) -> dict[str, Any]:
    """What the centre refused of the step's answers, and the route if the agency leads it."""
    refused = [each for each in docket.refusals if each.step in ("", step_id)]
    return {"refusals": _RefusalFields(many=True).dump(refused), "route": _led(docket)}


def _led(docket: Docket) -> dict[str, Any] | None:
    if docket.route is None or not docket.route.alive:
        return None
    shown: dict[str, Any] = _RouteFields().dump(docket.route)
    return shown


def _dossier(docket: Docket) -> dict[str, Any]:
    return {
        "dossier": docket.id,
        "code": docket.code,
        "procedure": docket.procedure,
        "procedure_name": docket.procedure_name,
    }
