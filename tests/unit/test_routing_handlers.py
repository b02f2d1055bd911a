import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from contracts.envelope import write_time
from contracts.events import StepExtended, StepRescheduled
from contracts.message import Message
from contracts.orders import (
    ExplainOrder,
    ForgetExplanationOrder,
    RescheduleOrder,
    ResumeOrder,
    StepOrder,
    WithdrawOrder,
)
from contracts.replies import ExplanationReply, ExtensionReply, HandlerReply, SupplementReply
from foundation.errors import (
    Duplicate,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    StoredResponse,
    Unavailable,
)
from foundation.observability.metrics import ORDER_GAPS
from services.routing.service import Routing
from services.routing.store import MOST_SEARCHED
from tests.desks import OURS, OurDesk


@pytest.fixture
def office() -> OurDesk:
    return OurDesk()


def state_of(answer: StoredResponse) -> object:
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
    save = office.dockets.save
    with monkeypatch.context() as meanwhile:

        def save_later(*args: Any, **named: Any) -> Any:
            meanwhile.undo()
            office.order("d1", "d1.1")
            return save(*args, **named)

        meanwhile.setattr(office.dockets, "save", save_later)
        office.order("d1", "d1.2")
    assert [step.id for step in office.dockets.get("d1").steps] == ["d1.1", "d1.2"]
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
    assert caught.value.article == "NĐ 118/2025"  # of 2026: its article is not verified


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
    pattern = Routing.publishes[message.EXCHANGE].replace("{agency}", OURS)
    assert re.search(pattern, f"{message.TYPE}.{OURS}")
    assert not re.search(pattern, f"{message.TYPE}.ubnd-xa")


def test_a_refusal_names_its_article_in_the_event(office: OurDesk) -> None:
    office.order()
    answer = office.service.refuse(office.request({"article": "Luật Đầu tư 2020 Đ33"}), "d1.1")
    assert state_of(answer) == "refused"
    assert office.told[-1] == "step.refused"


@pytest.mark.parametrize("article", ["vì ông A", "gọi 0912345678", "Đ" * 70, "", "Đ33\nĐ34"])
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
    assert office.service.owed(office.request())["explanations"] == []


def test_what_was_asked_and_explained_is_forgotten_when_its_term_is_over(office: OurDesk) -> None:
    due = office.clock.now() + timedelta(days=5)
    order = ExplainOrder(agency=OURS, dossier="d1", question="Bà Hoa thu tiền?", answer_by=due)
    office.service.ask(order, office.about("f1", "e1"))
    office.service.explain(office.request({"explanation": "Đã nhắc bà Hoa."}), "f1")
    for number in ("e2", "e3"):
        over = ForgetExplanationOrder(agency=OURS)
        office.service.forget_explanation(over, office.about("f1", number))
    kept = office.explanations.get("f1")
    assert (kept.question, kept.text, bool(kept.explained)) == ("", "", True)
    stored = {k: v for k, v in office.explanations.documents["f1"].items() if k != "outbox"}
    assert "Hoa" not in str(stored)


def test_another_agencys_question_is_forbidden(office: OurDesk) -> None:
    order = ExplainOrder(agency="ubnd-xa", dossier="d1", question="?", answer_by=office.clock.now())
    with pytest.raises(Forbidden):
        office.service.ask(order, office.about("f1", "e1"))


BOOK: Mapping[str, tuple[list[str], str]] = {
    "an": (["specialist"], "quy-hoach"),
    "binh": (["specialist"], "quy-hoach"),
    "hoa": (["head"], "quy-hoach"),
    "tam": (["specialist"], "ha-tang"),
    "lan": (["leader"], ""),
    "quan": (["staff"], ""),
    "theo": (["watcher"], ""),
}


@pytest.fixture
def staffed(office: OurDesk) -> OurDesk:
    """A desk whose agency keeps a book, and takes 1.009645 through specialist and head."""
    names = ["quan", *(name for name in BOOK if name != "quan")]
    for name in names:
        roles, division = BOOK[name]
        body = {"name": name, "roles": roles, "division": division}
        office.service.put_officer(office.request(body, officer="quan"), name)
    way = {"roles": ["specialist", "head"], "division": "quy-hoach"}
    office.service.put_way(office.request(way, officer="quan"), "1.009645")
    return office


