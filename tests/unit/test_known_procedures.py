"""Intake's copy of a procedure may be a second behind, but not behind what this process learnt."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contracts.message import Message
from foundation.persistence import Idempotency, TtlCache
from services.intake.domain.case.procedure import Procedure
from services.intake.store.copies import Procedures
from tests.builders import PROCEDURE, procedure


class KeptProcedures(Procedures):
    """The copies, with one procedure in memory in place of the database."""

    def __init__(self) -> None:
        """As the catalogue first told of it."""
        self.kept, self.seconds = procedure(), 0.0
        self._lately = TtlCache[Procedure](clock=lambda: self.seconds)

    def now(self, code: str) -> Procedure:  # noqa: ARG002 -- there is one
        """As it is kept."""
        return self.kept

    def change_or_create(self, *_: Any, **__: Any) -> Procedure:
        """Learn of its next version."""
        self.kept = replace(self.kept, name="mới")
        return self.kept


def unchanged(each: Procedure) -> tuple[Procedure, Sequence[Message]]:
    return each, ()


def test_what_this_process_learns_shows_at_once() -> None:
    known = KeptProcedures()
    assert known.lately(PROCEDURE).name == procedure().name
    known.learn(PROCEDURE, unchanged, once=Idempotency(key="1"))
    assert known.lately(PROCEDURE).name == "mới"


def test_what_another_process_learnt_shows_when_the_second_is_over() -> None:
    known = KeptProcedures()
    known.lately(PROCEDURE)
    known.change_or_create()
    assert known.lately(PROCEDURE).name == procedure().name
    known.seconds = 1.01
    assert known.lately(PROCEDURE).name == "mới"
