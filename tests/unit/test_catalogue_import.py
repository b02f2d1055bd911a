import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli.catalogue import Fate, bring_in_row, catalogue, read_rows, report
from cli.embedded.folder import Folder
from cli.say import Trouble, speak

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
        elif self.contents[code]["time"]["unit"] == "calendar_days":
            return httpx.Response(409, json={"detail": "calendar days"})
        else:
            self.public.add(code)
        state = "published" if code in self.public else "draft"
        return httpx.Response(200, json={"state": state})


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    speak("en")
    yield
    speak("")


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


@pytest.mark.parametrize(("text", "line"), [("{}", 1), ("", 1), ("[\n1,\n{", 3), ("[1", 1)])
def test_what_is_no_list_is_named_by_its_line(text: str, line: int) -> None:
    with pytest.raises(Trouble, match=f"Line {line}:"):
        list(read_rows(text))


def test_a_second_import_changes_nothing(client: httpx.Client) -> None:
    assert bring_in_row(client, 2, ROW, {}).fate is Fate.PUBLISHED
    assert bring_in_row(client, 2, ROW, {}).fate is Fate.UNCHANGED


def test_a_changed_row_is_published_anew(client: httpx.Client) -> None:
    bring_in_row(client, 2, ROW, {})
    assert bring_in_row(client, 2, ROW | {"time_value": 5}, {}).fate is Fate.PUBLISHED


def test_calendar_days_are_kept_as_a_draft_and_the_reason_is_said(client: httpx.Client) -> None:
    outcome = bring_in_row(client, 2, ROW | {"time_unit": "ngày"}, {})
    assert (outcome.fate, outcome.reason) == (Fate.DRAFT, "calendar days")


@pytest.mark.parametrize(
    ("row", "fate"),
    [(ROW | {"code": None}, Fate.SKIPPED), (ROW | {"agency": ""}, Fate.BAD), (5, Fate.BAD)],
)
def test_a_row_that_cannot_be_used_is_never_sent(
    client: httpx.Client, server: FakeCatalogue, row: object, fate: Fate
) -> None:
    outcome = bring_in_row(client, 7, row, {})
    assert (outcome.line, outcome.fate) == (7, fate)
    assert outcome.reason
    assert not server.contents


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_an_import_stops_when_the_catalogue_does_not_take_anything(
    client: httpx.Client, server: FakeCatalogue, status: int
) -> None:
    server.status = status
    with pytest.raises(Trouble):
        bring_in_row(client, 2, ROW, {})


def test_a_row_the_catalogue_finds_wrong_is_bad(
    client: httpx.Client, server: FakeCatalogue
) -> None:
    server.status = 422
    assert bring_in_row(client, 2, ROW, {}).fate is Fate.BAD


def test_the_report_names_lines_and_reasons_and_counts(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [ROW, ROW | {"code": ""}, ROW | {"code": "x"}]
    report([bring_in_row(client, line, row, {}) for line, row in enumerate(rows, start=2)])
    said = capsys.readouterr().out
    assert "line 3: skipped: Cấp giấy phép: it has no code" in said
    assert "line 4: bad: x Cấp giấy phép: the code 'x' has a wrong shape" in said
    assert "1 published, 0 unchanged, 0 kept as a draft, 1 skipped, 1 bad" in said


def test_an_address_without_a_token_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text("[]")
    line = ["import", str(tmp_path / "rows.json"), "--api", "http://127.0.0.1:1"]
    result = CliRunner().invoke(catalogue, line, obj=Folder(tmp_path))
    assert isinstance(result.exception, Trouble)
    assert "--token" in result.exception.en


def test_a_catalogue_that_is_away_stops_the_import_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(json.dumps([ROW]))
    line = ["import", str(tmp_path / "rows.json"), "--api", "http://127.0.0.1:1", "--token", "t"]
    result = CliRunner().invoke(catalogue, line, obj=Folder(tmp_path))
    assert isinstance(result.exception, Trouble)
    assert "later" in result.exception.en
