"""The table of law: which text is cited on which day, and what a fault in the table is called."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.__main__ import run
from cli.errors import CliError
from contracts.law import LawRule
from contracts.procedure import CountedFrom
from foundation.errors import Invalid, Refused
from foundation.law import cite, cite_in_full, edition, holds, law_path, law_table, read_law
from foundation.web.fields import ARTICLE
from foundation.worktime import HO_CHI_MINH, Calendar
from services.intake.domain.case import apology, pause
from services.intake.domain.clock import due_date
from services.intake.domain.forms import issuing
from services.routing.domain.docket.docket import Docket
from tests import builders

HEAD = "rule,edition,from,article,vi,en,source,verified\n"
ROW = "apology,NĐ 61/2018,,Đ19.9,Xin lỗi,Apology,PĐ,yes\n"
SEEDS = date(2020, 9, 15)
# 1 July 2025 begins in Viet Nam at 17:00 UTC of the day before.
LAST_MOMENT = datetime(2025, 6, 30, 16, 59, 59, tzinfo=UTC)
FIRST_MOMENT = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)


def docket(code: str, came: datetime | None = None) -> Docket:
    return Docket(
        id="d", agency="so-y-te", code=code, procedure="1.1", procedure_name="", steps=(), came=came
    )


@pytest.mark.parametrize("rule", LawRule)
def test_every_rule_that_is_cited_has_a_row_on_every_day(rule: LawRule) -> None:
    for day in (date(2019, 1, 1), SEEDS, date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 29)):
        assert cite(rule, day) or not law_table().rows[rule][0].since <= day


@pytest.mark.parametrize(
    ("rule", "cited"),
    [
        (LawRule.CHANNELS, "NĐ 61/2018 Đ16"),
        (LawRule.COMPLETE, "NĐ 61/2018 Đ17.1"),
        (LawRule.GUIDANCE, "NĐ 61/2018 Đ11.2c, Đ17.1a"),
        (LawRule.SAME_DAY, "NĐ 61/2018 Đ17.4"),
        (LawRule.COUNTED, "NĐ 61/2018 Đ19"),
        (LawRule.SUPPLEMENT, "NĐ 61/2018 Đ19.4"),
        (LawRule.SILENCE, "NĐ 61/2018 Đ19.5"),
        (LawRule.ROUTE, "NĐ 61/2018 Đ19.6"),
        (LawRule.REFUSAL, "NĐ 61/2018 Đ19.8"),
        (LawRule.APOLOGY, "NĐ 61/2018 Đ19.9"),
        (LawRule.ORIGINALS, "NĐ 61/2018 Đ20.2"),
        (LawRule.ISSUING, "TT 01/2018/TT-VPCP Đ10"),
        (LawRule.LOOK_UP, "TT 01/2018/TT-VPCP Đ16"),
        (LawRule.STATES, "TT 22/2019/TT-BTTTT PL I"),
    ],
)
def test_the_time_of_the_seeds_cites_the_law_of_its_day(rule: LawRule, cited: str) -> None:
    assert cite(rule, SEEDS) == cited


def test_nothing_is_cited_that_nobody_has_verified() -> None:
    for row, _ in law_table().unsettled():
        assert row.article == ""
        assert row.source


@pytest.mark.parametrize("rule", LawRule)
def test_no_text_of_before_is_cited_as_that_of_the_one_stop_decree_since_july_2025(
    rule: LawRule,
) -> None:
    day = date(2025, 7, 1)
    while day < date(2027, 1, 1):
        assert "61/2018" not in cite(rule, day)
        assert "01/2018" not in cite(rule, max(day, date(2025, 9, 15)))
        day += timedelta(days=13)


def test_the_border_is_midnight_in_viet_nam() -> None:
    assert cite(LawRule.COUNTED, LAST_MOMENT) == "NĐ 61/2018 Đ19"
    assert cite(LawRule.COUNTED, FIRST_MOMENT) == "NĐ 118/2025"
    assert cite(LawRule.COUNTED, FIRST_MOMENT.astimezone(HO_CHI_MINH)) == "NĐ 118/2025"
    assert cite(LawRule.COUNTED, date(2026, 8, 4)) == "NĐ 118/2025"
    assert cite(LawRule.COUNTED, date(2026, 8, 5)) == "NĐ 118/2025 (sđ NĐ 309/2026) Đ17.3"


def test_letters_and_pages_have_it_in_full_in_their_language() -> None:
    assert cite_in_full(LawRule.APOLOGY, SEEDS, "vi") == "Nghị định 61/2018, Điều 19.9"
    assert cite_in_full(LawRule.APOLOGY, SEEDS, "en") == "Decree 61/2018, article 19.9"
    late = date(2026, 8, 5)
    assert cite_in_full(LawRule.COUNTED, late, "en") == (
        "Decree 118/2025 (as amended by Decree 309/2026), article 17.3"
    )
    assert cite_in_full(LawRule.STATES, SEEDS, "en") == "Circular 22/2019/TT-BTTTT, annex I"


@given(st.sampled_from(list(LawRule)), st.dates(date(2018, 1, 1), date(2040, 1, 1)))
def test_what_is_cited_may_stand_in_a_public_event(rule: LawRule, day: date) -> None:
    assert not holds(rule, day) or re.match(ARTICLE, cite(rule, day))


def test_the_layout_of_the_forms_changes_with_their_circular() -> None:
    assert edition(LawRule.FORMS, issuing.SINCE_2025 - timedelta(days=1)) == "TT 01/2018/TT-VPCP"
    assert edition(LawRule.FORMS, issuing.SINCE_2025) == "TT 03/2025/TT-VPCP"
    assert len(law_table().rows[LawRule.FORMS]) == len(issuing.NUMBERS)


# A dossier keeps the law of its receipt, whatever comes into force while it is on its way.


def test_a_dossier_cites_the_law_of_its_receipt_to_its_end() -> None:
    dossier = builders.accepted()
    assert dossier.received
    long_after = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    calendar = Calendar.default()
    stopped, _ = pause.stop(dossier, "NĐ 99/2022 Đ16", "bão", long_after)
    running, _ = pause.go_on(stopped, long_after + timedelta(days=2), calendar)
    assert {each.article for each in running.ledger if "NĐ 118" in each.article} == set()
    assert running.by(LawRule.APOLOGY) == "NĐ 61/2018 Đ19.9"
    sorry = apology.Apology(agency=dossier.agency, reason="x", due=long_after)
    with pytest.raises(Refused) as late:
        apology.apologise(replace(dossier, apologised=long_after), sorry, long_after, calendar)
    assert late.value.article == "NĐ 61/2018 Đ19.9"


@pytest.mark.parametrize(
    ("received", "cited"), [(LAST_MOMENT, "NĐ 61/2018 Đ19"), (FIRST_MOMENT, "NĐ 118/2025")]
)
def test_a_ledger_cites_the_law_of_the_receipt_even_where_time_begins_anew(
    received: datetime, cited: str
) -> None:
    limit, calendar = builders.procedure().time, Calendar.default()
    begun = due_date.begin(limit, received, calendar)
    assert {each.article for each in begun.ledger if each.article} == {cited}
    since = received + timedelta(days=30)
    waited = due_date.Pause(since=since, until=since + timedelta(days=9), who="x", article="A1")
    again = due_date.resume(begun, limit, waited, calendar, received=received)
    assert {each.article for each in again.ledger if each.article} <= {cited, "A1"}
    assert due_date.resume(begun, limit, waited, calendar) == again


def test_time_that_counts_from_the_deciding_office_cites_the_law_of_the_receipt() -> None:
    limit = replace(builders.procedure().time, counted_from=CountedFrom.DECIDING_OFFICE)
    counted = due_date.begin(
        limit, LAST_MOMENT, Calendar.default(), at_office=FIRST_MOMENT + timedelta(days=3)
    )
    assert counted.ledger[0].article == "NĐ 61/2018 Đ19"


def test_before_its_receipt_a_refusal_cites_the_law_of_the_act() -> None:
    handed_in = replace(builders.submitted(), submitted=LAST_MOMENT, attachments=())
    for now, cited in ((LAST_MOMENT, "NĐ 61/2018 Đ17.1"), (FIRST_MOMENT, "NĐ 118/2025")):
        with pytest.raises(Refused) as refused:
            builders.receive(handed_in, builders.procedure(), builders.RECEIPT, now)
        assert refused.value.article == cited


@pytest.mark.parametrize(
    ("code", "came", "cited"),
    [
        ("000.00.00.H41-250630-0001", FIRST_MOMENT, "NĐ 61/2018 Đ19.4"),
        ("000.00.00.H41-250701-0001", LAST_MOMENT, "NĐ 118/2025"),
        ("of-another-shape", LAST_MOMENT, "NĐ 61/2018 Đ19.4"),
        ("000.00.00.H41-251345-0001", LAST_MOMENT, "NĐ 61/2018 Đ19.4"),
        ("", None, "NĐ 118/2025"),
    ],
)
def test_a_docket_cites_the_law_of_the_receipt_that_its_code_names(
    code: str, came: datetime | None, cited: str
) -> None:
    assert docket(code, came).by(LawRule.SUPPLEMENT, FIRST_MOMENT) == cited


# The table itself.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1"),
        ("rule,edition\n", "Line 1"),
        (HEAD + "apology,NĐ 61/2018\n", "Line 2: has too many or too few columns"),
        (HEAD + ROW.replace("yes", "maybe"), "Line 2: verified is yes or no"),
        (HEAD + ROW.replace("yes", "no"), "an article that is not verified stays empty"),
        (HEAD + ROW.replace("Xin lỗi", ""), "may not be empty"),
        (HEAD + ROW.replace("NĐ 61/2018", "một văn bản"), "the column edition"),
        (HEAD + ROW.replace("apology", "Apology 9"), "the column rule"),
        (HEAD + ROW.replace(",,Đ", ",1/7/2025,Đ"), "a day is written like"),
        (HEAD + ROW.replace(",,Đ", ",2025-02-30,Đ"), "there is no such day"),
        (HEAD + ROW + ROW, "Line 3: its day must come after"),
    ],
)
def test_a_fault_of_the_table_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_law(text)
    assert said in wrong.value.en
    assert wrong.value.vi.startswith("Dòng ")


def test_the_table_may_begin_with_a_byte_order_mark() -> None:
    assert read_law("\ufeff" + HEAD + ROW).rows["apology"][0].article == "Đ19.9"


def test_show_prints_what_holds_on_a_day(tmp_path: Path, capsys: Any) -> None:
    def shown(*words: str) -> list[dict[str, Any]]:
        given = ["--lang", "vi", "--data", str(tmp_path), "law", "show", "--json", *words]
        assert run(given) == 0
        rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
        return rows

    assert "NĐ 61/2018 Đ19" in [each["cited"] for each in shown("--on", "2025-06-30")]
    cited = [each["cited"] for each in shown("--on", "2025-07-01")]
    assert "NĐ 118/2025" in cited
    assert not [each for each in cited if "61/2018" in each]
    assert "kiosk" not in [each["rule"] for each in shown("--on", "2026-08-04")]
    assert "kiosk" in [each["rule"] for each in shown("--on", "2026-08-05")]


def test_check_lists_what_a_lawyer_has_to_look_up(tmp_path: Path, capsys: Any) -> None:
    assert run(["--lang", "en", "--data", str(tmp_path), "law", "check", "--json"]) == 0
    rows = {each["rule"]: each for each in json.loads(capsys.readouterr().out)}
    assert rows["apology"]["was"] == "NĐ 61/2018 Đ19.9"
    assert (rows["apology"]["edition"], rows["apology"]["from"]) == ("NĐ 118/2025", "2025-07-01")
    assert rows["apology"]["source"]
    assert len(rows) > 10
    assert run(["--lang", "en", "--data", str(tmp_path), "law", "check"]) == 0
    said = capsys.readouterr().out
    assert "open for a lawyer" in said
    assert "NĐ 61/2018 Đ19.9" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + ROW, "lacks rules that the platform cites: one-stop"),
        (HEAD + ROW.replace("yes", "no"), "Line 2"),
        ("\x00", "Line 1"),
    ],
)
def test_check_refuses_a_table_that_is_none_or_lacks_a_rule(
    text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "law.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CliError, match=said):
        run(["--data", str(tmp_path), "law", "check", "--file", str(file)])


def test_check_of_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="there is no such file"):
        run(["--data", str(tmp_path), "law", "check", "--file", str(tmp_path / "none.csv")])


def test_the_shipped_table_is_beside_the_code() -> None:
    assert law_path() == Path(__file__).resolve().parents[2] / "catalogue-data" / "law.csv"
