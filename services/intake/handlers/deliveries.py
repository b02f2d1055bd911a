"""Orders that reached no agency, which a clerk sends again, and messages that reached no person."""

from functools import partial

from contracts.events import MessageFailed
from contracts.orders import ORDERS, Order, StepOrder
from contracts.procedure import deciding
from foundation.consumer import MessageMeta, on, returned
from foundation.errors import StoredResponse, unless_missing
from foundation.web import Request, post
from services.intake import schemas
from services.intake.domain.counter import reach
from services.intake.domain.route import undelivered
from services.intake.handlers.context import CLERK, IntakeContext


class Deliveries(IntakeContext):
    """Message handlers and HTTP door for orders and messages that reached nobody."""

    @on(MessageFailed)
    def message_failed(self, failed: MessageFailed, about: MessageMeta) -> None:
        """A message did not arrive; what it was about need not be a dossier."""
        if reach.is_for_good(failed):
            note = partial(reach.note_failure, failed=failed)
            unless_missing(lambda: self._decide(failed.dossier, note, about.once))

    @returned(*ORDERS)
    def take_back(self, order: Order, about: MessageMeta) -> None:
        """An order came back: its step is not at the agency. All else waits for the operator."""
        if isinstance(order, StepOrder):
            self._told(about, partial(undelivered.come_back, order=order))

    @post("/dossiers/<dossier_id>/steps/<step>/send", scope=CLERK, gives=schemas.ReceiptAnswer)
    def send_again(self, request: Request, dossier_id: str, step: str) -> StoredResponse:
        """Send a step again that reached nobody, to its agency or to another."""
        agency = request.load(schemas.SendAgainFields)["agency"]
        self.connected_agencies.now().must_be_connected(agency)
        in_force = self.procedures.now(self.dossiers.get(dossier_id).procedure)
        task = deciding(in_force.route)
        return self._change(
            request,
            dossier_id,
            lambda each: undelivered.send_again(
                each, step, agency, task.agency if task else "", *self._when()
            ),
        )
