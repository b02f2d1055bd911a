"""What all that pays online shares: the platform, how it is asked, and how its word is taken."""

from urllib.parse import quote

from foundation.errors import Refused
from foundation.web import Request
from services.intake.domain.case.dossier import Decided, Dossier
from services.intake.domain.counter import as_seen
from services.intake.domain.payment import paying
from services.intake.domain.payment.order import PaymentReport
from services.intake.handlers.context import IntakeContext
from services.intake.outside.payment_platform import PaymentPlatform
from services.intake.outside.platforms import PaymentDesk


class PaymentContext(IntakeContext):
    """Base of the handlers of payments online."""

    payments = PaymentDesk()

    def _begin_payment(self, request: Request, dossier_id: str, seen: str) -> Dossier:
        """Store the attempt, and only then hand it to the platform, which may answer or not.

        An attempt that was stored and not handed over, or not answered, is handed over again
        under the same reference: to the platform that is the same order.

        Raises:
            Refused: nothing is paid online here; or as `paying.begin`.
        """
        platform, now = self._platform_needed(), self.clock.real()

        def begin(each: Dossier) -> Decided:
            as_seen.must_be_as_seen(each, seen)
            return paying.begin(each, now)

        dossier = self.dossiers.change(dossier_id, begin)
        attempt = paying.open_attempt(dossier)
        if attempt is None or attempt.link:
            return dossier
        back = f"{self.settings.public_url.rstrip('/')}/mine/{quote(dossier_id, safe='')}/pay"
        answer = platform.order(paying.order_of(dossier, attempt, back, request.address))
        return self.dossiers.change(
            dossier_id, lambda each: paying.ordered(each, attempt.reference, answer, now)
        )

    def _take_word(self, report: PaymentReport) -> Dossier:
        """Settle by what the platform says: one write, whatever was true before."""
        dossier_id = paying.parts_of(report.reference).dossier
        return self._decide(dossier_id, lambda each: paying.settle(each, report, *self._when()))

    def _ask_platform(self, dossier_id: str) -> PaymentReport | None:
        """Ask the platform what became of the open attempt, and take its word; None without one.

        Raises:
            Refused: nothing is paid online here.
        """
        platform, dossier = self._platform_needed(), self.dossiers.get(dossier_id)
        attempt = paying.open_attempt(dossier)
        if attempt is None:
            return None
        report = platform.ask(attempt.reference)
        self._take_word(report)
        return report

    def _platform_needed(self) -> PaymentPlatform:
        if self.payments.platform is None:
            raise Refused(
                "Trung tâm chưa nhận nộp trực tuyến; xin nộp tại quầy.",
                "Nothing is paid online here yet; please pay at the counter.",
            )
        return self.payments.platform
