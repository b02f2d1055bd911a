"""What the counter does itself: guide once, keep originals, decide, and keep its own deadlines."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from contracts.events import (
    DossierAccepted,
    DossierClockStarted,
    DossierOriginalsReturned,
    DossierResolved,
    DossierSupplemented,
    DossierSupplementRequested,
    StepReceived,
)
from contracts.procedure import AtCounter, CountedFrom, Session, TimeLimit, Unit
from foundation.errors import Invalid, NotYet, Refused
from foundation.worktime import HO_CHI_MINH, Calendar
from services.intake.domain.case.dossier import Attachment, Channel, Dossier, Proxy, State
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.clock import due_date
from services.intake.domain.counter import ending, reception, supplement
from services.intake.domain.counter.ending import CounterDecision, ResultHandover
from services.intake.domain.route import stages
from tests import builders
from tests.builders import (
    CALENDAR,
    OWNER,
    PROPOSAL,
    PROVINCE,
    RECEIVED,
    REGISTRAR,
    REQUEST_FORM,
    UNIT,
    Office,
    at,
    handed_in,
)

LATER = at("2020-09-18 10:00")
HALF = (Attachment(paper=REQUEST_FORM, document="d-1"),)


def incomplete() -> Dossier:
    return builders.submitted(documents=HALF)


def guided() -> Dossier:
    return supplement.guide(incomplete(), (PROPOSAL,), (PROPOSAL,), "thiếu đề xuất", RECEIVED)[0]


def test_the_counter_asks_for_all_that_is_missing_once() -> None:
    dossier = guided()
    assert (dossier.state, dossier.received, dossier.guided) == (State.SUPPLEMENT, None, RECEIVED)
    papers = (Attachment(paper=PROPOSAL, document="d-2"),)
    complete, told = builders.supplied(dossier, papers, LATER, CALENDAR)
    assert (complete.state, complete.waits, complete.due) == (State.SUBMITTED, (), None)
    assert told == (DossierSupplemented(agency=REGISTRAR, documents=("d-2",), steps=("",)),)
    with pytest.raises(Refused, match="once") as refused:
        supplement.guide(complete, (PROPOSAL,), (PROPOSAL,), "nữa", LATER)
    assert refused.value.article == supplement.GUIDANCE
    received, _ = builders.receive(complete, builders.procedure(), builders.RECEIPT, LATER)
    assert reception.accept(received, 1, CALENDAR)[0].code


def test_guidance_must_be_full_and_name_something() -> None:
    for papers in ((), ("Tài liệu khác (nếu có)",)):
        with pytest.raises(Invalid, match="in one go") as invalid:
            supplement.guide(incomplete(), (PROPOSAL,), papers, "thiếu", RECEIVED)
        assert invalid.value.fields == {"papers": [PROPOSAL]}


def test_who_does_not_bring_the_papers_may_be_refused_or_withdraw() -> None:
    refused, _ = reception.refuse(guided(), "NĐ 61/2018 Đ17.1", "không bổ sung")
    assert (refused.state, refused.waits) == (State.REFUSED, ())
    withdrawn, _ = ending.withdraw(guided(), LATER, CALENDAR)
    assert (withdrawn.state, withdrawn.waits) == (State.WITHDRAWN, ())
    with pytest.raises(Refused):
        builders.receive(guided(), builders.procedure(), builders.RECEIPT, LATER)


def at_the_counter(way: AtCounter, unit: Unit = Unit.SAME_DAY, moment: str = "") -> Dossier:
    procedure = builders.procedure(at_counter=way, route=(), time=TimeLimit(unit=unit, amount=3))
    receipt = reception.Receipt(unit=UNIT)
    now = at(moment) if moment else RECEIVED
    received, _ = builders.receive(builders.submitted(), procedure, receipt, now)
    return reception.accept(received, 1, CALENDAR)[0]


def test_what_is_decided_at_once_has_a_code_and_no_orders() -> None:
    dossier = at_the_counter(AtCounter.SAME_DAY)
    assert (dossier.state, dossier.steps) == (State.ACCEPTED, ())
    assert dossier.due == at("2020-09-15 17:00")
    done, told = ending.decide(dossier, CounterDecision.APPROVED, "result-1", LATER, CALENDAR)
    assert (done.state, done.result, done.timing) == (State.RESOLVED, "result-1", "late")
    assert [type(each) for each in told] == [DossierResolved]


def test_same_day_after_15_is_due_on_the_next_working_day() -> None:
    assert at_the_counter(AtCounter.SAME_DAY, moment="2020-09-18 15:01").due == at(
        "2020-09-21 17:00"
    )


def test_a_delegated_procedure_is_decided_at_the_counter_in_the_normal_time() -> None:
    dossier = at_the_counter(AtCounter.DELEGATED, Unit.WORKING_DAYS)
    assert dossier.due == at("2020-09-18 09:30")
    now, rule = at("2020-09-16 10:00"), "Luật Hộ tịch 2014 Đ18"
    done, (told,) = ending.decide(
        dossier, CounterDecision.REFUSED, "d-3", now, CALENDAR, article=rule
    )
    assert (done.outcome, done.timing, done.article) == ("refused", "early", rule)
    assert isinstance(told, DossierResolved)
    assert told.article == rule
    for outcome, article in ((CounterDecision.REFUSED, ""), (CounterDecision.APPROVED, rule)):
        with pytest.raises(Invalid, match="must name its rule") as wrong:
            ending.decide(dossier, outcome, "d-3", now, CALENDAR, article=article)
        assert wrong.value.article == "NĐ 61/2018 Đ19.8"


def test_the_counter_decides_nothing_that_is_an_agencys() -> None:
    with pytest.raises(Refused, match="decided by an agency"):
        ending.decide(builders.accepted(), CounterDecision.APPROVED, "d", LATER, CALENDAR)
    with pytest.raises(Refused):
        ending.decide(
            replace(at_the_counter(AtCounter.SAME_DAY), state=State.RESOLVED),
            CounterDecision.APPROVED,
            "d",
            LATER,
            CALENDAR,
        )


def test_originals_that_were_kept_go_back_before_the_result_or_after_any_end() -> None:
    strange = reception.Receipt(unit=UNIT, originals=("Sổ đỏ",))
    with pytest.raises(Invalid):
        builders.receive(builders.submitted(), builders.procedure(), strange, RECEIVED)
    kept = replace(builders.resolved(), originals=(PROPOSAL,))
    with pytest.raises(Refused, match=PROPOSAL) as refused:
        ending.hand_over(kept, ResultHandover(channel=Channel.COUNTER), LATER)
    assert refused.value.article == "NĐ 61/2018 Đ20.2"
    given = ResultHandover(channel=Channel.COUNTER, to="Nguyễn Thị Hoa", originals=True)
    returned, told = ending.hand_over(kept, given, LATER)
    assert (returned.state, returned.originals, returned.handed_to) == (
        State.RETURNED,
        (),
        "Nguyễn Thị Hoa",
    )
    assert told[0] == DossierOriginalsReturned(agency=REGISTRAR, count=1)
    withdrawn = replace(kept, state=State.WITHDRAWN)
    assert ending.hand_back(withdrawn)[0].originals == ()
    with pytest.raises(Refused):
        ending.hand_back(returned)


def test_the_centre_has_deadlines_of_its_own() -> None:
    assert builders.submitted().answer_by == at("2020-09-16 08:30")
    assert builders.submitted(channel=Channel.COUNTER).answer_by is None
    assert builders.accepted().forward_by == at("2020-09-15 17:00")


@pytest.mark.parametrize(
    ("received", "until"),
    [
        ("2020-09-15 15:00", "2020-09-15 17:00"),
        ("2020-09-15 15:01", "2020-09-16 07:00"),
        ("2020-09-18 16:00", "2020-09-21 07:00"),
        ("2020-09-19 10:00", "2020-09-21 17:00"),
    ],
)
def test_a_dossier_is_passed_on_the_same_day_or_after_15_the_next_morning(
    received: str, until: str
) -> None:
    assert due_date.forward_by(at(received), CALENDAR) == at(until)


def test_time_counts_from_the_office_that_decides_where_the_law_says_so() -> None:
    limit = TimeLimit(unit=Unit.WORKING_DAYS, amount=3, counted_from=CountedFrom.DECIDING_OFFICE)
    dossier = builders.accepted(builders.procedure(time=limit))
    assert (dossier.due, dossier.ledger) == (None, ())
    for place, day in (("0.0", "16"), ("1.0", "17"), ("1.1", "17"), ("2.0", "18")):
        dossier, _ = builders.completed(dossier, place, at(f"2020-09-{day} 10:00"))
    step = builders.step(dossier, "3.0")
    event = StepReceived(agency=PROVINCE, step=step.id, due=LATER)
    moment = at("2020-09-21 08:00")
    began, told = stages.arrive(dossier, event, builders.act_of(step, moment), moment, CALENDAR)
    assert began.due == at("2020-09-24 08:00")
    assert told == (DossierClockStarted(agency=REGISTRAR, due=at("2020-09-24 08:00")),)


def test_a_procedure_is_open_to_its_own_channels_only() -> None:
    by_post = builders.procedure(channels=("post", "counter"))
    with pytest.raises(Refused, match="post, counter") as refused:
        reception.submit(
            builders.DOSSIER, builders.submission(), by_post, RECEIVED, CALENDAR, owner=OWNER
        )
    assert refused.value.article == "NĐ 61/2018 Đ16"


MORNINGS = builders.procedure(sessions=(Session.MORNING,))


def take(
    moment: str, in_force: Procedure = MORNINGS, calendar: Calendar = CALENDAR, **changes: Any
) -> Dossier:
    """What is handed in at that moment, at the counter if nothing else is said."""
    given = builders.submission(**{"channel": Channel.COUNTER, **changes})
    owner = OWNER if given.channel is Channel.ONLINE else ""
    return reception.submit("d", given, in_force, at(moment), calendar, owner=owner)[0]


@pytest.mark.parametrize(
    ("session", "moment", "soonest"),
    [
        (Session.MORNING, "2020-09-15 12:00", "2020-09-16T07:00:00+07:00"),
        (Session.MORNING, "2020-09-18 16:00", "2020-09-21T07:00:00+07:00"),
        (Session.AFTERNOON, "2020-09-15 11:59", "2020-09-15T13:30:00+07:00"),
        (Session.AFTERNOON, "2020-01-22 08:00", "2020-01-22T13:30:00+07:00"),
        (Session.AFTERNOON, "2020-01-23 08:00", "2020-01-30T13:30:00+07:00"),
    ],
)
def test_the_counter_takes_a_procedure_in_its_session_and_says_when_next(
    session: Session, moment: str, soonest: str
) -> None:
    in_force = builders.procedure(sessions=(session,))
    with pytest.raises(Refused) as refused:
        take(moment, in_force)
    assert refused.value.fields == {"sessions": [session.value], "next": [soonest]}
    taken = at(soonest.removesuffix(":00+07:00").replace("T", " "))
    assert f"{taken.astimezone(HO_CHI_MINH):%H:%M}" in refused.value.vi
    assert "any hour" in refused.value.en
    assert take(soonest[:16].replace("T", " "), in_force).state is State.SUBMITTED


@pytest.mark.parametrize("article", ["QĐ 12/2020/QĐ-UBND Đ4", ""])
def test_who_comes_in_the_other_session_is_told_by_which_rule_if_the_data_names_one(
    article: str,
) -> None:
    in_force = builders.procedure(sessions=(Session.MORNING,), sessions_article=article)
    with pytest.raises(Refused) as refused:
        take("2020-09-15 14:00", in_force)
    assert refused.value.article == article


def test_who_came_in_the_morning_is_seen_to_after_the_bell_and_received_when_checked() -> None:
    in_time = take("2020-09-15 11:59")
    received, _ = builders.receive(in_time, MORNINGS, builders.RECEIPT, at("2020-09-15 14:00"))
    assert received.received == at("2020-09-15 14:00")


def test_sessions_bind_the_counter_only_and_never_shut_it_for_good() -> None:
    evening = "2020-09-15 20:00"
    for channel in (Channel.ONLINE, Channel.POST):
        assert take(evening, channel=channel).channel is channel
    both = builders.procedure(sessions=(Session.MORNING, Session.AFTERNOON))
    assert take(evening, both).submitted == at(evening)
    mornings_only = Calendar(sessions=((time(7), time(11, 30)),))
    afternoons = builders.procedure(sessions=(Session.AFTERNOON,))
    assert take("2020-09-15 08:00", afternoons, mornings_only).state is State.SUBMITTED
    with pytest.raises(Refused) as refused:
        take(evening, builders.procedure(sessions=(Session.MORNING,), channels=("counter",)))
    assert "any hour" not in refused.value.en


# At the doors.


def test_a_clerk_is_told_when_the_counter_takes_it() -> None:
    office = Office()
    version = builders.published(version=2, sessions=(Session.AFTERNOON,))
    office.tell(office.service.learn, version, subject=builders.PROCEDURE)
    office.clock.moment = at("2020-09-15 08:00")
    with pytest.raises(Refused, match="13:30"):
        office.clerk(office.service.submit, handed_in(channel="counter"))
    office.clock.moment = at("2020-09-15 13:30")
    taken = office.clerk(office.service.submit, handed_in(channel="counter"))
    assert taken.body["state"] == "submitted"


def test_a_proxy_hands_in_and_stands_in_the_dossier() -> None:
    office = Office()
    proxy = {
        "name": "Lê Văn Bưu",
        "phone": "0912 000 111",
        "identity": "040012345678",
        "authority": "Giấy ủy quyền số 12/2020",
    }
    answer = office.clerk(office.service.submit, handed_in(channel="post", proxy=proxy))
    kept = office.dossiers.get(answer.body["id"]).proxy
    assert kept == Proxy(
        name="Lê Văn Bưu",
        phone="+84912000111",
        identity="040012345678",
        authority="Giấy ủy quyền số 12/2020",
    )
    with pytest.raises(Invalid):
        office.clerk(office.service.submit, handed_in(channel="post", proxy={"name": "x"}))


def test_the_doors_of_the_counter_lead_through_guidance_receipt_decision_and_return() -> None:
    office = Office()
    office.tell(
        office.service.learn,
        builders.published(
            version=2, at_counter=AtCounter.SAME_DAY, route=(), time=TimeLimit(unit=Unit.SAME_DAY)
        ),
        subject=builders.PROCEDURE,
    )
    papers = [{"paper": REQUEST_FORM, "id": "d-1"}]
    body = handed_in(documents=papers)
    place = {"dossier_id": office.ask(office.service.submit, body).body["id"]}
    asked = {"papers": [PROPOSAL], "reason": "thiếu đề xuất"}
    assert office.clerk(office.service.guide, asked, **place).body["number"] == 5
    supplied = {"documents": [{"paper": PROPOSAL, "id": "d-2"}]}
    assert office.ask(office.service.supplement, supplied, **place).body["number"] == 1
    noted = {"originals": [PROPOSAL], "form": True}
    assert office.clerk(office.service.accept, noted, **place).body["number"] == 2
    decided = {"outcome": "approved", "document": "d-3"}
    with pytest.raises(NotYet, match="not here"):
        office.clerk(office.service.decide, decided, **place)
    office.scanned("d-3")
    assert office.clerk(office.service.decide, decided, **place).body["number"] == 9
    office.clerk(office.service.hand_back, **place)
    over = {"channel": "counter", "to": "Nguyễn Thị Hoa"}
    assert office.clerk(office.service.hand_over, over, **place).body["number"] == 10
    kinds = [type(each) for each in office.dossiers.messages]
    assert {DossierSupplementRequested, DossierAccepted, DossierResolved} <= set(kinds)


def test_the_doors_of_the_clerk_stop_apologise_collect_and_refund() -> None:
    office = Office()
    place = {"dossier_id": office.ask(office.service.submit, handed_in()).body["id"]}
    office.clerk(office.service.accept, **place)
    rule = {"article": "NĐ 99/2022 Đ16", "reason": "lũ lụt"}
    assert office.clerk(office.service.stop, rule, **place).body["number"] == 8
    assert office.clerk(office.service.resume, **place).body["number"] == 4
    owed = {"name": "Tiền sử dụng đất", "amount": 45000000, "article": "Luật Đất đai Đ108"}
    assert office.clerk(office.service.oblige, owed, **place).body["number"] == 6
    fee = office.dossiers.get(place["dossier_id"]).charges[0].id
    paid = {"method": "cash", "receipt": "BL-1"}
    cashier = office.ask(
        office.service.pay, paid, who="thu ngân", scopes="fee:collect", fee=fee, **place
    )
    assert cashier.body["number"] == 4
    sorry = {"agency": REGISTRAR, "reason": "thiếu người", "due": "2020-10-20T09:30:00+07:00"}
    late = office.clerk(office.service.apologise, sorry, **place)
    assert late.body["due"] == "2020-10-20T02:30:00.000Z"
    with pytest.raises(Refused):
        office.clerk(office.service.refund, fee=fee, **place)
    office.ask(office.service.withdraw, **place)
    office.clerk(office.service.refund, fee=fee, **place)
    assert office.dossiers.get(place["dossier_id"]).charges[0].refunded == RECEIVED
