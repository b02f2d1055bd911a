"""Stand-ins for the mail server and the SMS gateway: they store messages and list them.

    python -m cli.embedded.smtp_and_sms_standins --smtp-port 27107 --sms-port 27108 --keep FOLDER

Each message becomes one JSON line of `mail.jsonl` or `sms.jsonl` in FOLDER.
`POST /sms` takes the fields of Kannel's interface (from, to, text, and our id) and answers 202.
`GET /messages` shows everything; `?kind=sms`, `?to=0912…` and `?id=…` choose.

For tests of failures some receivers are special: a number ending in 000 gets status 500, one in
001 is stored and then not answered, one in 002 gets 400; mail to `refused@…` gets 550, to
`later@…` 451.
"""

import argparse
import json
import signal
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program, python_command

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

STANDINS = "standins"
HANG_SECONDS = 300.0
_LARGEST_SMS = 64 * 1024
_FORCED = {"000": 500, "002": 400}
_REFUSALS = {"refused": "550 no such mailbox", "later": "451 try again later"}


def program(folder: DataFolder, ports: Ports) -> Program:
    """How to start both stand-ins, in one process."""
    return Program(
        name=STANDINS,
        command=python_command(
            "cli.embedded.smtp_and_sms_standins",
            *("--smtp-port", str(ports.mail)),
            *("--sms-port", str(ports.sms)),
            *("--keep", str(folder.path("messages"))),
        ),
        ready=lambda: accepts_connections(ports.mail) and accepts_connections(ports.sms),
        ports=(ports.mail, ports.sms),
    )


class MessageArchive:
    """A store of received messages: one file of JSON lines for each kind."""

    def __init__(self, folder: Path) -> None:
        """Appends to the files of an earlier run."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()

    def add(self, kind: str, **fields: str) -> None:
        """Store one message with the time it was received."""
        received = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"kind": kind, "received": received, **fields}, ensure_ascii=False)
        with self._lock, (self._folder / f"{kind}.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def find(self, wanted: Mapping[str, str]) -> list[dict[str, str]]:
        """The messages whose fields have the wanted values, oldest first."""
        with self._lock:
            lines = [
                line
                for path in sorted(self._folder.glob("*.jsonl"))
                for line in path.read_text(encoding="utf-8").splitlines()
            ]
        messages: list[dict[str, str]] = [json.loads(line) for line in lines]
        fits = [each for each in messages if wanted.items() <= each.items()]
        return sorted(fits, key=lambda each: each["received"])


class SmtpHandler:
    """The handler for aiosmtpd: stores mail, and refuses the special receivers."""

    def __init__(self, archive: MessageArchive) -> None:
        """Stores mail in `archive`."""
        self._archive = archive

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name and signature
        self,
        server: "SMTP",  # noqa: ARG002 -- as above
        session: "Session",  # noqa: ARG002 -- as above
        envelope: "Envelope",
        address: str,
        options: list[str],  # noqa: ARG002 -- as above
    ) -> str:
        """Accept or refuse one receiver."""
        refusal = _REFUSALS.get(address.partition("@")[0])
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name and signature
        self,
        server: "SMTP",  # noqa: ARG002 -- as above
        session: "Session",  # noqa: ARG002 -- as above
        envelope: "Envelope",
    ) -> str:
        """Store the message once for each receiver."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        body = mail.get_body(("plain", "html"))
        for receiver in envelope.rcpt_tos:
            self._archive.add(
                "mail",
                **{"from": str(envelope.mail_from), "to": receiver},
                id=str(mail.get("Message-ID", "")),
                subject=str(mail.get("Subject", "")),
                text=str(body.get_content()) if body is not None else "",
            )
        return "250 OK"


class SmsGatewayHandler(BaseHTTPRequestHandler):
    """The HTTP handler of the SMS gateway, which also lists the messages of both stand-ins."""

    archive: MessageArchive
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        """Receive one SMS."""
        length = min(int(self.headers.get("Content-Length", "0")), _LARGEST_SMS)
        asked = urlsplit(self.path)
        fields = dict(parse_qsl(asked.query) + parse_qsl(self.rfile.read(length).decode()))
        if asked.path != "/sms":
            self._answer(404, "no such path")
        elif not {"from", "to", "text"} <= fields.keys():
            self._answer(400, "from, to and text are needed")
        else:
            self._take(fields)

    def do_GET(self) -> None:
        """List stored messages."""
        asked = urlsplit(self.path)
        if asked.path != "/messages":
            self._answer(404, "no such path")
            return
        chosen = self.archive.find(dict(parse_qsl(asked.query)))
        self._answer(200, json.dumps({"messages": chosen}, ensure_ascii=False), "application/json")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's name
        """Log nothing: a log would contain phone numbers."""

    def _take(self, fields: Mapping[str, str]) -> None:
        ending = fields["to"][-3:]
        if ending in _FORCED:
            self._answer(_FORCED[ending], "1: refused, as this number asks for")
            return
        self.archive.add("sms", **fields)
        if ending == "001":
            threading.Event().wait(HANG_SECONDS)
        self._answer(202, "0: Accepted for delivery")

    def _answer(self, status: int, text: str, media_type: str = "text/plain") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415 -- the image has none of this

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--sms-port", type=int, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    chosen = parser.parse_args()
    archive = MessageArchive(chosen.keep)
    mail = Controller(SmtpHandler(archive), hostname=HOST, port=chosen.smtp_port)
    mail.start()
    handler = type("SmsGateway", (SmsGatewayHandler,), {"archive": archive})
    with ThreadingHTTPServer((HOST, chosen.sms_port), handler) as sms:
        sms.daemon_threads = True
        threading.Thread(target=sms.serve_forever, daemon=True).start()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
    mail.stop()


if __name__ == "__main__":
    # Blocked before any thread starts, so that only sigwait receives them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
