"""The centre and the desks together, messages late, doubled and in any order: who knows what.

In between they may disagree; once everything has arrived they never do.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.envelope import Envelope, decode, write_time
from contracts.message import Message
from contracts.orders import RefusalOrder
from contracts.procedure import Join, Silence, Stage, Task
from foundation.consumer import MessageMeta
from foundation.errors import Duplicate, Error, NotFound, Stale
from foundation.persistence.document import OutboxMessage
from services.intake.domain.case.dossier import CONSENT, Dossier, StepState
from services.intake.domain.case.dossier import Step as CentreStep
from services.intake.domain.route.lead_notice import tell_lead
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.step import DeskStepState, Step
from tests.builders import (
    BUILDING,
    LAND,
    PROCEDURE,
    PROVINCE,
    REGISTRAR,
    Office,
    handed_in,
    published,
)
from tests.desks import OurDesk

AGENCIES = (REGISTRAR, BUILDING, LAND, PROVINCE)
DECISION = Stage(tasks=(Task(agency=PROVINCE, action="chấp thuận", amount=3, decides=True),))
ASIDE = Stage(tasks=(Task(agency=LAND, action="hỏi thêm", amount=2),))
SUMMARY = Stage(tasks=(Task(agency=REGISTRAR, action="báo cáo", amount=5),))
TAILS = ((SUMMARY, DECISION), (ASIDE, SUMMARY, DECISION), (ASIDE, DECISION), (DECISION,))
STANDS: Mapping[StepState, tuple[DeskStepState, ...]] = {
    StepState.OPEN: (DeskStepState.RECEIVED, DeskStepState.ASSIGNED),
    StepState.WAITING: (DeskStepState.WAITING,),
    StepState.DONE: (DeskStepState.COMPLETED,),
    StepState.REFUSED: (DeskStepState.REFUSED,),
    StepState.WITHDRAWN: (DeskStepState.WITHDRAWN,),
}

Handlers = Mapping[str, tuple[type[Message], Callable[[Any, MessageMeta], None]]]

picks = st.integers(0, 11)


def side_by_side(join: Join, *, own: bool, silent: bool) -> tuple[Stage, ...]:
    """Three agencies asked at once; the lead is one of them, or the province is."""
    silence = Silence.CONSENT if silent else Silence.ESCALATE
    asked = Stage(
        tasks=(
            Task(agency=REGISTRAR if own else PROVINCE, action="có ý kiến", amount=6),
            Task(agency=BUILDING, action="có ý kiến", amount=7),
            Task(agency=LAND, action="có ý kiến", amount=4, on_silence=silence),
        ),
        join=join,
    )
    return (asked, SUMMARY, DECISION)


def handlers(service: Any) -> Handlers:
    """What the service's methods are `@on`."""
    found = {}
    for name in dir(type(service)):
        for entrypoint in getattr(getattr(type(service), name), "nameko_entrypoints", ()):
            for kind in getattr(entrypoint, "kinds", {}).values():
                found[kind.TYPE] = (kind, getattr(service, name))
    return found


