"""The plain HTTP gateway: POST /sms with a form; 2xx means taken, and no receipt follows."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlencode

from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.domain.sending import ProviderAnswer
from services.notifications.outside.http_call import FORM, call
from services.notifications.outside.provider import SMS_SENDER, ProviderAddress

RESULTS = {each.value: each for each in ReceiptResult}


class SmsGateway:
    """An HTTP gateway, `http(s)://host:port`; it may report by `id` and `result` what became of it.

    With `?reports=yes` in its address a receipt is waited for.
    """

    kind: ClassVar[str] = "gateway"
    channel: ClassVar[NoticeChannel] = NoticeChannel.SMS

    def __init__(self, address: ProviderAddress) -> None:
        """As the settings say."""
        self.address = address

    def send(self, notice: Notice) -> ProviderAnswer:
        """Hand an SMS to the gateway; `id` lets it recognise one it has already."""
        form = {
            "from": self.address.options.get("from", SMS_SENDER),
            "to": notice.to,
            "text": notice.letter.text,
            "id": notice.id,
        }
        reply = call(self.address, f"{self.address.path.rstrip('/')}/sms", urlencode(form), FORM)
        return reply.answer(reports=self.address.options.get("reports") == "yes")

    def read_report(self, fields: Mapping[str, str]) -> Sequence[ProviderReport]:
        """One report: our `id`, and `result`: taken, delivered, failed or temporary_failure."""
        result = RESULTS.get(fields.get("result", ""))
        if result is None or not fields.get("id"):
            return ()
        code = fields.get("code", "")
        return (ProviderReport(result=result, notice=fields["id"], code=code),)

    def keep(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""
