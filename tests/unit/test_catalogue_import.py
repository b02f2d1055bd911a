import json
import textwrap
import unicodedata
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cli.catalogue.command import catalogue
from cli.catalogue.coverage import figures, show
from cli.catalogue.csv_and_json import read_rows, rows_of
from cli.catalogue.importer import (
    ImportResult,
    ImportStatus,
    import_row,
    import_rows,
    print_results,
    warn_of_unknown_agencies,
)
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import set_language
from foundation.errors import Invalid
from services.catalogue.domain.rows import Known
from tests import dak_lak

NOTHING = Known()
CHAIN = {"steps": [{"agency": "các sở", "action": "ý kiến"}]}
ROW: dict[str, Any] = {
    "code": "1.000703",
    "name_vi": "Cấp giấy phép",
    "field": "Xây dựng",
    "agency": "Sở Xây dựng",
    "time_value": 4,
    "time_unit": "ngày làm việc",
}


class FakeCatalogue:
    """The three answers of the catalogue that an import meets."""

    def __init__(self) -> None:
        self.contents: dict[str, Any] = {}
        self.public: set[str] = set()
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.status != 200:
            return httpx.Response(self.status, json={"detail": "no"})
        code = request.url.path.split("/")[2]
        if request.method == "PUT":
            content = json.loads(request.content)
            self.public -= set() if self.contents.get(code) == content else {code}
            self.contents[code] = content
        elif self.contents[code]["at_counter"] == "same_day":
            return httpx.Response(409, json={"detail": "not in two days at once"})
        else:
            self.public.add(code)
        state = "published" if code in self.public else "draft"
        return httpx.Response(200, json={"state": state})


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


@pytest.fixture
def server() -> FakeCatalogue:
    return FakeCatalogue()


@pytest.fixture
def client(server: FakeCatalogue) -> httpx.Client:
    return httpx.Client(base_url="http://catalogue", transport=httpx.MockTransport(server))


def test_every_row_is_read_with_the_line_it_begins_on() -> None:
    text = textwrap.dedent(
        """\
        [
          {"code": "1.000001"},

          {"code": "1.000002",
           "name": "a\\nb"}, 3
        ]
        """
    )
    assert [line for line, _ in read_rows(text)] == [2, 4, 5]


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers())), st.sampled_from([None, 2]))
def test_every_json_list_is_read_as_it_is(rows: list[dict[str, Any]], indent: int | None) -> None:
    assert [row for _, row in read_rows(json.dumps(rows, indent=indent))] == rows


@pytest.mark.parametrize(
    ("text", "line"), [("{}", 1), ("", 1), ("[\n1,\n{", 3), ("[1", 1), ("[1,\n2]\n[3]", 2)]
)
def test_what_is_no_list_is_named_by_its_line(text: str, line: int) -> None:
    with pytest.raises(CliError, match=f"Line {line}:"):
        list(read_rows(text))


def test_a_second_import_changes_nothing(client: httpx.Client) -> None:
    assert import_row(client, 2, ROW, NOTHING).status is ImportStatus.PUBLISHED
    assert import_row(client, 2, ROW, NOTHING).status is ImportStatus.UNCHANGED


def test_a_code_is_taken_once_also_where_all_rows_stand_on_one_line(
    client: httpx.Client, server: FakeCatalogue
) -> None:
    text = json.dumps([ROW, ROW | {"name_vi": "Khác"}, ROW | {"code": "1.000704"}])
    results = import_rows(client, read_rows(text), NOTHING)
    assert [each.status for each in results] == [
        ImportStatus.PUBLISHED,
        ImportStatus.BAD,
        ImportStatus.PUBLISHED,
    ]
    assert "line 1 has this code already" in results[1].reason
    assert server.contents["1.000703"]["name"] == ROW["name_vi"]
    again = import_rows(client, read_rows(text), NOTHING)
    assert [each.status for each in again] == [
        ImportStatus.UNCHANGED,
        ImportStatus.BAD,
        ImportStatus.UNCHANGED,
    ]


