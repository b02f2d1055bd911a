"""Renders PDF in a child process, so that no other work of this process waits for it.

Laying out a page is seconds of computing that never yields: in this process it would stop the
heartbeats (the broker would hang up) and every other request. So a child does it
(foundation.pdf.worker), is kept warm, works behind the others (nice), and is replaced when it
does not answer. The output depends on the job alone: no clock, no network, no fonts of the
machine; the same job gives the same bytes.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from foundation.errors import Unavailable
from foundation.injection import Provider
from foundation.observability.logs import log
from foundation.pdf import framing
from foundation.pdf.child_environment import passed_on
from foundation.pdf.stream import PdfPart, PdfStream

ROOT = Path(__file__).resolve().parents[2]
PRINT_WITHIN = 30.0
MOST_JOBS = 500  # then a fresh child: what a library may leak is bounded
_PIECE = 1 << 16
_ENDS_WITHIN = 2.0

NO_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><cachedir>{cache}</cachedir></fontconfig>
"""
"""The fonts of the machine are none of ours: a form looks the same everywhere."""


class TemplateError(Exception):
    """The template does not fit what it was given: a bug, not a passing trouble."""


@dataclass(frozen=True, kw_only=True)
class RenderJob:
    """A render job: a template of a folder, and the plain values that it shows.

    `qr` is what the code on it says, "" for none: the template shows it as an image `qr:`.
    """

    folder: Path
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    qr: str = ""


class Renderer:
    """The child process, which renders one job after the other; started when first needed."""

    def __init__(self) -> None:
        """No child yet."""
        self._turn = Lock()
        self._child: _Child | None = None

    def print(self, job: RenderJob) -> bytes:
        """The job as a tagged PDF (PDF/UA-1).

        Raises:
            SpoiltError: the template does not fit the values.
            Unavailable: the child died or took too long; the same call may be made again.
        """
        return self._ask(_order(job) | {"do": "print"}, PRINT_WITHIN)

    def book(
        self, title: str, jobs: Callable[[Callable[[], int]], Iterable[RenderJob]]
    ) -> Iterator[bytes]:
        """One PDF of many jobs, piece by piece as they are printed: any length, little memory.

        `jobs(printed)` gives one job after the other; `printed()` is how many pages there are
        by then, so that the next can go on counting.

        Raises:
            SpoiltError, Unavailable: as `print`; the file ends in the middle then.
        """
        book = PdfStream(title=title)
        yield book.begin()
        for job in jobs(lambda: len(book.pages)):
            order = _order(job) | {"first": book.next_object, "place": book.next_place}
            part = PdfPart.read(self._ask(order | {"do": "bind"}, PRINT_WITHIN))
            yield book.add(part)
        yield from book.end()

    @property
    def pid(self) -> int:
        """The process id of the child, for measurements; 0 when there is none."""
        return self._child.process.pid if self._child else 0

    def close(self) -> None:
        """Let the child go."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _ask(self, order: Mapping[str, Any], within: float) -> bytes:
        with self._turn:
            if self._child is None or self._child.asked >= MOST_JOBS:
                self.close()
                self._child = _Child()
            try:
                return self._child.ask(order, within)
            except TemplateError:
                raise
            except BaseException as error:
                # Whatever stopped us, an answer may still be under way: this child is done with.
                self.close()
                if isinstance(error, OSError | EOFError):
                    log.warning("the press has stopped", error=type(error).__name__)
                    raise _stopped() from error
                raise


def _order(job: RenderJob) -> dict[str, Any]:
    return {
        "folder": str(job.folder),
        "template": job.template,
        "values": job.values,
        "qr": job.qr,
    }


class _Child:
    """A process that prints, and our end of the line to it."""

    def __init__(self) -> None:
        self.asked = 0
        self.folder = TemporaryDirectory(prefix="motcua-press-")
        fonts = Path(self.folder.name) / "fonts.conf"
        fonts.write_text(NO_FONTS.format(cache=self.folder.name), encoding="utf-8")
        ours, theirs = socket.socketpair()
        with theirs:
            # A socket of eventlet does not block; the child knows nothing of that.
            os.set_blocking(theirs.fileno(), True)
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore::UserWarning", "-m", "foundation.pdf.worker"],
                cwd=ROOT,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env={**passed_on(), "FONTCONFIG_FILE": str(fonts), "TMPDIR": self.folder.name},
            )
        self.line = ours

    def ask(self, order: Mapping[str, Any], within: float) -> bytes:
        self.asked += 1
        self.line.settimeout(within)
        body = json.dumps(order, ensure_ascii=False).encode()
        self.line.sendall(framing.order(body))
        went_well, length = framing.head(self._take(framing.HEAD))
        answer = self._take(length)
        if not went_well:
            raise TemplateError(answer.decode())
        return answer

    def end(self) -> None:
        """Hang up; it ends by that, or is ended."""
        self.line.close()
        self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_ENDS_WITHIN)
        self.folder.cleanup()

    def _take(self, length: int) -> bytes:
        taken = bytearray()
        while len(taken) < length:
            piece = self.line.recv(min(_PIECE, length - len(taken)))
            if not piece:
                raise EOFError
            taken += piece
        return bytes(taken)


class PdfRenderer(Provider):
    """Gives a service its printer: `press = PdfRenderer()`, then `self.press.print(job)`."""

    def setup(self) -> None:
        """No child before something is to be printed."""
        self._printer = Renderer()

    def stop(self) -> None:
        """The child goes with the service."""
        self._printer.close()

    def provided(self) -> Renderer:
        """The one printer of this process."""
        return self._printer


@cache
def release(folder: Path) -> str:
    """The version of templates and libraries: the same release and job give the same bytes.

    The templates of the folder by their hash, and the versions of the libraries.
    """
    seen = hashlib.sha256()
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        seen.update(path.name.encode() + b"\0" + path.read_bytes())
    libraries = ("weasyprint", "pydyf", "fonttools", "jinja2", "segno", "font-roboto")
    versions = " ".join(f"{name}-{version(name)}" for name in libraries)
    return f"{seen.hexdigest()[:16]} {versions}"


def _stopped() -> Unavailable:
    return Unavailable(
        "Bộ phận in biểu mẫu tạm thời không trả lời; xin thử lại sau ít giây.",
        "The press does not answer at the moment; try again in a few seconds.",
    )
