"""An agency ends: written into the catalogue's table with who takes over, and noted beside it."""

from datetime import date
from pathlib import Path

import pytest

from cli import agency_registry
from cli.agency.ending import Ending, end_agency
from cli.agency_registry import Agency
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from tests.unit.test_catalogue_codes import Office

JUNE = date(2025, 6, 30)


def agency(code: str) -> Agency:
    return Agency(code=code, name_vi=code.upper(), name_en=code, officer_vi="", unit="")


AGENCIES = {code: agency(code) for code in ("ubnd-huyen-a", "ubnd-xa-b", "ubnd-xa-c")}
ENDING = Ending(code="ubnd-huyen-a", until=JUNE, successors=("ubnd-xa-b",), level="district")


@pytest.fixture
def office() -> Office:
    return Office()


def test_an_agency_of_the_platform_ends_and_its_successor_is_told_first(office: Office) -> None:
    with office.client() as client:
        end_agency(client, AGENCIES, ENDING)
        end_agency(client, AGENCIES, ENDING)
    told = [(message.agency, message.until) for message in office.told()]
    assert told == [("ubnd-xa-b", ""), ("ubnd-huyen-a", ""), ("ubnd-huyen-a", "2025-06-30")]
    assert office.told()[-1].level == "district"
    assert office.told()[-1].successors == ("ubnd-xa-b",)


def test_an_end_is_corrected_by_another(office: Office) -> None:
    other = Ending(code="ubnd-huyen-a", until=JUNE, successors=("ubnd-xa-b", "ubnd-xa-c"))
    with office.client() as client:
        end_agency(client, AGENCIES, ENDING)
        end_agency(client, AGENCIES, other)
    assert office.told()[-1].successors == ("ubnd-xa-b", "ubnd-xa-c")
    assert office.told()[-1].level == "district", "as the table has it"


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (Ending(code="so-nobody", until=JUNE), "no agency 'so-nobody'"),
        (Ending(code="ubnd-huyen-a", until=JUNE, successors=("so-nobody",)), "no agency"),
        (Ending(code="ubnd-huyen-a", until=JUNE, successors=("ubnd-huyen-a",)), "refused"),
    ],
)
def test_an_end_that_cannot_be_is_said(office: Office, ending: Ending, said: str) -> None:
    with office.client() as client, pytest.raises(CliError) as refused:
        end_agency(client, AGENCIES, ending)
    assert said in refused.value.en


def test_an_agency_that_ended_stays_with_its_end_until_it_is_removed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    agency_registry.add(folder, agency("ubnd-huyen-a"))
    agency_registry.end(folder, "ubnd-huyen-a", JUNE, ["ubnd-xa-b"])
    agency_registry.add(folder, agency("ubnd-xa-b"))
    known = {each.code: each for each in agency_registry.agencies_of(folder)}
    assert (known["ubnd-huyen-a"].until, known["ubnd-huyen-a"].successors) == (
        "2025-06-30",
        ("ubnd-xa-b",),
    )
    agency_registry.remove(folder, "ubnd-huyen-a")
    assert "ubnd-huyen-a" not in {each.code for each in agency_registry.agencies_of(folder)}
