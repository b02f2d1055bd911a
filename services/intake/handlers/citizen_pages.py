"""Pages of the citizen: their own dossiers, one of them with what is asked of them, and their acts.

A form is the act of the API: its fields become the JSON of the API's body.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from foundation.errors import Error, StoredResponse, Unknown
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.intake import pages, schemas
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.case.visibility import shown_to
from services.intake.domain.counter import as_seen, citizen_acts
from services.intake.domain.counter.citizen_acts import CitizenAct
from services.intake.handlers import citizen_view
from services.intake.handlers.context import CITIZEN, IntakeContext
from services.intake.handlers.counter_api import CounterApi
from services.intake.pages import PAGES, ContactPoint, Spoken

MINE = "/mine"
_NOTHING: Mapping[str, str] = {}


class CitizenPage(IntakeContext):
    """What all pages of the citizen share: who looks, and where one signs in."""

    def _citizen_must_be_known(self, request: Request) -> None:
        """For a form: it is held until its person has signed in again."""
        if not request.who.subject:
            raise _nobody()

    def _ask_citizen(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return PAGES.show("citizen_sign_in.html", request, at=self.clock.now())

    def _citizen_words(self, request: Request) -> Spoken:
        centre = ContactPoint(name=self.settings.office_name, phone=self.settings.office_phone)
        return pages.spoken(request.language, self.settings.agencies, centre)


class CitizenPages(CitizenPage, CounterApi):
    """A citizen's own dossiers."""

    @page(MINE, PAGES, scope=CITIZEN, hidden=True)
    def look_at_own(self, request: Request) -> Response:
        """The citizen's own, open ones first, the oldest due first; `?after=` goes on."""
        if not request.who.subject:
            return self._ask_citizen(request)
        asked = request.asked(schemas.OwnFields())
        limit = asked["limit"]
        found = self.dossiers.owned(request.who.subject, limit=limit + 1, after=asked["after"])
        words, now = self._citizen_words(request), self.clock.now()
        shown: dict[str, Any] = {
            "rows": [citizen_view.row(each, words, now) for each in found[:limit]],
            "onward": citizen_view.place(found[limit - 1]) if len(found) > limit else "",
            "first": not asked["after"],
            "limit": limit if "limit" in request.query else 0,
            "words": words,
        }
        return PAGES.show("mine.html", request, at=now, **shown)

    @page(f"{MINE}/<dossier_id>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_one(self, request: Request, dossier_id: str) -> Response:
        """One of them: where it stands, what is asked of its person, and what they may do."""
        return (
            self._own_page(request, dossier_id)
            if request.who.subject
            else self._ask_citizen(request)
        )

    @page(f"{MINE}/<dossier_id>/did/<name>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_what_was_done(self, request: Request, dossier_id: str, name: str) -> Response:
        """The same after an act, which it names."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._own_page(request, dossier_id, done=citizen_view.DONE.get(name, ""))

    @form(f"{MINE}/<dossier_id>/withdraw", PAGES, scope=CITIZEN, hidden=True)
    def withdraw_by_form(self, request: Request, dossier_id: str) -> Response:
        """Take the dossier back: sent twice it is done once, on what has changed it is not done."""
        return self._act_by_form(request, dossier_id, CitizenAct.WITHDRAW, self.withdraw, {})

    @form(f"{MINE}/<dossier_id>/way", PAGES, scope=CITIZEN, hidden=True)
    def choose_way_by_form(self, request: Request, dossier_id: str) -> Response:
        """Choose how the result is to come, as long as it has not."""
        fields = {"result_by": "way-by"}
        return self._act_by_form(request, dossier_id, CitizenAct.WAY, self.choose_way, fields)

    def _act_by_form(
        self,
        request: Request,
        dossier_id: str,
        act: CitizenAct,
        do: Callable[[Request, str], StoredResponse],
        fields: Mapping[str, str],
    ) -> Response:
        """Carry out an act of the API; `fields` are its body's, each with its name in the form."""
        self._citizen_must_be_known(request)
        said = read_form(request)
        self._own_dossier(request, dossier_id)
        body = {name: said.get(field, "") for name, field in fields.items()}
        return after_form(
            lambda: do(as_api(request, body, said), dossier_id),
            done=lambda: moved(request, f"{address_of(dossier_id)}/did/{act}"),
            wrong=lambda error: self._own_page(
                request, dossier_id, said=said, wrong=error, opened=act
            ),
        )

    def _own_dossier(self, request: Request, dossier_id: str) -> Dossier:
        """The dossier of whoever asks; to all others, clerks too, it is as if it were not there."""
        return shown_to(self.dossiers.get(dossier_id), request.who.subject, clerk=False)

    def _own_page(
        self,
        request: Request,
        dossier_id: str,
        *,
        done: str | tuple[str, str] = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
        opened: str = "",
    ) -> Response:
        found, words = self._own_dossier(request, dossier_id), self._citizen_words(request)
        now, calendar = self._when()
        seen = said.get("seen", "") if wrong else ""
        shown: dict[str, Any] = {
            **pages.own(found, words, now, calendar),
            "row": citizen_view.row(found, words, now),
            "address": address_of(dossier_id),
            "verdicts": citizen_acts.possible(found, now, calendar),
            "mark": as_seen.mark(found),
            "key": new_message_id(now),
            "changed": citizen_view.changed(seen, found, words) if seen else (),
            "done": done,
            "wrong": citizen_view.whole(wrong, request.language),
            "article": wrong.article if wrong else "",
            "opened": opened,
            "ways": citizen_view.RESULT_BY,
            "way": said.get("way-by", found.result_by),
        }
        status = wrong.status if wrong else 200
        return PAGES.show("mine_one.html", request, at=now, status=status, **shown)


def address_of(dossier_id: str) -> str:
    """The page of one of a citizen's own dossiers."""
    return f"{MINE}/{quote(dossier_id, safe='')}"


def _nobody() -> Unknown:
    return Unknown("Cần đăng nhập để xem hồ sơ của mình.", "Sign in to see your own dossiers.")
