"""A small service on a real socket, in a process of its own: `python -m tests.integration.served`.

One argument, JSON: `address`, `keys` (path), `max_workers`, `limits` (those to shorten).
"""

from foundation.runtime.patch import patch

patch()

import hashlib  # noqa: E402 -- nothing may be imported before the patch
import json  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from inspect import getmembers  # noqa: E402
from types import SimpleNamespace  # noqa: E402
from typing import Any  # noqa: E402

from marshmallow import Schema, fields  # noqa: E402

from foundation.concurrency import green  # noqa: E402
from foundation.errors import Duplicate, Refused, Unavailable  # noqa: E402
from foundation.injection import ServiceContainer  # noqa: E402
from foundation.observability import log_context  # noqa: E402
from foundation.observability.logs import set_up_logs  # noqa: E402
from foundation.outbox.store import Store  # noqa: E402
from foundation.text.file_names import sent_name  # noqa: E402
from foundation.web import MB, Request, Response, get, post, put  # noqa: E402
from foundation.web.limits import Limits  # noqa: E402
from foundation.web.server import HttpServer  # noqa: E402

CITIZEN = "dossier:submit"
ANSWERS: dict[str, Any] = {}


class Applicant(Schema):
    name = fields.String(required=True)
    phone = fields.String(required=True)


class Submission(Schema):
    applicant = fields.Nested(Applicant, required=True)
    copies = fields.Integer()


class Small:
    """Doors that do what the tests want to see from outside."""

    name = "small"

    @get("/hello", scope="")
    def hello(self, request: Request) -> dict[str, Any]:
        return {"xin": "chào", "language": request.language, "query": dict(request.query)}

    @get("/trace", scope="")
    def trace(self, request: Request) -> dict[str, Any]:
        return {"worker": log_context.traceparent(), "request": request.traceparent}

    @get("/me", scope="dossier:read")
    def me(self, request: Request) -> dict[str, Any]:
        return {"subject": request.who.subject, "actor": log_context.actor()}

    @post("/echo", scope=CITIZEN)
    def echo(self, request: Request) -> tuple[int, dict[str, Any]]:
        return 201, {"id": request.new_id, "json": request.json}

    @put("/echo/<id>", scope=CITIZEN)
    def replace(self, request: Request, id: str) -> dict[str, Any]:
        return {"id": id, "json": request.json}

    @post("/strict", scope=CITIZEN)
    def strict(self, request: Request) -> dict[str, Any]:
        return dict(request.load(Submission()))

    @post("/once", scope=CITIZEN)
    def once(self, request: Request) -> Any:
        once = request.once(201, lambda thing: {"thing": thing})
        if once.key in ANSWERS:
            raise Duplicate("Đã làm.", "Done before.", answer=ANSWERS[once.key])
        ANSWERS[once.key] = once.reply(request.new_id)
        return ANSWERS[once.key]

    @post("/upload", scope=CITIZEN, largest=25 * MB)
    def upload(self, request: Request) -> dict[str, Any]:
        body = request.stream.read()
        digest = hashlib.sha256(body).hexdigest()
        return {"size": len(body), "sha256": digest, "name": sent_name(request.headers, 150)}

    @get("/slow/<seconds>", scope="")
    def slow(self, request: Request, seconds: str) -> dict[str, Any]:  # noqa: ARG002
        green.sleep(float(seconds))
        return {"slept": seconds}

    @get("/broken", scope="")
    def broken(self, request: Request) -> dict[str, Any]:  # noqa: ARG002
        raise RuntimeError("mongodb://root:hunter2@10.0.0.7 is in a traceback")

    @get("/wrong", scope="")
    def wrong(self, request: Request) -> Any:  # noqa: ARG002
        return {"not": {"json"}}

    @get("/refused", scope="")
    def refused(self, request: Request) -> dict[str, Any]:  # noqa: ARG002
        raise Refused("Không đủ điều kiện.", "The conditions are not met.", article="Đ19.8")

    @get("/away", scope="")
    def away(self, request: Request) -> dict[str, Any]:  # noqa: ARG002
        raise Unavailable("Tạm dừng.", "Away.")

    @get("/bell", scope="")
    def bell(self, request: Request) -> dict[str, Any]:  # noqa: ARG002
        raise green.Timeout(None)

    @get("/stream/<pieces>", scope="")
    def stream(self, request: Request, pieces: str) -> Response:  # noqa: ARG002
        return Response(_pieces(int(pieces)), content_type="application/octet-stream")

    @get("/cut/<pieces>", scope="")
    def cut(self, request: Request, pieces: str) -> Response:  # noqa: ARG002
        return Response(_cut(int(pieces)), content_type="application/octet-stream")


def _pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 65536


def _cut(count: int) -> Iterator[bytes]:
    yield from _pieces(count)
    raise Unavailable("Đứt.", "Cut.")


def serve(service: Any) -> None:
    """Serve until told to end.

    Raises:
        SystemExit: the service would ask a real database; each of its stores needs a fake.
    """
    if real := [name for name, each in getmembers(service) if isinstance(each, Store)]:
        sys.exit(f"no fake in the place of these stores: {', '.join(real)}")
    told = json.loads(sys.argv[1])
    set_up_logs(service.name)
    HttpServer.limits = Limits(**told["limits"])
    settings = SimpleNamespace(
        http_address=told["address"],
        token_keys=told["keys"],
        agency=told.get("agency", ""),
        queue=service.name,
        agencies=told.get("agencies", ""),
        office_name="Trung tâm",
        office_phone="1022",
        max_workers=told["max_workers"],
        trusted_proxies=told.get("proxies", 0),
        public_url=f"http://{told['address']}",
        session_keys=told.get("session_keys", ""),
        identity_providers=told.get("identity_providers", ""),
        largest_upload=told.get("largest_upload", 25),
    )
    config = {"settings": settings, "max_workers": 2 * settings.max_workers}
    container = ServiceContainer(service, config)
    told_to_end: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: told_to_end.append(number))
    container.start()
    # A signal does not wake a sleeping hub: look for it.
    while not told_to_end:
        green.sleep(0.05)
    container.stop()
    container.wait()


if __name__ == "__main__":
    serve(Small)