class Province(RuleBasedStateMachine):
    """One dossier, the centre, four desks, and a post that loses nothing but keeps no order."""

    @initialize(join=st.sampled_from((Join.LEAD, *Join)), own=st.booleans(), silent=st.booleans())
    def hand_in(self, join: Join, *, own: bool, silent: bool) -> None:
        self.office = Office()
        self.office.uploaded(*(f"d-{n}" for n in range(9)))
        self.office.wrote(PROVINCE, "d-9")
        route = side_by_side(join, own=own, silent=silent)
        self.office.tell(
            self.office.service.learn, published(version=2, route=route), subject=PROCEDURE
        )
        self.desks = {each: OurDesk(each, self.office.clock) for each in AGENCIES}
        self.at_centre = handlers(self.office.service)
        self.at_desk = {each: handlers(desk.service) for each, desk in self.desks.items()}
        self.post: list[Envelope] = []
        self.taken = dict.fromkeys(("centre", *AGENCIES), 0)
        self.refused = dict.fromkeys(AGENCIES, 0)
        answer = self.office.ask(self.office.service.submit, handed_in())
        self.dossier_id = answer.body["id"]
        self.attempt(self.office.clerk, self.office.service.accept, dossier_id=self.dossier_id)
        self.settle()

    @property
    def dossier(self) -> Dossier:
        found: Dossier = self.office.dossiers.get(self.dossier_id)
        return found

    def docket(self, agency: str) -> Docket | None:
        kept: list[Docket] = self.desks[agency].dockets.things
        return kept[0] if kept else None

    def attempt(self, act: Any, *args: Any, **rest: Any) -> None:
        with suppress(Error):
            act(*args, **rest)
        self.collect()

    # The post.

    def collect(self) -> None:
        """Whatever was written since is on its way."""
        stores = {"centre": self.office.dossiers.outgoing}
        stores |= {each: desk.dockets.outgoing for each, desk in self.desks.items()}
        for sender, outgoing in stores.items():
            fresh = outgoing[self.taken[sender] :]
            self.taken[sender] = len(outgoing)
            self.post += self._for_somebody(sender, fresh)

    def _for_somebody(self, sender: str, fresh: list[OutboxMessage]) -> Iterator[Envelope]:
        for each in fresh:
            envelope = decode(each.body)
            if (each.exchange == "orders") == (sender == "centre") and self.taker(envelope):
                self.refused[envelope.agency] += envelope.type == RefusalOrder.TYPE
                yield envelope

    def taker(self, envelope: Envelope) -> Any:
        order = envelope.type.startswith("order.")
        return (self.at_desk[envelope.agency] if order else self.at_centre).get(envelope.type)

    def deliver(self, envelope: Envelope) -> bool:
        """Whether it is done with; nothing is ever buried: what is refused is told."""
        kind, handler = self.taker(envelope)
        about = MessageMeta(
            id=envelope.id,
            source=envelope.source,
            subject=envelope.subject,
            time=envelope.time,
            seq=envelope.seq,
            agency=envelope.agency,
        )
        try:
            handler(kind.read({**envelope.data, "agency": envelope.agency}), about)
        except Duplicate:
            return True
        except (NotFound, Stale):
            return False
        finally:
            self.collect()
        return True

    @rule(pick=picks, twice=st.booleans())
    def the_post_brings_something(self, pick: int, *, twice: bool) -> None:
        if self.post:
            envelope = self.post.pop(pick % len(self.post))
            if not self.deliver(envelope) or twice:
                self.post.append(envelope)

    @rule()
    def settle(self) -> None:
        """All that is on its way arrives, and then nobody disagrees."""
        for _ in range(40):
            waiting, self.post = self.post, []
            self.post += [each for each in waiting if not self.deliver(each)]
            if not self.post:
                break
        assert not self.post, [each.type for each in self.post]
        self.agree()

    def teardown(self) -> None:
        if hasattr(self, "desks"):
            self.settle()

    def agree(self) -> None:
        """Each step stands at its desk as the centre has it, and the lead knows its route."""
        for step in self.dossier.steps:
            at_desk = {each.id: each for each in self.steps_of(step.agency)}
            self.agree_on(step, at_desk.get(step.id))
        for agency in AGENCIES:
            docket = self.docket(agency)
            assert (docket is None) or not docket.heard.missing
            refusals = docket.refusals if docket else ()
            assert len(refusals) == self.refused[agency]
        self.agree_on_the_route()

    def agree_on(self, step: CentreStep, at_desk: Step | None) -> None:
        if step.state is StepState.PLANNED:
            assert at_desk is None
            return
        assert at_desk is not None
        by_silence = step.outcome == CONSENT
        assert at_desk.state in ((DeskStepState.WITHDRAWN,) if by_silence else STANDS[step.state])
        assert step.state is not StepState.OPEN or at_desk.due == step.due
        assert at_desk.state is DeskStepState.COMPLETED or at_desk.outcome == ""

    def agree_on_the_route(self) -> None:
        """A lead of several parts knows the newest of them, and waits for no word."""
        lead = self.docket(REGISTRAR)
        now = tell_lead(replace(self.dossier, steps=()), self.dossier)
        assert lead is not None
        assert lead.route is not None
        assert lead.route.asked is None
        if now:
            assert (lead.route.stage, lead.route.join) == (now[0].stage, now[0].join)
            assert (lead.route.branches, lead.route.planned) == (now[0].branches, now[0].planned)
        else:
            assert not lead.route.alive

    # Acts of people.

    @rule(minutes=st.integers(1, 3 * 24 * 60))
    def time_passes(self, minutes: int) -> None:
        self.office.clock.forward(minutes=minutes)
        self.attempt(self.office.service.take_silence)

    @rule(chance=st.integers(0, 9))
    def the_applicant_takes_it_back(self, chance: int) -> None:
        if chance == 9:
            self.attempt(self.office.ask, self.office.service.withdraw, dossier_id=self.dossier_id)

    @rule()
    def the_applicant_supplies(self) -> None:
        papers = [paper for request in self.dossier.requests for paper in request.papers]
        documents = [{"paper": paper, "id": f"d-{n}"} for n, paper in enumerate(papers)]
        self.attempt(
            self.office.ask,
            self.office.service.supplement,
            {"documents": documents},
            dossier_id=self.dossier_id,
        )

    @rule(days=st.integers(1, 20))
    def the_counter_apologises(self, days: int) -> None:
        body = {"agency": REGISTRAR, "reason": "thiếu người", "due": self.later(days)}
        self.attempt(
            self.office.clerk, self.office.service.apologise, body, dossier_id=self.dossier_id
        )

    def later(self, days: int) -> str:
        return write_time((self.dossier.due or self.office.clock.now()) + timedelta(days=days))

    # Acts of officers.

    def at_work(self, pick: int) -> tuple[OurDesk, Step] | None:
        """Some step at some desk, mostly an open one."""
        found = [
            (self.desks[agency], step) for agency in AGENCIES for step in self.steps_of(agency)
        ]
        found.sort(key=lambda each: each[1].closed is not None)
        return found[pick % len(found)] if found else None

    def steps_of(self, agency: str) -> tuple[Step, ...]:
        docket = self.docket(agency)
        return docket.steps if docket else ()

    def act(self, pick: int, name: str, body: object) -> None:
        chosen = self.at_work(pick)
        if chosen:
            desk, step = chosen
            self.attempt(getattr(desk.service, name), desk.request(body), step.id)

    @rule(pick=picks)
    def an_officer_completes(self, pick: int) -> None:
        chosen = self.at_work(pick)
        decides = chosen is not None and chosen[1].decides
        outcome = {"outcome": "approved", "document": "d-9"} if decides else {"outcome": "agreed"}
        self.act(pick, "complete", outcome)

    @rule(pick=picks)
    def an_officer_asks_for_papers(self, pick: int) -> None:
        self.act(pick, "supplement", {"papers": [f"giấy {pick}"], "reason": "bị mờ"})

    @rule(pick=picks, days=st.integers(1, 20))
    def an_officer_apologises(self, pick: int, days: int) -> None:
        self.act(pick, "extend", {"due": self.later(days), "reason": "chờ ý kiến"})

    @rule(pick=picks, chance=st.integers(0, 4))
    def an_officer_refuses(self, pick: int, chance: int) -> None:
        if chance == 4:
            self.act(pick, "refuse", {"article": "Luật Đầu tư 2020 Đ33"})

    @rule(behind=st.integers(0, 1))
    def the_lead_goes_on(self, behind: int) -> None:
        self.lead("proceed", {}, behind)

    @rule(tail=st.sampled_from(TAILS), behind=st.integers(0, 1))
    def the_lead_orders_anew(self, tail: tuple[Stage, ...], behind: int) -> None:
        stages = [
            {
                "tasks": [
                    {
                        "agency": task.agency,
                        "action": task.action,
                        "amount": task.amount,
                        "decides": task.decides,
                    }
                    for task in stage.tasks
                ]
            }
            for stage in tail
        ]
        self.lead("reroute", {"stages": stages}, behind)

    def lead(self, name: str, body: dict[str, Any], behind: int) -> None:
        lead, docket = self.desks[REGISTRAR], self.docket(REGISTRAR)
        if docket and docket.route:
            stage = max(0, docket.route.stage - behind)
            door = getattr(lead.service, name)
            self.attempt(door, lead.request(body | {"stage": stage}), self.dossier_id)

    # What always holds.

    @invariant()
    def a_desk_is_never_told_of_more_refusals_than_there_were(self) -> None:
        for agency in AGENCIES:
            docket = self.docket(agency)
            assert len(docket.refusals if docket else ()) <= self.refused[agency]


Province.TestCase.settings = settings(stateful_step_count=30, max_examples=60)
TestNobodyDisagreesForGood = Province.TestCase
