"""The command and the catalogue together, on the real database and broker."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import tokens
from cli.__main__ import run
from cli.catalogue.csv_and_json import rows_of
from cli.embedded.data_folder import DataFolder
from cli.language import set_language
from contracts.history import Revision
from foundation.persistence.document import revision_fields, to_fields
from services.catalogue.domain.procedure import draft as write_down
from services.catalogue.domain.procedure import publish
from services.catalogue.domain.rows import Known, draft_from_row
from services.catalogue.service import Catalogue
from services.catalogue.store import FRESH
from tests.dak_lak import FILE as DAK_LAK
from tests.platform_fixtures import Platform
from tests.processes import ROOT, Bench, Process, bench

DATA = ROOT / "catalogue-data"


class Office:
    """A running catalogue, and the command that speaks to it."""

    def __init__(self, made: Bench, folder: DataFolder) -> None:
        keys = {"TOKEN_KEYS": str(tokens.public_keys_file(folder))}
        settings = made.settings("catalogue") | keys
        self.process = Process("services", "catalogue", settings, made.logs)
        made.processes.append(self.process)
        self.made, self.folder = made, folder
        self.token = tokens.sign_token(folder, "publisher", "test")

    def motcua(self, *words: str) -> int:
        """Run `motcua catalogue …` against this catalogue."""
        api = ("--api", str(self.process.http.base_url).rstrip("/"))
        data = ("--data", str(self.folder.root))
        return run([*data, "--lang", "en", "catalogue", *words, *api])

    def bring_in(self, file: Path) -> int:
        return self.motcua("import", str(file), "--token", self.token)

    def ask(self, path: str) -> Any:
        return self.process.http.get(path).raise_for_status().json()


@pytest.fixture(scope="module")
def office(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = DataFolder(tmp_path_factory.mktemp("catalogue"))
    with bench(platform, [Catalogue], folder.root) as made:
        office = Office(made, folder)
        office.process.wait_ready()
        yield office
    set_language("")


def events(office: Office) -> int:
    documents = office.made.documents("catalogue", "procedures").find({}, {"history": 1})
    return sum(len(each["history"]) for each in documents)


def test_the_open_data_are_brought_in_and_a_second_time_nothing_changes(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    file = DATA / "procedures.json"
    assert office.bring_in(file) == 0
    first = capsys.readouterr().out.splitlines()
    assert first[-1] == "59 published, 0 unchanged, 11 kept as a draft, 43 skipped, 0 bad", first
    told = events(office)
    assert told == 59
    assert office.bring_in(file) == 0
    again = capsys.readouterr().out.splitlines()
    assert again[-1] == "0 published, 59 unchanged, 11 kept as a draft, 43 skipped, 0 bad"
    assert again[:-1] == first[:-1]
    assert events(office) == told
    shown = office.ask("/procedures/1.004232")
    assert shown["time"] == {
        "unit": "working_days",
        "amount": 30,
        "counted_from": "receipt",
        "supplement": "pause_then_fixed",
        "holds_others": False,
        "ask_within": 3,
        "fixed": 18,
    }


def test_a_table_of_the_office_keeps_its_good_lines_and_names_the_bad_ones(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bảng.csv"
    file.write_text(
        "\ufeffcode;name_vi;field;agency;time_value;time_unit;at_centre_since;at_counter\r\n"
        '8.000001;"Cấp ""bản sao""; trích lục";Tư pháp;Sở Tư pháp;;trong ngày;;trả ngay\r\n'
        "8.000002;Cấp thẻ;Tư pháp;Sở Tư pháp;năm;ngày làm việc;;\r\n"
        "8.000003;Cấp đổi;Tư pháp;Sở Tư pháp;5;tuần;;\r\n"
        ";Cấp lại;Tư pháp;Sở Tư pháp;5;ngày;;\r\n"
        "8.000001;Cấp hai lần;Tư pháp;Sở Tư pháp;5;ngày;;\r\n",
        encoding="utf-8",
    )
    assert office.bring_in(file) == 1
    said = capsys.readouterr().out
    assert "line 3: bad: " in said
    assert "line 4: bad: 8.000003 Cấp đổi: “time_unit” (column F) 'tuần' is not known" in said
    assert "line 5: skipped: Cấp lại: it has no code" in said
    assert "line 6: bad: 8.000001 Cấp hai lần: line 2 has this code already" in said
    assert "1 published, 0 unchanged, 0 kept as a draft, 1 skipped, 3 bad" in said
    shown = office.ask("/procedures/8.000001")
    assert (shown["name"], shown["route"], shown["at_counter"]) == (
        'Cấp "bản sao"; trích lục',
        [],
        "same_day",
    )


@pytest.fixture
def province(office: Office) -> int:
    """All of Đắk Lắk in force, put where the catalogue keeps it; how many there are."""
    documents = office.made.documents("catalogue", "procedures")
    documents.delete_many({})
    kept = [_document(row) for _, row in rows_of(DAK_LAK)]
    documents.insert_many(kept)
    return len(kept)


def _document(row: Mapping[str, Any]) -> dict[str, Any]:
    draft, moment = draft_from_row(row, Known()), datetime.now(UTC)
    published, _ = publish(write_down(None, draft.code, draft.content, moment), moment)
    return {"_id": published.id, **revision_fields(Revision(version=1)), **to_fields(published)}


def test_a_whole_province_is_found_paged_and_counted(
    office: Office, province: int, capsys: pytest.CaptureFixture[str]
) -> None:
    cold = _counted_cold(office, province)
    with capsys.disabled():
        print(f"\n    of {province} procedures")
        print(f"    {cold * 1000:6.0f} ms  GET /coverage, read anew")
        for path in PATHS:
            print(f"    {_seconds(office, path) * 1000:6.0f} ms  GET {path}")
    assert cold < MOST_SECONDS
    codes, after, pages = [], "", 0
    while pages == 0 or after:
        page = office.ask(f"/procedures?limit=100&after={after}")
        codes += [each["code"] for each in page["procedures"]]
        after, pages = page["next"], pages + 1
    assert codes == [f"9.{number:06}" for number in range(1, province + 1)]
    capsys.readouterr()
    assert office.motcua("coverage", "--at", "2019-12-31", "--json") == 0
    counted = json.loads(capsys.readouterr().out)
    assert counted["procedures"] == {"handled": 956, "total": 1275, "percent": 74.98}
    assert counted["agencies"] == {"handled": 15, "total": 21, "percent": 71.43}
    assert office.motcua("coverage", "--at", "2020-12-31", "--by", "agency") == 0
    said = capsys.readouterr().out
    assert "procedures  1,275 of 1,275 (100.00 %)" in said
    assert "Bảo hiểm xã hội tỉnh" in said


def test_procedures_narrowed_to_an_agency_and_a_field_are_all_found(
    office: Office, province: int
) -> None:
    assert province
    found = office.ask("/procedures?agency=so-y-te&field=y+te&query=minh+hoa&limit=100")
    rest = office.ask(f"/procedures?agency=so-y-te&field=y+te&query=minh+hoa&after={found['next']}")
    assert len(found["procedures"]) + len(rest["procedures"]) == 115
    assert rest["next"] == ""
    assert office.ask("/procedures?agency=so-y-te&field=xay+dung")["procedures"] == []


PATHS = (
    "/procedures?limit=100",
    "/procedures?query=thu+tuc+minh+hoa&limit=100",
    "/procedures?query=9.001275",
    "/procedures?agency=so-y-te&at_centre=true&limit=100",
    "/procedures?field=y+te&query=minh",
)


# The promise is one second; the machine of a test has other things to do.
MOST_SECONDS = 5.0


def _counted_cold(office: Office, total: int) -> float:
    """Seconds to count when the catalogue has forgotten the list it read before."""
    time.sleep(FRESH + 0.1)
    began = time.monotonic()
    assert office.ask("/coverage")["procedures"]["total"] == total
    return time.monotonic() - began


def _seconds(office: Office, path: str) -> float:
    began = time.monotonic()
    office.ask(path)
    return time.monotonic() - began
