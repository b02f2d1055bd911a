"""Acts in any order, told late, twice or by the wrong agency: what must hold after each of them."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.events import (
    DossierAccepted,
    DossierPaused,
    DossierRefused,
    DossierResolved,
    DossierResumed,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTakenUp,
    DossierWithdrawn,
    FeePaid,
    FeeRefunded,
    FeeRequested,
    StepCompleted,
    StepReceived,
    StepRefused,
)
from contracts.history import first_broken
from contracts.message import Message
from contracts.orders import ResumeOrder, StepOrder, WithdrawOrder
from contracts.replies import SupplementReply
from foundation.errors import Error, Unavailable
from services.intake.domain.case.dossier import UNDER_WAY, Dossier, State, StepState
from services.intake.domain.clock.ledger import replay
from services.intake.domain.clock.waits import open_waits
from services.intake.domain.explanation.chronicle import state_of
from tests.builders import (
    BUILDING,
    LAND,
    PROPOSAL,
    PROVINCE,
    REGISTRAR,
    REQUEST_FORM,
    Office,
    handed_in,
)

# What must have been told when a dossier enters a state.
TOLD: dict[State, tuple[type[Message], ...]] = {
    State.SUBMITTED: (DossierSubmitted, DossierSupplemented),
    State.ACCEPTED: (DossierAccepted,),
    State.REFUSED: (DossierRefused,),
    State.PROCESSING: (DossierTakenUp, DossierSupplemented, DossierResumed),
    State.SUPPLEMENT: (DossierSupplementRequested, DossierResumed),
    State.PAYMENT: (DossierPaused, DossierSupplemented, DossierResumed),
    State.STOPPED: (DossierPaused,),
    State.WITHDRAWN: (DossierWithdrawn,),
    State.RESOLVED: (DossierResolved,),
    State.RETURNED: (DossierReturned,),
}
OVER = (State.REFUSED, State.WITHDRAWN, State.RETURNED)
PLACES = ("0.0", "1.0", "1.1", "2.0", "3.0", "4.0")
OWNERS = {
    "0.0": REGISTRAR,
    "1.0": BUILDING,
    "1.1": LAND,
    "2.0": REGISTRAR,
    "3.0": PROVINCE,
    "4.0": PROVINCE,
}
AT_AN_AGENCY = (StepState.OPEN, StepState.WAITING)

picks = st.integers(0, 9)
# Mostly the step's own agency, sometimes another.
strangers = st.sampled_from((*(8 * ("",)), BUILDING, PROVINCE))


class Counter(RuleBasedStateMachine):
    """One dossier, a clerk, an applicant, and agencies that say anything at any time."""

    @initialize(way=st.integers(0, 5))
    def hand_in(self, way: int) -> None:
        self.office = Office()
        self.office.uploaded(*(f"d-{n}" for n in range(9)))
        self.office.wrote(PROVINCE, "d-9")
        self.office.scanned("d-9")
        answer = self.office.ask(self.office.service.submit, handed_in())
        self.dossier_id = answer.body["id"]
        self.before = self.dossier
        self.deliveries: list[tuple[Any, Message, str]] = []
        if way:
            self.accept("")
        for place in PLACES[: way - 1]:
            self.complete_step(place, OWNERS[place])

    @property
    def dossier(self) -> Dossier:
        found: Dossier = self.office.dossiers.get(self.dossier_id)
        return found

    def place(self, pick: int) -> str:
        """Mostly a step that an agency has, sometimes any, sometimes one that is not there."""
        at_work = [step.id[-3:] for step in self.dossier.steps if step.state in AT_AN_AGENCY]
        return at_work[pick % len(at_work)] if at_work and pick < 8 else PLACES[pick % 6]

    def attempt(self, act: Any, *args: Any, **rest: Any) -> None:
        """Do it, and hold what changed to the rules."""
        before, sent = self.dossier, len(self.office.dossiers.messages)
        document = dict(self.office.dossiers.documents[self.dossier_id])
        try:
            act(*args, **rest)
        except Error:
            assert self.office.dossiers.documents[self.dossier_id] == document
            assert len(self.office.dossiers.messages) == sent
            return
        messages = self.office.dossiers.messages[sent:]
        heard = {type(each) for each in messages}
        if before.state is not self.dossier.state:
            assert heard & set(TOLD[self.dossier.state])
        self.hold_money(before, messages)
        assert before.state not in OVER or self.dossier.state is before.state
        self.hold_orders(before, messages)

    def hold_orders(self, before: Dossier, messages: list[Message]) -> None:
        """Agencies are told of every step they get, get again, or lose, and of no other."""
        was = {step.id: step.state for step in before.steps}
        now = {step.id: step.state for step in self.dossier.steps}

        def moved(old: tuple[StepState, ...], new: StepState) -> set[str]:
            return {each for each in now if was.get(each, StepState.PLANNED) in old} & {
                each for each in now if now[each] is new and was.get(each) is not new
            }

        def told(kind: Any) -> list[str]:
            return sorted(each.step for each in messages if isinstance(each, kind))

        assert told(StepOrder) == sorted(moved((StepState.PLANNED,), StepState.OPEN))
        assert told(ResumeOrder) == sorted(moved((StepState.WAITING,), StepState.OPEN))
        assert told(WithdrawOrder) == sorted(moved(AT_AN_AGENCY, StepState.WITHDRAWN))

    def hold_money(self, before: Dossier, messages: list[Message]) -> None:
        """What is asked for, paid and paid back is told, and no more than that."""

        def sums(dossier: Dossier) -> tuple[int, int, int]:
            asked, paid, back = 0, 0, 0
            for each in dossier.charges:
                asked += each.amount
                paid += each.amount if each.paid else 0
                back += each.amount if each.refunded else 0
            return asked, paid, back

        told = tuple(
            sum(each.amount for each in messages if isinstance(each, kind))
            for kind in (FeeRequested, FeePaid, FeeRefunded)
        )
        was, now = sums(before), sums(self.dossier)
        assert told == tuple(new - old for new, old in zip(now, was, strict=True))

    def deliver(self, handler: Any, message: Message, key: str) -> None:
        self.attempt(self.office.tell, handler, message, subject=self.dossier_id, key=key)

    def hear(self, handler: Any, message: Message) -> None:
        key = f"machine-{len(self.deliveries)}"
        self.deliveries.append((handler, message, key))
        self.deliver(handler, message, key)

    # Acts of people.

    @rule(dies=st.sampled_from(("", "", "", "before", "after")))
    def accept(self, dies: str) -> None:
        self.attempt(self.accept_once, dies)

    def accept_once(self, dies: str) -> None:
        """Accept; who is cut off after the write has accepted, though nobody hears of it."""
        self.office.dossiers.dies = dies
        try:
            self.office.clerk(self.office.service.accept, dossier_id=self.dossier_id)
        except Unavailable:
            if dies == "before":
                raise
        finally:
            self.office.dossiers.dies = ""

    @precondition(lambda self: self.dossier.state is State.SUBMITTED)
    @rule()
    def wait_for_the_timer(self) -> None:
        self.office.clock.forward(minutes=5)
        self.attempt(self.office.service.finish_receipts)

    @precondition(lambda self: self.dossier.state is State.SUBMITTED)
    @rule(chance=st.integers(0, 4))
    def refuse(self, chance: int) -> None:
        if chance == 4:
            body = {"article": "NĐ 61/2018 Đ17.1", "reason": "sai thẩm quyền"}
            self.attempt(
                self.office.clerk, self.office.service.refuse, body, dossier_id=self.dossier_id
            )

    @rule(chance=st.integers(0, 9))
    def withdraw(self, chance: int) -> None:
        if chance == 9:
            self.attempt(self.office.ask, self.office.service.withdraw, dossier_id=self.dossier_id)

    @rule(full=st.booleans(), chance=st.integers(0, 3))
    def guide(self, *, full: bool, chance: int) -> None:
        if chance == 3:
            papers = [REQUEST_FORM, PROPOSAL] if full else [PROPOSAL]
            body = {"papers": papers, "reason": "bị mờ"}
            self.by_clerk(self.office.service.guide, body)

    @rule()
    def stop(self) -> None:
        body = {"article": "NĐ 99/2022 Đ16", "reason": "lũ lụt"}
        self.by_clerk(self.office.service.stop, body)

    @rule()
    def resume(self) -> None:
        self.by_clerk(self.office.service.resume)

    @rule(amount=st.integers(0, 3))
    def oblige(self, amount: int) -> None:
        body = {"name": "thuế", "amount": amount, "article": "Luật Đất đai Đ108"}
        self.by_clerk(self.office.service.oblige, body)

    @rule(number=st.integers(1, 3), back=st.booleans())
    def pay(self, number: int, *, back: bool) -> None:
        fee = f"{self.dossier_id}.fee.{number}"
        if back:
            self.by_clerk(self.office.service.refund, fee=fee)
        else:
            self.by_clerk(self.office.service.pay, {"method": "cash", "receipt": "BL-1"}, fee=fee)

    @rule(days=st.integers(-2, 40), place=st.sampled_from(tuple(OWNERS)))
    def apologise(self, days: int, place: str) -> None:
        due = (self.dossier.due or self.office.clock.now()) + timedelta(days=days)
        body = {"agency": OWNERS[place], "reason": "thiếu người", "due": due.isoformat()}
        was, apologised = self.dossier.due, self.dossier.apologised
        self.by_clerk(self.office.service.apologise, body)
        assert apologised is None or (self.dossier.due, self.dossier.apologised) == (
            was,
            apologised,
        )

    @rule(outcome=st.sampled_from(("approved", "refused")))
    def decide(self, outcome: str) -> None:
        """The counter may not: this procedure goes to agencies."""
        state = self.dossier.state
        body = {"outcome": outcome, "document": "d-9"}
        self.by_clerk(self.office.service.decide, body)
        assert self.dossier.state is state

    def by_clerk(self, door: Any, body: object = None, **place: Any) -> None:
        self.attempt(self.office.clerk, door, body, dossier_id=self.dossier_id, **place)

    @rule(pick=picks)
    def supply(self, pick: int) -> None:
        asked = [paper for request in self.dossier.requests for paper in request.papers]
        papers = set(asked) if pick < 4 else {*asked[: pick % 3], *PLACES[: pick % 2]}
        documents = [{"paper": paper, "id": f"d-{n}"} for n, paper in enumerate(sorted(papers))]
        self.attempt(
            self.office.ask,
            self.office.service.supplement,
            {"documents": documents},
            dossier_id=self.dossier_id,
        )

    @rule()
    def hand_over(self) -> None:
        self.attempt(
            self.office.clerk,
            self.office.service.hand_over,
            {"channel": "post"},
            dossier_id=self.dossier_id,
        )

    @rule(minutes=st.integers(1, 3 * 24 * 60))
    def time_passes(self, minutes: int) -> None:
        self.office.clock.forward(minutes=minutes)

    # Acts of agencies.

    @rule(pick=picks, stranger=strangers)
    def receive(self, pick: int, stranger: str) -> None:
        place = self.place(pick)
        event = StepReceived(
            agency=stranger or OWNERS[place],
            step=f"{self.dossier_id}.{place}",
            due=self.office.clock.now(),
        )
        self.hear(self.office.service.step_received, event)

    @rule(pick=picks, stranger=strangers)
    def complete(self, pick: int, stranger: str) -> None:
        place = self.place(pick)
        self.complete_step(place, stranger or OWNERS[place])

    def complete_step(self, place: str, agency: str) -> None:
        decides = OWNERS[place] == PROVINCE
        event = StepCompleted(
            agency=agency,
            step=f"{self.dossier_id}.{place}",
            outcome="approved" if decides else "agreed",
            document="d-9" if decides else "",
        )
        self.hear(self.office.service.step_completed, event)

    @rule(pick=picks, stranger=strangers)
    def ask_for_papers(self, pick: int, stranger: str) -> None:
        place = self.place(pick)
        reply = SupplementReply(
            agency=stranger or OWNERS[place],
            step=f"{self.dossier_id}.{place}",
            papers=(place,),
            reason="bị mờ",
        )
        self.hear(self.office.service.papers_needed, reply)

    @rule(pick=picks, chance=st.integers(0, 6))
    def refuse_step(self, pick: int, chance: int) -> None:
        if chance == 6:
            place = self.place(pick)
            event = StepRefused(
                agency=OWNERS[place], step=f"{self.dossier_id}.{place}", article="Đ33.1"
            )
            self.hear(self.office.service.step_refused, event)

    @precondition(lambda self: self.deliveries)
    @rule(data=st.data())
    def tell_again(self, data: st.DataObject) -> None:
        self.deliver(*data.draw(st.sampled_from(self.deliveries)))

    # What always holds.

    @invariant()
    def the_clock_stands_still_exactly_while_something_is_waited_for(self) -> None:
        dossier = self.dossier
        waiting = {step.id for step in dossier.steps if step.state is StepState.WAITING}
        guided = {""} if dossier.state is State.SUPPLEMENT and not dossier.received else set()
        assert waiting | guided == {request.step for request in dossier.requests}
        open_now = open_waits(dossier.waits)
        assert (dossier.paused is not None) == bool(open_now)
        paused_states = (State.SUPPLEMENT, State.PAYMENT, State.STOPPED)
        assert (dossier.state in paused_states) == bool(open_now)

    @invariant()
    def the_ledger_adds_up_to_the_due_date(self) -> None:
        assert replay(self.dossier.ledger) == self.dossier.due

    @invariant()
    def one_stage_is_at_work_and_those_before_it_are_done(self) -> None:
        steps = self.dossier.steps
        at_work = {step.stage for step in steps if step.state in AT_AN_AGENCY}
        assert len(at_work) <= 1
        for stage in at_work:
            assert all(step.state is StepState.DONE for step in steps if step.stage < stage)
            assert all(step.state is StepState.PLANNED for step in steps if step.stage > stage)

    @invariant()
    def somebody_has_the_dossier_until_it_is_over(self) -> None:
        dossier = self.dossier
        under_way = dossier.state in UNDER_WAY and dossier.received is not None
        assert under_way == any(step.state in AT_AN_AGENCY for step in dossier.steps)

    @invariant()
    def what_was_promised_stays(self) -> None:
        dossier, before = self.dossier, self.before
        assert before.code in ("", dossier.code)
        assert before.due is None or (dossier.due is not None and dossier.due >= before.due)
        assert dossier.code in ("", "000.00.00.H41-" + dossier.code[14:20] + "-0001")
        self.before = dossier

    @invariant()
    def the_history_is_whole(self) -> None:
        history = self.office.dossiers.history(self.dossier_id)
        assert first_broken(history, head=self.dossier.revision.head) is None

    @invariant()
    def the_history_alone_gives_the_state(self) -> None:
        assert state_of(self.office.dossiers.history(self.dossier_id)) is self.dossier.state


Counter.TestCase.settings = settings(stateful_step_count=40)
TestAnyOrder = Counter.TestCase
