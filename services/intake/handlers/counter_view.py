"""View model of one dossier at the counter: its clock, who has it, its papers, what happened."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.components import Component
from contracts.forms import FORM_NAMES
from contracts.law import LawRule
from foundation.law import cite
from foundation.web.page_words import Words, moment_said
from foundation.worktime import Calendar
from services.intake.domain.case.declaring import fillable_papers
from services.intake.domain.case.dossier import AT_AN_AGENCY, Charge, Dossier, State, Step
from services.intake.domain.case.paper_names import spelled
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.clock.ledger import is_expected
from services.intake.domain.clock.waits import WaitKind
from services.intake.domain.counter import as_seen, possible_acts
from services.intake.domain.counter.ending import CounterDecision
from services.intake.domain.counter.possible_acts import CounterSight
from services.intake.domain.counter.signature_demand import verdicts
from services.intake.domain.drafts.filling import form_key
from services.intake.domain.explanation import account
from services.intake.domain.route.holders import persons
from services.intake.handlers.counter_words import CHANNELS, SIGNATURES, STATES
from services.intake.pages import Spoken

_FACTS: dict[str, Words] = {
    "state": ("Trạng thái", "State"),
    "code": ("Mã hồ sơ", "Code"),
    "due": ("Hạn trả kết quả", "Result due"),
    "papers": ("Số giấy tờ", "Number of papers"),
    "asked": ("Giấy tờ đang chờ bổ sung", "Papers that are awaited"),
    "outcome": ("Kết quả", "Outcome"),
    "from_data": ("Số giấy tờ tra trong dữ liệu", "Papers looked up in data"),
    "unpaid": ("Số khoản chưa nộp", "Charges not paid"),
    "corrections": ("Số lần đính chính", "Number of corrections"),
    "originals": ("Số bản chính đang giữ", "Originals held"),
}
_OUTCOMES: dict[str, Words] = {
    CounterDecision.APPROVED: ("chấp thuận", "approved"),
    CounterDecision.REFUSED: ("từ chối", "refused"),
}
_WAITS: dict[WaitKind, Words] = {
    WaitKind.PAPERS: ("Yêu cầu bổ sung giấy tờ", "Papers were asked for"),
    WaitKind.PAYMENT: ("Chờ nghĩa vụ tài chính", "A payment is waited for"),
    WaitKind.STOPPED: ("Tạm dừng giải quyết", "Brought to a stop"),
    WaitKind.UNCOUNTED: ("Bước không tính thời gian", "A step whose time does not count"),
}
_LAWS = (LawRule.COMPLETE, LawRule.GUIDANCE, LawRule.CHANNELS, LawRule.REFUSAL)

Happened = tuple[datetime, Words, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class HolderRow:
    """Who has a part of the dossier now: the agency, the person if known, the task and its date."""

    agency: str
    person: str
    action: str
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """A paper of the dossier: its document's id, whether its original is held, its signature.

    `signature` is what is known of it where the procedure demands one, empty words elsewhere.
    """

    paper: str
    document: str
    held: bool
    signature: Words


def holders(dossier: Dossier, words: Spoken) -> tuple[HolderRow, ...]:
    """The agencies that are at work on it; nobody before its receipt but the counter."""
    people = persons(dossier, "en" if words.language == "en" else "vi")
    return tuple(
        HolderRow(
            agency=words.name(each.agency),
            person=people.get(each.agency, ""),
            action=each.action,
            due=each.due,
        )
        for each in dossier.steps
        if each.state in AT_AN_AGENCY
    )


def paper_rows(dossier: Dossier, sight: CounterSight) -> tuple[PaperRow, ...]:
    """Every paper that was handed in; `held` says that the counter keeps the original."""
    papers = possible_acts.signed_papers(dossier, sight)
    known = {
        each.document: verdict
        for each, verdict in verdicts(dossier, dossier.attachments, sight.known, papers)
    }
    return tuple(
        PaperRow(
            paper=each.paper,
            document=each.document,
            held=each.paper in dossier.originals,
            signature=SIGNATURES[known[each.document]] if each.document in known else ("", ""),
        )
        for each in dossier.attachments
    )


def component_rows(
    dossier: Dossier, sight: CounterSight
) -> tuple[tuple[Component, tuple[PaperRow, ...]], ...]:
    """Every component of the dossier, with the files that stand for it."""
    rows = paper_rows(dossier, sight)
    return tuple(
        (each, tuple(row for row in rows if spelled(row.paper) == each.paper))
        for each in possible_acts.components_of(dossier, sight)
    )


def to_fill(
    dossier: Dossier, procedure: Procedure, address: str
) -> tuple[tuple[str, str, bool], ...]:
    """The papers whose form may be filled in now: name, page, whether it was filled in."""
    if dossier.state is not State.SUBMITTED or dossier.received:
        return ()
    there = {each.paper for each in dossier.declarations}
    return tuple(
        (each.name, f"{address}/fill/{form_key(each.name)}", spelled(each.name) in there)
        for each in fillable_papers(procedure, dossier.case)
    )


def clock(
    dossier: Dossier, now: datetime, calendar: Calendar, words: Spoken
) -> tuple[tuple[Words, str, str], ...]:
    """Each date that counts: its name, when, and by which rule."""
    found: list[tuple[Words, datetime | None, LawRule | None]] = [
        (("Nộp lúc", "Handed in"), dossier.submitted, None),
        (("Trả lời trước", "Answer by"), _answer_by(dossier), LawRule.CHANNELS),
        (("Tiếp nhận lúc", "Taken in"), dossier.received, LawRule.COMPLETE),
        (("Chuyển đi trước", "To be passed on by"), dossier.forward_by, LawRule.FORWARDING),
        (_due_name(dossier), dossier.due, LawRule.COUNTED),
        (("Hạn trước khi xin lỗi", "Due before the apology"), dossier.apologised, LawRule.APOLOGY),
        (("Dừng tính giờ từ", "The clock stands since"), _paused(dossier), LawRule.SUPPLEMENT),
        (("Có kết quả lúc", "Result"), dossier.resolved, None),
        (("Trả kết quả lúc", "Handed over"), dossier.handed_over, None),
    ]
    rows = tuple(
        (name, words.moment(at), dossier.by(rule) if rule else "") for name, at, rule in found if at
    )
    return (*rows, *_left(dossier, now, calendar, words))


def is_late(dossier: Dossier, now: datetime) -> bool:
    """Whether the answer, or the result, is over its date while its clock runs."""
    by = _answer_by(dossier) or dossier.due
    at = dossier.resolved or _paused(dossier) or now
    return bool(by and dossier.state is not State.WITHDRAWN and at > by)


def stops(dossier: Dossier, words: Spoken) -> tuple[tuple[str, Words, str], ...]:
    """What happened to the dossier, in order: when, by whom and why."""
    told = sorted(_happened(dossier, words), key=lambda each: each[0])
    return tuple(
        ("done", title, " · ".join(filter(None, (words.moment(at), *parts))))
        for at, title, parts in told
    )


def changed(mark: str, dossier: Dossier, words: Spoken) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than its clerk saw it: its name, as it was, as it is."""
    if not mark:
        return ()
    return tuple(
        (_FACTS[name], _fact(name, before, words), _fact(name, after, words))
        for name, (before, after) in as_seen.differences(mark, dossier).items()
    )


