"""Every door of documents and feedback, asked what its API document allows, and what it does not.

No answer is a failure of ours (5xx), and each is one that the document names, with its media type
and the shape that stands there. The requests are the same in every run.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cli import service_discovery
from foundation.web.openapi import routes_of
from foundation.web.served_document import OPENAPI
from tests.integration.test_web_server import Service, ended, started, token

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
RIGHTS = "document:write document:read counter feedback:write centre denunciation denunciation:head"
EXAMPLES = 40
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
COMPLAINT: dict[str, Any] = {
    "kind": "complaint",
    "about": "so-xay-dung",
    "text": "Sở Xây dựng chậm trả lời.",
    "person": {"name": "Nguyễn Văn Đức", "phone": "+84912345678"},
}
# Without anything to be said there are few different requests.
TAKES_NOTHING = (
    *("GET /uploads/too-large", "GET /rate/hand-out", "GET /feedback/take-in", "GET /denounce"),
    *(f"GET /denounce/{each}" for each in ("without-account", "follow", "take-in")),
)


@pytest.fixture(scope="module", name="running")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Service]]:
    running = {
        name: started(
            tmp_path_factory.mktemp(name), 4, {}, "tests.integration.doors_served", doors=name
        )
        for name in ("documents", "feedback")
    }
    yield running
    for each in running.values():
        ended(each)


def kept(service: Service, name: str, bearer: str) -> str:
    """The id of something that is there, so that not every path leads to nothing."""
    sent: Any = PDF if name == "documents" else COMPLAINT
    answer = service.post(f"/{name}", sent, Authorization=bearer)
    assert answer.status == 201, answer.body
    found: str = answer.json["id"]
    return found


def lead_on(case: Case[Any], path: str, known: str) -> None:
    """Let a request get further than chance does: to what is there, with a body that is read."""
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = known
    if path == "/documents":
        case.body, case.media_type = PDF, "application/octet-stream"
    if path == "/feedback" and isinstance(case.body, dict):
        case.body = {**case.body, **COMPLAINT}
        case.body.pop("dossier", None)


def doors() -> list[tuple[str, str, str]]:
    return [
        (name, each.route.method, each.route.path.replace("<", "{").replace(">", "}"))
        for name in ("documents", "feedback")
        for each in routes_of(service_discovery.service_class(name))
    ]


@pytest.mark.parametrize(
    ("door", "mode"),
    list(product(doors(), GenerationMode)),
    ids=lambda each: each.value if isinstance(each, GenerationMode) else " ".join(each),
)
def test_a_door_answers_as_its_document_says(
    running: dict[str, Service], door: tuple[str, str, str], mode: GenerationMode
) -> None:
    name, method, path = door
    service = running[name]
    bearer = token(aud=name, scope=RIGHTS)
    known = kept(service, name, bearer)
    base = f"http://127.0.0.1:{service.port}"
    operation = schemathesis.openapi.from_url(f"{base}{OPENAPI}")[path][method]
    statuses = Counter[int]()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def ask(case: Case[Any]) -> None:
        if statuses.total() % 2:
            lead_on(case, path, known)
        response = case.call(base_url=base, headers={"Authorization": bearer})
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    ask()
    print(method, path, mode.value, dict(statuses))
    assert statuses.total() >= (1 if f"{method} {path}" in TAKES_NOTHING else EXAMPLES // 4)
