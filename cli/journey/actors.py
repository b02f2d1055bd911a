"""The people of the journey: each speaks to the services' APIs with a token of their own."""

import hashlib
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from cli import tokens
from cli.errors import CliError
from cli.language import language
from cli.local_platform import LocalPlatform

PATIENCE = 60.0
LOOK_EVERY = 0.02
T = TypeVar("T")


class Actor:
    """Somebody with a token: calls doors, and says what a refusal says."""

    def __init__(self, platform: LocalPlatform, role: str, subject: str, agency: str = "") -> None:
        """`agency` is an officer's."""
        self.subject = subject
        self.agency = agency
        self._platform = platform
        token = tokens.sign_token(platform.folder, role, subject, agency=agency)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language()}
        self._client = httpx.Client(headers=headers, timeout=30)

    def get(self, service: str, path: str) -> Any:
        """The JSON of a door.

        Raises:
            CliError: the door refused, or nobody answered.
        """
        return self._call("GET", service, path).json()

    def post(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Do something once: a new Idempotency-Key for each call."""
        return self._call("POST", service, path, json=body or {}).json()

    def upload(self, name: str, content: bytes) -> str:
        """Hand a PDF to the documents service; its id."""
        headers = {"Content-Type": "application/pdf", "X-Filename": quote(name)}
        stored = self._call("POST", "documents", "/documents", content=content, headers=headers)
        return str(stored.json()["id"])

    def download(self, document: str) -> bytes:
        """The bytes of a document."""
        return self._call("GET", "documents", f"/documents/{document}/content").content

    def may(self, service: str, path: str) -> bool:
        """Whether the door lets this person in at all."""
        return self._client.get(self._url(service) + path).is_success

    def _url(self, service: str) -> str:
        return self._platform.instance(service, self.agency if service == "routing" else "").url

    def _call(self, method: str, service: str, path: str, **rest: Any) -> httpx.Response:
        headers = {"Idempotency-Key": uuid.uuid4().hex, **rest.pop("headers", {})}
        until = time.monotonic() + PATIENCE
        try:
            answer = self._client.request(
                method, self._url(service) + path, headers=headers, **rest
            )
            while (pause := _asked_to_wait(answer)) and time.monotonic() + pause < until:
                time.sleep(pause)
                answer = self._client.send(answer.request)
        except httpx.HTTPError as error:
            raise CliError(
                f"Dịch vụ {service} không trả lời ({error}): xem `motcua status`.",
                f"The service {service} does not answer ({error}): see `motcua status`.",
            ) from error
        if answer.is_success:
            return answer
        raise CliError(
            f"{service} từ chối {method} {path} ({answer.status_code}): {_detail(answer)}",
            f"{service} refused {method} {path} ({answer.status_code}): {_detail(answer)}",
        )


def _asked_to_wait(answer: httpx.Response) -> float:
    """The seconds after which a busy service wants to be asked again; 0 if it is not busy."""
    busy = answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    return float(answer.headers.get("Retry-After", 0)) if busy else 0.0


@dataclass(frozen=True)
class Cast:
    """Everybody the journey needs; `applicant` is how the citizen can be reached."""

    applicant: Mapping[str, str]
    citizen: Actor
    clerk: Actor
    centre: Actor
    publisher: Actor
    officers: Mapping[str, Actor]

    @classmethod
    def of(cls, platform: LocalPlatform) -> "Cast":
        """A new citizen for each journey; officers at each agency's desk."""
        officers = {
            each.code: Actor(platform, "officer", f"officer-{each.code}", each.code)
            for each in platform.agencies
        }
        number = secrets.randbelow(900_000) + 100_003
        applicant = {
            "name": "Nguyễn Văn An",
            # The stand-in treats numbers ending in 000, 001 and 002 in a way of its own.
            "phone": f"0912{number // 10 * 10 + 7}",
            "email": f"an.nguyen.{number}@example.vn",
            "language": "vi",
        }
        return cls(
            applicant=applicant,
            citizen=Actor(platform, "citizen", f"citizen-{uuid.uuid4().hex[:8]}"),
            clerk=Actor(platform, "clerk", "clerk-1"),
            centre=Actor(platform, "centre", "centre-1"),
            publisher=Actor(platform, "publisher", "catalogue-1"),
            officers=officers,
        )


def until(look: Callable[[], T | None], vi: str, en: str) -> T:
    """Look until there is something, for a minute at most.

    Raises:
        CliError: it did not come; says what was waited for.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(LOOK_EVERY)
    raise CliError(
        f"Sau {PATIENCE:g} giây vẫn chưa thấy {vi}: xem nhật ký bằng `motcua status`.",
        f"After {PATIENCE:g} seconds there is still no {en}: `motcua status` shows the logs.",
    )


def sha256(content: bytes) -> str:
    """In hex."""
    return hashlib.sha256(content).hexdigest()


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("detail", answer.text))
    except ValueError:
        return answer.text[:200]
