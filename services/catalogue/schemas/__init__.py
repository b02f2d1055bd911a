"""Schemas (marshmallow) of the catalogue's HTTP API: requests in, answers out."""

from services.catalogue.schemas.codes import (
    CodeRowsSchema,
    CodeSearch,
    CodeSearchQuery,
    PlaceQuery,
    code_entry,
    code_page,
    place_today,
)
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
    "CodeRowsSchema",
    "CodeSearch",
    "CodeSearchQuery",
    "ContentSchema",
    "DaySchema",
    "PlaceQuery",
    "ProcedureSearch",
    "ProcedureSearchQuery",
    "code_entry",
    "code_page",
    "covered",
    "found",
    "latest",
    "place_today",
    "published",
]