def listed(office: OurDesk, name: str, officer: str) -> list[str]:
    found = office.service.named_list(office.request(officer=officer), name)
    return [row["id"] for row in found["steps"]]


def test_the_officer_reads_which_papers_were_taken_from_data(office: OurDesk) -> None:
    office.order(from_data=("Giấy khai sinh (CSDL hộ tịch, số 12)",))
    shown = office.service.show(office.request(), "d1.1")
    assert shown["from_data"] == ["Giấy khai sinh (CSDL hộ tịch, số 12)"]


def test_a_step_passes_through_the_agency_and_its_slip_has_both_times(staffed: OurDesk) -> None:
    staffed.order()
    staffed.service.take(staffed.request(officer="an"), "d1.1")
    staffed.clock.forward(hours=3)
    passed = staffed.service.pass_on(staffed.request({"why": "Đủ"}, officer="an"), "d1.1")
    assert (passed.body["role"], passed.body["state"]) == ("head", "received")
    staffed.clock.forward(hours=1)
    done = staffed.service.complete(staffed.request({"outcome": "agreed"}, officer="hoa"), "d1.1")
    (slip,) = done.body["handovers"]
    assert (slip["giver"], slip["taker"], slip["why"]) == ("an", "hoa", "Đủ")
    assert slip["given"] < slip["taken"] == done.body["closed"]
    acts = ("received", "assigned", "passed_on", "completed")
    assert [each for each in staffed.told if each != "reply.handler"] == [
        f"step.{each}" for each in acts
    ]
    named = [each for each in staffed.dockets.messages if isinstance(each, HandlerReply)]
    assert [each.role for each in named] == ["specialist", "head", ""]


def test_an_officer_of_another_division_finds_no_such_step(staffed: OurDesk) -> None:
    staffed.order()
    with pytest.raises(NotFound):
        staffed.service.show(staffed.request(officer="tam"), "d1.1")
    with pytest.raises(NotFound):
        staffed.service.take(staffed.request(officer="tam"), "d1.1")
    assert listed(staffed, "untaken", "tam") == listed(staffed, "overdue", "tam") == []
    with pytest.raises(Forbidden):
        staffed.service.show(staffed.request(officer="người lạ"), "d1.1")


def test_who_may_do_what_is_said_by_the_book(staffed: OurDesk) -> None:
    staffed.order()
    office = staffed.service
    with pytest.raises(Forbidden):
        office.put_officer(staffed.request({"name": "x", "roles": ["staff"]}, officer="an"), "an")
    with pytest.raises(Refused):
        office.take(staffed.request(officer="theo"), "d1.1")
    with pytest.raises(Forbidden):
        office.note(staffed.request({"text": "x"}, officer="theo"), "d1.1")
    with pytest.raises(Forbidden):
        office.who_read(staffed.request(officer="an"), "d1")
    with pytest.raises(NotFound):
        office.show(staffed.request(officer="quan"), "d1.1")
    assert office.book(staffed.request(officer="quan"))["agency"] == OURS


def test_every_reading_of_personal_data_is_written_down(staffed: OurDesk) -> None:
    staffed.order()
    shown = staffed.service.show(staffed.request(officer="an"), "d1.1")
    assert shown["applicant"] == "Công ty A"
    staffed.clock.forward(minutes=1)
    staffed.service.show(staffed.request(officer="lan"), "d1.1")
    read = staffed.service.who_read(staffed.request(officer="quan"), "d1")["readings"]
    assert [(each["officer"], each["step"]) for each in read] == [("lan", "d1.1"), ("an", "d1.1")]
    staffed.service.search(staffed.request(officer="an", q="cong ty"))
    assert staffed.readings.things[-1].what == "search"
    assert "cong" not in str(staffed.readings.documents)


