"""The catalogue service: HTTP API by which the public reads and keepers write."""

from types import MappingProxyType
from typing import Any

from foundation.errors import StoredResponse
from foundation.scheduling import Clock
from foundation.web import Request, get, post, put
from foundation.worktime import local_day
from services.catalogue import schemas
from services.catalogue.domain import procedure as rules
from services.catalogue.domain.coverage import coverage
from services.catalogue.domain.listing import Page, page_of, ranked
from services.catalogue.store import Listings, Procedures


class Catalogue:
    """The procedures that the centre takes dossiers for."""

    name = "catalogue"
    publishes = MappingProxyType({"events": r"^procedure\."})

    clock = Clock()
    procedures = Procedures()
    listings = Listings()

    @get("/procedures", scope="")
    def search(self, request: Request) -> dict[str, Any]:
        """Procedures in force by words of name, code, field or agency, with or without marks.

        `field`, `agency` and `at_centre` narrow the search; without words they come by code.
        """
        return schemas.found(self._page(request.asked(schemas.ProcedureSearchQuery())))

    @get("/coverage", scope="")
    def coverage(self, request: Request) -> dict[str, Any]:
        """How many procedures and agencies are handled at the centre on a day; today by default."""
        at = request.asked(schemas.DaySchema())["at"] or local_day(self.clock.now())
        return schemas.covered(coverage(self.listings.listed(), at))

    @get("/procedures/<code>", scope="")
    def show(self, request: Request, code: str) -> dict[str, Any]:  # noqa: ARG002 -- a route's shape
        """The version in force."""
        return schemas.published(self.procedures.get(code), self.clock.now())

    @put("/procedures/<code>", scope="catalogue:write")
    def draft(self, request: Request, code: str) -> dict[str, Any]:
        """Write a new draft; the same content again changes nothing."""
        content = request.load(schemas.ContentSchema())
        known = self.procedures.known(code)
        drafted = rules.draft(known, code, content, self.clock.now())
        return schemas.latest(drafted if drafted == known else self.procedures.save(drafted))

    @post("/procedures/<code>/publish", scope="catalogue:write")
    def publish(self, request: Request, code: str) -> StoredResponse:
        """Put the draft in force."""
        once, now = request.once(200, schemas.latest), self.clock.now()
        published = self.procedures.change(code, lambda p: rules.publish(p, now), once=once)
        return once.reply(published)

    @post("/procedures/<code>/withdraw", scope="catalogue:write")
    def withdraw(self, request: Request, code: str) -> StoredResponse:
        """Take the procedure out of force; running dossiers go on."""
        once, now = request.once(200, schemas.latest), self.clock.now()
        withdrawn = self.procedures.change(code, lambda p: rules.withdraw(p, now), once=once)
        return once.reply(withdrawn)

    def _page(self, asked: schemas.ProcedureSearch) -> Page:
        if asked.query.strip() and not asked.words:
            return Page((), "")
        today = local_day(self.clock.now()) if asked.at_centre else None
        if not asked.narrow:
            following = self.listings.following(asked.after, asked.limit + 1, handled=today)
            return page_of(following, "", asked.limit)
        said = self.listings.saying(asked.words, agency=asked.agency, field=asked.field)
        found = [each for each in said if today is None or each.handled(today)]
        return page_of(ranked(found, asked.query), asked.after, asked.limit)
