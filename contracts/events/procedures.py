"""What is told of a procedure; the subject is its code."""

from dataclasses import dataclass

from contracts.events.event import Event
from contracts.procedure import AtCounter, Fee, Paper, Stage, TimeLimit


@dataclass(frozen=True, kw_only=True)
class ProcedurePublished(Event):
    """A version of a procedure is in force; carries all that intake needs to accept dossiers."""

    TYPE = "procedure.published"
    version: int
    name: str
    field: str
    time: TimeLimit
    papers: tuple[Paper, ...]
    route: tuple[Stage, ...]
    fees: tuple[Fee, ...] = ()
    channels: tuple[str, ...] = ("counter", "online", "post")
    at_counter: AtCounter = AtCounter.FORWARDED
    result: str = ""
    legal_basis: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProcedureWithdrawn(Event):
    """No new dossier may be handed in for the procedure; running ones go on."""

    TYPE = "procedure.withdrawn"
    version: int
