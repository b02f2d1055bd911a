"""The clock inside a dossier: it keeps its ledger, shows it in words, and says who used what."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.orders import SupplementReply
from contracts.procedure import Supplement, TimeLimit, Unit
from foundation.persistence.document import revision_fields, to_entity, to_fields
from foundation.worktime import Day, DayKind
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.clock.due_date import Pause, begin, recompute, resume
from services.intake.domain.clock.ledger import DueDate, LedgerKind, replay
from services.intake.domain.counter import ending
from services.intake.domain.explanation.account import Used, account
from services.intake.domain.explanation.wording import explained, lines_of, span
from tests import builders
from tests.builders import BUILDING, CALENDAR, LAND, REGISTRAR, Office, at, handed_in

ASKED, SUPPLIED = at("2020-09-18 10:00"), at("2020-09-22 15:00")
DRAWING = Attachment(paper="Bản vẽ", document="d-3")


def supplied() -> Dossier:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    return builders.supplied(dossier, (DRAWING,), SUPPLIED, CALENDAR)[0]


def test_a_received_dossier_keeps_what_made_its_due_date() -> None:
    dossier = builders.accepted()
    assert replay(dossier.ledger) == dossier.due
    assert dossier.ledger[1].amount == dossier.time.amount == 17


def test_the_papers_add_to_the_ledger_who_waited_and_since_when() -> None:
    before, after = builders.accepted(), supplied()
    assert replay(after.ledger) == after.due
    assert after.ledger[: len(before.ledger)] == before.ledger
    waited = after.ledger[len(before.ledger)]
    assert (waited.kind, waited.since, waited.until) == (LedgerKind.PAUSED, ASKED, SUPPLIED)
    assert (waited.who, waited.article) == (BUILDING, "NĐ 61/2018 Đ19.4")
    assert (after.paused, after.waits) == (None, ())


def test_the_agency_that_stopped_the_clock_first_is_named_even_if_told_later() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    dossier, _ = builders.asked(dossier, "1.1", at("2020-09-18 09:00"), "Bản đồ")
    assert dossier.paused == at("2020-09-18 09:00")
    withdrawn, _ = ending.withdraw(dossier, SUPPLIED, CALENDAR)
    assert withdrawn.waits == ()
    assert [each.who for each in withdrawn.ledger if each.kind is LedgerKind.PAUSED] == [LAND]


def test_a_dossier_comes_back_from_the_database_with_its_ledger() -> None:
    dossier = supplied()
    document = {"_id": dossier.id, **revision_fields(dossier.revision), **to_fields(dossier)}
    assert to_entity(Dossier, document) == dossier


def test_a_dossier_stored_before_ledgers_were_kept_still_loads_and_goes_on() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    fields = to_fields(dossier)
    del fields["ledger"]
    for step in fields["steps"]:
        del step["waited"]
    old = to_entity(Dossier, {"_id": dossier.id, **revision_fields(dossier.revision), **fields})
    assert (old.ledger, old.due) == ((), dossier.due)
    done, _ = builders.supplied(old, (DRAWING,), SUPPLIED, CALENDAR)
    assert done.due == supplied().due == replay(done.ledger)
    assert done.ledger[0].kind is LedgerKind.GIVEN


# In words.


def texts(due: DueDate, language: str) -> list[str]:
    return [line.text for line in lines_of(due.ledger, language)]


def test_tet_is_said_as_people_say_it() -> None:
    limit = TimeLimit(unit=Unit.WORKING_DAYS, amount=5)
    due = begin(limit, at("2020-01-22 09:00"), CALENDAR)
    assert texts(due, "vi") == [
        "Nhận hồ sơ đầy đủ lúc 09:00 thứ Tư, 22/01/2020.",
        (
            "Thời hạn: 5 ngày làm việc, ngày đầu tiên là ngày làm việc sau "
            "09:00 thứ Tư, 22/01/2020 (NĐ 61/2018 Đ19)."
        ),
        "Tết Nguyên Đán, nghỉ 5 ngày (23–29/01/2020).",
        "Nghỉ cuối tuần, 2 ngày (01–02/02/2020).",
    ]
    assert texts(due, "en") == [
        "The full dossier came Wednesday 22 January 2020, 09:00.",
        (
            "Time limit: 5 working days, the first being the one after "
            "Wednesday 22 January 2020, 09:00 (NĐ 61/2018 Đ19)."
        ),
        "Lunar New Year (Tết), 5 days off (23–29 January 2020).",
        "Weekends, 2 days (1–2 February 2020).",
    ]


def test_many_weekends_are_one_line_and_a_day_worked_instead_is_said() -> None:
    limit = TimeLimit(unit=Unit.WORKING_DAYS, amount=14)
    due = begin(limit, at("2024-04-19 10:00"), CALENDAR)
    assert texts(due, "vi")[-1] == "Nghỉ cuối tuần, 7 ngày (20/04–12/05/2024)."
    assert "Ngày làm việc được tính thêm: làm bù (04/05/2024)." in texts(due, "vi")
    assert "Counted although usually off: worked in exchange (4 May 2024)." in texts(due, "en")


@pytest.mark.parametrize(
    ("limit", "received", "vi", "en"),
    [
        (
            TimeLimit(unit=Unit.CALENDAR_DAYS, amount=1),
            "2020-09-15 09:00",
            "Thời hạn: 1 ngày theo lịch, ngày đầu tiên là ngày sau",
            "Time limit: 1 calendar day, the first being the one after",
        ),
        (
            TimeLimit(unit=Unit.HOURS, amount=4),
            "2020-09-15 16:00",
            "Ngoài giờ làm việc: 14 giờ.",
            "Outside working hours: 14 hours.",
        ),
        (
            TimeLimit(unit=Unit.SAME_DAY),
            "2020-09-15 15:30",
            "Nhận sau 15 giờ (15:30 thứ Ba, 15/09/2020): trả vào ngày làm việc tiếp theo.",
            "It came after 15:00 (Tuesday 15 September 2020, 15:30): the result is due",
        ),
        (
            TimeLimit(unit=Unit.NONE),
            "2020-09-15 09:00",
            "Thủ tục này không có ngày hẹn trả.",
            "This procedure names no due date.",
        ),
    ],
)
def test_every_kind_of_limit_is_said(limit: TimeLimit, received: str, vi: str, en: str) -> None:
    due = begin(limit, at(received), CALENDAR)
    assert any(text.startswith(vi) for text in texts(due, "vi"))
    assert any(text.startswith(en) for text in texts(due, "en"))


def test_pauses_restarts_and_changes_of_the_calendar_are_said() -> None:
    limit = TimeLimit(unit=Unit.WORKING_DAYS, amount=3, supplement=Supplement.PAUSE)
    pause = Pause(since=ASKED, until=SUPPLIED, who=BUILDING, article="NĐ 61/2018 Đ19.4")
    begun = begin(limit, at("2020-09-15 09:00"), CALENDAR)
    paused = resume(begun, limit, pause, CALENDAR)
    since, until = "10:00 thứ Sáu, 18/09/2020", "15:00 thứ Ba, 22/09/2020"
    assert (
        f"Chờ giấy tờ của ông/bà từ {since} đến {until}: không tính 19 giờ "
        "(so-xay-dung, NĐ 61/2018 Đ19.4)." in texts(paused, "vi")
    )
    restarted = resume(begun, replace(limit, supplement=Supplement.RESTART), pause, CALENDAR)
    assert any("time counts anew then" in text for text in texts(restarted, "en"))
    assert any("từ đó thời hạn tính lại" in text for text in texts(restarted, "vi"))
    storm = replace(CALENDAR, days=(Day(date(2020, 9, 17), DayKind.OFF, "bão số 5"),))
    moved = recompute(begun, storm, "bão số 5", "storm no. 5")
    assert texts(moved, "en")[-1] == (
        "The calendar changed (storm no. 5): the due date moved from "
        "Friday 18 September 2020, 09:00 to Monday 21 September 2020, 09:00."
    )
    old = resume(DueDate(moment=at("2020-10-08 09:30")), limit, pause, CALENDAR)
    assert texts(old, "vi")[0] == "Ngày hẹn trả đã ghi: 09:30 thứ Năm, 08/10/2020."
    assert texts(old, "en")[0] == "The due date on record: Thursday 8 October 2020, 09:30."


def test_while_papers_are_waited_for_the_explanation_says_so() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    vi, en = explained(dossier, "vi")[-1], explained(dossier, "en")[-1]
    assert (vi.since, vi.until) == (ASKED, None)
    assert vi.text.startswith("Chờ giấy tờ của ông/bà từ 10:00 thứ Sáu, 18/09/2020")
    assert en.text.startswith("Waiting for your papers since Friday 18 September 2020, 10:00")


@pytest.mark.parametrize(
    ("minutes", "vi", "en"),
    [
        (0, "0 phút", "0 minutes"),
        (1, "1 phút", "1 minute"),
        (60, "1 giờ", "1 hour"),
        (150, "2 giờ 30 phút", "2 hours 30 minutes"),
    ],
)
def test_lengths_of_time_are_said_in_hours_and_minutes(minutes: int, vi: str, en: str) -> None:
    assert (span(minutes, "vi"), span(minutes, "en")) == (vi, en)


# Who used the time.


def test_each_agency_and_the_applicant_used_their_own_time() -> None:
    dossier = supplied()
    counted = account(dossier, SUPPLIED, CALENDAR)
    # Ordered on Thursday 17/9 at 09:30; the building agency worked until Friday 10:00, waited,
    # and has it again; the land agency has had it all the time.
    assert counted.used == (
        Used(who=REGISTRAR, minutes=2 * 480),
        Used(who=BUILDING, minutes=480 + 30),
        Used(who=LAND, minutes=3 * 480 + 120 + 90),
        Used(who="applicant", minutes=2 * 480 + 180),
    )


def test_while_the_clock_stands_the_agency_uses_nothing_and_nothing_runs_out() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    first, later = (account(dossier, now, CALENDAR) for now in (ASKED, SUPPLIED))
    assert first.whole == later.whole
    used = {each.who: each.minutes for each in later.used}
    assert used[BUILDING] == 480 + 30
    assert used["applicant"] == 2 * 480 + 180


def test_every_step_is_early_on_time_or_late_with_its_minutes() -> None:
    dossier, _ = builders.completed(builders.consulting(), "1.0", at("2020-09-28 09:31"))
    counted = account(dossier, at("2020-09-28 10:00"), CALENDAR)
    kept = {each.id[-3:]: (each.timing, each.minutes_left) for each in counted.steps}
    assert kept == {"0.0": ("on_time", 0), "1.0": ("late", -1), "1.1": ("", -30)}
    assert (counted.whole.timing, counted.whole.minutes_left) == ("", 8 * 480 - 30)


def test_a_decided_dossier_uses_no_more_time_and_a_withdrawn_one_is_nobodys() -> None:
    decided = builders.resolved()
    late = at("2021-01-01 00:00")
    assert account(decided, late, CALENDAR) == account(decided, at("2020-10-02 10:00"), CALENDAR)
    assert account(decided, late, CALENDAR).whole.timing == "early"
    withdrawn, _ = ending.withdraw(builders.consulting(), late, CALENDAR)
    assert account(withdrawn, late, CALENDAR).used == (Used(who=REGISTRAR, minutes=2 * 480),)


# At the door.


def shown(office: Office, dossier_id: str, language: str) -> dict[str, Any]:
    body: dict[str, Any] = office.ask(office.service.show, dossier_id=dossier_id, language=language)
    return body


def test_the_owner_reads_the_ledger_in_the_language_of_the_request() -> None:
    office = Office()
    answer = office.ask(office.service.submit, handed_in())
    dossier_id = answer.body["id"]
    office.clerk(office.service.accept, dossier_id=dossier_id)
    papers = SupplementReply(
        agency=REGISTRAR, step=f"{dossier_id}.0.0", papers=("Bản vẽ",), reason="bị mờ"
    )
    office.clock.forward(hours=1)
    office.tell(office.service.papers_needed, papers, subject=dossier_id)
    body = shown(office, dossier_id, "vi")
    assert [line["kind"] for line in body["ledger"]] == ["received", "allowed", "skipped", "paused"]
    assert body["ledger"][0]["text"] == "Nhận hồ sơ đầy đủ lúc 09:30 thứ Ba, 15/09/2020."
    assert body["ledger"][-1]["until"] is None
    assert body["minutes_left"] == 17 * 480 - 60
    assert body["used"] == [{"who": REGISTRAR, "minutes": 60}]
    assert (body["steps"][0]["timing"], body["steps"][0]["minutes_left"]) == ("", 2 * 480 - 60)
    english = shown(office, dossier_id, "en")["ledger"]
    assert english[-1]["text"].startswith("Waiting for your papers since Tuesday 15 September")
