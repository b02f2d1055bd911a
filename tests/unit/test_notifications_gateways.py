"""Kannel, eSMS and Zalo, tried against stand-ins that answer as their documents say."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.notifications.domain.notice import NoticeText
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.esms import Esms
from services.notifications.outside.kannel import Kannel
from services.notifications.outside.provider import ProviderAddress, read_address
from services.notifications.outside.providers import made, office_of
from services.notifications.outside.zalo import FACTS, ZaloNotification, read_templates
from tests.unit.test_notifications_outside import SMS, SOON

REPORTS = "https://tin.example.vn/receipts/secret"
PLAIN = replace(SMS, letter=NoticeText(subject="", text="Ho so da duoc tiep nhan."))
Answer = tuple[int, str]


class StandIn(BaseHTTPRequestHandler):
    """Notes what it is asked, and answers what its server was told."""

    server: Any

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Say nothing."""

    def _answer(self, body: str) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, body, headers))
        status, text = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


@contextmanager
def answering(answer: Answer) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.answer, server.asked = answer, []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def at(server: Any, kind: str, account: str = "", query: str = "") -> ProviderAddress:
    url = f"{kind}+http://{account}127.0.0.1:{server.server_port}{query}"
    return replace(read_address(url, REPORTS), patience=SOON)


def sent_by(
    make: Callable[[Any], Any], answer: Answer, notice: Any = PLAIN
) -> tuple[ProviderAnswer, Any]:
    with answering(answer) as server:
        return make(server).send(notice), server.asked[0]


def kannel(server: Any) -> Kannel:
    return Kannel(at(server, "kannel", "tester:foo%40bar@", "?smsc=viettel"))


def esms(server: Any) -> Esms:
    return Esms(at(server, "esms", "KEY:SECRET@", "?from=TTPVHCC-NA"))


def test_kannel_is_asked_as_its_manual_says_and_told_where_to_report() -> None:
    answer, (path, _, _) = sent_by(kannel, (202, "0: Accepted for delivery"))
    assert (answer.outcome, answer.reports) == (SendOutcome.TAKEN, True)
    asked = dict(parse_qsl(urlsplit(path).query))
    assert urlsplit(path).path == "/cgi-bin/sendsms"
    assert asked == {
        "username": "tester",
        "password": "foo@bar",
        "from": "TTPVHCC",
        "to": "+84912345678",
        "text": "Ho so da duoc tiep nhan.",
        "charset": "UTF-8",
        "coding": "0",
        "smsc": "viettel",
        "dlr-mask": "27",
        "dlr-url": f"{REPORTS}/kannel?id=0b7c&state=%d",
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((202, "3: Queued for later delivery"), SendOutcome.TAKEN),
        ((403, "Authorization failed for sendsms"), SendOutcome.BUSY),
        ((400, "Missing receiver"), SendOutcome.REFUSED),
        ((503, "Temporal failure, try again later."), SendOutcome.BUSY),
        ((500, ""), SendOutcome.UNCLEAR),
    ],
)
def test_kannels_status_says_what_became_of_the_sms(answer: Answer, outcome: SendOutcome) -> None:
    assert sent_by(kannel, answer)[0].outcome is outcome


@pytest.mark.parametrize(
    ("state", "result"),
    [
        ("1", ReceiptResult.DELIVERED),
        ("2", ReceiptResult.FAILED),
        ("8", ReceiptResult.TAKEN),
        ("16", ReceiptResult.FAILED),
        ("4", None),
        ("%d", None),
    ],
)
def test_kannels_report_names_the_message_by_our_id(
    state: str, result: ReceiptResult | None
) -> None:
    reports = Kannel(read_address("kannel+http://k:13013")).read_report(
        {"id": "0b7c", "state": state}
    )
    wanted = [ProviderReport(result=result, notice="0b7c", code=f"dlr {state}")] if result else []
    assert list(reports) == wanted


