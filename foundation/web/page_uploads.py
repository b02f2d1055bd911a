"""Forms of pages that send a file: `@upload` on a method, `read_file` in it.

    @upload("/uploads/<place>", PAGES, scope="document:write", largest=25 * MB)
    def keep(self, request, place):
        sent = read_file(request)

`@act_with_files` is for a form of staff that has other fields too, and any number of files; what
was typed into it is held as of any form when the session is over. `read_form_with_files` reads it.

A file is never in memory as a whole: it lies on disk from its first 256 kB on, as it came and taken
out of its form. Of a file that nobody signed in sends not a byte is read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from foundation.errors import Error, Invalid, Unknown
from foundation.web.auth import Identity
from foundation.web.held_forms import held_page
from foundation.web.html_pages import PageRenderer
from foundation.web.limits import KB
from foundation.web.page_forms import fields_of
from foundation.web.page_routes import PageRoute, wants_page
from foundation.web.request import PageContext, Request, read_query
from foundation.web.responses import WrongMediaType
from foundation.web.routes import Largest, register_route
from foundation.web.server import readable

FILE = "file"
"""The name of the field that holds the file."""
_LARGEST_IN_MEMORY = 256 * KB
# What a form has around its file: boundaries, names, and a few short fields.
_AROUND = 64 * KB
# The parser holds it against each piece of 64 kB that it reads, too.
_LARGEST_FIELDS = 256 * KB
_MOST_PARTS = 20
# A hundred papers, each with its name and its file, and what else a form of staff asks.
_MOST_PARTS_OF_FORM = 320
_FORM = "multipart/form-data"

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class SentFile:
    """A file out of a form: what its sender called it, as they did, and its bytes on disk."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True)
class FormWithFiles:
    """A form with files: the texts of each field; and the files chosen, by their fields."""

    texts: Mapping[str, list[str]]
    files: Mapping[str, SentFile]


class UploadRoute(PageRoute):
    """A route for forms with a file, which only our own pages may send."""

    def largest_body(self, query: Mapping[str, str]) -> int:
        """As Route.largest_body, and what a form has around its file."""
        return super().largest_body(query) + _AROUND

    def _read_and_run(
        self,
        environ: dict[str, Any],
        headers: Mapping[str, str],
        who: Identity,
        values: dict[str, str],
    ) -> Response:
        if who.subject or not wants_page(headers):
            return super()._read_and_run(environ, headers, who, values)
        self.precheck(headers)
        request = Request(
            method=self.method,
            path=readable(environ["PATH_INFO"]),
            headers=headers,
            query=read_query(environ.get("QUERY_STRING", "")),
            page=PageContext(can_sign_in=self.sessions.given),
        )
        return self._held(request, Unknown("Chưa đăng nhập.", "Nobody is signed in."))

    def _held(self, request: Request, error: Error) -> Response:
        """The page on which the file is chosen again, as no browser keeps it."""
        return held_page(self.pages, request, error, fields={}, files=(FILE,))


class FormWithFilesRoute(PageRoute):
    """A route for the forms of staff that have files: their texts are held, files chosen again."""

    def largest_body(self, query: Mapping[str, str]) -> int:
        """As Route.largest_body, and what a form has beside its files."""
        return super().largest_body(query) + _AROUND + _LARGEST_FIELDS

    def _held(self, request: Request, error: Error) -> Response:
        sent = read_form_with_files(request)
        files = tuple(sent.files)
        return held_page(self.pages, request, error, fields=sent.texts, files=files)


def upload(
    path: str, pages: PageRenderer, *, scope: str, largest: Largest, hidden: bool = False
) -> Callable[[Method], Method]:
    """Where a form with one file of at most `largest` bytes is sent to; `scope` as for `page`."""
    return register_route(
        UploadRoute("POST", path, pages=pages, scope=scope, largest=largest, hidden=hidden)
    )


def act_with_files(
    path: str, pages: PageRenderer, *, scope: str, largest: Largest
) -> Callable[[Method], Method]:
    """Where a form of staff with files of at most `largest` bytes together is sent to."""
    return register_route(
        FormWithFilesRoute("POST", path, pages=pages, scope=scope, largest=largest, hidden=True)
    )


def read_form_with_files(request: Request) -> FormWithFiles:
    """The texts of a form and the files that were chosen in it; a held form may have none.

    Raises:
        WrongMediaType: it is no form with files.
        Invalid: it cannot be read.
    """
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    if kind != _FORM:
        return FormWithFiles(fields_of(request), {})
    texts, files = _parts(request, _MOST_PARTS_OF_FORM)
    chosen = {
        name: SentFile(each.filename, each.stream) for name, each in files.items() if each.filename
    }
    for each in chosen.values():
        each.stream.seek(0)
    return FormWithFiles(texts.to_dict(flat=False), chosen)


def read_file(request: Request) -> SentFile:
    """The file of a form.

    Raises:
        WrongMediaType: it is no form with files.
        Invalid: no file was chosen, or the form cannot be read.
    """
    _, files = _parts(request, _MOST_PARTS)
    file = files.get(FILE)
    if file is None or not file.filename:
        raise Invalid("Chưa chọn tệp nào; xin chọn tệp rồi gửi.", "Choose a file, then send it.")
    file.stream.seek(0)
    return SentFile(file.filename, file.stream)


def on_disk(pieces: Iterable[bytes]) -> IO[bytes]:
    """What comes in pieces as one file, which the caller closes; it is never whole in memory."""
    spool = _spool()
    for piece in pieces:
        spool.write(piece)
    spool.seek(0)
    return spool


def _parts(request: Request, most: int) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != _FORM:
        raise WrongMediaType("Đây không phải là biểu mẫu gửi tệp.", "This is no form with a file.")
    parser = FormDataParser(
        stream_factory=_spool,
        max_form_memory_size=_LARGEST_FIELDS,
        max_form_parts=most,
        silent=False,
    )
    # The boundary is a name that the browser made up: it is taken as it is written.
    request.stream.seek(0)
    try:
        _, texts, files = parser.parse(request.stream, _FORM, None, options)
    except (ValueError, RequestEntityTooLarge) as error:
        raise Invalid("Biểu mẫu không đọc được.", "The form cannot be read.") from error
    return texts, files


def _spool(*_about: object, **_more: object) -> IO[bytes]:
    return SpooledTemporaryFile(max_size=_LARGEST_IN_MEMORY)
