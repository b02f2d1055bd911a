"""The code tables agree with the code, are checked when they are read, and can be looked at."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.catalogue import code_tables
from cli.catalogue.command import catalogue
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import set_language
from services.catalogue.domain.addresses import PlaceTables
from services.catalogue.domain.code_tables import in_force, successors_on
from services.catalogue.domain.content import CHANNELS, OnlineLevel
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import State

LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


def numbered(name: str) -> dict[str, int | None]:
    return {code.code: code.number for code in code_tables.table(name)}


def test_the_states_of_a_dossier_are_those_of_intake_with_their_numbers() -> None:
    assert numbered("dossier-states") == {state.value: state.number for state in State}


def test_the_channels_are_those_of_intake_and_of_the_catalogue() -> None:
    assert numbered("channels") == {channel.value: channel.number for channel in Channel}
    assert tuple(numbered("channels")) == CHANNELS


def test_the_online_levels_are_those_of_the_catalogue() -> None:
    assert numbered("online-levels") == {"full": 4, "partial": 3, "information": 2}
    assert set(numbered("online-levels")) == {level.value for level in OnlineLevel}


def test_the_63_provinces_of_before_became_34_and_keep_their_codes() -> None:
    provinces = code_tables.table("provinces")
    assert {code.code for code in provinces} == {f"H{number:02}" for number in range(1, 64)}
    assert len(in_force(provinces, LAST_DAY)) == 63
    assert len(in_force(provinces, FIRST_DAY)) == 34
    closed = {code.code: code.successors for code in provinces if code.until == LAST_DAY}
    assert len(closed) == 29
    assert closed["H45"] == ("H15",), "Phú Yên went into Đắk Lắk"
    assert closed["H34"] == ("H48",), "Kon Tum went into Quảng Ngãi"


def test_seven_provinces_are_confirmed() -> None:
    provinces = code_tables.table("provinces")
    confirmed = {code.code: code.vi for code in provinces if code.verified}
    assert confirmed == {
        "H19": "Đồng Nai",
        "H30": "Hậu Giang",
        "H38": "Lào Cai",
        "H41": "Nghệ An",
        "H55": "Thái Nguyên",
        "H56": "Thanh Hóa",
        "H57": "Huế",
    }


def test_a_merged_province_has_the_administrative_code_of_its_seat() -> None:
    provinces = code_tables.table("administrative-provinces")
    now = {code.code: code.vi for code in in_force(provinces, FIRST_DAY)}
    assert len(now) == 34
    assert now["24"] == "Bắc Ninh", "its seat is in what was Bắc Giang"
    assert now["52"] == "Gia Lai", "its seat is in what was Bình Định"
    then = {code.code: code.vi for code in in_force(provinces, LAST_DAY)}
    assert len(then) == 63
    assert then["24"] == "Bắc Giang"


@pytest.mark.parametrize(
    ("name", "then", "now"), [("districts", 696, 0), ("communes", 10_035, 3321)]
)
def test_communes_are_all_there_before_and_after_and_districts_are_gone(
    name: str, then: int, now: int
) -> None:
    rows = code_tables.table(name)
    assert (len(in_force(rows, LAST_DAY)), len(in_force(rows, FIRST_DAY))) == (then, now)


@pytest.mark.parametrize("name", [*code_tables.LONG, "provinces", "administrative-provinces"])
def test_whoever_follows_successors_ends_at_codes_in_force(name: str) -> None:
    places = code_tables.places()
    rows = code_tables.table(name)
    if name == "provinces":
        places = PlaceTables({name: rows})
    for row in rows:
        ends = successors_on(places.coded, name, row, date(2026, 11, 29))
        assert ends, row
        assert all(each.holds(date(2026, 11, 29)) for each in ends), row


def test_the_units_are_the_confirmed_one_and_the_desks_of_the_agencies() -> None:
    units = {code.code: code.verified for code in code_tables.table("units")}
    assert units["000.00.00.H41"] is True
    assert units["000.00.19.H41"] is False


@pytest.mark.parametrize("name", code_tables.NAMES)
def test_every_table_can_be_looked_at(name: str, tmp_path: Path) -> None:
    shown = CliRunner().invoke(catalogue, ["codes", name], obj=DataFolder(tmp_path))
    assert shown.exit_code == 0
    assert all(code.code in shown.output for code in code_tables.table(name) if not code.until)
    as_json = CliRunner().invoke(
        catalogue, ["codes", name, "--ever", "--json"], obj=DataFolder(tmp_path)
    )
    assert [row["code"] for row in json.loads(as_json.output)] == [
        code.code for code in code_tables.table(name)
    ]


def test_a_table_is_shown_as_it_was_on_a_day(tmp_path: Path) -> None:
    def shown(*options: str) -> list[str]:
        command = ["codes", "provinces", "--json", *options]
        answer = CliRunner().invoke(catalogue, command, obj=DataFolder(tmp_path))
        return [row["code"] for row in json.loads(answer.output)]

    assert len(shown("--at", "2025-06-30")) == 63
    assert len(shown("--at", "2025-07-01")) == 34
    assert "H02" not in shown()


def test_without_a_name_the_long_tables_are_left_out(tmp_path: Path) -> None:
    shown = CliRunner().invoke(catalogue, ["codes"], obj=DataFolder(tmp_path)).output
    assert "administrative-provinces" in shown
    assert "communes" not in shown


def test_what_no_source_confirms_is_marked(tmp_path: Path) -> None:
    shown = CliRunner().invoke(catalogue, ["codes", "provinces"], obj=DataFolder(tmp_path)).output
    lines = {line.split()[0]: line for line in shown.splitlines()[1:]}
    assert "unverified" in lines["H01"]
    assert "unverified" not in lines["H41"]


GOOD = {"code": "online", "vi": "Trực tuyến", "number": 2, "verified": True}


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([GOOD, GOOD], "row [12]"),
        ([GOOD, GOOD | {"code": "post"}], "row 2"),
        ([GOOD | {"code": "On-line"}], "row 1"),
        ([GOOD | {"vi": " "}], "row 1"),
        ([GOOD | {"number": "2"}], "row 1"),
        ([GOOD | {"number": True}], "row 1"),
        ([GOOD | {"until": "30/6/2025"}], "row 1"),
        ([GOOD | {"until": "2025-06-30", "successors": [7]}], "row 1"),
        ([GOOD | {"until": "2025-06-30", "successors": ["post"]}], "row 1"),
        ([GOOD | {"successors": ["post"]}], "row 1"),
        ([GOOD | {"since": "2025-07-01", "until": "2025-06-30"}], "row 1"),
        ([GOOD | {"color": "red"}], "row 1"),
        ([{"code": "online", "vi": "Trực tuyến"}], "row 1"),
        ([7], "row 1"),
        ([], r"row \?"),
        ({}, r"row \?"),
    ],
)
def test_a_wrong_row_is_named(rows: Any, place: str, tmp_path: Path) -> None:
    path = tmp_path / "codes.json"
    path.write_text(json.dumps({"channels": rows}))
    with pytest.raises(CliError, match=f"table channels, {place} "):
        code_tables.table("channels", path)


@pytest.mark.parametrize("text", ["", "{", None])
def test_tables_that_cannot_be_read_are_said_in_one_sentence(
    text: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "codes.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CliError, match="mend this file"):
        code_tables.table("channels", path)
