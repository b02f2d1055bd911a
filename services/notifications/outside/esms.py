"""eSMS, a gateway to the brand names of the Vietnamese carriers (developers.esms.vn).

Viettel, VNPT and MobiFone sell brand-name SMS through gateways of this kind: a form with our
account, the registered brand and a template's words; an answer with a code and their id; a call of
our address when the carrier reports.
"""

from collections.abc import Mapping, Sequence
from json import dumps
from typing import ClassVar

from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.http_call import JSON, call
from services.notifications.outside.provider import SMS_SENDER, ProviderAddress

PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
CUSTOMER_CARE = "2"
TAKEN = frozenset(("100", "124"))
"""124: it has a message with this RequestId already, which is our id of it."""
ACCOUNT_AT_FAULT = frozenset(("101", "102", "103", "104", "140", "177"))
"""Wrong keys, no prices, no money, brand unknown, address not allowed: somebody repairs that."""
REFUSED_BY_THEM, ENDED, WITH_THE_CARRIER = "4", "5", "7"


class Esms:
    """eSMS: `esms+https://APIKEY:SECRETKEY@rest.esms.vn?from=BRAND`."""

    kind: ClassVar[str] = "esms"
    channel: ClassVar[NoticeChannel] = NoticeChannel.SMS

    def __init__(self, address: ProviderAddress) -> None:
        """As the settings say; `&sandbox=1` is for trying out, nothing is delivered then."""
        self.address = address

    def send(self, notice: Notice) -> ProviderAnswer:
        """Hand an SMS over; what 200 means stands in `CodeResult`."""
        reply = call(self.address, self.address.path or PATH, dumps(self._asked(notice)), JSON)
        if reply.outcome is not SendOutcome.TAKEN:
            return reply.answer(reports=self._reports)
        said = reply.json
        code = str(said.get("CodeResult", ""))
        return ProviderAnswer(
            outcome=_outcome(code),
            reference=str(said.get("SMSID", "")),
            reason=f"esms {code}" if code else "no code",
            reports=self._reports,
        )

    def read_report(self, fields: Mapping[str, str]) -> Sequence[ProviderReport]:
        """One report: `RequestId` is our id, `SMSID` theirs; the counts say how it ended."""
        result = _result(fields)
        named = fields.get("RequestId") or fields.get("SMSID")
        if result is None or not named:
            return ()
        return (
            ProviderReport(
                result=result,
                notice=fields.get("RequestId", ""),
                reference=fields.get("SMSID", ""),
                code=f"esms {fields.get('SendStatus', '')}",
            ),
        )

    def keep(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""

    @property
    def _reports(self) -> bool:
        return bool(self.address.reports_to)

    def _asked(self, notice: Notice) -> dict[str, str]:
        asked = {
            "ApiKey": self.address.user,
            "SecretKey": self.address.password,
            "Brandname": self.address.options.get("from", SMS_SENDER),
            "SmsType": CUSTOMER_CARE,
            "IsUnicode": "0" if notice.letter.text.isascii() else "1",
            "Phone": notice.to.replace("+84", "0", 1),
            "Content": notice.letter.text,
            "RequestId": notice.id,
            "Sandbox": self.address.options.get("sandbox", "0"),
        }
        if self._reports:
            asked["CallbackUrl"] = self.address.reports_to
        return asked


def _outcome(code: str) -> SendOutcome:
    if code in TAKEN:
        return SendOutcome.TAKEN
    if code in ACCOUNT_AT_FAULT:
        return SendOutcome.BUSY
    return SendOutcome.REFUSED if code else SendOutcome.UNCLEAR


def _result(fields: Mapping[str, str]) -> ReceiptResult | None:
    status = fields.get("SendStatus", "")
    if status == ENDED:
        reached = fields.get("SendSuccess", "0") not in {"", "0"}
        return ReceiptResult.DELIVERED if reached else ReceiptResult.FAILED
    return {
        REFUSED_BY_THEM: ReceiptResult.FAILED,
        WITH_THE_CARRIER: ReceiptResult.TAKEN,
    }.get(status)
