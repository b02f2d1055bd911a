"""Schemas of answers: which fields of a dossier are shown, and to whom."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from marshmallow import Schema, fields

from contracts.law import LawRule
from foundation.fillable.answer import DeclarationFields
from foundation.web.fields import Moment
from services.intake.domain.case.address import parts_of
from services.intake.domain.case.components import components
from services.intake.domain.case.dossier import (
    Applicant,
    Charge,
    Dossier,
)
from services.intake.domain.case.order_delivery import undelivered
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.visibility import completed_share
from services.intake.domain.clock.ledger import is_expected
from services.intake.domain.counter.reach import reached_by_sms, remarks
from services.intake.domain.explanation.account import Account
from services.intake.domain.explanation.wording import explained
from services.intake.domain.route.holders import holders
from services.intake.schemas.components import ComponentFields
from services.intake.schemas.inward import ProxyFields

# What a function gives, for the API document.
_BOOLEAN, _INTEGER, _TEXT = {"type": "boolean"}, {"type": "integer"}, {"type": "string"}
_LIST: Mapping[str, Any] = {"type": "array", "items": {}}
_OBJECT: Mapping[str, Any] = {"type": ["object", "null"]}


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
    article = fields.String()


class _Standing(Schema):
    timing = fields.String()
    minutes_left = fields.Integer()


class _Line(Schema):
    kind = fields.String()
    since = Moment()
    until = Moment()
    text = fields.String()
    expected = fields.Boolean()


class _Used(Schema):
    who = fields.String()
    minutes = fields.Integer()


class _Request(Schema):
    step = fields.String()
    papers = fields.List(fields.String())
    reason = fields.String()
    since = Moment()


class _AddressParts(Schema):
    province = fields.String()
    district = fields.String()
    commune = fields.String()
    line = fields.String()


def _parts(who: Applicant) -> dict[str, Any] | None:
    parts = parts_of(who.address, who.address_parts)
    return _AddressParts().dump(parts) if parts else None


class _Applicant(Schema):
    name = fields.String()
    phone = fields.String()
    email = fields.String()
    language = fields.String()
    address = fields.String()
    address_parts = fields.Function(_parts, metadata=_OBJECT)
    identity = fields.String()


class _Charge(Schema):
    id = fields.String()
    name = fields.String()
    amount = fields.Integer()
    collected = fields.String()
    requested = Moment()
    paid = Moment()
    method = fields.String()
    receipt = fields.String()
    refunded = Moment()
    article = fields.String()


class _Form(Schema):
    kind = fields.String()
    edition = fields.String()
    document = fields.String(data_key="id")
    at = Moment()
    replaces = fields.String()


class _CorrectedField(Schema):
    name = fields.String()
    was = fields.String()
    became = fields.String()


class _Correction(Schema):
    at = Moment()
    by = fields.String()
    reason = fields.String()
    changes = fields.List(fields.Nested(_CorrectedField), attribute="fields", data_key="fields")


class _Document(Schema):
    paper = fields.String()
    document = fields.String(data_key="id")


class _LookedUp(Schema):
    paper = fields.String()
    database = fields.String()
    reference = fields.String()
    because = fields.String()
    at = Moment()


class _Holder(Schema):
    step = fields.String()
    name = fields.String()
    role = fields.String()
    since = Moment()


class _Contact(Schema):
    agency = fields.String()
    name = fields.String()
    phone = fields.String()


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
    due_expected = fields.Function(lambda dossier: is_expected(dossier.ledger), metadata=_BOOLEAN)
    sms = fields.Function(reached_by_sms, metadata=_BOOLEAN)
    remarks = fields.Function(lambda dossier: list(remarks(dossier)), metadata=_LIST)


class ListedFields(_Receipt):
    """A dossier on a list of the counter."""

    class Meta:
        """The list says of each row whether an SMS reaches its person, not what to do then."""

        exclude = ("remarks",)

    channel = fields.String()
    answer_by = Moment()
    applicant = fields.Nested(_Applicant(only=("name", "phone")))


class _WholeDossier(_Receipt):
    procedure_version = fields.Integer()
    agency = fields.String()
    channel = fields.String()
    identified = fields.String()
    out_of_area = fields.Boolean()
    law = fields.Function(lambda each: each.by(LawRule.ONE_STOP), metadata=_TEXT)
    case = fields.String()
    applicant = fields.Nested(_Applicant)
    proxy = fields.Nested(ProxyFields)
    attachments = fields.List(fields.Nested(_Document), data_key="documents")
    declarations = fields.List(fields.Nested(DeclarationFields))
    completed = fields.Function(completed_share, metadata=_INTEGER)
    steps = fields.List(fields.Nested(_Step))
    undelivered = fields.Function(lambda each: list(undelivered(each)), metadata=_LIST)
    requests = fields.List(fields.Nested(_Request), data_key="to_supply")
    charges = fields.List(fields.Nested(_Charge))
    forms = fields.List(fields.Nested(_Form))
    corrections = fields.List(fields.Nested(_Correction))
    originals = fields.List(fields.String())
    signed_papers = fields.List(fields.String())
    signatures_checked = fields.List(fields.String())
    looked_up = fields.List(fields.Nested(_LookedUp), data_key="from_data")
    at_counter = fields.String()
    answer_by = Moment()
    forward_by = Moment()
    apologised = Moment()
    paused = Moment()
    outcome = fields.String()
    article = fields.String()
    result = fields.String()
    timing = fields.String()
    resolved = Moment()
    result_by = fields.String()
    returned = fields.String()
    handed_over = Moment()


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
        "sessions": [each.value for each in known.sessions],
    }


def receipt(dossier: Dossier) -> dict[str, Any]:
    """What every act on a dossier answers: where it stands; of the person only how to reach them.

    `sms` is whether their number takes SMS; if not, `remarks` says what to do.
    `due_expected`: the date rests on holidays that are not decided yet.
    """
    shown: dict[str, Any] = _receipt_fields().dump(dossier)
    return shown


def shown(dossier: Dossier, account: Account, language: str) -> dict[str, Any]:
    """All that its owner and the clerks see: steps, papers to supply, and the explained clock.

    `ledger` says in words why it is due when it is; `minutes_left` and `used` are minutes of
    working time, below 0 when late.
    """
    body: dict[str, Any] = _WholeDossier().dump(dossier)
    kept = {each.id: _Standing().dump(each) for each in account.steps}
    for step in body["steps"]:
        step.update(kept.get(step["id"], {}))
    return body | {
        "components": ComponentFields(many=True).dump(components(dossier)),
        "minutes_left": account.whole.minutes_left,
        "ledger": _Line(many=True).dump(explained(dossier, language)),
        "used": _Used(many=True).dump(account.used),
        "handlers": _handlers(dossier),
    }


def _handlers(dossier: Dossier) -> list[dict[str, Any]]:
    """The people who have it now: agency, step, name, role, since when."""
    return [
        {"agency": agency} | row
        for agency, found in holders(dossier).items()
        for row in _Holder(many=True).dump(found)
    ]


def tracked(dossier: Dossier) -> dict[str, Any]:
    """All that anybody may see who knows the code (TT 01/2018 Đ16)."""
    return {"code": dossier.code, "completed": completed_share(dossier)}


def listed(dossiers: Sequence[Dossier], following: str) -> dict[str, Any]:
    """A page of the clerks' list, the oldest first; `next` is the `after` of the page to come."""
    return {"dossiers": ListedFields(many=True).dump(dossiers), "next": following}


