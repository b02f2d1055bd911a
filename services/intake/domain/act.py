"""The pipeline of every act on a dossier: the stages before and after its rule, in their order.

An act is what a clerk, an agency or time itself does to a dossier: a rule of law, as a pure
function from dossier to dossier and messages. Warnings, reminders and forms on demand are no acts:
they change nothing that a stage looks at, but a warning the places on the late list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.message import Message
from foundation.frozen import replace
from foundation.worktime import Reminders
from services.intake.domain.calendar import recounting
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.domain.case.dossier import Decided, Dossier
from services.intake.domain.counter import finding
from services.intake.domain.counter.citizen_list import owned_at
from services.intake.domain.forms import issuing
from services.intake.domain.forms.parts import FormIssuer
from services.intake.domain.lateness import late_list, reminding
from services.intake.domain.route import lead_notice

Rule = Callable[[Dossier], Decided]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an act needs besides the dossier and its rule.

    `unit` is the calendar of the unit with all its editions, `office` who issues the forms (and
    knows which agencies there are), `reminders` are the rules of urging.
    """

    now: datetime
    unit: UnitCalendar
    office: FormIssuer
    reminders: Reminders


def carry_out(dossier: Dossier, rule: Rule, around: Surroundings) -> Decided:
    """Carry out one act: the dossier after it, and all that is to be told, in this order.

    1. Recount: the dossier is counted by the newest edition of the calendar, if the mass recount
       has not reached it yet. First, so that the rule measures with dates that are in force.
    2. Rule: what the law makes of the act. It may refuse; then nothing at all has happened.
    3. Forms: those that the rule's messages call for, filled in from the dossier as it is after
       the rule, by the office and with the number that the next of its kind has.
       Where neither rule nor forms changed anything, the dossier stays as it was before the
       recount, and nothing is told: the recount is left to the mass recount or the next act.
    4. Lead notice: the lead agency hears how the route stands, if it differs from what it knew
       before stage 1, since the recount may have moved its dates too.
    5. Stamp: the dossier is marked as counted by the newest edition. After the rule, since every
       date that the rule set was counted by it.
    6. Timers: the next warning, and when silence is consent; they need the last due dates.
    7. Late list: the dossier's places on the director's list, from the same dates, and on the
       counter's list of apologies, from what was warned of.
    8. Reminders: whom the rules remind next, since they count what was told of these dates.
    9. Search words: what the dossier is found by at the counter, from its code and its people.

    Raises:
        Whatever the rule raises.
    """
    counted, rescheduled = recounting.recount(dossier, around.unit, around.now)
    after, messages = issuing.with_forms(rule(counted), around.office, around.now)
    if after == counted and not messages:
        return dossier, ()
    notice = _notice(dossier, after, around)
    stamped = recounting.stamp(after, around.unit)
    done = finding.findable(_scheduled(stamped, around))
    return done, (*rescheduled, *messages, *notice)


def recount(dossier: Dossier, around: Surroundings) -> Decided:
    """What the mass recount does with each open dossier: stages 1, 4, 6, 7 and 8 of `carry_out`.

    There is no rule, hence no form. It is not stamped either: one that was counted again names
    its edition since stage 1, and one that no changed day touches is not written for a mark.
    """
    counted, rescheduled = recounting.recount(dossier, around.unit, around.now)
    notice = _notice(dossier, counted, around)
    done = _scheduled(counted, around)
    # A date that moved moves the dossier on its owner's own list.
    return replace(done, owned=owned_at(done)), (*rescheduled, *notice)


def _notice(before: Dossier, after: Dossier, around: Surroundings) -> tuple[Message, ...]:
    return lead_notice.tell_lead(before, after, around.office.names)


def _scheduled(dossier: Dossier, around: Surroundings) -> Dossier:
    """Stages 6 to 8: all that timers and the director's list look for."""
    armed = recounting.arm(dossier, around.unit, around.now)
    return reminding.arm(late_list.listed(armed), around.reminders, around.unit.calendar)
