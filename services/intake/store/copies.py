"""What intake knows from others: procedures, agencies, uploads; the unit's calendar; who looked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from contracts.message import Message
from foundation.outbox import CHAIN_INDEX, AuditLog, Store
from foundation.persistence import (
    Idempotency,
    Index,
    Spread,
    TtlCache,
    VersionCache,
)
from foundation.places import Within
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.succession import KnownAgency
from services.intake.domain.centre.figures import CentreFigures
from services.intake.domain.counter.finding import LookupRecord
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.counter.procedure_search import ProcedureTitle, titles
from services.intake.settings import IntakeSettings

MOST_AGENCIES = 10_000
MOST_PROCEDURES = 20_000
TITLES_FRESH = 60.0  # seconds


class Procedures(Store[Procedure]):
    """The published procedures by their code, as the catalogue told them."""

    entity = Procedure
    collection = "procedures"
    indexes = (Index(name="published", keys=(("published", 1),)),)

    def setup(self) -> None:
        """Nothing remembered yet."""
        super().setup()
        self._lately = TtlCache[Procedure]()
        self._versions = VersionCache[Procedure]()
        self._titles = TtlCache[tuple[ProcedureTitle, ...]](fresh=TITLES_FRESH)

    def now(self, code: str) -> Procedure:
        """The procedure as it is now: it is read whole only when there is another version of it.

        Raises:
            NotFound: there is none with this code.
        """
        return self._versions.get(code, self.version(code), partial(self.get, code))

    def lately(self, code: str) -> Procedure:
        """The procedure as it was within the last second; what this process learns shows at once.

        What is in force changes by days, and the catalogue's word takes a moment to come anyway.
        """
        return self._lately.get(code, partial(self.now, code))

    def titles(self) -> tuple[ProcedureTitle, ...]:
        """Those in force within the last minute (index `published`): some thousands."""
        return self._titles.get("", self._all_titles)

    def _all_titles(self) -> tuple[ProcedureTitle, ...]:
        named = ("agency", "name", "field", "published", "withdrawn")
        return titles(self.find({"published": {"$gt": 0}}, limit=MOST_PROCEDURES, only=named))

    def learn(
        self,
        code: str,
        decide: Callable[[Procedure], tuple[Procedure, Sequence[Message]]],
        *,
        once: Idempotency,
    ) -> Procedure:
        """Change the procedure, or begin with an empty one."""
        try:
            return self.change_or_create(code, Procedure(id=code), decide, once=once)
        finally:  # it may be stored though nobody could say so
            self._lately.forget(code)


class KnownAgencies(Store[KnownAgency]):
    """The agencies by their code, as the catalogue told them: who ended, and who took over."""

    entity = KnownAgency
    collection = "agencies"
    indexes = (Index(name="edition", keys=(("edition", 1),)),)

    def setup(self) -> None:
        """Nothing remembered yet."""
        super().setup()
        self._lately = TtlCache[dict[str, KnownAgency]]()

    def lately(self) -> Mapping[str, KnownAgency]:
        """All of them as they were within the last second (index `edition`): some hundreds.

        None when nobody wrote agencies into the catalogue: then all go on as they are.
        """
        return self._lately.get("", self._all)

    def learn(
        self,
        code: str,
        decide: Callable[[KnownAgency], tuple[KnownAgency, Sequence[Message]]],
        *,
        once: Idempotency,
    ) -> KnownAgency:
        """Change the agency, or begin with one of which nothing is known."""
        return self.change_or_create(code, KnownAgency(id=code), decide, once=once)

    def _all(self) -> dict[str, KnownAgency]:
        return {each.id: each for each in self.find({"edition": {"$gt": 0}}, limit=MOST_AGENCIES)}


class Calendars(Store[UnitCalendar]):
    """The calendar of the unit, with every edition it had."""

    settings: IntakeSettings
    entity = UnitCalendar
    collection = "calendars"

    def setup(self) -> None:
        """Nothing remembered yet."""
        super().setup()
        self._lately = TtlCache[UnitCalendar]()

    def now(self) -> UnitCalendar:
        """The unit's calendar as it was within the last second."""
        return self._lately.get(self.settings.unit, self.newest)

    def newest(self) -> UnitCalendar:
        """The unit's calendar; until it decides on one, that of the nation."""
        unit = self.settings.unit
        return self.find_one({"_id": unit}) or UnitCalendar(id=unit)

    def decide(
        self,
        decide: Callable[[UnitCalendar], tuple[UnitCalendar, Sequence[Message]]],
        *,
        once: Idempotency | None = None,
    ) -> UnitCalendar:
        """Change the calendar, or begin with the nation's."""
        unit = self.settings.unit
        return self.change_or_create(unit, UnitCalendar(id=unit), decide, once=once)


class Figures(Store[CentreFigures]):
    """The figures of the unit as they were counted last: by one process, for all to show."""

    settings: IntakeSettings
    entity = CentreFigures
    collection = "figures"

    def newest(self) -> CentreFigures | None:
        """The last count; None before the first."""
        return self.find_one({"_id": self.settings.unit})

    def keep(self, counted: CentreFigures) -> None:
        """Put a count in the place of the one before."""

        def renew(before: CentreFigures) -> tuple[CentreFigures, tuple[()]]:
            return replace(counted, revision=before.revision), ()

        self.change_or_create(counted.id, counted, renew)


class KnownDocuments(Store[KnownDocument]):
    """The uploaded documents, as the documents service told of them; each is found by its id."""

    entity = KnownDocument
    collection = "known_documents"

    def among(self, ids: Iterable[str]) -> dict[str, KnownDocument]:
        """Those of the documents that are known, by their id, all in one query."""
        wanted = sorted(set(ids))
        found = self.find({"_id": {"$in": wanted}}, limit=len(wanted)) if wanted else []
        return {each.id: each for each in found}

    def learn(
        self,
        document: str,
        decide: Callable[[KnownDocument], tuple[KnownDocument, Sequence[Message]]],
        *,
        once: Idempotency,
    ) -> KnownDocument:
        """Change what is known of the document, or begin with nothing."""
        return self.change_or_create(document, KnownDocument(id=document), decide, once=once)


class Lookups(AuditLog[LookupRecord]):
    """Audit log of who looked for a dossier at the counter; append-only, hash-chained."""

    entity = LookupRecord
    collection = "lookups"
    indexes = (
        CHAIN_INDEX,
        Index(name="by_at", keys=(("at", 1),)),
        Index(name="by_who_at", keys=(("by", 1), ("at", 1))),
    )

    def looked(
        self, by: str, within: Within, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[LookupRecord], str]:
        """The looks of everybody, or of one, within that time, the latest first.

        Also where to go on. By the index `by_at`, or `by_who_at`.
        """
        about = {"by": by} if by else {}
        return self.latest(
            about, now, limit=limit, after=after, within=within, spread=Spread.GROWING
        )
