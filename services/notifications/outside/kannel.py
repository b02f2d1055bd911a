"""Kannel's HTTP interface `sendsms`, with delivery reports to our address (dlr-url)."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlencode

from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.domain.sending import ProviderAnswer
from services.notifications.outside.http_call import call
from services.notifications.outside.provider import SMS_SENDER, ProviderAddress

PATH = "/cgi-bin/sendsms"
DELIVERED, UNDELIVERABLE, SMSC_TOOK, SMSC_REFUSED = 1, 2, 8, 16
WANTED = DELIVERED | UNDELIVERABLE | SMSC_TOOK | SMSC_REFUSED
RESULTS = {
    str(DELIVERED): ReceiptResult.DELIVERED,
    str(UNDELIVERABLE): ReceiptResult.FAILED,
    str(SMSC_TOOK): ReceiptResult.TAKEN,
    str(SMSC_REFUSED): ReceiptResult.FAILED,
}
MOST_PARTS = 10


class Kannel:
    """A Kannel smsbox: `kannel+http://user:password@host:13013`, with `?smsc=…&from=…` at will.

    The report names the message by our own id, which we put into the dlr-url: so a report finds
    its message even if the answer to `sendsms` was lost.
    """

    kind: ClassVar[str] = "kannel"
    channel: ClassVar[NoticeChannel] = NoticeChannel.SMS

    def __init__(self, address: ProviderAddress) -> None:
        """As the settings say."""
        self.address = address

    def send(self, notice: Notice) -> ProviderAnswer:
        """Hand an SMS over; 202 means that Kannel has it on disk or in its queue."""
        query = urlencode(self._asked(notice))
        reply = call(self.address, f"{self.address.path or PATH}?{query}", method="GET")
        return reply.answer(reports=bool(self.address.reports_to))

    def read_report(self, fields: Mapping[str, str]) -> Sequence[ProviderReport]:
        """One report: our `id`, Kannel's `state` (%d), the SMSC's own id (%F)."""
        result = RESULTS.get(fields.get("state", ""))
        if result is None or not fields.get("id"):
            return ()
        code = f"dlr {fields['state']}"
        return (ProviderReport(result=result, notice=fields["id"], code=code),)

    def keep(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""

    def _asked(self, notice: Notice) -> dict[str, str]:
        asked = {
            "username": self.address.user,
            "password": self.address.password,
            "from": self.address.options.get("from", SMS_SENDER),
            "to": notice.to,
            "text": notice.letter.text,
            "charset": "UTF-8",
            "coding": "0" if notice.letter.text.isascii() else "2",
        }
        if smsc := self.address.options.get("smsc"):
            asked["smsc"] = smsc
        if self.address.reports_to:
            asked["dlr-mask"] = str(WANTED)
            # Kannel puts the state in place of %d; the rest is ours and must not hold a %.
            asked["dlr-url"] = f"{self.address.reports_to}?id={notice.id}&state=%d"
        return asked
