"""A JSON document that a service serves about itself, open to all and the same until it ends."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from werkzeug.wrappers import Response

from foundation.errors import Error
from foundation.web import translations
from foundation.web.responses import problem, to_response

OPENAPI = "/openapi.json"


class ServedDocument:
    """Answers GET on one path, as a route does, without taking a worker."""

    method = "GET"

    def __init__(self, path: str, make: Callable[[], Mapping[str, Any]]) -> None:
        """`make` is called when the document is first asked for."""
        self.path = path
        self._make = make

    @cached_property
    def _text(self) -> bytes:
        return json.dumps(self._make(), ensure_ascii=False).encode()

    def answer(self, _environ: Mapping[str, Any], _values: Mapping[str, str]) -> Response:
        """The document."""
        return to_response(Response(self._text, content_type="application/json"))

    def problem(self, error: Error, environ: Mapping[str, Any]) -> Response:
        """The response when the document could not be made."""
        return problem(error, translations.language(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
