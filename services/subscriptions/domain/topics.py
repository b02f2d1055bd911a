"""What an event is about: its procedure and field of work, learnt from the events themselves.

Few events name their procedure: of the others it is known by their dossier, whose submission told
it, and the field of a procedure from its publication. Pure; the two tables are arguments.
"""

from collections.abc import Iterable, Mapping
from typing import Any

OF_A_DOSSIER = ("dossier", "step", "stage", "fee")
"""Kinds of events whose subject is a dossier; some others name one in their data."""

EventBody = Mapping[str, Any]
"""An event as the log has it: a CloudEvents object."""


def dossier_of(event: EventBody) -> str:
    """The dossier that the event is about; "" if it is about none."""
    kind, _, _ = str(event["type"]).partition(".")
    if kind in OF_A_DOSSIER:
        return str(event["subject"])
    return _text(event, "dossier")


def procedures_told(events: Iterable[EventBody]) -> dict[str, str]:
    """The procedures of the dossiers whose submission, or acceptance, is among the events."""
    kinds = {"dossier.submitted", "dossier.accepted"}
    told = {
        str(each["subject"]): _text(each, "procedure") for each in events if each["type"] in kinds
    }
    return {dossier: procedure for dossier, procedure in told.items() if procedure}


def fields_told(events: Iterable[EventBody]) -> dict[str, str]:
    """The fields of work of the procedures whose publication is among the events."""
    published = (each for each in events if each["type"] == "procedure.published")
    told = {str(each["subject"]): _text(each, "field") for each in published}
    return {procedure: field for procedure, field in told.items() if field}


def procedure_of(event: EventBody, procedures: Mapping[str, str]) -> str | None:
    """The code of the event's procedure; "" if it is about none, None if that is not known."""
    if str(event["type"]).startswith("procedure."):
        return str(event["subject"])
    if told := _text(event, "procedure"):
        return told
    dossier = dossier_of(event)
    return procedures.get(dossier) if dossier else ""


def facts_of(
    event: EventBody, procedures: Mapping[str, str], fields: Mapping[str, str]
) -> dict[str, str | None]:
    """What filters look at; known are `procedures` by dossier and `fields` by procedure.

    The field of an event about no procedure is "", and None if its procedure's is not known.
    """
    procedure = procedure_of(event, procedures)
    facts: dict[str, str | None] = {
        name: str(event[name]) for name in ("type", "source", "subject", "agency")
    }
    field = (_text(event, "field") or fields.get(procedure)) if procedure else procedure
    return facts | {"procedure": procedure, "field": field}


def _text(event: EventBody, name: str) -> str:
    value = event.get("data", {}).get(name, "")
    return value if isinstance(value, str) else ""
