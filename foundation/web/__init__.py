"""The HTTP server of a service: routes, requests, responses, pages, tokens, rate limits."""

from werkzeug.wrappers import Response

from foundation.errors import StoredResponse
from foundation.web.limits import KB, MB
from foundation.web.request import Request
from foundation.web.responses import problem
from foundation.web.routes import ANY_FILE, get, post, put

__all__ = [
    "ANY_FILE",
    "KB",
    "MB",
    "Request",
    "Response",
    "StoredResponse",
    "get",
    "post",
    "problem",
    "put",
]
