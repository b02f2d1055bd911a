"""What an older version wrote of a dossier is read back, and written again as the same bytes."""

from pathlib import Path
from typing import Any

import bson
import pytest
from bson import json_util
from bson.codec_options import CodecOptions

from foundation.persistence.document import changed_fields, revision_fields, to_entity, to_fields
from services.intake.domain.case.dossier import Dossier, with_schedule
from services.intake.domain.case.schedule import Schedule
from services.intake.domain.lateness.late_list import LATE
from services.intake.store import Dossiers

# Written by the version before `Schedule`: with warnings, reminders, an urging and a place on the
# director's list. Never made anew.
GOLDEN = Path(__file__).parent / "golden_dossier.json"
CURSORS = ("alarm", "told", "silent", "remind", "reminded", "pressing", "press_order")
ADDED: dict[str, Any] = {
    "identified": "",
    "holders": [],
    "out_of_area": False,
    "looked_up": [],
    "owned": None,
    "unreached": [],
    "result_by": "",
    "declarations": [],
    "payments": [],
    "signed_papers": [],
    "signatures_checked": [],
    "ask_at": None,
    "undelivered": [],
    "corrections": [],
    "words": [],
    "found_at": None,
}
"""What a dossier has besides since then, as one of then has it."""


@pytest.fixture
def document() -> dict[str, Any]:
    stored = bson.encode(json_util.loads(GOLDEN.read_text(encoding="utf-8")))
    return dict(bson.decode(stored, CodecOptions(tz_aware=True)))


def test_an_old_document_is_written_again_as_the_same_bytes(document: dict[str, Any]) -> None:
    dossier = to_entity(Dossier, document)
    written = {"_id": dossier.id, **revision_fields(dossier.revision), **to_fields(dossier)}
    assert {name: written[name] for name in written.keys() - document.keys()} == ADDED
    assert document.keys() <= written.keys()
    assert written["applicant"].pop("address_parts") is None  # came later
    assert {each.pop("reused") for each in written["attachments"]} == {""}  # came later
    document["seqs"] = {name.replace(".", "/"): seq for name, seq in document["seqs"].items()}
    assert bson.encode({name: written[name] for name in document}) == bson.encode(document)


def test_all_cursors_of_an_old_document_are_in_the_schedule(document: dict[str, Any]) -> None:
    schedule = to_entity(Dossier, document).schedule
    assert [name for name in CURSORS if not getattr(schedule, name)] == []
    assert schedule.alarm == document["alarm"]
    assert [each.count for each in schedule.reminded] == [
        each["count"] for each in document["reminded"]
    ]


def test_a_cursor_that_moves_is_the_only_field_that_is_written(document: dict[str, Any]) -> None:
    before = to_entity(Dossier, document)
    assert changed_fields(before, with_schedule(before, alarm=None)) == {"alarm": None}


def test_what_is_read_for_the_late_list_has_the_cursors_that_it_asks_for(
    document: dict[str, Any],
) -> None:
    kept = {"_id", "version", "head", "seqs", *LATE}
    listed = to_entity(Dossier, {name: document[name] for name in document if name in kept})
    whole = to_entity(Dossier, document).schedule
    assert listed.schedule == Schedule(reminded=whole.reminded, press_order=whole.press_order)


def test_every_index_names_a_field_at_the_top_level(document: dict[str, Any]) -> None:
    known = document.keys() | to_fields(to_entity(Dossier, document)).keys()
    assert {name for index in Dossiers.indexes for name, _ in index.keys} <= known
