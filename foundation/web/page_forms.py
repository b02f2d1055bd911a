"""Forms of pages: what was typed into one, as the API takes it, and what it leads to.

said = read_form(request)
return after_form(
lambda: self.take(as_api(request, body_of(said), said)), done=…, wrong=…
)
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import parse_qs

from werkzeug.wrappers import Response

from foundation.errors import Duplicate, Error, Invalid, Refused, Stale
from foundation.web.request import Request, media_type, must_be_utf_8
from foundation.web.responses import WrongMediaType

# A hundred papers, each with its name and its document, and what else a form asks.
_MOST_FIELDS = 300

Answered = TypeVar("Answered")


def after_form(
    act: Callable[[], object], *, done: Callable[[], Response], wrong: Callable[[Error], Response]
) -> Response:
    """What a form leads to: `done`, or the page that says what is `wrong` with what was typed.

    A form that is sent a second time with its key leads where it led before.
    """
    return answer_form(act, done=lambda _: done(), wrong=wrong)


def answer_form(
    act: Callable[[], Any], *, done: Callable[[Any], Answered], wrong: Callable[[Error], Answered]
) -> Answered:
    """As `after_form`; `done` shows what `act` answered, which a second sending is shown again."""
    try:
        answer = act()
    except Duplicate as error:
        if error.answer is None:
            return wrong(error)
        answer = error.answer
    except (Invalid, Refused, Stale) as error:
        return wrong(error)
    return done(answer)


def as_api(request: Request, body: Mapping[str, Any], said: Mapping[str, str]) -> Request:
    """A form as the API takes it: `body` in JSON, the form's `key`, and what its sender had `seen`.

    The form without it has seen nothing that holds, so that the API refuses the act.
    """
    headers = {
        **request.headers,
        "content-type": "application/json",
        "idempotency-key": said.get("key", ""),
        "if-match": said.get("seen", "-"),
    }
    return replace(request, headers=headers, stream=BytesIO(json.dumps(body).encode()))


def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the first value of each, without the blanks around it.

    Raises:
        WrongMediaType: it is no form.
        Invalid: it has too many fields, or is not UTF-8.
    """
    return {name: values[0].strip() for name, values in fields_of(request).items()}


def read_form_lists(request: Request) -> dict[str, list[str]]:
    """The fields of a form with all values of each, as boxes that are ticked have them.

    Raises:
        WrongMediaType, Invalid: as `read_form`.
    """
    return fields_of(request)


def fields_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form as they came, blanks around them too.

    Raises:
        WrongMediaType, Invalid: as `read_form`.
    """
    kind, charset = media_type(request.headers.get("content-type", ""))
    must_be_utf_8(charset)
    if kind != "application/x-www-form-urlencoded":
        raise WrongMediaType("Đây không phải là biểu mẫu.", "This is not a form.")
    request.stream.seek(0)
    try:
        return parse_qs(
            request.stream.read().decode(), errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise Invalid("Biểu mẫu không đọc được.", "The form cannot be read.") from error
