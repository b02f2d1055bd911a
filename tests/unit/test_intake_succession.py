"""Agencies that ended: new dossiers go to who took over, districts' procedures are refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import AgencyChanged
from contracts.orders import StepOrder
from contracts.procedure import Stage, Task
from foundation.errors import Duplicate, Refused
from services.intake.domain.case.dossier import State
from services.intake.domain.case.succession import (
    Agencies,
    KnownAgency,
    as_of,
    learn_agency,
    succeeded_by,
)
from tests import builders
from tests.builders import BUILDING, LAND, PROVINCE, REGISTRAR, Office, at, handed_in

END, AFTER = date(2025, 2, 28), date(2025, 3, 1)
FINANCE = "so-tai-chinh"


def known(code: str, *successors: str, until: date | None = END, **more: Any) -> KnownAgency:
    return KnownAgency(id=code, edition=1, until=until, successors=successors, **more)


def table(*agencies: KnownAgency) -> Agencies:
    return {each.id: each for each in agencies}


def changed(code: str, *successors: str, until: str = "2025-02-28", **more: Any) -> AgencyChanged:
    event = AgencyChanged(
        agency=code, edition=1, name_vi=code.upper(), until=until, successors=successors
    )
    return replace(event, **more)


def agencies_of(route: tuple[Stage, ...]) -> list[str]:
    return [task.agency for stage in route for task in stage.tasks]


def test_on_its_last_day_an_agency_is_there_and_on_the_next_its_successor() -> None:
    agencies = table(known(REGISTRAR, FINANCE))
    procedure = builders.procedure()
    assert as_of(procedure, agencies, END) is procedure
    after = as_of(procedure, agencies, AFTER)
    assert after.agency == FINANCE
    assert agencies_of(after.route) == [FINANCE, BUILDING, LAND, FINANCE, PROVINCE]


def test_nothing_changes_where_the_catalogue_has_told_nothing() -> None:
    procedure = builders.procedure()
    assert as_of(procedure, {}, AFTER) is procedure


def test_successors_of_successors_are_followed() -> None:
    agencies = table(known("a", "b"), known("b", "c", until=date(2025, 6, 30)))
    assert succeeded_by(agencies, "a", date(2025, 6, 30)) == ("b",)
    assert succeeded_by(agencies, "a", date(2025, 7, 1)) == ("c",)


@pytest.mark.parametrize(
    ("successors", "said"), [((FINANCE, "so-noi-vu"), "so-noi-vu"), ((), "nobody took over")]
)
def test_an_agency_that_was_divided_or_went_for_good_needs_the_procedure_anew(
    successors: tuple[str, ...], said: str
) -> None:
    agencies = table(known(BUILDING, *successors, name_en="Department of Construction"))
    with pytest.raises(Refused, match="published anew") as refused:
        as_of(builders.procedure(), agencies, AFTER)
    assert said in refused.value.en
    assert "Department of Construction" in refused.value.en
    assert refused.value.fields == {"agency": [BUILDING], "successors": list(successors)}


def test_agencies_that_became_one_do_not_do_the_same_twice() -> None:
    task = Task(agency=BUILDING, action="ý kiến", amount=3)
    side = Stage(tasks=(task, replace(task, agency=LAND)))
    procedure = replace(builders.procedure(), route=(side, *builders.procedure().route[-1:]))
    after = as_of(procedure, table(known(BUILDING, "so-b"), known(LAND, "so-b")), AFTER)
    assert agencies_of(after.route) == ["so-b", PROVINCE]


JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)


def test_a_districts_procedure_is_taken_until_the_last_day_of_districts() -> None:
    procedure = replace(builders.procedure(), level="district")
    assert as_of(procedure, {}, JUNE) is procedure
    with pytest.raises(Refused, match="commune or the province"):
        as_of(procedure, {}, JULY)


@pytest.mark.parametrize("level", ["district", ""])
def test_the_refusal_of_a_districts_procedure_names_who_took_over(level: str) -> None:
    xa = KnownAgency(id="ubnd-xa-do-luong", name_vi="UBND xã Đô Lương")
    huyen = known("ubnd-huyen-do-luong", xa.id, until=JUNE, level="district")
    procedure = replace(builders.procedure(), agency=huyen.id, level=level)
    with pytest.raises(Refused) as refused:
        as_of(procedure, table(huyen, xa), JULY)
    assert "UBND xã Đô Lương" in refused.value.vi
    assert "UBND xã Đô Lương" in refused.value.en
    assert refused.value.fields["successors"] == ["ubnd-xa-do-luong"]


def test_an_older_edition_is_known_already() -> None:
    learnt, _ = learn_agency(KnownAgency(id="a"), changed("a", "b", edition=3))
    assert (learnt.until, learnt.successors) == (END, ("b",))
    with pytest.raises(Duplicate):
        learn_agency(learnt, changed("a", edition=2))


CODES = st.sampled_from("abcdef")


@given(
    st.dictionaries(CODES, st.tuples(st.lists(CODES, max_size=3), st.integers(1, 28)), max_size=6),
    CODES,
    st.integers(1, 28),
)
def test_whatever_was_told_following_successors_ends_with_none_that_ended(
    told: dict[str, tuple[list[str], int]], code: str, day: int
) -> None:
    agencies = {
        each: known(each, *after, until=date(2025, 2, last)) for each, (after, last) in told.items()
    }
    on = date(2025, 2, day)
    ends = succeeded_by(agencies, code, on)
    assert len(set(ends)) == len(ends)
    assert not any(each in agencies and agencies[each].ended(on) for each in ends)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.clock.moment = at("2025-03-03 09:00")
    return office


def test_a_new_dossier_goes_to_the_successor_and_one_on_its_way_stays(office: Office) -> None:
    old = handed_in_and_accepted(office)
    office.tell(office.service.learn_agency, changed(REGISTRAR, FINANCE), subject="agencies:x")
    new = handed_in_and_accepted(office)
    assert office.dossiers.get(new).agency == FINANCE
    assert office.dossiers.get(new).steps[0].agency == FINANCE
    assert office.dossiers.get(old).agency == REGISTRAR
    assert office.dossiers.get(old).steps[0].agency == REGISTRAR
    ordered = [each for each in office.dossiers.messages if isinstance(each, StepOrder)]
    assert [each.agency for each in ordered] == [REGISTRAR, FINANCE]


def test_a_receipt_that_stopped_short_goes_on_with_the_route_it_has(office: Office) -> None:
    dossier = handed_in_and_accepted(office)
    office.tell(office.service.learn_agency, changed(REGISTRAR), subject="agencies:x")
    office.clerk(office.service.accept, dossier_id=dossier)
    assert office.dossiers.get(dossier).steps[0].agency == REGISTRAR


def test_a_districts_procedure_is_refused_at_the_door_and_at_the_receipt(office: Office) -> None:
    office.clock.moment = at("2025-06-30 16:00")
    early = submitted(office)
    district = changed(REGISTRAR, PROVINCE, until="2025-06-30", level="district")
    office.tell(office.service.learn_agency, district, subject="agencies:x")
    office.clock.moment = at("2025-07-01 08:00")
    with pytest.raises(Refused, match="no districts"):
        submitted(office)
    with pytest.raises(Refused, match="no districts"):
        office.clerk(office.service.accept, dossier_id=early)
    assert office.dossiers.get(early).state is State.SUBMITTED


def submitted(office: Office) -> str:
    answer = office.ask(office.service.submit, handed_in())
    dossier_id: str = answer.body["id"]
    return dossier_id


def handed_in_and_accepted(office: Office) -> str:
    dossier_id = submitted(office)
    office.clerk(office.service.accept, dossier_id=dossier_id)
    return dossier_id
