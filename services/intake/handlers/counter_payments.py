"""The money of one dossier at the counter: its charges, payments online, and what goes back."""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.intake.domain.case import fees
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.payment import paying
from services.intake.handlers import citizen_view, payment_view
from services.intake.handlers.clerk_api import ClerkApi
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_page import CounterPage
from services.intake.handlers.payment_desk import PaymentContext
from services.intake.pages import PAGES

_MONEY = "/counter/dossiers/<dossier_id>/payments"
ASK, REFUND, PAID_BACK = "ask", "refund", "paid-back"


class CounterPayments(CounterPage, ClerkApi, PaymentContext):
    """What a clerk sees and notes of a dossier's money."""

    @page(_MONEY, PAGES, scope=CLERK, hidden=True)
    def look_at_money(self, request: Request, dossier_id: str) -> Response:
        """The charges, what became of payments online, and what is to be given back."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._money_page(request, dossier_id)

    @form(f"{_MONEY}/<name>", PAGES, scope=CLERK, hidden=True)
    def act_on_money(self, request: Request, dossier_id: str, name: str) -> Response:
        """Ask the platform, or note that money was given back; each twice is once."""
        self._must_be_clerk(request)
        said = read_form(request)
        return after_form(
            lambda: self._do_with_money(request, dossier_id, name, said),
            done=lambda: moved(request, f"/counter/dossiers/{quote(dossier_id, safe='')}/payments"),
            wrong=lambda error: self._money_page(request, dossier_id, wrong=error),
        )

    def _do_with_money(
        self, request: Request, dossier_id: str, name: str, said: Mapping[str, str]
    ) -> None:
        now = self.clock.now()
        if name == ASK:
            self._ask_platform(dossier_id)
        elif name == REFUND:
            self.refund(as_api(request, {}, {**said, "seen": "*"}), dossier_id, said.get("fee", ""))
        elif name == PAID_BACK:
            reference = said.get("reference", "")
            self.dossiers.change(dossier_id, lambda each: paying.paid_back(each, reference, now))
        else:
            raise NotFound(*NO_SUCH_THING)

    def _money_page(
        self, request: Request, dossier_id: str, *, wrong: Error | None = None
    ) -> Response:
        dossier, words = self.dossiers.get(dossier_id), self._counter_words(request)
        address = f"/counter/dossiers/{quote(dossier_id, safe='')}"
        self._looked(request, f"{address}/payments", (dossier,))
        return self._counter_page(
            "counter_payments.html",
            request,
            status=wrong.status if wrong else 200,
            dossier=dossier,
            address=address,
            online=self.payments.platform is not None,
            rows=payment_view.rows(dossier, words),
            methods=payment_view.METHODS,
            refundable=_refundable(dossier),
            key=new_message_id(self.clock.now()),
            wrong=citizen_view.whole(wrong, request.language),
            article=wrong.article if wrong else "",
        )


def _refundable(dossier: Dossier) -> frozenset[str]:
    """The charges that the law lets the desk pay back now."""
    return frozenset(each.id for each in dossier.charges if fees.is_refundable(dossier, each))
