"""Work lists: the list keys of a step, and the part of a list that a query asks for.

A list is a key that lies in the docket, so that it is found by an index.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from foundation.errors import NotFound
from foundation.places import BEGINNING, END
from foundation.worktime import HO_CHI_MINH, Calendar, add_working_days, local_day
from services.routing.domain.docket.step import IN_HAND, OPEN, DeskStepState, Step
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import OF_A_DIVISION, OfficerRole, Right

SOON_DAYS = 2
OPEN_STEPS, UNTAKEN, TOLD = "open", "untaken", "told"
SEVERAL, SCATTERED = "several", "scattered"
NEAR = timedelta(days=7)
"""How far apart several open steps are due that are not scattered."""
LED, REFUSED, URGED = "led", "refused", "urged"


class Waiting(StrEnum):
    """For whom a step waits."""

    CITIZEN = "citizen"
    AGENCY = "agency"


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Query of the lists: steps on any of `keys` (and on `only`), due in (after, until]."""

    keys: tuple[str, ...]
    only: str = ""
    after: datetime = BEGINNING
    until: datetime = END

    def has(self, step: Step) -> bool:
        """Whether the step is of this part."""
        found = keys(step)
        listed = not found.isdisjoint(self.keys) and (not self.only or self.only in found)
        return listed and self.after < step.due <= self.until


def of_officer(officer: str) -> str:
    """List key: steps that the officer holds."""
    return f"officer:{officer}"


def away_from(officer: str) -> str:
    """List key: steps that others hold for the officer, who is absent."""
    return f"away:{officer}"


def of_division(division: str) -> str:
    """List key: steps that stand with the division."""
    return f"division:{division}"


def untaken(role: OfficerRole, division: str) -> str:
    """List key: steps that nobody of that role (and division, if it has any) has taken yet."""
    return f"{UNTAKEN}:{_place(role, division)}"


def told_to(role: OfficerRole, division: str) -> str:
    """List key: late steps of which that role was told."""
    return f"{TOLD}:{_place(role, division)}"


def told_to_officer(officer: str) -> str:
    """List key: late steps of which their own officer was told."""
    return f"{TOLD}:officer:{officer}"


def in_state(state: DeskStepState) -> str:
    """List key: steps in this state."""
    return f"state:{state}"


def waiting_for(waited: Waiting, division: str = "") -> str:
    """List key: steps that wait for papers, or for another agency's answer; in a division."""
    return f"waiting:{waited}@{division}" if division else f"waiting:{waited}"


def urged(division: str = "") -> str:
    """List key: steps that the director urged and nobody has answered for; in a division."""
    return f"{URGED}@{division}" if division else URGED


def keys(step: Step) -> frozenset[str]:
    """The lists that this step stands on; a closed one stands on none."""
    if step.state not in OPEN:
        return frozenset()
    found = {OPEN_STEPS, in_state(step.state), of_division(step.division)}
    if step.officer:
        found.add(of_officer(step.officer))
    elif step.state in IN_HAND:
        found |= {UNTAKEN, untaken(step.role, step.division)}
    if step.standing_in:
        found.add(away_from(step.standing_in))
    if step.is_urged:
        found |= {urged(), urged(step.division)}
    return frozenset(found | _waiting(step) | _told(step))


def lists_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """The lists that any of the steps stands on, in a fixed order.

    Also `several` or `scattered` if more than one is open: the later are found by the first.
    """
    still = [step for step in steps if step.state in OPEN]
    dues = sorted(step.due for step in still)
    found = set[str]().union(*map(keys, still))
    if len(dues) > 1:
        found.add(SEVERAL if dues[-1] - dues[0] <= NEAR else SCATTERED)
    return tuple(sorted(found))


def shared(name: str, divisions: Iterable[str], officers: Iterable[str]) -> frozenset[str]:
    """The list of that name for those who see all, and for these divisions and officers."""
    of_divisions = {f"{name}@{each}" for each in divisions}
    return frozenset({name, *of_divisions, *(f"{name}:{each}" for each in officers if each)})


