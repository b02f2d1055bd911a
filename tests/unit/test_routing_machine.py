"""The desk under orders and acts in any order, doubled and late: a model that hypothesis drives."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.events import Event, StepExtended
from contracts.orders import RescheduleOrder, ResumeOrder, StepOrder, WithdrawOrder
from foundation.errors import Error, NotFound
from foundation.worktime import Calendar
from services.routing.domain.docket.docket import Change, Docket
from services.routing.domain.docket.step import IN_HAND, OPEN, DeskStepState, Need, StepOutcome
from services.routing.domain.orders import inward
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.work import step_work

OURS = "so-xay-dung"
START = datetime(2020, 9, 14, 2, 0, tzinfo=UTC)
CALENDAR = Calendar.default()

STEPS = st.sampled_from(["d1.1", "d1.2"])
OFFICERS = st.sampled_from(["an", "binh"])
TOLD: dict[tuple[DeskStepState | None, DeskStepState], str] = {
    (None, DeskStepState.RECEIVED): "step.received",
    (DeskStepState.RECEIVED, DeskStepState.ASSIGNED): "step.assigned",
    (DeskStepState.RECEIVED, DeskStepState.WAITING): "step.supplement_needed",
    (DeskStepState.ASSIGNED, DeskStepState.WAITING): "step.supplement_needed",
    (DeskStepState.WAITING, DeskStepState.ASSIGNED): "step.resumed",
    **{(state, DeskStepState.COMPLETED): "step.completed" for state in IN_HAND},
    **{(state, DeskStepState.REFUSED): "step.refused" for state in IN_HAND},
    **{(state, DeskStepState.WITHDRAWN): "step.withdrawn" for state in OPEN},
}

# What is told while the step stands where it stood.
STILL = {"step.rescheduled", "step.extended"}


class Desk(RuleBasedStateMachine):
    """One docket of one agency, and all that it ever told."""

    def __init__(self) -> None:
        super().__init__()
        self.docket: Docket | None = None
        self.clock = START
        self.events: list[Event] = []
        self.asked = 0
        self.number = 0

    def states(self) -> dict[str, DeskStepState]:
        return {step.id: step.state for step in self.docket.steps} if self.docket else {}

    def decide(self, act: Callable[[Docket | None], Change]) -> None:
        """A refused act changes nothing; a change of state has exactly its one event."""
        before = self.states()
        try:
            docket, messages = act(self.docket)
        except Error:
            return
        told = [message for message in messages if isinstance(message, Event)]
        self.docket = docket
        after = self.states()
        moved = [(before.get(step), state) for step, state in after.items()]
        moves = [move for move in moved if move[0] is not move[1]]
        moving = [event.TYPE for event in told if event.TYPE not in STILL]
        assert [TOLD[move] for move in moves] == moving
        assert all(event.agency == OURS for event in told)
        self.number += 1
        self.asked += sum(event.TYPE == "step.supplement_needed" for event in told)
        self.events += told

    def on_docket(self, act: Callable[[Docket], Change]) -> None:
        def found(docket: Docket | None) -> Change:
            if docket is None:
                raise NotFound("chưa có", "not yet")
            return act(docket)

        self.decide(found)

    @rule(hours=st.integers(1, 72))
    def time_passes(self, hours: int) -> None:
        self.clock += timedelta(hours=hours)

    @rule(step=STEPS, decides=st.booleans())
    def an_order_comes(self, step: str, *, decides: bool) -> None:
        order = StepOrder(
            agency=OURS,
            step=step,
            code="000.00.00.H41-200914-0001",
            procedure="1.009645",
            procedure_name="",
            action="",
            due=self.clock + timedelta(days=9),
            applicant="",
            decides=decides,
        )
        self.decide(
            lambda docket: inward.receive(
                docket, "d1", order, self.clock, agency=OURS, number=self.number
            )
        )

    @rule(step=STEPS)
    def the_papers_come(self, step: str) -> None:
        due = self.clock + timedelta(days=9)
        order = ResumeOrder(agency=OURS, step=step, due=due, documents=())
        self.on_docket(
            lambda docket: inward.resume(docket, order, self.clock, agency=OURS, number=self.number)
        )

    @rule(step=STEPS, days=st.integers(-5, 30), late=st.integers(0, 3))
    def the_centre_moves_the_date(self, step: str, days: int, late: int) -> None:
        due = self.clock + timedelta(days=days)
        order = RescheduleOrder(agency=OURS, step=step, due=due, because="")
        number = self.number - late
        self.on_docket(lambda docket: inward.reschedule(docket, order, agency=OURS, number=number))

    @rule(step=STEPS, officer=OFFICERS, days=st.integers(-5, 30))
    def somebody_apologises(self, step: str, officer: str, days: int) -> None:
        act, due = OfficerAct(officer, self.clock), self.clock + timedelta(days=days)
        self.on_docket(lambda docket: step_work.extend(docket, step, act, due, "chậm"))

    @rule(step=STEPS)
    def the_centre_withdraws(self, step: str) -> None:
        order = WithdrawOrder(agency=OURS, step=step)
        self.on_docket(lambda docket: inward.withdraw(docket, order, self.clock, agency=OURS))

    @rule(step=STEPS, officer=OFFICERS)
    def somebody_takes(self, step: str, officer: str) -> None:
        act = OfficerAct(officer, self.clock)
        self.on_docket(lambda docket: step_work.take(docket, step, act))

    @rule(step=STEPS, officer=OFFICERS, outcome=st.sampled_from(StepOutcome), document=st.text())
    def somebody_completes(
        self, step: str, officer: str, outcome: StepOutcome, document: str
    ) -> None:
        act = OfficerAct(officer, self.clock)
        self.on_docket(lambda docket: step_work.complete(docket, step, act, outcome, document))

    @rule(step=STEPS, officer=OFFICERS)
    def somebody_asks_for_papers(self, step: str, officer: str) -> None:
        act, need = OfficerAct(officer, self.clock), Need(papers=("Bản vẽ",), reason="thiếu")
        self.on_docket(
            lambda docket: step_work.supplement(docket, step, act, need, calendar=CALENDAR)
        )

    @rule(step=STEPS, officer=OFFICERS)
    def somebody_refuses(self, step: str, officer: str) -> None:
        act = OfficerAct(officer, self.clock)
        self.on_docket(lambda docket: step_work.refuse(docket, step, act, "Luật Đầu tư 2020 Đ33"))

    @invariant()
    def each_step_is_received_once_and_closed_at_most_once(self) -> None:
        closing = {"step.completed", "step.refused", "step.withdrawn"}
        for step, state in self.states().items():
            told = [event.TYPE for event in self.events if getattr(event, "step", "") == step]
            assert told.count("step.received") == 1
            assert sum(kind in closing for kind in told) == (state not in OPEN)

    @invariant()
    def papers_are_asked_for_at_most_once(self) -> None:
        assert self.asked <= 1

    @invariant()
    def a_step_is_extended_at_most_once(self) -> None:
        extended = [event.step for event in self.events if isinstance(event, StepExtended)]
        assert len(extended) == len(set(extended))

    @invariant()
    def the_docket_has_a_place_exactly_while_something_is_open(self) -> None:
        if self.docket:
            is_open = any(state in OPEN for state in self.states().values())
            assert bool(self.docket.place) == is_open

    @invariant()
    def who_has_a_step_in_hand_is_known(self) -> None:
        for step in self.docket.steps if self.docket else ():
            assert (step.officer == "") <= (
                step.state in {DeskStepState.RECEIVED, DeskStepState.WITHDRAWN}
            )


TestDesk = Desk.TestCase
TestDesk.settings = settings(stateful_step_count=30)
