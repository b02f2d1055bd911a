"""What the payment platform says: notifications as they come, and a timer that asks for the rest.

A notification is believed by its seal alone. It may come late, twice, or never; settling is one
write that is made once, so the timer, the notification and a person's click may all come first.
"""

from functools import partial

from foundation.errors import NO_SUCH_THING, NotFound
from foundation.observability.service_metrics import ServiceCounter
from foundation.scheduling import JobRunner, every
from foundation.web import Request
from foundation.web.callbacks import callback, read_fields
from services.intake import schemas
from services.intake.domain.payment import paying
from services.intake.handlers.payment_desk import PaymentContext


class PaymentNotices(PaymentContext):
    """The address that a platform notifies, and the timer."""

    job_runner = JobRunner()
    notices = ServiceCounter(
        "motcua_payment_notices", "Notifications of the payment platform", by=("outcome",)
    )

    @callback("POST", "/payments/<platform>/notice", takes="*/*", gives=schemas.NoticeTakenAnswer)
    def take_payment_notice(self, request: Request, platform: str) -> dict[str, str]:
        """What became of an order; answered in the platform's own words once it is stored."""
        ours = self.payments.platform
        if ours is None or ours.kind != platform:
            raise NotFound(*NO_SUCH_THING)
        report = ours.read_notice(read_fields(request))
        self.notices.add(report.outcome.value if report else "forged")
        if report is None:
            raise NotFound(*NO_SUCH_THING)
        self._take_word(report)
        return ours.acknowledge(report.reference)

    @every(5)
    def ask_payments(self) -> None:
        """Ask the platform what became of payments of which it has told nothing."""
        if self.payments.platform is None:
            return
        due = partial(self.dossiers.awaiting_payment, self.clock.real())
        self.job_runner.run("ask_payments", due, self._ask_of)

    def _ask_of(self, dossier_id: str) -> None:
        report, now = self._ask_platform(dossier_id), self.clock.real()
        self.dossiers.change(dossier_id, lambda each: paying.asked(each, report, now))
