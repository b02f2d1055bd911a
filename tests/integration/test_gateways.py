"""Kannel itself, with its pretended SMSC, and an SMPP server by another's hand (`make phones`)."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cli.embedded.ports import accepts_connections
from services.notifications.domain.notice import Notice, NoticeText
from services.notifications.domain.receipt import ProviderReport, ReceiptResult, spellings
from services.notifications.domain.sending import SendOutcome
from services.notifications.outside.kannel import Kannel
from services.notifications.outside.provider import read_address
from services.notifications.outside.smpp import Smpp
from tests.processes import free_port, until
from tests.unit.test_notifications_domain import NOTICE

FAKE_SMSC = Path("/usr/lib/kannel/test/fakesmsc")
SMSC = Path(__file__).parent / "smsc_standin.pl"
MISSING = "is missing: run `make phones`"
CONFIG = """
group = core
admin-port = {admin}
admin-password = nobody
smsbox-port = {box}
box-allow-ip = 127.0.0.1

group = smsc
smsc = fake
smsc-id = viettel
host = 127.0.0.1
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}

group = sendsms-user
username = motcua
password = secret

group = sms-service
keyword = default
text = ""
"""


@contextmanager
def started(log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program, its words in a file, ended when the test is over."""
    with log.open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            yield process
        finally:
            process.kill()


class Reports(BaseHTTPRequestHandler):
    """Our address for receipts."""

    came: "Queue[dict[str, str]]"

    def do_GET(self) -> None:
        self.came.put(dict(parse_qsl(urlsplit(self.path).query)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Say nothing."""


@pytest.fixture
def reports() -> Iterator[Any]:
    queue: Queue[dict[str, str]] = Queue()
    handler = type("OurReports", (Reports,), {"came": queue})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}/receipts/s", came=queue)
    server.shutdown()
    server.server_close()


@pytest.fixture
def kannel(tmp_path: Path, reports: Any) -> Iterator[Any]:
    """Kannel's two programs and its pretended SMSC; `said` is what the SMSC was given."""
    assert shutil.which("bearerbox"), f"Kannel {MISSING}"
    assert FAKE_SMSC.exists(), f"Kannel's fake SMSC {MISSING}"
    ports = {name: free_port() for name in ("admin", "box", "smsc", "sendsms")}
    config, smsc = tmp_path / "kannel.conf", tmp_path / "smsc.log"
    config.write_text(CONFIG.format(**ports), encoding="ascii")
    port = str(ports["smsc"])
    with started(tmp_path / "bearerbox.log", "bearerbox", str(config)):
        until(lambda: accepts_connections(ports["smsc"]), within=30, why="Kannel's bearerbox")
        box = started(tmp_path / "smsbox.log", "/usr/sbin/smsbox", str(config))
        command = [str(FAKE_SMSC), "-H", "127.0.0.1", "-r", port, "-m", "0", "a b text x"]
        with box, started(smsc, *command):
            until(lambda: accepts_connections(ports["sendsms"]), within=30, why="Kannel's smsbox")
            until(lambda: b"Connecting" in smsc.read_bytes(), within=30, why="the pretended SMSC")
            url = f"kannel+http://motcua:secret@127.0.0.1:{ports['sendsms']}"
            provider = Kannel(read_address(url, reports.url))
            yield SimpleNamespace(provider=provider, said=smsc.read_text, url=url)


def sms(to: str, text: str = "Ho so da duoc tiep nhan.") -> Notice:
    return replace(NOTICE, to=to, letter=NoticeText(subject="", text=text))


def test_kannel_delivers_and_reports_by_our_id(kannel: Any, reports: Any) -> None:
    answer = kannel.provider.send(sms("+84912345678"))
    assert (answer.outcome, answer.reports) == (SendOutcome.TAKEN, True)
    until(lambda: "<TTPVHCC +84912345678 text Ho so da duoc tiep nhan.>" in kannel.said())
    # Kannel tells of both at once, each by a call of its own: either may come first.
    calls = [reports.came.get(timeout=30) for _ in range(2)]
    told = [report for call in calls for report in kannel.provider.read_report(call)]
    assert {each.notice for each in told} == {NOTICE.id}
    assert {each.result for each in told} == {ReceiptResult.TAKEN, ReceiptResult.DELIVERED}


def test_kannel_that_does_not_know_us_took_nothing(kannel: Any) -> None:
    stranger = Kannel(read_address(kannel.url.replace("secret", "wrong")))
    assert stranger.send(sms("+84912345678")).outcome is SendOutcome.BUSY


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[Any]:
    """An SMPP server; `said` is what it was told, line by line."""
    assert subprocess.run(["perl", "-MNet::SMPP", "-e1"], check=False).returncode == 0, (  # noqa: S607 -- the system's perl
        f"Perl's Net::SMPP {MISSING}"
    )
    port, log = free_port(), tmp_path / "smsc.log"
    with started(log, "perl", str(SMSC), str(port)):
        until(lambda: "ready" in log.read_text(), within=30, why="the SMPP server")
        yield SimpleNamespace(port=port, said=lambda: log.read_text().splitlines())


class Kept:
    """What the bind reports; `available = False` is a database that is away."""

    def __init__(self) -> None:
        self.reports: Queue[ProviderReport] = Queue()
        self.available = True

    def __call__(self, _provider: str, report: ProviderReport) -> bool:
        if self.available:
            self.reports.put(report)
        return self.available


@pytest.fixture
def bind(smsc: Any) -> Iterator[Any]:
    kept = Kept()
    address = read_address(f"smpp://motcua:secret@127.0.0.1:{smsc.port}")
    provider = Smpp(replace(address, patience=2), kept)
    yield SimpleNamespace(send=provider.send, kept=kept, keep=provider.keep)
    provider.close()


def test_a_message_over_smpp_is_reported_under_another_spelling_of_its_id(
    bind: Any, smsc: Any
) -> None:
    for ending, result in (("678", ReceiptResult.DELIVERED), ("004", ReceiptResult.FAILED)):
        answer = bind.send(sms(f"+84912345{ending}"))
        assert answer.outcome is SendOutcome.TAKEN
        report = bind.kept.reports.get(timeout=10)
        assert report.result is result
        assert answer.reference.lower() in spellings(report.reference)
    until(lambda: smsc.said().count("acknowledged 0") == 2, within=10)
    assert smsc.said().count("bound motcua") == 1


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        ("001", SendOutcome.UNCLEAR),
        ("002", SendOutcome.REFUSED),
        ("003", SendOutcome.BUSY),
        ("005", SendOutcome.TAKEN),
    ],
)
def test_the_answer_of_an_smsc_says_what_became_of_the_message(
    bind: Any, ending: str, outcome: SendOutcome
) -> None:
    assert bind.send(sms(f"+84912345{ending}")).outcome is outcome
    # A silent answer or a refusal ends no bind.
    assert bind.send(sms("+84912345678")).outcome is SendOutcome.TAKEN


