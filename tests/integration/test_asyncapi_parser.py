"""The AsyncAPI document of the events, by the AsyncAPI Initiative's own parser."""

import json
import subprocess
from pathlib import Path
from typing import Any

from services.subscriptions.schemas import asyncapi
from tests.javascript import library, node

SCRIPT = Path(__file__).parent / "asyncapi_parser.mjs"
WARNING = 1
"""The parser's severities: 0 is an error, 1 a warning; above it gives information and hints."""


def parsed(document: Any, folder: Path) -> tuple[bool, list[dict[str, Any]]]:
    """Whether it was parsed, and the errors and warnings."""
    file = folder / "events.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    command = [node(), str(SCRIPT), str(library("@asyncapi/parser")), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    answer = json.loads(done.stdout)
    return answer["parsed"], [each for each in answer["found"] if each["severity"] <= WARNING]


def test_the_document_is_parsed_without_a_warning(tmp_path: Path) -> None:
    assert parsed(asyncapi.document(), tmp_path) == (True, [])


def test_the_parser_notices_a_message_that_is_not_there(tmp_path: Path) -> None:
    document = asyncapi.document()
    document["components"]["messages"].pop(min(document["components"]["messages"]))
    was_parsed, wrong = parsed(document, tmp_path)
    assert not was_parsed
    assert "invalid-ref" in {each["code"] for each in wrong}
