"""A payment platform for trying out: it takes orders, shows a page to pay at, and notifies.

    python -m cli.embedded.payment_standin --port 27113 --notify http://…/payments/paygov/notice \
        --secret-file FILE --keep FILE

It speaks as services/intake/outside/paygov.py does and moves no money, so it listens on this
machine alone. For tests of failures some amounts are special: one ending in 001 is paid and never
notified, one in 002 is paid with 1,000 too little, one in 003 is notified twice.
"""

import argparse
import html
import json
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program, python_command
from services.intake.outside.paygov import ASK, NO_SUCH_ORDER, ORDER, is_sealed, read_texts, sealed

NAME = "payment-platform"
PARTNER, ACCOUNT = "motcua", "3941.0.1234567@KBNN"
_SECRET, _KEPT = "payment-secret", "payments.json"
_LARGEST = 64 * 1024
_TRIES, _PAUSE = 5, 2.0
_SHORT_BY = 1000
_PAGE = "/thanh-toan/"

Order = dict[str, str]


def program(folder: DataFolder, ports: Ports, intake: str) -> Program:
    """How to start it; `intake` is the address of that service's API."""
    return Program(
        name=NAME,
        command=python_command(
            "cli.embedded.payment_standin",
            *("--port", str(ports.payment)),
            *("--notify", f"{intake}/payments/paygov/notice"),
            *("--secret-file", str(folder.path(_SECRET))),
            *("--keep", str(folder.path(_KEPT))),
        ),
        ready=lambda: accepts_connections(ports.payment),
        ports=(ports.payment,),
    )


def prepare(folder: DataFolder) -> None:
    """Write the secret that it reads at start."""
    folder.write_text(_SECRET, folder.secret(_SECRET) + "\n")


def settings(folder: DataFolder, ports: Ports) -> dict[str, str]:
    """What intake is told of it."""
    return {
        "PAYMENT_URL": f"paygov+http://{HOST}:{ports.payment}",
        "PAYMENT_PARTNER": PARTNER,
        "PAYMENT_ACCOUNT": ACCOUNT,
        "PAYMENT_SECRET": folder.secret(_SECRET),
    }


class StandinOrders:
    """The orders of the platform, and what it answers about them."""

    def __init__(self, secret: str, url: str, kept: Path | None = None) -> None:
        """`url` is the platform's own; orders of an earlier run are read from `kept`."""
        self._secret, self._url, self._kept = secret, url, kept
        self._lock = threading.Lock()
        self.orders: dict[str, Order] = {}
        if kept and kept.exists():
            self.orders = json.loads(kept.read_text(encoding="utf-8"))

    def answer(self, path: str, body: bytes) -> tuple[int, dict[str, str]]:
        """The answer to a message; what is not sealed is not read."""
        said = read_texts(body)
        if not is_sealed(said, self._secret):
            return 200, self._sealed(MaLoi="97", MoTaLoi="Sai ma xac thuc")
        reference = said.get("MaThamChieu", "")
        if path == ORDER and said.get("SoTien", "").isdigit():
            return 200, self._order(reference, said)
        if path == ASK:
            known = self.orders.get(reference)
            if known is None:
                return 200, self._sealed(MaLoi=NO_SUCH_ORDER, MaThamChieu=reference)
            return 200, self.report(reference)
        return 404, self._sealed(MaLoi="01", MoTaLoi="Khong hieu ban tin")

    def pay(self, reference: str, state: str = "DA_THANH_TOAN") -> Order:
        """The payer paid, or failed to; an order that was paid stays so."""
        with self._lock:
            order = self.orders[reference]
            if order["TrangThai"] != "DA_THANH_TOAN":
                order["TrangThai"] = state
                order["MaGiaoDich"] = f"GD{len(self.orders):06}-{reference[-12:]}"
                order["UrlBienLai"] = f"{self._url}/bien-lai/{quote(reference)}"
            self._keep()
            return dict(order)

    def report(self, reference: str) -> dict[str, str]:
        """What is known of an order, as a notification and an answer say it."""
        order = self.orders[reference]
        amount = int(order["SoTien"])
        if order["SoTien"].endswith("002"):
            amount -= _SHORT_BY
        told = {
            "MaLoi": "00",
            "MaDoiTac": order["MaDoiTac"],
            "MaThamChieu": reference,
            "TrangThai": order["TrangThai"],
            "SoTien": str(amount),
            "MaTienTe": order["MaTienTe"],
        }
        more = {name: order[name] for name in ("MaGiaoDich", "UrlBienLai") if name in order}
        return self._sealed(**told, **more)

    def may_be_paid(self, reference: str, now: datetime) -> bool:
        """Whether the link of an order still holds."""
        order = self.orders.get(reference)
        if order is None or order["TrangThai"] != "CHUA_THANH_TOAN":
            return False
        until = datetime.strptime(f"{order['ThoiGianHetHan']}+0700", "%Y%m%d%H%M%S%z")
        return now < until

    def _order(self, reference: str, said: Mapping[str, str]) -> dict[str, str]:
        with self._lock:
            self.orders.setdefault(reference, {**said, "TrangThai": "CHUA_THANH_TOAN"})
            self._keep()
        link = f"{self._url}{_PAGE}{quote(reference)}"
        return self._sealed(MaLoi="00", MaThamChieu=reference, UrlThanhToan=link)

    def _keep(self) -> None:
        if self._kept:
            self._kept.write_text(json.dumps(self.orders, ensure_ascii=False), encoding="utf-8")

    def _sealed(self, **fields: str) -> dict[str, str]:
        return sealed(fields, self._secret)