def test_what_cannot_be_written_down_is_not_shown(staffed: OurDesk) -> None:
    staffed.order()
    staffed.readings.available = False
    with pytest.raises(Unavailable):
        staffed.service.show(staffed.request(officer="an"), "d1.1")


def test_no_act_and_no_list_shows_the_applicant(office: OurDesk) -> None:
    office.order()
    taken = office.service.take(office.request(), "d1.1").body
    rows = office.service.search(office.request(q="cong ty a"))["steps"]
    assert [row["id"] for row in rows] == ["d1.1"]
    assert "applicant" not in taken
    assert "Công ty" not in str(rows)


def test_the_search_takes_names_without_diacritics_and_codes(office: OurDesk) -> None:
    office.order(applicant="Nguyễn Văn Đức")
    office.order("d2", "d2.1", applicant="Nguyễn Đức Văn", code="000.00.00.H41-261123-0002")

    def found(text: str) -> list[str]:
        return [row["id"] for row in office.service.search(office.request(q=text))["steps"]]

    assert found("van duc") == ["d1.1"]
    assert sorted(found("nguyen")) == ["d1.1", "d2.1"]
    assert found("261123-0002") == ["d2.1"]
    assert found("tran") == found("...") == []
    with pytest.raises(Invalid):
        found("x")


@pytest.mark.parametrize(
    "text",
    [
        "chu truong",
        "chủ trương",
        "CHỦ TRƯƠNG ĐẦU TƯ",
        "chư truong",  # decomposed letters
        "chap thuan chu truong dau tu",
        "dau tu chap thuan",  # in another order
        "tu",
        "duc chu truong",  # one word of the name, two of the procedure
        "chấp thuận nguyễn văn đức",
        "1.009645 chu truong",
        "261123-0001 dau tu",
    ],
)
def test_the_search_finds_the_words_of_the_procedures_name(office: OurDesk, text: str) -> None:
    office.order(applicant="Nguyễn Văn Đức")
    other = {"procedure": "2.000001", "procedure_name": "Cấp giấy phép xây dựng"}
    office.order("d2", "d2.1", code="000.00.00.H41-261123-0002", applicant="Trần An", **other)
    rows = office.service.search(office.request(q=text))["steps"]
    assert [row["id"] for row in rows] == ["d1.1"]


@pytest.mark.parametrize("text", ["chu truong xay dung", "an dau tu", "truong hoc", "chu nguyen"])
def test_every_word_of_a_search_must_be_there(office: OurDesk, text: str) -> None:
    office.order(applicant="Nguyễn Văn Đức", procedure_name="Chấp thuận đầu tư")
    office.order("d2", "d2.1", applicant="Trần An", procedure_name="Chủ trương mới")
    assert office.service.search(office.request(q=text))["steps"] == []


def test_a_search_through_name_and_procedure_goes_on_page_by_page(office: OurDesk) -> None:
    """Also where most of what is looked through does not fit, and others stand between."""
    for number in range(3 * MOST_SEARCHED):
        name = "Lê Đức" if number % 7 == 0 else "Lê Bình"
        office.order(f"d{number}", f"d{number}.1", applicant=name)
        if number % 3:
            office.clock.forward(minutes=1)
    found: list[str] = []
    page = office.service.search(office.request(q="duc chu truong", limit="4"))
    while True:
        found += [row["dossier"] for row in page["steps"]]
        if not page["next"]:
            break
        page = office.service.search(
            office.request(q="duc chu truong", limit="4", after=page["next"])
        )
    assert sorted(found, key=lambda each: int(each[1:])) == [
        f"d{number}" for number in range(0, 3 * MOST_SEARCHED, 7)
    ]


def test_an_older_docket_is_found_by_the_procedure_once_it_was_written_again(
    office: OurDesk,
) -> None:
    office.order()
    office.dockets.documents["d1"]["words"] = ["1.009645", "cong ty a"]
    assert office.service.search(office.request(q="chu truong"))["steps"] == []
    office.service.take(office.request(), "d1.1")
    assert len(office.service.search(office.request(q="chu truong"))["steps"]) == 1


