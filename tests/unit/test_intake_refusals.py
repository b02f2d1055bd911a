"""An agency that says what the law forbids is told so, once; a lead knows how its route stands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from contracts.events import DossierDocumentJoined, StepCompleted, StepReceived, StepRefused
from contracts.message import Message
from contracts.orders import RefusalOrder, RouteOrder
from contracts.procedure import Join, Stage, Task
from contracts.replies import ExtensionReply, ProceedReply, RerouteReply, SupplementReply
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused, unless_refused
from services.intake.domain.case.dossier import Dossier, State, StepState
from services.intake.domain.counter.known_document import WAITED_FOR
from tests.builders import (
    BUILDING,
    LAND,
    PROCEDURE,
    PROVINCE,
    REGISTRAR,
    Office,
    handed_in,
    step,
)
from tests.builders import published as published_procedure

DECISION = Stage(tasks=(Task(agency=PROVINCE, action="ký", amount=3, decides=True),))
OPINIONS = Stage(
    tasks=tuple(Task(agency=each, action="có ý kiến", amount=7) for each in (BUILDING, LAND)),
    join=Join.LEAD,
)


class Led(Office):
    """A dossier whose first stage BUILDING and LAND have, and which REGISTRAR leads."""

    def __init__(self, *route: Stage) -> None:
        super().__init__()
        way = published_procedure(version=2, route=route or (OPINIONS, DECISION))
        self.tell(self.service.learn, way, subject=PROCEDURE)
        self.id = self.ask(self.service.submit, handed_in()).body["id"]
        self.clerk(self.service.accept, dossier_id=self.id)

    @property
    def dossier(self) -> Dossier:
        found: Dossier = self.dossiers.get(self.id)
        return found

    def say(self, handler: Callable[..., Any], message: Message, key: str = "") -> list[Message]:
        """What comes of a message of an agency."""
        sent = len(self.dossiers.messages)
        self.tell(handler, message, subject=self.id, key=key)
        return list(self.dossiers.messages[sent:])

    def step(self, place: str) -> str:
        return f"{self.id}.{place}"


@pytest.fixture
def led() -> Led:
    return Led()


def only(told: list[Message]) -> RefusalOrder:
    (order,) = told
    assert isinstance(order, RefusalOrder)
    assert order.vi != order.en
    return order


def test_a_second_apology_is_refused_to_its_agency_alone_with_the_article(led: Led) -> None:
    due = led.dossier.due
    assert due
    first = ExtensionReply(
        agency=LAND, step=led.step("0.1"), due=due + timedelta(days=7), reason="chờ"
    )
    led.say(led.service.late, first)
    before = led.dossier
    second = ExtensionReply(
        agency=BUILDING, step=led.step("0.0"), due=due + timedelta(days=14), reason="Ông A ốm"
    )
    order = only(led.say(led.service.late, second))
    assert (order.agency, order.routing_key) == (BUILDING, BUILDING)
    assert (order.answer, order.article) == ("reply.extension", "NĐ 61/2018 Đ19.9")
    assert (order.step, order.state, order.due) == (second.step, "open", before.steps[0].due)
    assert order.said == led.clock.now()
    assert "once" in order.en
    assert "Ông A" not in str(order.write())
    assert (led.dossier.due, led.dossier.steps) == (before.due, before.steps)


def test_a_refusal_is_told_once_however_often_the_answer_comes(led: Led) -> None:
    late = ExtensionReply(agency=BUILDING, step=led.step("0.0"), due=led.clock.now(), reason="chờ")
    assert only(led.say(led.service.late, late, key="m-1")).state == "open"
    with pytest.raises(Duplicate):
        led.say(led.service.late, late, key="m-1")
    assert sum(isinstance(each, RefusalOrder) for each in led.dossiers.messages) == 1


def test_only_the_document_of_an_answer_that_is_taken_joins_the_dossier(led: Led) -> None:
    def answered(agency: str, place: str, outcome: str, document: str) -> list[Message]:
        step = led.step(place)
        said = StepCompleted(agency=agency, step=step, outcome=outcome, document=document)
        return led.say(led.service.step_completed, said)

    def joined(told: list[Message]) -> list[Message]:
        return [each for each in told if isinstance(each, DossierDocumentJoined)]

    led.wrote(BUILDING, "opinion-1", "opinion-2")
    assert joined(answered(BUILDING, "0.0", "agreed", "opinion-1")) == [
        DossierDocumentJoined(agency=BUILDING, step=led.step("0.0"), document="opinion-1")
    ]
    only(answered(BUILDING, "0.0", "disagreed", "opinion-2"))
    assert joined(answered(LAND, "0.1", "agreed", "")) == []


@pytest.mark.parametrize("kind", [StepCompleted, StepRefused])
def test_a_document_that_nobody_told_of_is_waited_for_and_then_comes_back(
    led: Led, kind: Any
) -> None:
    more = {"outcome": "agreed"} if kind is StepCompleted else {"article": "Đ33"}
    said = kind(agency=BUILDING, step=led.step("0.0"), document="opinion-1", **more)
    handler = led.service.step_completed if kind is StepCompleted else led.service.step_refused
    before = led.dossier
    for attempt in range(1, WAITED_FOR):
        with pytest.raises(NotFound, match="tried again"):
            led.tell(handler, said, subject=led.id, key="m-1", attempt=attempt)
    assert led.dossier == before
    sent = len(led.dossiers.messages)
    led.tell(handler, said, subject=led.id, key="m-1", attempt=WAITED_FOR)
    order = only(list(led.dossiers.messages[sent:]))
    assert (order.answer, order.step, order.state) == (kind.TYPE, led.step("0.0"), "open")
    assert "upload it and answer again" in order.en
    assert led.dossier.steps == before.steps
    # Uploaded meanwhile, the next answer is taken.
    led.wrote(BUILDING, "opinion-1")
    told = led.say(handler, said, key="m-2")
    assert any(isinstance(each, DossierDocumentJoined) for each in told)


def test_a_document_that_came_while_it_was_waited_for_is_taken(led: Led) -> None:
    said = StepCompleted(
        agency=BUILDING, step=led.step("0.0"), outcome="agreed", document="opinion-1"
    )
    with pytest.raises(NotFound):
        led.tell(led.service.step_completed, said, subject=led.id, key="m-1")
    led.wrote(BUILDING, "opinion-1")
    led.tell(led.service.step_completed, said, subject=led.id, key="m-1", attempt=2)
    assert step(led.dossier, "0.0").state is StepState.DONE


def test_what_is_anothers_is_no_document_of_this_agency_and_not_waited_for(led: Led) -> None:
    led.wrote(LAND, "theirs")
    led.scanned("centres")
    for document in ("theirs", "centres", "d-1"):
        said = StepCompleted(
            agency=BUILDING, step=led.step("0.0"), outcome="agreed", document=document
        )
        assert only(led.say(led.service.step_completed, said)).state == "open"


def test_an_apology_on_the_day_itself_is_too_late(led: Led) -> None:
    due = led.dossier.due
    assert due
    led.clock.moment = due
    late = ExtensionReply(
        agency=BUILDING, step=led.step("0.0"), due=due + timedelta(days=5), reason="chờ"
    )
    assert "one day before" in only(led.say(led.service.late, late)).en


def test_whatever_is_said_of_a_dossier_that_was_taken_back_is_refused(led: Led) -> None:
    led.ask(led.service.withdraw, dossier_id=led.id)
    step = led.step("0.0")
    said: list[tuple[Any, Message]] = [
        (led.service.step_completed, StepCompleted(agency=BUILDING, step=step, outcome="agreed")),
        (
            led.service.papers_needed,
            SupplementReply(agency=BUILDING, step=step, papers=("x",), reason="y"),
        ),
        (
            led.service.late,
            ExtensionReply(agency=BUILDING, step=step, due=led.clock.now(), reason="z"),
        ),
    ]
    for handler, message in said:
        order = only(led.say(handler, message))
        assert (order.answer, order.state) == (message.TYPE, "withdrawn")
        assert order.article
    assert led.dossier.state is State.WITHDRAWN


def test_a_lead_is_refused_what_is_closed_or_has_begun(led: Led) -> None:
    enough = ProceedReply(agency=REGISTRAR, stage=0)
    told = led.say(led.service.proceed, enough)
    assert not any(isinstance(each, RefusalOrder) for each in told)
    order = only(led.say(led.service.proceed, enough))
    assert (order.answer, order.step, order.state, order.due) == ("reply.proceed", "", "", None)
    anew = RerouteReply(agency=REGISTRAR, stages=(DECISION,), stage=0)
    assert only(led.say(led.service.reroute, anew)).agency == REGISTRAR


def test_an_agency_that_does_not_exist_is_not_asked(led: Led) -> None:
    nowhere = Stage(tasks=(Task(agency="so-khong-co", action="có ý kiến", amount=2),))
    anew = RerouteReply(agency=REGISTRAR, stages=(nowhere, DECISION), stage=0)
    assert "so-khong-co" in only(led.say(led.service.reroute, anew)).vi


def test_who_speaks_for_another_is_still_turned_away_and_told_nothing(led: Led) -> None:
    sent = len(led.dossiers.messages)
    forged = StepCompleted(agency=LAND, step=led.step("0.0"), outcome="agreed")
    with pytest.raises(Forbidden):
        led.say(led.service.step_completed, forged)
    with pytest.raises(Forbidden):
        led.say(led.service.proceed, ProceedReply(agency=LAND, stage=0))
    with pytest.raises(NotFound):
        led.say(
            led.service.step_received,
            StepReceived(agency=PROVINCE, step=led.step("1.0"), due=led.clock.now()),
        )
    assert len(led.dossiers.messages) == sent


def test_only_refusals_and_wrong_input_are_told_anything_else_stays_an_error() -> None:
    def refused(error: Refused | Invalid) -> str:
        return error.en

    def failing(error: Exception) -> Callable[[], str]:
        def fail() -> str:
            raise error

        return fail

    assert unless_refused(lambda: "done", refused) == "done"
    for told in (Refused("không", "no"), Invalid("sai", "wrong")):
        assert unless_refused(failing(told), refused) == told.en
    for kept in (Forbidden("a", "b"), Duplicate("a", "b"), NotFound("a", "b"), ValueError("c")):
        with pytest.raises(type(kept)):
            unless_refused(failing(kept), refused)


def routes(told: list[Message]) -> list[RouteOrder]:
    return [each for each in told if isinstance(each, RouteOrder)]


def test_the_lead_is_told_how_its_route_stands_when_it_changes_and_only_then(led: Led) -> None:
    (first,) = routes(led.dossiers.messages)
    assert (first.agency, first.stage, first.join) == (REGISTRAR, 0, Join.LEAD)
    assert [(each.agency, each.state) for each in first.branches] == [
        (BUILDING, "open"),
        (LAND, "open"),
    ]
    assert first.planned == (DECISION,)
    now = led.clock.now()
    for place, agency in (("0.0", BUILDING), ("0.1", LAND)):
        arrived = StepReceived(agency=agency, step=led.step(place), due=now)
        assert routes(led.say(led.service.step_received, arrived)) == []
    done = StepCompleted(agency=LAND, step=led.step("0.1"), outcome="agreed")
    (second,) = routes(led.say(led.service.step_completed, done))
    assert [each.state for each in second.branches] == ["open", "done"]
    (third,) = routes(led.say(led.service.proceed, ProceedReply(agency=REGISTRAR, stage=0)))
    assert (third.stage, [each.agency for each in third.branches]) == (1, [PROVINCE])
    led.wrote(PROVINCE, "d")
    decided = StepCompleted(agency=PROVINCE, step=led.step("1.0"), outcome="approved", document="d")
    (last,) = routes(led.say(led.service.step_completed, decided))
    assert (last.stage, last.branches, last.planned) == (-1, (), ())


def test_a_single_part_has_nothing_to_lead() -> None:
    alone = Led(DECISION)
    assert routes(alone.dossiers.messages) == []
    alone.ask(alone.service.withdraw, dossier_id=alone.id)
    assert routes(alone.dossiers.messages) == []
