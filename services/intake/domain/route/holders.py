"""The person who has the dossier: noted from the agency's word, named to the applicant.

`LawRule.HANDLER` (NĐ 224/2026 Đ15.1g): each change of state is told with the agency and the person
who handles it.
"""

from collections.abc import Mapping
from datetime import datetime

from contracts.replies import HandlerReply
from contracts.roles import LONGEST_NAME, ROLE_NAMES, named
from foundation.errors import Invalid
from foundation.frozen import replace
from services.intake.domain.case.agency_step import AgencyAct, moment_of, step_of
from services.intake.domain.case.dossier import AT_AN_AGENCY, Decided, Dossier
from services.intake.domain.case.step_holder import StepHolder


def note(dossier: Dossier, reply: HandlerReply, act: AgencyAct, now: datetime) -> Decided:
    """Note who of the agency has its step; of two such words the later one counts.

    Raises:
        NotFound, Forbidden: the step is not there, or not this agency's.
        Invalid: the name is none that a page or a letter can show on one line.
    """
    step = step_of(dossier, reply.step, act)
    if len(reply.name) > LONGEST_NAME or not reply.name.isprintable():
        raise Invalid(
            f"Tên cán bộ phải in được trên một dòng, nhiều nhất {LONGEST_NAME} ký tự.",
            f"The name of an officer must fit on one line, {LONGEST_NAME} characters at most.",
            fields={"name": ["không in được / not printable"]},
        )
    since = moment_of(act, step, now)
    before = next((each for each in dossier.holders if each.step == step.id), None)
    if before and before.since > since:
        return dossier, ()
    role = reply.role if reply.role in ROLE_NAMES else ""
    holder = StepHolder(step=step.id, name=reply.name, role=role, since=since)
    others = tuple(each for each in dossier.holders if each.step != step.id)
    return replace(dossier, holders=(*others, *((holder,) if reply.name or role else ()))), ()


def holders(dossier: Dossier) -> Mapping[str, tuple[StepHolder, ...]]:
    """Who has the steps that agencies are at work on, by the agencies' codes."""
    at_work = {each.id: each.agency for each in dossier.steps if each.state in AT_AN_AGENCY}
    found: dict[str, tuple[StepHolder, ...]] = {}
    for holder in dossier.holders:
        agency = at_work.get(holder.step)
        if agency:
            found[agency] = (*found.get(agency, ()), holder)
    return found


def persons(dossier: Dossier, language: str) -> Mapping[str, str]:
    """The same as the applicant reads it: `Lê Thị Hạnh, chuyên viên`."""
    return {
        agency: "; ".join(named(each.name, each.role, language) for each in found)
        for agency, found in holders(dossier).items()
    }
