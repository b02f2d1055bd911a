"""The actors of the journey: people who call the services' APIs, each with an own token."""

import hashlib
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
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
LOOK_AGAIN = 0.1
T = TypeVar("T")


class Actor:
    """A person with a token: an HTTP client for the services' APIs that raises their errors."""

    def __init__(self, platform: LocalPlatform, role: str, subject: str, agency: str = "") -> None:
        """`agency` is the officer's agency, empty for other roles."""
        self.subject = subject
        self.agency = agency
        self._platform = platform
        token = tokens.sign_token(platform.folder, role, subject, agency=agency)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language()}
        self._client = httpx.Client(headers=headers, timeout=30)

    def get(self, service: str, path: str) -> Any:
        """GET a path; returns the JSON of the answer.

        Raises:
            CliError: the service refused or did not answer.
        """
        return self._call("GET", service, path).json()

    def each(self, service: str, path: str, part: str) -> Iterator[Any]:
        """Every row of a list, page after page; `path` has a query, `part` is where the rows are.

        Raises:
            CliError: as `get`.
        """
        after = ""
        while True:
            page = self.get(service, f"{path}&after={quote(after)}")
            yield from page[part]
            after = page["next"]
            if not after:
                return

    def post(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST to a path with a new Idempotency-Key; returns the JSON of the answer."""
        return self._call("POST", service, path, json=body or {}).json()

    def upload(self, name: str, content: bytes) -> str:
        """Upload a PDF to the documents service, and wait for its scan; returns its id."""
        headers = {"Content-Type": "application/pdf", "X-Filename": quote(name)}
        answer = self._call("POST", "documents", "/documents", content=content, headers=headers)
        stored, deadline = answer.json(), time.monotonic() + PATIENCE
        while stored.get("state") == "scanning" and time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN)
            stored = self.get("documents", f"/documents/{stored['id']}")
        return str(stored["id"])

    def download(self, document: str) -> bytes:
        """Download the content of a document."""
        return self._call("GET", "documents", f"/documents/{document}/content").content

    def can_get(self, service: str, path: str) -> bool:
        """Whether a GET of this path succeeds for this person."""
        return self._client.get(self._url(service) + path).is_success

    def _url(self, service: str) -> str:
        return self._platform.instance(service, self.agency if service == "routing" else "").url

    def _call(self, method: str, service: str, path: str, **rest: Any) -> httpx.Response:
        headers = {"Idempotency-Key": uuid.uuid4().hex, **rest.pop("headers", {})}
        deadline = time.monotonic() + PATIENCE
        try:
            answer = self._client.request(
                method, self._url(service) + path, headers=headers, **rest
            )
            while (pause := _asked_to_wait(answer)) and time.monotonic() + pause < deadline:
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
    """The Retry-After seconds of a busy service, or of what is not there yet; 0 without."""
    return 0.0 if answer.is_success else float(answer.headers.get("Retry-After", 0))


@dataclass(frozen=True)
class Cast:
    """All actors of a journey; `applicant` is the citizen's name and contact data."""

    applicant: Mapping[str, str]
    citizen: Actor
    clerk: Actor
    centre: Actor
    publisher: Actor
    officers: Mapping[str, Actor]

    @classmethod
    def of(cls, platform: LocalPlatform) -> "Cast":
        """Create the actors: a new citizen for each journey, and an officer for each agency."""
        officers = {
            each.code: Actor(platform, "officer", f"officer-{each.code}", each.code)
            for each in platform.agencies
        }
        number = secrets.randbelow(900_000) + 100_003
        applicant = {
            "name": "Nguyễn Văn An",
            # The SMS stand-in treats numbers ending in 000, 001 and 002 specially.
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


def wait_until(look: Callable[[], T | None], vi: str, en: str) -> T:
    """Poll until `look` returns something true, for a minute at most.

    Raises:
        CliError: it did not; the message says what was awaited.
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


def wait_for_files(citizen: Actor, dossier: str) -> None:
    """Wait until intake has heard of all files of a dossier, over the bus: then it can be full.

    Raises:
        CliError: as `wait_until`.
    """
    wait_until(
        lambda: not citizen.get("intake", f"/dossiers/{dossier}")["unheard"],
        "tệp của hồ sơ ở bộ phận tiếp nhận",
        "word of the dossier's files at intake",
    )


def sha256(content: bytes) -> str:
    """The SHA-256 digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("detail", answer.text))
    except ValueError:
        return answer.text[:200]
