"""HTTP API for dossiers on their way: stop and resume, apologise, collect and refund fees."""

from foundation.errors import StoredResponse
from foundation.web import Request, post
from services.intake import schemas
from services.intake.domain.case import apology, fees, pause
from services.intake.handlers.context import CLERK, IntakeContext

CASHIER = f"{CLERK} fee:collect"


class ClerkApi(IntakeContext):
    """HTTP handlers for the clerks of the centre, and for those who collect its fees."""

    @post("/dossiers/<dossier_id>/stop", scope=CLERK, gives=schemas.ReceiptAnswer)
    def stop(self, request: Request, dossier_id: str) -> StoredResponse:
        """Bring the whole to a stop (state 8)."""
        said, now = request.load(schemas.StopFields), self.clock.now()
        return self._change(request, dossier_id, lambda each: pause.stop(each, now=now, **said))

    @post("/dossiers/<dossier_id>/resume", scope=CLERK, gives=schemas.ReceiptAnswer)
    def resume(self, request: Request, dossier_id: str) -> StoredResponse:
        """The stop is over."""
        return self._change(request, dossier_id, lambda each: pause.go_on(each, *self._when()))

    @post("/dossiers/<dossier_id>/apologise", scope=CLERK, gives=schemas.ReceiptAnswer)
    def apologise(self, request: Request, dossier_id: str) -> StoredResponse:
        """Enter an agency's apology and its one new date (form 04)."""
        said = request.load(schemas.ApologyFields)
        return self._change(
            request, dossier_id, lambda each: apology.apologise(each, said, *self._when())
        )

    @post("/dossiers/<dossier_id>/fees", scope=CLERK, gives=schemas.ReceiptAnswer)
    def oblige(self, request: Request, dossier_id: str) -> StoredResponse:
        """Tell the applicant of a financial obligation (state 6)."""
        said, now = request.load(schemas.ObligationFields), self.clock.now()
        return self._change(request, dossier_id, lambda each: fees.oblige(each, said, now))

    @post("/dossiers/<dossier_id>/fees/<fee>/pay", scope=CASHIER, gives=schemas.ReceiptAnswer)
    def pay(self, request: Request, dossier_id: str, fee: str) -> StoredResponse:
        """A charge was paid and receipted."""
        said = request.load(schemas.PaymentFields)
        (now, calendar), today = self._when(), self.clock.real()
        return self._collect(
            request,
            dossier_id,
            lambda each: fees.collect(each, fee, now=now, calendar=calendar, today=today, **said),
        )

    @post("/dossiers/<dossier_id>/fees/<fee>/refund", scope=CASHIER, gives=schemas.ReceiptAnswer)
    def refund(self, request: Request, dossier_id: str, fee: str) -> StoredResponse:
        """A charge is paid back."""
        now = self.clock.now()
        return self._collect(request, dossier_id, lambda each: fees.refund(each, fee, now))
