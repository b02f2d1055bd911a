"""The book of officers: secondments, absences, who stands in, and which desk has nobody."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.__main__ import run
from cli.agency.desk_coverage import read_books
from cli.errors import CliError
from foundation.errors import Forbidden, Invalid, NotFound
from foundation.worktime import Calendar
from services.routing.domain.staff import coverage, officers
from services.routing.domain.staff.officers import (
    Absence,
    AgencyProcess,
    CentreDesk,
    Officer,
    OfficerBook,
)
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.staff.urging_rules import UrgeRule
from tests import nghe_an

CALENDAR = Calendar.default()
START, END = date(2020, 9, 1), date(2022, 8, 31)
EMPTY = OfficerBook(id="so-xay-dung", agency="so-xay-dung")


def an_officer(one: str, *roles: OfficerRole, division: str = "", **changes: Any) -> Officer:
    return Officer(
        id=one, name=one, roles=roles or (OfficerRole.CLERK,), division=division, **changes
    )


def a_book(*people: Officer, desk: bool = True) -> OfficerBook:
    book = EMPTY
    for each in people or (an_officer("an"), an_officer("binh"), an_officer("chi")):
        book = officers.put_officer(book, each)
    main, *backups = [each.id for each in book.officers]
    written = CentreDesk(code="quay-01", name="Quầy 1", main=main, backups=tuple(backups))
    return officers.put_desk(book, written) if desk else book


def absent(book: OfficerBook, one: str, first: str, last: str) -> OfficerBook:
    span = Absence(first=date.fromisoformat(first), last=date.fromisoformat(last))
    return officers.be_absent(book, one, span)


@pytest.mark.parametrize(
    ("first", "last", "right"),
    [
        ("2020-09-01", "2021-02-28", True),  # six months to the day
        ("2020-09-01", "2021-02-27", False),
        ("2020-09-01", "2022-08-31", True),  # twenty-four months to the day
        ("2020-09-01", "2022-09-01", False),
        ("2020-08-31", "2021-02-28", True),
        ("2020-09-01", None, False),
        (None, "2020-09-01", False),
        (None, None, True),
    ],
)
def test_a_secondment_lasts_from_6_to_24_months(
    first: str | None, last: str | None, *, right: bool
) -> None:
    begin, end = (date.fromisoformat(day) if day else None for day in (first, last))
    officer = an_officer("an", first=begin, last=end)
    if right:
        assert officers.put_officer(EMPTY, officer).officers == (officer,)
    else:
        with pytest.raises(Invalid):
            officers.put_officer(EMPTY, officer)


def test_writing_an_officer_anew_keeps_their_absences() -> None:
    book = absent(a_book(), "an", "2020-10-01", "2020-10-05")
    book = officers.put_officer(book, an_officer("an", OfficerRole.HEAD))
    assert officers.officer_of(book, "an").roles == (OfficerRole.HEAD,)
    assert len(officers.officer_of(book, "an").absences) == 1
    assert len(book.officers) == 3


@pytest.mark.parametrize("backups", [(), ("an",), ("binh", "nobody")])
def test_a_desk_has_a_backup_who_is_another_and_is_known(backups: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as caught:
        officers.put_desk(a_book(), CentreDesk(code="q", name="", main="an", backups=backups))
    assert "backups" in caught.value.fields


def test_a_process_goes_through_places_and_its_tellings_are_in_order() -> None:
    with pytest.raises(Invalid):
        officers.put_way(EMPTY, AgencyProcess(procedure="1.009645", roles=(OfficerRole.WATCHER,)))
    early, late = (
        UrgeRule(days=-1, whom=OfficerRole.HEAD),
        UrgeRule(days=1, whom=OfficerRole.LEADER),
    )
    with pytest.raises(Invalid):
        officers.put_way(EMPTY, AgencyProcess(procedure="1.009645", urges=(late, early)))
    way = AgencyProcess(
        procedure="1.009645",
        roles=(OfficerRole.SPECIALIST, OfficerRole.LEADER),
        urges=(early, late),
    )
    book = officers.put_way(EMPTY, way)
    assert officers.way_of(book, "1.009645") == way
    assert officers.way_of(book, "1.000001") == officers.SIMPLE
    usual = AgencyProcess(roles=(OfficerRole.SPECIALIST, OfficerRole.HEAD))
    assert officers.way_of(officers.put_way(book, usual), "1.000001") == usual


def test_a_stranger_is_no_officer() -> None:
    with pytest.raises(Forbidden):
        officers.officer_of(a_book(), "stranger")
    with pytest.raises(NotFound):
        officers.must_be_there(a_book(), "stranger", START, OfficerRole.CLERK, "")
    officers.must_be_there(EMPTY, "whoever", START, OfficerRole.HEAD, "x")


def test_work_is_not_given_to_somebody_who_is_away() -> None:
    book = absent(a_book(), "an", "2020-10-01", "2020-10-05")
    officers.must_be_there(book, "an", date(2020, 9, 30), OfficerRole.CLERK, "")
    for day in (date(2020, 10, 1), date(2020, 10, 5)):
        with pytest.raises(Invalid):
            officers.must_be_there(book, "an", day, OfficerRole.CLERK, "")


@pytest.mark.parametrize(
    ("role", "division", "right"),
    [
        (OfficerRole.SPECIALIST, "quy-hoach", True),
        (OfficerRole.SPECIALIST, "ha-tang", False),
        (OfficerRole.HEAD, "quy-hoach", False),
        (OfficerRole.LEADER, "ha-tang", True),
    ],
)
def test_work_is_given_to_somebody_of_the_place(
    role: OfficerRole, division: str, *, right: bool
) -> None:
    both = an_officer("an", OfficerRole.SPECIALIST, OfficerRole.LEADER, division="quy-hoach")
    book = officers.put_officer(EMPTY, both)
    if right:
        officers.must_be_there(book, "an", START, role, division)
    else:
        with pytest.raises(Invalid):
            officers.must_be_there(book, "an", START, role, division)


def test_the_first_backup_who_is_there_stands_in() -> None:
    book = absent(a_book(), "an", "2020-10-01", "2020-10-05")
    day = date(2020, 10, 2)
    assert officers.stands_in(book, "an", day, {"binh": 99}) == "binh"
    book = absent(book, "binh", "2020-10-02", "2020-10-02")
    assert officers.stands_in(book, "an", day, {}) == "chi"
    book = absent(book, "chi", "2020-10-02", "2020-10-02")
    assert officers.stands_in(book, "an", day, {}) == ""


def test_without_a_desk_the_least_loaded_of_role_and_division_stands_in() -> None:
    here, there = "quy-hoach", "ha-tang"
    book = a_book(
        an_officer("an", OfficerRole.SPECIALIST, division=here),
        an_officer("binh", OfficerRole.SPECIALIST, division=here),
        an_officer("chi", OfficerRole.SPECIALIST, division=here),
        an_officer("dung", OfficerRole.SPECIALIST, division=there),
        an_officer("hoa", OfficerRole.HEAD, division=here),
        desk=False,
    )
    loads = {"binh": 7, "chi": 3}
    assert officers.stands_in(book, "an", START, loads) == "chi"
    assert officers.at_place(book, OfficerRole.SPECIALIST, here, START) == ["an", "binh", "chi"]
    assert officers.at_place(book, OfficerRole.HEAD, "", START) == ["hoa"]


def test_an_absence_that_ends_before_it_begins_and_one_of_nobody_are_refused() -> None:
    with pytest.raises(Invalid):
        absent(a_book(), "an", "2020-10-05", "2020-10-01")
    with pytest.raises(NotFound):
        absent(a_book(), "stranger", "2020-10-01", "2020-10-05")


def test_who_comes_back_early_is_there_again() -> None:
    book = absent(a_book(), "an", "2020-10-01", "2020-10-09")
    book = absent(book, "an", "2020-12-01", "2020-12-02")
    book = officers.cut_short(book, "an", date(2020, 10, 4))
    assert officers.keeps_away(officers.officer_of(book, "an"), date(2020, 10, 4)) == "absent"
    assert officers.keeps_away(officers.officer_of(book, "an"), date(2020, 10, 5)) == ""
    assert len(officers.officer_of(book, "an").absences) == 1
    with pytest.raises(NotFound):
        officers.cut_short(book, "zz", date(2020, 10, 4))


@given(
    st.lists(
        st.tuples(st.sampled_from(["an", "binh", "chi"]), st.integers(0, 20), st.integers(0, 9)),
        max_size=8,
    )
)
def test_a_desk_is_uncovered_exactly_on_the_days_on_which_nobody_is_there(
    leaves: list[tuple[str, int, int]],
) -> None:
    book = a_book()
    away = {one: set[date]() for one in ("an", "binh", "chi")}
    for one, first, length in leaves:
        days = [START + timedelta(days=first + each) for each in range(length + 1)]
        away[one] |= set(days)
        book = officers.be_absent(book, one, Absence(first=days[0], last=days[-1]))
    days = [START + timedelta(days=each) for each in range(32)]
    gaps = coverage.uncovered(book, days)
    listed = [day for gap in gaps for day in days if gap.first <= day <= gap.last]
    assert listed == [day for day in days if all(day in each for each in away.values())]


def test_the_end_of_a_secondment_uncovers_a_desk() -> None:
    people = (an_officer("an", first=START, last=END), an_officer("binh", first=START, last=END))
    (gap,) = coverage.uncovered(a_book(*people), [END, END + timedelta(days=1)])
    assert (gap.first, gap.last) == (END + timedelta(days=1), END + timedelta(days=1))
    assert gap.why == (("an", "secondment_over"), ("binh", "secondment_over"))


def test_only_working_days_are_looked_at() -> None:
    days = coverage.working(date(2020, 8, 31), 4, CALENDAR)
    # The second of September is the National Day.
    assert days == [date(2020, 8, 31), date(2020, 9, 1), date(2020, 9, 3), date(2020, 9, 4)]
    assert len(coverage.working(date(2020, 12, 30), 20, CALENDAR)) == 20


def nghe_an_books(*leaves: tuple[str, str, str]) -> list[dict[str, Any]]:
    books = nghe_an.books()
    for one, first, last in leaves:
        for book in books:
            for officer in book["officers"]:
                if officer["id"] == one:
                    officer["absences"].append({"first": first, "last": last})
    return books


def checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], books: object, *options: str
) -> tuple[int, list[Mapping[str, Any]]]:
    file = tmp_path / "so-can-bo.json"
    file.write_text(json.dumps(books), encoding="utf-8")
    code = run(["agency", "check", str(file), "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_nghe_ans_34_and_38_cover_every_desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books = nghe_an_books()
    desks = [desk for book in books for desk in book["desks"]]
    assert len({desk["main"] for desk in desks}) == 34
    assert len({one for desk in desks for one in desk["backups"]}) == 38
    code, found = checked(tmp_path, capsys, books, "--on", "2020-10-01")
    assert (code, sum(each["desks"] for each in found)) == (0, 34)
    assert sum(each["officers"] for each in found) == 72
    assert [each for each in found if each["gaps"]] == []


def test_the_check_says_which_desk_is_uncovered_on_which_day_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Desk 1 has two backups, desk 9 has one.
    both = ("2020-10-01", "2020-10-06")
    books = nghe_an_books(
        ("quay-01-chinh", *both),
        ("quay-01-a", *both),
        ("quay-09-chinh", *both),
        ("quay-09-a", "2020-10-05", "2020-10-20"),
    )
    code, found = checked(tmp_path, capsys, books, "--on", "2020-10-01", "--days", "10")
    gaps = [(each["agency"], gap) for each in found for gap in each["gaps"]]
    assert code == 1
    why = [{"officer": f"quay-09-{part}", "reason": "absent"} for part in ("chinh", "a")]
    gap = {"desk": "quay-09", "first": "2020-10-05", "last": "2020-10-06", "why": why}
    assert gaps == [("co-quan-05", gap)]
    unit = tmp_path / "lich.json"
    unit.write_text('{"days": [{"date": "2020-10-05", "kind": "off"}]}', encoding="utf-8")
    own = ("--on", "2020-10-01", "--days", "10", "--calendar", str(unit))
    _, found = checked(tmp_path, capsys, books, *own)
    assert [gap["first"] for each in found for gap in each["gaps"]] == ["2020-10-06"]
    assert checked(tmp_path, capsys, books, "--on", "2020-10-02")[0] == 0


def test_when_all_secondments_end_every_desk_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = checked(tmp_path, capsys, nghe_an_books(), "--on", "2022-09-05")
    assert (code, sum(len(each["gaps"]) for each in found)) == (1, 34)


def test_people_read_a_table_in_their_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "books.json"
    file.write_text(json.dumps(nghe_an_books()), encoding="utf-8")
    run(["--lang", "vi", "agency", "check", str(file), "--on", "2022-09-05"])
    said = capsys.readouterr().out
    assert "Bàn không có người" in said
    assert "34 khoảng trống" in said
    run(["--lang", "en", "agency", "check", str(file), "--on", "2020-10-01"])
    assert "17 agencies, 34 desks, 72 officers: 0 gaps" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda books: books[0].pop("agency"), "agency"),
        (lambda books: books[3]["officers"].pop(0), "co-quan-04"),
        (lambda books: books[3]["officers"][0].update(last="2020-10-01"), "quay-07-chinh"),
        (lambda books: books[3]["officers"][0].update(roles=["king"]), "roles"),
        (lambda books: books[3]["desks"][0].update(backups=[]), "backups"),
    ],
)
def test_a_wrong_book_is_named_with_what_is_wrong(spoil: Any, named: str) -> None:
    books = nghe_an_books()
    spoil(books)
    with pytest.raises(CliError, match=named):
        read_books(json.dumps(books))


def test_what_is_no_json_is_said_so() -> None:
    with pytest.raises(CliError):
        read_books("{")


@pytest.mark.parametrize("on", ["1900-01-01", "2100-12-31"])
def test_days_that_nobody_can_count_are_said_in_one_sentence(tmp_path: Path, on: str) -> None:
    file = tmp_path / "books.json"
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(CliError, match="1901 to 2100") as trouble:
        run(["agency", "check", str(file), "--on", on, "--days", "260"])
    assert trouble.value.code == 2


def test_books_in_another_alphabet_are_said_not_to_be_readable(tmp_path: Path) -> None:
    file = tmp_path / "books.json"
    file.write_bytes("[]".encode("utf-16"))
    with pytest.raises(CliError, match="cannot be read"):
        run(["agency", "check", str(file)])
    file.write_bytes(b"\xef\xbb\xbf[]")
    assert run(["agency", "check", str(file)]) == 0