def test_a_missing_order_is_seen_until_it_comes(office: OurDesk) -> None:
    office.order()
    due = office.clock.now() + timedelta(days=20)
    later = RescheduleOrder(agency=OURS, step="d1.1", due=due, because="apology")
    office.service.reschedule(later, office.about("d1", "m4", 4))
    assert office.service.gaps(office.request())["gaps"] == []  # it may still be on its way
    office.clock.forward(minutes=2)
    (gap,) = office.service.gaps(office.request())["gaps"]
    assert (gap["dossier"], gap["last"], gap["missing"]) == ("d1", 4, [2, 3])
    office.service.look_for_gaps()
    assert ORDER_GAPS.labels(OURS)._value.get() == 1  # noqa: SLF001 -- a gauge gives its value away nowhere else
    for number in (2, 3):
        early = RescheduleOrder(agency=OURS, step="d1.1", due=due, because="apology")
        office.service.reschedule(early, office.about("d1", f"m{number}", number))
    office.service.look_for_gaps()
    assert office.service.gaps(office.request())["gaps"] == []
    assert ORDER_GAPS.labels(OURS)._value.get() == 0  # noqa: SLF001 -- as above


def test_absence_moves_the_open_work_to_who_stands_in_and_back(staffed: OurDesk) -> None:
    for number in range(4):
        staffed.order(f"d{number}", f"d{number}.1")
        staffed.service.take(staffed.request(officer="an"), f"d{number}.1")
    done = staffed.request({"to": "binh", "why": "Giúp"}, officer="an")
    staffed.service.give(done, "d3.1")
    leave = {"first": "2026-11-24", "last": "2026-11-25", "why": "nghỉ phép"}
    staffed.service.be_absent(staffed.request(leave, officer="quan"), "an")
    staffed.service.move_work()
    assert len(listed(staffed, "mine", "an")) == 3
    staffed.clock.forward(days=1)
    staffed.service.move_work()
    assert (len(listed(staffed, "mine", "an")), len(listed(staffed, "mine", "binh"))) == (0, 4)
    told = list(staffed.told)
    staffed.service.move_work()
    assert staffed.told == told
    staffed.clock.forward(days=2)
    staffed.service.move_work()
    assert (len(listed(staffed, "mine", "an")), listed(staffed, "mine", "binh")) == (3, ["d3.1"])
    moves = [each.type for each in staffed.dockets.history("d0")]
    assert moves == ["step.received"] + ["step.assigned"] * 3


def test_who_is_back_early_gets_the_work_back(staffed: OurDesk) -> None:
    staffed.order()
    staffed.service.take(staffed.request(officer="an"), "d1.1")
    leave = {"first": "2026-11-23", "last": "2026-11-30"}
    staffed.service.be_absent(staffed.request(leave, officer="quan"), "an")
    staffed.service.move_work()
    assert listed(staffed, "mine", "binh") == ["d1.1"]
    staffed.service.come_back(staffed.request({}, officer="quan"), "an")
    staffed.service.move_work()
    assert listed(staffed, "mine", "an") == ["d1.1"]


def test_work_is_shared_among_the_officers_who_are_there(staffed: OurDesk) -> None:
    staffed.order("d0", "d0.1")
    staffed.service.take(staffed.request(officer="an"), "d0.1")
    for number in range(1, 6):
        staffed.order(f"d{number}", f"d{number}.1")
    staffed.service.share_work()
    held = {name: len(listed(staffed, "mine", name)) for name in ("an", "binh", "tam")}
    assert held == {"an": 3, "binh": 3, "tam": 0}
    told = list(staffed.told)
    staffed.service.share_work()
    assert staffed.told == told


def test_without_a_book_no_timer_moves_work(office: OurDesk) -> None:
    office.order()
    office.service.share_work()
    office.service.move_work()
    assert listed(office, "untaken", "an") == ["d1.1"]


