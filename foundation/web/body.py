"""Reads the body of a request strictly (RFC 9112); its stated length is never trusted.

Eventlet's own reader takes `+5` or `0x5` for a chunk size, throws away whatever follows a chunk
and takes a body cut short for a whole one; each of those is a way to smuggle a request.
"""

import re
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from foundation.concurrency import green
from foundation.concurrency.wsgi import Input
from foundation.web.limits import KB, Limits
from foundation.web.responses import Malformed, TooLarge, TooSlow

_LONGEST_LINE = 256
_LARGEST_TRAILERS = 8 * KB
_PIECE = 64 * KB
_LARGEST_IN_MEMORY = 256 * KB
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n")


class Body(Input):
    """The `wsgi.input` of a request: eventlet's reader, made strict."""

    left = 0
    """Bytes of the body, or of its current chunk, that are still to come."""
    finished = False
    """True once all of it was read: only then may the connection be used again."""

    def __init__(self, rfile: IO[bytes], length: int | None, sock: Any, **continuing: Any) -> None:
        """`length` is None for a chunked body; `continuing` is how eventlet says 100 Continue."""
        super().__init__(rfile, length, sock, chunked_input=length is None, **continuing)
        self.left = length or 0
        self.finished = length == 0

    def read(self, length: int | None = None) -> bytes:
        """The next bytes, at most `length`; b"" at the end.

        Raises:
            Malformed: it was cut short, or is not chunked as RFC 9112 has it.
        """
        if self.finished:
            return b""
        if self.should_send_hundred_continue:
            self.send_hundred_continue_response()
            self.is_hundred_continue_response_sent = True
        if self.chunked_input and not self.left and not self._open_chunk():
            return b""
        return self._take(min(length or _PIECE, self.left))

    def discard(self, buffer_size: int = 0) -> None:  # noqa: ARG002 -- eventlet's signature
        """Read no more of a body that nobody wanted: the connection is closed instead."""
        if not self.finished:
            raise OSError("the rest of the body was not wanted")

    def _take(self, length: int) -> bytes:
        data: bytes = self.rfile.read(length)
        if len(data) < length:
            raise _malformed("the body ends too early")
        self.position += len(data)
        self.left -= len(data)
        if not self.left:
            self._close_piece()
        return data

    def _close_piece(self) -> None:
        if not self.chunked_input:
            self.finished = True
        elif self.rfile.read(2) != b"\r\n":
            raise _malformed("a chunk is longer than it says")

    def _open_chunk(self) -> bool:
        match = _CHUNK_LINE.fullmatch(self.rfile.readline(_LONGEST_LINE))
        if match is None:
            raise _malformed("a chunk does not begin with its size")
        self.left = int(match[1], 16)
        if not self.left:
            self._skip_trailers()
            self.finished = True
        return not self.finished

    def _skip_trailers(self) -> None:
        room = _LARGEST_TRAILERS
        while room > 0:
            line = self.rfile.readline(room)
            if line == b"\r\n":
                return
            if not line.endswith(b"\r\n"):
                break
            room -= len(line)
        raise _malformed("the trailers do not end")


def receive(body: Body, largest: int, limits: Limits) -> IO[bytes]:
    """The whole body as a file, on disk if it is larger than 256 kB; the caller closes it.

    It is read here, before a worker is taken, so that slow clients wait for themselves only.

    Raises:
        TooLarge: it has more than `largest` bytes, by its own account or by ours.
        TooSlow: it was not here in time.
        Malformed: see `Body.read`.
    """
    if not body.chunked_input and body.left > largest:
        raise TooLarge(largest)
    spool = SpooledTemporaryFile(max_size=_LARGEST_IN_MEMORY)  # noqa: SIM115 -- the caller closes it
    try:
        with green.deadline(limits.seconds_for_body(largest), TooSlow()):
            _copy(body, spool, largest)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


def _copy(body: Body, spool: IO[bytes], largest: int) -> None:
    size = 0
    while piece := body.read(_PIECE):
        size += len(piece)
        if size > largest:
            raise TooLarge(largest)
        spool.write(piece)


def _malformed(what: str) -> Malformed:
    return Malformed("Nội dung gửi đến bị đứt quãng hoặc sai quy cách HTTP.", f"Not HTTP: {what}.")