def articles(now: datetime) -> tuple[str, ...]:
    """Rules of the law table that a refusal may be written by; a law of the field is typed."""
    return tuple(dict.fromkeys(cite(each, now) for each in _LAWS))


def charges(found: Iterable[Charge], words: Spoken) -> tuple[tuple[str, str], ...]:
    """Charges to pick from."""
    return tuple((each.id, charge_words(each, words)) for each in found)


def agencies(codes: Iterable[str], words: Spoken) -> tuple[tuple[str, str], ...]:
    """Agencies to pick from."""
    return tuple((each, words.name(each)) for each in codes)


def tasks(steps: Iterable[Step], words: Spoken) -> tuple[tuple[str, str], ...]:
    """Steps to pick from: whose each is, and what it is about."""
    return tuple((each.id, f"{words.name(each.agency)} – {each.action}") for each in steps)


def charge_words(charge: Charge, words: Spoken) -> str:
    """A charge as the clerk picks it: its name and amount."""
    return f"{charge.name} – {words.money(charge.amount)}"


def _answer_by(dossier: Dossier) -> datetime | None:
    return dossier.answer_by if dossier.state is State.SUBMITTED else None


def _due_name(dossier: Dossier) -> Words:
    if is_expected(dossier.ledger):
        return ("Hạn trả kết quả (dự kiến)", "Result due (expected)")
    return ("Hạn trả kết quả", "Result due")


