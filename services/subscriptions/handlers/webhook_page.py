"""What the pages of webhooks share: who looks at them, where one signs in, their words."""

from typing import Any

from foundation.errors import Unknown
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_routes import wants_page
from services.subscriptions import pages
from services.subscriptions.handlers.context import SubscriptionsContext
from services.subscriptions.handlers.subscriptions_api import SCOPE
from services.subscriptions.pages import PAGES

HERE = "/webhooks"
ADMINISTRATOR = "events:admin"
"""Sees whose subscriptions there are and how they fare, and changes none."""


class WebhookPage(SubscriptionsContext):
    """The pages of webhooks; to an account without the right to, they are not there."""

    def _must_be_known(self, request: Request) -> None:
        """For a form: it is held until its person has signed in again."""
        if not request.who.subject:
            raise _nobody()

    def _ask_who(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return self._webhook_page("webhook_sign_in.html", request)

    def _webhook_page(self, name: str, request: Request, **values: Any) -> Response:
        """A template of webhooks, with its words and a key for its forms."""
        at = self.clock.real()
        return PAGES.show(
            name,
            request,
            at=at,
            status=values.pop("status", 200),
            words=pages.spoken(request.language, self.settings.agencies),
            view=pages,
            key=new_message_id(at),
            administers=ADMINISTRATOR in request.who.scopes,
            owns=SCOPE in request.who.scopes,
            **values,
        )


def _nobody() -> Unknown:
    return Unknown(
        "Cần đăng nhập bằng tài khoản của bên tích hợp.",
        "Sign in with an account of an integrator.",
    )
