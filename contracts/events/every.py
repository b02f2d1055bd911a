"""All events there are."""

from contracts import events
from contracts.events.event import Event


def every_event() -> tuple[type[Event], ...]:
    """Every event of the platform, by name."""
    kinds = (each for each in vars(events).values() if isinstance(each, type))
    told = (kind for kind in kinds if issubclass(kind, Event) and kind is not Event)
    return tuple(sorted(told, key=lambda kind: kind.TYPE))
