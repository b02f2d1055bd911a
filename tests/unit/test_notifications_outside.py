"""The providers, tried against small servers on this machine that behave badly on purpose."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller

from services.notifications.domain.notice import Notice, NoticeText
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.sending import SendOutcome
from services.notifications.outside.mail_letter import MailOffice
from services.notifications.outside.mail_relay import MailRelay
from services.notifications.outside.provider import read_address
from services.notifications.outside.sms_gateway import SmsGateway
from tests.processes import free_port

SOON = 0.3
DOSSIER = "01748f1c-2e80-7000-8000-0000000000d0"
NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
SENDER = "motcua@nghean.example.vn"
OFFICE = MailOffice(
    sender=SENDER,
    bounces_to="bounces@nghean.example.vn",
    unsubscribe_at="https://tin.example.vn/unsubscribe",
    secret="a-secret-of-sixteen",  # noqa: S106 -- a test's own
)


def notice(channel: NoticeChannel, to: str) -> Notice:
    return Notice(
        id="0b7c",
        dossier="d-1",
        agency="so-xay-dung",
        kind="accepted",
        channel=channel,
        to=to,
        letter=NoticeText(subject="Đã tiếp nhận hồ sơ", text="Hồ sơ đã được tiếp nhận.\n"),
        planned=NOW,
        due=NOW,
    )


MAIL = notice(NoticeChannel.EMAIL, "duc@example.vn")
SMS = notice(NoticeChannel.SMS, "+84912345678")


class Gateway(BaseHTTPRequestHandler):
    """Answers with the status its server was told; 0 is to take the SMS and say nothing."""

    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.taken.append((self.path, parse_qs(body)))
        if not self.server.status:
            self.server.enough.wait(5)
            return
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Say nothing."""


@contextmanager
def gateway(status: int) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.status, server.taken, server.enough = status, [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.enough.set()
        server.shutdown()
        server.server_close()


def by_sms(url: str) -> SendOutcome:
    address = replace(read_address(url), patience=SOON)
    return SmsGateway(address).send(SMS).outcome


def by_mail(url: str, mail: Notice) -> SendOutcome:
    address = replace(read_address(url), patience=SOON)
    return MailRelay(address, OFFICE).send(mail).outcome


def send_sms(server: Any) -> SendOutcome:
    return by_sms(f"http://127.0.0.1:{server.server_port}/")


class Relay:
    """Keeps the mail, or answers with the reply it was given at the stage it was given for."""

    def __init__(self, recipient: str = "250 OK", data: str = "250 OK") -> None:
        self.recipient, self.data = recipient, data
        self.mails: list[bytes] = []
        self.path = ""

    async def handle_MAIL(  # noqa: N802 -- the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = self.path = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 -- the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(  # noqa: N802 -- the library's name
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        self.mails.append(envelope.content)
        if not self.data:
            server.transport.close()
        return self.data


@contextmanager
def relay(handler: Relay) -> Iterator[str]:
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def send_mail(handler: Relay, mail: Notice = MAIL) -> SendOutcome:
    with relay(handler) as url:
        return by_mail(url, mail)


def test_a_gateway_that_takes_an_sms_is_given_all_it_needs() -> None:
    with gateway(202) as server:
        assert send_sms(server) is SendOutcome.TAKEN
    form = {
        "from": ["TTPVHCC"],
        "to": ["+84912345678"],
        "text": ["Hồ sơ đã được tiếp nhận.\n"],
        "id": ["0b7c"],
    }
    assert server.taken == [("/sms", form)]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, SendOutcome.TAKEN),
        (301, SendOutcome.REFUSED),
        (400, SendOutcome.REFUSED),
        (408, SendOutcome.BUSY),
        (429, SendOutcome.BUSY),
        (500, SendOutcome.UNCLEAR),
        (502, SendOutcome.UNCLEAR),
        (503, SendOutcome.BUSY),
        (504, SendOutcome.UNCLEAR),
    ],
)
def test_a_gateways_status_says_what_became_of_the_sms(status: int, outcome: SendOutcome) -> None:
    with gateway(status) as server:
        assert send_sms(server) is outcome


def test_a_gateway_that_took_the_sms_and_fell_silent_leaves_it_unclear() -> None:
    with gateway(0) as server:
        assert send_sms(server) is SendOutcome.UNCLEAR
    assert len(server.taken) == 1


