"""The code tables agree with the code, are checked when they are read, and can be looked at."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.catalogue import code_tables
from cli.catalogue.command import catalogue
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import set_language
from services.catalogue.domain.content import CHANNELS, OnlineLevel
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import State


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


def test_the_63_provinces_are_in_their_order_and_six_are_confirmed() -> None:
    provinces = code_tables.table("provinces")
    assert [code.code for code in provinces] == [f"H{number:02}" for number in range(1, 64)]
    confirmed = {code.code: code.vi for code in provinces if code.verified}
    assert confirmed == {
        "H19": "Đồng Nai",
        "H30": "Hậu Giang",
        "H38": "Lào Cai",
        "H41": "Nghệ An",
        "H55": "Thái Nguyên",
        "H56": "Thanh Hóa",
    }


def test_the_units_are_the_confirmed_one_and_the_desks_of_the_agencies() -> None:
    units = {code.code: code.verified for code in code_tables.table("units")}
    assert units["000.00.00.H41"] is True
    assert units["000.00.19.H41"] is False


@pytest.mark.parametrize("name", code_tables.NAMES)
def test_every_table_can_be_looked_at(name: str, tmp_path: Path) -> None:
    shown = CliRunner().invoke(catalogue, ["codes", name], obj=DataFolder(tmp_path))
    assert shown.exit_code == 0
    assert all(code.code in shown.output for code in code_tables.table(name))
    as_json = CliRunner().invoke(catalogue, ["codes", name, "--json"], obj=DataFolder(tmp_path))
    assert [row["code"] for row in json.loads(as_json.output)] == [
        code.code for code in code_tables.table(name)
    ]


def test_what_no_source_confirms_is_marked(tmp_path: Path) -> None:
    shown = CliRunner().invoke(catalogue, ["codes", "provinces"], obj=DataFolder(tmp_path)).output
    lines = {line.split()[0]: line for line in shown.splitlines()[1:]}
    assert "unverified" in lines["H01"]
    assert "unverified" not in lines["H41"]


GOOD = {"code": "online", "vi": "Trực tuyến", "number": 2, "verified": True}


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([GOOD, GOOD], "row 2"),
        ([GOOD, GOOD | {"code": "post"}], "row 2"),
        ([GOOD | {"code": "On-line"}], "row 1"),
        ([GOOD | {"vi": " "}], "row 1"),
        ([GOOD | {"number": "2"}], "row 1"),
        ([GOOD | {"number": True}], "row 1"),
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
