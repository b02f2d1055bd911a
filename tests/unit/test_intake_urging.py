"""The director hears of what is late, sees whose fault it is, and urges; agencies answer."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import write_time
from contracts.events import DossierEscalated, DossierUrgingAnswered, StepUrged
from contracts.history import Revision
from contracts.orders import RemindOrder, UrgeOrder
from contracts.replies import UrgingReply
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused, Unavailable, Unknown
from foundation.persistence.document import revision_fields, to_fields
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.worktime import Matter, Whom, working_minutes
from services.intake.domain.case import pause
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.dossier import Dossier, StepState, with_schedule
from services.intake.domain.counter import ending
from services.intake.domain.lateness import late_list, reminding, urging
from services.intake.domain.lateness.urging import MOST_URGINGS, UrgeRequest
from services.intake.store import Dossiers
from tests import journeys
from tests.builders import (
    BUILDING,
    CALENDAR,
    LAND,
    OWNER,
    REGISTRAR,
    FakeDossiers,
    Office,
    accepted,
    asked,
    at,
    completed,
    consulting,
    resolved,
    step,
)
from tests.desks import AskedStore
from tests.fakes import FakeClock, FakeRulebook
from tests.markup import Markup, flaws

RULES = FakeRulebook().rules()
NOW = at("2020-10-02 10:00")
WORDS = "Đề nghị báo cáo lý do chậm"
BROWSER = {"accept": "text/html"}


def urged(dossier: Dossier | None = None, now: datetime = NOW, **meant: Any) -> Dossier:
    made: Dossier = act(dossier or consulting(), now, **meant)[0]
    return made


def act(dossier: Dossier, now: datetime = NOW, **meant: Any) -> Any:
    asked_for = UrgeRequest(**({"words": WORDS} | meant))
    return urging.urge(dossier, asked_for, "u", "giám đốc", now, rules=RULES, calendar=CALENDAR)


def reply(dossier: Dossier, place: int = 0, **changes: Any) -> UrgingReply:
    made = dossier.urgings[place]
    said = UrgingReply(
        agency=made.agency,
        step=made.step,
        urging=made.id,
        reason="chờ đo đạc",
        promised=NOW + timedelta(days=5),
    )
    return replace(said, **changes)


def answered(dossier: Dossier, said: UrgingReply, now: datetime = NOW) -> Any:
    return urging.answer(dossier, said, AgencyAct(agency=said.agency, at=now), now)


# The act.


def test_an_urging_goes_to_every_agency_that_has_the_dossier_and_into_its_history() -> None:
    dossier, messages = act(consulting())
    assert [each.agency for each in dossier.urgings] == [BUILDING, LAND]
    kinds = [type(each) for each in messages]
    assert kinds == [StepUrged, UrgeOrder, StepUrged, UrgeOrder]
    order = messages[1]
    assert (order.agency, order.step, order.words) == (BUILDING, step(dossier, "1.0").id, WORDS)
    # The words are for the agency alone.
    assert WORDS not in str(messages[0].write())
    assert dossier.urgings[0].by == "giám đốc"


def test_an_answer_is_expected_in_working_time_by_the_rules_or_at_a_date_of_its_own() -> None:
    friday = at("2020-10-02 10:00")
    assert urged(now=friday).urgings[0].answer_by == at("2020-10-05 10:00")
    until = at("2020-10-09 17:00")
    assert urged(answer_by=until).urgings[0].answer_by == until
    with pytest.raises(Invalid):
        act(consulting(), answer_by=NOW)


@pytest.mark.parametrize("which", [{"agency": BUILDING}, {"step": "1.0"}])
def test_one_agency_may_be_urged_alone(which: dict[str, str]) -> None:
    meant: dict[str, Any] = dict(which)
    if "step" in which:
        meant = {"step": step(consulting(), which["step"]).id}
    assert [each.agency for each in urged(**meant).urgings] == [BUILDING]


@pytest.mark.parametrize(
    "dossier",
    [
        resolved(),
        ending.withdraw(consulting(), NOW, CALENDAR)[0],
        pause.stop(consulting(), "NĐ 99/2022 Đ16", "lũ lụt", NOW)[0],
    ],
)
def test_a_dossier_that_is_closed_or_stands_still_is_not_urged(dossier: Dossier) -> None:
    with pytest.raises(Refused):
        act(dossier)


def test_an_agency_that_has_nothing_open_is_not_urged() -> None:
    done = completed(consulting(), "1.0", at("2020-09-22 10:00"))[0]
    waits = asked(consulting(), "1.0", at("2020-09-18 10:00"), "Bản vẽ")[0]
    for dossier in (done, waits):
        with pytest.raises(Refused):
            act(dossier, agency=BUILDING)
        assert [each.agency for each in urged(dossier).urgings] == [LAND]
    for nobody in ("ubnd-tinh", "nobody", REGISTRAR):
        with pytest.raises(Refused):
            act(consulting(), agency=nobody)


def test_there_is_an_end_to_urging() -> None:
    dossier = consulting()
    for _ in range(MOST_URGINGS // 2):
        dossier = urged(dossier)
    with pytest.raises(Refused):
        act(dossier)


# The answer.


def test_an_answer_stands_in_the_history_with_what_it_promises_and_not_why() -> None:
    dossier, (told,) = answered(urged(), reply(urged()))
    assert isinstance(told, DossierUrgingAnswered)
    assert "đo đạc" not in str(told.write())
    assert (dossier.urgings[0].reason, dossier.urgings[0].promised) == (
        "chờ đo đạc",
        NOW + timedelta(days=5),
    )
    assert dossier.urgings[1].answered is None
    # A promise is no new appointment.
    assert dossier.due == consulting().due


def test_the_same_answer_twice_is_one_and_another_is_refused() -> None:
    dossier = answered(urged(), reply(urged()))[0]
    with pytest.raises(Duplicate):
        answered(dossier, reply(dossier), NOW + timedelta(days=1))
    with pytest.raises(Refused):
        answered(dossier, reply(dossier, reason="khác"))


def test_only_the_agency_that_was_urged_answers_and_only_what_it_was_asked() -> None:
    dossier = urged()
    said = reply(dossier)
    with pytest.raises(Forbidden):
        urging.answer(dossier, said, AgencyAct(agency=LAND, at=NOW), NOW)
    with pytest.raises(NotFound):
        answered(dossier, reply(dossier, urging="u.9"))


def test_an_answer_counts_after_its_step_or_the_dossier_ended() -> None:
    dossier = urged()
    said = reply(dossier)
    gone_on = completed(dossier, "1.0", at("2020-10-05 10:00"))[0]
    for each in (gone_on, ending.withdraw(dossier, NOW, CALENDAR)[0]):
        assert answered(each, said)[0].urgings[0].answered == NOW


def test_an_answer_never_counts_before_its_urging_nor_after_now() -> None:
    dossier = urged()
    early = AgencyAct(agency=BUILDING, at=NOW - timedelta(days=9))
    assert urging.answer(dossier, reply(dossier), early, NOW)[0].urgings[0].answered == NOW
    ahead = AgencyAct(agency=BUILDING, at=NOW + timedelta(days=9))
    assert urging.answer(dossier, reply(dossier), ahead, NOW)[0].urgings[0].answered == NOW


# What the rules tell.


def walked(dossier: Dossier, days: int, hours: int = 1) -> tuple[Dossier, list[Any]]:
    """The timer's work, hour by hour."""
    dossier, told = reminding.arm(dossier, RULES, CALENDAR), []
    now = at("2020-09-17 09:30")
    for _ in range(days * 24 // hours):
        now += timedelta(hours=hours)
        if dossier.schedule.remind and dossier.schedule.remind <= now:
            dossier, messages = reminding.remind(dossier, now, RULES, CALENDAR)
            told += [(now, each) for each in messages]
    return dossier, told


def test_the_director_is_told_of_a_late_step_again_and_again_but_not_for_ever() -> None:
    _, told = walked(consulting(), 90, hours=12)
    of_step = [m for _, m in told if isinstance(m, DossierEscalated) and m.matter == "step"]
    counts = [m.count for m in of_step if m.step == step(consulting(), "1.0").id]
    assert counts == list(range(1, 11))


def test_the_whole_is_told_to_heads_by_an_order_before_it_is_due_and_to_the_director_after() -> (
    None
):
    dossier = consulting()
    _, told = walked(dossier, 30)
    assert dossier.due
    orders = [(now, m) for now, m in told if isinstance(m, RemindOrder)]
    assert {m.agency for _, m in orders} == {BUILDING, LAND}
    assert all(m.whom == "head" and now < dossier.due for now, m in orders)
    whole = [now for now, m in told if isinstance(m, DossierEscalated) and m.matter == "dossier"]
    assert min(whole) - dossier.due <= timedelta(hours=1)


def test_an_unanswered_urging_is_told_of_and_an_answered_one_is_not() -> None:
    dossier = urged(now=at("2020-09-17 09:30"))
    late_by = at("2020-09-18 09:31")

    def steps_told_of(each: Dossier) -> set[str]:
        told = reminding.remind(each, late_by, RULES, CALENDAR)[1]
        about = (m for m in told if isinstance(m, DossierEscalated | RemindOrder))
        return {m.step for m in about if m.matter == "urging"}

    assert steps_told_of(dossier) == {each.step for each in dossier.urgings}
    said = reply(dossier)
    quiet = answered(dossier, said, at("2020-09-17 10:00"))[0]
    assert said.step not in steps_told_of(quiet)


def test_what_was_slept_through_is_told_once() -> None:
    dossier = consulting()
    later = at("2020-12-31 10:00")
    dossier, told = reminding.remind(dossier, later, RULES, CALENDAR)
    about = [m for m in told if isinstance(m, DossierEscalated | RemindOrder)]
    keys = [(m.matter, m.step, getattr(m, "whom", "director"), m.agency) for m in about]
    assert len(keys) == len(set(keys)) > 0
    assert reminding.remind(dossier, later, RULES, CALENDAR)[1] == ()


@pytest.mark.parametrize(
    "dossier",
    [
        resolved(),
        pause.stop(consulting(), "NĐ 99/2022 Đ16", "lũ lụt", at("2020-09-18 08:00"))[0],
    ],
)
def test_nobody_is_told_of_what_is_closed_or_stands_still(dossier: Dossier) -> None:
    assert reminding.arm(dossier, RULES, CALENDAR).schedule.remind is None
    assert reminding.remind(dossier, at("2020-12-31 10:00"), RULES, CALENDAR)[1] == ()


@settings(max_examples=25)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=30), st.integers(0, 2**16))
def test_however_often_timers_look_each_telling_comes_once(steps: list[int], seed: int) -> None:
    """Any rhythm, with looks that were lost before they were stored and come again."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable
    dossier, now = reminding.arm(urged(now=at("2020-09-17 10:00")), RULES, CALENDAR), NOW
    told: list[tuple[str, str, str, int]] = []
    for hours in steps:
        now += timedelta(hours=hours)
        after, messages = reminding.remind(dossier, now, RULES, CALENDAR)
        if chance.random() < 0.7:
            dossier = after
            told += [
                (m.matter, m.step, m.agency, m.count)
                for m in messages
                if isinstance(m, DossierEscalated)
            ]
        assert (
            dossier.schedule.remind is None or dossier is not after or dossier.schedule.remind > now
        )
    assert len(told) == len(set(told))


def test_a_table_that_changes_tells_nothing_twice() -> None:
    dossier = reminding.remind(consulting(), NOW, RULES, CALENDAR)[0]
    swapped = tuple(replace(each, amount=each.amount - (each.amount > 0)) for each in RULES)
    for _, m in [(0, m) for m in reminding.remind(dossier, NOW, swapped, CALENDAR)[1]]:
        assert getattr(m, "count", 2) > 1, m


# The list.


def test_what_is_late_is_listed_with_where_since_when_how_long_and_whose_fault() -> None:
    dossier = late_list.listed(consulting())
    row = late_list.row(dossier, NOW, CALENDAR)
    assert row
    due = step(dossier, "1.0").due
    assert due == at("2020-09-28 09:30")
    assert row.since == due
    assert row.minutes == working_minutes(due, NOW, CALENDAR)
    assert [(each.agency, each.minutes) for each in row.where] == [
        (BUILDING, row.minutes),
        (LAND, row.minutes),
    ]
    used = {each.who: each.minutes for each in row.shares}
    spent = working_minutes(at("2020-09-17 09:30"), NOW, CALENDAR)
    assert used == {REGISTRAR: 960, BUILDING: spent, LAND: spent}
    assert sum(each.percent for each in row.shares) in {99, 100, 101}


def test_the_applicants_share_is_theirs() -> None:
    dossier, _ = asked(consulting(), "1.0", at("2020-09-18 10:00"), "Bản vẽ")
    row = late_list.row(dossier, at("2020-10-05 10:00"), CALENDAR)
    assert row
    assert row.where[0].agency == LAND
    assert {each.who for each in row.shares} >= {"applicant", LAND, REGISTRAR}


def test_nothing_is_late_that_is_in_time_closed_or_stands_still() -> None:
    stopped = pause.stop(consulting(), "NĐ 99/2022 Đ16", "lũ lụt", at("2020-09-18 08:00"))[0]
    for dossier in (consulting(), resolved(), stopped, journeys.owing()):
        now = at("2020-09-18 09:00") if dossier == consulting() else NOW + timedelta(days=90)
        assert late_list.row(late_list.listed(dossier), now, CALENDAR) is None
    for dossier in (resolved(), stopped, journeys.owing()):
        listed = late_list.listed(dossier)
        assert (listed.schedule.pressing, listed.schedule.press_order) == ((), "")


def test_a_dossier_is_found_by_who_leads_it_who_has_it_and_its_field() -> None:
    places = late_list.listed(consulting()).schedule.pressing
    field = consulting().field
    assert field == "Đầu tư"
    for agency in ("", REGISTRAR, BUILDING, LAND):
        assert late_list.place_of(agency, "") in places
        assert late_list.place_of(agency, field) in places
    assert late_list.place_of("ubnd-tinh", "") not in places


def test_an_agency_that_is_in_time_is_not_shown_for_anothers_lateness() -> None:
    dossier = consulting()
    steps = tuple(
        replace(each, due=NOW + timedelta(days=3)) if each.agency == LAND else each
        for each in dossier.steps
    )
    dossier = late_list.listed(replace(dossier, steps=steps))
    assert late_list.row(dossier, NOW, CALENDAR, BUILDING)
    assert late_list.row(dossier, NOW, CALENDAR, LAND) is None
    assert late_list.row(dossier, NOW + timedelta(days=60), CALENDAR, LAND)


# The doors.


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    for number, each in enumerate((consulting(), accepted(), resolved()), 1):
        kept = replace(each, id=f"d{number}", code=journeys.code(number))
        steps = tuple(replace(s, id=f"d{number}.{s.id.partition('.')[2]}") for s in kept.steps)
        office.dossiers.save(
            reminding.arm(late_list.listed(replace(kept, steps=steps)), RULES, CALENDAR)
        )
    office.clock.moment = NOW
    return office


def direct(office: Office, door: Any, body: object = None, **rest: Any) -> Any:
    return office.ask(door, body, **({"who": "giám đốc", "scopes": "director"} | rest))


def test_the_list_is_paged_and_filtered(office: Office) -> None:
    service = office.service
    first = direct(office, service.list_late, query={"limit": "1"})
    second = direct(office, service.list_late, query={"limit": "1", "after": first["next"]})
    ids = [first["late"][0]["id"], second["late"][0]["id"]]
    # Its first step was due before the other's second: the longest late comes first.
    assert (ids, second["next"]) == (["d2", "d1"], "")
    by_agency = direct(office, service.list_late, query={"agency": LAND})
    assert [each["id"] for each in by_agency["late"]] == ["d1"]
    assert direct(office, service.list_late, query={"field": "Đất đai"})["late"] == []
    assert len(direct(office, service.list_late, query={"field": "Đầu tư"})["late"]) == 2
    nowhere = {"after": "2026-99-99T99:99:99.999Z d1"}
    for wrong in ({"limit": "0"}, {"agency": "SỞ"}, {"after": "x"}, nowhere, {"field": "\x00"}):
        with pytest.raises(Invalid):
            direct(office, service.list_late, query=wrong)


def test_the_list_names_no_applicant(office: Office) -> None:
    shown = str(direct(office, office.service.list_late))
    assert "Hoa" not in shown
    assert "+84" not in shown


def test_who_has_not_signed_in_sees_a_form_or_is_told_to(office: Office) -> None:
    service = office.service
    for door, place in ((service.list_late, {}), (service.look_at, {"dossier_id": "d1"})):
        with pytest.raises(Unknown):
            direct(office, door, who="", **place)
        page: Response = direct(office, door, who="", headers=BROWSER, **place)
        html = page.get_data(as_text=True)
        assert flaws(html) == []
        assert journeys.code(1) not in html


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_are_valid_and_say_what_is_late(office: Office, language: str) -> None:
    direct(office, office.service.urge, {"words": "<script>alert(1)</script>"}, dossier_id="d1")
    asks = {"headers": BROWSER, "language": language}
    for door, place in (
        (office.service.list_late, {}),
        (office.service.look_at, {"dossier_id": "d1"}),
        (office.service.look_at, {"dossier_id": "d3"}),
    ):
        response: Response = direct(office, door, **asks, **place)
        html = response.get_data(as_text=True)
        assert flaws(html) == []
        assert "<script>" not in html
    text = Markup(direct(office, office.service.list_late, **asks).get_data(as_text=True)).text
    assert journeys.code(1) in text
    assert ("Late by about 4 working days" if language == "en" else "Quá hạn khoảng 4") in text
    assert ("Department of Construction" if language == "en" else "Sở Xây dựng") in text


def test_the_table_is_for_spreadsheets_and_holds_no_formula(office: Office) -> None:
    bad = office.dossiers.get("d1")
    office.dossiers.save(replace(bad, procedure_name='=HYPERLINK("x")'))
    response: Response = direct(office, office.service.export)
    text = response.get_data().decode("utf-8-sig")
    lines = text.splitlines()
    assert (len(lines), lines[0].split(",")[0]) == (3, "code")
    assert "\"'=HYPERLINK" in text
    assert response.headers["Content-Disposition"].endswith('.csv"')


def test_the_same_request_urges_once(office: Office) -> None:
    body = {"words": WORDS, "agency": BUILDING, "answer_by": "2020-10-05T17:00:00+07:00"}
    first = direct(office, office.service.urge, body, key="k", dossier_id="d1")
    assert first.status == 200
    assert [each["agency"] for each in first.body["urgings"]] == [BUILDING]
    with pytest.raises(Duplicate):
        direct(office, office.service.urge, body, key="k", dossier_id="d1")
    assert [m.TYPE for m in office.dossiers.messages] == ["step.urged", "order.urge"]
    shown = direct(office, office.service.urgings, dossier_id="d1")["urgings"]
    assert (len(shown), shown[0]["by"], shown[0]["words"]) == (1, "giám đốc", WORDS)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"words": ""},
        {"words": "x" * 2001},
        {"words": "a\x00"},
        {"words": "x", "answer_by": "tomorrow"},
        {"words": "x", "answer_by": "2020-10-05T17:00:00"},
        {"words": "x", "agency": "Sở"},
        {"words": "x", "other": 1},
    ],
)
def test_a_bad_urging_is_refused_and_nothing_is_said(office: Office, body: object) -> None:
    with pytest.raises(Invalid):
        direct(office, office.service.urge, body, dossier_id="d1")
    assert office.dossiers.messages == []


def test_a_form_urges_once_however_often_it_is_sent(office: Office) -> None:

    fields = {"key": "k-1", "words": WORDS, "step": "", "answer_by": "2020-10-05T17:00"}
    for _ in range(2):
        request = Request(
            method="POST",
            path="/late/d1/urge",
            headers={"content-type": "application/x-www-form-urlencoded"},
            stream=BytesIO(urlencode(fields).encode()),
            who=Identity(subject="giám đốc", scopes=frozenset({"director"})),
        )
        response = office.service.urge_by_form(request, "d1")
        assert (response.status_code, response.headers["Location"]) == (303, "/late/d1")
    made = office.dossiers.get("d1").urgings
    assert len(made) == 2
    assert {each.answer_by for each in made} == {at("2020-10-05 17:00")}
    with pytest.raises(Unknown):
        office.service.urge_by_form(replace(request, who=Identity(subject="")), "d1")


def test_the_answer_comes_back_by_the_bus_twice_late_and_early(office: Office) -> None:
    early = UrgingReply(
        agency=BUILDING,
        step="d1.1.0",
        urging="unknown",
        reason="chờ đo đạc",
        promised=NOW + timedelta(days=5),
    )
    with pytest.raises(NotFound):
        office.tell(office.service.urging_answered, early, subject="d1")
    direct(office, office.service.urge, {"words": WORDS}, dossier_id="d1")
    made = office.dossiers.get("d1").urgings[0]
    said = replace(early, urging=made.id)
    office.clock.forward(days=9)
    office.tell(office.service.urging_answered, said, subject="d1", key="m")
    for key in ("m", "another"):
        with pytest.raises(Duplicate):
            office.tell(office.service.urging_answered, said, subject="d1", key=key)
    with pytest.raises(Forbidden):
        office.tell(office.service.urging_answered, said, subject="d1", agency=LAND)
    types = [each.type for each in office.dossiers.history("d1")]
    assert types == ["step.urged", "step.urged", "dossier.urging_answered"]


def test_the_timer_tells_once_and_acts_set_it_again(office: Office) -> None:
    service = office.service
    office.clock.moment = at("2020-10-06 10:00")
    service.remind()
    told = len(office.dossiers.messages)
    assert told
    service.remind()
    assert len(office.dossiers.messages) == told
    office.clerk(service.stop, {"article": "NĐ 99/2022 Đ16", "reason": "lũ lụt"}, dossier_id="d1")
    kept = office.dossiers.get("d1")
    assert (kept.schedule.remind, kept.schedule.pressing) == (None, ())
    office.clerk(service.resume, dossier_id="d1")
    kept = office.dossiers.get("d1")
    assert kept.schedule.pressing
    assert kept.schedule.remind


class Contested(FakeDossiers):
    """Another process does the same work in the moment before this one saves."""

    other: Any = None

    def save(self, entity: Any, *messages: Any, **how: Any) -> Any:
        other, self.other = self.other, None
        if other:
            other()
        return super().save(entity, *messages, **how)


def test_two_processes_at_once_tell_once(office: Office) -> None:
    store = Contested(Dossier, clock=office.clock)
    store.documents = office.dossiers.documents
    office.service.dossiers = store
    office.clock.moment = at("2020-10-06 10:00")
    store.other = office.service.remind
    office.service.remind()
    told = [(m.agency, str(m.write())) for m in store.messages]
    assert len(told) == len(set(told)) > 0


def test_a_process_that_dies_before_it_saves_has_told_nothing_and_the_next_tells(
    office: Office,
) -> None:
    office.clock.moment = at("2020-10-06 10:00")
    office.dossiers.available = False
    with pytest.raises(Unavailable):
        office.service.remind()
    assert office.dossiers.messages == []
    office.dossiers.available = True
    office.service.remind()
    assert office.dossiers.messages


def test_a_submitted_dossier_is_not_the_directors_yet(office: Office) -> None:
    office.dossiers.save(replace(consulting(), id="d9", code="", owner=OWNER))
    for door in (office.service.look_at, office.service.urgings):
        with pytest.raises(NotFound):
            direct(office, door, dossier_id="d9")


def test_every_matter_and_person_can_be_told() -> None:
    told = {(each.matter, each.whom) for each in urged(now=NOW).schedule.reminded}
    assert told == set()
    dossier = reminding.remind(urged(now=NOW), NOW + timedelta(days=60), RULES, CALENDAR)[0]
    assert {(each.matter, each.whom) for each in dossier.schedule.reminded} == {
        (Matter.STEP, Whom.DIRECTOR),
        (Matter.DOSSIER, Whom.HEAD),
        (Matter.DOSSIER, Whom.DIRECTOR),
        (Matter.URGING, Whom.HEAD),
        (Matter.URGING, Whom.DIRECTOR),
    }
    assert all(each.state is not StepState.PLANNED for each in dossier.steps[:3])


class AskedDossiers(AskedStore):
    """Dossiers with the real query of the list."""

    late, pressing = Dossiers.late, Dossiers.pressing


def as_row(dossier: Dossier) -> SimpleNamespace:
    return SimpleNamespace(place=dossier.schedule.press_order)


@pytest.mark.parametrize("sorts_by_index", [False, True])
@settings(max_examples=30, deadline=None)
@given(
    days=st.lists(st.one_of(st.floats(0.0001, 900), st.sampled_from((1.0, 30.0))), max_size=60),
    limit=st.integers(1, 7),
)
def test_page_after_page_gives_every_late_dossier_once_the_longest_late_first(
    *, sorts_by_index: bool, days: list[float], limit: int
) -> None:
    """Also of many that are due at the very same minute, and of none."""
    clock = FakeClock(NOW)
    store: Any = AskedDossiers(Dossier, clock=clock, sorts_by_index=sorts_by_index)
    for number, late_by in enumerate(days):
        order = f"{write_time(NOW - timedelta(days=late_by))} d{number}"
        kept = replace(accepted(), id=f"d{number}")
        kept = with_schedule(kept, pressing=("* *",), press_order=order)
        store.documents[kept.id] = {
            "_id": kept.id,
            **revision_fields(Revision(version=1)),
            **to_fields(kept),
        }
    right = sorted(each["press_order"] for each in store.documents.values())
    found: list[str] = []
    pages = 0
    while True:
        pages += 1
        after = found[-1] if found else ""
        page = store.late("* *", after, NOW, as_row, limit=limit + 1)[:limit]
        found += [each.place for each in page]
        if len(page) < limit:
            break
    assert found == right
    assert len(store.queries) <= (pages if sorts_by_index else 40 + 4 * len(days))


def test_a_short_list_is_read_in_few_questions() -> None:
    store: Any = AskedDossiers(Dossier, clock=FakeClock(NOW))
    assert store.late("* *", "", NOW, as_row, limit=21) == []
    assert len(store.queries) <= 10
