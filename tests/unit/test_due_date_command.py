"""`motcua clock due`: the date, the picture, the ledger, and what is said of impossible input."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.__main__ import run
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from cli.language import set_language
from tests.calendars import at

TET = ["2020-01-22T09:00", "--working-days", "5"]


@pytest.fixture(autouse=True)
def language_of_this_machine() -> Iterator[None]:
    yield
    set_language("")


def due(capsys: pytest.CaptureFixture[str], *words: str, language: str = "en") -> str:
    assert run(["--lang", language, "clock", "due", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (TET, "2020-02-05T09:00:00+07:00"),
        (["2020-01-22 09:00", "--working-days=5"], "2020-02-05T09:00:00+07:00"),
        (["2020-01-22T02:00Z", "--working-days", "5"], "2020-02-05T09:00:00+07:00"),
        (["2020-01-22T14:00", "--half-days", "1"], "2020-01-30T08:00:00+07:00"),
        (["2020-01-20T09:00", "--calendar-days", "3"], "2020-01-30T09:00:00+07:00"),
        (["2020-01-22T16:00", "--hours", "4"], "2020-01-30T10:00:00+07:00"),
        (["2020-01-22T15:30:00", "--same-day"], "2020-01-30T17:00:00+07:00"),
        (["2020-09-15T09:00", "--working-days", "0"], "2020-09-15T09:00:00+07:00"),
        # Friday 2/1/2026 was off, Saturday 10/1/2026 worked for it (12729/VPCP-KGVX).
        (["2025-12-31T09:00", "--working-days", "1"], "2026-01-05T09:00:00+07:00"),
        (["2026-01-09T09:00", "--working-days", "1"], "2026-01-10T09:00:00+07:00"),
    ],
)
def test_the_due_moment_is_printed(
    capsys: pytest.CaptureFixture[str], words: list[str], expected: str
) -> None:
    assert due(capsys, *words) == f"{expected}\n"


def test_json_has_the_date_and_a_ledger_that_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(due(capsys, *TET, "--json"))
    assert said["due"] == "2020-02-05T09:00:00+07:00"
    assert [entry["kind"] for entry in said["ledger"]] == [
        "received",
        "allowed",
        "skipped",
        "skipped",
    ]
    assert said["ledger"][2] == {
        "kind": "skipped",
        "since": "2020-01-23T00:00:00+07:00",
        "until": "2020-01-30T00:00:00+07:00",
        "minutes": 7 * 1440,
        "because": "holiday",
        "vi": "Tết Nguyên Đán",
        "en": "Lunar New Year (Tết)",
    }
    minutes = sum(entry["minutes"] for entry in said["ledger"])
    assert minutes == (at("2020-02-05 09:00") - at("2020-01-22 09:00")).total_seconds() / 60


PICTURE = {
    "vi": """
           Tháng 01/2020                          Tháng 02/2020
 T2   T3   T4   T5   T6   T7   CN       T2   T3   T4   T5   T6   T7   CN
            1    2    3    4    5                                 1c   2c
  6    7    8    9   10   11   12        3    4    5H   6    7    8    9
 13   14   15   16   17   18   19       10   11   12   13   14   15   16
 20   21   22N  23L  24L  25L  26L      17   18   19   20   21   22   23
 27L  28L  29L  30   31                 24   25   26   27   28   29

N nhận hồ sơ   H hẹn trả   c cuối tuần   L nghỉ lễ
""",
    "en": """
           January 2020                           February 2020
 Mo   Tu   We   Th   Fr   Sa   Su       Mo   Tu   We   Th   Fr   Sa   Su
            1    2    3    4    5                                 1w   2w
  6    7    8    9   10   11   12        3    4    5D   6    7    8    9
 13   14   15   16   17   18   19       10   11   12   13   14   15   16
 20   21   22R  23H  24H  25H  26H      17   18   19   20   21   22   23
 27H  28H  29H  30   31                 24   25   26   27   28   29

