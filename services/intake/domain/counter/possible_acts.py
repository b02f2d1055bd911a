"""Which acts a clerk may do on a dossier now, and by which rule not the others.

Each is tried on the dossier by the rule itself, which changes nothing: no second list of rules.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from contracts.components import Component
from contracts.forms import FormKind
from contracts.procedure import AtCounter
from foundation.errors import Invalid, Refused, refusal_of, unless_refused
from foundation.worktime import Calendar, local_day
from services.intake.domain.case import apology, fees, pause
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.components import components
from services.intake.domain.case.dossier import (
    OVER,
    UNDER_WAY,
    Attachment,
    Charge,
    Dossier,
    State,
    Step,
)
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.case.order_delivery import is_undelivered
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.succession import KnownAgency, as_of
from services.intake.domain.clock.waits import WaitKind, open_waits
from services.intake.domain.counter import (
    correction,
    ending,
    from_data,
    reception,
    signature_demand,
)
from services.intake.domain.counter import supplement as papers
from services.intake.domain.counter.correction import Correction
from services.intake.domain.counter.digitising import before_receipt
from services.intake.domain.counter.ending import CounterDecision, ResultHandover
from services.intake.domain.counter.known_document import Known, KnownDocument
from services.intake.domain.counter.reception import Receipt
from services.intake.domain.forms import issuing
from services.intake.domain.forms.parts import FormIssuer
from services.intake.domain.lateness import urging
from services.intake.domain.lateness.urging import UrgeRequest
from services.intake.domain.route import undelivered

_ANY = "?"


class CounterAct(StrEnum):
    """An act of the counter on a dossier, named as the API names it."""

    ACCEPT = "accept"
    GUIDE = "guide"
    FROM_DATA = "data"
    SUPPLEMENT = "supplement"
    PAY = "pay"
    OBLIGE = "oblige"
    SEND = "send"
    DECIDE = "decide"
    RETURN = "return"
    ORIGINALS = "originals"
    APOLOGISE = "apologise"
    STOP = "stop"
    RESUME = "resume"
    URGE = "urge"
    WAY = "way"
    CORRECT = "correct"
    REFUND = "refund"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    FORMS = "forms"


Refusal = Refused | Invalid | None
Attempt = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class CounterSight:
    """What the rules of the counter look at besides the dossier.

    `known` are the documents of its papers; `agencies` who ended and who took over; `director`
    whether who looks may urge, as the director or who stands in for them.
    """

    procedure: Procedure
    known: Known
    agencies: Mapping[str, KnownAgency]
    office: FormIssuer
    now: datetime
    calendar: Calendar
    director: bool = False


def possible(dossier: Dossier, sight: CounterSight) -> dict[CounterAct, Refusal]:
    """The acts that concern the dossier: None for what may be done, else why not."""
    tries = {
        **dict(_before_receipt(dossier, sight)),
        **dict(_on_the_way(dossier, sight)),
        **dict(_of_the_clock(dossier, sight)),
        **dict(_of_money(dossier, sight)),
        **dict(_to_the_end(dossier, sight)),
    }
    verdicts = {each: refusal_of(tries[each]) for each in CounterAct if each in tries}
    if printable(dossier, sight):
        verdicts[CounterAct.FORMS] = None
    return verdicts


def unpaid(dossier: Dossier) -> tuple[Charge, ...]:
    """The charges that may be collected now."""
    return tuple(each for each in dossier.charges if not each.paid and dossier.state not in OVER)


def undelivered_steps(dossier: Dossier) -> tuple[Step, ...]:
    """The steps whose order reached no agency."""
    return tuple(each for each in dossier.steps if is_undelivered(dossier, each))


def urged_steps(dossier: Dossier) -> tuple[Step, ...]:
    """The steps about which their agencies may be urged now."""
    return unless_refused(lambda: urging.whom(dossier, UrgeRequest(words=_ANY)), lambda _: ())


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
        lambda: signature_demand.missing(dossier, sight.procedure, sight.known), lambda _: ()
    )


def signed_papers(dossier: Dossier, sight: CounterSight) -> tuple[str, ...]:
    """The papers that are held to a signature: by the procedure in force until the receipt."""
    return dossier.signed_papers if dossier.received else signature_demand.demanded(sight.procedure)


def components_of(dossier: Dossier, sight: CounterSight) -> tuple[Component, ...]:
    """The components of the dossier, and how each came to be there as data."""
    if dossier.received:
        return components(dossier)
    return before_receipt(dossier, sight.procedure, sight.known)


def to_check(dossier: Dossier, sight: CounterSight) -> tuple[str, ...]:
    """The papers whose signature the clerk has to check by other means before the receipt."""
    if dossier.received is not None:
        return ()
    papers = signed_papers(dossier, sight)
    return signature_demand.lacking(dossier, sight.known, papers, signature_demand.UNCHECKED)


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
    if dossier.state in OVER:
        return
    other = {"name": f"{dossier.applicant.name}{_ANY}"}
    said = Correction(applicant=other, reason=_ANY)
    yield CounterAct.CORRECT, lambda: correction.correct(dossier, said, _ANY, sight.now)
    yield CounterAct.WITHDRAW, lambda: ending.withdraw(dossier, sight.now, sight.calendar)
    yield CounterAct.WAY, lambda: ending.choose_way(dossier, dossier.result_by)
    if undelivered_steps(dossier):
        step, now = undelivered_steps(dossier)[0], sight.now
        yield (
            CounterAct.SEND,
            lambda: undelivered.send_again(
                dossier, step.id, step.agency, step.agency, now, sight.calendar
            ),
        )


def _of_the_clock(dossier: Dossier, sight: CounterSight) -> Iterator[tuple[CounterAct, Attempt]]:
    if not dossier.code or dossier.state not in UNDER_WAY:
        return
    now, calendar = sight.now, sight.calendar
    new_date = max(dossier.due or now, now) + timedelta(days=1)
    said = apology.Apology(agency=dossier.agency, reason=_ANY, due=new_date)
    yield CounterAct.APOLOGISE, lambda: apology.apologise(dossier, said, now, calendar)
    if open_waits(dossier.waits, WaitKind.STOPPED):
        yield CounterAct.RESUME, lambda: pause.go_on(dossier, now, calendar)
    else:
        yield CounterAct.STOP, lambda: pause.stop(dossier, _ANY, _ANY, now)
    if sight.director:
        yield CounterAct.URGE, lambda: urging.whom(dossier, UrgeRequest(words=_ANY))


def _of_money(dossier: Dossier, sight: CounterSight) -> Iterator[tuple[CounterAct, Attempt]]:
    now, calendar = sight.now, sight.calendar
    owed, paid = unpaid(dossier), fees.to_refund(dossier)
    if owed:
        fee = owed[0].id
        yield (
            CounterAct.PAY,
            lambda: fees.pay(dossier, fee, fees.Method.CASH, _ANY, now, calendar),
        )
    if paid:
        yield CounterAct.REFUND, lambda: fees.refund(dossier, paid[0].id, now)
    if dossier.code and dossier.state in UNDER_WAY:
        more = fees.Obligation(name=_ANY, amount=1, article=_ANY)
        yield CounterAct.OBLIGE, lambda: fees.oblige(dossier, more, now)


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
    receipt = Receipt(unit=sight.office.unit, signatures_checked=to_check(dossier, sight))
    return reception.take_in(dossier, today, receipt, 1, sight.now, sight.calendar, sight.known)


def _supply(dossier: Dossier, sight: CounterSight) -> object:
    """Everything that is asked for, as if the counter had scanned it."""
    asked = dict.fromkeys(paper for each in dossier.requests for paper in each.papers)
    given = tuple(Attachment(paper=each, document=_ANY) for each in asked)
    known = {**sight.known, _ANY: KnownDocument(id=_ANY, told=True, clerk=True)}
    now, calendar = sight.now, sight.calendar
    return papers.supplement(dossier, given, now, calendar, known, counter=True)