def shared_with(name: str, act: OfficerAct) -> tuple[str, ...]:
    """Of the list of that name, what the officer sees."""
    if act.may(Right.AGENCY):
        return (name,)
    own = (f"{name}:{act.officer}",)
    return (f"{name}@{act.division}", *own) if act.may(Right.DIVISION) else own


def open_steps(act: OfficerAct, state: DeskStepState | None) -> Sought:
    """All open steps that the officer sees, or those in one state."""
    if state and act.may(Right.AGENCY):
        return Sought(keys=(in_state(state),))
    return Sought(keys=(_widest(act),), only=in_state(state) if state else "")


def named(name: str, act: OfficerAct, calendar: Calendar) -> Sought:
    """The list of that name as the officer sees it.

    Raises:
        NotFound: there is no such list.
    """
    now, today = act.now, _end_of_day(act.now)
    soon = _end_of_day(add_working_days(act.now, SOON_DAYS, calendar))
    widest = (_widest(act),)
    found = {
        "mine": Sought(keys=(of_officer(act.officer),)),
        "division": Sought(keys=(of_division(act.division),)),
        "untaken": Sought(keys=_places(act, untaken) or (UNTAKEN,)),
        "told": Sought(keys=_told_lists(act)),
        "overdue": Sought(keys=widest, until=now),
        "due_today": Sought(keys=widest, after=now, until=today),
        "due_soon": Sought(keys=widest, after=today, until=soon),
        "waiting_citizen": _seen(act, partial(waiting_for, Waiting.CITIZEN)),
        "waiting_agency": _seen(act, partial(waiting_for, Waiting.AGENCY)),
        "urged": _seen(act, urged),
    }
    if name not in found:
        known = ", ".join(found)
        raise NotFound(f"Không có danh sách này; có: {known}.", f"There are these lists: {known}.")
    return found[name]


def _waiting(step: Step) -> set[str]:
    waits = [Waiting.CITIZEN] if step.state is DeskStepState.WAITING else []
    waits += [Waiting.AGENCY] if step.awaited else []
    return {waiting_for(each, division) for each in waits for division in ("", step.division)}


def _told(step: Step) -> set[str]:
    found = set()
    for whom in (*(each.whom for each in step.schedule[: step.urged]), *step.reminded):
        own = whom is OfficerRole.SPECIALIST and step.officer
        found |= {TOLD, told_to_officer(own) if own else told_to(whom, step.division)}
    return found


def _told_lists(act: OfficerAct) -> tuple[str, ...]:
    if act.roles is None:
        return (TOLD,)
    return (told_to_officer(act.officer), *_places(act, told_to))


def _places(act: OfficerAct, key: Callable[[OfficerRole, str], str]) -> tuple[str, ...]:
    return tuple(key(role, act.division) for role in sorted(act.roles or ()))


def _widest(act: OfficerAct) -> str:
    """The list of all that the officer sees."""
    if act.may(Right.AGENCY):
        return OPEN_STEPS
    return of_division(act.division) if act.may(Right.DIVISION) else of_officer(act.officer)


def _seen(act: OfficerAct, key: Callable[..., str]) -> Sought:
    """What the officer sees of a list that is kept for the agency and for each division."""
    if act.may(Right.AGENCY):
        return Sought(keys=(key(),))
    if act.may(Right.DIVISION):
        return Sought(keys=(key(act.division),))
    return Sought(keys=(of_officer(act.officer),), only=key())


def _place(role: OfficerRole, division: str) -> str:
    return f"{role}@{division}" if role in OF_A_DIVISION else role.value


def _end_of_day(moment: datetime) -> datetime:
    following = local_day(moment) + timedelta(days=1)
    return datetime.combine(following, time(), tzinfo=HO_CHI_MINH).astimezone(UTC)
