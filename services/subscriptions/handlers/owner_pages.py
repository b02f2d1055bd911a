"""Pages of webhooks for their owners: a list, one with how it fares, dead letters, and the acts.

A form is the act of the API; a secret is shown by the answer to the form that made it, once.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.web import Request, Response
from foundation.web.page_forms import answer_form, as_api, read_form
from foundation.web.page_routes import LARGEST_FORM, form, moved, page
from services.subscriptions import pages
from services.subscriptions.domain.plain_filter import PlainFilter
from services.subscriptions.handlers import webhook_forms
from services.subscriptions.handlers.owner_view import NOTHING, OwnerView, address_of
from services.subscriptions.handlers.subscriptions_api import SCOPE, SubscriptionsApi
from services.subscriptions.handlers.webhook_page import HERE
from services.subscriptions.pages import PAGES
from services.subscriptions.schemas import subscription as schemas
from services.subscriptions.schemas.feed import PlainFilterFields

ONE = f"{HERE}/<id>"
LARGEST = 4 * LARGEST_FORM
"""Filters in JSON may be long: a hundred parts, as a browser spells them."""


class OwnerPages(OwnerView, SubscriptionsApi):
    """Webhooks as their owner sees them."""

    @page(HERE, PAGES, scope=SCOPE, hidden=True)
    def look_at_webhooks(self, request: Request) -> Response:
        """All of one's own, with how they fare."""
        return self._own_list(request) if request.who.subject else self._ask_who(request)

    @page(f"{HERE}/deleted", PAGES, scope=SCOPE, hidden=True)
    def look_after_deleting(self, request: Request) -> Response:
        """The same after one was deleted."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._own_list(request, gone=True)

    @page(f"{HERE}/new", PAGES, scope=SCOPE, hidden=True)
    def write_webhook(self, request: Request) -> Response:
        """The form of a new one."""
        return self._form(request, "", NOTHING) if request.who.subject else self._ask_who(request)

    @form(f"{HERE}/new", PAGES, scope=SCOPE, largest=LARGEST, hidden=True)
    def create_by_form(self, request: Request) -> Response:
        """Create it and show what it is verified with: sent twice, there is one."""
        self._must_be_known(request)
        said = read_form(request)
        return answer_form(
            lambda: self.subscribe(_wished(request, said, webhook_forms.new_body)),
            done=lambda made: self._secret(request, made.body),
            wrong=lambda error: self._form(request, "", said, wrong=error),
        )

    @page(ONE, PAGES, scope=SCOPE, hidden=True)
    def look_at_webhook(self, request: Request, id: str) -> Response:
        """State, lag, last errors, keys, what happened, and the acts as forms."""
        return self._one(request, id) if request.who.subject else self._ask_who(request)

    @page(f"{ONE}/did/<name>", PAGES, scope=SCOPE, hidden=True)
    def look_after_act(self, request: Request, id: str, name: str) -> Response:
        """The same after an act, which it names."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._one(request, id, done=pages.DONE.get(name, ""))

    @page(f"{ONE}/change", PAGES, scope=SCOPE, hidden=True)
    def rewrite_webhook(self, request: Request, id: str) -> Response:
        """The form that changes it."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._form(request, id, webhook_forms.shown(self._mine(request, id)))

    @page(f"{ONE}/deliveries", PAGES, scope=SCOPE, hidden=True)
    def look_at_deliveries(self, request: Request, id: str) -> Response:
        """Dead letters (`?state=dead`), or what waits, by position, each to be tried again."""
        return self._letters(request, id) if request.who.subject else self._ask_who(request)

    @form(f"{ONE}/<name>", PAGES, scope=SCOPE, largest=LARGEST, hidden=True)
    def act_by_form(self, request: Request, id: str, name: str) -> Response:
        """An act from a page: sent twice it is done once, on what has changed it is not done."""
        self._must_be_known(request)
        said = read_form(request)
        if name == "test":
            number = as_api(request, {}, said).new_id
            return self._one(request, id, tried=self._tried(self._mine(request, id), number))
        if name not in pages.ACTS:
            raise NotFound(*NO_SUCH_THING)
        return answer_form(
            lambda: self._act(request, id, name, said),
            done=partial(self._acted, request, id, name),
            wrong=partial(self._not_acted, request, id, name, said),
        )

    def _act(self, request: Request, id: str, name: str, said: Mapping[str, str]) -> Any:
        if name == "change":
            changed = _wished(request, said, webhook_forms.wish_body)
            return self._changed(changed, id, once=changed.once(200, schemas.shown))
        acts = {
            "pause": self.pause,
            "resume": self.resume,
            "replay": self.replay,
            "rotate": self.rotate,
            "redrive": self.redrive,
            "delete": self.unsubscribe,
        }
        return acts[name](as_api(request, webhook_forms.act_body(name, said), said), id)

    def _acted(self, request: Request, id: str, name: str, answer: Any) -> Response:
        """Where an act leads: on to its page, so that loading that again repeats nothing."""
        if name == "rotate":
            return self._secret(request, answer.body)
        there = f"{HERE}/deleted" if name == "delete" else f"{address_of(id)}/did/{name}"
        return moved(request, there)

    def _not_acted(
        self, request: Request, id: str, name: str, said: Mapping[str, str], error: Error
    ) -> Response:
        if name == "change":
            return self._form(request, id, said, wrong=error)
        if name == "redrive":
            return self._letters(request, id, said=said, wrong=error)
        return self._one(request, id, opened=name, said=said, wrong=error)


def _wished(
    request: Request,
    said: Mapping[str, str],
    body: Callable[[Mapping[str, str], PlainFilter], dict[str, Any]],
) -> Request:
    """The form of a subscription as the API takes it."""
    asked = as_api(request, webhook_forms.filter_body(said), said)
    return as_api(request, body(said, asked.load(PlainFilterFields)), said)
