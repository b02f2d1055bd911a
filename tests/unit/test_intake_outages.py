"""Planned outages: seven working days before, moved and taken back, and their time not counted."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from contracts.events import CalendarAnnounced, CalendarChanged, DossierRescheduled
from contracts.orders import RescheduleOrder
from contracts.procedure import Supplement, TimeLimit
from foundation.errors import Invalid, NotFound, Refused
from foundation.timekeeping import CalendarCopy
from foundation.timekeeping.calendar_copy import learn
from foundation.worktime import Calendar, Outage, Outages
from services.intake.domain.calendar import announcing, outages, recounting, unit_calendar
from services.intake.domain.calendar.outage_notice import notices
from services.intake.domain.calendar.unit_calendar import CalendarEdition, UnitCalendar
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.clock.due_date import Pause, begin, recompute, resume
from services.intake.domain.clock.ledger import OUTAGE, replay
from services.intake.domain.explanation.wording import explained
from services.intake.pages import spoken
from tests import calendars
from tests.builders import BUILDING, LAND, UNIT, Office, accepted, at
from tests.unit.test_intake_clock_model import few, limits, modes, stretches, waits

NOW = at("2026-12-01 09:00")
NATION = UnitCalendar(id=UNIT)
SERVERS = Outage(
    since=at("2026-12-14 08:00"), until=at("2026-12-14 10:00"), vi="thay máy chủ", en="new servers"
)


def announced(*wanted: Outage, unit: UnitCalendar = NATION, now: datetime = NOW) -> UnitCalendar:
    for each in wanted:
        unit = outages.announce(unit, each, now)[0]
    return unit


def due_in_december(agency: str = "") -> Dossier:
    """A dossier of some days, moved to the days of the outage."""
    found = accepted()
    later = at("2026-12-11 09:00") - (found.received or found.submitted)
    due = begin(found.time, at("2026-12-11 09:00"), NATION.calendar)
    steps = tuple(
        replace(each, ordered=each.ordered + later, due=due.moment, ask_until=None)
        if each.ordered
        else each
        for each in found.steps
    )
    return replace(
        found,
        received=at("2026-12-11 09:00"),
        submitted=at("2026-12-11 09:00"),
        due=due.moment,
        ledger=due.ledger,
        steps=steps,
        agency=agency or found.agency,
    )


# Announcing, by the unit's calendar.


@pytest.mark.parametrize(
    ("since", "is_refused"), [("2026-12-10 08:59", True), ("2026-12-10 09:00", False)]
)
def test_seven_working_days_of_notice_are_needed(since: str, *, is_refused: bool) -> None:
    wanted = replace(SERVERS, since=at(since))
    if not is_refused:
        assert outages.current(announced(wanted), NOW)[0].since == at(since)
        return
    with pytest.raises(Refused) as refused:
        outages.announce(NATION, wanted, NOW)
    assert refused.value.article == "NĐ 224/2026 Đ13"
    assert "09:00 ngày 10/12/2026" in refused.value.vi
    assert "2026-12-10 09:00" in refused.value.en


def test_the_days_of_notice_are_those_of_the_units_own_calendar() -> None:
    table = '{"days": [{"date": "2026-12-02", "kind": "off"}]}'
    unit = unit_calendar.decide(NATION, CalendarEdition(table=table), NOW)[0]
    with pytest.raises(Refused, match="2026-12-11 09:00"):
        outages.announce(unit, replace(SERVERS, since=at("2026-12-10 09:00")), NOW)


def test_before_the_law_had_such_a_notice_none_can_be_announced() -> None:
    with pytest.raises(Refused, match="rule about planned outages"):
        outages.announce(NATION, SERVERS, at("2026-06-30 09:00"))


@pytest.mark.parametrize("until", ["2026-12-14 08:00", "2026-12-14 07:00", "2027-02-01 08:00"])
def test_an_outage_without_a_likely_return_is_no_outage(until: str) -> None:
    with pytest.raises(Invalid):
        outages.announce(NATION, replace(SERVERS, until=at(until)), NOW)


def test_it_is_an_edition_and_is_told_with_the_days_it_touches() -> None:
    unit, told = outages.announce(NATION, SERVERS, NOW)
    assert told == (
        CalendarChanged(agency="trung-tam", edition=1, days=("2026-12-14",), sessions=False),
    )
    assert outages.listed(unit) == (replace(SERVERS, number=1),)
    assert unit.walk
    _, (everything,) = announcing.announce(unit, NOW)
    assert isinstance(everything, CalendarAnnounced)
    assert [(each.since, each.until) for each in everything.outages] == [
        (SERVERS.since, SERVERS.until)
    ]


def test_the_same_time_is_not_announced_twice_for_one_agency() -> None:
    unit = announced(replace(SERVERS, agencies=(LAND,)))
    assert len(outages.listed(announced(replace(SERVERS, agencies=(BUILDING,)), unit=unit))) == 2
    for whose in ((), (LAND, BUILDING)):
        with pytest.raises(Refused, match="number 1"):
            announced(replace(SERVERS, agencies=whose), unit=unit)


def test_another_decision_on_the_calendar_leaves_outages_as_they_are() -> None:
    unit = announced(SERVERS)
    wanted = CalendarEdition(number=1, table='{"days": [{"date": "2026-12-02", "kind": "off"}]}')
    unit = unit_calendar.decide(unit, wanted, NOW)[0]
    assert outages.listed(unit) == (replace(SERVERS, number=1),)


# One that nobody planned.


def test_what_was_not_planned_is_noted_afterwards_and_its_time_counts() -> None:
    failed = replace(SERVERS, planned=False)
    with pytest.raises(Invalid, match="has not begun"):
        outages.announce(NATION, failed, NOW)
    unit, told = outages.announce(NATION, failed, at("2026-12-14 09:00"))
    assert [each.days for each in told] == [()]
    assert unit.calendar == NATION.calendar
    assert recounting.recount(due_in_december(), unit, NOW) == (due_in_december(), ())
    assert "failed" not in notices(unit, spoken("en", ""), at("2026-12-14 09:00"))[0]
    assert "not working since" in notices(unit, spoken("en", ""), at("2026-12-14 09:00"))[0]


# Its end moved, and taken back.


def test_an_earlier_return_may_be_told_until_it_is_over() -> None:
    unit = announced(SERVERS)
    back = at("2026-12-14 09:00")
    moved = outages.move_end(unit, 1, back, at("2026-12-14 09:05"))[0]
    assert outages.numbered(moved, 1).until == back
    assert outages.move_end(moved, 1, back, at("2026-12-20 09:00")) == (moved, ())
    with pytest.raises(Refused, match="is over"):
        outages.move_end(unit, 1, back, at("2026-12-14 10:00"))


def test_time_that_is_added_needs_its_own_notice() -> None:
    unit, later = announced(SERVERS), at("2026-12-14 11:00")
    assert outages.numbered(outages.move_end(unit, 1, later, NOW)[0], 1).until == later
    with pytest.raises(Refused, match="working days of notice"):
        outages.move_end(unit, 1, later, at("2026-12-04 09:00"))


def test_it_is_taken_back_before_it_begins_and_once_is_enough() -> None:
    unit = announced(SERVERS)
    gone, told = outages.take_back(unit, 1, at("2026-12-14 07:59"))
    assert outages.listed(gone) == ()
    assert [each.days for each in told] == [("2026-12-14",)]
    assert outages.take_back(gone, 1, at("2026-12-20 09:00")) == (gone, ())
    with pytest.raises(Refused, match="has begun"):
        outages.take_back(unit, 1, at("2026-12-14 08:00"))
    with pytest.raises(NotFound):
        outages.take_back(unit, 2, NOW)


# What it does to dossiers.


def test_open_dossiers_move_in_one_recount_and_the_ledger_says_why() -> None:
    was = due_in_december()
    unit = announced(SERVERS)
    after, told = recounting.recount(was, unit, NOW)
    assert was.due
    assert after.due
    assert after.due > was.due
    assert replay(after.ledger) == after.due
    assert [type(each) for each in told if not isinstance(each, RescheduleOrder)] == [
        DossierRescheduled
    ]
    (entry,) = [each for each in after.ledger if each.because == OUTAGE]
    assert (entry.since, entry.until, entry.minutes) == (SERVERS.since, SERVERS.until, 120)
    assert entry.article == "NĐ 224/2026"  # nobody has verified the article: none is cited
    lines = [line.text for line in explained(after, "en")]
    assert any(
        line.startswith("Not counted, 2 hours: planned outage from Monday 14 December 2026, 08:00")
        and line.endswith("(new servers) (NĐ 224/2026).")
        for line in lines
    )
    assert recounting.recount(after, unit, NOW) == (after, ())
    back = outages.take_back(unit, 1, NOW)[0]
    assert recounting.recount(after, back, NOW)[0].due == was.due


def test_the_outage_of_another_agency_moves_nothing() -> None:
    was = due_in_december()
    unit = announced(replace(SERVERS, agencies=("ubnd-xa",)))
    after, told = recounting.recount(was, unit, NOW)
    assert (after.due, after.steps, told) == (was.due, was.steps, ())
    theirs = due_in_december("ubnd-xa")
    assert recounting.recount(theirs, unit, NOW)[0].due != theirs.due


@few
@given(limits, modes, calendars.moments, waits, calendars.calendars, calendars.outages)
def test_with_outages_the_ledger_adds_up_and_a_recount_is_a_count_from_the_start(
    limit: TimeLimit,
    mode: tuple[Supplement, int],
    received: datetime,
    gaps: list[tuple[int, int]],
    calendar: Calendar,
    stops: Outages,
) -> None:
    limit = replace(limit, supplement=mode[0], fixed=mode[1])
    stopped = replace(calendar, outages=stops)

    def story(counted_by: Calendar) -> Any:
        due = begin(limit, received, counted_by)
        for since, until in stretches(received, gaps):
            pause = Pause(since=since, until=until, who="", article="")
            due = resume(due, limit, pause, counted_by)
        return due

    before, fresh = story(calendar), story(stopped)
    assert replay(fresh.ledger) == fresh.moment
    after = recompute(before, stopped, "lịch mới", "new calendar")
    assert after.moment == fresh.moment
    assert replay(after.ledger) == after.moment


@few
@given(limits, calendars.moments, calendars.calendars, calendars.outages)
def test_an_outage_never_brings_a_date_forward(
    limit: TimeLimit, received: datetime, calendar: Calendar, stops: Outages
) -> None:
    was = begin(limit, received, calendar).moment
    now = begin(limit, received, replace(calendar, outages=stops)).moment
    assert (was is None) == (now is None)
    assert was is None or now is None or was <= now


# Who counts by a copy.


def test_a_copy_counts_by_the_outages_of_its_own_agency() -> None:
    unit = announced(replace(SERVERS, agencies=(LAND,)))
    _, (told,) = announcing.announce(unit, NOW)
    copies = {
        who: learn(CalendarCopy(id=who, agency=who), told, NOW, NOW) for who in (LAND, BUILDING)
    }
    assert [len(copies[who].calendar.stops) for who in (LAND, BUILDING)] == [1, 0]
    assert copies[LAND].walk == ""
    again = learn(copies[LAND], told, NOW + timedelta(days=1), NOW + timedelta(days=1))
    assert again.since == NOW


def test_what_an_older_centre_tells_names_no_outages() -> None:
    data = {
        "agency": "trung-tam",
        "edition": 1,
        "sessions": [],
        "weekend": [],
        "off": [],
        "worked": [],
    }
    assert CalendarAnnounced.read(data).outages == ()


# At the door.


BODY = {
    "since": "2026-12-14T08:00:00+07:00",
    "until": "2026-12-14T10:00:00+07:00",
    "reason": {"vi": "thay máy chủ", "en": "new servers"},
}


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    office.clock.moment = NOW
    return office


def post(office: Office, door: Any, body: object, **rest: Any) -> Any:
    return office.ask(door, body=body, who="administrator", scopes="calendar:write", **rest).body


def test_everybody_reads_what_was_announced(office: Office) -> None:
    answer = post(office, office.service.announce_outage, BODY)
    listed = office.ask(office.service.list_outages, who="")
    assert listed == {
        "outages": [
            {
                "number": 1,
                "since": "2026-12-14T01:00:00.000Z",
                "until": "2026-12-14T03:00:00.000Z",
                "agencies": [],
                "planned": True,
                "reason": BODY["reason"],
            }
        ],
        "article": "NĐ 224/2026 Đ13",
    }
    assert answer == listed
    office.clock.moment = at("2026-12-14 10:00")
    assert office.ask(office.service.list_outages, who="")["outages"] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Hệ thống trực tuyến ngừng theo kế hoạch từ 08:00 thứ Hai, 14/12/2026"),
        ("en", "The online system: planned outage from Monday 14 December 2026, 08:00"),
    ],
)
def test_the_page_where_a_code_is_typed_in_says_it(
    office: Office, language: str, said: str
) -> None:
    start = office.service.start
    before = office.ask(start, who="", language=language, headers={"accept": "text/html"})
    assert "14/12" not in before.get_data(as_text=True)
    post(office, office.service.announce_outage, BODY)
    page = office.ask(start, who="", language=language, headers={"accept": "text/html"})
    assert said in page.get_data(as_text=True)


def test_its_end_is_moved_and_it_is_taken_back_at_the_door(office: Office) -> None:
    post(office, office.service.announce_outage, BODY)
    until = {"until": "2026-12-14T09:00:00+07:00"}
    moved = post(office, office.service.move_outage_end, until, number="1")
    assert moved["outages"][0]["until"] == "2026-12-14T02:00:00.000Z"
    assert post(office, office.service.take_back_outage, {}, number="1")["outages"] == []
    for strange in ("x", "99", "-1", "9" * 40):
        with pytest.raises(NotFound):
            post(office, office.service.take_back_outage, {}, number=strange)


def test_an_agency_that_does_not_exist_is_refused(office: Office) -> None:
    with pytest.raises(Invalid, match="no agency"):
        post(office, office.service.announce_outage, {**BODY, "agencies": ["so-khong-co"]})
