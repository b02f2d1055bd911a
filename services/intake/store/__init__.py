"""Where intake keeps dossiers, what others told it, the calendar, the figures, and who looked."""

from services.intake.store.copies import (
    Calendars,
    Figures,
    KnownAgencies,
    KnownDocuments,
    Lookups,
    Procedures,
)
from services.intake.store.dossiers import Dossiers
from services.intake.store.drafts import Drafts
from services.intake.store.tickets import QueueTickets
from services.intake.store.visits import VisitSlots

__all__ = [
    "Calendars",
    "Dossiers",
    "Drafts",
    "Figures",
    "KnownAgencies",
    "KnownDocuments",
    "Lookups",
    "Procedures",
    "QueueTickets",
    "VisitSlots",
]
