"""Where intake keeps dossiers, what other services told it, the calendar, and who looked."""

from services.intake.store.copies import (
    Calendars,
    KnownAgencies,
    KnownDocuments,
    Lookups,
    Procedures,
)
from services.intake.store.dossiers import Dossiers

__all__ = [
    "Calendars",
    "Dossiers",
    "KnownAgencies",
    "KnownDocuments",
    "Lookups",
    "Procedures",
]
