"""Paying at a page: out to the platform and back, its notifications, and the desk's side."""

import json
import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from cli.embedded.payment_standin import StandinOrders
from contracts.events import FeePaid
from contracts.procedure import Collected
from foundation.errors import Hidden, NotFound
from foundation.web import Request
from foundation.web.auth import Identity
from services.intake.domain.case import fees
from services.intake.domain.case.dossier import Charge, Dossier, State
from services.intake.domain.case.fees import Method
from services.intake.domain.case.payment_attempt import AttemptState
from services.intake.domain.counter import finding
from services.intake.outside.paygov import PayGov, sealed
from services.intake.outside.payment_platform import MerchantAccount, link_of, read_address
from services.intake.outside.platforms import platform_of
from tests.builders import CALENDAR, OWNER, RECEIVED, Office, accepted
from tests.markup import flaws

SECRET = "a secret of the two of us"  # noqa: S105 -- of a test
BROWSER = {"accept": "text/html"}
CITIZEN = frozenset({"dossier:submit", "dossier:read"})
CLERK = frozenset({"counter"})


class Till:
    """An office with one dossier that owes something, and a platform to pay it at."""

    def __init__(self, amount: int = 150_000) -> None:
        self.office = Office()
        self.book = StandinOrders(SECRET, "https://pay.example")
        self.away: Exception | None = None
        self.mangled = False
        account = MerchantAccount(partner="motcua", secret=SECRET, account="3941@KBNN")
        http = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.office.payments.platform = PayGov("https://pay.example", account, http=http)
        charge = Charge(
            id="c-1",
            name="Lệ phí",
            amount=amount,
            collected=Collected.AFTER,
            requested=RECEIVED,
        )
        self.id = accepted().id
        owing = replace(accepted(), charges=(charge,), owner=OWNER)
        self.office.dossiers.save(finding.findable(owing))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise self.away
        status, said = self.book.answer(request.url.path, request.content)
        if self.mangled:
            said |= {"MaLoi": "00", "TrangThai": "DA_THANH_TOAN"}
        return httpx.Response(status, json=said)

    @property
    def dossier(self) -> Dossier:
        found: Dossier = self.office.dossiers.get(self.id)
        return found

    @property
    def states(self) -> list[AttemptState]:
        return [each.state for each in self.dossier.payments]

    def page(self, door: str = "look_at_payment", who: str = OWNER, **place: str) -> str:
        request = Request(path="/x", who=Identity(who, CITIZEN), headers=BROWSER)
        answer = getattr(self.office.service, door)(request, self.id, **place)
        text = str(answer.get_data(as_text=True))
        assert [each for each in flaws(text) if "https://pay.example/" not in each] == []
        return text

    def send(
        self,
        door: str,
        said: dict[str, str] | None = None,
        *,
        who: str = OWNER,
        scopes: frozenset[str] = CITIZEN,
        **place: str,
    ) -> Any:
        request = Request(
            method="POST",
            path="/x",
            headers={"content-type": "application/x-www-form-urlencoded", **BROWSER},
            stream=BytesIO(urlencode(said or {}).encode()),
            who=Identity(who, scopes),
        )
        return getattr(self.office.service, door)(request, self.id, **place)

    def begin(self) -> Any:
        seen = re.search(r'name="seen" value="([^"]*)"', self.page())
        assert seen
        return self.send("begin_payment", {"seen": unescape(seen.group(1))})

    def notify(self, body: dict[str, str], platform: str = "paygov") -> Any:
        request = Request(
            method="POST",
            path="/payments/paygov/notice",
            headers={"content-type": "application/json"},
            stream=BytesIO(json.dumps(body).encode()),
        )
        return self.office.service.take_payment_notice(request, platform)

    def at_counter(self) -> str:
        request = Request(path="/x", who=Identity("hoa", CLERK), headers=BROWSER)
        text = str(self.office.service.look_at_money(request, self.id).get_data(as_text=True))
        assert flaws(text) == []
        return text

    def told(self) -> list[Any]:
        return [each for each in self.office.dossiers.messages if isinstance(each, FeePaid)]


@pytest.fixture(name="till")
def _till() -> Till:
    return Till()


