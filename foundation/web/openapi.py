"""The OpenAPI 3.1 document of a service, made from its routes and their schemas.

Path, method, scope and words come from the decorators and docstrings, bodies and queries from what
the methods read (`route_schemas`), answers from `gives=` of the decorators.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from inspect import cleandoc
from typing import Any, Protocol, runtime_checkable

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import get_fields, resolve_schema_cls
from marshmallow import Schema, fields, validate

from foundation.web.fields import Moment
from foundation.web.route_schemas import RouteReads, parameters_of, reads_of, template_of

VERSION = "3.1.1"
PROBLEM = "application/problem+json"
TOKEN = "bearer"  # noqa: S105 -- the name of the scheme
_ALWAYS = (400, 408, 422, 429, 500, 503)
_WITH_TOKEN = (401, 403)
_WITH_BODY = (413, 415)
_FOUND = (404, 409, 410)
_WORDS: Mapping[int, tuple[str, str]] = {
    400: ("Malformed", "The request is not HTTP as the standard has it."),
    401: ("Unknown", "There is no token, or it cannot be trusted: sign in."),
    403: ("Forbidden", "The caller is known and may not do this."),
    404: ("NotFound", "There is no such thing, or it is not the caller's to see."),
    408: ("TooSlow", "The request did not arrive in time."),
    409: ("Refused", "The law, the state of the thing, or a change in between forbids it."),
    410: ("Gone", "It was there and is kept no longer."),
    413: ("TooLarge", "The body has more bytes than this route takes."),
    415: ("WrongMediaType", "The body is not of a kind that this route reads."),
    422: ("Invalid", "Some input is wrong; `errors` says what of each field."),
    429: ("TooMany", "Asked too often; `Retry-After` says how many seconds to wait."),
    500: ("Broken", "Something broke on our side; `trace_id` finds it in the log."),
    503: ("Unavailable", "A neighbour is away or all workers are busy; see `Retry-After`."),
}


class ProblemFields(Schema):
    """Problem details by RFC 9457: what happened, by which rule, and how we find it again."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    trace_id = fields.String(required=True)
    article = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


@runtime_checkable
class DescribedRoute(Protocol):
    """What a route says of itself (foundation/web/routes.py); `page` if it is for browsers."""

    method: str
    path: str
    scope: str
    public: bool
    page: bool
    takes: str
    gives: type[Schema] | str | tuple[type[Schema] | str, ...] | None
    moves: type[Schema] | None


@dataclass(frozen=True)
class ServiceRoute:
    """A route of a service with the method that answers it."""

    route: DescribedRoute
    method: Callable[..., Any]
    reads: RouteReads


def routes_of(service: type) -> list[ServiceRoute]:
    """The routes of a service, by path and method."""
    found = [
        ServiceRoute(entry, method, reads_of(service, method))
        for name in dir(service)
        for method in [getattr(service, name)]
        for entry in getattr(method, "nameko_entrypoints", ())
        if isinstance(entry, DescribedRoute)
    ]
    return sorted(found, key=lambda each: (each.route.path, each.route.method))


def document(service: Any) -> dict[str, Any]:
    """The OpenAPI document of a service, as JSON has it."""
    about, *_ = cleandoc(service.__doc__ or "").splitlines()
    spec = APISpec(
        title=f"motcua {service.name}",
        version="1",
        openapi_version=VERSION,
        info={"description": about, "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}},
        plugins=[_Plugin(schema_name_resolver=name_of)],
    )
    spec.components.security_scheme(TOKEN, _TOKEN)
    spec.components.schema("Problem", schema=ProblemFields)
    for status, (name, words) in _WORDS.items():
        spec.components.response(name, _problem(status, words))
    for each in routes_of(service):
        operation = _operation(each)
        spec.path(
            path=template_of(each.route.path), operations={each.route.method.lower(): operation}
        )
    return spec.to_dict()


_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT (RFC 9068, ES256)",
    "description": "An access token with one of the scopes that the operation names.",
}