def test_a_report_that_could_not_be_stored_is_not_acknowledged_as_stored(
    bind: Any, smsc: Any
) -> None:
    bind.kept.available = False
    bind.send(sms("+84912345678"))
    until(lambda: "acknowledged 100" in smsc.said(), within=10)


def test_a_long_message_goes_in_parts_and_the_last_one_is_reported(bind: Any, smsc: Any) -> None:
    assert bind.send(sms("+84912345678", "a" * 200)).outcome is SendOutcome.TAKEN
    took = [line.split() for line in smsc.said() if line.startswith("took")]
    assert [(each[2], each[3]) for each in took] == [("0", "64"), ("1", "64")]
    bind.kept.reports.get(timeout=10)
    with pytest.raises(Empty):
        bind.kept.reports.get(timeout=0.3)


def test_an_smsc_that_is_away_or_does_not_know_us_took_nothing(smsc: Any) -> None:
    for url in (
        f"smpp://motcua:wrong@127.0.0.1:{smsc.port}",
        f"smpp://motcua:secret@127.0.0.1:{free_port()}",
    ):
        provider = Smpp(replace(read_address(url), patience=2), Kept())
        assert provider.send(sms("+84912345678")).outcome is SendOutcome.BUSY


def test_an_smsc_that_ends_the_bind_gets_a_new_one(bind: Any, smsc: Any) -> None:
    bind.send(sms("+84912345678"))
    provider: Any = bind.keep.__self__
    provider._bind.close()  # noqa: SLF001 -- as if the line were cut
    assert bind.send(sms("+84912345678")).outcome is SendOutcome.TAKEN
    assert smsc.said().count("bound motcua") == 2
