import re
from datetime import timedelta

import pytest

from contracts.envelope import write_time
from contracts.events import StepExtended, StepRescheduled
from contracts.message import Message
from contracts.orders import (
    ExplainOrder,
    ExplanationReply,
    ExtensionReply,
    RescheduleOrder,
    ResumeOrder,
    StepOrder,
    SupplementReply,
    WithdrawOrder,
)
from foundation.errors import Answer, Duplicate, Forbidden, Invalid, NotFound, Refused, Stale
from services.routing.service import Routing
from tests.desks import OURS, OurDesk


@pytest.fixture
def office() -> OurDesk:
    return OurDesk()


def state_of(answer: Answer) -> object:
    assert answer.status == 200
    return answer.body["state"]


def test_a_step_goes_from_its_order_to_its_completion(office: OurDesk) -> None:
    office.order()
    assert state_of(office.service.take(office.request(), "d1.1")) == "assigned"
    done = office.service.complete(office.request({"outcome": "agreed", "document": "doc"}), "d1.1")
    assert state_of(done) == "completed"
    assert office.told == ["step.received", "step.assigned", "step.completed"]


def test_the_same_order_delivered_twice_is_one_step(office: OurDesk) -> None:
    office.order()
    with pytest.raises(Duplicate):
        office.order()
    assert office.told == ["step.received"]


def test_the_same_step_in_another_message_is_still_one_step(office: OurDesk) -> None:
    office.order()
    with pytest.raises(Duplicate):
        office.service.receive(
            StepOrder(
                agency=OURS,
                step="d1.1",
                code="",
                procedure="",
                procedure_name="",
                action="",
                due=office.clock.now(),
                applicant="",
            ),
            office.about("d1", "another message"),
        )


