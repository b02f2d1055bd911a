"""Who read what, by person and by day, in each service; and looking at it is recorded itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Forbidden, Invalid, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.web.reading_book import span
from foundation.worktime import local_day
from services.documents.domain.readings import BOOK as OF_FILES
from services.documents.domain.readings import DocumentReading
from services.intake.domain.counter.finding import LookupRecord
from services.routing.domain.docket.reading import BOOK, STEP, AccessRecord
from tests.builders import Office
from tests.desks import OURS
from tests.laid_out_desk import desk
from tests.markup import flaws
from tests.unit.test_documents_service import Archive

BROWSER = {"accept": "text/html"}
DIRECTOR = Identity("minh", frozenset({"director"}), "")
KEEPER = Identity("quan", frozenset({"desk"}), OURS)


@dataclass(frozen=True, kw_only=True)
class Book:
    """A service's page of who read what, its log, and how a reading of somebody gets there."""

    look: Callable[[Request], Any]
    log: Any
    who: Identity
    add: Callable[[str, datetime], object]
    now: datetime
    is_own: Callable[[Any], bool]


def of_intake() -> Book:
    office = Office()
    now = office.clock.now()

    def add(by: str, at: datetime) -> object:
        shown = tuple(f"d{number}" for number in range(7))
        return office.lookups.append(LookupRecord(by=by, at=at, asked="<b>", shown=shown))

    return Book(
        look=office.service.look_at_lookups,
        log=office.lookups,
        who=DIRECTOR,
        add=add,
        now=now,
        is_own=lambda each: each.asked.startswith("/centre/readings") and not each.shown,
    )


def of_documents() -> Book:
    archive = Archive()

    def add(by: str, at: datetime) -> object:
        reading = DocumentReading(
            document="doc-<b>", dossier="d0", sha256="", by=by, at=at, reason="xem <b>"
        )
        return archive.readings.append(reading)

    return Book(
        look=archive.service.look_at_readings,
        log=archive.readings,
        who=DIRECTOR,
        add=add,
        now=archive.clock.now(),
        is_own=lambda each: each.part == OF_FILES,
    )


def of_desk() -> Book:
    ours = desk()

    def add(by: str, at: datetime) -> object:
        record = AccessRecord(agency=OURS, officer=by, at=at, what=STEP, dossier="d0")
        return ours.readings.append(record)

    return Book(
        look=lambda request: ours.service.look_at_all_readings(request, OURS),
        log=ours.readings,
        who=KEEPER,
        add=add,
        now=ours.clock.now(),
        is_own=lambda each: each.what == BOOK,
    )


@pytest.fixture(name="book", params=[of_intake, of_documents, of_desk])
def _book(request: pytest.FixtureRequest) -> Book:
    found: Book = request.param()
    found.add("lan-one", found.now - timedelta(days=3))
    found.add("hoa-two", found.now - timedelta(hours=1))
    return found


def page(book: Book, *, who: Identity | None = None, status: int = 200, **query: str) -> str:
    request = Request(path="/x", query=query, who=who or book.who, headers=BROWSER)
    answer = book.look(request)
    text = str(answer.get_data(as_text=True))
    assert answer.status_code == status
    assert flaws(text) == []
    return text


def test_it_shows_everybody_the_latest_first(book: Book) -> None:
    text = page(book)
    assert 0 < text.index("hoa-two") < text.index("lan-one")
    assert "d0" in text
    assert "<b>" not in text


def test_it_is_asked_by_person_and_by_day(book: Book) -> None:
    assert "hoa-two" not in page(book, by="lan-one", day="")
    day = local_day(book.now - timedelta(days=3)).isoformat()
    text = page(book, day=day)
    assert "lan-one" in text
    assert "hoa-two" not in text
    assert "Không có lần xem nào" in page(book, day="2001-01-01")


def test_looking_at_it_is_recorded_before_the_answer(book: Book) -> None:
    before = len(book.log.things)
    text = page(book, by="lan-one")
    (own,) = (each for each in book.log.things if book.is_own(each))
    assert len(book.log.things) == before + 1
    assert own.at == book.now
    assert "lan-one" in text
    assert "xem sổ này" in page(book)
    book.log.available = False
    with pytest.raises(Exception, match=r"."):
        page(book)


def test_the_next_page_keeps_what_was_asked(book: Book) -> None:
    for number in range(3):
        book.add("lan-one", book.now - timedelta(days=3, minutes=number))
    text = page(book, by="lan-one", limit="2", lang="en")
    assert "by=lan-one&amp;after=" in text
    assert "lang=en" in text.partition('rel="next"')[2].partition(">")[0]


def test_a_day_that_is_none_is_said_so_beside_its_field(book: Book) -> None:
    text = page(book, by="lan-one", day="hôm qua", status=422)
    assert 'href="#day"' in text
    assert 'value="lan-one"' in text
    assert "hoa-two" not in text
    assert not [each for each in book.log.things if book.is_own(each)]
    with pytest.raises(Invalid):
        page(book, after="$gt")


def test_who_has_not_signed_in_sees_nothing(book: Book) -> None:
    assert "lan-one" not in page(book, who=NOBODY)
    with pytest.raises(Unknown):
        book.look(Request(path="/x", who=NOBODY))


def test_at_a_desk_only_who_keeps_the_book_of_officers() -> None:
    book = of_desk()
    for other in ("dung", "truong", "nobody"):
        with pytest.raises(Forbidden):
            page(book, who=Identity(other, frozenset({"desk"}), OURS))


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.timedeltas(timedelta(), timedelta(days=3)))
def test_a_moment_is_within_its_day_and_no_other(day: date, away: timedelta) -> None:
    since, until = span(day)
    at = (since + away).astimezone(UTC)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert (since < at <= until) == (local_day(at) == day)
