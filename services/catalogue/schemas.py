"""The words of the catalogue's API: a procedure as it is written and as it is shown."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.procedure import Paper, Stage, Task, TimeLimit, Unit
from foundation.errors import Invalid
from services.catalogue.domain.procedure import Content, Procedure, Version, in_force

MOST_SHOWN = 100

_AGENCY = validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_LINE = validate.Length(1, 1000)
_DAYS = validate.Range(1, 3650)


class _PaperSchema(Schema):
    name = fields.String(required=True, validate=_LINE)
    originals = fields.Integer(load_default=1, validate=validate.Range(0, 100))
    copies = fields.Integer(load_default=0, validate=validate.Range(0, 100))
    case = fields.String(load_default="", validate=validate.Length(max=1000))
    required = fields.Boolean(load_default=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Paper:
        return Paper(**data)


class _TimeSchema(Schema):
    unit = fields.Enum(Unit, by_value=True, required=True)
    amount = fields.Integer(load_default=0, validate=_DAYS)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> TimeLimit:
        return TimeLimit(**data)


class _TaskSchema(Schema):
    agency = fields.String(required=True, validate=_AGENCY)
    action = fields.String(required=True, validate=_LINE)
    amount = fields.Integer(required=True, validate=_DAYS)
    decides = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Task:
        return Task(**data)


class _StageSchema(Schema):
    tasks = fields.List(fields.Nested(_TaskSchema), required=True, validate=validate.Length(1, 30))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Stage:
        return Stage(tasks=tuple(data["tasks"]))


class ContentSchema(Schema):
    """What a procedure says; times are in `unit`s, the tasks of a stage run side by side."""

    name = fields.String(required=True, validate=_LINE)
    field = fields.String(required=True, validate=_LINE)
    agency = fields.String(required=True, validate=_AGENCY)
    agency_name = fields.String(required=True, validate=_LINE)
    time = fields.Nested(_TimeSchema, required=True)
    papers = fields.List(
        fields.Nested(_PaperSchema), load_default=list, validate=validate.Length(max=200)
    )
    route = fields.List(
        fields.Nested(_StageSchema), load_default=list, validate=validate.Length(max=30)
    )
    result = fields.String(load_default="", validate=validate.Length(max=2000))
    legal_basis = fields.List(
        fields.String(validate=_LINE), load_default=list, validate=validate.Length(max=100)
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Content:
        """The content; lists become tuples."""
        lists = {name: tuple(data[name]) for name in ("papers", "route", "legal_basis")}
        return Content(**(data | lists))


class _Asked(Schema):
    """What the public looks for: any words of name, code, field or agency, at most so many."""

    query = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST_SHOWN))


def asked(query: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a search; Invalid names those that are wrong."""
    faults = _Asked().validate(query)
    if faults:
        raise Invalid(
            "Tham số của địa chỉ chưa đúng.", "A parameter of the address is wrong.", fields=faults
        )
    wanted: dict[str, Any] = _Asked().load(query)
    return wanted


def published(procedure: Procedure) -> dict[str, Any]:
    """The version in force, as everybody may read it."""
    return _version(procedure, in_force(procedure))


def latest(procedure: Procedure) -> dict[str, Any]:
    """The newest version, whatever its state, as those who write the catalogue see it."""
    return _version(procedure, procedure.versions[-1])


def found(procedures: list[Procedure]) -> dict[str, Any]:
    """The answer to a search: enough to choose by."""
    return {"procedures": [_brief(procedure) for procedure in procedures]}


def _version(procedure: Procedure, version: Version) -> dict[str, Any]:
    shown: dict[str, Any] = ContentSchema().dump(version.content)
    return shown | {
        "code": procedure.id,
        "version": version.number,
        "state": version.state.value,
    }


def _brief(procedure: Procedure) -> dict[str, Any]:
    chosen = ("code", "version", "name", "field", "agency", "agency_name", "time")
    shown = published(procedure)
    return {name: shown[name] for name in chosen}
