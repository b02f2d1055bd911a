"""The contents of each form of a dossier, part by part; which forms are due is in `issuing`."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from contracts.forms import (
    ApologyForm,
    ControlForm,
    FiledPaper,
    FormFee,
    FormFilled,
    FormKind,
    HandOver,
    Party,
    ReceiptForm,
    RefusalForm,
    StopForm,
    SupplementForm,
)
from contracts.procedure import CountedFrom, TimeLimit
from foundation.frozen import replace
from foundation.text.cleaning import harmless_line, harmless_paragraphs
from services.intake.domain.case.channel import BY_FILE
from services.intake.domain.case.dossier import Dossier, State, Step, StepState
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import is_expected
from services.intake.domain.clock.waits import Wait, WaitKind

# A message is bounded; a form of more lines than these says how many it leaves out.
MOST_LINES = 100
LONGEST_LINE = 300
LONGEST_REASON = 4000


@dataclass(frozen=True, kw_only=True)
class FormIssuer:
    """The office that issues forms; `clerk` is who acts at its counter, "" if nobody of us.

    `tracking` is the address a dossier is followed at, without its code; `names` gives agencies'
    names by their codes.
    """

    unit: str
    name: str
    address: str = ""
    phone: str = ""
    clerk: str = ""
    tracking: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, agency: str) -> str:
        """The agency's name, or its code where no name is known."""
        return self.names.get(agency, agency)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an act told the applicant: why, and by which article."""

    reason: str = ""
    article: str = ""


def holder(dossier: Dossier) -> Party:
    """The person the dossier is for (chủ hồ sơ)."""
    who = dossier.applicant
    return Party(
        name=harmless_line(who.name),
        address=harmless_line(who.address),
        phone=who.phone,
        email=who.email,
        identity=who.identity,
    )


def submitter(dossier: Dossier) -> Party:
    """Who handed it in (người nộp): the proxy, if there is one."""
    proxy = dossier.proxy
    if proxy is None:
        return holder(dossier)
    return Party(name=harmless_line(proxy.name), phone=proxy.phone, identity=proxy.identity)


def _receipt(form: FormFilled, dossier: Dossier, _office: FormIssuer, _said: Said) -> FormFilled:
    papers = tuple(_papers(dossier))
    charges = dossier.charges[:MOST_LINES]
    part = ReceiptForm(
        papers=papers[:MOST_LINES],
        more_papers=len(papers[MOST_LINES:]),
        time=_time(dossier),
        received=dossier.received or dossier.submitted,
        due=dossier.due,
        due_expected=is_expected(dossier.ledger),
        channel=dossier.channel.value,
        fees=tuple(
            FormFee(
                name=_short(each.name),
                amount=each.amount,
                collected=each.collected,
                paid=each.paid is not None,
            )
            for each in charges
        ),
    )
    return replace(form, receipt=part)


def _time(dossier: Dossier) -> TimeLimit:
    """The time allowed; what another place received counts from a later receipt."""
    if not dossier.out_of_area:
        return dossier.time
    return replace(dossier.time, counted_from=CountedFrom.DECIDING_OFFICE)


def _papers(dossier: Dossier) -> Iterator[FiledPaper]:
    """A line for each paper: held as an original, or given as a copy or a file, how often."""
    given = Counter(each.paper for each in dossier.attachments)
    names = dict.fromkeys((*given, *dossier.originals))
    held = Counter(dossier.originals)
    electronic = dossier.channel in BY_FILE
    for name in names:
        yield FiledPaper(
            name=_short(name),
            originals=held[name],
            copies=0 if electronic else given[name],
            electronic=given[name] if electronic else 0,
        )
    for each in dossier.looked_up:
        if not each.because:
            yield FiledPaper(name=_short(each.named), originals=0, copies=0, electronic=1)


def _supplement(form: FormFilled, dossier: Dossier, office: FormIssuer, said: Said) -> FormFilled:
    asked = asked_for(dossier)
    count = 1 + sum(each.kind is FormKind.SUPPLEMENT for each in dossier.forms)
    own = dossier.code or dossier.id.partition("-")[0].upper()
    part = SupplementForm(
        serial=f"{own}.{count}/HDHS",
        papers=tuple(_short(each) for each in asked.papers[:MOST_LINES]) if asked else (),
        reason=_reason(asked.reason if asked else said.reason),
        asked_by=office.called(asked.who) if asked and asked.step else office.name,
    )
    return replace(form, supplement=part)


def asked_for(dossier: Dossier) -> Wait | None:
    """The last request for papers, one that is still open before one that was answered."""
    asked = [each for each in dossier.waits if each.kind is WaitKind.PAPERS]
    return next(iter([*reversed(dossier.requests), *reversed(asked)]), None)


def _refusal(form: FormFilled, _dossier: Dossier, _office: FormIssuer, said: Said) -> FormFilled:
    part = RefusalForm(reason=_reason(said.reason), article=said.article)
    return replace(form, refusal=part)


def _apology(form: FormFilled, dossier: Dossier, office: FormIssuer, said: Said) -> FormFilled:
    received = dossier.received or dossier.submitted
    part = ApologyForm(
        by=office.called(dossier.agency),
        reason=_reason(said.reason),
        received=received,
        was=dossier.apologised or received,
        due=dossier.due or received,
        due_expected=is_expected(dossier.ledger),
    )
    return replace(form, apology=part)


def _stop(form: FormFilled, dossier: Dossier, _office: FormIssuer, _said: Said) -> FormFilled:
    stopped = [each for each in dossier.waits if each.kind is WaitKind.STOPPED]
    last = stopped[-1]
    part = StopForm(
        reason=_reason(last.reason),
        article=last.article,
        since=last.since,
        received=dossier.received or dossier.submitted,
        due=dossier.due,
    )
    return replace(form, stop=part)


def _control(form: FormFilled, dossier: Dossier, office: FormIssuer, _said: Said) -> FormFilled:
    hand_overs = tuple(sorted(_hand_overs(dossier, office), key=lambda each: each.given))
    returned = _returned(dossier, office, form.issued)
    part = ControlForm(
        received=dossier.received or dossier.submitted,
        due=dossier.due,
        hand_overs=(*hand_overs[:MOST_LINES], *returned),
        more_hand_overs=len(hand_overs[MOST_LINES:]),
        timing=dossier.timing,
    )
    return replace(form, control=part)


def _hand_overs(dossier: Dossier, office: FormIssuer) -> Iterator[HandOver]:
    """Every passing on: from the applicant, to each agency, and from each agency back."""
    received = dossier.received or dossier.submitted
    yield HandOver(
        giver=_short(dossier.applicant.name),
        receiver=office.name,
        given=dossier.submitted,
        received=received,
    )
    for step in dossier.steps:
        if step.ordered:
            yield HandOver(
                giver=office.name,
                receiver=office.called(step.agency),
                given=step.ordered,
                received=step.received,
                note=_note(step),
            )
        if step.finished:
            yield HandOver(
                giver=office.called(step.agency),
                receiver=office.name,
                given=step.finished,
                received=step.finished,
                due=step.due,
                timing=due_date.timing(step.due, step.finished),
                note=_short(f"từ chối ({step.article})" if step.article else step.outcome),
            )


def _note(step: Step) -> str:
    withdrawn = " (đã thu hồi)" if step.state is StepState.WITHDRAWN else ""
    return _short(f"{step.action}{withdrawn}")


def _returned(dossier: Dossier, office: FormIssuer, now: datetime) -> Iterator[HandOver]:
    if dossier.state is State.RETURNED:
        at = dossier.handed_over or now
        yield HandOver(
            giver=office.name,
            receiver=_short(dossier.applicant.name),
            given=at,
            received=at,
            due=dossier.due,
            timing=dossier.timing,
        )


def _reason(text: str) -> str:
    return harmless_paragraphs(text)[:LONGEST_REASON]


def _short(text: str) -> str:
    text = harmless_line(text)
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


PARTS: Mapping[FormKind, Callable[[FormFilled, Dossier, FormIssuer, Said], FormFilled]] = (
    MappingProxyType(
        {
            FormKind.RECEIPT: _receipt,
            FormKind.SUPPLEMENT: _supplement,
            FormKind.REFUSAL: _refusal,
            FormKind.APOLOGY: _apology,
            FormKind.STOP: _stop,
            FormKind.CONTROL: _control,
        }
    )
)
