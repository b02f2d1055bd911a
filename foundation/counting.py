"""How many there are of each kind, asked of the database in one look. Pure: no database here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Span = tuple[datetime, datetime]
"""After the first moment, up to the second."""

Stage = dict[str, Any]


def counting(
    field: str, query: Mapping[str, Any], of: str, spans: Mapping[str, Span]
) -> list[Stage]:
    """Stages that count what `query` finds by the value of `field`: `{_id, all, name: …}`.

    Under the name of each span stand those whose field `of` lies in it.
    """
    counts = {name: {"$sum": _one_within(of, span)} for name, span in spans.items()}
    return [{"$match": dict(query)}, {"$group": {"_id": f"${field}", "all": {"$sum": 1}, **counts}}]


def _one_within(field: str, span: Span) -> Stage:
    after, until = span
    place = f"${field}"
    within = {"$and": [{"$gt": [place, after]}, {"$lte": [place, until]}]}
    return {"$cond": [within, 1, 0]}
