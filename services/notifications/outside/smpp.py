"""SMPP 3.4, the carriers' own protocol: `smpp://system_id:password@host:2775?from=BRAND`."""

import re
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, ClassVar

from smpplib import consts, gsm

from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.provider import SMS_SENDER, ProviderAddress, ReportHandler
from services.notifications.outside.smpp_bind import BindError, SmppBind

NOT_NOW = frozenset(
    (
        consts.SMPP_ESME_RTHROTTLED,
        consts.SMPP_ESME_RMSGQFUL,
        consts.SMPP_ESME_RSYSERR,
        consts.SMPP_ESME_RINVBNDSTS,
    )
)
RECEIPT_FLAG = 0x04
TRY_AGAIN = consts.SMPP_ESME_RX_T_APPN
BY_WORD = {
    "DELIVRD": ReceiptResult.DELIVERED,
    "ACCEPTD": ReceiptResult.TAKEN,
    "ENROUTE": ReceiptResult.TAKEN,
    "EXPIRED": ReceiptResult.TEMPORARY_FAILURE,
    "UNDELIV": ReceiptResult.FAILED,
    "DELETED": ReceiptResult.FAILED,
    "REJECTD": ReceiptResult.FAILED,
}
BY_STATE = {
    consts.SMPP_MESSAGE_STATE_DELIVERED: ReceiptResult.DELIVERED,
    consts.SMPP_MESSAGE_STATE_ACCEPTED: ReceiptResult.TAKEN,
    consts.SMPP_MESSAGE_STATE_ENROUTE: ReceiptResult.TAKEN,
    consts.SMPP_MESSAGE_STATE_EXPIRED: ReceiptResult.TEMPORARY_FAILURE,
    consts.SMPP_MESSAGE_STATE_UNDELIVERABLE: ReceiptResult.FAILED,
    consts.SMPP_MESSAGE_STATE_DELETED: ReceiptResult.FAILED,
    consts.SMPP_MESSAGE_STATE_REJECTED: ReceiptResult.FAILED,
}
_TEXT = re.compile(r"(?is)id:(?P<id>\S+).*?stat:(?P<stat>[A-Z]+)(?:.*?err:(?P<err>\w+))?")


class Smpp:
    """An SMSC. The process that sends holds one bind; receipts come back over it.

    A receipt is acknowledged when it is stored, so that the SMSC sends it again if we die before.
    """

    kind: ClassVar[str] = "smpp"
    channel: ClassVar[NoticeChannel] = NoticeChannel.SMS

    def __init__(self, address: ProviderAddress, handle: ReportHandler) -> None:
        """`handle` stores a report."""
        self.address = address
        self._handle = handle
        self._bind: SmppBind | None = None
        self._lock = Lock()

    def send(self, notice: Notice) -> ProviderAnswer:
        """Submit it in as many parts as it needs; the last one asks for the receipt."""
        parts, coding, kind = gsm.make_parts(notice.letter.text)
        answer = ProviderAnswer(outcome=SendOutcome.REFUSED, reason="no text")
        for number, part in enumerate(parts, 1):
            answer = self._submit(notice, part, coding, kind, last=number == len(parts))
            if answer.outcome is not SendOutcome.TAKEN:
                # Some of it is on its way: to send it again would repeat that.
                begun = number > 1
                return _unclear("in parts") if begun else answer
        return answer

    def read_report(self, fields: Mapping[str, str]) -> Sequence[ProviderReport]:  # noqa: ARG002 -- the protocol's
        """It reports over the bind."""
        return ()

    def keep(self) -> None:
        """Bind, if it is not bound: receipts come over it when nothing is sent, too."""
        with self._lock:
            if self._bind is None or not self._bind.open:
                self._bind = self._new()
            if self._bind is not None:
                self._bind.keep()

    def close(self) -> None:
        """End the bind."""
        if self._bind is not None:
            self._bind.close()

    def _new(self) -> SmppBind | None:
        try:
            return SmppBind(self.address, self._delivered)
        except BindError:
            return None

    def _submit(
        self, notice: Notice, part: bytes, coding: int, kind: int, *, last: bool
    ) -> ProviderAnswer:
        self.keep()
        if self._bind is None:
            return ProviderAnswer(outcome=SendOutcome.BUSY, reason="not bound")
        try:
            response = self._bind.submit(
                source_addr_ton=consts.SMPP_TON_ALNUM,
                source_addr_npi=consts.SMPP_NPI_UNK,
                source_addr=self.address.options.get("from", SMS_SENDER),
                dest_addr_ton=consts.SMPP_TON_INTL,
                dest_addr_npi=consts.SMPP_NPI_ISDN,
                destination_addr=notice.to.lstrip("+"),
                short_message=part,
                data_coding=coding,
                esm_class=kind,
                registered_delivery=last,
            )
        except BindError:
            return ProviderAnswer(outcome=SendOutcome.BUSY, reason="not bound")
        return _answer(response)

    def _delivered(self, pdu: Any) -> int:
        """A deliver_sm: a receipt is kept, a message from a person is taken and left."""
        report = read_receipt(pdu)
        if report is None:
            return int(consts.SMPP_ESME_ROK)
        kept = self._handle(self.address.name, report)
        return int(consts.SMPP_ESME_ROK if kept else TRY_AGAIN)


def read_receipt(pdu: Any) -> ProviderReport | None:
    """What a deliver_sm reports, by its parameters or by the words of its text; None if nothing."""
    if not int(pdu.esm_class or 0) & RECEIPT_FLAG:
        return None
    found = _TEXT.search((pdu.short_message or b"").decode("latin-1"))
    state = getattr(pdu, "message_state", None)
    result = BY_STATE.get(state) or (BY_WORD.get(found["stat"].upper()) if found else None)
    named = getattr(pdu, "receipted_message_id", None)
    reference = named.decode("latin-1").strip("\0") if named else (found["id"] if found else "")
    if result is None or not reference:
        return None
    code = f"smpp {found['err']}" if found and found["err"] else "smpp"
    return ProviderReport(result=result, reference=reference, code=code)


def _answer(response: Any) -> ProviderAnswer:
    if response is None:
        return _unclear("no answer")
    reason = f"smpp {response.status:#x}"
    if response.is_error():
        busy = response.status in NOT_NOW
        outcome = SendOutcome.BUSY if busy else SendOutcome.REFUSED
        return ProviderAnswer(outcome=outcome, reason=reason)
    reference = (response.message_id or b"").decode("latin-1").strip("\0")
    return ProviderAnswer(
        outcome=SendOutcome.TAKEN, reference=reference, reason=reason, reports=True
    )


def _unclear(reason: str) -> ProviderAnswer:
    return ProviderAnswer(outcome=SendOutcome.UNCLEAR, reason=reason, reports=True)
