"""HTTP API of the catalogue, by which the public reads and keepers write."""

from collections.abc import Callable
from typing import Any

from foundation.errors import StoredResponse
from foundation.scheduling import Clock
from foundation.settings.agency_list import ConnectedAgencies
from foundation.settings.agency_names import names_of
from foundation.settings.provider import SettingsProvider
from foundation.text.procedure_code import bare
from foundation.web import Request, Response, get, post, put
from foundation.web.page_routes import page, wants_page
from foundation.worktime import local_day
from services.catalogue import pages, schemas
from services.catalogue.domain import procedure as rules
from services.catalogue.domain.addresses import today
from services.catalogue.domain.code_entry import (
    CodeEntry,
    Writing,
    entry_id,
    must_be_a_table,
    neighbours,
    write,
)
from services.catalogue.domain.coverage import coverage
from services.catalogue.domain.listing import Page, page_of, page_of_ranked, ranked
from services.catalogue.domain.procedure import Change, Procedure
from services.catalogue.pages import PAGES
from services.catalogue.settings import CatalogueSettings
from services.catalogue.store import Codes, Listings, Procedures

# Most codes of a table may have ended: more are read than a short page asks for.
CODES_AT_ONCE = 500


class CatalogueApi:
    """HTTP handlers of the catalogue: procedures, codes and places."""

    settings = SettingsProvider(CatalogueSettings)
    connected_agencies = ConnectedAgencies()
    clock = Clock()
    procedures = Procedures()
    listings = Listings()
    codes = Codes()

    @page("/procedures", PAGES, gives=schemas.ProceduresAnswer)
    def search(self, request: Request) -> dict[str, Any] | Response:
        """Procedures in force by words of name, code, field or agency, with or without marks.

        `field`, `agency` and `at_centre` narrow the search; without words they come by code.
        """
        asked = request.asked(schemas.ProcedureSearchQuery())
        found = self._page(asked)
        if not wants_page(request.headers):
            return schemas.found(found)
        return PAGES.show("procedures.html", request, **pages.searched(asked, found, request.query))

    @get("/coverage", scope="", gives=schemas.CoverageAnswer)
    def coverage(self, request: Request) -> dict[str, Any]:
        """How many procedures and agencies are handled at the centre on a day; today by default."""
        at = request.asked(schemas.DaySchema())["at"] or local_day(self.clock.now())
        return schemas.covered(coverage(self.listings.listed(), at))

    @page("/procedures/<code>", PAGES, gives=schemas.PublishedAnswer)
    def show(self, request: Request, code: str) -> dict[str, Any] | Response:
        """The version in force."""
        found, now = self.procedures.get(bare(code)), self.clock.now()
        if not wants_page(request.headers):
            return schemas.published(found, now)
        names = names_of(self.settings.agencies)
        return PAGES.show("procedure.html", request, at=now, **pages.explained(found, names, now))

    @put("/procedures/<code>", scope="catalogue:write", gives=schemas.ProcedureAnswer)
    def draft(self, request: Request, code: str) -> dict[str, Any]:
        """Write a new draft; the same content again changes nothing."""
        content = request.load(schemas.ContentSchema())
        code = bare(code)
        agencies = self.connected_agencies.now()
        agencies.must_exist(content.agency)
        agencies.must_exist(
            *(task.agency for stage in content.route for task in stage.tasks), place="route"
        )
        known = self.procedures.known(code)
        drafted = rules.draft(known, code, content, self.clock.now())
        return schemas.latest(drafted if drafted == known else self.procedures.save(drafted))

    @post("/procedures/<code>/publish", scope="catalogue:write", gives=schemas.ProcedureAnswer)
    def publish(self, request: Request, code: str) -> StoredResponse:
        """Put the draft in force."""
        once, now = request.once(200, schemas.latest), self.clock.now()
        published = self.procedures.change(
            bare(code), _seen(request, lambda p: rules.publish(p, now)), once=once
        )
        return once.reply(published)

    @post("/procedures/<code>/withdraw", scope="catalogue:write", gives=schemas.ProcedureAnswer)
    def withdraw(self, request: Request, code: str) -> StoredResponse:
        """Take the procedure out of force; running dossiers go on."""
        once, now = request.once(200, schemas.latest), self.clock.now()
        withdrawn = self.procedures.change(
            bare(code), _seen(request, lambda p: rules.withdraw(p, now)), once=once
        )
        return once.reply(withdrawn)

    @get("/codes/<table>", scope="", gives=schemas.CodesAnswer)
    def list_codes(self, request: Request, table: str) -> dict[str, Any]:
        """The codes of a table that are in force on a day; `ever` adds those that ended."""
        must_be_a_table(table)
        return self._codes(table, request.asked(schemas.CodeSearchQuery()))

    @get("/codes/<table>/<code>", scope="", gives=schemas.CodeEntryAnswer)
    def show_code(self, request: Request, table: str, code: str) -> dict[str, Any]:  # noqa: ARG002 -- a route's shape
        """A code with every row it has and had, those that ended too."""
        must_be_a_table(table)
        return schemas.code_entry(self.codes.get(entry_id(table, code)))

    @put("/codes/<table>/<code>", scope="catalogue:write", gives=schemas.CodeEntryAnswer)
    def write_code(self, request: Request, table: str, code: str) -> dict[str, Any]:
        """Write all rows of a code; the same rows again change nothing."""
        must_be_a_table(table)
        rows = request.load(schemas.CodeRowsSchema())
        writing = Writing(rows=rows, by=request.who.subject, at=self.clock.now())
        entry = self.codes.known(table, code)
        # Who writes a neighbour at this very moment is not seen. That may leave a successor that
        # does not hold: readers, who only go forward in time, find nobody there and stop.
        after = self.codes.rows(neighbours(table, code, rows))
        before = self.codes.leading_to(entry.id)
        blank = CodeEntry(id=entry.id, table=table, code=code)
        written = self.codes.change_or_create(
            entry.id, blank, lambda known: write(known, writing, after, before)
        )
        return schemas.code_entry(written)

    @get("/places", scope="", gives=schemas.PlaceAnswer)
    def place(self, request: Request) -> dict[str, Any]:
        """Where a place of before 1/7/2025 lies today: its province, and the commune if certain."""
        asked, day = request.asked(schemas.PlaceQuery())
        return schemas.place_today(today(self.codes, asked, day or local_day(self.clock.now())))

    def _page(self, asked: schemas.ProcedureSearch) -> Page:
        if asked.query.strip() and not asked.words:
            return Page((), "")
        today = local_day(self.clock.now()) if asked.at_centre else None
        if not asked.narrow:
            following = self.listings.following(asked.after, asked.limit + 1, handled=today)
            return page_of(following, "", asked.limit)
        said = self.listings.saying(asked.words, agency=asked.agency, field=asked.field)
        found = [each for each in said if today is None or each.handled(today)]
        return page_of_ranked(ranked(found, asked.query), asked.query, asked.after, asked.limit)

    def _codes(self, table: str, asked: schemas.CodeSearch) -> dict[str, Any]:
        """A page of a table; a code stands on one page with all its rows."""
        day = asked.at or local_day(self.clock.now())
        rows: list[Any] = []
        after = asked.after
        while len(rows) < asked.limit:
            entries = self.codes.following(table, after, CODES_AT_ONCE)
            for entry in entries:
                shown = [row for row in entry.rows if asked.ever or row.holds(day)]
                if rows and len(rows) + len(shown) > asked.limit:
                    return schemas.code_page(rows, after)
                rows, after = [*rows, *shown], entry.code
            if len(entries) < CODES_AT_ONCE:
                return schemas.code_page(rows, "")
        return schemas.code_page(rows, after)


def _seen(request: Request, decide: Callable[[Procedure], Change]) -> Callable[[Procedure], Change]:
    """The change, of what is as `If-Match` says it was seen; without it nothing is compared."""
    mark = request.headers.get("if-match", "")

    def checked(procedure: Procedure) -> Change:
        rules.must_be_as_seen(procedure, mark)
        return decide(procedure)

    return checked
