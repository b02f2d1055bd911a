"""The words of the desk's API: what an officer sends, and what is shown."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import write_time
from services.routing.domain import officers
from services.routing.domain.coverage import Gap
from services.routing.domain.docket import Docket, find
from services.routing.domain.explanation import Explanation
from services.routing.domain.officers import Office
from services.routing.domain.reading import Reading
from services.routing.domain.roles import Role
from services.routing.domain.step import OPEN, Need, Outcome, State, Step
from services.routing.domain.urging import Urge

MOST_PAPERS = 50
MOST_SHOWN = 200

_DOCUMENT = validate.Regexp(r"^[A-Za-z0-9-]{1,64}$")
_CODE = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,62}\Z")
_OFFICER = validate.Length(1, 200)
# The article goes into a public event: short, with a number in it, never a phone or identity
# number.
_ARTICLE = validate.Regexp(r"^(?=.*\d)(?!.*\d{6})[\w./,;: ()-]{3,60}$")


class Moment(fields.AwareDateTime):
    """A moment with its zone, as the wire has it."""

    def _serialize(self, value: datetime | None, *_: object, **__: object) -> str | None:
        return write_time(value) if value else None


class Asked(Schema):
    """Which part of the work list: one open state or all, at most so many."""

    state = fields.Enum(State, by_value=True, load_default=None, validate=validate.OneOf(OPEN))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))


class Days(Schema):
    """Which working days to look at: `days` of them, the first on or after `on` (or today)."""

    on = fields.Date(load_default=None)
    days = fields.Integer(load_default=1, validate=validate.Range(1, 260))


class Sought(Schema):
    """What to search for: words of a code, a name, a procedure; with or without diacritics."""

    q = fields.String(required=True, validate=validate.Length(2, 200))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))


class Giving(Schema):
    """Who is to do the step instead, and why."""

    to = fields.String(required=True, validate=_OFFICER)
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

    agency = fields.String(required=True, validate=_CODE)
    why = fields.String(required=True, validate=validate.Length(1, 500))


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


class _NoteFields(Schema):
    officer = text = fields.String()
    at = Moment()


class _HandoverFields(Schema):
    giver = role_from = role_to = taker = why = fields.String()
    given = taken = Moment()


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
    officer = what = dossier = step = door = reason = sent_by = fields.String()
    at = Moment()


class _ExplanationFields(Schema):
    id = dossier = question = fields.String()
    answer_by = received = explained = Moment()
    text = fields.String(data_key="explanation")


_LISTED = (
    *("id", "state", "action", "due", "received", "officer"),
    *("role", "division", "standing_in", "awaited"),
)


class _UrgeSchema(Schema):
    days = fields.Integer(required=True, validate=validate.Range(-60, 365))
    whom = fields.Enum(Role, by_value=True, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Urge:
        return Urge(**data)


class AbsenceSchema(Schema):
    """Leave or another absence, both days included; health is nobody's business: say little."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)
    why = fields.String(load_default="", validate=validate.Length(0, 200))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> officers.Absence:
        """As the book has it."""
        return officers.Absence(**data)


class OfficerSchema(Schema):
    """An officer of the agency; `first` and `last` are the days of the secondment."""

    id = fields.String(validate=_OFFICER)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    roles = fields.List(
        fields.Enum(Role, by_value=True), required=True, validate=validate.Length(1, 7)
    )
    division = fields.String(load_default="", validate=validate.Regexp(r"^[a-z0-9-]{0,63}\Z"))
    first = fields.Date(load_default=None, allow_none=True)
    last = fields.Date(load_default=None, allow_none=True)
    absences = fields.List(fields.Nested(AbsenceSchema), load_default=list)


class DeskSchema(Schema):
    """One of the centre's desks."""

    code = fields.String(validate=_CODE)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    main = fields.String(required=True, validate=_OFFICER)
    backups = fields.List(
        fields.String(validate=_OFFICER), required=True, validate=validate.Length(1, 20)
    )


class WaySchema(Schema):
    """The agency's own process for a procedure."""

    procedure = fields.String(validate=validate.Length(0, 60))
    roles = fields.List(
        fields.Enum(Role, by_value=True), required=True, validate=validate.Length(1, 20)
    )
    division = fields.String(load_default="", validate=validate.Regexp(r"^[a-z0-9-]{0,63}\Z"))
    urges = fields.List(
        fields.Nested(_UrgeSchema),
        load_default=list,
        validate=validate.Length(0, 20),
    )


class OfficeSchema(Schema):
    """The whole book, as it is shown and as a file of it is read."""

    agency = fields.String(required=True, validate=_CODE)
    officers = fields.List(fields.Nested(OfficerSchema), load_default=list)
    desks = fields.List(fields.Nested(DeskSchema), load_default=list)
    ways = fields.List(fields.Nested(WaySchema), load_default=list)


def read_officer(officer_id: str, data: Mapping[str, Any]) -> officers.Officer:
    """The officer of that id as a body describes them."""
    lists_of = {name: tuple(data[name]) for name in ("roles", "absences")}
    return officers.Officer(**(dict(data) | lists_of | {"id": officer_id}))


def read_desk(code: str, data: Mapping[str, Any]) -> officers.Desk:
    """The desk of that code as a body describes it."""
    return officers.Desk(**(dict(data) | {"backups": tuple(data["backups"]), "code": code}))


def read_way(procedure: str, data: Mapping[str, Any]) -> officers.Way:
    """The process as a body describes it; `-` is the one for all other procedures."""
    lists_of = {name: tuple(data[name]) for name in ("roles", "urges")}
    return officers.Way(**(dict(data) | lists_of | {"procedure": procedure.strip("-")}))


def office(book: Office) -> dict[str, Any]:
    """The whole book."""
    shown: dict[str, Any] = OfficeSchema().dump(book)
    return shown


def step(step_id: str, *, named: bool = False) -> Callable[[Docket], dict[str, Any]]:
    """Shows the one step of a docket; `named` with the applicant, whose reading is recorded."""

    def show(docket: Docket) -> dict[str, Any]:
        shown: dict[str, Any] = _StepFields().dump(find(docket, step_id))
        applicant = {"applicant": docket.applicant} if named else {}
        return shown | _dossier(docket) | applicant

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


def coverage(book: Office, gaps: list[Gap]) -> dict[str, Any]:
    """How many desks and officers there are, and which desk has nobody on which days."""
    return {
        "agency": book.agency,
        "desks": len(book.desks),
        "officers": len(book.officers),
        "gaps": [
            {
                "desk": gap.desk,
                "first": str(gap.first),
                "last": str(gap.last),
                "why": [{"officer": officer, "reason": reason} for officer, reason in gap.why],
            }
            for gap in gaps
        ],
    }


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


def _dossier(docket: Docket) -> dict[str, Any]:
    return {
        "dossier": docket.id,
        "code": docket.code,
        "procedure": docket.procedure,
        "procedure_name": docket.procedure_name,
    }
