"""A dossier on one page at the counter; its acts by forms are those of the API."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from contracts.forms import FORM_NAMES
from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.intake import pages
from services.intake.domain.case import apology, fees
from services.intake.domain.case.dossier import OVER, Dossier
from services.intake.domain.counter import as_seen, possible_acts
from services.intake.domain.counter.possible_acts import CounterAct, CounterSight
from services.intake.domain.counter.reach import remarks
from services.intake.domain.explanation.wording import explained
from services.intake.handlers import counter_forms, counter_view
from services.intake.handlers.clerk_api import ClerkApi
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_api import CounterApi
from services.intake.handlers.counter_page import CounterPage
from services.intake.handlers.counter_words import CHANNELS, PROXIES, STATES
from services.intake.handlers.deliveries import Deliveries
from services.intake.handlers.director_api import DIRECTOR, DirectorApi
from services.intake.handlers.forms_api import FormsApi
from services.intake.handlers.issuing_office import office_of
from services.intake.pages import PAGES, Spoken

DOSSIER = "/counter/dossiers/<dossier_id>"
LARGEST_ACT = 64 * KB
"""A reason of 4,000 letters with their marks, as a browser spells it."""
_NOTHING: Mapping[str, str] = {}


class CounterDossier(CounterPage, CounterApi, ClerkApi, FormsApi, DirectorApi, Deliveries):
    """One dossier, and what a clerk may do with it now."""

    @page(DOSSIER, PAGES, scope=CLERK, hidden=True)
    def look_at_counter_dossier(self, request: Request, dossier_id: str) -> Response:
        """Whose it is, its papers, clock and history, who has it, and the acts as forms."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._at_counter(request, dossier_id)

    @page(f"{DOSSIER}/did/<name>", PAGES, scope=CLERK, hidden=True)
    def look_at_counter_act(self, request: Request, dossier_id: str, name: str) -> Response:
        """The same after an act, which it names."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._at_counter(request, dossier_id, done=counter_forms.done_words(name))

    @form(f"{DOSSIER}/<name>", PAGES, scope=CLERK, largest=LARGEST_ACT, hidden=True)
    def act_at_counter(self, request: Request, dossier_id: str, name: str) -> Response:
        """An act from the page: sent twice it is done once, on what has changed it is not done."""
        self._must_be_clerk(request)
        said = read_form(request)
        return after_form(
            lambda: self._act_on(request, dossier_id, name, said),
            done=lambda: moved(request, f"{address_of(dossier_id)}/did/{quote(name, safe='')}"),
            wrong=lambda error: self._at_counter(
                request, dossier_id, name=name, said=said, wrong=error
            ),
        )

    def _act_on(
        self, request: Request, dossier_id: str, name: str, said: Mapping[str, str]
    ) -> None:
        acts = {
            CounterAct.ACCEPT: self.accept,
            CounterAct.GUIDE: self.guide,
            CounterAct.FROM_DATA: self.take_from_data,
            CounterAct.SUPPLEMENT: self.supplement,
            CounterAct.DECIDE: self.decide,
            CounterAct.RETURN: self.hand_over,
            CounterAct.ORIGINALS: self.hand_back,
            CounterAct.CORRECT: self.correct,
            CounterAct.REFUSE: self.refuse,
            CounterAct.WITHDRAW: self.withdraw,
            CounterAct.OBLIGE: self.oblige,
            CounterAct.APOLOGISE: self.apologise,
            CounterAct.STOP: self.stop,
            CounterAct.RESUME: self.resume,
            CounterAct.WAY: self.choose_way,
        }
        of_one = {
            CounterAct.PAY: (self.pay, "pay-fee"),
            CounterAct.REFUND: (self.refund, "refund-fee"),
            CounterAct.FORMS: (self.issue, "forms-kind"),
            CounterAct.SEND: (self.send_again, "send-step"),
        }
        keyed = as_api(request, counter_forms.body_of(name, said), said)
        if name in of_one:
            act, which = of_one[CounterAct(name)]
            act(keyed, dossier_id, said.get(which, ""))
        elif name in acts:
            acts[CounterAct(name)](keyed, dossier_id)
        elif name == CounterAct.URGE and _is_director(request):
            self.urge(keyed, dossier_id)
        else:
            raise NotFound(*NO_SUCH_THING)

    def _at_counter(
        self,
        request: Request,
        dossier_id: str,
        *,
        done: str | tuple[str, str] = "",
        name: str = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        dossier, words = self.dossiers.get(dossier_id), self._counter_words(request)
        self._looked(request, address_of(dossier_id), (dossier,))
        return self._counter_page(
            "counter_dossier.html",
            request,
            status=wrong.status if wrong else 200,
            done=done,
            opened=name,
            said=said,
            errors=counter_forms.errors_of(wrong, request.language, name, said),
            article=wrong.article if wrong else "",
            changed=counter_view.changed(said.get("seen", ""), dossier, words) if wrong else (),
            key=new_message_id(self.clock.now()),
            titles=counter_forms.TITLES,
            **self._dossier_facts(dossier, words),
            **self._dossier_acts(request, dossier, words),
        )

    def _dossier_facts(self, dossier: Dossier, words: Spoken) -> dict[str, Any]:
        """What the page shows of the dossier."""
        now, calendar = self._when()
        return {
            "dossier": dossier,
            "address": address_of(dossier.id),
            "state": words.say(STATES[dossier.state]),
            "over": dossier.state in OVER,
            "late": counter_view.is_late(dossier, now),
            "holders": counter_view.holders(dossier, words),
            "clock": counter_view.clock(dossier, now, calendar, words),
            "lines": explained(pages.named(dossier, words), words.language),
            "stops": counter_view.stops(dossier, words),
            "remarks": remarks(dossier),
            "form_names": FORM_NAMES,
            "proxy_kinds": PROXIES,
            "mark": as_seen.mark(dossier),
        }

    def _dossier_acts(self, request: Request, dossier: Dossier, words: Spoken) -> dict[str, Any]:
        """What may be done, and what the forms let one pick from."""
        sight = replace(self._counter_sight(dossier), director=_is_director(request))
        return {
            "papers": counter_view.paper_rows(dossier, sight),
            "components": counter_view.component_rows(dossier, sight),
            "to_check": possible_acts.to_check(dossier, sight),
            "verdicts": possible_acts.possible(dossier, sight),
            "missing": possible_acts.missing(dossier, sight),
            "to_fill": counter_view.to_fill(dossier, sight.procedure, address_of(dossier.id)),
            "laws": counter_view.articles(sight.now),
            "held": possible_acts.held_in_databases(sight.procedure),
            "kinds": possible_acts.printable(dossier, sight),
            "channels": CHANNELS,
            "to_pay": counter_view.charges(possible_acts.unpaid(dossier), words),
            "to_refund": counter_view.charges(fees.to_refund(dossier), words),
            "may_apologise": counter_view.agencies(apology.with_a_part(dossier), words),
            "undelivered": counter_view.tasks(possible_acts.undelivered_steps(dossier), words),
            "to_urge": counter_view.tasks(possible_acts.urged_steps(dossier), words),
            "connected": counter_view.agencies(self.connected_agencies.now().connected, words),
        }

    def _counter_sight(self, dossier: Dossier) -> CounterSight:
        now, calendar = self._when()
        return CounterSight(
            procedure=self.procedures.now(dossier.procedure),
            known=self.known_documents.among(each.document for each in dossier.attachments),
            agencies=self.agencies.lately(),
            office=office_of(self.settings),
            now=now,
            calendar=calendar,
        )


def _is_director(request: Request) -> bool:
    return DIRECTOR in request.who.scopes


def address_of(dossier_id: str) -> str:
    """The dossier's page."""
    return f"/counter/dossiers/{quote(dossier_id, safe='')}"
