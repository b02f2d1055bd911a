"""The apology and the one re-appointment (NĐ 61/2018 Đ19.9), to the last permitted moment."""

from dataclasses import replace

import pytest

from contracts.events import DossierApologised, DossierRescheduled
from contracts.orders import RescheduleOrder, WordGiven
from contracts.replies import ExtensionReply
from foundation.errors import Forbidden, Invalid, Refused
from foundation.worktime import Calendar, Day, DayKind
from services.intake.domain.case import apology, pause
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.apology import Apology
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import DueDate, LedgerKind, replay
from tests import builders
from tests.builders import BUILDING, CALENDAR, LAND, REGISTRAR, at

DUE, NEW = at("2020-10-08 09:30"), at("2020-10-15 09:30")
SORRY = Apology(agency=BUILDING, reason="Chờ ý kiến của Bộ.", due=NEW)


@pytest.mark.parametrize("moment", ["2020-09-17 10:00", "2020-10-07 16:59", "2020-10-07 23:59"])
def test_until_the_day_before_the_date_is_moved_and_the_applicant_told(moment: str) -> None:
    dossier, told = apology.apologise(builders.consulting(), SORRY, at(moment), CALENDAR)
    assert (dossier.due, dossier.apologised) == (NEW, DUE)
    assert replay(dossier.ledger) == NEW
    entry = dossier.ledger[-1]
    assert (entry.kind, entry.since, entry.until) == (LedgerKind.REAPPOINTED, DUE, NEW)
    assert (entry.who, entry.article) == (BUILDING, "NĐ 61/2018 Đ19.9")
    step = builders.step(dossier, "1.0")
    assert told == (
        WordGiven(agency=REGISTRAR, dossier=dossier.id, kind="apologised", text=SORRY.reason),
        DossierApologised(agency=REGISTRAR, due=NEW, was=DUE, article="NĐ 61/2018 Đ19.9"),
        DossierRescheduled(
            agency=REGISTRAR, due=NEW, was=DUE, article="NĐ 61/2018 Đ19.9", because="apology"
        ),
        RescheduleOrder(
            agency=BUILDING,
            step=step.id,
            due=NEW,
            because="apology",
            article="NĐ 61/2018 Đ19.9",
        ),
    )
    assert step.due == NEW


@pytest.mark.parametrize("moment", ["2020-10-08 00:00", "2020-10-08 09:30", "2020-10-20 10:00"])
def test_on_the_day_itself_it_is_too_late(moment: str) -> None:
    with pytest.raises(Refused, match="one day before") as refused:
        apology.apologise(builders.consulting(), SORRY, at(moment), CALENDAR)
    assert refused.value.article == "NĐ 61/2018 Đ19.9"


def test_it_is_done_once_whoever_names_which_date_after_that() -> None:
    late, _ = apology.apologise(builders.consulting(), SORRY, at("2020-09-18 10:00"), CALENDAR)
    for again in (
        SORRY,
        replace(SORRY, agency=LAND),
        replace(SORRY, due=at("2020-10-20 09:30")),
    ):
        with pytest.raises(Refused, match="once"):
            apology.apologise(late, again, at("2020-09-18 10:01"), CALENDAR)


def test_an_agency_without_a_part_in_the_dossier_moves_no_date() -> None:
    dossier = builders.consulting()
    strangers = {BUILDING, "so-khong-co"}
    done, _ = builders.completed(dossier, "1.0", at("2020-09-17 10:00"))
    for agency in strangers:
        with pytest.raises(Refused, match="lead agency") as refused:
            apology.apologise(done, replace(SORRY, agency=agency), at("2020-09-18 10:00"), CALENDAR)
        assert refused.value.article == "NĐ 61/2018 Đ19.9"
        assert agency not in refused.value.fields["agency"]
    late, _ = apology.apologise(
        done, replace(SORRY, agency=REGISTRAR), at("2020-09-18 10:00"), CALENDAR
    )
    assert late.due == NEW


def test_the_new_date_comes_after_the_old_one_and_on_a_working_day() -> None:
    with pytest.raises(Invalid):
        apology.apologise(
            builders.consulting(), replace(SORRY, due=DUE), at("2020-09-18 10:00"), CALENDAR
        )
    saturday = replace(SORRY, due=at("2020-10-17 09:30"))
    late, _ = apology.apologise(builders.consulting(), saturday, at("2020-09-18 10:00"), CALENDAR)
    assert late.due == at("2020-10-19 07:00")


def test_nothing_is_re_appointed_before_the_receipt_while_the_clock_stands_or_after() -> None:
    stopped, _ = pause.stop(builders.consulting(), "Đ16", "lũ", at("2020-09-18 09:00"))
    for wrong in (builders.submitted(), stopped, builders.resolved()):
        with pytest.raises(Refused):
            apology.apologise(wrong, SORRY, at("2020-09-18 10:00"), CALENDAR)


def test_an_agency_apologises_for_its_own_step_and_what_counts_is_when_it_did() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    reply = ExtensionReply(agency=BUILDING, step=step.id, due=NEW, reason="Chờ ý kiến của Bộ.")
    in_time, told_late = at("2020-10-07 16:00"), at("2020-10-09 08:00")
    late, _ = apology.extend(dossier, reply, AgencyAct(BUILDING, in_time), told_late, CALENDAR)
    assert late.due == NEW
    with pytest.raises(Forbidden):
        apology.extend(dossier, reply, AgencyAct(LAND, in_time), told_late, CALENDAR)
    over, _ = builders.completed(dossier, "1.0", at("2020-09-18 10:00"))
    with pytest.raises(Refused, match="finished"):
        apology.extend(over, reply, AgencyAct(BUILDING, in_time), told_late, CALENDAR)


def test_the_new_date_stays_when_the_calendar_changes_unless_it_is_off_then() -> None:
    late, _ = apology.apologise(builders.consulting(), SORRY, at("2020-09-18 10:00"), CALENDAR)
    due = DueDate(moment=late.due, ledger=late.ledger)
    closed = Calendar(national=True, days=(Day(at("2020-09-28 10:00").date(), DayKind.OFF),))
    assert due_date.recompute(due, closed, "nghỉ", "off").moment == NEW
    closed = Calendar(national=True, days=(Day(at("2020-10-15 10:00").date(), DayKind.OFF),))
    assert due_date.recompute(due, closed, "nghỉ", "off").moment == at("2020-10-16 07:00")
