"""Schemas of procedures: how one is written, shown, looked for and counted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from contracts.procedure import (
    ASK_WITHIN,
    AtCounter,
    Collected,
    CountedFrom,
    Fee,
    Join,
    Session,
    Silence,
    Stage,
    StepClock,
    Supplement,
    Task,
    TimeLimit,
    Unit,
)
from foundation.text.procedure_code import bare
from foundation.web.fields import AgencyCode
from foundation.web.text_fields import CodeLine, JoinedLine, Paragraphs, SearchLine
from services.catalogue.domain.content import (
    CHANNELS,
    USUAL_CHANNELS,
    Content,
    ContentPart,
    InternalStep,
    Level,
    OnlineLevel,
    Period,
)
from services.catalogue.domain.coverage import Coverage, Group, HandledShare
from services.catalogue.domain.listing import Listing, Page, key_of
from services.catalogue.domain.online import REASONS, partial_reason
from services.catalogue.domain.procedure import Procedure, Version, in_force
from services.catalogue.domain.words import words
from services.catalogue.schemas.papers import LONGEST_LINE, PaperSchema

MOST_SHOWN = 100

LONGEST_NOTE = 2000
LONGEST_RULE = 200
LONGEST_PLACE = 200
_PLACE = validate.Regexp(
    r"^(?:\d\.\d{6}(?: [01] [a-z0-9.-]{0,100})?)?\Z",
    error="Xin ghi đúng giá trị `next` của trang trước, hoặc một mã thủ tục như 1.009645. / "
    "Please give the `next` of the page before, or the code of a procedure like 1.009645.",
)
_AMOUNT = validate.Range(0, 3650)
_MONEY = validate.Range(1, 100_000_000_000)
# Below this a catalogue of Viet Nam has no days, above it a due date cannot be counted.
DAYS = validate.Range(date(1945, 9, 2), date(2199, 12, 31))


def _word(kind: type, default: Any) -> fields.Field[Any]:
    return fields.Enum(kind, by_value=True, load_default=default)


def _set_of(field: fields.Field[Any], most: int) -> fields.List[Any]:
    """A list in which nothing stands twice."""
    return fields.List(
        field, load_default=list, validate=[validate.Length(max=most), _nothing_twice]
    )


def _list_of(field: fields.Field[Any], most: int) -> fields.List[Any]:
    return fields.List(field, load_default=list, validate=validate.Length(max=most))


def _nothing_twice(values: list[Any]) -> None:
    if len(set(values)) < len(values):
        raise ValidationError("Không lặp lại. / Nothing may stand twice.")


class _FeeSchema(Schema):
    name = JoinedLine(LONGEST_LINE, required=True)
    amount = fields.Integer(strict=True, required=True, validate=_MONEY)
    case = JoinedLine(LONGEST_LINE, load_default="")
    collected = _word(Collected, Collected.AFTER)
    article = JoinedLine(LONGEST_RULE, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Fee:
        return Fee(**data)


class TimeSchema(Schema):
    """The time limit of a procedure."""

    unit = fields.Enum(Unit, by_value=True, required=True)
    amount = fields.Integer(strict=True, load_default=0, validate=_AMOUNT)
    counted_from = _word(CountedFrom, CountedFrom.RECEIPT)
    supplement = _word(Supplement, Supplement.RESTART)
    fixed = fields.Integer(strict=True, load_default=0, validate=_AMOUNT)
    holds_others = fields.Boolean(load_default=False)
    ask_within = fields.Integer(
        strict=True, load_default=ASK_WITHIN, validate=validate.Range(1, 365)
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> TimeLimit:
        """As the domain has it."""
        return TimeLimit(**data)


class _TaskSchema(Schema):
    agency = AgencyCode(required=True)
    action = JoinedLine(LONGEST_LINE, required=True)
    amount = fields.Integer(strict=True, required=True, validate=_AMOUNT)
    unit = _word(Unit, Unit.WORKING_DAYS)
    clock = _word(StepClock, StepClock.COUNTED)
    on_silence = _word(Silence, Silence.ESCALATE)
    decides = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Task:
        return Task(**data)


class _StageSchema(Schema):
    tasks = fields.List(fields.Nested(_TaskSchema), required=True, validate=validate.Length(1, 30))
    join = _word(Join, Join.ALL)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Stage:
        return Stage(**data | {"tasks": tuple(data["tasks"])})


class _InternalStepSchema(Schema):
    who = JoinedLine(LONGEST_LINE, required=True)
    action = JoinedLine(LONGEST_LINE, required=True)
    amount = fields.Float(load_default=None, allow_none=True, validate=_AMOUNT)
    unit = fields.Enum(Unit, by_value=True, load_default=None, allow_none=True)
    clock = _word(StepClock, StepClock.COUNTED)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> InternalStep:
        return InternalStep(**data)


class PeriodSchema(Schema):
    """From which day to which."""

    since = fields.Date(required=True, validate=DAYS)
    until = fields.Date(load_default=None, allow_none=True, validate=DAYS)

    @validates_schema
    def forwards(self, data: dict[str, Any], **_: Any) -> None:
        """The last day does not come before the first."""
        if data["until"] and data["until"] < data["since"]:
            raise ValidationError(
                "Ngày cuối phải sau ngày đầu. / The last day comes before the first.", "until"
            )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Period:
        """As the domain has it."""
        return Period(**data)


class ContentSchema(Schema):
    """What a procedure says; times are in `unit`s, the tasks of a stage run side by side."""

    name = JoinedLine(LONGEST_LINE, required=True)
    field = JoinedLine(LONGEST_LINE, required=True)
    agency = AgencyCode(required=True)
    agency_name = JoinedLine(LONGEST_LINE, required=True)
    level = _word(Level, Level.PROVINCE)
    time = fields.Nested(TimeSchema, required=True)
    papers = _list_of(fields.Nested(PaperSchema), 200)
    fees = _list_of(fields.Nested(_FeeSchema), 50)
    channels = fields.List(
        CodeLine(20, validate=validate.OneOf(CHANNELS)),
        load_default=lambda: list(USUAL_CHANNELS),
        validate=[validate.Length(1, len(CHANNELS)), _nothing_twice],
    )
    online_level = fields.Enum(OnlineLevel, by_value=True, load_default=None, allow_none=True)
    partial_reason = CodeLine(20, load_default="", validate=validate.OneOf(("", *REASONS)))
    sessions = _set_of(fields.Enum(Session, by_value=True), len(Session))
    sessions_article = JoinedLine(LONGEST_RULE, load_default="")
    at_counter = _word(AtCounter, AtCounter.FORWARDED)
    route = _list_of(fields.Nested(_StageSchema), 30)
    internal_process = _list_of(fields.Nested(_InternalStepSchema), 100)
    at_centre = _list_of(fields.Nested(PeriodSchema), 20)
    result = Paragraphs(LONGEST_NOTE, load_default="")
    legal_basis = _list_of(JoinedLine(LONGEST_LINE), 100)
    time_note = Paragraphs(LONGEST_NOTE, load_default="")
    fee_note = Paragraphs(LONGEST_NOTE, load_default="")
    illustrative = fields.Boolean(load_default=False)
    unverified = _set_of(fields.Enum(ContentPart, by_value=True), len(ContentPart))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Content:
        """The content; lists become tuples."""
        lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
        return Content(**(data | lists))


@dataclass(frozen=True, kw_only=True)
class ProcedureSearch:
    """A search of the public; `after` is the `next` of the page before, or a code."""

    query: str
    field: str
    agency: str
    at_centre: bool
    after: str
    limit: int

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of the query."""
        return words(self.query)

    @property
    def narrow(self) -> bool:
        """Whether it asks for less than everything."""
        return bool(self.words or self.field or self.agency)