def test_two_orders_that_open_the_docket_at_once_are_both_kept(
    office: OurDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.order("d1", "d1.1")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(office.dockets, "find_one", lambda _query: None)
        with pytest.raises(Stale):
            office.order("d1", "d1.2")
    office.order("d1", "d1.2")
    assert office.told == ["step.received", "step.received"]


def test_an_order_that_overtook_its_step_waits_for_it(office: OurDesk) -> None:
    order = WithdrawOrder(agency=OURS, step="d1.1")
    with pytest.raises(NotFound):
        office.service.withdraw(order, office.about("d1", "w1"))
    office.order()
    office.service.withdraw(order, office.about("d1", "w1"))
    assert office.told == ["step.received", "step.withdrawn"]


def test_the_supplement_goes_round_and_the_reason_stays_private(office: OurDesk) -> None:
    office.order()
    body = {"papers": ["Bản vẽ"], "reason": "Bản vẽ của ông Nguyễn Văn A bị mờ"}
    assert state_of(office.service.supplement(office.request(body), "d1.1")) == "waiting"
    public, private = office.dockets.messages[-2:]
    assert "Nguyễn" not in str(public.write())
    assert isinstance(private, SupplementReply)
    assert private.reason == body["reason"]
    due = office.clock.now() + timedelta(days=20)
    office.service.resume(
        ResumeOrder(agency=OURS, step="d1.1", due=due, documents=("doc-2",)),
        office.about("d1", "r1", 2),
    )
    shown = office.service.show(office.request(), "d1.1")
    assert (shown["state"], shown["documents"]) == ("assigned", ["doc-2"])


def test_papers_asked_for_too_late_are_refused_with_the_article(office: OurDesk) -> None:
    office.order()
    office.clock.forward(days=5)
    with pytest.raises(Refused) as caught:
        office.service.supplement(office.request({"papers": ["A"], "reason": "B"}), "d1.1")
    assert caught.value.article == "NĐ 61/2018 Đ19.4"


def test_an_apology_goes_to_the_centre_and_the_date_comes_back_from_there(office: OurDesk) -> None:
    office.order()
    new = office.clock.now() + timedelta(days=20)
    body = {"due": write_time(new), "reason": "Ông Nguyễn Văn A vắng mặt"}
    shown = office.service.extend(office.request(body), "d1.1").body
    assert shown["due"] == write_time(office.clock.now() + timedelta(days=9))
    assert shown["extension"]["due"] == write_time(new)
    public, private = office.dockets.messages[-2:]
    assert "Nguyễn" not in str(public.write())
    assert private == ExtensionReply(agency=OURS, step="d1.1", due=new, reason=body["reason"])
    order = RescheduleOrder(agency=OURS, step="d1.1", due=new, because="apology")
    office.service.reschedule(order, office.about("d1", "o2", 2))
    assert office.service.show(office.request(), "d1.1")["due"] == write_time(new)
    assert office.told[-1] == "step.rescheduled"


@pytest.mark.parametrize("body", [{"reason": "A"}, {"due": "mai", "reason": "A"}, {"due": 5}])
def test_an_apology_without_a_right_date_or_reason_is_invalid(
    office: OurDesk, body: object
) -> None:
    office.order()
    with pytest.raises(Invalid):
        office.service.extend(office.request(body), "d1.1")
    assert office.told == ["step.received"]


@pytest.mark.parametrize("message", [StepExtended, StepRescheduled, ExtensionReply])
def test_the_desk_may_say_under_its_own_name_what_it_has_to_say(message: type[Message]) -> None:
    pattern = Routing.tells[message.EXCHANGE].replace("{agency}", OURS)
    assert re.search(pattern, f"{message.TYPE}.{OURS}")
    assert not re.search(pattern, f"{message.TYPE}.ubnd-xa")


def test_a_refusal_names_its_article_in_the_event(office: OurDesk) -> None:
    office.order()
    answer = office.service.refuse(office.request({"article": "Luật Đầu tư 2020 Đ33"}), "d1.1")
    assert state_of(answer) == "refused"
    assert office.told[-1] == "step.refused"


@pytest.mark.parametrize("article", ["vì ông A", "gọi 0912345678", "Đ" * 70, ""])
def test_what_is_no_article_does_not_become_a_public_event(office: OurDesk, article: str) -> None:
    office.order()
    with pytest.raises(Invalid) as caught:
        office.service.refuse(office.request({"article": article}), "d1.1")
    assert "article" in caught.value.fields


def test_the_work_list_shows_open_steps_the_most_urgent_first(office: OurDesk) -> None:
    now = office.clock.now()
    for day in (3, 1, 2):
        office.order(f"d{day}", f"d{day}.1", due=now + timedelta(days=day))
    office.service.take(office.request(), "d2.1")
    office.service.complete(office.request({"outcome": "agreed"}), "d1.1")
    listed = office.service.work_list(office.request())
    assert [row["id"] for row in listed["steps"]] == ["d2.1", "d3.1"]
    assert not listed["more"]
    assert "applicant" not in listed["steps"][0]
    narrowed = office.service.work_list(office.request(state="assigned"))
    assert [row["id"] for row in narrowed["steps"]] == ["d2.1"]
    bounded = office.service.work_list(office.request(limit="1"))
    assert (len(bounded["steps"]), bounded["more"]) == (1, True)


@pytest.mark.parametrize("query", [{"state": "completed"}, {"limit": "0"}, {"limit": "x"}])
def test_a_wrong_parameter_is_named(office: OurDesk, query: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        office.service.work_list(office.request(**query))
    assert list(caught.value.fields) == list(query)


def test_a_step_of_nobody_is_not_found(office: OurDesk) -> None:
    with pytest.raises(NotFound):
        office.service.show(office.request(), "d9.9")


def test_a_repeated_request_gets_its_answer_again_and_acts_once(office: OurDesk) -> None:
    office.order()
    request = office.request()
    first = office.service.take(request, "d1.1")
    with pytest.raises(Duplicate) as caught:
        office.service.take(request, "d1.1")
    assert caught.value.answer == first
    assert office.told.count("step.assigned") == 1


def test_a_question_is_listed_until_it_is_explained(office: OurDesk) -> None:
    order = ExplainOrder(
        agency=OURS,
        dossier="d1",
        question="Vì sao chậm?",
        answer_by=office.clock.now() + timedelta(days=5),
    )
    office.service.ask(order, office.about("f1", "e1"))
    with pytest.raises(Duplicate):
        office.service.ask(order, office.about("f1", "e1"))
    listed = office.service.owed(office.request())["explanations"]
    assert [each["id"] for each in listed] == ["f1"]
    answer = office.service.explain(office.request({"explanation": "Do thiếu bản vẽ."}), "f1")
    assert answer.body["explanation"] == "Do thiếu bản vẽ."
    event, reply = office.explanations.messages
    assert event.TYPE == "feedback.explained"
    assert reply == ExplanationReply(agency=OURS, explanation="Do thiếu bản vẽ.")
    assert office.service.owed(office.request()) == {"explanations": []}


def test_another_agencys_question_is_forbidden(office: OurDesk) -> None:
    order = ExplainOrder(agency="ubnd-xa", dossier="d1", question="?", answer_by=office.clock.now())
    with pytest.raises(Forbidden):
        office.service.ask(order, office.about("f1", "e1"))
