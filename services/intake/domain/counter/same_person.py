"""Dossiers that look like one that is being handed in: its procedure and person, a day ago at most.

A form that is changed and sent again would make a second one; only a clerk knows whether it shall.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from foundation.text.folding import fold
from foundation.text.search_words import in_any_order
from services.intake.domain.case.dossier import OVER, Dossier
from services.intake.domain.counter.finding import A_DAY, telephone_word


@dataclass(frozen=True, kw_only=True)
class WhoseDossier:
    """The procedure and the person that a form names, as they were typed."""

    procedure: str
    name: str
    phone: str

    def words(self) -> tuple[tuple[str, ...], ...]:
        """What to look for, one query after the other: the telephone, then the name."""
        queries = ((telephone_word(self.phone),), in_any_order(self.name))
        return tuple(each for each in queries if any(each))


def alike(typed: WhoseDossier, found: Iterable[Dossier], now: datetime) -> tuple[Dossier, ...]:
    """Those that are of the procedure and the person, not over and not older than a day."""
    name, telephone = fold(typed.name), telephone_word(typed.phone)
    return tuple(
        {
            each.id: each
            for each in found
            if each.procedure == typed.procedure
            and each.state not in OVER
            and now - each.submitted <= A_DAY
            and (
                telephone_word(each.applicant.phone) == telephone
                or fold(each.applicant.name) == name
            )
        }.values()
    )
