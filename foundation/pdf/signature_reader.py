"""Reads the digital signatures of a PDF in a child process of its own.

    signature_reader = SignatureReader()

    report = self.signature_reader.read(self.files.get(document.sha256), now)

Checking a signature is a second of computing over bytes that a stranger made, which may be meant to
make the library hang. So each file gets a process (foundation.pdf.signature_worker) with bounds of
memory and time; whatever becomes of it, there is a report. The trusted roots are PEM files in a
folder; nothing is fetched from anywhere.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

from cryptography import x509

from foundation.files.signature_report import ReportVerdict, SignatureReport, read_report
from foundation.injection import Provider
from foundation.observability.logs import log
from foundation.pdf import framing
from foundation.pdf.child_environment import passed_on
from foundation.settings import SettingsError

ROOT = Path(__file__).resolve().parents[2]
READ_WITHIN = 20.0
"""Seconds for one file, from the first byte sent to the last of the report."""
LARGEST_REPORT = 1024 * 1024
_PIECE = 1 << 16
_ENDS_WITHIN = 2.0
_COMMAND = (sys.executable, "-W", "ignore", "-m", "foundation.pdf.signature_worker")


class SignatureReader(Provider):
    """Gives a service its reader of signatures; SIGNATURE_ROOTS says whom it trusts."""

    def __init__(self, within: float = READ_WITHIN) -> None:
        """`within` seconds a file must be read."""
        self.within = within
        super().__init__()

    def setup(self) -> None:
        """Read the trusted roots.

        Raises:
            SettingsError: a file of the folder is no certificate.
        """
        self._roots = trusted_roots(self.container.config["settings"].signature_roots)
        log.info("signature_roots", count=self._roots.count("BEGIN CERTIFICATE"))

    def read(self, pieces: Iterable[bytes], now: datetime) -> SignatureReport:
        """What the signatures of a PDF are; FAILED if the child ended or was too slow.

        Raises:
            Unavailable: the file itself cannot be fetched.
        """
        return read_signatures(pieces, self._roots, now, within=self.within)


def trusted_roots(folder: str) -> str:
    """The certificates of the folder's PEM files, one after the other; "" names none.

    Raises:
        SettingsError: there is no such folder, or a file is no certificate.
    """
    if not folder:
        return ""
    paths = sorted(Path(folder).glob("*.pem"))
    if not Path(folder).is_dir():
        raise SettingsError(
            f"SIGNATURE_ROOTS: không có thư mục {folder}",
            f"SIGNATURE_ROOTS: there is no folder {folder}",
        )
    return "".join(_certificates(path) for path in paths)


def read_signatures(
    pieces: Iterable[bytes], roots: str, now: datetime, *, within: float = READ_WITHIN
) -> SignatureReport:
    """What the signatures of a PDF are, by a process that is gone afterwards."""
    until = time.monotonic() + within
    process, line = _start()
    try:
        head = json.dumps({"roots": roots, "moment": now.isoformat()}).encode()
        told = _tell(line, framing.order(head), until)
        for each in pieces:
            told = told and _tell(line, each, until)
        answer = _answer(line, until) if told else b""
        return read_report(answer)
    except TimeoutError:
        return SignatureReport(ReportVerdict.FAILED, trouble="too_slow")
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("no report on signatures", error=type(error).__name__)
        return SignatureReport(ReportVerdict.FAILED, trouble="died")
    finally:
        line.close()
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_ENDS_WITHIN)


def _start() -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    with theirs:
        # A socket of eventlet does not block; the child knows nothing of that.
        os.set_blocking(theirs.fileno(), True)
        process = subprocess.Popen(  # noqa: S603 -- our own module, no word of a stranger
            _COMMAND,
            cwd=ROOT,
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=subprocess.DEVNULL,
            env={**passed_on(), "TMPDIR": gettempdir()},
        )
    return process, ours


def _tell(line: socket.socket, data: bytes, until: float) -> bool:
    """Whether the child took it: one that has ended says with its answer why, if at all."""
    line.settimeout(_left(until))
    try:
        line.sendall(data)
    except TimeoutError:
        raise
    except OSError:
        return False
    return True


def _answer(line: socket.socket, until: float) -> bytes:
    with suppress(OSError):
        line.shutdown(socket.SHUT_WR)
    said = bytearray()
    while len(said) <= LARGEST_REPORT:
        line.settimeout(_left(until))
        piece = line.recv(_PIECE)
        if not piece:
            return bytes(said)
        said += piece
    return b""


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _certificates(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii")
        x509.load_pem_x509_certificates(text.encode())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"SIGNATURE_ROOTS: {path.name} không chứa chứng thư dạng PEM",
            f"SIGNATURE_ROOTS: {path.name} holds no certificates in PEM",
        ) from error
    return text.rstrip() + "\n"
