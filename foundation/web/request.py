"""An HTTP request as a route's method sees it: JSON, query, identity, Idempotency-Key."""

import hashlib
import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from io import BytesIO
from typing import IO, Any, NoReturn
from urllib.parse import parse_qsl

from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from contracts.envelope import DEEPEST_JSON
from foundation.errors import Invalid, StoredResponse
from foundation.persistence.idempotency import RequestIdempotency, request_key
from foundation.text.cleaning import one_line
from foundation.web import auth, translations
from foundation.web.responses import WrongMediaType
from foundation.web.session import PageSession

_KEY = re.compile(r"[!-+\--~]{1,128}")
_UTF_8 = frozenset(("", "utf-8", "utf8", "us-ascii"))
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
# Half a character, a NUL, and the marks that make the text around them read in another order; what
# stands in a value is removed by the field that reads it, for telephones put them round a number.
_NO_NAME = re.compile("[\0\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MOST_PARAMETERS = 50
_LONGEST_ACCEPT = 500
_LARGEST_NUMBER = 2**53 - 1
_NAMES = uuid.UUID("6f0c1d5e-3d2b-5a5e-9d6c-7c1f6c0e2a41")


@cache
def made(schema: type[Schema]) -> Schema:
    """The one instance of a schema: making it takes longer than reading a body with it."""
    return schema()


@dataclass(frozen=True)
class PageContext:
    """What a page knows besides its request: who signed in, and whether one can sign in here."""

    session: PageSession | None = None
    can_sign_in: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that passed the checks of its route; a unit test simply builds one.

    `headers` have small letters, `query` the first value of each parameter, `stream` the whole
    body, which arrived before the method was called; `address` is where it came from.
    """

    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    stream: IO[bytes] = field(default_factory=BytesIO)
    who: auth.Identity = auth.NOBODY
    traceparent: str = ""
    address: str = ""
    page: PageContext = PageContext()

    @property
    def language(self) -> translations.Language:
        """The language the caller reads, `vi` or `en`: by `?lang=`, or else by the header."""
        chosen = self.query.get("lang", "")
        if chosen in {"vi", "en"}:
            return "en" if chosen == "en" else "vi"
        return translations.language(self.headers.get("accept-language", ""))

    @cached_property
    def json(self) -> Any:
        """The body.

        Raises:
            WrongMediaType: it is not declared as JSON in UTF-8.
            Invalid: it is not JSON, or JSON that no two programs read alike.
        """
        kind, charset = media_type(self.headers.get("content-type", ""))
        if kind != "application/json":
            raise WrongMediaType(
                "Nội dung phải là JSON: Content-Type: application/json.",
                "The body must be JSON: Content-Type: application/json.",
            )
        must_be_utf_8(charset)
        self.stream.seek(0)
        return read_json(self.stream.read())

    def load(self, schema: Schema | type[Schema]) -> Any:
        """The body as the schema reads it; of a class one instance is made and kept.

        Raises:
            Invalid: with what is wrong about each field, in the caller's language.
        """
        return self._read(made(schema) if isinstance(schema, type) else schema, self.json)

    def asked(self, schema: Schema) -> Any:
        """The query as the schema reads it; `lang` may stand in any (see `language`).

        Raises:
            Invalid: as `load`.
        """
        aside = {"lang"} - schema.fields.keys()
        return self._read(schema, {n: each for n, each in self.query.items() if n not in aside})

    @property
    def key(self) -> str:
        """The idempotency key of this request: caller, method, path and Idempotency-Key, hashed.

        Raises:
            Invalid: the header is missing or odd.
        """
        return request_key(
            self.who.subject,
            self.method,
            self.path,
            idempotency_key(self.headers.get("idempotency-key", "")),
        )

    @property
    def new_id(self) -> str:
        """The id of what this request creates: the same request, sent again, has the same."""
        return str(uuid.uuid5(_NAMES, self.key))

    def once(self, status: int, show: Callable[[Any], Mapping[str, Any]]) -> RequestIdempotency:
        """The mark that makes this request one effect: `show` turns the thing into the answer."""
        said: list[tuple[Any, StoredResponse]] = []

        def reply(thing: Any) -> StoredResponse:
            # Asked twice: for what is stored with the thing, and for what goes out.
            if not said or said[-1][0] is not thing:
                said.append((thing, StoredResponse(status, show(thing))))
            return said[-1][1]

        return RequestIdempotency(self.key, self._fingerprint, reply)

    @cached_property
    def _fingerprint(self) -> str:
        at = self.stream.tell()
        self.stream.seek(0)
        digest = hashlib.sha256()
        while piece := self.stream.read(1 << 16):
            digest.update(piece)
        self.stream.seek(at)
        return digest.hexdigest()

    def _read(self, schema: Schema, value: Any) -> Any:
        try:
            return schema.load(value)
        except ValidationError as error:
            raise Invalid(
                "Một số thông tin chưa đúng; xin xem từng trường.",
                "Some fields are not right; see each of them.",
                fields=self._by_field(error.messages),
            ) from error

    def _by_field(self, messages: Any) -> dict[str, list[str]]:
        return {
            name: [translations.field_words(text, self.language) for text in texts]
            for name, texts in by_field(messages).items()
        }


def idempotency_key(header: str) -> str:
    """The key in an `Idempotency-Key` header: 1 to 128 visible ASCII characters, no comma.

    Raises:
        Invalid: naming the header.
    """
    if _KEY.fullmatch(header):
        return header
    vi, en = (
        "cần từ 1 đến 128 ký tự ASCII, không có khoảng trắng và dấu phẩy",
        "1 to 128 visible ASCII characters without commas",
    )
    raise Invalid(
        f"Thiếu hoặc sai tiêu đề Idempotency-Key ({vi}).",
        f"The header Idempotency-Key is missing or odd ({en}).",
        fields={"Idempotency-Key": [(vi, en)]},
    )


def read_query(text: str) -> dict[str, str]:
    """The parameters of a query string, the first value of each, cleaned of what nobody sees.

    Raises:
        Invalid: there are too many, or one holds a NUL.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        _invalid("Quá nhiều tham số trong địa chỉ.", "The address has too many parameters.")
    if any("\0" in part for pair in pairs for part in pair):
        _invalid("Tham số có ký tự lạ.", "A parameter holds a NUL character.")
    return {name: one_line(value) for name, value in reversed(pairs)}


def accepted(headers: Mapping[str, str]) -> MIMEAccept:
    """The media types that the client accepts, of a header that is not looked at for ever."""
    return parse_accept_header(headers.get("accept", "")[:_LONGEST_ACCEPT], MIMEAccept)


def media_type(header: str) -> tuple[str, str]:
    """The type and the charset that a `Content-Type` names, in small letters (RFC 9110, 8.3.1)."""
    # Some clients put blanks round the equals sign, where the library overlooks a parameter.
    kind, parameters = parse_options_header(re.sub(r"[ \t]*=[ \t]*", "=", header))
    return kind.strip().lower(), parameters.get("charset", "").strip("' ").lower()


def must_be_utf_8(charset: str) -> None:
    """Hold a text to UTF-8; one in which no charset is named is in it.

    Raises:
        WrongMediaType: it is in another.
    """
    if charset not in _UTF_8:
        raise WrongMediaType(
            f"Chỉ nhận văn bản UTF-8, không nhận charset {charset!r:.40}.",
            f"Texts are taken in UTF-8 only, not in the charset {charset!r:.40}.",
        )


def read_json(body: bytes) -> Any:
    """The value of a JSON text, if every program would read the same (RFC 7493).

    A mark of byte order before it may be ignored (RFC 8259, 8.1), and is.

    Raises:
        Invalid: not UTF-8, not JSON, a name twice, too deep, a number too large or not finite,
            half a character or a NUL in it, or a mark that turns a name round.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_such_number
        )
    except (ValueError, RecursionError):
        _invalid("Nội dung không phải JSON hợp lệ (UTF-8).", "The body is not valid JSON in UTF-8.")
    _check(value, DEEPEST_JSON)
    return value


def by_field(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's messages, each under the dotted path of its field (`applicant.phone`)."""
    if isinstance(messages, dict):
        found: dict[str, list[str]] = {}
        for name, inner in messages.items():
            own = "" if name == "_schema" else str(name)
            place = ".".join(part for part in (path, own) if part)
            for where, texts in by_field(inner, place).items():
                found.setdefault(where, []).extend(texts)
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return {path or "body": [str(text) for text in texts]}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return value


def _no_such_number(_text: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _check(value: Any, levels: int) -> None:
    if isinstance(value, dict):
        if any(_NO_NAME.search(name) for name in value):
            _no_text()
        value = list(value.values())
    if isinstance(value, list):
        if levels == 0:
            _invalid("JSON lồng nhau quá sâu.", "The JSON is nested too deeply.")
        for item in value:
            _check(item, levels - 1)
    elif isinstance(value, str) and _NO_TEXT.search(value):
        _no_text()
    elif isinstance(value, int | float) and not _is_number(value):
        _invalid("Có số quá lớn.", "A number is too large.")


def _no_text() -> NoReturn:
    _invalid(
        "Văn bản có ký tự không hợp lệ hoặc ký tự đảo chiều chữ; xin gõ lại.",
        "A text holds half a character, a NUL, or a mark that turns it round; type it again.",
    )


def _is_number(value: float) -> bool:
    return math.isfinite(value) and (isinstance(value, float) or abs(value) <= _LARGEST_NUMBER)


def _invalid(vi: str, en: str) -> NoReturn:
    raise Invalid(vi, en)
