"""The service `intake`: its handlers stand in handlers/, by what comes in."""

from types import MappingProxyType

from foundation.sign_in import SignInPages
from services.intake.handlers.agency_replies import AgencyReplies
from services.intake.handlers.apply_forms import ApplyForms
from services.intake.handlers.apply_pages import ApplyPages
from services.intake.handlers.apply_papers import ApplyPapers
from services.intake.handlers.booking_counter import BookingCounter
from services.intake.handlers.booking_pages import BookingPages
from services.intake.handlers.calendar_pages import CalendarPages
from services.intake.handlers.catalogue_events import CatalogueEvents
from services.intake.handlers.centre_pages import FiguresPages
from services.intake.handlers.counter_fill import CounterFill
from services.intake.handlers.counter_lists import CounterLists
from services.intake.handlers.counter_new import CounterNew
from services.intake.handlers.counter_payments import CounterPayments
from services.intake.handlers.deliveries import Deliveries
from services.intake.handlers.director_pages import DirectorPages
from services.intake.handlers.document_events import DocumentEvents
from services.intake.handlers.jobs import IntakeJobs
from services.intake.handlers.kiosk_pages import KioskPages
from services.intake.handlers.lookup_api import LookupApi
from services.intake.handlers.payment_notices import PaymentNotices
from services.intake.handlers.payment_pages import PaymentPages
from services.intake.handlers.public_figures import PublicFigures
from services.intake.handlers.queue_pages import QueuePages
from services.intake.handlers.readings_pages import ReadingsPages
from services.intake.handlers.register_api import RegisterApi
from services.intake.handlers.rules_pages import RulesPages
from services.intake.handlers.supplement_pages import SupplementPages
from services.intake.handlers.tracking_pages import TrackingPages
from services.intake.settings import IntakeSettings


class Intake(
    FiguresPages,
    PublicFigures,
    RulesPages,
    ApplyPages,
    ApplyForms,
    ApplyPapers,
    SupplementPages,
    PaymentPages,
    CounterPayments,
    PaymentNotices,
    BookingPages,
    BookingCounter,
    KioskPages,
    QueuePages,
    CounterLists,
    CounterNew,
    CounterFill,
    ReadingsPages,
    DirectorPages,
    LookupApi,
    TrackingPages,
    RegisterApi,
    AgencyReplies,
    Deliveries,
    CatalogueEvents,
    DocumentEvents,
    CalendarPages,
    SignInPages,
    IntakeJobs,
):
    """The one-stop centre: takes dossiers in, forwards, follows, hands results back."""

    name = "intake"
    settings_type = IntakeSettings
    publishes = MappingProxyType(
        {
            "events": r"^(dossier\.[a-z_]+|fee\.[a-z]+|step\.(ordered|undelivered|urged)"
            r"|calendar\.(changed|announced))\.",
            "orders": r"^",
            "contacts": r"^contact\.(given|word|form|visit)\.",
        }
    )