def test_words_are_known_however_their_letters_are_put_together(
    client: httpx.Client, server: FakeCatalogue, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    table = (
        "code,name_vi,field,agency,time_unit,time_value\n"
        "1.000703,Đăng ký,Hộ tịch,Sở Tư pháp,ngày làm việc,3\n"
    )
    file.write_text(unicodedata.normalize("NFD", table), encoding="utf-8")
    (outcome,) = import_rows(client, rows_of(file), NOTHING)
    assert (outcome.status, outcome.reason) == (ImportStatus.PUBLISHED, "")
    assert server.contents["1.000703"]["name"] == "Đăng ký"


def test_a_row_without_a_name_is_told_of_without_an_empty_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_results([ImportResult(7, "", ImportStatus.BAD, "no JSON object")])
    assert capsys.readouterr().out.startswith("line 7: bad: no JSON object\n")


def test_agencies_that_nothing_can_be_sent_to_are_named_once_with_how_much_it_is(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        ROW,
        *(ROW | {"code": f"1.00070{n}", "agency": "Sở Không Có"} for n in (4, 5)),
        ROW | {"code": "1.000706", "agency": "Sở Bãi Bỏ", "time_unit": "tuần"},
    ]
    results = import_rows(client, read_rows(json.dumps(rows, indent=1)), NOTHING)
    warn_of_unknown_agencies(results, {"so-xay-dung"})
    said = capsys.readouterr()
    assert said.err.endswith("(`motcua agency add`): so-khong-co (2)\n")
    assert said.out == ""
    warn_of_unknown_agencies(results, {"so-xay-dung", "so-khong-co"})
    assert capsys.readouterr().err == ""


def test_a_changed_row_is_published_anew(client: httpx.Client) -> None:
    import_row(client, 2, ROW, NOTHING)
    assert import_row(client, 2, ROW | {"time_value": 5}, NOTHING).status is ImportStatus.PUBLISHED


def test_what_cannot_be_put_in_force_is_kept_as_a_draft_and_the_reason_is_said(
    client: httpx.Client,
) -> None:
    outcome = import_row(client, 2, ROW | {"at_counter": "trả ngay"}, NOTHING)
    assert (outcome.status, outcome.reason) == (ImportStatus.DRAFT, "not in two days at once")


def test_what_lacks_its_route_is_written_down_and_not_put_in_force(
    client: httpx.Client, server: FakeCatalogue
) -> None:
    for _ in range(2):
        outcome = import_row(client, 2, ROW | {"lien_thong": CHAIN}, NOTHING)
        assert outcome.status is ImportStatus.DRAFT
        assert outcome.reason == "the chain, step 1 (các sở): the agency is not a definite one"
    assert server.contents["1.000703"]["internal_process"][0]["who"] == "các sở"
    assert not server.public


def test_a_code_that_is_there_twice_is_taken_once(
    client: httpx.Client, server: FakeCatalogue
) -> None:
    rows = [
        (2, ROW),
        (3, ROW | {"code": " 1.000703", "name_vi": "Cấp lại"}),
        (4, ROW | {"code": "1.000704"}),
    ]
    for status in (ImportStatus.PUBLISHED, ImportStatus.UNCHANGED):
        results = import_rows(client, rows, NOTHING)
        assert [outcome.status for outcome in results] == [status, ImportStatus.BAD, status]
        assert results[1].reason == "line 2 has this code already"
    assert server.contents["1.000703"]["name"] == "Cấp giấy phép"


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (ROW | {"code": None}, ImportStatus.SKIPPED),
        (ROW | {"agency": ""}, ImportStatus.BAD),
        (5, ImportStatus.BAD),
        (Invalid("sai", "wrong"), ImportStatus.BAD),
    ],
)
def test_a_row_that_cannot_be_used_is_never_sent(
    client: httpx.Client, server: FakeCatalogue, row: object, status: ImportStatus
) -> None:
    outcome = import_row(client, 7, row, NOTHING)
    assert (outcome.line, outcome.status) == (7, status)
    assert outcome.reason
    assert not server.contents


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_an_import_stops_when_the_catalogue_does_not_take_anything(
    client: httpx.Client, server: FakeCatalogue, status: int
) -> None:
    server.status = status
    with pytest.raises(CliError):
        import_row(client, 2, ROW, NOTHING)


