"""Schemas of intake's answers, for its API document: what `outward` and the others compose."""

from marshmallow import Schema, fields, validate

from contracts.procedure import Session
from contracts.signatures import SignatureVerdict
from foundation.web.fields import Moment
from services.intake.schemas.calendar import WarningFields, _Holiday
from services.intake.schemas.components import ComponentFields
from services.intake.schemas.finding import _Lookup
from services.intake.schemas.outward import (
    ListedFields,
    _Charge,
    _Contact,
    _Holder,
    _Line,
    _LookedUp,
    _Receipt,
    _Request,
    _Standing,
    _Step,
    _Used,
    _WholeDossier,
)
from services.intake.schemas.urging import _Late, _Urging


class BothLanguagesAnswer(Schema):
    """Words in Vietnamese and in English."""

    vi = en = fields.String()


class ReceiptAnswer(_Receipt):
    """What every act on a dossier answers: where it stands."""


class _NotPassed(Schema):
    paper = fields.String()
    reason = fields.String(validate=validate.OneOf(("infected", "not_scannable", "removed")))


class _DemandedSignature(Schema):
    paper = id = fields.String()
    verdict = fields.String(
        validate=validate.OneOf([each.value or "unknown" for each in SignatureVerdict])
    )


class SubmittedAnswer(ReceiptAnswer):
    """The receipt of a dossier handed in; `unheard` are papers whose file is not known yet.

    `not_passed` are those among them whose file did not pass the scan for malware, and why.
    `signatures` are the files of papers that demand a digital signature, and what is known of it.
    """

    unheard = fields.List(fields.String())
    not_passed = fields.List(fields.Nested(_NotPassed))
    signatures = fields.List(fields.Nested(_DemandedSignature))


class _StepAnswer(_Step, _Standing):
    """A step, and how its clock stands."""


class _HandlerAnswer(_Holder):
    agency = fields.String()


class DossierAnswer(_WholeDossier, SubmittedAnswer):
    """All that its owner and the clerks see of a dossier, with the explained clock."""

    steps = fields.List(fields.Nested(_StepAnswer))
    minutes_left = fields.Integer(allow_none=True)
    ledger = fields.List(fields.Nested(_Line))
    used = fields.List(fields.Nested(_Used))
    handlers = fields.List(fields.Nested(_HandlerAnswer))
    components = fields.List(fields.Nested(ComponentFields))


class DossiersAnswer(Schema):
    """A page of dossiers."""

    dossiers = fields.List(fields.Nested(ListedFields))
    next = fields.String()


class TrackedAnswer(Schema):
    """What anybody may see who knows the code; the rest is for the dossier's own person."""

    code = status = state = procedure_name = agency = timing = fields.String()
    outcome = article = law = fields.String()
    completed = number = fields.Integer()
    minutes_left = fields.Integer(allow_none=True)
    received = due = paused = Moment()
    due_expected = fields.Boolean()
    ledger = fields.List(fields.Nested(_Line))
    used = fields.List(fields.Nested(_Used))
    components = fields.List(fields.Nested(ComponentFields))
    from_data = fields.List(fields.Nested(_LookedUp))
    steps = fields.List(fields.Nested(_StepAnswer))
    to_supply = fields.List(fields.Nested(_Request))
    to_pay = fields.List(fields.Nested(_Charge))
    ask = fields.List(fields.Nested(_Contact))
    handlers = fields.List(fields.Nested(_HandlerAnswer))


class KnownProcedureAnswer(Schema):
    """What intake knows of a procedure."""

    code = name = fields.String()
    version = fields.Integer()
    in_force = fields.Boolean()
    papers = fields.List(fields.String())
    sessions = fields.List(fields.Enum(Session, by_value=True))


class IssuedFormAnswer(Schema):
    """The form that was issued; `document` is its id in the documents service."""

    kind = edition = document = fields.String()


class UrgingsAnswer(Schema):
    """Every urging of a dossier with its answer."""

    id = code = fields.String()
    urgings = fields.List(fields.Nested(_Urging))


class LateAnswer(Schema):
    """A page of what is late."""

    late = fields.List(fields.Nested(_Late))
    next = fields.String()


class LookupsAnswer(Schema):
    """A page of who looked for what."""

    lookups = fields.List(fields.Nested(_Lookup))
    next = fields.String()


class _DayAnswer(Schema):
    date = fields.Date()
    kind = note = note_en = fields.String()


class _YearAnswer(Schema):
    year = fields.Integer()
    plan = decision = fields.String()


class _RecountAnswer(Schema):
    seen = moved = total = fields.Integer()


class CalendarAnswer(Schema):
    """The table in force, why it is, and how far open dossiers are counted by it."""

    unit = fields.String()
    edition = fields.Integer()
    changed = Moment()
    reason = fields.Nested(BothLanguagesAnswer)
    sessions = fields.List(fields.List(fields.String()))
    weekend = fields.Raw()
    days = fields.List(fields.Nested(_DayAnswer))
    national = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    years = fields.List(fields.Nested(_YearAnswer))
    public_holidays = fields.List(fields.Nested(_Holiday))
    warnings = fields.Nested(WarningFields)
    recounting = fields.Nested(_RecountAnswer, allow_none=True)


class NoticeTakenAnswer(Schema):
    """What a payment platform is answered, in its own names: 00 for stored."""

    MaLoi = fields.String()
    MoTaLoi = fields.String()
    MaThamChieu = fields.String()
    MaXacThuc = fields.String()