R received   D due   w weekend   H holiday
""",
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_reads_without_colours(
    capsys: pytest.CaptureFixture[str], language: str
) -> None:
    lines = [
        line.rstrip() for line in due(capsys, *TET, "--explain", language=language).split("\n")
    ]
    assert PICTURE[language] in "\n".join(lines)
    assert all(len(line) <= 80 for line in lines)


def test_the_explanation_ends_with_the_date_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    vi = due(capsys, *TET, "--explain", language="vi")
    assert "• Tết Nguyên Đán, nghỉ 5 ngày (23–29/01/2020)." in vi
    assert vi.endswith("→ Hẹn trả lúc 09:00 thứ Tư, 05/02/2020.\n")
    assert due(capsys, *TET, "--explain").endswith("→ Due Wednesday 5 February 2020, 09:00.\n")


def test_a_unit_has_its_own_calendar(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    days = [
        {"date": "2020-01-30", "kind": "off", "note": "mưa lũ"},
        {"date": "2020-01-31", "kind": "compensatory"},
        {"date": "2020-02-01", "kind": "worked"},
    ]
    file.write_text("\ufeff" + json.dumps({"days": days}), encoding="utf-8")
    said = due(capsys, *TET, "--calendar", str(file), "--explain")
    assert said.startswith("2020-02-06T09:00:00+07:00\n")
    assert "30O  31C" in said
    assert " 1+   2w" in said
    meanings = ("H holiday", "O off by decision", "C compensatory day off", "+ worked instead")
    assert all(meaning in said for meaning in meanings)
    assert "• Mưa lũ, 1 day off (30 January 2020)." in said


def test_the_receipt_and_the_due_date_may_be_on_one_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "15RD" in due(capsys, "2020-09-15T08:00", "--hours", "4", "--explain")


def test_a_receipt_on_a_day_off_is_marked_as_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert "19Rw 20w" in due(capsys, "2020-09-19T08:00", "--working-days", "1", "--explain")


IMPOSSIBLE = [
    (["2020-01-22T09:00"], "Choose exactly one of --working-days"),
    ([*TET, "--hours", "3"], "Choose exactly one of --working-days"),
    ([*TET, "--same-day"], "Choose exactly one of --working-days"),
    (["2020-01-22T09:00", "--working-days", "-5"], "--working-days must be a whole number"),
    ([*TET, "--half-days", "1"], "--half-days, --calendar-days, --hours, --same-day"),
    (["2020-01-22T09:00", "--half-days", "0.5"], "--half-days must be a whole number"),
    (["2020-01-22T09:00", "--calendar-days", "1.5"], "--calendar-days must be a whole number"),
    (["2020-01-22T09:00", "--hours", "ba"], "--hours must be a whole number"),
    (["2020-01-22T09:00", "--hours", "9" * 5000], "--hours must be a whole number"),
    (["2020-02-30T09:00", "--hours", "3"], "'2020-02-30T09:00' is not a moment that exists"),
    (["2021-02-29T09:00", "--hours", "3"], "'2021-02-29T09:00' is not a moment that exists"),
    (["2020-01-22T25:00", "--hours", "3"], "'2020-01-22T25:00' is not a moment that exists"),
    (["2020-01-22", "--hours", "3"], "write it like 2020-01-22T09:00"),
    (["hôm nay", "--hours", "3"], "'hôm nay' is not a moment that exists"),
    (["1900-12-31T09:00", "--hours", "3"], "known for the years 1901 to 2100; 1900 cannot"),
    (["2101-01-03T09:00", "--same-day"], "known for the years 1901 to 2100; 2101 cannot"),
    (["9999-12-31T23:59Z", "--hours", "3"], "known for the years 1901 to 2100; 9999 cannot"),
    (["0001-01-01T00:00+14:00", "--hours", "3"], "known for the years 1901 to 2100; 1 cannot"),
    (["2020-01-22T09:00", "--working-days", "999999999"], "known for the years 1901 to 2100"),
    (["2020-01-22T09:00", "--calendar-days", "999999999"], "known for the years 1901 to 2100"),
    (["2020-01-22T09:00", "--hours", "999999999"], "known for the years 1901 to 2100"),
    ([*TET, "--calendar", "no-such-file.json"], "no-such-file.json cannot be read"),
    (["--working-days", "5"], "Missing argument"),
]


@pytest.mark.parametrize(
    ("words", "said"), IMPOSSIBLE, ids=[str(number) for number in range(len(IMPOSSIBLE))]
)
def test_impossible_input_is_answered_in_one_sentence_with_exit_code_2(
    words: list[str], said: str
) -> None:
    with pytest.raises(CliError) as trouble:
        run(["--lang", "en", "clock", "due", *words])
    assert said in trouble.value.en
    assert trouble.value.en.count("\n") == 0
    assert trouble.value.vi != trouble.value.en
    assert trouble.value.code == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b'{"days": [\n{"date": }]}', "Calendar, line 2: this is not JSON"),
        (b'{"days": [{"date": "2020-02-30", "kind": "off"}]}', "days[0].date: '2020-02-30'"),
    ],
)
def test_a_calendar_that_is_none_is_refused_by_name_and_place(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "calendar.json"
    file.write_bytes(content)
    with pytest.raises(CliError) as trouble:
        run(["--lang", "en", "clock", "due", *TET, "--calendar", str(file)])
    assert said in trouble.value.en
    assert str(file) in trouble.value.vi
    assert trouble.value.code == 2


def test_the_sentence_goes_to_stderr_in_the_language_of_the_run() -> None:
    command = [sys.executable, "-m", "cli", "--lang", "vi", "clock", "due", "2020-02-30T09:00"]
    ended = subprocess.run(
        [*command, "--hours", "3"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "'2020-02-30T09:00' không phải thời điểm có thật; hãy viết như 2020-01-22T09:00.\n"
    )


def test_a_file_that_is_not_named_is_no_calendar() -> None:
    with pytest.raises(CliError, match="cannot be read") as trouble:
        run(["clock", "due", *TET, "--calendar", ""])
    assert trouble.value.code == 2


def test_the_weekend_of_a_file_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "unit.json"
    file.write_text('{"weekend": ["sunday"]}', encoding="utf-8")
    assert due(capsys, *TET, "--calendar", str(file)) == "2020-02-04T09:00:00+07:00\n"


def test_a_group_of_commands_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "clock"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("Usage: motcua clock")
    assert "see `motcua --help`" not in said.err


@pytest.mark.parametrize("language", ["vi", "en"])
def test_help_shows_what_a_calendar_file_looks_like(
    capsys: pytest.CaptureFixture[str], language: str
) -> None:
    assert run(["--lang", language, "clock", "due", "--help"]) == 0
    said = capsys.readouterr().out
    about = said[: said.index("--working-days")]
    assert '"weekend"' in about
    assert {len(line) - len(line.lstrip()) for line in about.splitlines() if line.strip()} <= {0, 2}


NEXT_TET = ["2027-02-01T09:00", "--working-days", "5"]


def test_a_date_that_rests_on_an_undecided_holiday_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = json.loads(due(capsys, *NEXT_TET, "--json"))
    assert (said["due"], said["expected"]) == ("2027-02-15T09:00:00+07:00", True)
    (tet,) = [each for each in said["ledger"] if each.get("expected")]
    assert (tet["vi"], tet["because"]) == ("Tết Nguyên Đán (dự kiến)", "expected")
    assert json.loads(due(capsys, *TET, "--json"))["expected"] is False
    vi = due(capsys, *NEXT_TET, "--explain", language="vi")
    assert "Tết Nguyên Đán (dự kiến), nghỉ 5 ngày" in vi
    assert " 4?  " in vi
    assert "? nghỉ lễ dự kiến, chưa có quyết định" in vi
    last = " ".join(vi.split())
    assert last.endswith("(dự kiến: có ngày nghỉ lễ chưa được quyết định).")
    en = due(capsys, *NEXT_TET, "--explain")
    assert "? holiday, expected, not decided yet" in en
    last = " ".join(en.split())
    assert last.endswith("(expected: a public holiday is not decided yet).")


def test_the_unit_s_file_goes_before_the_nation(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "calendar.json"
    file.write_text('{"days": [{"date": "2026-01-02", "kind": "worked"}]}', "utf-8")
    words = ("2025-12-31T09:00", "--working-days", "1", "--calendar", str(file))
    assert due(capsys, *words) == "2026-01-02T09:00:00+07:00\n"
