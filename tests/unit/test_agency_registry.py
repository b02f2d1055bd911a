"""Agencies come, go and move: nobody's port moves, and who works elsewhere has no desk here."""

from pathlib import Path

import pytest

from cli import agency_registry
from cli.agency import provision
from cli.agency_registry import Agency
from cli.commands import run_command_line
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.local_platform import LocalPlatform
from contracts.message import CENTRE


def agency(code: str, *, elsewhere: bool = False) -> Agency:
    return Agency(
        code=code, name_vi=code, name_en=code, officer_vi="", unit="", elsewhere=elsewhere
    )


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path)
    for each in (agency("so-noi-vu"), agency("cuc-thue", elsewhere=True), agency("so-tu-phap")):
        agency_registry.add(made, each)
    return made


def ports(folder: DataFolder) -> dict[str, int]:
    return {each.agency: each.http for each in LocalPlatform(folder.root).instances if each.agency}


def test_an_agency_elsewhere_takes_no_place_and_has_no_process(folder: DataFolder) -> None:
    with_desk = [each.code for each in agency_registry.read_agencies()] + [
        "so-noi-vu",
        "so-tu-phap",
    ]
    assert list(ports(folder)) == with_desk
    codes = [each.code for each in LocalPlatform(folder.root).agencies]
    assert codes == [*with_desk[:-1], "cuc-thue", "so-tu-phap"]


def test_one_that_comes_home_moves_nobody(folder: DataFolder) -> None:
    before = ports(folder)
    agency_registry.add(folder, agency("cuc-thue"))
    after = ports(folder)
    assert after.pop("cuc-thue") not in before.values()
    assert after == before


def test_one_whose_desk_is_here_is_not_elsewhere_as_well(folder: DataFolder) -> None:
    for code in ("so-noi-vu", "so-xay-dung"):
        with pytest.raises(CliError, match="--elsewhere"):
            agency_registry.add(folder, agency(code, elsewhere=True))


def test_one_that_went_may_come_back_and_be_named_anew(folder: DataFolder) -> None:
    agency_registry.remove(folder, "cuc-thue")
    assert "cuc-thue" not in {each.code for each in agency_registry.agencies_of(folder)}
    renamed = Agency(
        code="cuc-thue",
        name_vi="Thuế tỉnh",
        name_en="Tax",
        officer_vi="",
        unit="",
        elsewhere=True,
    )
    agency_registry.add(folder, renamed)
    assert renamed in agency_registry.agencies_of(folder)


def test_a_system_of_its_own_is_given_the_bus_and_a_key_and_no_database(folder: DataFolder) -> None:
    given = provision.provide(LocalPlatform(folder.root), agency("bao-hiem", elsewhere=True))
    assert set(given.settings) == {"AGENCY", "AMQP_URL", "TOKEN_SIGNING_KEY"}
    assert Path(given.settings["TOKEN_SIGNING_KEY"]).exists()
    assert given.walled
    again = provision.provide(LocalPlatform(folder.root), agency("bao-hiem", elsewhere=True))
    assert not again.settings


@pytest.mark.parametrize("code", ["", "So-X", "so_y", "so--y", "-x", "x-", "../x", "a" * 41])
def test_a_code_becomes_part_of_queues_and_users(code: str) -> None:
    assert agency_registry.is_code("so-xay-dung")
    assert not agency_registry.is_code(code)


def test_nobody_may_speak_in_the_centre_s_name() -> None:
    assert not agency_registry.is_code(CENTRE)


@pytest.mark.parametrize("name", ["", "   ", "Sở\nY tế", "Sở Y tế \u202e", "S" * 201])
def test_a_name_is_one_line_that_can_be_printed(name: str) -> None:
    assert agency_registry.is_name("Sở Y tế")
    assert not agency_registry.is_name(name)


def test_the_command_gives_a_bad_code_or_name_nothing(tmp_path: Path) -> None:
    for words in (
        (CENTRE, "--name", "Trung tâm"),
        ("so-y-te", "--name", "  "),
        ("so-y-te", "--name", "Sở Y tế", "--name-en", "\u202ehealth"),
    ):
        with pytest.raises(CliError):
            run_command_line(["--data", str(tmp_path), "agency", "add", *words])
    assert not list(tmp_path.iterdir())


def test_one_that_came_home_is_remembered_as_having_worked_elsewhere(folder: DataFolder) -> None:
    agency_registry.add(folder, agency("cuc-thue"))
    agency_registry.add(folder, agency("so-moi"))
    agency_registry.remove(folder, "so-moi")
    assert agency_registry.ever_elsewhere(folder) == {"cuc-thue"}
