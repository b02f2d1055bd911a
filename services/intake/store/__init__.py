"""Where intake keeps dossiers, what other services told it, the calendar, and who looked."""

from services.intake.store.copies import (
    Calendars,
    KnownAgencies,
    KnownDocuments,
    Lookups,
    Procedures,
)
from services.intake.store.dossiers import Dossiers
from services.intake.store.drafts import Drafts

__all__ = [
    "Calendars",
    "Dossiers",
    "Drafts",
    "KnownAgencies",
    "KnownDocuments",
    "Lookups",
    "Procedures",
]
