"""What the pages of an owner's webhooks show, made of the API's own answers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from foundation.errors import Error
from foundation.web import Request, Response
from foundation.web.page_words import Words
from services.subscriptions import pages
from services.subscriptions.domain import seen
from services.subscriptions.domain.delivery import DeliveryState
from services.subscriptions.domain.subscription import WebhookSubscription
from services.subscriptions.handlers import webhook_forms
from services.subscriptions.handlers.self_service_api import MOST_COUNTED, SelfServiceApi
from services.subscriptions.handlers.webhook_page import HERE, WebhookPage
from services.subscriptions.schemas import subscription as schemas

NOTHING: Mapping[str, str] = {}


class OwnerView(WebhookPage, SelfServiceApi):
    """Draws the pages; what they show was the owner's to read before."""

    def _own_list(self, request: Request, *, gone: bool = False) -> Response:
        owned = self.subscriptions.of_owner(request.who.subject)
        return self._webhook_page(
            "webhook_list.html", request, rows=self._rows(owned), deleted=gone
        )

    def _secret(self, request: Request, made: Mapping[str, Any]) -> Response:
        """What the receiver verifies with: a secret is in this answer and on no page after it."""
        return self._webhook_page("webhook_secret.html", request, made=made)

    def _one(
        self,
        request: Request,
        id: str,
        *,
        done: object = "",
        tried: Mapping[str, Any] = NOTHING,
        opened: str = "",
        said: Mapping[str, str] = NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        mine = self._mine(request, id)
        words = pages.spoken(request.language, self.settings.agencies)
        shown = self.show_subscription(request, id)
        fields = webhook_forms.ACT_FIELDS
        return self._webhook_page(
            "webhook.html",
            request,
            status=wrong.status if wrong else 200,
            it=shown,
            address=address_of(id),
            mark=seen.mark(mine),
            stops=pages.happened(shown["changes"], words),
            offered=offered(shown["state"]),
            done=done,
            tried=tried,
            opened=opened,
            said=said,
            errors=webhook_forms.errors_of(wrong, request.language, fields, opened),
            changed=_differences(said, mine, words) if wrong else (),
            most=MOST_COUNTED,
        )

    def _form(
        self,
        request: Request,
        id: str,
        said: Mapping[str, str],
        *,
        wrong: Error | None = None,
    ) -> Response:
        """The form of a new subscription, or with an id of changing one."""
        mine = self._mine(request, id) if id else None
        words = pages.spoken(request.language, self.settings.agencies)
        return self._webhook_page(
            "webhook_form.html",
            request,
            status=wrong.status if wrong else 200,
            action=f"{address_of(id)}/change" if id else f"{HERE}/new",
            address=address_of(id) if id else HERE,
            new=not id,
            mark=seen.mark(mine) if mine else "",
            said=said,
            errors=webhook_forms.errors_of(wrong, request.language, webhook_forms.NEW_FIELDS),
            changed=_differences(said, mine, words) if wrong and mine else (),
        )

    def _letters(
        self,
        request: Request,
        id: str,
        *,
        said: Mapping[str, str] = NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        found = self.show_deliveries(request, id)
        state = request.query.get("state", DeliveryState.DEAD.value)
        onward = f"?state={state}&after={found['next']}" if found["next"] is not None else ""
        chosen = request.query.get("lang", "")
        return self._webhook_page(
            "webhook_letters.html",
            request,
            status=wrong.status if wrong else 200,
            it=schemas.shown(self._mine(request, id)),
            address=address_of(id),
            letters=found["deliveries"],
            waiting=state == DeliveryState.WAITING.value,
            onward=f"{onward}&lang={chosen}" if onward and chosen else onward,
            said=said,
            errors=webhook_forms.errors_of(
                wrong, request.language, webhook_forms.ACT_FIELDS, "redrive"
            ),
        )

    def _rows(self, owned: Any) -> list[pages.WebhookRow]:
        known = {each.id: each for each in self.progresses.of([one.id for one in owned])}
        end = self.log.length()
        return [pages.row(each, known[each.id], end) for each in owned if each.id in known]


def _differences(
    said: Mapping[str, str], mine: WebhookSubscription, words: pages.WebhookWords
) -> list[tuple[Words, str, str]]:
    before = said.get("seen", "")
    return pages.changed(seen.differences(before, mine), words) if before else []


def address_of(id: str) -> str:
    """Where the page of a subscription is."""
    return f"{HERE}/{quote(id, safe='')}"


def offered(state: str) -> list[str]:
    """The acts that make sense in a state, the likeliest first."""
    going = "pause" if state in {"active", "unconfirmed"} else "resume"
    return ["test", going, "replay", "rotate", "delete"]
