"""The management API of RabbitMQ as its administrator."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit

import httpx

from cli.errors import CliError

ANSWER_WITHIN = 60.0  # seconds, in which a broker declares some hundred quorum queues


class BrokerAdmin:
    """A broker at `http(s)://user:password@host:port`; every call may raise a `CliError`."""

    def __init__(self, url: str) -> None:
        """The address; nothing is asked yet."""
        parts = urlsplit(url)
        login = (unquote(parts.username or ""), unquote(parts.password or ""))
        self._place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        with self._errors():
            self._http = httpx.Client(
                base_url=f"{self._place}/api/", auth=login, timeout=ANSWER_WITHIN
            )

    def __enter__(self) -> Self:
        """The client, for a block that ends its connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """End its connections."""
        self._http.close()

    def get(self, *path: str, **asked: str) -> Any:
        """The answer of a GET, or None where there is no such thing."""
        return self._call("GET", path, params=asked)

    def put(self, *path: str, body: Mapping[str, Any]) -> None:
        """Make something what `body` says."""
        self._call("PUT", path, json=body)

    def delete(self, *path: str) -> None:
        """Remove something; what is not there is no fault."""
        self._call("DELETE", path)

    def load(self, definitions: Mapping[str, Any]) -> None:
        """Import definitions; what they do not name stays as it is."""
        self._call("POST", ("definitions",), json=definitions)

    def _call(self, method: str, path: tuple[str, ...], **said: Any) -> Any:
        place = "/".join(quote(part, safe="") for part in path)
        with self._errors():
            answer = self._http.request(method, place, **said)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            return answer.raise_for_status().json() if answer.content else None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPStatusError as error:
            raise self._refused(error.response) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CliError(
                f"RabbitMQ ở {self._place} không trả lời ({error}): hãy xem địa chỉ, và nó có chạy "
                "không.",
                f"RabbitMQ at {self._place} does not answer ({error}): look at the address, and "
                "whether it runs.",
            ) from error

    def _refused(self, answer: httpx.Response) -> CliError:
        why = f"{answer.status_code}: {answer.text[:300]}"
        return CliError(
            f"RabbitMQ ở {self._place} từ chối ({why}): cần tài khoản administrator.",
            f"RabbitMQ at {self._place} refused ({why}): the login must be an administrator's.",
        )
