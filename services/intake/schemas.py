"""The words of intake's API: what is handed in, and what is shown to whom."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import phonenumbers
from marshmallow import Schema, ValidationError, fields, post_load, validate

from contracts.envelope import write_time
from services.intake.domain.account import Account
from services.intake.domain.dossier import (
    Applicant,
    Attachment,
    Channel,
    Dossier,
    State,
    completed_share,
)
from services.intake.domain.procedure import Procedure
from services.intake.domain.reception import Submission
from services.intake.domain.unit_calendar import Edition, UnitCalendar, table_of
from services.intake.domain.warnings import USUAL, WarningRule
from services.intake.domain.words import explained

MOST_DOCUMENTS = 100
MOST_SHOWN = 200
REGION = "VN"

_NAME = validate.And(validate.Length(1, 200), validate.Regexp(r"^[^\x00-\x1f\x7f]*\Z"))
_ADDRESS = validate.And(validate.Length(0, 300), validate.Regexp(r"^[^\x00-\x1f\x7f]*\Z"))
# A citizen's number (12 digits), an old identity card (9), or the number of a passport or firm.
_IDENTITY = validate.Regexp(r"^[A-Z0-9-]{0,20}\Z")
_PAPER = validate.Length(1, 500)
_DOCUMENT = validate.Regexp(r"^[A-Za-z0-9-]{1,64}\Z")
# The article goes into a public event: short, with a number in it, never a phone or identity
# number.
_ARTICLE = validate.Regexp(r"^(?=.*\d)(?!.*\d{6})[\w./,;: ()-]{3,60}\Z")


class Moment(fields.AwareDateTime):
    """A moment, shown in UTC as events spell it, so that it may stand in an address as it is."""

    def _serialize(self, value: datetime | None, *_args: Any, **_kwargs: Any) -> str | None:
        return write_time(value) if value else None


class Phone(fields.String):
    """A telephone number as people in Viet Nam write it; kept with +84 before it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            number = phonenumbers.parse(text, REGION)
        except phonenumbers.NumberParseException as error:
            raise _no_phone() from error
        if not phonenumbers.is_valid_number(number):
            raise _no_phone()
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class ApplicantFields(Schema):
    """The person the dossier is for."""

    name = fields.String(required=True, validate=_NAME)
    phone = Phone(required=True)
    email = fields.Email(load_default="")
    address = fields.String(load_default="", validate=_ADDRESS)
    identity = fields.String(load_default="", validate=_IDENTITY)
    language = fields.String(load_default="vi", validate=validate.OneOf(("vi", "en")))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Applicant:
        """Our own kind of it."""
        return Applicant(**data)


class DocumentFields(Schema):
    """A paper, by the procedure's or the request's name, and its id in the documents service."""

    paper = fields.String(required=True, validate=_PAPER)
    document = fields.String(data_key="id", required=True, validate=_DOCUMENT)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Attachment:
        """Our own kind of it."""
        return Attachment(**data)


class SubmissionFields(Schema):
    """A dossier as it is handed in; `case` is only needed where the procedure has several."""

    procedure = fields.String(required=True, validate=validate.Length(1, 40))
    channel = fields.Enum(Channel, by_value=True, required=True)
    applicant = fields.Nested(ApplicantFields, required=True)
    case = fields.String(load_default="", validate=validate.Length(0, 500))
    documents = fields.List(
        fields.Nested(DocumentFields), required=True, validate=validate.Length(0, MOST_DOCUMENTS)
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Submission:
        """Our own kind of it."""
        return Submission(**data | {"documents": tuple(data["documents"])})


class RefusalFields(Schema):
    """Form 03: the rule of law, and the reason in words for the applicant alone."""

    article = fields.String(required=True, validate=_ARTICLE)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))


class SupplementFields(Schema):
    """The papers that were asked for."""

    documents = fields.List(
        fields.Nested(DocumentFields), required=True, validate=validate.Length(1, MOST_DOCUMENTS)
    )


class ReturnFields(Schema):
    """How the result reached the applicant."""

    channel = fields.Enum(Channel, by_value=True, required=True)


class ListFields(Schema):
    """Which dossiers to list: of one state, submitted after a moment (30 days ago, if none)."""

    state = fields.Enum(State, by_value=True, load_default=State.SUBMITTED)
    after = fields.AwareDateTime(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))


class _ReasonFields(Schema):
    vi = fields.String(required=True, validate=validate.Length(1, 300))
    en = fields.String(required=True, validate=validate.Length(1, 300))


