"""The calendar's page: outages, days of the unit and a due date on trial, by forms."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake.domain.calendar import outages
from tests.builders import UNIT, Office, at
from tests.markup import flaws

KEEPER = Identity("quan", frozenset({"calendar:write"}), "")
BROWSER = {"accept": "text/html"}
FORM = "application/x-www-form-urlencoded"
PLACE = "/centre/calendar"
WHY = {"vi": "Nâng cấp máy chủ", "en": "New servers"}
OUTAGE = {"outage-since": "2027-03-13T22:00", "outage-until": "2027-03-14T09:00"}
DAY = {"day-date": "2027-04-29", "day-kind": "off"}


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    office.clock.moment = at("2027-02-01 09:00")
    return office


def look(office: Office, who: Identity = KEEPER, /, **query: str) -> str:
    request = Request(path=PLACE, query=query, who=who, headers=BROWSER)
    return text_of(office.service.look_at_calendar(request))


def text_of(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def form_of(page: str, name: str) -> dict[str, str]:
    """The hidden fields of a form."""
    (form,) = re.findall(
        rf'<form method="post" action="{PLACE}/{name}">.*?</form>', page, re.DOTALL
    )
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {field: unescape(value) for field, value in found}


def send(office: Office, name: str, said: dict[str, str], who: Identity = KEEPER) -> Any:
    request = Request(
        method="POST",
        path=f"{PLACE}/{name}",
        headers={**BROWSER, "content-type": FORM},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )
    return office.service.keep_calendar_by_form(request, name)


def why(name: str) -> dict[str, str]:
    return {f"{name}-{part}": text for part, text in WHY.items()}


def announced(office: Office) -> dict[str, str]:
    said = form_of(look(office), "outage") | OUTAGE | why("outage")
    assert send(office, "outage", said).status_code == 303
    return said


def test_an_outage_is_announced_once_moved_and_taken_back(office: Office) -> None:
    said = announced(office)
    assert send(office, "outage", said).status_code == 303
    (known,) = outages.listed(office.calendars.newest())
    assert (known.since, known.planned, known.vi) == (at("2027-03-13 22:00"), True, WHY["vi"])
    page = look(office)
    assert WHY["vi"] in page
    moved = form_of(page, "end") | {"end-until": "2027-03-14T08:00"}
    assert send(office, "end", moved).status_code == 303
    (known,) = outages.listed(office.calendars.newest())
    assert known.until == at("2027-03-14 08:00")
    assert send(office, "take-back", form_of(look(office), "take-back")).status_code == 303
    assert outages.listed(office.calendars.newest()) == ()


def test_what_comes_too_soon_is_refused_with_its_article_and_kept(office: Office) -> None:
    said = form_of(look(office), "outage") | why("outage")
    soon = {"outage-since": "2027-02-02T22:00", "outage-until": "2027-02-03T09:00"}
    answer = send(office, "outage", said | soon)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "ngày làm việc" in page
    assert 'value="2027-02-02T22:00"' in page
    assert outages.listed(office.calendars.newest()) == ()


def test_a_day_is_decided_on_and_taken_out(office: Office) -> None:
    said = form_of(look(office), "day") | DAY | why("day")
    assert send(office, "day", said).status_code == 303
    (day,) = office.calendars.get(UNIT).calendar.days
    assert (day.date.isoformat(), day.note, day.note_en) == ("2027-04-29", WHY["vi"], WHY["en"])
    page = look(office)
    assert "29/04/2027</time>: nghỉ" in page
    gone = form_of(page, "remove") | {"remove-date": "2027-04-29"} | why("remove")
    assert send(office, "remove", gone).status_code == 303
    assert office.calendars.get(UNIT).calendar.days == ()


@pytest.mark.parametrize(
    ("name", "more"),
    [("day", DAY), ("outage", OUTAGE), ("remove", {"remove-date": "2027-04-29"})],
)
def test_two_keepers_do_not_overwrite_one_another(
    office: Office, name: str, more: dict[str, str]
) -> None:
    first = form_of(look(office), "day") | {**DAY, "day-date": "2027-05-04"} | why("day")
    seen = {"key": "mine", "seen": first["seen"]}
    assert send(office, "day", first).status_code == 303
    edition = office.calendars.newest().newest.number
    answer = send(office, name, seen | more | why(name))
    page = text_of(answer)
    assert answer.status_code in {409, 412}
    assert "0 → <strong>1</strong>" in page
    assert WHY["vi"] in page
    assert office.calendars.newest().newest.number == edition


@pytest.mark.parametrize(
    ("name", "said", "field"),
    [
        ("outage", {}, "outage-since"),
        ("outage", OUTAGE, "outage-vi"),
        ("outage", {**OUTAGE, "outage-until": "2027-03-13T21:00", **why("outage")}, "outage-until"),
        (
            "day",
            {"day-kind": "off", **why("day"), "day-date": "2027-04-29", "day-vi": ""},
            "day-vi",
        ),
        ("end", {"end-number": "1"}, "end-until"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    office: Office, name: str, said: dict[str, str], field: str
) -> None:
    announced(office)
    before = office.calendars.newest()
    answer = send(office, name, {"key": "k", "seen": "1", **said})
    page = text_of(answer)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert office.calendars.newest() == before


def test_an_agency_that_does_not_exist_is_named(office: Office) -> None:
    said = form_of(look(office), "outage") | OUTAGE | why("outage")
    answer = send(office, "outage", said | {"outage-agencies": "so-khong-co"})
    assert answer.status_code == 422
    assert 'href="#outage-agencies"' in text_of(answer)


def test_a_due_date_is_counted_on_trial_with_its_reasons(office: Office) -> None:
    asked = {"from": "2027-02-01T09:00", "unit": "working_days", "amount": "3"}
    page = look(office, KEEPER, **asked)
    assert "Hẹn trả lúc" in page
    assert "04/02/2027" in page
    assert 'value="2027-02-01T09:00"' in page
    for wrong in ({"amount": "0"}, {"from": "hôm nay"}, {"unit": "zzz"}):
        page = look(office, KEEPER, **(asked | wrong))
        assert "Hẹn trả lúc" not in page
        assert 'class="wrong"' in page


def test_nobody_else_keeps_the_calendar(office: Office) -> None:
    page = look(office, NOBODY)
    assert "Quyết định về một ngày" not in page
    with pytest.raises(Unknown):
        send(office, "day", {"key": "k"}, NOBODY)
    with pytest.raises(Unknown):
        office.service.look_at_calendar(Request(path=PLACE))
    with pytest.raises(NotFound):
        send(office, "zzz", {"key": "k"})


def test_a_change_is_named_after_it(office: Office) -> None:
    request = Request(path=f"{PLACE}/did/outage", who=KEEPER, headers=BROWSER)
    assert "Đã báo ngừng hệ thống" in text_of(
        office.service.look_at_changed_calendar(request, "outage")
    )
