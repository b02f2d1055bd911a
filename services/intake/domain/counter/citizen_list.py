"""The list of a citizen's own dossiers: the open ones first, and of these the oldest due first.

A dossier has its place on the list stored with it, after the name of its owner, so that one index
finds a page of the list however many dossiers of other people there are. Every act sets it anew
(domain/act.py), and so does the mass recount, which moves due dates.
"""

from datetime import UTC, datetime, timedelta

from foundation import places
from services.intake.domain.case.dossier import OVER, Dossier

# Those that are over stand behind all that are open, the newest first.
_LAST = datetime(2189, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST_OPEN = _LAST - timedelta(days=40 * 365)


def is_over(dossier: Dossier) -> bool:
    """Whether the dossier has ended for its owner too."""
    return dossier.state in OVER


def place_of(dossier: Dossier) -> str:
    """Its place on the list: by what it is due at, or its answer; what is over comes last."""
    if is_over(dossier):
        return places.place_of(_LAST - (dossier.submitted - _EARLIEST), dossier.id)
    moment = dossier.due or dossier.answer_by or dossier.submitted
    return places.place_of(min(moment, _LATEST_OPEN), dossier.id)


def owned_at(dossier: Dossier) -> str:
    """Its place after its owner's name; "" when it was handed in at the counter."""
    return f"{dossier.owner} {place_of(dossier)}" if dossier.owner else ""


def part_of(owner: str, after: str) -> tuple[str, str]:
    """Between which texts the owner's list lies that begins behind a place."""
    first, last = (places.after_key(each) for each in (places.BEGINNING, places.END))
    return f"{owner} {max(after, first)}", f"{owner} {last}"
