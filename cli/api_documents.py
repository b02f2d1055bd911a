"""The API documents in docs/api/: OpenAPI 3.1 of each service, AsyncAPI 3.0 of the events."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from foundation.web import openapi
from services.subscriptions.schemas import asyncapi

FOLDER = Path("docs/api")


def api_documents(services: Iterable[Any]) -> dict[Path, str]:
    """The text of each document, by its path in the project."""
    return {
        FOLDER / f"{service.name}.openapi.json": written(openapi.document(service))
        for service in services
    } | {FOLDER / "events.asyncapi.json": written(asyncapi.document())}


def written(document: Mapping[str, Any]) -> str:
    """A document as it stands in the project: readable, and the same whoever writes it."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
