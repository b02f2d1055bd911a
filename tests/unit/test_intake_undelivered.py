"""A step whose order reached nobody: shown as such, no silence, and sent again."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import StepOrdered, StepReceived, StepUndelivered
from contracts.message import CENTRE
from contracts.orders import StepOrder, WithdrawOrder
from contracts.procedure import Silence
from foundation.errors import Invalid, NotFound, Refused
from services.intake import pages
from services.intake.domain.case import order_delivery
from services.intake.domain.case.agency_step import with_step
from services.intake.domain.case.dossier import Dossier, State, Step, StepState
from services.intake.domain.explanation.account import used
from services.intake.domain.lateness import late_list, urging
from services.intake.domain.route import branches, stages, undelivered
from tests import builders, journeys
from tests.builders import (
    BUILDING,
    CALENDAR,
    LAND,
    PROVINCE,
    REGISTRAR,
    Office,
    act_of,
    at,
    handed_in,
)

NOW = at("2020-09-18 10:00")


def order_of(step: Step, **changes: Any) -> StepOrder:
    order = StepOrder(
        agency=step.agency,
        step=step.id,
        code="",
        procedure="",
        procedure_name="",
        action="",
        due=NOW,
        applicant="",
    )
    return replace(order, **changes)


def lost(place: str = "1.0") -> Dossier:
    dossier = builders.consulting()
    return undelivered.come_back(dossier, order_of(builders.step(dossier, place)))[0]


def test_an_order_that_came_back_marks_its_step_and_is_told_once() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    marked, told = undelivered.come_back(dossier, order_of(step))
    assert order_delivery.undelivered(marked) == (step.id,)
    assert told == (StepUndelivered(agency=CENTRE, step=step.id, asked=BUILDING),)
    assert undelivered.come_back(marked, order_of(step)) == (marked, ())


def test_an_order_of_another_agency_or_a_step_that_has_arrived_changes_nothing() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    for order in (order_of(step, agency=LAND), replace(order_of(step), step="no-such")):
        assert undelivered.come_back(dossier, order) == (dossier, ())
    event = StepReceived(agency=BUILDING, step=step.id, due=NOW)
    there, _ = stages.arrive(dossier, event, act_of(step, NOW), NOW, CALENDAR)
    assert undelivered.come_back(there, order_of(step)) == (there, ())


def test_when_a_desk_has_it_after_all_it_is_no_longer_undelivered() -> None:
    dossier = lost()
    step = builders.step(dossier, "1.0")
    event = StepReceived(agency=BUILDING, step=step.id, due=NOW)
    there, _ = stages.arrive(dossier, event, act_of(step, NOW), NOW, CALENDAR)
    assert order_delivery.undelivered(there) == ()


def test_who_was_never_reached_has_not_agreed_by_silence() -> None:
    dossier = builders.consulting()
    mute = replace(builders.step(dossier, "1.1"), on_silence=Silence.CONSENT)
    dossier = with_step(dossier, mute)
    assert branches.silent_at(dossier) == mute.due
    unreached, _ = undelivered.come_back(dossier, order_of(mute))
    assert branches.silent_at(unreached) is None
    assert branches.assume_consent(unreached, journeys.NOW, CALENDAR) == (unreached, ())


def test_it_is_sent_again_to_another_and_the_first_is_told_to_stop() -> None:
    dossier = lost()
    step = builders.step(dossier, "1.0")
    sent, messages = undelivered.send_again(dossier, step.id, REGISTRAR, "", NOW, CALENDAR)
    again = builders.step(sent, "1.0")
    assert (again.agency, again.ordered, again.state) == (REGISTRAR, NOW, StepState.OPEN)
    assert again.due == at("2020-09-29 10:00")
    assert order_delivery.undelivered(sent) == ()
    assert [(type(each), each.agency) for each in messages] == [
        (WithdrawOrder, BUILDING),
        (StepOrdered, REGISTRAR),
        (StepOrder, REGISTRAR),
    ]
    with pytest.raises(Refused, match="has reached its agency"):
        undelivered.send_again(sent, step.id, LAND, "", NOW, CALENDAR)


def test_it_is_sent_again_to_the_same_once_the_agency_takes_messages() -> None:
    dossier = lost()
    step = builders.step(dossier, "1.0")
    _, messages = undelivered.send_again(dossier, step.id, "", "", NOW, CALENDAR)
    assert [type(each) for each in messages] == [StepOrdered, StepOrder]


def test_who_decides_is_the_procedures_to_say() -> None:
    dossier = builders.consulting()
    step = replace(builders.step(dossier, "1.0"), decides=True)
    dossier, _ = undelivered.come_back(with_step(dossier, step), order_of(step))
    with pytest.raises(Invalid, match=PROVINCE):
        undelivered.send_again(dossier, step.id, LAND, PROVINCE, NOW, CALENDAR)
    sent, _ = undelivered.send_again(dossier, step.id, PROVINCE, PROVINCE, NOW, CALENDAR)
    assert builders.step(sent, "1.0").agency == PROVINCE


@given(
    st.sampled_from(
        (
            builders.accepted(),
            builders.consulting(),
            builders.resolved(),
            journeys.waiting(),
            journeys.refused(),
            journeys.silent(),
        )
    )
)
def test_only_what_waits_at_nobodys_desk_is_ever_undelivered(dossier: Dossier) -> None:
    for step in dossier.steps:
        marked, _ = undelivered.come_back(dossier, order_of(step))
        for each in order_delivery.undelivered(marked):
            found = next(one for one in marked.steps if one.id == each)
            assert (found.state, found.received) == (StepState.OPEN, None)


def test_who_was_never_reached_is_late_with_nothing() -> None:
    dossier, later = lost(), at("2020-12-01 10:00")
    before = {each.who for each in used(builders.consulting(), later, CALENDAR)}
    spent = {each.who: each.minutes for each in used(dossier, later, CALENDAR)}
    assert BUILDING in before
    assert BUILDING not in spent
    assert spent[CENTRE] > 0
    (lost_step,) = order_delivery.undelivered(dossier)
    held = late_list.held(dossier, later, CALENDAR)
    here = next(each for each in held if each.step == lost_step)
    assert (here.agency, here.minutes > 0) == (CENTRE, True)
    listed = late_list.listed(dossier).schedule.pressing
    assert late_list.place_of(BUILDING, "") not in listed
    assert late_list.place_of(CENTRE, "") in listed
    assert late_list.place_of(dossier.agency, "") in listed


def test_who_was_never_reached_is_not_urged() -> None:
    soon = at("2020-09-21 10:00")
    request = urging.UrgeRequest(words="Đề nghị giải quyết.", agency=BUILDING, answer_by=soon)
    urge = partial(urging.urge, rules=(), calendar=CALENDAR)
    with pytest.raises(Refused, match="has not reached"):
        urge(lost(), request, "u", "director", NOW)
    everybody = urging.UrgeRequest(words="Đề nghị giải quyết.", answer_by=soon)
    urged, _ = urge(lost(), everybody, "u", "director", NOW)
    assert urged.urgings
    assert BUILDING not in {each.agency for each in urged.urgings}


@pytest.mark.parametrize(("language", "said"), [("vi", "Trung tâm"), ("en", "The centre")])
def test_people_are_sent_to_the_centre_for_what_reached_nobody(language: str, said: str) -> None:
    words = pages.Spoken(language=language, names={})
    assert said in pages.status(lost(), words)
    assert BUILDING not in {each.agency for each in pages.whom_to_ask(lost(), words)}


def test_the_doors_show_it_and_send_it_again() -> None:
    office = Office()
    place = {"dossier_id": office.ask(office.service.submit, handed_in()).body["id"]}
    office.clerk(office.service.accept, **place)
    step = office.dossiers.get(place["dossier_id"]).steps[0]
    order = next(each for each in office.dossiers.messages if isinstance(each, StepOrder))
    office.tell(office.service.take_back, order, subject=place["dossier_id"])
    shown = office.clerk(office.service.show, **place)
    assert shown["undelivered"] == [step.id]
    at_step = {**place, "step": step.id}
    with pytest.raises(Invalid, match=r"so-xay-dun\. Is it one of these: so-xay-dung"):
        office.clerk(office.service.send_again, {"agency": "so-xay-dun"}, **at_step)
    with pytest.raises(NotFound):
        office.clerk(office.service.send_again, {}, **place, step="no-such")
    office.clerk(office.service.send_again, {"agency": BUILDING}, **at_step)
    dossier = office.dossiers.get(place["dossier_id"])
    assert (dossier.steps[0].agency, dossier.state) == (BUILDING, State.ACCEPTED)
    assert office.clerk(office.service.show, **place)["undelivered"] == []