def test_esms_gets_brand_number_and_our_id() -> None:
    said = '{"CodeResult":"100","CountRegenerate":0,"SMSID":"d533459ee42b2b95"}'
    answer, (path, body, _) = sent_by(esms, (200, said))
    assert (answer.outcome, answer.reference) == (SendOutcome.TAKEN, "d533459ee42b2b95")
    assert path == "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
    assert json.loads(body) == {
        "ApiKey": "KEY",
        "SecretKey": "SECRET",
        "Brandname": "TTPVHCC-NA",
        "SmsType": "2",
        "IsUnicode": "0",
        "Phone": "0912345678",
        "Content": "Ho so da duoc tiep nhan.",
        "RequestId": "0b7c",
        "Sandbox": "0",
        "CallbackUrl": f"{REPORTS}/esms",
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, '{"CodeResult":"124"}'), SendOutcome.TAKEN),
        ((200, '{"CodeResult":"101"}'), SendOutcome.BUSY),
        ((200, '{"CodeResult":"103"}'), SendOutcome.BUSY),
        ((200, '{"CodeResult":"99"}'), SendOutcome.REFUSED),
        ((200, '{"CodeResult":"146"}'), SendOutcome.REFUSED),
        ((200, "<html>"), SendOutcome.UNCLEAR),
        ((200, "[]"), SendOutcome.UNCLEAR),
        ((502, ""), SendOutcome.UNCLEAR),
        ((429, ""), SendOutcome.BUSY),
    ],
)
def test_the_code_of_esms_says_what_became_of_the_sms(answer: Answer, outcome: SendOutcome) -> None:
    assert sent_by(esms, answer)[0].outcome is outcome


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ({"SendStatus": "5", "SendSuccess": "1", "SendFailed": "0"}, ReceiptResult.DELIVERED),
        ({"SendStatus": "5", "SendSuccess": "0", "SendFailed": "1"}, ReceiptResult.FAILED),
        ({"SendStatus": "4"}, ReceiptResult.FAILED),
        ({"SendStatus": "7"}, ReceiptResult.TAKEN),
        ({"SendStatus": "2"}, None),
    ],
)
def test_the_call_of_esms_says_how_it_ended(
    said: Mapping[str, str], result: ReceiptResult | None
) -> None:
    provider = Esms(read_address("esms+https://k:s@rest.esms.vn"))
    reports = provider.read_report({"SMSID": "d53", "RequestId": "", **said})
    assert [(each.result, each.reference) for each in reports] == (
        [(result, "d53")] if result else []
    )


TEMPLATES = {
    "accepted.vi": {
        "template": "312345",
        "parameters": {
            "ten": {"fact": "name", "type": "name"},
            "ma_ho_so": {"fact": "code", "type": "code"},
            "hen_tra": {"fact": "due", "type": "date"},
            "can_bo": {"fact": "handler"},
        },
    }
}
FOR_ZALO = replace(
    SMS,
    letter=NoticeText(
        subject="",
        text="…",
        parameters={"name": "Nguyễn Thị Rất Dài Của Một Người Có Tên", "code": "H41-1"},
    ),
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text("TOKEN\n", encoding="ascii")
    (tmp_path / "zalo.json").write_text(json.dumps(TEMPLATES), encoding="utf-8")
    return tmp_path


def zalo(files: Path) -> Callable[[Any], ZaloNotification]:
    query = f"?token={files}/token&templates={files}/zalo.json"
    return lambda server: ZaloNotification(at(server, "zalo", query=query))


def test_zalo_gets_a_template_with_typed_parameters(files: Path) -> None:
    said = '{"error":0,"message":"Success","data":{"msg_id":"3367db02643f","sent_time":"1"}}'
    answer, (path, body, headers) = sent_by(zalo(files), (200, said), FOR_ZALO)
    assert (answer.outcome, answer.reference) == (SendOutcome.TAKEN, "3367db02643f")
    assert (path, headers["access_token"]) == ("/message/template", "TOKEN")
    assert json.loads(body) == {
        "phone": "84912345678",
        "template_id": "312345",
        "template_data": {
            "ten": "Nguyễn Thị Rất Dài Của Một Ngư",
            "ma_ho_so": "H41-1",
            "hen_tra": "-",
            "can_bo": "-",
        },
        "tracking_id": "0b7c",
    }


def test_a_new_token_is_used_from_the_next_message_on(files: Path) -> None:
    with answering((200, '{"error":0}')) as server:
        provider = zalo(files)(server)
        (files / "token").write_text("NEWER", encoding="ascii")
        provider.send(FOR_ZALO)
        assert "NEWER" in server.asked[0][2].values()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (-124, SendOutcome.BUSY),
        (-144, SendOutcome.BUSY),
        (-133, SendOutcome.BUSY),
        (-118, SendOutcome.REFUSED),
        (-139, SendOutcome.REFUSED),
        (-100, SendOutcome.UNCLEAR),
        (None, SendOutcome.UNCLEAR),
    ],
)
def test_zalos_error_says_what_became_of_the_message(
    files: Path, error: int | None, outcome: SendOutcome
) -> None:
    answer = (200, json.dumps({"error": error, "message": "…"}))
    assert sent_by(zalo(files), answer, FOR_ZALO)[0].outcome is outcome


