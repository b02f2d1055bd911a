"""Schemas (marshmallow) of the catalogue's HTTP API: requests in, answers out."""

from services.catalogue.schemas.answers import (
    CodeEntryAnswer,
    CodesAnswer,
    CoverageAnswer,
    PlaceAnswer,
    ProcedureAnswer,
    ProceduresAnswer,
    PublishedAnswer,
)
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
    "CodeEntryAnswer",
    "CodeRowsSchema",
    "CodeSearch",
    "CodeSearchQuery",
    "CodesAnswer",
    "ContentSchema",
    "CoverageAnswer",
    "DaySchema",
    "PlaceAnswer",
    "PlaceQuery",
    "ProcedureAnswer",
    "ProcedureSearch",
    "ProcedureSearchQuery",
    "ProceduresAnswer",
    "PublishedAnswer",
    "code_entry",
    "code_page",
    "covered",
    "found",
    "latest",
    "place_today",
    "published",
]
