"""One connection: HTTP/1.1 read strictly (RFC 9112), so that no two readers can disagree.

Whatever could mean two things (two lengths, a length and chunks, a bare line feed, a folded or
misspelt header) is refused and the connection closed.
"""

import json
import re
import socket
from typing import Any

from foundation.concurrency import green, wsgi
from foundation.observability import log_context
from foundation.web.body import Body
from foundation.web.responses import SAFETY, Malformed, TooSlow, problem_body

PROTOCOL = "motcua.wire"

_REQUEST_LINE = re.compile(rb"[A-Z]{1,16} [\x21-\x7e]+ HTTP/1\.[01]\r\n")
_HEADER_LINE = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n")
_LENGTH = re.compile(r"[0-9]{1,15}")


class Connection(list[Any]):
    """What eventlet keeps of a connection, `[address, socket, state]`, and what we add."""

    busy = False
    """True from the end of a request's headers to the end of its answer."""


class HeaderLines:
    """A reader that passes header lines on to the parser if they are well-formed."""

    def __init__(self, lines: Any) -> None:
        """`lines` is eventlet's reader, which caps them."""
        self._lines = lines

    def readline(self, size: int = -1) -> bytes:
        """The next line.

        Raises:
            Malformed: folded, without name or colon, with a space before it, or cut short.
        """
        line: bytes = self._lines.readline(size)
        if line != b"\r\n" and not _HEADER_LINE.fullmatch(line):
            raise malformed("a header line is malformed")
        return line


class StrictHttpProtocol(wsgi.HttpProtocol):
    """The HTTP/1.1 protocol of one connection: strict parsing, a time limit for each phase."""

    rfile: Any
    unread = False
    """True if the client may still be sending something that will not be read."""

    def handle_one_request(self) -> None:
        """Wait for the next request and answer it; the whole of it within our limits."""
        self.conn_state.busy = False
        if self.server.owner.draining:
            self.close_connection = True
            return
        self.patience = green.deadline(self.server.owner.limits.header_seconds, TooSlow())
        try:
            super().handle_one_request()
        finally:
            self.patience.cancel()

    def parse_request(self) -> bool:
        """Read the headers; False if they were refused, and the answer is out."""
        try:
            self._parse()
        except (Malformed, wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge) as error:
            self._refuse(error if isinstance(error, Malformed) else malformed("too many headers"))
            return False
        self.patience.cancel()
        self.conn_state.busy = True
        return True

    def handle_one_response(self) -> None:
        """Answer within the limit; a client that will not take its answer is cut off."""
        with green.deadline(self.server.owner.limits.answer_seconds, TooSlow()):
            super().handle_one_response()

    def get_environ(self) -> dict[str, Any]:
        """The request as WSGI has it, with our own reader of the body."""
        environ: dict[str, Any] = super().get_environ()
        theirs = environ["wsgi.input"]
        environ["wsgi.input"] = environ["eventlet.input"] = Body(
            self.rfile,
            theirs.content_length,
            self.connection,
            wfile=theirs.wfile,
            wfile_line=theirs.wfile_line,
        )
        environ[PROTOCOL] = self
        return environ

    def send_error(self, *_what: Any) -> None:
        """Keep the standard library from answering in HTML; `_parse` refuses for it."""

    def finish(self) -> None:
        """End the connection so that the last answer is not lost by what is still coming in."""
        if self.unread:
            self._linger()
        super().finish()

    def _read_request_line(self) -> bytes:
        line: bytes = super()._read_request_line() or b""
        too_long = len(line) >= self.server.url_length_limit
        if line and (too_long or not _REQUEST_LINE.fullmatch(line)):
            self._refuse(malformed("the request line is malformed or longer than 8 kB"))
            return b""
        return line

    def _parse(self) -> None:
        self.rfile = HeaderLines(self.rfile)
        if not super().parse_request():
            raise malformed("the request cannot be read")
        lengths = self.headers.get_all("Content-Length", [])
        codings = self.headers.get_all("Transfer-Encoding", [])
        if len(self.headers.get_all("Host", [])) != (self.request_version == "HTTP/1.1"):
            raise malformed("there must be one Host header")
        if len(lengths) + len(codings) > 1:
            raise malformed("the body has two lengths")
        if not all(_LENGTH.fullmatch(each) for each in lengths):
            raise malformed("the length of the body is not a number")
        if codings and (codings[0].lower() != "chunked" or self.request_version != "HTTP/1.1"):
            raise malformed("the only transfer encoding taken is chunked")

    def _refuse(self, error: Malformed) -> None:
        with log_context.trace():
            text = json.dumps(problem_body(error, "vi"), ensure_ascii=False).encode()
        safety = "".join(f"{name}: {value}\r\n" for name, value in SAFETY.items())
        self.wfile.write(
            f"HTTP/1.1 {error.status} Bad Request\r\n{safety}Connection: close\r\n"
            "Content-Type: application/problem+json\r\nContent-Language: vi\r\n"
            f"Content-Length: {len(text)}\r\n\r\n".encode()
            + text
        )
        self.server.owner.count("malformed", "", error.status)
        self.close_connection = True
        self.unread = True

    def _linger(self) -> None:
        # Closing a socket with unread bytes resets it, and a reset can overtake our answer.
        with green.deadline(self.server.owner.limits.linger_seconds, exception=False):
            try:
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_WR)
                while self.connection.recv(1 << 16):
                    pass
            except OSError:
                return


def malformed(what: str) -> Malformed:
    """The refusal of something that is not HTTP; the words never quote it."""
    return Malformed(f"Yêu cầu gửi đến không đúng quy cách HTTP ({what}).", f"Not HTTP: {what}.")