def test_a_row_the_catalogue_finds_wrong_is_bad(
    client: httpx.Client, server: FakeCatalogue
) -> None:
    server.status = 422
    assert import_row(client, 2, ROW, NOTHING).status is ImportStatus.BAD


def test_the_report_names_lines_and_reasons_and_counts(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [ROW, ROW | {"code": ""}, ROW | {"code": "x"}]
    print_results(
        [import_row(client, line, row, NOTHING) for line, row in enumerate(rows, start=2)]
    )
    said = capsys.readouterr().out
    assert "line 3: skipped: Cấp giấy phép: it has no code" in said
    assert "line 4: bad: x Cấp giấy phép: The code 'x' has a wrong shape" in said
    assert "1 published, 0 unchanged, 0 kept as a draft, 1 skipped, 1 bad" in said


def test_an_address_without_a_token_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text("[]")
    line = ["import", str(tmp_path / "rows.json"), "--api", "http://127.0.0.1:1"]
    result = CliRunner().invoke(catalogue, line, obj=DataFolder(tmp_path))
    assert isinstance(result.exception, CliError)
    assert "--token" in result.exception.en


def test_a_catalogue_that_is_away_stops_the_import_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(json.dumps([ROW]))
    line = ["import", str(tmp_path / "rows.json"), "--api", "http://127.0.0.1:1", "--token", "t"]
    result = CliRunner().invoke(catalogue, line, obj=DataFolder(tmp_path))
    assert isinstance(result.exception, CliError)
    assert "later" in result.exception.en


# What is handled at the centre.

ANSWER: dict[str, Any] = {
    "at": "2019-12-31",
    "procedures": {"handled": 956, "total": 1275, "percent": 74.98},
    "agencies": {"handled": 15, "total": 21, "percent": 71.43},
    "by_field": [{"key": "y-te", "name": "Y tế", "handled": 112, "total": 115, "percent": 97.39}],
    "by_agency": [],
}


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", "956/1.275 (74,98 %)"), ("en", "956 of 1,275 (74.98 %)")],
)
def test_a_share_is_said_as_the_language_writes_figures(language: str, said: str) -> None:
    set_language(language)
    assert figures(ANSWER["procedures"]) == said


def test_coverage_is_shown_with_its_groups_only_when_they_are_asked_for() -> None:
    for by, groups in ((None, 0), ("field", 1), ("agency", 0)):
        text = StringIO()
        show(Console(file=text, width=100), ANSWER, by)
        assert "15 of 21 (71.43 %)" in text.getvalue()
        assert text.getvalue().count("112 of 115") == groups


@pytest.mark.parametrize("api", ["http://127.0.0.1:1", "nowhere"])
def test_a_catalogue_that_is_away_is_said_in_one_sentence(tmp_path: Path, api: str) -> None:
    result = CliRunner().invoke(catalogue, ["coverage", "--api", api], obj=DataFolder(tmp_path))
    assert isinstance(result.exception, CliError)
    assert "does not answer" in result.exception.en


def test_a_file_is_counted_without_a_catalogue_as_far_as_it_could_be_put_in_force(
    tmp_path: Path,
) -> None:
    since = {"at_centre_since": "2019-12-31"}
    rows = [
        ROW | since,
        ROW | {"code": "1.000704"},
        ROW | {"code": None} | since,
        ROW | {"code": "1.000705", "lien_thong": CHAIN} | since,
        7,
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    line = ["coverage", "--file", str(tmp_path / "rows.json"), "--at", "2019-12-31", "--json"]
    result = CliRunner().invoke(catalogue, line, obj=DataFolder(tmp_path))
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["procedures"] == {"handled": 1, "total": 2, "percent": 50.0}


def test_dak_laks_figures_are_counted_by_one_command(tmp_path: Path) -> None:
    line = ["coverage", "--file", str(dak_lak.FILE), "--at", "2019-12-31"]
    said = CliRunner().invoke(catalogue, line, obj=DataFolder(tmp_path)).output
    assert "956 of 1,275 (74.98 %)" in said
    assert "15 of 21 (71.43 %)" in said
