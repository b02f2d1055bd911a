"""Schemas (marshmallow) of the catalogue's HTTP API: requests in, answers out."""

from services.catalogue.schemas.procedures import (
    ContentSchema,
    DaySchema,
    ProcedureSearch,
    ProcedureSearchQuery,
    covered,
    found,
    latest,
    published,
)

__all__ = [
    "ContentSchema",
    "DaySchema",
    "ProcedureSearch",
    "ProcedureSearchQuery",
    "covered",
    "found",
    "latest",
    "published",
]
