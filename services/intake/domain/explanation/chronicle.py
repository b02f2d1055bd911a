"""Replay of a history: the state that its events alone give, for whoever has to verify one."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.events import (
    DossierAccepted,
    DossierPaused,
    DossierRefused,
    DossierResolved,
    DossierResumed,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTakenUp,
    DossierWithdrawn,
)
from contracts.history import Entry
from foundation.frozen import replace
from services.intake.domain.case.dossier import State
from services.intake.domain.case.pause import STATE_OF
from services.intake.domain.clock.waits import WaitKind

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Chapter:
    """The state of a replay so far: the state but for what is waited for, and what that is."""

    state: State | None = None
    papers: frozenset[str] = frozenset()
    waits: Counter[str] = field(default_factory=Counter)

    @property
    def shown(self) -> State | None:
        """The state as the dossier bears it."""
        if self.state not in (State.SUBMITTED, State.ACCEPTED, State.PROCESSING):
            return self.state
        open_now = {kind for kind, count in self.waits.items() if count > 0}
        open_now |= {WaitKind.PAPERS} if self.papers else set()
        return next((STATE_OF[kind] for kind in STATE_OF if kind in open_now), self.state)


def state_of(history: Iterable[Entry]) -> State | None:
    """The state that a history leads to; None when nothing has happened yet."""
    chapter = Chapter()
    for entry in history:
        if entry.type in _REACHED:
            chapter = replace(chapter, state=_REACHED[entry.type])
        elif entry.type in _TURNS:
            chapter = _TURNS[entry.type](chapter, entry.data)
    return chapter.shown


def _asked(chapter: Chapter, data: Data) -> Chapter:
    return replace(chapter, papers=chapter.papers | {data["step"]})


def _supplied(chapter: Chapter, data: Data) -> Chapter:
    # Before steps were named, papers came for all that had asked.
    return _running(replace(chapter, papers=chapter.papers - {*data.get("steps", chapter.papers)}))


def _paused(chapter: Chapter, data: Data) -> Chapter:
    return replace(chapter, waits=chapter.waits + Counter([data["because"]]))


def _resumed(chapter: Chapter, data: Data) -> Chapter:
    return _running(replace(chapter, waits=chapter.waits - Counter([data["because"]])))


def _running(chapter: Chapter) -> Chapter:
    """What was waited for is over: a received dossier is being processed then."""
    over = chapter.state is State.ACCEPTED and chapter.shown is State.ACCEPTED
    return replace(chapter, state=State.PROCESSING) if over else chapter


_REACHED: Mapping[str, State] = {
    DossierSubmitted.TYPE: State.SUBMITTED,
    DossierAccepted.TYPE: State.ACCEPTED,
    DossierTakenUp.TYPE: State.PROCESSING,
    DossierRefused.TYPE: State.REFUSED,
    DossierWithdrawn.TYPE: State.WITHDRAWN,
    DossierResolved.TYPE: State.RESOLVED,
    DossierReturned.TYPE: State.RETURNED,
}
_TURNS: Mapping[str, Callable[[Chapter, Data], Chapter]] = {
    DossierSupplementRequested.TYPE: _asked,
    DossierSupplemented.TYPE: _supplied,
    DossierPaused.TYPE: _paused,
    DossierResumed.TYPE: _resumed,
}
