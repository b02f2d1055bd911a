"""Access control of the desk's dockets, and the record of who read and who was refused."""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.history import ChainLink, Revision
from foundation.errors import Hidden
from services.routing.domain.docket.docket import Docket, find, stands_with
from services.routing.domain.docket.step import Step
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import Right

STEP, SEARCH, TURNED_AWAY = "step", "search", "turned_away"
BOOK = "book"
"""The book of readings itself was read."""


@dataclass(frozen=True, kw_only=True)
class AccessRecord:
    """Access record: an officer read personal data, or was refused it (`what` says which).

    Of a search the dossier is empty, and of a refusal where it is not known; then `door` is where
    it was, `reason` why, and `sent_by` the agency that the caller spoke for ("" for the centre).
    The id and the link are the ledger's to give.
    """

    id: str = ""
    agency: str
    officer: str
    at: datetime
    what: str
    dossier: str = ""
    step: str = ""
    door: str = ""
    reason: str = ""
    sent_by: str = ""
    link: ChainLink = field(default_factory=ChainLink)
    revision: Revision = field(default_factory=Revision)


def sees(step: Step, act: OfficerAct) -> bool:
    """Whether an officer sees the step: by role, or because they hold it or once held it."""
    if act.may(Right.AGENCY):
        return True
    if act.may(Right.DIVISION) and step.division in {"", act.division}:
        return True
    held = {step.officer, *(each.taker for each in step.handovers)}
    # What waits at a place is open to those whose place it is.
    stands_here = not step.officer and stands_with(step, act)
    return act.may(Right.OWN) and (act.officer in held or stands_here)


def docket_shown_to(docket: Docket, act: OfficerAct) -> Docket:
    """The docket, if the officer sees one of its steps, or has to do with the route it leads.

    Raises:
        Hidden: neither; the answer does not say whether there is such a docket.
    """
    leads = docket.route is not None and act.may(Right.DIVISION)
    if leads and docket.route and docket.route.division in {"", act.division}:
        return docket
    if act.may(Right.AGENCY) or any(sees(step, act) for step in docket.steps):
        return docket
    raise Hidden("Không tìm thấy hồ sơ này.", "There is no such dossier here.", thing=docket.id)


def shown_to(docket: Docket, step_id: str, act: OfficerAct) -> Docket:
    """The docket, if the officer sees this step of it.

    Raises:
        Hidden, NotFound: they do not, or there is no such step; the answer does not say which.
    """
    if not sees(find(docket, step_id), act):
        raise Hidden("Không tìm thấy bước này.", "There is no such step.", thing=docket.id)
    return docket