def test_a_gateway_that_is_not_there_cannot_have_taken_anything() -> None:
    assert by_sms(f"http://127.0.0.1:{free_port()}") is SendOutcome.BUSY


def test_a_relay_gets_a_letter_that_any_mail_program_reads() -> None:
    handler = Relay()
    assert send_mail(handler) is SendOutcome.TAKEN
    mail = message_from_bytes(handler.mails[0], policy=policy.default)
    assert (mail["To"], mail["From"]) == ("duc@example.vn", SENDER)
    assert mail["Subject"] == "Đã tiếp nhận hồ sơ"
    assert mail["Message-ID"] == "<0b7c@nghean.example.vn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.iter_parts()
    assert plain.get_content().strip() == "Hồ sơ đã được tiếp nhận."
    assert "<p>Hồ sơ đã được tiếp nhận.</p>" in html.get_content()
    assert '<html lang="vi">' in html.get_content()
    # What comes back names the letter, and what the law makes us tell cannot be ended.
    assert handler.path == "bounces+0b7c@nghean.example.vn"
    assert mail["List-Unsubscribe"] is None


def test_what_the_law_leaves_to_the_person_is_ended_with_one_click() -> None:
    handler = Relay()
    letter = replace(MAIL, kind="fee_paid", dossier=DOSSIER)
    assert send_mail(handler, letter) is SendOutcome.TAKEN
    mail = message_from_bytes(handler.mails[0], policy=policy.default)
    url = f"https://tin.example.vn/unsubscribe/{DOSSIER}/{OFFICE.seal(DOSSIER)}"
    assert f"\r\n <{url}>\r\n".encode() in handler.mails[0]
    assert mail["List-Unsubscribe"].strip() == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert OFFICE.knows("d-1", OFFICE.seal("d-1"))
    assert not OFFICE.knows("d-2", OFFICE.seal("d-1"))
    assert not replace(OFFICE, secret="").knows("d-1", replace(OFFICE, secret="").seal("d-1"))


def test_nothing_that_a_person_wrote_becomes_markup() -> None:
    handler = Relay()
    text = NoticeText(subject="<b>x</b>", text="<script>alert(1)</script>\n\n& tiếp")
    assert send_mail(handler, replace(MAIL, letter=text)) is SendOutcome.TAKEN
    mail = message_from_bytes(handler.mails[0], policy=policy.default)
    html = list(mail.iter_parts())[1].get_content()
    assert "<script" not in html
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in html


@pytest.mark.parametrize(
    ("handler", "outcome"),
    [
        (Relay(recipient="550 no such person"), SendOutcome.REFUSED),
        (Relay(recipient="450 mailbox busy"), SendOutcome.BUSY),
        (Relay(data="554 looks like spam"), SendOutcome.REFUSED),
        (Relay(data="451 try later"), SendOutcome.BUSY),
        (Relay(data=""), SendOutcome.UNCLEAR),
    ],
)
def test_a_relays_reply_says_what_became_of_the_letter(
    handler: Relay, outcome: SendOutcome
) -> None:
    assert send_mail(handler) is outcome


def test_a_relay_that_is_not_there_cannot_have_taken_anything() -> None:
    assert by_mail(f"smtp://127.0.0.1:{free_port()}", MAIL) is SendOutcome.BUSY


def test_a_relay_that_greets_nobody_cannot_have_taken_anything() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        assert by_mail(url, MAIL) is SendOutcome.BUSY


def test_a_relay_that_does_not_know_us_is_asked_again_later() -> None:
    with relay(Relay()) as url:
        stranger = url.replace("//", "//motcua:wrong@")
        assert by_mail(stranger, MAIL) is SendOutcome.BUSY


@pytest.mark.parametrize("address", ["a@b.vn\r\nBcc: everybody@example.vn", "đức@example.vn"])
def test_an_address_that_is_none_is_refused_and_nothing_leaves(address: str) -> None:
    handler = Relay()
    assert send_mail(handler, notice(NoticeChannel.EMAIL, address)) is SendOutcome.REFUSED
    assert handler.mails == []


def test_the_library_tells_its_own_errors_from_those_of_the_network() -> None:
    # The order of the excepts in MailRelay rests on this.
    assert issubclass(smtplib.SMTPException, OSError)