def test_from_the_page_to_the_platform_and_to_the_receipt(till: Till) -> None:
    assert "150.000 đồng" in till.page()
    assert till.begin().status_code == 303
    (order,) = till.book.orders.values()
    assert order["SoTien"] == "150000"
    assert order["UrlQuayLai"] == f"https://motcua.example/mine/{till.id}/pay"
    assert OWNER not in json.dumps(order)
    assert 'href="https://pay.example/thanh-toan/' in till.page()
    till.book.pay(f"{till.id}-1")
    answer = till.notify(till.book.report(f"{till.id}-1"))
    assert answer["MaLoi"] == "00"
    assert till.states == [AttemptState.PAID]
    assert len(till.told()) == 1
    receipt = till.page("look_at_fee_receipt", fee="c-1")
    assert "Một trăm năm mươi nghìn đồng" in receipt
    assert 'href="https://pay.example/bien-lai/' in receipt
    assert "Không còn khoản phải nộp" in till.page()
    assert "trực tuyến" in till.at_counter()


def test_a_notification_that_comes_again_changes_nothing(till: Till) -> None:
    till.begin()
    till.book.pay(f"{till.id}-1")
    for _ in range(3):
        till.notify(till.book.report(f"{till.id}-1"))
    till.office.service.ask_payments()
    assert len(till.told()) == 1


def test_a_forged_notification_is_not_believed_and_says_nothing(till: Till) -> None:
    till.begin()
    told = {
        "MaDoiTac": "motcua",
        "MaThamChieu": f"{till.id}-1",
        "TrangThai": "DA_THANH_TOAN",
        "SoTien": "150000",
        "MaTienTe": "VND",
    }
    for forged in (
        told,
        {**told, "MaXacThuc": "0" * 64},
        sealed(told, "another secret of 16"),
        {**sealed(told, SECRET), "SoTien": "1"},
        sealed({**told, "MaDoiTac": "another"}, SECRET),
    ):
        with pytest.raises(NotFound):
            till.notify(forged)
    with pytest.raises(NotFound):
        till.notify(sealed(told, SECRET), platform="other")
    with pytest.raises(NotFound):
        till.notify(sealed({**told, "MaThamChieu": "no-such-9"}, SECRET))
    assert till.states == [AttemptState.OPEN]
    assert till.told() == []


def test_without_a_notification_the_timer_asks(till: Till) -> None:
    till.begin()
    till.book.pay(f"{till.id}-1")
    till.office.service.ask_payments()
    assert till.states == [AttemptState.OPEN]
    till.office.clock.forward(seconds=61)
    till.office.service.ask_payments()
    assert till.states == [AttemptState.PAID]
    assert till.dossier.schedule.ask_at is None


def test_the_page_that_browsers_come_back_to_believes_nothing_of_them(till: Till) -> None:
    till.begin()
    request = Request(
        path="/x",
        query={"TrangThai": "DA_THANH_TOAN", "SoTien": "150000"},
        who=Identity(OWNER, CITIZEN),
        headers=BROWSER,
    )
    till.office.service.look_at_payment(request, till.id)
    assert till.states == [AttemptState.OPEN]
    till.book.pay(f"{till.id}-1")
    till.send("check_payment")
    assert till.states == [AttemptState.PAID]


def test_a_form_that_is_sent_twice_is_one_payment(till: Till) -> None:
    till.begin()
    mark = re.search(r'name="seen" value="([^"]*)"', Till().page())
    assert mark
    till.send("begin_payment", {"seen": unescape(mark.group(1))})
    assert len(till.dossier.payments) == len(till.book.orders) == 1


def test_a_platform_that_does_not_answer_leaves_it_open_and_is_asked_again(till: Till) -> None:
    till.away = httpx.ReadTimeout("no answer")
    till.begin()
    assert till.states == [AttemptState.OPEN]
    assert "Thử lại" in till.page()
    till.office.clock.forward(hours=5)
    till.office.service.ask_payments()
    assert till.states == [AttemptState.OPEN]
    assert "không bị thu hai lần" in till.page()
    assert "Hỏi nền tảng ngay" in till.at_counter()
    till.away = None
    till.office.clock.forward(hours=1)
    till.office.service.ask_payments()
    assert till.states == [AttemptState.EXPIRED]


