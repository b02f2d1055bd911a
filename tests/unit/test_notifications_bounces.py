"""What comes back of letters: by the standard, in other forms, over IMAP."""

import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.notice import NoticeState
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.outside.bounce_mailbox import BounceMailbox
from services.notifications.outside.bounces import read_bounce
from services.notifications.outside.provider import read_address
from tests.processes import free_port
from tests.unit.test_notifications_outside import SOON
from tests.unit.test_notifications_service import CONTACT, Desk, FakeProvider, submitted

ID = "0b7c1d5e-3d2b-5a5e-9d6c-7c1f6c0e2a41"
TO = f"bounces+{ID}@nghean.example.vn"


def dsn(action: str = "failed", status: str = "5.1.1", to: str = TO, quoted: str = "") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example.vn
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail system could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.vn

Final-Recipient: rfc822; duc@example.vn
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

Message-ID: <{quoted or "x"}@nghean.example.vn>
Subject: Ho so

text
--b--
""".replace("\n", "\r\n").encode()


QMAIL = f"""From: MAILER-DAEMON@mx.example.vn
To: {TO}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.vn.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<duc@example.vn>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{TO}>
""".encode()


@pytest.mark.parametrize(
    ("raw", "result", "code"),
    [
        (dsn(), ReceiptResult.FAILED, "dsn 5.1.1"),
        (dsn(status="4.2.2"), ReceiptResult.TEMPORARY_FAILURE, "dsn 4.2.2"),
        (dsn("delivered", "2.0.0"), ReceiptResult.DELIVERED, "dsn 2.0.0"),
        (dsn(to="bounces@nghean.example.vn", quoted=ID), ReceiptResult.FAILED, "dsn 5.1.1"),
        (QMAIL, ReceiptResult.FAILED, "bounce"),
    ],
)
def test_a_bounce_says_of_which_letter_it_is_and_how_it_ended(
    raw: bytes, result: ReceiptResult, code: str
) -> None:
    assert read_bounce(raw) == (ProviderReport(result=result, notice=ID, code=code),)


@pytest.mark.parametrize(
    "raw",
    [
        dsn("delayed", "4.4.1"),
        dsn(to="bounces@nghean.example.vn"),
        dsn(to="bounces+not-an-id-of-ours-at-all-but-as-long@x.vn"),
        b"To: " + TO.encode() + b"\r\nSubject: Out of office\r\n\r\nI am away.",
        b"",
        b"\x00\xff" * 500,
    ],
)
def test_what_decides_nothing_reports_nothing(raw: bytes) -> None:
    assert read_bounce(raw) == ()


@given(st.binary(max_size=2000))
def test_no_mail_breaks_the_reader(raw: bytes) -> None:
    assert len(read_bounce(b"To: " + TO.encode() + b"\r\n" + raw)) <= 1


class Mailbox(socketserver.StreamRequestHandler):
    """An IMAP server with one folder, of the few commands that are asked (RFC 3501)."""

    server: Any

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, command, *rest = line.decode().strip().split(" ", 2)
            if not self.answer(command.upper(), rest[0] if rest else ""):
                self.say("* BYE")
            word = "NO" if command.upper() == "LOGIN" and "right" not in rest[0] else "OK"
            self.say(f"{tag} {word} done")
            if command.upper() == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def answer(self, command: str, rest: str) -> bool:
        mails = self.server.mails
        if command == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif command == "SELECT":
            self.say(f"* {len(mails)} EXISTS")
        elif command == "UID" and rest.startswith("SEARCH UNSEEN"):
            unseen = " ".join(str(n) for n in sorted(mails) if n not in self.server.seen)
            self.say(f"* SEARCH {unseen}")
        elif command == "UID" and rest.startswith("FETCH"):
            number = int(rest.split()[1])
            raw = mails[number]
            self.say(f"* 1 FETCH (UID {number} BODY[]<0> {{{len(raw)}}}")
            self.wfile.write(raw)
            self.say(")")
        elif command == "UID" and rest.startswith("STORE"):
            number = int(rest.split()[1])
            self.server.seen.add(number)
            if "Deleted" in rest:
                self.server.deleted.add(number)
        elif command == "EXPUNGE":
            for each in self.server.deleted:
                mails.pop(each, None)
        return command != "LOGOUT"


@contextmanager
def mailbox(*mails: bytes) -> Iterator[Any]:
    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox)
    server.daemon_threads = True
    server.mails, server.seen, server.deleted = dict(enumerate(mails, 1)), set(), set()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def reader(port: int, password: str = "right") -> BounceMailbox:  # noqa: S107 -- a test's own
    url = f"imap://bounces%40x.vn:{password}@127.0.0.1:{port}/INBOX"
    return BounceMailbox(replace(read_address(url), patience=SOON))


def test_bounces_are_read_over_imap_and_removed_and_others_left_for_a_person() -> None:
    heeded: list[ProviderReport] = []
    with mailbox(dsn(), b"Subject: hello\r\n\r\nxin chao", QMAIL) as server:
        read = reader(server.server_address[1])
        assert read.read(heeded.extend) == 3
        assert [each.notice for each in heeded] == [ID, ID]
        assert list(server.mails) == [2]
        assert read.read(heeded.extend) == 0


def test_a_bounce_that_could_not_be_stored_stays_in_the_mailbox() -> None:
    def die(_reports: Sequence[ProviderReport]) -> None:
        raise SystemExit

    with mailbox(dsn()) as server:
        with pytest.raises(SystemExit):
            reader(server.server_address[1]).read(die)
        heeded: list[ProviderReport] = []
        reader(server.server_address[1]).read(heeded.extend)
        assert len(heeded) == 1


def test_a_mailbox_that_is_away_or_closed_to_us_is_asked_again_later() -> None:
    assert reader(free_port()).read(ignore) is None
    with mailbox(dsn()) as server:
        assert reader(server.server_address[1], "wrong").read(ignore) is None


def ignore(_reports: Sequence[ProviderReport]) -> None:
    """Heed nothing."""


class Returned:
    """The mailbox of a desk: gives what it has to the service."""

    def __init__(self, *reports: ProviderReport) -> None:
        self.reports = reports

    def read(self, heed: Any) -> None:
        heed(self.reports)


def bounce_of(notice: Any) -> ProviderReport:
    return ProviderReport(result=ReceiptResult.FAILED, notice=notice.id, code="dsn 5.1.1")


def test_a_letter_that_comes_back_has_failed_and_the_counter_sees_it() -> None:
    desk = Desk()
    desk.service.meet(CONTACT, desk.about())
    desk.tell(submitted())
    for channel in (NoticeChannel.EMAIL, NoticeChannel.SMS):
        desk.send(FakeProvider(), channel)
    mail, sms = desk.notices.things
    came: Any = Returned(bounce_of(mail), bounce_of(sms))
    desk.providers._mailbox = came  # noqa: SLF001 -- its mailbox
    desk.service.read_bounces()
    assert desk.states == [NoticeState.FAILED, NoticeState.SENT]  # of an SMS no mail comes back
    assert desk.told[-1] == ("message.failed", "failed")