def test_what_zalo_has_no_template_for_goes_to_the_next_channel_at_once(files: Path) -> None:
    with answering((200, "")) as server:
        answer = zalo(files)(server).send(replace(FOR_ZALO, kind="refused"))
        assert (answer.outcome, server.asked) == (SendOutcome.REFUSED, [])


def test_zalos_event_says_that_the_message_arrived(files: Path) -> None:
    provider = zalo(files)(SimpleNamespace(server_port=1))
    said = {
        "event_name": "user_received_message",
        "message.msg_id": "3367db02643f",
        "message.tracking_id": "0b7c",
    }
    (report,) = provider.read_report(said)
    assert (report.result, report.notice) == (ReceiptResult.DELIVERED, "0b7c")
    assert provider.read_report({**said, "event_name": "user_feedback"}) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"x": {"template": "1", "parameters": {"a": {"fact": "password"}}}},
        {"x": {"template": "1", "parameters": {"a": {"fact": "name", "type": "picture"}}}},
        {"x": {"template": "one", "parameters": {}}},
    ],
)
def test_templates_that_ask_for_what_we_do_not_have_are_refused_when_read(wrong: Any) -> None:
    assert "name" in FACTS
    with pytest.raises(ValueError, match="none of ours"):
        read_templates(json.dumps(wrong))


def settings(**given: str) -> Any:
    usual = {
        "smtp_url": "smtp://127.0.0.1",
        "sms_url": "http://127.0.0.1",
        "zalo_url": "",
        "messages_url": "https://tin.example.vn/",
        "receipt_secret": "a-secret-of-sixteen",
        "mail_from": "a@x.vn",
        "bounces_to": "",
    }
    return SimpleNamespace(**{**usual, **given})


def test_providers_are_named_in_order_and_told_where_to_report() -> None:
    both = settings(sms_url="kannel+http://k:13013#viettel esms+https://k:s@rest.esms.vn")
    found = made(both, office_of(both), lambda _name, _report: True)
    assert list(found) == ["smtp", "viettel", "esms"]
    reports_to = "https://tin.example.vn/receipts/a-secret-of-sixteen/viettel"
    assert found["viettel"].address.reports_to == reports_to


@pytest.mark.parametrize(
    "wrong", ["pigeon://home", "http://a http://b", "kannel", "http://a#two words", "http://"]
)
def test_an_address_that_is_none_is_refused_at_the_start(wrong: str) -> None:
    odd = settings(sms_url=wrong)
    with pytest.raises(ValueError, match=r"address|kind"):
        made(odd, office_of(odd), lambda _name, _report: True)


def test_no_secret_of_an_address_is_shown_where_it_is_printed() -> None:
    shown = repr(read_address("esms+https://KEY:HIDDEN@rest.esms.vn", "https://x/HIDDEN"))
    assert "HIDDEN" not in shown
    assert "KEY" not in shown
