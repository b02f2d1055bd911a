"""The scanner for malware: a client of ClamAV's daemon, over TCP or a unix socket.

    scanner = Scanner()

    if self.scanner.is_there():
        report = self.scanner.scan(self.files.get(document.sha256))

Every wait is bounded, and a file goes there piece by piece as it comes out of the store. A daemon
that finds nothing in the test file of EICAR has no signatures, and counts as away: what it says
proves nothing.
"""

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from foundation.errors import Unavailable
from foundation.files import clamd
from foundation.files.clamd import ScanReport, Verdict
from foundation.injection import Provider
from foundation.observability import metrics
from foundation.observability.logs import log
from foundation.settings import SettingsError

PASS, WAIT = "pass", "wait"
LARGEST_PIECE = 256 * 1024
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 2.0
QUIET_SECONDS = 30.0
"""How long the daemon may take no byte, or say nothing once it has all."""
SCAN_SECONDS = 120.0
TRUSTED_SECONDS = 3600.0
"""How long it is only pinged once it has reported the test file, which its log shows each time."""
LOOK_AGAIN_AFTER = 5.0


class Scanner(Provider):
    """Gives a service its scanner; without SCANNER_URL there is none, which is said everywhere."""

    label = "scanner"

    def setup(self) -> None:
        """Read where it is; it may come and go while we run.

        Raises:
            SettingsError: the settings say what cannot be.
        """
        settings = self.container.config["settings"]
        self._service, self._url = settings.queue, settings.scanner_url
        self._trusted_until = self._looked = 0.0
        self._up = False
        self.lets_pass = settings.without_scanner == PASS
        if settings.without_scanner not in {PASS, WAIT}:
            raise SettingsError(
                f"WITHOUT_SCANNER phải là {PASS} hoặc {WAIT}",
                f"WITHOUT_SCANNER must be {PASS} or {WAIT}",
            )
        if self._url and urlsplit(self._url).scheme not in {"tcp", "unix"}:
            raise SettingsError(
                "SCANNER_URL phải là tcp://máy:cổng hoặc unix:///đường/dẫn/của/socket",
                "SCANNER_URL must be tcp://host:port or unix:///path/of/socket",
            )
        metrics.SCANNER_CONFIGURED.labels(self._service).set(bool(self._url))
        if not self._url:
            log.warning("no_scanner", documents=settings.without_scanner)

    @property
    def configured(self) -> bool:
        """Whether there is to be one."""
        return bool(self._url)

    def remark(self) -> str:
        """What the readiness page says of it; "" if all is well."""
        if not self.configured:
            fate = "pass, marked as not scanned" if self.lets_pass else "wait"
            return f"no virus scanner is set up (SCANNER_URL): documents {fate}"
        lately = time.monotonic() - self._looked < LOOK_AGAIN_AFTER
        there = self._up if lately else self.is_there()
        return "" if there else "the virus scanner is away: documents wait for it"

    def is_there(self) -> bool:
        """Whether there is a scanner, and it reports the test file of EICAR."""
        trusted = time.monotonic() < self._trusted_until
        there = self.configured and self._pongs() and (trusted or self._knows_the_test_file())
        if there and not trusted:
            self._trusted_until = time.monotonic() + TRUSTED_SECONDS
        if not there:
            self._trusted_until = 0.0
        self._up, self._looked = there, time.monotonic()
        metrics.SCANNER_UP.labels(self._service).set(there)
        return there

    def scan(self, pieces: Iterable[bytes]) -> ScanReport:
        """The verdict on a file; FAILED if the daemon cut the stream, was too slow or erred.

        Raises:
            Unavailable: it cannot be reached, or the file cannot be read; nothing was scanned.
        """
        return self._scan(pieces, QUIET_SECONDS)

    def _pongs(self) -> bool:
        try:
            with _connected(self._url) as line:
                line.settimeout(ANSWER_SECONDS)
                line.sendall(clamd.PING)
                return line.recv(len(clamd.PONG)) == clamd.PONG
        except (OSError, Unavailable):
            return False

    def _knows_the_test_file(self) -> bool:
        try:
            report = self._scan([clamd.TEST_FILE], ANSWER_SECONDS)
        except Unavailable:
            return False
        if report.verdict is Verdict.CLEAN:
            log.error("the scanner has no signatures: it calls the test file of EICAR clean")
        return report.verdict is Verdict.INFECTED

    def _scan(self, pieces: Iterable[bytes], quiet: float) -> ScanReport:
        until = time.monotonic() + SCAN_SECONDS
        with _connected(self._url) as line:
            line.settimeout(quiet)
            try:
                line.sendall(clamd.INSTREAM)
            except OSError as error:
                return _failed(error)
            for each in pieces:
                if not _sent(line, each):
                    break
                if time.monotonic() > until:
                    return ScanReport(Verdict.FAILED, clamd.TOO_SLOW)
            else:
                _sent(line, b"")
            return _answer(line)


def _sent(line: socket.socket, data: bytes) -> bool:
    """Whether the daemon took it: it hangs up on what is too large for it, and says so before."""
    try:
        for at in range(0, len(data), LARGEST_PIECE):
            line.sendall(clamd.piece(data[at : at + LARGEST_PIECE]))
        if not data:
            line.sendall(clamd.END)
    except OSError:
        return False
    return True


def _answer(line: socket.socket) -> ScanReport:
    said = b""
    try:
        while len(said) < clamd.LARGEST_ANSWER and (more := line.recv(clamd.LARGEST_ANSWER)):
            said += more
    except OSError as error:
        # What it said before it hung up counts, if it is whole.
        return clamd.read_answer(said) if said.endswith(b"\0") else _failed(error)
    return clamd.read_answer(said) if said.endswith(b"\0") else ScanReport(Verdict.FAILED, "cut")


def _failed(error: OSError) -> ScanReport:
    return ScanReport(Verdict.FAILED, type(error).__name__)


@contextmanager
def _connected(url: str) -> Iterator[socket.socket]:
    try:
        line = _connect(url)
    except (OSError, ValueError) as error:
        raise Unavailable(
            "Bộ quét mã độc tạm thời không trả lời; tệp đang chờ được quét.",
            "The virus scanner does not answer at the moment; files wait to be scanned.",
        ) from error
    with line:
        yield line


def _connect(url: str) -> socket.socket:
    place = urlsplit(url)
    if place.scheme != "unix":
        return socket.create_connection((place.hostname or "", place.port or 3310), CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(CONNECT_SECONDS)
    try:
        line.connect(unquote(place.path))
    except OSError:
        line.close()
        raise
    return line
