"""HTTP responses: JSON, and problem details by RFC 9457; never anything internal."""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from foundation.errors import Error, Invalid, NotYet, StoredResponse, Unavailable, Unknown
from foundation.observability import log_context
from foundation.observability.logs import log
from foundation.web.translations import TITLES, Language, field_words

RETRY_AFTER_SECONDS = 5
EVENT_STREAM = "text/event-stream"

SAFETY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class Malformed(Invalid):
    """Not HTTP as the standard has it."""

    status = 400
    name = "malformed"


class WrongMethod(Invalid):
    """The path is there, but not for this method; `allowed` are the methods it has."""

    status = 405
    name = "wrong-method"

    def __init__(self, allowed: Iterable[str]) -> None:
        """`allowed` goes into the `Allow` header."""
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(
            f"Đường dẫn này chỉ nhận: {self.allowed}.", f"This path only takes: {self.allowed}."
        )


class TooSlow(Invalid):
    """The client did not send its request in time."""

    status = 408
    name = "too-slow"

    def __init__(self) -> None:
        """Always the same words."""
        super().__init__(
            "Dữ liệu gửi đến quá chậm; xin thử lại khi đường truyền tốt hơn.",
            "The request came too slowly; try again on a better connection.",
        )


class TooLarge(Invalid):
    """The body has more bytes than this route takes."""

    status = 413
    name = "too-large"

    def __init__(self, largest: int) -> None:
        """`largest` is the cap in bytes."""
        self.largest = largest
        said = f"{largest >> 20} MB" if largest >> 20 else f"{largest} byte"
        super().__init__(
            f"Dữ liệu gửi đến vượt quá {said}.",
            f"What was sent is larger than the {said.replace('byte', 'bytes')} taken here.",
        )


class WrongMediaType(Invalid):
    """The body is not of a kind this route reads."""

    status = 415
    name = "wrong-media-type"


class TooMany(Error):
    """Asked too often; `seconds` is how long to wait."""

    status = 429
    name = "too-many"

    def __init__(self, seconds: int) -> None:
        """Always the same words."""
        self.seconds = seconds
        super().__init__(
            f"Có quá nhiều lượt tra cứu; xin thử lại sau {seconds} giây.",
            f"There were too many requests; try again in {seconds} s.",
        )


class Busy(Unavailable):
    """All workers are at work."""

    def __init__(self) -> None:
        """Always the same words."""
        super().__init__(
            "Hệ thống đang quá tải; xin thử lại sau vài giây.",
            "The system is overloaded; try again in a few seconds.",
        )


class TookTooLong(Unavailable):
    """A handler was stopped at its time limit; whether it had an effect is not known here."""

    def __init__(self) -> None:
        """Always the same words."""
        super().__init__(
            "Yêu cầu mất quá nhiều thời gian; xin gửi lại y như cũ (chương trình: cùng "
            "Idempotency-Key), chỉ có tác dụng một lần.",
            "The request took too long; send it again as it is (a program: with the same "
            "Idempotency-Key), it takes effect once.",
        )


class Broken(Error):
    """A bug of ours; what it was stands in the log, under the trace id."""

    status: ClassVar[int] = 500

    def __init__(self) -> None:
        """Always the same words."""
        super().__init__(
            "Hệ thống gặp lỗi; xin thử lại, hoặc báo mã tra cứu (trace_id) cho bộ phận hỗ trợ.",
            "Something broke on our side; try again, or tell the support desk the trace_id.",
        )


def to_response(result: Any) -> Response:
    """What a route's method returned, as a response.

    Raises:
        TypeError, ValueError: the method returned something that has no JSON.
    """
    if isinstance(result, Response):
        return _safe(_started(result))
    if isinstance(result, StoredResponse):
        return _json(result.status, result.body)
    if isinstance(result, tuple):
        status, body = result
        return _json(status, body)
    return _json(200, result)


def replayed(answer: StoredResponse) -> Response:
    """The stored response of a repeated request."""
    response = _json(answer.status, answer.body)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def problem(error: Error, spoken: Language) -> Response:
    """The problem details of an error (RFC 9457), with the headers that its status requires."""
    response = _json(error.status, problem_body(error, spoken), "application/problem+json")
    response.headers["Content-Language"] = spoken
    response.headers["Vary"] = "Accept-Language"
    return marked(response, error)


def marked(response: Response, error: Error) -> Response:
    """The response to an error, with the headers that its status requires."""
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, Unavailable | NotYet):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, Unknown):
        response.headers["WWW-Authenticate"] = 'Bearer realm="motcua"'
    if isinstance(error, WrongMethod):
        response.headers["Allow"] = error.allowed
    return response


def problem_body(error: Error, spoken: Language) -> dict[str, Any]:
    """The members of a problem: what happened, by which rule, and where we will find it again."""
    vi, en = TITLES.get(error.name, TITLES["error"])
    body: dict[str, Any] = {
        "type": f"urn:motcua:problem:{error.name}",
        "title": en if spoken == "en" else vi,
        "status": error.status,
        "detail": error.en if spoken == "en" else error.vi,
        "trace_id": log_context.trace_id(),
    }
    if error.article:
        body["article"] = error.article
    if error.fields:
        body["errors"] = {
            name: [field_words(each, spoken) for each in words]
            for name, words in error.fields.items()
        }
    return body


def _json(status: int, body: Mapping[str, Any], media_type: str = "application/json") -> Response:
    if not isinstance(body, Mapping):
        raise TypeError(f"a route answered {type(body).__name__}, not an object")
    text = json.dumps(dict(body), ensure_ascii=False, allow_nan=False)
    return _safe(Response(text, status=status, content_type=media_type))


def _safe(response: Response) -> Response:
    for name, value in SAFETY.items():
        response.headers.setdefault(name, value)
    return response


def _started(response: Response) -> Response:
    """Fetch the first piece of a stream, so that a failure to begin is still a proper problem."""
    if response.is_streamed:
        response.call_on_close(getattr(response.response, "close", _nothing))
        pieces = response.iter_encoded()
        first = next(pieces, b"")
        response.response = _rest(first, pieces)
    return response


def _rest(first: bytes, pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    yield first
    try:
        yield from pieces
    except Exception:
        # The headers are out: all that is left is to cut the connection, and to say so here.
        log.exception("a download was cut")
        raise


def _nothing() -> None:
    """Close what needs no closing."""