def _problem(status: int, words: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": words,
        "content": {PROBLEM: {"schema": "Problem"}},
    }
    if status in (429, 503):
        described["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    if status == HTTPStatus.UNAUTHORIZED:
        described["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return described


def _operation(each: ServiceRoute) -> dict[str, Any]:
    route = each.route
    summary, _, more = cleandoc(each.method.__doc__ or "").partition("\n")
    said = {"description": " ".join(more.split())} if more.strip() else {}
    body = _body(each)
    return {
        "operationId": each.method.__name__,
        "summary": summary,
        **said,
        "parameters": list(_parameters(each)),
        **({"requestBody": body} if body else {}),
        "responses": _responses(each),
        "security": _security(route),
    }


def _security(route: DescribedRoute) -> list[dict[str, list[str]]]:
    """Any one scope will do; a public route answers without a token too."""
    scopes: list[dict[str, list[str]]] = [{TOKEN: [scope]} for scope in route.scope.split()]
    return [{}, *scopes] if route.public or not scopes else scopes


def _parameters(each: ServiceRoute) -> Iterator[dict[str, Any]]:
    for name in parameters_of(each.route.path):
        yield {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
    if each.reads.query:
        yield {"in": "query", "schema": each.reads.query}
    if not each.reads.query or "lang" not in each.reads.query().fields:
        yield _LANGUAGE
    if each.route.method == "POST" and not each.route.page:
        yield _KEY


_LANGUAGE = {
    "in": "query",
    "name": "lang",
    "description": "The language of the answer, before the header Accept-Language.",
    "schema": {"type": "string", "enum": ["vi", "en"]},
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "The same key again has no second effect and gets the same answer.",
    "schema": {"type": "string", "pattern": "^[!-+\\--~]{1,128}$"},
}


def _body(each: ServiceRoute) -> dict[str, Any] | None:
    if each.route.page:
        form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
        return {"content": form} if each.route.method == "POST" else None
    if each.route.takes:
        return {"required": True, "content": {each.route.takes: {}}}
    if each.reads.body:
        return {"required": True, "content": {"application/json": {"schema": each.reads.body}}}
    return None


def _responses(each: ServiceRoute) -> dict[str, Any]:
    route = each.route
    wrong = [*_ALWAYS, *_FOUND]
    wrong += _WITH_TOKEN if route.scope or route.page else ()
    wrong += _WITH_BODY if route.method != "GET" else ()
    refused = {str(status): _WORDS[status][0] for status in sorted(wrong)}
    return {str(status): said for status, said in _success(each)} | refused


def _success(each: ServiceRoute) -> Iterator[tuple[int, dict[str, Any]]]:
    route, status = each.route, each.reads.status
    content: dict[str, Any] = {"text/html": {}} if route.page else {}
    for given in route.gives if isinstance(route.gives, tuple) else (route.gives,):
        if isinstance(given, str):
            content[given] = {}
        elif given:
            content["application/json"] = {"schema": given}
    if not (route.page and route.method == "POST"):
        yield status, {"description": HTTPStatus(status).phrase, "content": content}
    if route.page:
        yield 303, {"description": "Go and look at the page that `Location` names."}
    if route.moves:
        moved = {"application/json": {"schema": route.moves}}
        yield 307, {"description": "Fetch it where `Location` says.", "content": moved}


def name_of(schema: Any) -> str:
    """The name of a schema in the document: its class, without what only our code calls it.

    A part of others, private and without a kind in its name, gets one: `_Step` is `StepPart`.
    """
    name = resolve_schema_cls(schema).__name__  # type: ignore[union-attr]
    kind = re.search(r"(Schema|Fields|Answer)\Z", name)
    spelled = re.sub(r"(Schema|Fields)\Z", "", name.lstrip("_"))
    only = sorted(get_fields(schema)) if isinstance(schema, Schema) and schema.only else []
    part = "Part" if name.startswith("_") and not kind else ""
    return spelled + "".join(each.title().replace("_", "") for each in only) + part


class _Plugin(MarshmallowPlugin):
    """The plugin, told what is particular about our fields."""

    def init_spec(self, spec: APISpec) -> None:
        """Add what we know of fields."""
        super().init_spec(spec)
        self.converter.add_attribute_function(_pattern)  # type: ignore[union-attr]
        self.converter.add_attribute_function(_nullable)  # type: ignore[union-attr]


def _pattern(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    r"""A pattern of Python as JSON Schema has it (ECMA 262), where `\Z` is spelled `$`."""
    found = [each for each in field.validators if isinstance(each, validate.Regexp)]
    if not found:
        return {}
    pattern = str(found[0].regex.pattern).replace(r"\Z", "$")
    return {"pattern": pattern if field.required else f"^$|{pattern}"}


def _nullable(
    _converter: Any, field: fields.Field[Any], *, ret: dict[str, Any], **_: Any
) -> dict[str, Any]:
    """A moment that is shown is null until it comes; an empty text by default is none."""
    if ret.get("default") == "":
        del ret["default"]
    shown = isinstance(field, Moment) and not field.required
    return {"type": [ret["type"], "null"]} if shown and isinstance(ret["type"], str) else {}
