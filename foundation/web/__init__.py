"""The API of a service over HTTP; see `doors`."""

from werkzeug.wrappers import Response

from foundation.errors import Answer
from foundation.web.answers import problem
from foundation.web.doors import get, post, put
from foundation.web.limits import KB, MB
from foundation.web.request import Request

__all__ = ["KB", "MB", "Answer", "Request", "Response", "get", "post", "problem", "put"]
