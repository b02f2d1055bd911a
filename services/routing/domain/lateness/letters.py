"""Letters to officers about a due date, beside the work lists.

Whoever the rules of urging name and left an address is written to by the centre, which gathers
what one officer is told within the hour. Nothing about the applicant goes with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from contracts.replies import ReminderReply
from foundation.frozen import replace
from foundation.worktime import local_day
from services.routing.domain.docket.step import Step
from services.routing.domain.staff.officers import Officer, OfficerBook, at_place
from services.routing.domain.staff.roles import OF_A_DIVISION, OfficerRole

NOBODY = OfficerBook(id="", agency="")
EXPLANATION = "explanation"
"""The matter of a letter about feedback that is to be explained."""
_TO_EXPLAIN: Mapping[str, str] = {
    "vi": "Giải trình ý kiến của người dân",
    "en": "Explain feedback of a citizen",
}


@dataclass(frozen=True)
class LetterOccasion:
    """What a letter is about: a due date at the moment `now`; `matter` is a word of `Matter`."""

    matter: str
    due: datetime
    now: datetime


def write(
    office: OfficerBook, step: Step, roles: Iterable[OfficerRole], occasion: LetterOccasion
) -> tuple[ReminderReply, ...]:
    """One letter for each officer of these roles who is concerned, works today, and is reached."""
    day = local_day(occasion.now)
    found = {each.id: each for role in roles for each in _concerned(office, step, role, day)}
    return tuple(
        replace(_letter(each, office, occasion), step=step.id, action=step.action)
        for each in found.values()
        if each.email or each.phone
    )


def write_of_explanation(
    office: OfficerBook, roles: Iterable[OfficerRole], occasion: LetterOccasion, dossier: str
) -> tuple[ReminderReply, ...]:
    """One letter about a late explanation for each officer of these roles who works today.

    A question stands with no division: where nobody of the roles is reached, the leaders are.
    """
    day = local_day(occasion.now)
    for among in (tuple(roles), (OfficerRole.LEADER,)):
        there = {each for role in among for each in at_place(office, role, "", day)}
        found = [each for each in office.officers if each.id in there]
        told = tuple(
            replace(
                _letter(each, office, occasion), action=_TO_EXPLAIN[each.language], dossier=dossier
            )
            for each in found
            if each.email or each.phone
        )
        if told:
            return told
    return ()


def _letter(officer: Officer, office: OfficerBook, occasion: LetterOccasion) -> ReminderReply:
    return ReminderReply(
        agency=office.agency,
        officer=officer.id,
        email=officer.email,
        phone=officer.phone,
        language=officer.language,
        step="",
        action="",
        matter=str(occasion.matter),
        due=occasion.due,
        late=occasion.due <= occasion.now,
    )


def _concerned(office: OfficerBook, step: Step, role: OfficerRole, day: date) -> list[Officer]:
    """Whoever has the step; before anybody took it, and for heads and leaders, all at the place."""
    own = role is OfficerRole.SPECIALIST and step.officer
    division = step.division if role in OF_A_DIVISION else ""
    there = [step.officer] if own else at_place(office, role, division, day)
    return [each for each in office.officers if each.id in there]