def test_an_order_that_was_stored_and_never_sent_is_sent_under_the_same_name(till: Till) -> None:
    till.away = httpx.ReadTimeout("no answer")
    till.begin()
    till.away = None
    till.begin()
    assert list(till.book.orders) == [f"{till.id}-1"]
    assert till.dossier.payments[0].link


def test_a_platform_that_is_not_there_at_all_has_taken_nothing(till: Till) -> None:
    till.away = httpx.ConnectError("refused")
    till.begin()
    assert till.states == [AttemptState.FAILED]
    assert "Nộp trực tuyến" in till.page()


def test_an_answer_that_is_not_sealed_by_the_platform_pays_nothing(till: Till) -> None:
    till.begin()
    till.mangled = True
    till.send("check_payment")
    assert till.states == [AttemptState.OPEN]


def test_a_wrong_amount_is_refused_and_shown_to_both_until_it_went_back() -> None:
    till = Till(amount=150_002)
    till.begin()
    till.book.pay(f"{till.id}-1")
    till.notify(till.book.report(f"{till.id}-1"))
    assert till.states == [AttemptState.DISPUTED]
    assert till.told() == []
    assert "149002 VND" in till.page()
    counter = till.at_counter()
    assert "Phải hoàn lại" in counter
    paid_back = {"reference": f"{till.id}-1"}
    for _ in range(2):
        till.send("act_on_money", paid_back, who="hoa", scopes=CLERK, name="paid-back")
    assert "Phải hoàn lại" not in till.at_counter()
    assert "Đã hoàn lại" in till.at_counter()


def test_what_was_paid_for_a_dossier_that_was_refused_is_noted_as_paid_back(till: Till) -> None:
    paid = fees.pay(till.dossier, "c-1", Method.CASH, "BL-1", RECEIVED, CALENDAR)[0]
    till.office.dossiers.save(replace(paid, state=State.WITHDRAWN))
    assert "Ghi đã hoàn lại" in till.at_counter()
    answer = till.send(
        "act_on_money", {"fee": "c-1", "key": "k-1"}, who="hoa", scopes=CLERK, name="refund"
    )
    assert answer.status_code == 303
    assert till.dossier.charges[0].refunded


def test_without_a_platform_the_page_says_how_else_to_pay(till: Till) -> None:
    till.office.payments.platform = None
    page = till.page()
    assert "Tại quầy" in page
    assert "Nộp trực tuyến</button>" not in page
    assert till.send("begin_payment", {"seen": "*"}).status_code == 409
    till.office.service.ask_payments()


def test_nobody_else_sees_pays_or_reads_receipts(till: Till) -> None:
    for door, place in (("look_at_payment", {}), ("look_at_fee_receipt", {"fee": "c-1"})):
        with pytest.raises(Hidden):
            till.page(door, who="another", **place)
    for door in ("begin_payment", "check_payment"):
        with pytest.raises(Hidden):
            till.send(door, who="another")
    with pytest.raises(NotFound):
        till.page("look_at_fee_receipt", fee="c-1")


def test_a_link_that_is_no_address_is_not_shown() -> None:
    assert link_of("https://pay.example/1") == "https://pay.example/1"
    for text in ("javascript:alert(1)", "data:text/html,x", "//x", "", "https://" + "x" * 3000):
        assert link_of(text) == ""


def test_settings_that_are_wrong_stop_the_process() -> None:
    whole = {
        "payment_url": "paygov+https://pay.example",
        "payment_partner": "motcua",
        "payment_secret": SECRET,
        "payment_account": "",
        "unit": "H41",
        "office_name": "Trung tâm",
    }
    assert platform_of(SimpleNamespace(**whole))
    assert platform_of(SimpleNamespace(**whole | {"payment_url": ""})) is None
    for wrong in (
        {"payment_url": "https://pay.example"},
        {"payment_url": "momo+https://pay.example"},
        {"payment_secret": "short"},
        {"payment_partner": ""},
    ):
        with pytest.raises(ValueError, match="PAYMENT"):
            platform_of(SimpleNamespace(**whole | wrong))
    with pytest.raises(ValueError, match="PAYMENT_URL"):
        read_address("paygov+ftp://x")
