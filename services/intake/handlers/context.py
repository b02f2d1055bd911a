"""What all doors of intake share: its stores, its clock, and the way to change a dossier."""

from collections.abc import Callable
from datetime import datetime

from foundation.consumer.handlers import MessageMeta
from foundation.errors import StoredResponse
from foundation.persistence.idempotency import Idempotency
from foundation.scheduling.clock import Clock
from foundation.scheduling.reminder_rules import ReminderRules
from foundation.settings.provider import SettingsProvider
from foundation.web import Request
from foundation.worktime import Calendar
from services.intake import schemas
from services.intake.domain.calendar import unit_calendar
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.domain.case.dossier import Act, Decided, Dossier
from services.intake.domain.case.visibility import shown_to
from services.intake.domain.counter import reception
from services.intake.domain.forms import issuing
from services.intake.domain.lateness import late_list, reminding
from services.intake.domain.route import lead_notice
from services.intake.handlers.issuing_office import office_of
from services.intake.settings import IntakeSettings
from services.intake.store import Calendars, DayBooks, Dossiers, Procedures

CLERK = "counter"
CITIZEN = "dossier:submit"


class Desk:
    """What the doors open on to."""

    settings = SettingsProvider(IntakeSettings)
    clock = Clock()
    dossiers = Dossiers()
    procedures = Procedures()
    day_books = DayBooks()
    calendars = Calendars()
    rulebook = ReminderRules()

    def _give_code(
        self, received: Dossier, once: Idempotency | None = None, *, clerk: str = ""
    ) -> Dossier:
        """Take the number, then write the code; a dossier with a code takes no other number."""
        number = 0 if received.code else self.day_books.number(received.book, received.id)
        calendar = self.calendars.now().calendar
        return self._decide(
            received.id, lambda each: reception.accept(each, number, calendar), once, clerk=clerk
        )

    def _when(self) -> tuple[datetime, Calendar]:
        """This moment, and the calendar by which time is counted: most rules ask for the two."""
        return self.clock.now(), self.calendars.now().calendar

    def _change(
        self, request: Request, dossier_id: str, decide: Callable[[Dossier], Decided]
    ) -> StoredResponse:
        return self._collect(request, dossier_id, lambda each: decide(theirs(each, request)))

    def _collect(
        self, request: Request, dossier_id: str, decide: Callable[[Dossier], Decided]
    ) -> StoredResponse:
        """As `_change`, for whoever collects fees: they need not be a clerk of the centre."""
        once, clerk = request.once(200, schemas.receipt), _clerk(request)
        return once.reply(self._decide(dossier_id, decide, once, clerk=clerk))

    def _told(self, about: MessageMeta, decide: Callable[[Dossier], Decided]) -> None:
        self._decide(about.subject, decide, about.once)

    def _decide(
        self,
        dossier_id: str,
        decide: Callable[[Dossier], Decided],
        once: Idempotency | None = None,
        *,
        clerk: str = "",
    ) -> Dossier:
        """Change a dossier by a rule, on the newest calendar; with it go the forms that follow.

        `clerk` is who acts at the counter, "" when an agency or time itself does. What a rule
        leaves as it was stays so.
        """
        office = office_of(self.settings, clerk)

        def act(before: Dossier) -> Decided:
            now, unit = self.clock.now(), self.calendars.now()
            counted, rescheduled = unit_calendar.recount(before, unit, now)
            after, messages = issuing.with_forms(decide(counted), office, now)
            if after == counted and not messages:
                return before, ()
            led = lead_notice.tell_lead(before, after, office.names)
            kept = self._watched(unit_calendar.kept_by(after, unit, now), unit)
            return kept, (*rescheduled, *messages, *led)

        return self.dossiers.change(dossier_id, act, once=once)

    def _watched(self, after: Dossier, unit: UnitCalendar) -> Dossier:
        """The dossier with its places on the director's list, and when somebody is told of it."""
        return reminding.arm(late_list.listed(after), self.rulebook.rules(), unit.calendar)


def _clerk(request: Request) -> str:
    return request.who.subject if is_clerk(request) else ""


def is_clerk(request: Request) -> bool:
    """Whether a clerk of the centre asks."""
    return CLERK in request.who.scopes


def theirs(found: Dossier, request: Request) -> Dossier:
    """The dossier, if whoever asks may see it; NotFound otherwise."""
    return shown_to(found, request.who.subject, clerk=is_clerk(request))


def act_of(about: MessageMeta) -> Act:
    """In whose name a message speaks, and of when."""
    return Act(agency=about.agency, at=about.time)
