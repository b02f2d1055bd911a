"""The national payment platform's way of speaking: flat texts in JSON, sealed with a shared secret.

Its specification is given to those it connects and is not public. The names here are those that
published code of connected centres uses (MaThamChieu, SoTien, MaTienTe, ThongTinBienLai with
DSKhoanNop, TKThuHuong and MaNHThuHuong, MaLoi, MaXacThuc). Paths, codes of states and the order
of what is sealed are ours, here in one place: compare them when an installation is connected.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from foundation.concurrency import green
from foundation.observability.logs import log
from foundation.worktime import HO_CHI_MINH
from services.intake.domain.payment.order import (
    OrderAnswer,
    OrderOutcome,
    PaymentOrder,
    PaymentOutcome,
    PaymentReport,
)
from services.intake.outside.payment_platform import MerchantAccount, link_of

ORDER, ASK = "/khoi-tao", "/truy-van"
SEAL, VERSION, FINE = "MaXacThuc", "1.0", "00"
# A timer asks one order after the other, within the patience of its lease.
LONGEST_WAIT, LONGEST_TALK, LARGEST_ANSWER = 4.0, 5.0, 64 * 1024
NOT_GIVEN = -1
"""In the place of a status: nothing was connected to, so nothing can have arrived."""
STATES: Mapping[str, PaymentOutcome] = {
    "DA_THANH_TOAN": PaymentOutcome.PAID,
    "THAT_BAI": PaymentOutcome.FAILED,
    "CHUA_THANH_TOAN": PaymentOutcome.UNPAID,
    "DANG_XU_LY": PaymentOutcome.PROCESSING,
}
NO_SUCH_ORDER = "14"
MOST_DIGITS = 13


class PayGov:
    """A platform that speaks so; `http` replaces the network in tests."""

    kind: ClassVar[str] = "paygov"

    def __init__(self, url: str, account: MerchantAccount, *, http: Any = None) -> None:
        """`url` is what its paths are added to."""
        self._url = url
        self._account = account
        self._http = http or httpx.Client(timeout=LONGEST_WAIT, follow_redirects=False)

    def order(self, order: PaymentOrder) -> OrderAnswer:
        """As PaymentPlatform.order."""
        status, said = self._say(ORDER, self._fields_of(order))
        link = link_of(said.get("UrlThanhToan", ""))
        if said.get("MaLoi") == FINE and link:
            return OrderAnswer(outcome=OrderOutcome.TAKEN, link=link)
        if said and said.get("MaLoi", FINE) != FINE:
            return OrderAnswer(outcome=OrderOutcome.REFUSED, said=_why(said))
        if status == NOT_GIVEN:
            return OrderAnswer(outcome=OrderOutcome.REFUSED, said="not connected")
        # Nothing, or nothing that is sealed by it: the order may or may not have arrived.
        return OrderAnswer(outcome=OrderOutcome.UNCLEAR, said=f"http {status}")

    def ask(self, reference: str) -> PaymentReport:
        """As PaymentPlatform.ask."""
        _, said = self._say(ASK, {"LoaiBanTin": "query", "MaThamChieu": reference})
        if said.get("MaLoi") == NO_SUCH_ORDER:
            return PaymentReport(reference=reference, outcome=PaymentOutcome.UNPAID)
        if said.get("MaLoi") != FINE or said.get("MaThamChieu") != reference:
            return PaymentReport(reference=reference, outcome=PaymentOutcome.UNKNOWN)
        return report_of(said)

    def read_notice(self, fields: Mapping[str, str]) -> PaymentReport | None:
        """As PaymentPlatform.read_notice."""
        ours = fields.get("MaDoiTac") == self._account.partner
        if not ours or not is_sealed(fields, self._account.secret):
            return None
        return report_of(fields)

    def acknowledge(self, reference: str) -> dict[str, str]:
        """As PaymentPlatform.acknowledge."""
        return sealed({"MaLoi": FINE, "MoTaLoi": "", "MaThamChieu": reference}, self._secret)

    @property
    def _secret(self) -> str:
        return self._account.secret

    def _fields_of(self, order: PaymentOrder) -> dict[str, str]:
        number, _, bank = self._account.account.partition("@")
        lines = [{"NoiDung": each.name, "SoTien": str(each.amount)} for each in order.lines]
        receipt = {
            "MaDonVi": self._account.unit,
            "TenDonVi": self._account.unit_name,
            "MaHoSo": order.dossier,
            "MaDichVu": order.procedure,
            "TenDichVu": order.procedure_name,
            "DSKhoanNop": lines,
            "TKThuHuong": number,
            "MaNHThuHuong": bank,
        }
        return {
            "LoaiBanTin": "pay",
            "MaThamChieu": order.reference,
            "SoTien": str(order.amount),
            "MaTienTe": order.currency,
            "NgonNgu": "vi",
            "ThongTinGiaoDich": f"Phi, le phi ho so {order.dossier}",
            "ThoiGianGD": _moment(order.begun),
            "ThoiGianHetHan": _moment(order.expires),
            "DiaChiIP": order.address,
            "UrlQuayLai": order.return_to,
            "ThongTinBienLai": json.dumps(receipt, ensure_ascii=False, sort_keys=True),
        }

    def _say(self, path: str, fields: Mapping[str, str]) -> tuple[int, dict[str, str]]:
        """The status, and what was answered if the platform itself said it."""
        body = sealed(
            {**fields, "PhienBan": VERSION, "MaDoiTac": self._account.partner}, self._secret
        )
        status, text = self._call(path, body)
        said = read_texts(text)
        if said and not is_sealed(said, self._secret):
            log.error("an answer of the payment platform is not sealed by it", path=path)
            return status, {}
        return status, said

    def _call(self, path: str, body: Mapping[str, str]) -> tuple[int, bytes]:
        text = b""
        try:
            with (
                green.deadline(LONGEST_TALK, TimeoutError()),
                self._http.stream("POST", self._url + path, json=body) as response,
            ):
                for piece in response.iter_bytes():
                    text += piece
                    if len(text) > LARGEST_ANSWER:
                        return response.status_code, b""
                return response.status_code, text
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            log.warning("the payment platform is away", error=type(error).__name__)
            return NOT_GIVEN, b""
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            log.warning("the payment platform is away", error=type(error).__name__)
            return 0, b""


def sealed(fields: Mapping[str, str], secret: str) -> dict[str, str]:
    """The fields with the seal over all of them."""
    return {**fields, SEAL: _seal(fields, secret)}


def is_sealed(fields: Mapping[str, str], secret: str) -> bool:
    """Whether the seal is that of the fields."""
    given = fields.get(SEAL, "").encode()
    rest = {name: value for name, value in fields.items() if name != SEAL}
    return hmac.compare_digest(given, _seal(rest, secret).encode())


def read_texts(body: bytes) -> dict[str, str]:
    """The texts of a JSON object; nothing for what is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)}


def report_of(fields: Mapping[str, str]) -> PaymentReport:
    """What sealed fields say of an order; a state that we do not know says nothing."""
    amount = fields.get("SoTien", "")
    counts = amount.isascii() and amount.isdigit() and len(amount) <= MOST_DIGITS
    return PaymentReport(
        reference=fields.get("MaThamChieu", ""),
        outcome=STATES.get(fields.get("TrangThai", ""), PaymentOutcome.UNKNOWN),
        # What is no amount is none that was asked for.
        amount=int(amount) if counts else 0,
        currency=fields.get("MaTienTe", "")[:3],
        transaction=fields.get("MaGiaoDich", "")[:40],
        proof=link_of(fields.get("UrlBienLai", "")),
        said=_why(fields),
    )


def _why(fields: Mapping[str, str]) -> str:
    return " ".join(filter(None, (fields.get("MaLoi", ""), fields.get("MoTaLoi", ""))))[:200]


def _seal(fields: Mapping[str, str], secret: str) -> str:
    # As JSON, so that no text of a field can stand for the end of one and the start of another.
    text = json.dumps(dict(fields), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest().upper()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC).astimezone(HO_CHI_MINH):%Y%m%d%H%M%S}"