def followed(
    dossier: Dossier,
    account: Account,
    language: str,
    *,
    status: str,
    to_pay: Iterable[Charge],
    ask: Iterable[object],
) -> dict[str, Any]:
    """What tracking shows to the dossier's own person; `status` says in words where it is.

    Less than `shown`: nothing about the person, for what is read on the way. `minutes_left` are
    minutes of working time, `amount` is VND. `ask` is whom to ask: the agencies that have it
    now, and last the centre, whose `agency` is ""; `handlers` are the people who have it there.
    """
    body = shown(dossier, account, language)
    return tracked(dossier) | {
        "status": status,
        **_only(_FOLLOWED, body),
        "steps": [_only(_FOLLOWED_STEP, step) for step in body["steps"]],
        "to_supply": [_only(_FOLLOWED_REQUEST, each) for each in body["to_supply"]],
        "to_pay": _Charge(many=True, only=("name", "amount", "collected")).dump(to_pay),
        "ask": _Contact(many=True).dump(ask),
        "handlers": _handlers(dossier),
    }


def _only(names: tuple[str, ...], body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}


_FOLLOWED_STEP = (
    "agency",
    "action",
    "state",
    "received",
    "due",
    "finished",
    "timing",
    "minutes_left",
)
_FOLLOWED_REQUEST = ("papers", "reason", "since")
_FOLLOWED = (
    "state",
    "number",
    "procedure_name",
    "agency",
    "received",
    "due",
    "due_expected",
    "minutes_left",
    "timing",
    "paused",
    "outcome",
    "article",
    "ledger",
    "used",
    "components",
    "from_data",
    "law",
)
