"""What providers report of messages: matched at once, or kept until their message is known."""

from collections.abc import Sequence
from functools import partial

from foundation.observability.service_metrics import ServiceCounter
from foundation.scheduling import every
from foundation.web import Request
from foundation.web.callbacks import callback, read_fields
from services.notifications import schemas
from services.notifications.domain import receipt as domain
from services.notifications.domain import sending
from services.notifications.handlers.context import MessagesContext
from services.notifications.handlers.times import show_times
from services.notifications.outside import reported


class ReceiptHandlers(MessagesContext):
    """The address that providers report to, and the timer that matches what came too early."""

    receipts = ServiceCounter(
        "motcua_receipts", "Receipts of messages to people", by=("provider", "result")
    )

    @callback("GET", "/receipts/<secret>/<provider>", gives=schemas.ReceivedAnswer)
    def receipt_asked(self, request: Request, secret: str, provider: str) -> dict[str, object]:
        """A report in the address: Kannel and eSMS send it so."""
        return self.receipt(request, secret, provider)

    @callback("POST", "/receipts/<secret>/<provider>", takes="*/*", gives=schemas.ReceivedAnswer)
    def receipt(self, request: Request, secret: str, provider: str) -> dict[str, object]:
        """What a provider says became of a message; the same report twice has one effect."""
        # First who calls: of a body that a stranger sent nothing is read.
        reporting = self.providers.reporting(provider, secret)
        reports = reporting.read_report(read_fields(request))
        for each in reports:
            self._heed(domain.waiting(provider, each, self.clock.real()))
        return {"received": len(reports)}

    @reported
    def heed_report(self, provider: str, report: domain.ProviderReport) -> None:
        """A report over a connection that we hold (SMPP)."""
        self._heed(domain.waiting(provider, report, self.clock.real()))

    @every(60)
    def read_bounces(self) -> None:
        """Read what came back of mail from the mailbox of bounces."""
        self.providers.read_bounces(self._heed_bounces)

    @every(2)
    def match_receipts(self) -> None:
        """Look again for the messages of reports that came before we knew their names."""
        due = partial(self.waiting_receipts.to_look_at, self.clock.real())
        self.job_runner.run("match_receipts", due, self._match)

    def _heed_bounces(self, reports: Sequence[domain.ProviderReport]) -> None:
        for each in reports:
            self._heed(domain.waiting(domain.BY_MAIL, each, self.clock.real()))

    def _heed(self, receipt: domain.WaitingReceipt) -> None:
        """Apply it, or keep it; it is counted once, as it comes in."""
        self.receipts.add(receipt.provider, receipt.report.result.value)
        if not self._applied(receipt):
            self.waiting_receipts.keep(receipt)

    def _match(self, receipt_id: str) -> None:
        receipt = self.waiting_receipts.get(receipt_id)
        if self._applied(receipt):
            self.waiting_receipts.change(receipt_id, domain.settled)
        else:
            self.waiting_receipts.change(receipt_id, partial(domain.put_off, now=self.clock.real()))

    def _applied(self, receipt: domain.WaitingReceipt) -> bool:
        notice = self.notices.named_by(receipt.provider, receipt.report)
        if notice is None:
            return False
        heed = partial(
            sending.heed,
            receipt=receipt.receipt,
            provider=domain.reporter(receipt.provider, notice.provider),
            reference=receipt.report.reference,
        )
        show_times(notice, self.notices.change(notice.id, heed))
        return True
