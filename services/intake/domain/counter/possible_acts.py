"""Which acts a clerk may do on a dossier now, and by which rule not the others.

Each is tried on the dossier by the rule itself, which changes nothing: no second list of rules.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from contracts.forms import FormKind
from contracts.procedure import AtCounter
from foundation.errors import Invalid, Refused, refusal_of, unless_refused
from foundation.worktime import Calendar, local_day
from services.intake.domain.case import fees
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import OVER, Attachment, Charge, Dossier, State
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.succession import KnownAgency, as_of
from services.intake.domain.counter import correction, ending, from_data, known_document, reception
from services.intake.domain.counter import supplement as papers
from services.intake.domain.counter.correction import Correction
from services.intake.domain.counter.ending import CounterDecision, ResultHandover
from services.intake.domain.counter.known_document import Known, KnownDocument
from services.intake.domain.counter.reception import Receipt
from services.intake.domain.forms import issuing
from services.intake.domain.forms.parts import FormIssuer

_ANY = "?"


class CounterAct(StrEnum):
    """An act of the counter on a dossier, named as the API names it."""

    ACCEPT = "accept"
    GUIDE = "guide"
    FROM_DATA = "data"
    SUPPLEMENT = "supplement"
    PAY = "pay"
    DECIDE = "decide"
    RETURN = "return"
    ORIGINALS = "originals"
    CORRECT = "correct"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    FORMS = "forms"


Refusal = Refused | Invalid | None
Attempt = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class CounterSight:
    """What the rules of the counter look at besides the dossier.

    `known` are the documents of its papers; `agencies` who ended and who took over.
    """

    procedure: Procedure
    known: Known
    agencies: Mapping[str, KnownAgency]
    office: FormIssuer
    now: datetime
    calendar: Calendar


def possible(dossier: Dossier, sight: CounterSight) -> dict[CounterAct, Refusal]:
    """The acts that concern the dossier: None for what may be done, else why not."""
    tries = {
        **dict(_before_receipt(dossier, sight)),
        **dict(_on_the_way(dossier, sight)),
        **dict(_to_the_end(dossier, sight)),
    }
    verdicts = {each: refusal_of(tries[each]) for each in CounterAct if each in tries}
    if printable(dossier, sight):
        verdicts[CounterAct.FORMS] = None
    return verdicts


def unpaid(dossier: Dossier) -> tuple[Charge, ...]:
    """The charges that may be collected now."""
    return tuple(each for each in dossier.charges if not each.paid and dossier.state not in OVER)


def held_in_databases(procedure: Procedure) -> Mapping[str, str]:
    """The published databases that hold papers of the procedure, by the papers' names."""
    return {each.name: each.database for each in procedure.papers if each.database}


def printable(dossier: Dossier, sight: CounterSight) -> tuple[FormKind, ...]:
    """The forms that may be issued for the dossier as it stands."""
    return tuple(
        kind for kind in FormKind if refusal_of(partial(_fill, kind, dossier, sight)) is None
    )


def missing(dossier: Dossier, sight: CounterSight) -> tuple[str, ...]:
    """What is still to be handed in before the receipt; nothing where the case is not known."""
    if dossier.received is not None:
        return ()
    return unless_refused(
        lambda: known_document.missing(dossier, sight.procedure, sight.known), lambda _: ()
    )


def _before_receipt(dossier: Dossier, sight: CounterSight) -> Iterator[tuple[CounterAct, Attempt]]:
    if dossier.received is not None or dossier.state in OVER:
        return
    now, lacking = sight.now, missing(dossier, sight)
    yield CounterAct.ACCEPT, lambda: _take_in(dossier, sight)
    yield (
        CounterAct.GUIDE,
        lambda: papers.guide(dossier, sight.procedure, lacking, lacking or (_ANY,), _ANY, now),
    )
    yield CounterAct.REFUSE, lambda: reception.refuse(dossier, _ANY, _ANY)
    held = next(iter(held_in_databases(sight.procedure).items()), None)
    if held:
        found = LookedUp(paper=held[0], database=held[1], at=now)
        yield CounterAct.FROM_DATA, lambda: from_data.look_up(dossier, sight.procedure, found)


def _on_the_way(dossier: Dossier, sight: CounterSight) -> Iterator[tuple[CounterAct, Attempt]]:
    if dossier.requests:
        yield CounterAct.SUPPLEMENT, lambda: _supply(dossier, sight)
    if unpaid(dossier):
        fee = unpaid(dossier)[0].id
        yield (
            CounterAct.PAY,
            lambda: fees.pay(dossier, fee, fees.Method.CASH, _ANY, sight.now, sight.calendar),
        )
    if dossier.state in OVER:
        return
    other = {"name": f"{dossier.applicant.name}{_ANY}"}
    said = Correction(applicant=other, reason=_ANY)
    yield CounterAct.CORRECT, lambda: correction.correct(dossier, said, _ANY, sight.now)
    yield CounterAct.WITHDRAW, lambda: ending.withdraw(dossier, sight.now, sight.calendar)


def _to_the_end(dossier: Dossier, sight: CounterSight) -> Iterator[tuple[CounterAct, Attempt]]:
    if dossier.originals:
        yield CounterAct.ORIGINALS, lambda: ending.hand_back(dossier)
    if not dossier.code or dossier.state in OVER:
        return
    if dossier.at_counter is not AtCounter.FORWARDED and dossier.state is not State.RESOLVED:
        approved = CounterDecision.APPROVED
        yield (
            CounterAct.DECIDE,
            lambda: ending.decide(dossier, approved, _ANY, sight.now, sight.calendar),
        )
    given = ResultHandover(channel=Channel.COUNTER, originals=True)
    yield CounterAct.RETURN, lambda: ending.hand_over(dossier, given, sight.now)


def _fill(kind: FormKind, dossier: Dossier, sight: CounterSight) -> object:
    return issuing.filled(kind, dossier, sight.office, sight.now)


def _take_in(dossier: Dossier, sight: CounterSight) -> object:
    today = as_of(sight.procedure, sight.agencies, local_day(sight.now))
    receipt = Receipt(unit=sight.office.unit)
    return reception.take_in(dossier, today, receipt, 1, sight.now, sight.calendar, sight.known)


def _supply(dossier: Dossier, sight: CounterSight) -> object:
    """Everything that is asked for, as if the counter had scanned it."""
    asked = dict.fromkeys(paper for each in dossier.requests for paper in each.papers)
    given = tuple(Attachment(paper=each, document=_ANY) for each in asked)
    known = {**sight.known, _ANY: KnownDocument(id=_ANY, told=True, clerk=True)}
    now, calendar = sight.now, sight.calendar
    return papers.supplement(dossier, given, now, calendar, known, counter=True)