class WarningFields(Schema):
    """When to warn: a share (per cent) of the time or days before the date, hours before that."""

    share = fields.Integer(load_default=USUAL.share, validate=validate.Range(0, 100))
    days = fields.Integer(load_default=USUAL.days, validate=validate.Range(0, 60))
    apology_hours = fields.Integer(
        load_default=USUAL.apology_hours, validate=validate.Range(0, 240)
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> WarningRule:
        """Our own kind of it."""
        return WarningRule(**data)


class CalendarFields(Schema):
    """A unit's calendar as `read_calendar` reads it, the rule of warnings, and why it changes."""

    sessions = fields.Raw()
    days = fields.Raw()
    warnings = fields.Nested(WarningFields, load_default=USUAL)
    reason = fields.Nested(_ReasonFields, required=True)
    edition = fields.Integer(required=True, validate=validate.Range(0))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Edition:
        """Our own kind of it; whether it is a calendar is looked at where it is decided."""
        table = {name: data[name] for name in ("sessions", "days") if name in data}
        return Edition(
            number=data["edition"],
            table=json.dumps(table),
            rule=data["warnings"],
            **data["reason"],
        )


class _Step(Schema):
    id = fields.String()
    stage = fields.Integer()
    agency = fields.String()
    action = fields.String()
    state = fields.String()
    ordered = Moment()
    received = Moment()
    due = Moment()
    finished = Moment()


class _Standing(Schema):
    timing = fields.String()
    minutes_left = fields.Integer()


class _Line(Schema):
    kind = fields.String()
    since = Moment()
    until = Moment()
    text = fields.String()


class _Used(Schema):
    who = fields.String()
    minutes = fields.Integer()


class _Request(Schema):
    step = fields.String()
    papers = fields.List(fields.String())
    reason = fields.String()
    since = Moment()


class _Applicant(Schema):
    name = fields.String()
    phone = fields.String()
    email = fields.String()
    language = fields.String()


class _Document(Schema):
    paper = fields.String()
    document = fields.String(data_key="id")


class _Receipt(Schema):
    id = fields.String()
    code = fields.String()
    state = fields.String()
    number = fields.Integer(attribute="state.number")
    procedure = fields.String()
    procedure_name = fields.String()
    submitted = Moment()
    received = Moment()
    due = Moment()


class _Listed(_Receipt):
    channel = fields.String()
    applicant = fields.Nested(_Applicant(only=("name", "phone")))


class _Shown(_Receipt):
    procedure_version = fields.Integer()
    agency = fields.String()
    channel = fields.String()
    case = fields.String()
    applicant = fields.Nested(_Applicant)
    attachments = fields.List(fields.Nested(_Document), data_key="documents")
    completed = fields.Function(completed_share)
    steps = fields.List(fields.Nested(_Step))
    requests = fields.List(fields.Nested(_Request), data_key="to_supply")
    paused = Moment()
    outcome = fields.String()
    result = fields.String()
    timing = fields.String()
    resolved = Moment()
    returned = fields.String()


@cache
def _receipt_fields() -> _Receipt:
    return _Receipt()


def procedure(known: Procedure) -> dict[str, Any]:
    """What a clerk asks of intake's copy of a procedure."""
    return {
        "code": known.id,
        "name": known.name,
        "version": known.published,
        "in_force": known.in_force,
        "papers": [paper.name for paper in known.papers],
    }


def receipt(dossier: Dossier) -> dict[str, Any]:
    """What every act on a dossier answers: where it stands; nothing about the person."""
    shown: dict[str, Any] = _receipt_fields().dump(dossier)
    return shown


def shown(dossier: Dossier, account: Account, language: str) -> dict[str, Any]:
    """All that its owner and the clerks see: steps, papers to supply, and the explained clock.

    `ledger` says in words why it is due when it is; `minutes_left` and `used` are minutes of
    working time, below 0 when late.
    """
    body: dict[str, Any] = _Shown().dump(dossier)
    kept = {each.id: _Standing().dump(each) for each in account.steps}
    for step in body["steps"]:
        step.update(kept.get(step["id"], {}))
    return body | {
        "minutes_left": account.whole.minutes_left,
        "ledger": _Line(many=True).dump(explained(dossier, language)),
        "used": _Used(many=True).dump(account.used),
    }


def unit_calendar(unit: UnitCalendar) -> dict[str, Any]:
    """The table in force and, while open dossiers are counted by it, how far that is."""
    newest, walk = unit.newest, unit.walk
    return {
        "unit": unit.id,
        "edition": newest.number,
        "changed": write_time(newest.at) if newest.at else None,
        "reason": {"vi": newest.vi, "en": newest.en},
        **json.loads(table_of(newest.calendar)),
        "warnings": WarningFields().dump(newest.rule),
        "recounting": {"seen": walk.seen, "moved": walk.moved, "total": walk.total}
        if walk
        else None,
    }


def tracked(dossier: Dossier) -> dict[str, Any]:
    """All that anybody may see who knows the code (TT 01/2018 Đ16)."""
    return {"code": dossier.code, "completed": completed_share(dossier)}


def listed(dossiers: list[Dossier], limit: int) -> dict[str, Any]:
    """A page of the clerks' list, the oldest first; `next` is the `after` of the page to come."""
    rows = _Listed(many=True).dump(dossiers)
    return {"dossiers": rows, "next": rows[-1]["submitted"] if len(rows) == limit else ""}


def _no_phone() -> ValidationError:
    return ValidationError(
        "Số điện thoại không hợp lệ ở Việt Nam. / Not a valid telephone number in Viet Nam."
    )