def test_late_steps_are_told_of_once_each(staffed: OurDesk) -> None:
    staffed.order()
    staffed.service.take(staffed.request(officer="an"), "d1.1")
    for _ in range(10 * 24):
        staffed.clock.forward(hours=1)
        staffed.service.tell_of_late_steps()
    assert staffed.told[2:] == ["reply.handler", "step.due_soon", "step.overdue"]
    assert listed(staffed, "told", "hoa") == listed(staffed, "overdue", "lan") == ["d1.1"]
    assert listed(staffed, "told", "lan") == []


def test_the_lists_of_dates_find_a_later_step_behind_an_earlier_one(office: OurDesk) -> None:
    now = office.clock.now()
    office.order(due=now - timedelta(days=1))
    office.order(step="d1.2", due=now + timedelta(hours=1))
    office.order("d2", "d2.1", due=now + timedelta(hours=2))
    assert listed(office, "overdue", "an") == ["d1.1"]
    assert listed(office, "due_today", "an") == ["d1.2", "d2.1"]


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_a_page_of_a_list_has_the_most_urgent_steps(office: OurDesk, limit: int) -> None:
    now = office.clock.now()
    for number in range(40):
        due = now + timedelta(hours=(number * 37) % 40 * 13 - 200)
        office.order(f"d{number}", f"d{number}.1", due=due)
    found = office.service.named_list(office.request(limit=str(limit)), "division")
    dues = sorted(write_time(step.due) for each in office.dockets.things for step in each.steps)
    assert [row["due"] for row in found["steps"]] == dues[:limit]
    assert found["more"] == (limit < 40)


def test_page_after_page_gives_every_step_once_however_many_are_due_at_the_same_minute(
    office: OurDesk,
) -> None:
    now = office.clock.now()
    for number in range(20):
        office.order(f"d{number}", f"d{number}.1", due=now + timedelta(days=number % 3))
        if number % 4 == 0:
            office.order(f"d{number}", f"d{number}.2", due=now + timedelta(days=2))
    found: list[tuple[str, str]] = []
    page = office.service.work_list(office.request(limit="6"))
    while True:
        found += [(row["due"], row["id"]) for row in page["steps"]]
        if not page["next"]:
            break
        page = office.service.work_list(office.request(limit="6", after=page["next"]))
    steps = [(write_time(s.due), s.id) for each in office.dockets.things for s in each.steps]
    assert sorted(found) == sorted(steps)
    assert [due for due, _ in found] == sorted(due for due, _ in steps)


def test_a_search_goes_on_where_its_page_ended(office: OurDesk) -> None:
    for number in range(9):
        office.order(f"d{number}", f"d{number}.1", applicant="Nguyễn An")
        office.clock.forward(hours=7)
    first = office.service.search(office.request(q="nguyen an", limit="5"))
    rest = office.service.search(office.request(q="nguyen an", limit="5", after=first["next"]))
    found = [row["dossier"] for page in (first, rest) for row in page["steps"]]
    assert found == [f"d{number}" for number in range(8, -1, -1)]
    assert (first["more"], rest["more"], rest["next"]) == (True, False, "")


def test_a_search_that_looks_through_too_many_says_where_to_go_on(office: OurDesk) -> None:
    for number in range(MOST_SEARCHED + 5):
        # The procedure, which is looked for first, is everybody's, the name the oldest one's alone.
        name = "Lê Đức" if number == 0 else "Lê Bình"
        office.order(f"d{number}", f"d{number}.1", applicant=name)
        office.clock.forward(minutes=1)
    first = office.service.search(office.request(q="1.009645 duc"))
    assert (first["steps"], first["more"]) == ([], True)
    rest = office.service.search(office.request(q="1.009645 duc", after=first["next"]))
    assert [row["dossier"] for row in rest["steps"]] == ["d0"]
    assert rest["next"] == ""


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "2026-11-23T02:00:00.000",
        "2026-11-23T09:00:00 07:00",
        "2026-99-23T02:00:00.000Z d1",
        "9999-11-23T02:00:00.000Z d1",
        "0001-01-01T00:00:00.000Z d1 d1.1",
        "2026-11-23T02:00:00.000Z d1 d1.1 {$gt}",
    ],
)
def test_a_page_begins_behind_a_place_and_nothing_else(office: OurDesk, after: str) -> None:
    for door in (office.service.work_list, office.service.routes, office.service.refused):
        with pytest.raises(Invalid):
            door(office.request(after=after))


