"""The timers of intake on stores in memory: crashes, bad dossiers, two at once, changes between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.events import (
    DossierConsentAssumed,
    DossierDueSoon,
    DossierOverdue,
    DossierRescheduled,
)
from contracts.orders import RescheduleOrder
from contracts.procedure import Silence, Stage, Task
from foundation.errors import Invalid, Stale, Unavailable
from services.intake.domain.calendar import recounting
from services.intake.domain.case.dossier import Dossier
from services.intake.handlers.jobs import next_batch_size
from tests.builders import (
    LAND,
    PROCEDURE,
    PROVINCE,
    RECEIVED,
    REGISTRAR,
    Office,
    at,
    handed_in,
    published,
)

TABLE = {"days": [{"date": "2020-09-16", "kind": "off", "note": "bão số 5"}]}
REASON = {"vi": "nghỉ bão", "en": "storm"}
MANY = 7


@pytest.fixture(name="office")
def _office() -> Office:
    """An office with some dossiers, each handed in a minute after the one before, but two."""
    office = Office()
    office.service.page_size = 1  # so that a page may have four
    for number in range(MANY):
        office.clock.forward(minutes=number != 2)
        answer = office.ask(office.service.submit, handed_in())
        office.clerk(office.service.accept, dossier_id=answer.body["id"])
    office.dossiers.messages.clear()
    return office


def put(office: Office, table: dict[str, Any], edition: int = 0) -> dict[str, Any]:
    body = {**table, "reason": REASON, "edition": edition}
    answer: dict[str, Any] = office.ask(
        office.service.decide_calendar, body, scopes="calendar:write"
    )
    office.clock.forward(seconds=4)
    return answer


def sent(office: Office, kind: type) -> int:
    return sum(isinstance(each, kind) for each in office.dossiers.messages)


def dues(office: Office) -> list[Any]:
    return [each.due for each in office.dossiers.things]


def test_every_dossier_is_warned_of_in_its_time(office: Office) -> None:
    office.service.warn()
    assert not office.dossiers.messages
    office.clock.moment = at("2020-10-05 09:00")
    for _ in range(3):
        office.service.warn()
    assert sent(office, DossierDueSoon) == MANY
    office.clock.moment = at("2020-12-05 09:00")
    for _ in range(3):
        office.service.warn()
    assert sent(office, DossierOverdue) == MANY
    assert not office.dossiers.alarmed(office.clock.now(), limit=9)


def test_two_timers_at_once_tell_once(office: Office) -> None:
    office.clock.moment = at("2020-12-05 09:00")
    within(office, "alarmed", office.service.warn)
    office.service.warn()
    assert sent(office, DossierOverdue) == MANY


def test_dossiers_that_cannot_be_dealt_with_hold_up_no_other(office: Office) -> None:
    bad = [each.id for each in office.dossiers.things[:2]]
    office.dossiers.documents[bad[0]]["time"] = "no time"
    office.dossiers.documents[bad[1]]["due"] = at("1900-01-01 09:00")
    office.clock.moment = at("2020-12-05 09:00")

    office.service.warn()
    assert sent(office, DossierOverdue) == MANY - 2
    left = [each["_id"] for each in office.dossiers.documents.values() if each["alarm"]]
    assert left == bad


def test_a_new_calendar_reaches_all_that_is_open(office: Office) -> None:
    closed = office.dossiers.things[3].id
    office.clerk(office.service.withdraw, dossier_id=closed)
    before = dues(office)
    answer = put(office, TABLE)
    assert (answer["edition"], answer["recounting"]["seen"]) == (1, 0)
    office.service.recount()
    after = dues(office)
    assert [a != b for a, b in zip(before, after, strict=True)] == [n != 3 for n in range(MANY)]
    assert (sent(office, DossierRescheduled), sent(office, RescheduleOrder)) == (6, 6)
    shown = office.ask(office.service.calendar, scopes="")
    assert shown["recounting"] is None
    assert shown["reason"] == REASON
    assert shown["days"] == TABLE["days"]


def test_more_dossiers_of_one_moment_than_a_look_takes_in_do_not_hold_the_walk(
    office: Office,
) -> None:
    moment = office.dossiers.things[0].submitted
    for each in office.dossiers.documents.values():
        each["submitted"] = moment
    assert {each.submitted for each in office.dossiers.things} == {moment}
    put(office, TABLE)
    office.service.recount()
    assert office.calendars.newest().walk is None
    assert set(dues(office)) == counted_at_once(office)


def test_a_walk_that_was_killed_goes_on_and_tells_nothing_twice(office: Office) -> None:
    put(office, TABLE)
    die_at(office, 5)
    with pytest.raises(Unavailable):
        office.service.recount()
    assert office.calendars.newest().walk
    assert 0 < sent(office, DossierRescheduled) < MANY
    office.service.recount()
    assert sent(office, DossierRescheduled) == MANY
    assert set(dues(office)) == counted_at_once(office)
    assert office.calendars.newest().walk is None


def test_a_second_change_in_the_middle_of_a_walk_begins_it_anew(office: Office) -> None:
    put(office, TABLE)
    die_at(office, 5)
    with pytest.raises(Unavailable):
        office.service.recount()
    other = [{"date": "2020-09-22", "kind": "off"}, {"date": "2020-09-23", "kind": "off"}]
    assert put(office, {"days": other}, 1)["recounting"]["seen"] == 0
    office.service.recount()
    assert set(dues(office)) == counted_at_once(office)
    assert {due.date().isoformat() for due in dues(office)} == {"2020-10-12"}


def test_a_change_within_a_page_wins_over_the_place_of_the_old_walk(office: Office) -> None:
    put(office, TABLE)
    within(office, "submitted", lambda: put(office, {"days": []}, 1))
    office.service.recount()
    office.service.recount()
    assert {due.date().isoformat() for due in dues(office)} == {"2020-10-08"}
    assert office.calendars.newest().walk is None


@pytest.mark.timeout(10)
def test_a_database_that_goes_away_while_a_walk_reads_is_heard_and_the_walk_goes_on(
    office: Office,
) -> None:
    put(office, TABLE)
    within(office, "submitted", _go_away)
    with pytest.raises(Unavailable):
        office.service.recount()
    assert office.calendars.newest().walk
    office.service.recount()
    assert set(dues(office)) == counted_at_once(office)


def _go_away() -> None:
    raise Unavailable("đi vắng", "away")


def test_two_walks_at_once_count_everything_once(office: Office) -> None:
    put(office, TABLE)
    within(office, "submitted", office.service.recount)
    office.service.recount()
    assert sent(office, DossierRescheduled) == MANY
    assert office.calendars.newest().walk is None


@pytest.mark.parametrize(
    ("size", "milliseconds", "following"),
    [(20, 100, 20), (20, 400, 10), (22, 200, 11), (15, 70, 21), (10, 0, 20), (25, 1, 25)],
    ids=["just so", "never too few", "slow", "quick", "no leaps", "never too many"],
)
def test_a_batch_takes_as_long_as_others_may_wait(
    size: int, milliseconds: int, following: int
) -> None:
    assert next_batch_size(size, timedelta(milliseconds=milliseconds)) == following


def test_an_act_counts_a_dossier_first_that_the_walk_has_not_reached(office: Office) -> None:
    dossier = office.dossiers.things[0]
    put(office, TABLE)
    office.clerk(office.service.withdraw, dossier_id=dossier.id)
    kinds = [entry.type for entry in office.dossiers.history(dossier.id)]
    assert kinds[-2:] == ["dossier.rescheduled", "dossier.withdrawn"]


def test_a_walk_waits_until_every_process_knows(office: Office) -> None:
    put(office, TABLE)
    office.clock.forward(seconds=-2)
    office.service.recount()
    assert sent(office, DossierRescheduled) == 0


def test_what_comes_later_is_counted_by_the_new_calendar(office: Office) -> None:
    put(office, TABLE)
    answer = office.ask(office.service.submit, handed_in())
    office.clerk(office.service.accept, dossier_id=answer.body["id"])
    assert office.dossiers.get(answer.body["id"]).due.date().isoformat() == "2020-10-09"


def test_another_rule_sets_every_alarm_anew(office: Office) -> None:
    put(office, {"warnings": {"days": 3}})
    office.service.recount()
    found = {each.schedule.alarm.date().isoformat() for each in office.dossiers.things}
    assert found == {"2020-10-05"}
    assert not office.dossiers.messages


def test_nobody_decides_from_what_is_no_calendar_or_an_old_one(office: Office) -> None:
    put(office, TABLE)
    with pytest.raises(Invalid):
        put(office, {"days": [{"date": "2020-13-01", "kind": "off"}]}, 1)
    with pytest.raises(Stale):
        put(office, {"days": []}, 0)
    assert office.ask(office.service.calendar, scopes="")["edition"] == 1


def within(office: Office, query: str, do: Callable[[], object]) -> None:
    """Once, after this query was answered, something else happens before anything is done."""
    asked = getattr(office.dossiers, query)

    def answer(*args: Any, **kwargs: Any) -> Any:
        found = asked(*args, **kwargs)
        setattr(office.dossiers, query, asked)
        do()
        return found

    setattr(office.dossiers, query, answer)


def die_at(office: Office, number: int) -> None:
    """The process loses its database before it writes that dossier."""
    save, left = office.dossiers.save, iter(range(number - 1))

    def dying(*args: Any, **kwargs: Any) -> Any:
        if next(left, None) is None:
            del vars(office.dossiers)["save"]
            raise Unavailable("Mất kết nối.", "The connection is gone.")
        return save(*args, **kwargs)

    vars(office.dossiers)["save"] = dying


def counted_at_once(office: Office) -> set[Any]:
    """The due dates if each dossier were counted from its beginning by the newest calendar."""
    unit = office.calendars.newest()

    def alone(dossier: Dossier) -> Any:
        return recounting.recount(replace(dossier, calendar=0), unit, RECEIVED)[0].due

    return {alone(each) for each in office.dossiers.things}


def test_silence_that_is_consent_is_taken_in_its_time_and_once() -> None:
    office = Office()
    asked = Task(agency=LAND, action="có ý kiến", amount=7, on_silence=Silence.CONSENT)
    decision = Task(agency=PROVINCE, action="ký", amount=3, decides=True)
    stages = (Stage(tasks=(asked,)), Stage(tasks=(decision,)))
    office.tell(office.service.learn, published(version=2, route=stages), subject=PROCEDURE)
    place = office.ask(office.service.submit, handed_in()).body["id"]
    office.clerk(office.service.accept, dossier_id=place)
    assert office.dossiers.get(place).schedule.silent == at("2020-09-24 09:30")
    office.service.take_silence()
    assert sent(office, DossierConsentAssumed) == 0
    office.clock.moment = at("2020-09-24 09:30")
    office.service.take_silence()
    office.service.take_silence()
    assert sent(office, DossierConsentAssumed) == 1
    dossier = office.dossiers.get(place)
    assert [step.state.value for step in dossier.steps] == ["done", "open"]
    assert dossier.schedule.silent is None


def test_open_late_and_nearly_late_dossiers_are_counted_by_agency(office: Office) -> None:
    service = office.service
    for moment, soon, late in (("2020-09-15 12:00", 0, 0), ("2020-10-06 09:00", 7, 0)):
        office.clock.moment = at(moment)
        service.count_deadlines()
        figures = (service.held, service.due_soon, service.overdue)
        shown = [figure.show.call_args.args[0] for figure in figures]
        assert [each[REGISTRAR] for each in shown] == [MANY, soon, late]
        assert [each[LAND] for each in shown] == [0, 0, 0]  # known, and leads nothing
    office.clock.moment = at("2020-12-05 09:00")
    service.count_deadlines()
    assert service.due_soon.show.call_args.args[0][REGISTRAR] == 0
    assert service.overdue.show.call_args.args[0][REGISTRAR] == MANY