def _paused(dossier: Dossier) -> datetime | None:
    return None if dossier.resolved else dossier.paused


def _left(
    dossier: Dossier, now: datetime, calendar: Calendar, words: Spoken
) -> Iterator[tuple[Words, str, str]]:
    if not dossier.due or dossier.resolved or dossier.state is State.WITHDRAWN:
        return
    left = account.standing(dossier, now, calendar).minutes_left
    name = ("Quá hạn", "Late by") if left < 0 else ("Còn lại", "Left")
    yield name, words.working(abs(left)), ""


def _happened(dossier: Dossier, words: Spoken) -> Iterator[Happened]:
    channel = words.say(CHANNELS[dossier.channel])
    yield dossier.submitted, ("Nộp hồ sơ", "Handed in"), (channel,)
    if dossier.received:
        yield dossier.received, ("Tiếp nhận", "Taken in"), (dossier.code,)
    yield from _asked(dossier, words)
    yield from _at_agencies(dossier, words)
    yield from _noted(dossier, words)
    if dossier.resolved:
        result = ("Có kết quả", "There is a result")
        yield dossier.resolved, result, (dossier.article,)
    if dossier.handed_over:
        how = words.say(CHANNELS[dossier.returned]) if dossier.returned else ""
        yield dossier.handed_over, ("Trả kết quả", "Handed over"), (how, dossier.handed_to)


def _asked(dossier: Dossier, words: Spoken) -> Iterator[Happened]:
    for wait in dossier.waits:
        said = "; ".join(wait.papers)
        yield wait.since, _WAITS[wait.kind], (words.name(wait.who), said, wait.reason)
        if wait.until:
            yield wait.until, ("Hết thời gian chờ", "The waiting is over"), (said,)


def _at_agencies(dossier: Dossier, words: Spoken) -> Iterator[Happened]:
    for step in dossier.steps:
        agency = words.name(step.agency)
        if step.ordered:
            yield step.ordered, ("Chuyển cơ quan giải quyết", "Sent on"), (agency, step.action)
        if step.received:
            yield step.received, ("Cơ quan đã nhận", "The agency has it"), (agency, step.action)
        if step.finished:
            done = ("Cơ quan trả lời", "The agency answered")
            yield step.finished, done, (agency, step.action, step.article)
    for urging in dossier.urgings:
        yield urging.at, ("Giám đốc đôn đốc", "Urged by the director"), (words.name(urging.agency),)


def _noted(dossier: Dossier, words: Spoken) -> Iterator[Happened]:
    for each in dossier.looked_up:
        yield each.at, ("Tra dữ liệu", "Looked up in data"), (each.named, words.say(each.why_not))
    for charge in dossier.charges:
        if charge.paid:
            paid = ("Đã nộp tiền", "Paid")
            yield charge.paid, paid, (charge_words(charge, words), charge.receipt)
        if charge.refunded:
            yield charge.refunded, ("Đã hoàn tiền", "Paid back"), (charge_words(charge, words),)
    for form in dossier.forms:
        yield form.at, ("Lập mẫu", "Form issued"), (words.say(FORM_NAMES[form.kind]),)
    for record in dossier.corrections:
        yield record.at, ("Đính chính", "Corrected"), (record.by, record.reason)


def _fact(name: str, value: str, words: Spoken) -> str:
    """A fact in words; what a form says was seen may be anything, and is shown as it is then."""
    due = moment_said(value) if name == "due" else None
    if due:
        return words.moment(due)
    known: dict[str, Mapping[str, Words]] = {"state": STATES, "outcome": _OUTCOMES}
    return words.say(known.get(name, {}).get(value, (value or "–", value or "–")))