def test_the_centre_sees_which_desk_has_nobody_and_may_see_no_more(staffed: OurDesk) -> None:
    desk = {"name": "Quầy 1", "main": "an", "backups": ["binh"]}
    staffed.service.put_desk(staffed.request(desk, officer="quan"), "quay-01")
    for name in ("an", "binh"):
        leave = {"first": "2026-11-25", "last": "2026-11-26"}
        staffed.service.be_absent(staffed.request(leave, officer="quan"), name)
    seen = staffed.service.coverage(staffed.request(officer="giám đốc", days="5"))
    (gap,) = seen["gaps"]
    assert (gap["desk"], gap["first"], gap["last"]) == ("quay-01", "2026-11-25", "2026-11-26")
    assert staffed.service.coverage(staffed.request(officer="giám đốc"))["gaps"] == []
    with pytest.raises(Forbidden):
        staffed.service.book(staffed.request(officer="giám đốc"))


def test_a_wrong_entry_for_the_book_is_named_and_changes_nothing(staffed: OurDesk) -> None:
    before = staffed.service.book(staffed.request(officer="quan"))
    with pytest.raises(Invalid) as caught:
        staffed.service.put_officer(
            staffed.request({"name": "x", "roles": ["king"]}, officer="quan"), "x"
        )
    assert "roles.0" in caught.value.fields
    desk = {"name": "Quầy", "main": "an", "backups": ["nobody"]}
    with pytest.raises(Invalid):
        staffed.service.put_desk(staffed.request(desk, officer="quan"), "quay-01")
    assert staffed.service.book(staffed.request(officer="quan")) == before


def test_a_passing_on_that_is_sent_twice_is_one_and_answered_alike(staffed: OurDesk) -> None:
    staffed.order()
    request = staffed.request({"to": "hoa"}, officer="an")
    first = staffed.service.pass_on(request, "d1.1")
    with pytest.raises(Duplicate) as caught:
        staffed.service.pass_on(request, "d1.1")
    assert caught.value.answer == first
    assert staffed.told == ["step.received", "step.passed_on", "reply.handler"]


def test_somebody_can_always_keep_the_book(office: OurDesk) -> None:
    an = {"name": "An", "roles": ["specialist"]}
    with pytest.raises(Invalid):
        office.service.put_officer(office.request(an), "an")
    office.service.put_officer(office.request({"name": "Quân", "roles": ["staff"]}), "quan")
    with pytest.raises(Invalid):
        office.service.put_officer(office.request(an, officer="quan"), "quan")
    with pytest.raises(Forbidden):
        office.service.put_officer(office.request(an), "an")
    office.service.put_officer(office.request(an, officer="quan"), "an")


def test_work_is_not_given_to_a_stranger_or_to_somebody_away(staffed: OurDesk) -> None:
    staffed.order()
    leave = {"first": "2026-11-23", "last": "2026-11-30"}
    staffed.service.be_absent(staffed.request(leave, officer="quan"), "binh")
    for to, error in (("người lạ", NotFound), ("binh", Invalid)):
        body = {"to": to, "why": "x"}
        with pytest.raises(error):
            staffed.service.give(staffed.request(body, officer="hoa"), "d1.1")
        with pytest.raises(error):
            staffed.service.pass_on(staffed.request(body, officer="an"), "d1.1")
    for to in ("tam", "lan", "hoa"):
        with pytest.raises(Invalid):
            staffed.service.give(staffed.request({"to": to, "why": "x"}, officer="hoa"), "d1.1")
    passed = staffed.service.pass_on(staffed.request({"to": "hoa"}, officer="an"), "d1.1")
    assert passed.body["officer"] == "hoa"
