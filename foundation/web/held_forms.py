"""A form that could not be taken now: a page holds what was typed until it is sent again.

The session is over, a neighbour such as the database is away, or it was asked too often. The page
carries every field of the form, its key among them, so that a form has one effect however often.
"""

from collections.abc import Mapping, Sequence

from werkzeug.wrappers import Response

from foundation.errors import Error, Unavailable, Unknown
from foundation.observability import log_context
from foundation.web.html_pages import PageRenderer
from foundation.web.request import Request
from foundation.web.responses import TooMany, marked
from foundation.web.translations import TITLES

HOLDS = (Unknown, Unavailable, TooMany)
"""What does not last: the form that meets it may be sent again as it is."""


def held_page(
    pages: PageRenderer,
    request: Request,
    error: Error,
    *,
    fields: Mapping[str, Sequence[str]],
    files: Sequence[str] = (),
) -> Response:
    """The page of a form with these fields; those of `files` are to be chosen again."""
    english = request.language == "en"
    page = pages.show(
        "look/held.html",
        request,
        status=error.status,
        held=[(name, each) for name, values in fields.items() for each in values],
        files=files,
        asked={name: each for name, each in request.query.items() if name != "lang"},
        signed_out=isinstance(error, Unknown),
        title=TITLES[error.name][english],
        said=error.en if english else error.vi,
        trace=log_context.trace_id() if isinstance(error, Unavailable) else "",
    )
    return page if isinstance(error, Unknown) else marked(page, error)
