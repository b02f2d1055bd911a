"""What all doors of intake share: its stores, its clock, and the way to change a dossier."""

from collections.abc import Callable

from foundation.bus import About
from foundation.clock import Clock
from foundation.errors import Answer
from foundation.once import Once
from foundation.web import Request
from services.intake import schemas
from services.intake.domain import dossier, reception, unit_calendar
from services.intake.domain.dossier import Act, Decided, Dossier
from services.intake.store import Calendars, DayBooks, Dossiers, Procedures

CLERK = "counter"
CITIZEN = "dossier:submit"


class Desk:
    """What the doors open on to."""

    clock = Clock()
    dossiers = Dossiers()
    procedures = Procedures()
    day_books = DayBooks()
    calendars = Calendars()

    def _give_code(self, received: Dossier, once: Once | None = None) -> Dossier:
        """Take the number, then write the code; a dossier with a code takes no other number."""
        number = 0 if received.code else self.day_books.number(received.book, received.id)
        calendar = self.calendars.now().calendar
        return self.dossiers.change(
            received.id,
            self._counted(lambda each: reception.accept(each, number, calendar)),
            once=once,
        )

    def _change(
        self, request: Request, dossier_id: str, decide: Callable[[Dossier], Decided]
    ) -> Answer:
        once = request.once(200, schemas.receipt)
        act = self._counted(lambda each: decide(theirs(each, request)))
        return once.reply(self.dossiers.change(dossier_id, act, once=once))

    def _told(self, about: About, decide: Callable[[Dossier], Decided]) -> None:
        self.dossiers.change(about.subject, self._counted(decide), once=about.once)

    def _counted(self, decide: Callable[[Dossier], Decided]) -> Callable[[Dossier], Decided]:
        """The act, on a dossier that is counted by the newest calendar, with its alarm set after.

        What an act leaves as it was stays so.
        """

        def act(before: Dossier) -> Decided:
            now, unit = self.clock.now(), self.calendars.now()
            counted, rescheduled = unit_calendar.recount(before, unit, now)
            after, messages = decide(counted)
            if after == counted and not messages:
                return before, ()
            return unit_calendar.kept_by(after, unit, now), (*rescheduled, *messages)

        return act


def is_clerk(request: Request) -> bool:
    """Whether a clerk of the centre asks."""
    return CLERK in request.who.scopes


def theirs(found: Dossier, request: Request) -> Dossier:
    """The dossier, if whoever asks may see it; NotFound otherwise."""
    return dossier.shown_to(found, request.who.subject, clerk=is_clerk(request))


def act_of(about: About) -> Act:
    """In whose name a message speaks, and of when."""
    return Act(agency=about.agency, at=about.time)
