"""Pages of the director: what is late, whose time it was, and urging by a form (NĐ 61/2018).

The list and the dossier on it answer JSON too, to whoever asks for no page.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import read_form
from foundation.web.page_routes import form, moved, page, sign_in, sign_out, wants_page
from foundation.worktime import local_day
from services.intake import schemas
from services.intake.domain.lateness import late_list, urging
from services.intake.domain.lateness.late_list import Late
from services.intake.handlers.director_api import DIRECTOR, DirectorApi, must_be_received
from services.intake.handlers.director_page import DirectorPage
from services.intake.pages import PAGES

LIST = "/late"
READ_AT_ONCE = 100
MOST_EXPORTED = 5000


class DirectorPages(DirectorApi, DirectorPage):
    """Pages for the director, over the same API."""

    @page(LIST, PAGES, scope=DIRECTOR, gives=schemas.LateAnswer)
    def list_late(self, request: Request) -> dict[str, Any] | Response:
        """What is late, the longest first; `?agency=` and `?field=` narrow, `?after=` goes on."""
        browsing = wants_page(request.headers)
        if not request.who.subject:
            return self._ask_director(request)
        asked = request.asked(schemas.LateFields())
        found = self._late_page(asked, asked["after"], asked["limit"] + 1)
        rows, more = found[: asked["limit"]], len(found) > asked["limit"]
        following = rows[-1].place if more else ""
        if not browsing:
            return schemas.late(rows, following)
        shown = {"rows": rows, "asked": asked, "following": following}
        return self._director_page("late.html", request, **shown)

    @page(f"{LIST}.csv", PAGES, scope=DIRECTOR, gives="text/csv")
    def export(self, request: Request) -> Response:
        """The same as a table for a spreadsheet, whole; one that is too long says so at its end."""
        if not request.who.subject:
            return self._ask_director(request)
        asked = request.asked(schemas.LateFields())
        lines = schemas.late_lines(self._late_rows(asked), most=MOST_EXPORTED)
        response = Response(b"".join(lines), content_type="text/csv; charset=utf-8")
        name = f"qua-han-{local_day(self.clock.now())}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @page(f"{LIST}/<dossier_id>", PAGES, scope=DIRECTOR, gives=schemas.UrgingsAnswer)
    def look_at(self, request: Request, dossier_id: str) -> dict[str, Any] | Response:
        """One dossier: whose the time was, every urging with its answer, and the form to urge."""
        browsing = wants_page(request.headers)
        if not request.who.subject:
            return self._ask_director(request)
        found = must_be_received(self.dossiers.get(dossier_id))
        if not browsing:
            return schemas.urgings(found)
        now, calendar = self._when()
        shown: dict[str, Any] = {
            "dossier": found,
            "row": late_list.row(found, now, calendar),
            "shares": tuple(late_list.shares(found, now, calendar)),
            "held": late_list.held(found, now, calendar),
            "key": new_message_id(now),
        }
        return self._director_page("urging.html", request, **shown)

    @form(f"{LIST}/<dossier_id>/urge", PAGES, scope=DIRECTOR)
    def urge_by_form(self, request: Request, dossier_id: str) -> Response:
        """The same from the page, whose form has a key of its own: sent twice, it urges once."""
        self._must_be_director(request)
        said = read_form(request)
        keyed = replace(
            request,
            headers={**request.headers, "idempotency-key": said.pop("key", "")},
            query={name: value for name, value in _in_zone(said).items() if value},
        )
        # A form that comes again leads to the page too, not to the answer that is stored for it.
        if not urging.was_made(self.dossiers.get(dossier_id), keyed.new_id):
            self.urge_once(keyed, dossier_id, keyed.asked(schemas.UrgeFields()))
        return moved(request, f"{LIST}/{quote(dossier_id, safe='')}")

    @form(f"{LIST}/sign-in", PAGES)
    def come_in(self, request: Request) -> Response:
        """Keep the token for the pages of the director."""
        return sign_in(request, read_form(request).get("token", ""), LIST)

    @form(f"{LIST}/sign-out", PAGES)
    def go_out(self, request: Request) -> Response:
        """Forget it."""
        return sign_out(request, LIST)

    def _late_rows(self, asked: dict[str, Any]) -> Iterator[Late]:
        after = asked["after"]
        while page := self._late_page(asked, after, READ_AT_ONCE):
            yield from page
            after = page[-1].place

    def _late_page(self, asked: dict[str, Any], after: str, limit: int) -> list[Late]:
        now, calendar, agency = self.clock.now(), self.calendars.now().calendar, asked["agency"]
        self.connected_agencies.now().must_exist(agency)
        place = late_list.place_of(agency, asked["field"])
        row = partial(late_list.row, now=now, calendar=calendar, agency=agency)
        return self.dossiers.late(place, after, now, row, limit=limit)


def _in_zone(said: dict[str, str]) -> dict[str, str]:
    """What a browser sends as a date and time is the time in Viet Nam."""
    until = said.get("answer_by", "")
    return said | {"answer_by": f"{until}+07:00" if until else ""}
