"""Pages on which a citizen pays the charges of their own dossier, and reads what was paid.

/mine/<dossier_id>/pay              what is owed, what became of what was begun; to the platform
/mine/<dossier_id>/pay/check        ask the platform what became of it
/mine/<dossier_id>/receipts/<fee>   the receipt of a charge that was paid

The platform's page sends browsers back to the first. It believes nothing that they bring along.
"""

from collections.abc import Mapping
from typing import Any

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import form, moved, page
from foundation.web.rate_limit import LookupRateLimiter
from services.intake.domain.counter import as_seen
from services.intake.domain.payment import paying
from services.intake.domain.payment.amount_words import in_words
from services.intake.handlers import citizen_view, payment_view
from services.intake.handlers.citizen_pages import MINE, CitizenPages, address_of
from services.intake.handlers.context import CITIZEN
from services.intake.handlers.payment_desk import PaymentContext
from services.intake.pages import PAGES

_PAY = f"{MINE}/<dossier_id>/pay"
_NOTHING: Mapping[str, str] = {}


class PaymentPages(CitizenPages, PaymentContext):
    """The charges of a citizen's own dossier."""

    payment_guard = LookupRateLimiter()

    @page(_PAY, PAGES, scope=CITIZEN, hidden=True)
    def look_at_payment(self, request: Request, dossier_id: str) -> Response:
        """What is owed and how it is paid; what is known of payments that were begun."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._payment_page(request, dossier_id)

    @form(_PAY, PAGES, scope=CITIZEN, hidden=True)
    def begin_payment(self, request: Request, dossier_id: str) -> Response:
        """Begin to pay all that is owed; sent twice it is one payment."""
        self._citizen_must_be_known(request)
        said = read_form(request)
        self._own_dossier(request, dossier_id)
        return after_form(
            lambda: self._begin_payment(request, dossier_id, said.get("seen", "-")),
            done=lambda: moved(request, f"{address_of(dossier_id)}/pay"),
            wrong=lambda error: self._payment_page(request, dossier_id, said=said, wrong=error),
        )

    @form(f"{_PAY}/check", PAGES, scope=CITIZEN, hidden=True)
    def check_payment(self, request: Request, dossier_id: str) -> Response:
        """Ask the platform now what became of a payment."""
        self._citizen_must_be_known(request)
        self._own_dossier(request, dossier_id)
        with self.payment_guard.against_guessing(request):
            return after_form(
                lambda: self._ask_platform(dossier_id),
                done=lambda: moved(request, f"{address_of(dossier_id)}/pay"),
                wrong=lambda error: self._payment_page(request, dossier_id, wrong=error),
            )

    @page(f"{MINE}/<dossier_id>/receipts/<fee>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_fee_receipt(self, request: Request, dossier_id: str, fee: str) -> Response:
        """The receipt of a charge that was paid, however it was."""
        if not request.who.subject:
            return self._ask_citizen(request)
        found, words = self._own_dossier(request, dossier_id), self._citizen_words(request)
        charge = next((each for each in found.charges if each.id == fee and each.paid), None)
        if charge is None:
            raise NotFound(*NO_SUCH_THING)
        shown: dict[str, Any] = {
            "dossier": found,
            "words": words,
            "charge": charge,
            "address": address_of(dossier_id),
            "in_words": in_words(charge.amount),
            "method": payment_view.METHODS.get(charge.method, (charge.method, charge.method)),
            "proof": payment_view.proof_of(found, charge),
            "office": self.settings.office_name,
            "stands_at": self.settings.office_address,
        }
        return PAGES.show("payment_receipt.html", request, at=self.clock.now(), **shown)

    def _payment_page(
        self,
        request: Request,
        dossier_id: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        found, words = self._own_dossier(request, dossier_id), self._citizen_words(request)
        now, seen = self.clock.real(), said.get("seen", "") if wrong else ""
        owed, standing = paying.owed(found), paying.open_attempt(found)
        shown: dict[str, Any] = {
            "dossier": found,
            "words": words,
            "address": address_of(dossier_id),
            "owed": owed,
            "sum": sum(each.amount for each in owed),
            "standing": standing,
            "link": standing.link if standing and now < standing.expires else "",
            "waits": bool(standing and now >= standing.expires),
            "online": self.payments.platform is not None,
            "rows": payment_view.rows(found, words),
            "mark": as_seen.mark(found),
            "changed": citizen_view.changed(seen, found, words) if seen else (),
            "wrong": citizen_view.whole(wrong, request.language),
            "article": wrong.article if wrong else "",
            "office": self.settings.office_name,
            "phone": self.settings.office_phone,
            "stands_at": self.settings.office_address,
        }
        status = wrong.status if wrong else 200
        return PAGES.show("payment.html", request, at=self.clock.now(), status=status, **shown)
