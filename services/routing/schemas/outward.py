"""Schemas of what the desk shows of its work."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from marshmallow import Schema, fields

from contracts.components import Digitisation
from foundation.fillable.answer import DeclarationFields
from foundation.web.fields import Moment
from services.routing.domain.docket.docket import Docket, ListRow, find
from services.routing.domain.docket.reading import AccessRecord
from services.routing.domain.docket.step import Step
from services.routing.domain.orders.explanation import Explanation

P = TypeVar("P", Docket, ListRow)


@cache
def made(schema: type[Schema]) -> Schema:
    """A cached instance of a schema: making it takes longer than showing a row with it."""
    return schema()


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


class _UrgingFields(Schema):
    id = words = officer = reason = fields.String()
    received = answer_by = answered = promised = Moment()


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


class _ListedFields(Schema):
    id = state = action = officer = role = division = standing_in = awaited = fields.String()
    due = received = Moment()


class _PaperFields(Schema):
    paper = database = reference = because = fields.String()
    state = fields.Enum(Digitisation, by_value=True)
    documents = fields.List(fields.String())


class _StepFields(_ListedFields):
    outcome = article = document = fields.String()
    resumed = closed = Moment()
    decides = fields.Boolean()
    declarations = fields.List(fields.Nested(DeclarationFields))
    components = fields.List(fields.Nested(_PaperFields))
    documents = from_data = way = fields.List(fields.String())
    need = fields.Nested(_NeedFields)
    extension = fields.Nested(_ExtensionFields)
    handovers = fields.List(fields.Nested(_HandoverFields))
    notes = fields.List(fields.Nested(_NoteFields))
    urgings = fields.List(fields.Nested(_UrgingFields))


class _HeardFields(Schema):
    last = fields.Integer()
    missing = fields.List(fields.Integer())
    since = Moment()


class _ReadingFields(Schema):
    officer = what = dossier = step = door = reason = sent_by = fields.String()
    at = Moment()


class _ExplanationFields(Schema):
    id = dossier = question = fields.String()
    answer_by = received = explained = urged_at = Moment()
    urgings = fields.Integer()
    text = fields.String(data_key="explanation")


def step(step_id: str, *, named: bool = False) -> Callable[[Docket], dict[str, Any]]:
    """Shows the one step of a docket; `named` with the applicant, whose reading is recorded."""

    def show(docket: Docket) -> dict[str, Any]:
        shown: dict[str, Any] = made(_StepFields).dump(find(docket, step_id))
        applicant = {"applicant": docket.applicant} if named else {}
        return shown | _answered(docket, step_id) | _dossier(docket) | applicant

    return show


def listed(rows: Sequence[ListRow], limit: int) -> dict[str, Any]:
    """A page of a list; `next` is the `after` of the page to come, "" if there is none."""
    page, following = _page(rows, limit)
    return _rows([(row.step, row.docket) for row in page], following)


def found(
    dockets: Sequence[Docket], sees: Callable[[Step], bool], following: str
) -> dict[str, Any]:
    """Those steps of the dockets that somebody sees, as they were found; `next` as in `listed`."""
    seen = [(step, docket) for docket in dockets for step in docket.steps if sees(step)]
    return _rows(seen, following)


def route(docket: Docket) -> dict[str, Any]:
    """The route that the agency leads; None if it leads none, or nothing is left to lead."""
    return _dossier(docket) | {"route": _led(docket)}


def routes(dockets: Sequence[Docket], limit: int) -> dict[str, Any]:
    """A page of the routes of which something is left to lead; `next` as in `listed`."""
    page, following = _page(dockets, limit)
    return {"routes": [route(each) for each in page], **_onward(following)}


def refusals(dockets: Sequence[Docket], limit: int) -> dict[str, Any]:
    """The refusals in `limit` dossiers that nobody has read; `next` as in `listed`."""
    shown = made(_RefusalFields)
    page, following = _page(dockets, limit)
    rows = [
        shown.dump(each) | _dossier(docket)
        for docket in page
        for each in docket.refusals
        if not each.seen
    ]
    return {"refusals": rows, **_onward(following)}


def gaps(dockets: Sequence[Docket], following: str) -> dict[str, Any]:
    """Dossiers with the numbers of the orders that have not come; `next` as in `listed`."""
    heard = _HeardFields()
    rows = [_dossier(docket) | heard.dump(docket.heard) for docket in dockets]
    return {"gaps": rows, **_onward(following)}


def readings(found: Sequence[AccessRecord], following: str) -> dict[str, Any]:
    """The access records: who read what and when; `next` as in `listed`."""
    return {"readings": _ReadingFields(many=True).dump(found), **_onward(following)}


def explanation(explanation: Explanation) -> dict[str, Any]:
    """One question to the agency and, if it was given, the answer."""
    shown: dict[str, Any] = _ExplanationFields().dump(explanation)
    return shown


def explanations(found: Sequence[Explanation], following: str) -> dict[str, Any]:
    """The questions that wait, the most urgent first; `next` as in `listed`."""
    return {"explanations": [explanation(each) for each in found], **_onward(following)}


def _page(found: Sequence[P], limit: int) -> tuple[Sequence[P], str]:
    """The page out of `limit` + 1 rows, and the place after which the next one begins."""
    return found[:limit], found[limit - 1].place if len(found) > limit else ""


def _rows(found: Sequence[tuple[Step, Docket]], following: str) -> dict[str, Any]:
    shown = made(_ListedFields)
    rows = [shown.dump(step) | _dossier(docket) for step, docket in found]
    return {"steps": rows, **_onward(following)}


def _onward(following: str) -> dict[str, Any]:
    return {"more": bool(following), "next": following}


def _answered(docket: Docket, step_id: str) -> dict[str, Any]:
    """What the centre refused of the step's answers, and the route if the agency leads it."""
    refused = [each for each in docket.refusals if each.step in ("", step_id)]
    return {"refusals": _RefusalFields(many=True).dump(refused), "route": _led(docket)}


def _led(docket: Docket) -> dict[str, Any] | None:
    if docket.route is None or not docket.route.alive:
        return None
    shown: dict[str, Any] = made(_RouteFields).dump(docket.route)
    return shown


def _dossier(docket: Docket) -> dict[str, Any]:
    return {
        "dossier": docket.id,
        "code": docket.code,
        "procedure": docket.procedure,
        "procedure_name": docket.procedure_name,
    }
