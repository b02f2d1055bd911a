"""The OpenAPI document of each service: valid, whole, and true of the routes it describes."""

import json
from typing import Any

import pytest
from marshmallow import Schema, fields, validate
from openapi_spec_validator import OpenAPIV31SpecValidator

from cli import service_discovery
from foundation.web import Request, get, openapi, post
from foundation.web.openapi import ServiceRoute, routes_of
from foundation.web.served_document import OPENAPI, ServedDocument

SERVICES = {each.name: each for each in service_discovery.service_classes()}  # type: ignore[attr-defined]
ROUTES = {
    f"{name} {each.route.method} {each.route.path}": each
    for name, service in SERVICES.items()
    for each in routes_of(service)
}
every_service = pytest.mark.parametrize("name", SERVICES)
every_route = pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)

# POST routes that take no body: what they do is in their path.
NO_BODY = """
    catalogue POST /procedures/<code>/publish
    catalogue POST /procedures/<code>/withdraw
    feedback POST /denunciations/<id>/accept
    feedback POST /denunciations/<id>/decline
    feedback POST /denunciations/<id>/erase
    feedback POST /denunciations/<id>/extend
    feedback POST /denunciations/<id>/publish
    feedback POST /denunciations/<id>/resume
    feedback POST /denunciations/<id>/suspend
    feedback POST /denunciations/<id>/withdraw
    feedback POST /feedback/<id>/ask-again
    intake POST /dossiers/<dossier_id>/fees/<fee>/refund
    intake POST /dossiers/<dossier_id>/forms/<kind>
    intake POST /dossiers/<dossier_id>/originals
    intake POST /dossiers/<dossier_id>/resume
    intake POST /dossiers/<dossier_id>/withdraw
    intake POST /outages/<number>/take-back
    routing POST /officers/<officer>/return
    routing POST /refusals/<dossier>/<number>/seen
    routing POST /steps/<step>/take
    subscriptions POST /subscriptions/<id>/delete
    subscriptions POST /subscriptions/<id>/pause
    subscriptions POST /subscriptions/<id>/resume
    subscriptions POST /subscriptions/<id>/test
""".strip().splitlines()


def lacks(each: ServiceRoute) -> list[str]:
    """What a route does not say of itself and its document needs."""
    route = each.route
    lacking = [] if each.method.__doc__ else ["a docstring"]
    if not route.gives and not route.page:
        lacking.append("gives=, the schema of its answer or the media type of a file")
    return lacking


@every_service
def test_the_document_is_valid_openapi(name: str) -> None:
    document = openapi.document(SERVICES[name])
    OpenAPIV31SpecValidator(document).validate()
    assert json.loads(json.dumps(document)) == document
    names = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(names) == len({*names})


@pytest.mark.filterwarnings("error:Multiple schemas resolved")
@every_service
def test_no_two_schemas_share_a_name(name: str) -> None:
    openapi.document(SERVICES[name])


@every_route
def test_every_route_says_what_it_gives(route: ServiceRoute) -> None:
    assert lacks(route) == []


def test_what_a_post_or_put_takes_is_known() -> None:
    silent = [
        name
        for name, each in ROUTES.items()
        if each.route.method != "GET"
        and not (each.reads.body or each.route.takes or each.route.page)
    ]
    assert silent == [each.strip() for each in NO_BODY]


class _Point(Schema):
    name = fields.String(validate=validate.Regexp(r"^[a-z]+\Z"))


class _PointQuery(Schema):
    near = fields.Integer(required=True)


class Described:
    """A service with routes of each kind."""

    name = "described"

    @post("/points", scope="points:write centre", gives=_Point)
    def put(self, request: Request) -> Any:
        """Keep a point.

        Twice the same
        is one.
        """
        once = request.once(201, dict)
        return once.reply(self._read(request))

    @get("/points/<id>", scope="", gives="image/png")
    def draw(self, request: Request, id: str) -> Any:
        """Draw it."""
        return request.asked(_PointQuery()), id

    @get("/silent", scope="")
    def silent(self, request: Request) -> Any:
        return request

    def _read(self, request: Request) -> Any:
        return request.load(_Point)


def test_a_route_that_says_too_little_is_noticed() -> None:
    lacking = {each.route.path: len(lacks(each)) for each in routes_of(Described)}
    assert lacking == {"/points": 0, "/points/<id>": 0, "/silent": 2}


def test_a_document_says_what_decorators_docstrings_and_methods_say() -> None:
    """The body is read in a method that the request is handed to, and found there."""
    paths = openapi.document(Described)["paths"]
    kept = paths["/points"]["post"]
    assert kept["summary"] == "Keep a point."
    assert kept["description"] == "Twice the same is one."
    assert kept["security"] == [{"bearer": ["points:write"]}, {"bearer": ["centre"]}]
    body = kept["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/PointPart"}
    assert "Idempotency-Key" in [each["name"] for each in kept["parameters"]]
    assert {"201", "401", "403", "413", "422", "503"} < kept["responses"].keys()
    drawn = paths["/points/{id}"]["get"]
    assert drawn["security"] == [{}]
    assert {each["name"]: each.get("required") for each in drawn["parameters"]} == {
        "id": True,
        "near": True,
        "lang": None,
    }
    assert drawn["responses"]["200"]["content"] == {"image/png": {}}
    assert "401" not in drawn["responses"]


def test_patterns_are_those_of_json_schema() -> None:
    point = openapi.document(Described)["components"]["schemas"]["PointPart"]
    assert point["properties"]["name"] == {"type": "string", "pattern": "^$|^[a-z]+$"}


def test_a_document_is_made_once_and_served_as_it_is() -> None:
    made: list[int] = []

    def make() -> dict[str, Any]:
        made.append(1)
        return {"openapi": "3.1.1"}

    served = ServedDocument(OPENAPI, make)
    answers = [served.answer({}, {}) for _ in range(2)]
    assert [json.loads(each.get_data()) for each in answers] == [{"openapi": "3.1.1"}] * 2
    assert answers[0].headers["X-Content-Type-Options"] == "nosniff"
    assert made == [1]
