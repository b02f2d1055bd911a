"""Pages of the agency's administrator: officers, desks, absences, and who read what.

A form is the act of the API, on what its administrator saw: nobody overwrites another's change.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from foundation.as_seen import Facts
from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.persistence.document import new_message_id
from foundation.text.cleaning import code_text
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from foundation.web.reading_book import asked_for, span
from foundation.worktime import local_day
from services.routing import pages, schemas
from services.routing.domain.docket import reading, search_words
from services.routing.domain.docket.reading import AccessRecord
from services.routing.domain.staff import book_seen, coverage
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import OfficerRole, Right
from services.routing.handlers import staff_view, way_view
from services.routing.handlers.desk_page import DESK, DeskPage
from services.routing.handlers.lists_api import ListsApi
from services.routing.handlers.staff_api import StaffApi
from services.routing.pages import PAGES

STAFF = "/desks/<agency>/staff"
DAYS_AHEAD = 10
MOST_OF_A_CODE = 5
_NOTHING: Mapping[str, str] = {}
Said = Mapping[str, str]


class StaffPages(DeskPage, StaffApi, ListsApi):
    """The book of officers on pages, for whoever keeps it."""

    @page(STAFF, PAGES, scope=DESK, hidden=True)
    def look_at_staff(self, request: Request, agency: str) -> Response:
        """Officers with who is there today, desks, and the days on which a desk has nobody."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        self._act(request).must(Right.STAFF)
        office, today = self._office(), local_day(self.clock.now())
        days = coverage.working(today, DAYS_AHEAD, self.calendars.calendar())
        return self._shown(
            "staff.html",
            request,
            office=office,
            rows=staff_view.rows(office, today),
            gaps=coverage.uncovered(office, days),
            away=staff_view.AWAY,
            days=DAYS_AHEAD,
        )

    @page(f"{STAFF}/officer", PAGES, scope=DESK, hidden=True)
    def look_at_officer(self, request: Request, agency: str) -> Response:
        """An officer (`?id=`), or the form of a new one; `?done=` names what was done."""
        self._must_be_here(agency)
        return self._officer(request) if request.who.subject else self._ask_who(request)

    @page(f"{STAFF}/desk", PAGES, scope=DESK, hidden=True)
    def look_at_desk(self, request: Request, agency: str) -> Response:
        """One of the centre's desks (`?code=`), or the form of a new one."""
        self._must_be_here(agency)
        return self._desk(request) if request.who.subject else self._ask_who(request)

    @page(f"{STAFF}/way", PAGES, scope=DESK, hidden=True)
    def look_at_way(self, request: Request, agency: str) -> Response:
        """The agency's own process for a procedure (`?procedure=`, `-` for all others), or none."""
        self._must_be_here(agency)
        return self._way(request) if request.who.subject else self._ask_who(request)

    @page(f"{STAFF}/readings", PAGES, scope=DESK, hidden=True)
    def look_at_readings(self, request: Request, agency: str) -> Response:
        """Who read a dossier (`?code=`), or who was turned away here; `?after=` goes on."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        act, asked = self._act(request), request.asked(schemas.DossierReadingsQuery())
        act.must(Right.STAFF)
        self._read(act, reading.BOOK)
        code, rest = asked.pop("code"), asked
        dossier = self._dossier_of(code) if code else ""
        found, onward = (
            self.readings.of(dossier, act.now, **rest)
            if code
            else self.readings.those_turned_away(act.now, **rest)
        )
        return self._shown(
            "readings.html",
            request,
            code=code,
            known=bool(dossier) or not code,
            found=found if dossier or not code else (),
            onward=onward if dossier or not code else "",
            what=staff_view.WHAT,
        )

    @page(f"{STAFF}/readings/all", PAGES, scope=DESK, hidden=True)
    def look_at_all_readings(self, request: Request, agency: str) -> Response:
        """What an officer (`?by=`) read, or anybody, on a day (`?day=`); `?after=` goes on."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        act = self._act(request)
        act.must(Right.STAFF)
        asked, wrong = asked_for(request)
        found, onward = ((), "") if wrong else self._looked(act, asked)
        person = self._words(request).person
        return self._shown(
            "readings_all.html",
            request,
            status=wrong.status if wrong else 200,
            asked=asked,
            rows=[staff_view.reading_row(each, agency, person) for each in found],
            onward=onward,
            errors=pages.errors_of(wrong, request.language),
        )

    def _looked(
        self, act: OfficerAct, asked: Mapping[str, Any]
    ) -> tuple[Sequence[AccessRecord], str]:
        self._read(act, reading.BOOK)
        within, limit, after = span(asked["day"]), asked["limit"], asked["after"]
        return self.readings.looked(asked["by"], within, act.now, limit=limit, after=after)

    @form(f"{STAFF}/<name>", PAGES, scope=DESK, hidden=True)
    def keep_book_by_form(self, request: Request, agency: str, name: str) -> Response:
        """A change of the book: `officer`, `absence`, `return`, `desk` or `way`."""
        self._must_be_known(request, agency)
        self._act(request).must(Right.STAFF)
        said = read_form(request)
        if name not in staff_view.TITLES:
            raise NotFound(*NO_SUCH_THING)
        key = staff_view.key_of(name)
        thing = code_text(said.get(f"{name}-{key}", ""))
        thing = thing or way_view.OTHERS if name == "way" else thing
        shows = {"desk": self._desk, "way": self._way}
        show, part = shows.get(name, self._officer), name if name in shows else "officer"
        there = f"/desks/{agency}/staff/{part}"
        return after_form(
            lambda: self._keep(as_api(request, staff_view.body_of(name, said), said), name, thing),
            done=lambda: moved(request, f"{there}?{key}={quote(thing, safe='')}&done={name}"),
            wrong=lambda error: show(request, name=name, said=said, wrong=error),
        )

    def _keep(self, request: Request, name: str, thing: str) -> None:
        staff_view.must_be_named(name, thing)
        if name == "officer":
            self.put_officer(request, thing)
        elif name == "desk":
            self.put_desk(request, thing)
        elif name == "way":
            self.put_way(request, thing)
        elif name == "absence":
            self.be_absent(request, thing)
        else:
            self.come_back(request, thing)

    def _officer(
        self,
        request: Request,
        *,
        name: str = "",
        said: Said = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        self._act(request).must(Right.STAFF)
        office = self._office()
        officer_id = said.get(f"{name}-id", "") or request.query.get("id", "")
        facts = book_seen.of_officer(office, officer_id)
        known = next((each for each in office.officers if each.id == officer_id), None)
        if known is None and officer_id and not said:
            raise NotFound("Không có cán bộ này.", "There is no such officer.")
        filled = said if name == "officer" else staff_view.filled_in(known)
        return self._form_page(
            "staff_officer.html",
            request,
            facts,
            said=said,
            wrong=wrong,
            name=name,
            officer=known,
            filled={**filled, **said},
            roles=tuple(OfficerRole),
        )

    def _desk(
        self,
        request: Request,
        *,
        name: str = "desk",
        said: Said = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        self._act(request).must(Right.STAFF)
        office = self._office()
        code = said.get("desk-code", "") or request.query.get("code", "")
        facts = book_seen.of_desk(office, code)
        known = next((each for each in office.desks if each.code == code), None)
        if known is None and code and not said:
            raise NotFound("Không có quầy này.", "There is no such desk.")
        return self._form_page(
            "staff_desk.html",
            request,
            facts,
            said=said,
            wrong=wrong,
            name=name,
            known=known,
            filled=said or staff_view.desk_filled_in(known),
            people=[(each.id, each.name) for each in office.officers],
        )

    def _way(
        self,
        request: Request,
        *,
        name: str = "way",
        said: Said = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        self._act(request).must(Right.STAFF)
        office = self._office()
        procedure = said.get("way-procedure", "") if said else request.query.get("procedure", "")
        known = way_view.known(office, procedure or (way_view.OTHERS if said else ""))
        if known is None and procedure and not said:
            raise NotFound("Không có quy trình này.", "There is no such process.")
        filled = said or way_view.filled_in(known)
        return self._form_page(
            "staff_way.html",
            request,
            book_seen.of_way(office, known.procedure) if known else {},
            said=said,
            wrong=wrong,
            name=name,
            known=known,
            filled=filled,
            others=way_view.OTHERS,
            **way_view.shown(filled),
        )

    def _form_page(
        self,
        template: str,
        request: Request,
        facts: Facts,
        *,
        said: Said,
        wrong: Error | None,
        name: str,
        **values: Any,
    ) -> Response:
        return self._shown(
            template,
            request,
            status=wrong.status if wrong else 200,
            errors=pages.errors_of(wrong, request.language, name),
            changed=staff_view.changed(said.get("seen", ""), facts) if wrong else (),
            done=staff_view.DONE.get(request.query.get("done", ""), "") if not said else "",
            titles=staff_view.TITLES,
            mark=book_seen.mark(facts),
            key=new_message_id(self.clock.now()),
            opened=name,
            **values,
        )

    def _dossier_of(self, code: str) -> str:
        """The id of the dossier with this code; "" if none is here."""
        sought, now = search_words.asked_for(code), self.clock.now()
        found, _ = self.dockets.saying(sought, now, limit=MOST_OF_A_CODE)
        return next((each.id for each in found if each.code == code.upper()), "")