class PaymentStandin(BaseHTTPRequestHandler):
    """The platform over HTTP."""

    book: StandinOrders
    notify: Callable[[str], None]
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        """A message, or the form of the page."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _LARGEST))
        path = urlsplit(self.path).path
        if not path.startswith(_PAGE):
            status, said = self.book.answer(path, body)
            self._answer(status, json.dumps(said, ensure_ascii=False), "application/json")
            return
        reference = unquote(path.removeprefix(_PAGE))
        if reference not in self.book.orders:
            self._answer(404, "no such order")
            return
        if self.book.may_be_paid(reference, datetime.now(UTC)):
            done = dict(parse_qsl(body.decode())).get("done", "")
            self.book.pay(reference, "THAT_BAI" if done == "fail" else "DA_THANH_TOAN")
            threading.Thread(target=self.notify, args=(reference,), daemon=True).start()
        self.send_response(303)
        self.send_header("Location", self.book.orders[reference]["UrlQuayLai"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """The page where one pays."""
        path = urlsplit(self.path).path
        reference = unquote(path.removeprefix(_PAGE))
        if not path.startswith(_PAGE) or reference not in self.book.orders:
            self._answer(404, "no such page")
            return
        self._answer(200, _page(self.book.orders[reference]), "text/html")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's name
        """Log nothing."""

    def _answer(self, status: int, text: str, media_type: str = "text/plain") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def send_notice(book: StandinOrders, to: str, reference: str) -> None:
    """Notify of an order, as often as its amount asks for, until it is answered."""
    amount = book.orders[reference]["SoTien"]
    times = {"001": 0, "003": 2}.get(amount[-3:], 1)
    body = json.dumps(book.report(reference)).encode()
    for _ in range(times):
        for _ in range(_TRIES):
            if _sent(to, body):
                break
            time.sleep(_PAUSE)


def _sent(to: str, body: bytes) -> bool:
    asked = urllib.request.Request(  # noqa: S310 -- an address of our own settings
        to, data=body, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=5) as response:  # noqa: S310 -- as above
            return bool(response.status == 200)  # noqa: PLR2004 -- HTTP's
    except OSError:
        return False


def _page(order: Mapping[str, str]) -> str:
    amount = f"{int(order['SoTien']):,}".replace(",", ".")
    what = html.escape(order.get("ThongTinGiaoDich", ""))
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Thanh toán thử</title>'
        '<meta name="viewport" content="width=device-width"></head><body><main>'
        f"<h1>Thanh toán thử / Trial payment</h1><p>{what}</p><p><strong>{amount} VND</strong></p>"
        '<form method="post"><p><button name="done" value="pay">Trả tiền / Pay</button> '
        '<button name="done" value="fail">Không thành công / Fail</button></p></form>'
        "</main></body></html>"
    )


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--notify", required=True)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    chosen = parser.parse_args()
    secret = chosen.secret_file.read_text(encoding="utf-8").strip()
    book = StandinOrders(secret, f"http://{HOST}:{chosen.port}", chosen.keep)
    own: dict[str, Any] = {
        "book": book,
        "notify": staticmethod(lambda reference: send_notice(book, chosen.notify, reference)),
    }
    with ThreadingHTTPServer((HOST, chosen.port), type(NAME, (PaymentStandin,), own)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    # Blocked before any thread starts, so that only sigwait receives them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
