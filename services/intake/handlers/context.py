"""What all handlers of intake share: stores, clock, calendar, and how a dossier is changed."""

from datetime import datetime

from foundation.consumer import MessageMeta
from foundation.errors import StoredResponse
from foundation.outbox import Reading
from foundation.persistence import Idempotency
from foundation.scheduling import Clock, ReminderRules
from foundation.settings.agency_list import ConnectedAgencies
from foundation.settings.provider import SettingsProvider
from foundation.web import Request
from foundation.worktime import Calendar
from services.intake import schemas
from services.intake.domain import act
from services.intake.domain.act import Rule, Surroundings
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.dossier import Decided, Dossier
from services.intake.domain.case.visibility import shown_to
from services.intake.domain.counter import as_seen
from services.intake.domain.forms.parts import FormIssuer
from services.intake.handlers.issuing_office import office_of
from services.intake.settings import IntakeSettings
from services.intake.store import (
    Calendars,
    Dossiers,
    Drafts,
    Figures,
    KnownAgencies,
    KnownDocuments,
    Procedures,
)

CLERK = "counter"
CITIZEN = "dossier:submit"


class IntakeContext:
    """Base of the handlers: the dependencies, and the ways to carry out an act on a dossier."""

    settings = SettingsProvider(IntakeSettings)
    clock = Clock()
    dossiers = Dossiers()
    drafts = Drafts()
    procedures = Procedures()
    agencies = KnownAgencies()
    connected_agencies = ConnectedAgencies()
    calendars = Calendars()
    figures = Figures()
    known_documents = KnownDocuments()
    rulebook = ReminderRules()

    def _when(self) -> tuple[datetime, Calendar]:
        """This moment, and the calendar by which time is counted: most rules ask for the two."""
        return self.clock.now(), self.calendars.now().calendar

    def _change(
        self,
        request: Request,
        dossier_id: str,
        rule: Rule,
        found: Reading[Dossier] | None = None,
    ) -> StoredResponse:
        """Change a dossier that whoever asks may see; `found` is it, if it was read before."""
        once, clerk = request.once(200, schemas.receipt), _clerk(request)

        def seen(each: Dossier) -> Decided:
            as_seen.must_be_as_seen(theirs(each, request), request.headers.get("if-match", ""))
            return rule(each)

        return once.reply(self._decide(dossier_id, seen, once, clerk=clerk, found=found))

    def _collect(self, request: Request, dossier_id: str, rule: Rule) -> StoredResponse:
        """As `_change`, for whoever collects fees: they need not be a clerk of the centre."""
        once, clerk = request.once(200, schemas.receipt), _clerk(request)

        def seen(each: Dossier) -> Decided:
            as_seen.must_be_as_seen(each, request.headers.get("if-match", ""))
            return rule(each)

        return once.reply(self._decide(dossier_id, seen, once, clerk=clerk))

    def _told(self, about: MessageMeta, rule: Rule) -> None:
        self._decide(about.subject, rule, about.once)

    def _decide(
        self,
        dossier_id: str,
        rule: Rule,
        once: Idempotency | None = None,
        *,
        clerk: str = "",
        found: Reading[Dossier] | None = None,
    ) -> Dossier:
        """Change a dossier by a rule, through all the stages of an act (domain/act.py).

        `clerk` is who acts at the counter, "" when an agency or time itself does; `found` is the
        dossier as it was read to prepare the act.
        """
        office = office_of(self.settings, clerk)
        return self.dossiers.change(
            dossier_id,
            lambda each: act.carry_out(each, rule, self._surroundings(office)),
            once=once,
            found=found,
        )

    def _surroundings(self, office: FormIssuer) -> Surroundings:
        """What an act that is carried out now needs to know."""
        return Surroundings(
            now=self.clock.now(),
            unit=self.calendars.now(),
            office=office,
            reminders=self.rulebook.rules(),
        )


def _clerk(request: Request) -> str:
    return request.who.subject if is_clerk(request) else ""


def is_clerk(request: Request) -> bool:
    """Whether a clerk of the centre asks."""
    return CLERK in request.who.scopes


def theirs(found: Dossier, request: Request) -> Dossier:
    """The dossier, if whoever asks may see it; NotFound otherwise."""
    return shown_to(found, request.who.subject, clerk=is_clerk(request))


def act_of(about: MessageMeta) -> AgencyAct:
    """In whose name a message speaks, and of when."""
    return AgencyAct(agency=about.agency, at=about.time)
