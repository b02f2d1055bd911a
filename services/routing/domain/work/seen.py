"""What an officer saw of a step: an act on a page that somebody else overtook changes nothing."""

from contracts.envelope import write_time
from foundation.as_seen import SeenThing
from services.routing.domain.docket.step import Step


def facts(step: Step) -> dict[str, str]:
    """What decides how an officer acts on it, by name; what only reminds people is left out."""
    return {
        "state": step.state.value,
        "officer": step.officer,
        "role": step.role.value,
        "due": write_time(step.due),
        "awaited": step.awaited,
        "extension": write_time(step.extension.due) if step.extension else "",
        "papers": str(len(step.documents)),
        "notes": str(len(step.notes)),
        "handovers": str(len(step.handovers)),
        "urgings": str(sum(not each.answered for each in step.urgings)),
    }


SEEN = SeenThing("bước này", "The step", facts)
mark, differences, must_be_as_seen = SEEN.mark, SEEN.differences, SEEN.must_be_as_seen
