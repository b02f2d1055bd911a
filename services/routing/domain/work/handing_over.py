"""Hand-overs of a step between officers of the agency, and notes beside it."""

from collections.abc import Mapping
from datetime import datetime

from contracts.events import StepAssigned, StepPassedOn
from foundation.errors import Refused
from foundation.frozen import replace
from services.routing.domain.docket.docket import Change, Docket, find, in_hand, with_step
from services.routing.domain.docket.step import (
    IN_HAND,
    OPEN,
    DeskStepState,
    Handover,
    Note,
    Step,
    taken_by,
)
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import Right

MOST_MOVES = 200
ABSENCE = "vắng mặt"
RETURN = "trở lại làm việc"
SHARED = "phân công theo khối lượng việc"


def pass_on(
    docket: Docket,
    step_id: str,
    act: OfficerAct,
    *,
    to: str = "",
    why: str = "",
    back: bool = False,
) -> Change:
    """Hand the step to the next place of the agency's process, or `back` to the one before.

    `to` names the officer who is to do it there; without it whoever is at that place takes it.

    Raises:
        Refused: there is no such place, or the step is not in the officer's hands.
    """
    step = in_hand(docket, step_id, act)
    place = place_after(step, back=back)
    # Who passes on what nobody took has had it in hand.
    held = taken_by(step, act.officer, act.now)
    moved = _moved(replace(held, place=place, awaited="", standing_in=""), step, act, to, why)
    event = StepPassedOn(agency=docket.agency, step=step.id, place=moved.role.value)
    return with_step(docket, moved), (event,)


def place_after(step: Step, *, back: bool = False) -> int:
    """Where on the agency's process the step goes next, or `back`; Refused at either end."""
    place = step.place + (-1 if back else 1)
    if not 0 <= place < len(step.way):
        raise Refused(
            "Quy trình nội bộ không có bước nào ở phía đó.",
            "The agency's process has no place in that direction.",
        )
    return place


def give(docket: Docket, step_id: str, act: OfficerAct, to: str, why: str) -> Change:
    """Give work to another officer of the same place, with a reason.

    One's own work may be given by whoever holds it; that of others by who may share it out.

    Raises:
        Forbidden: it is another's, and the officer may not share work.
        Refused: the step is closed or waits for papers, or its holder is to get it again.
    """
    step = find(docket, step_id)
    if step.officer != act.officer:
        act.must(Right.SHARE)
    _must_be_movable(step, to)
    moved = _moved(replace(step, standing_in=""), step, act, to, why)
    return with_step(docket, moved), (StepAssigned(agency=docket.agency, step=step.id),)


def share(docket: Docket, step_id: str, to: str, now: datetime) -> Change:
    """Give a step that nobody has taken to the officer with the least to do."""
    step = find(docket, step_id)
    if step.state is not DeskStepState.RECEIVED or step.officer:
        return docket, ()
    held = _moved(step, step, OfficerAct("", now), to, SHARED)
    return with_step(docket, held), (StepAssigned(agency=docket.agency, step=step.id),)


def stand_in(docket: Docket, absent: str, backup: str, now: datetime) -> Change:
    """Move the absent officer's open steps to the backup; each knows whom it came from."""
    going = {
        step.id: replace(step, standing_in=step.standing_in or absent)
        for step in docket.steps
        if step.state in OPEN and step.officer == absent
    }
    return _move_all(docket, going, backup, ABSENCE, now)


def come_back(docket: Docket, officer: str, now: datetime) -> Change:
    """Give an officer who is back the open steps that others held meanwhile."""
    returning = {
        step.id: replace(step, standing_in="")
        for step in docket.steps
        if step.state in OPEN and step.standing_in == officer
    }
    return _move_all(docket, returning, officer, RETURN, now)


def note(docket: Docket, step_id: str, act: OfficerAct, text: str) -> Change:
    """Write something down beside the step, also after its end.

    Raises:
        Refused: there are as many notes as a step may have.
    """
    step = find(docket, step_id)
    _must_have_room(len(step.notes))
    added = Note(officer=act.officer, at=act.now, text=text)
    return with_step(docket, replace(step, notes=(*step.notes, added))), ()


def await_agency(docket: Docket, step_id: str, act: OfficerAct, agency: str, why: str) -> Change:
    """Mark that the officer waits for another agency's answer; the clock goes on (Đ19.5)."""
    step = in_hand(docket, step_id, act)
    waiting = with_step(docket, replace(taken_by(step, act.officer, act.now), awaited=agency))
    told = (StepAssigned(agency=docket.agency, step=step.id),) if not step.officer else ()
    return note(waiting, step_id, act, f"{agency}: {why}")[0], told


def stop_waiting(docket: Docket, step_id: str, act: OfficerAct, why: str) -> Change:
    """The other agency has answered, or its answer is no longer needed."""
    step = in_hand(docket, step_id, act)
    if not step.awaited:
        raise Refused(
            "Bước này không chờ cơ quan khác.", "This step is not waiting for another agency."
        )
    return note(with_step(docket, replace(step, awaited="")), step_id, act, why)


def _move_all(
    docket: Docket, moving: Mapping[str, Step], to: str, why: str, now: datetime
) -> Change:
    """A step that waits for papers keeps waiting in its new hands."""
    events = []
    for step in moving.values():
        held = _moved(step, step, OfficerAct("", now), to, why)
        docket = with_step(docket, replace(held, state=step.state))
        events.append(StepAssigned(agency=docket.agency, step=step.id))
    return docket, tuple(events)


def _moved(changed: Step, before: Step, act: OfficerAct, to: str, why: str) -> Step:
    """The step with one more hand-over, in the hands of `to` or, without, in nobody's."""
    _must_have_room(len(changed.handovers))
    given = Handover(
        giver=before.officer or act.officer,
        role_from=before.role,
        role_to=changed.role,
        given=act.now,
        why=why,
    )
    earlier = changed.handovers
    if earlier and earlier[-1].taken is None:
        # Nobody has taken it yet: this is still the same hand-over, now to somebody named.
        *done, open_one = earlier
        given = replace(open_one, why="; ".join(filter(None, (open_one.why, why))))
        earlier = tuple(done)
    waiting = replace(
        changed, state=DeskStepState.RECEIVED, officer="", handovers=(*earlier, given)
    )
    return taken_by(waiting, to, act.now) if to else waiting


def _must_be_movable(step: Step, to: str) -> None:
    if step.state not in IN_HAND:
        raise Refused(
            "Bước này đang chờ bổ sung hoặc đã kết thúc; không thể giao cho người khác.",
            "The step waits for papers or is closed; it cannot be given to another.",
        )
    if step.officer == to:
        raise Refused("Cán bộ này đang xử lý bước đó.", "This officer has the step already.")


def _must_have_room(count: int) -> None:
    if count >= MOST_MOVES:
        raise Refused(
            f"Một bước chỉ được có tối đa {MOST_MOVES} lần chuyển và {MOST_MOVES} ghi chú.",
            f"A step may have at most {MOST_MOVES} hand-overs and {MOST_MOVES} notes.",
        )
