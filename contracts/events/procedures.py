"""What is told of a procedure; the subject is its code."""

from dataclasses import dataclass

from contracts.events.event import Event
from contracts.procedure import AtCounter, Fee, Paper, Session, Stage, TimeLimit


@dataclass(frozen=True, kw_only=True)
class ProcedurePublished(Event):
    """A version of a procedure is in force; carries all that intake needs to accept dossiers.

    `sessions` is empty when it is received all day; `sessions_article` is the rule that says so.
    Where `illustrative` is set, the route is an example, not one that an authority has decided on.
    `route` is empty unless `at_counter` is `forwarded`. `level` is whose procedure it is: central,
    province, district or commune; "" in what was told before there was the field.
    """

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
    sessions: tuple[Session, ...] = ()
    illustrative: bool = False
    sessions_article: str = ""
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class ProcedureWithdrawn(Event):
    """No new dossier may be handed in for the procedure; running ones go on."""

    TYPE = "procedure.withdrawn"
    version: int