class _FieldKey(JoinedLine):
    """A field of procedures, by the key of its name."""

    def clean(self, text: str) -> str:
        return key_of(super().clean(text))


class _ListPlace(CodeLine):
    """A place of the list; a code alone may have the tail that a province puts behind it."""

    def clean(self, text: str) -> str:
        code, blank, rest = super().clean(text).partition(" ")
        return f"{bare(code)}{blank}{rest}"


class ProcedureSearchQuery(Schema):
    """Query parameters of a search."""

    query = SearchLine(200, load_default="")
    field = _FieldKey(LONGEST_LINE, load_default="")
    agency = CodeLine(100, load_default="")
    at_centre = fields.Boolean(load_default=False)
    after = _ListPlace(LONGEST_PLACE, load_default="", validate=_PLACE)
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_SHOWN))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ProcedureSearch:
        """The search with these parameters."""
        return ProcedureSearch(**data)


class DaySchema(Schema):
    """Query of the coverage: the day, today if none is named."""

    at = fields.Date(load_default=None, validate=DAYS)


class PartialReasonSchema(Schema):
    """Why a procedure is online in part only."""

    code = vi = en = article = fields.String()
    verified = fields.Boolean()


def published(procedure: Procedure, now: datetime) -> dict[str, Any]:
    """The version in force, as everybody may read it.

    `online_reason` is why it is online in part only, null where that needs no reason; its words
    are empty where the law asks for one and none is given.
    """
    version = in_force(procedure)
    reason = partial_reason(version.content, now)
    shown = PartialReasonSchema().dump(reason) if reason else None
    return _version(procedure, version) | {"online_reason": shown}


def latest(procedure: Procedure) -> dict[str, Any]:
    """The newest version, whatever its state, as those who write the catalogue see it."""
    return _version(procedure, procedure.versions[-1])


def found(page: Page) -> dict[str, Any]:
    """The answer to a search: enough to choose by; `next` is what to give as `after`."""
    return {"procedures": [_brief(each) for each in page.listings], "next": page.next}


def covered(counted: Coverage) -> dict[str, Any]:
    """The answer to how much is handled at the centre."""
    return {
        "at": counted.at.isoformat(),
        "procedures": _share(counted.procedures),
        "agencies": _share(counted.agencies),
        "by_field": [_group(each) for each in counted.by_field],
        "by_agency": [_group(each) for each in counted.by_agency],
    }


def _version(procedure: Procedure, version: Version) -> dict[str, Any]:
    shown: dict[str, Any] = ContentSchema().dump(version.content)
    return shown | {
        "code": procedure.id,
        "version": version.number,
        "state": version.state.value,
    }


def _brief(listing: Listing) -> dict[str, Any]:
    return {
        "code": listing.code,
        "version": listing.version,
        "name": listing.name,
        "field": listing.field,
        "agency": listing.agency,
        "agency_name": listing.agency_name,
        "level": listing.level.value,
        "online_level": listing.online_level.value if listing.online_level else None,
        "time": TimeSchema().dump(listing.time),
        "at_centre": PeriodSchema(many=True).dump(listing.at_centre),
    }


def _share(share: HandledShare) -> dict[str, Any]:
    return {"handled": share.handled, "total": share.total, "percent": share.percent}


def _group(group: Group) -> dict[str, Any]:
    return {"key": group.key, "name": group.name, **_share(group.procedures)}
