"""What a person reads names the day and the time in Viet Nam, also when it is yesterday in UTC."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli.live_metrics import screen
from cli.metrics_snapshot import MetricsSnapshot
from foundation.pdf import worker
from services.intake import pages
from services.intake.domain.counter.dossier_code import book_of
from services.intake.domain.explanation import wording
from services.intake.domain.lateness import late_list
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice import NoticeText
from services.notifications.domain.situation import SITUATIONS
from services.notifications.outside.mail_letter import MailOffice, mail_of
from services.notifications.schemas import moment as in_a_letter
from services.notifications.schemas import write
from tests.builders import Office, consulting
from tests.processes import ROOT
from tests.unit.test_notifications_texts import EVENTS

NEW_YEAR = datetime(2026, 12, 31, 17, 1, tzinfo=UTC)
"""00:01 of 1/1/2027 in Viet Nam."""
LAST_YEAR = re.compile(r"31/12|31-12|2026|12/31|17:01|December|tháng 12")
TREES = ("services", "cli", "foundation", "contracts")


def test_the_late_list_is_named_by_the_day_in_viet_nam_and_so_are_its_times() -> None:
    office = Office()
    late = replace(consulting(), due=NEW_YEAR - timedelta(minutes=1), field="Đầu tư")
    steps = tuple(replace(each, due=NEW_YEAR) if each.due else each for each in late.steps)
    office.dossiers.save(late_list.listed(replace(late, due=NEW_YEAR, steps=steps)))
    office.clock.moment = NEW_YEAR + timedelta(seconds=30)
    response: Any = office.ask(office.service.export, who="giám đốc", scopes="director")
    assert 'filename="qua-han-2027-01-01.csv"' in response.headers["Content-Disposition"]
    _, row = response.get_data().decode("utf-8-sig").splitlines()
    assert "2027-01-01T00:01:00+07:00" in row
    assert "2026-12-31" not in row


SHOWN: Mapping[str, Callable[[], str]] = {
    "the moment of a form": lambda: worker.moment("2026-12-31T17:01:00.000Z"),
    "the day of a form": lambda: worker.day("2026-12-31T17:01:00.000Z"),
    "a moment of the register": lambda: worker.short("2026-12-31T17:01:00.000Z"),
    "a moment on a page": lambda: wording.moment(NEW_YEAR, "vi"),
    "a moment on a page in English": lambda: wording.moment(NEW_YEAR, "en"),
    "the day on a page": lambda: spoken("vi").day(NEW_YEAR),
    "the day on a page in English": lambda: spoken("en").day(NEW_YEAR),
    "a moment in a letter": lambda: in_a_letter(NEW_YEAR, "vi"),
    "a moment in an English letter": lambda: in_a_letter(NEW_YEAR, "en"),
}


def spoken(language: str) -> Any:
    return pages.spoken(language, "")


@pytest.mark.parametrize("name", SHOWN)
def test_a_moment_is_shown_as_it_is_in_viet_nam(name: str) -> None:
    shown = SHOWN[name]()
    assert not LAST_YEAR.search(shown), shown
    assert "2027" in shown


def test_a_page_shows_the_time_of_day_in_viet_nam() -> None:
    assert spoken("vi").clock(NEW_YEAR) == "00:01"


def test_a_code_names_the_day_in_viet_nam() -> None:
    assert book_of("000.00.00.H41", NEW_YEAR) == "000.00.00.H41-270101"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_letter_and_sms_names_the_day_in_viet_nam(language: str) -> None:
    applicant = ApplicantContact(
        id="d-1", name="A", phone="+84912345678", email="a@x.vn", language=language, code="H41-1"
    )
    dated = 0
    for kind, event in EVENTS.items():
        facts = {n: NEW_YEAR if isinstance(v, datetime) else v for n, v in vars(event).items()}
        letters = write(SITUATIONS[kind], applicant, {**facts, "dossier": "d-1"}, "")
        for each in letters.values():
            text = re.sub(r"NĐ \d+/\d+|1\.009645|000\.00\.00\.H41-\d+-\d+", "", each.text)
            assert not LAST_YEAR.search(text), (kind, text)
            dated += "2027" in text
    assert dated > 8


def test_a_mail_is_dated_in_viet_nam() -> None:
    notice: Any = SimpleNamespace(
        id="n",
        to="a@x.vn",
        planned=NEW_YEAR,
        kind="accepted",
        letter=NoticeText(subject="s", text="t"),
    )
    mail = mail_of(notice, MailOffice(sender="a@x.vn"))
    assert str(mail["Date"]) == "Fri, 01 Jan 2027 00:01:00 +0700"


def test_the_clock_of_top_is_that_of_viet_nam_wherever_the_machine_is() -> None:
    snapshot = MetricsSnapshot(at=NEW_YEAR.timestamp())
    shown: Any = screen([], [snapshot, snapshot])
    assert "00:01:00" in str(shown.renderables[0])


def test_no_code_takes_a_day_or_a_time_of_day_from_utc_or_the_machine() -> None:
    found = [each for tree in TREES for path in (ROOT / tree).rglob("*.py") for each in taken(path)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "write_time(now)[:10]",
        "moment.isoformat()[:10]",
        "self.clock.now().date()",
        "datetime.now()",
        "date.today()",
        "datetime.utcnow()",
        "time.strftime('%H:%M')",
        "time.localtime(1)",
    ],
)
def test_what_takes_one_is_found(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(text)
    assert list(taken(tmp_path / "x.py")) != []


def taken(path: Path) -> Iterator[str]:
    """Where a day or a time of day is taken without saying of which zone."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            inner = ast.unparse(node.value)
            if re.match(r"write_time\(", inner) or inner.endswith(".isoformat()"):
                yield f"{path}:{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call):
            said = ast.unparse(node)
            naive = r"(\w+\.)*(utcnow|today|now)\(\)\.date\(\)|(datetime|date)\.(now|today)\(\)"
            local = r"datetime\.utcnow\(|time\.(strftime|localtime|gmtime|ctime)\("
            if re.fullmatch(naive, said) or re.match(local, said):
                yield f"{path}:{node.lineno}: {said}"


def test_no_template_takes_one_either() -> None:
    cut = re.compile(r"\[:\d+\]|strftime|\.date\(\)")
    templates = [
        path
        for pattern in ("*.html", "*.txt")
        for path in (ROOT / "services").rglob(f"templates/**/{pattern}")
    ]
    assert templates
    assert [str(each) for each in templates if cut.search(each.read_text("utf-8"))] == []
