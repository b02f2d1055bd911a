"""Rules of the event feed: which events are kept, and which of them a reader is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts import events
from contracts.events import Event
from foundation.errors import Forbidden


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A query of the feed: at most `limit` events after a position; "" is any type, any agency."""

    after: int
    limit: int
    type: str = ""
    agency: str = ""


def every_event() -> tuple[type[Event], ...]:
    """Every event of the platform, by name: the log takes them all."""
    kinds = (each for each in vars(events).values() if isinstance(each, type))
    told = (kind for kind in kinds if issubclass(kind, Event) and kind is not Event)
    return tuple(sorted(told, key=lambda kind: kind.TYPE))


def let_in(wanted: Wanted, agency: str) -> None:
    """See that a reader who speaks for an agency asks for the events of that agency.

    Raises:
        Forbidden: they ask for another's, or for everybody's.
    """
    if agency and wanted.agency != agency:
        raise Forbidden(
            f"Tài khoản này chỉ được đọc sự kiện của cơ quan mình: hãy thêm agency={agency}.",
            f"This account may only read its own agency's events: add agency={agency}.",
        )


def is_wanted(event: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether the event is of the type and about the agency that were asked for, if any were."""
    return wanted.type in {"", event["type"]} and wanted.agency in {"", event["agency"]}
