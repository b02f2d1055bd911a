"""The administrator's pages: the book of officers by forms, and who read what."""

import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.as_seen import NEW, ChangedSince
from foundation.errors import Forbidden, NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.routing.domain.staff import book_seen
from services.routing.domain.staff.officers import (
    Absence,
    CentreDesk,
    Officer,
    OfficerBook,
    put_officer,
)
from services.routing.domain.staff.roles import OfficerRole
from services.routing.handlers import staff_view
from tests.desks import OURS, OurDesk
from tests.laid_out_desk import desk
from tests.markup import flaws

FORM = "application/x-www-form-urlencoded"
BROWSER = {"accept": "text/html"}
STAFF = f"/desks/{OURS}/staff"
SPECIALIST = OfficerRole.SPECIALIST


@pytest.fixture(name="ours")
def _ours() -> OurDesk:
    return desk()


def who(officer: str) -> Identity:
    return Identity(officer, frozenset({"desk"}), OURS) if officer else NOBODY


def look(ours: OurDesk, part: str = "", officer: str = "quan", /, **query: str) -> str:
    doors = {
        "": ours.service.look_at_staff,
        "officer": ours.service.look_at_officer,
        "desk": ours.service.look_at_desk,
        "readings": ours.service.look_at_readings,
        "way": ours.service.look_at_way,
    }
    request = Request(path=STAFF, query=query, who=who(officer), headers=BROWSER)
    return text_of(doors[part](request, OURS))


def text_of(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def send(ours: OurDesk, name: str, said: dict[str, str], officer: str = "quan") -> Any:
    request = Request(
        method="POST",
        path=f"{STAFF}/{name}",
        headers={**BROWSER, "content-type": FORM},
        stream=BytesIO(urlencode(said).encode()),
        who=who(officer),
    )
    return ours.service.keep_book_by_form(request, OURS, name)


def form_of(page: str, name: str) -> dict[str, str]:
    """The fields of a form as a browser sends them when nothing was changed."""
    (form,) = re.findall(
        rf'<form method="post" action="[^"]*/staff/{name}[^"]*">.*?</form>', page, re.DOTALL
    )
    said = {}
    for tag in re.findall(r"<input [^>]*>", form):
        if 'type="checkbox"' in tag and " checked" not in tag:
            continue
        value = re.search(r' value="([^"]*)"', tag)
        said[re.findall(r' name="([^"]+)"', tag)[0]] = unescape(value.group(1)) if value else ""
    for select in re.findall(r"<select [^>]*>.*?</select>", form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', select)
        first = re.findall(r'<option value="([^"]*)"', select)
        said[re.findall(r' name="([^"]+)"', select)[0]] = unescape((chosen or first)[0])
    return said


def book(ours: OurDesk) -> OfficerBook:
    kept: OfficerBook = ours.offices.get(OURS)
    return kept


def officer(ours: OurDesk, officer_id: str) -> Officer:
    (found,) = (each for each in book(ours).officers if each.id == officer_id)
    return found


def test_the_book_shows_who_is_there_today_and_which_desk_has_nobody(ours: OurDesk) -> None:
    page = look(ours)
    assert "Phạm Văn Dũng" in page
    assert "làm việc hôm nay" in page
    send(ours, "desk", new_desk(ours))
    for one in ("dung", "lan"):
        said = form_of(look(ours, "officer", id=one), "absence")
        answer = send(ours, "absence", said | days(ours.clock.now().date(), 30))
        assert answer.status_code == 303
    page = look(ours)
    assert "vắng mặt" in page
    assert "Ngày không có ai ở quầy" in page


def days(first: date, many: int) -> dict[str, str]:
    last = date.fromordinal(first.toordinal() + many)
    return {"absence-first": first.isoformat(), "absence-last": last.isoformat()}


def new_desk(ours: OurDesk, **changes: str) -> dict[str, str]:
    said = form_of(look(ours, "desk"), "desk")
    wanted = {"code": "quay-5", "name": "Quầy 5", "main": "dung", "backups": "lan"}
    return said | {f"desk-{name}": value for name, value in (wanted | changes).items()}


def test_an_officer_is_added_changed_and_shown_as_kept(ours: OurDesk) -> None:
    said = form_of(look(ours, "officer"), "officer")
    said |= {"officer-id": "binh", "officer-name": "Trần Văn Bình", "officer-role-specialist": "1"}
    answer = send(ours, "officer", said)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"{STAFF}/officer?id=binh&done=officer",
    )
    assert officer(ours, "binh").roles == (SPECIALIST,)
    page = look(ours, "officer", id="binh", done="officer")
    assert "Đã lưu cán bộ" in page
    changed = form_of(page, "officer") | {"officer-division": "cap-phep", "officer-role-head": "1"}
    assert send(ours, "officer", changed).status_code == 303
    assert set(officer(ours, "binh").roles) == {SPECIALIST, OfficerRole.HEAD}
    assert officer(ours, "binh").division == "cap-phep"


def test_a_form_that_is_sent_as_it_came_changes_nothing(ours: OurDesk) -> None:
    send(ours, "desk", new_desk(ours))
    before = book(ours)
    for each in before.officers:
        said = form_of(look(ours, "officer", id=each.id), "officer")
        assert send(ours, "officer", said).status_code == 303
    assert send(ours, "desk", form_of(look(ours, "desk", code="quay-5"), "desk")).status_code == 303
    assert (book(ours).officers, book(ours).desks) == (before.officers, before.desks)


def test_two_administrators_do_not_overwrite_one_another(ours: OurDesk) -> None:
    first, second = (form_of(look(ours, "officer", id="dung"), "officer") for _ in range(2))
    assert send(ours, "officer", first | {"officer-division": "cap-phep"}).status_code == 303
    late = send(ours, "officer", second | {"officer-phone": "0912 345 678"})
    page = text_of(late)
    assert late.status_code == 409
    assert "quy-hoach → <strong>cap-phep</strong>" in page
    assert "0912 345 678" in page  # what was typed is still there
    assert officer(ours, "dung").phone == ""
    again = form_of(page, "officer") | {"officer-division": "cap-phep"}
    assert send(ours, "officer", again).status_code == 303
    assert officer(ours, "dung").phone == "+84912345678"


def test_one_who_was_added_meanwhile_is_not_overwritten(ours: OurDesk) -> None:
    said = form_of(look(ours, "officer"), "officer")
    said |= {"officer-id": "binh", "officer-name": "Bình", "officer-role-specialist": "1"}
    assert send(ours, "officer", said).status_code == 303
    answer = send(ours, "officer", said | {"officer-name": "Bình khác"})
    assert answer.status_code == 409
    assert officer(ours, "binh").name == "Bình"


def test_an_absence_sent_twice_is_noted_once_and_a_return_ends_it(ours: OurDesk) -> None:
    today = ours.clock.now().date()
    said = form_of(look(ours, "officer", id="dung"), "absence") | days(today, 5)
    assert [send(ours, "absence", said).status_code for _ in range(2)] == [303, 303]
    assert [each.first for each in officer(ours, "dung").absences] == [today]
    page = look(ours, "officer", id="dung", done="absence")
    assert "Đã ghi vắng mặt" in page
    assert send(ours, "return", form_of(page, "return")).status_code == 303
    assert not officer(ours, "dung").absences


@pytest.mark.parametrize(
    ("name", "said", "field"),
    [
        ("officer", {"officer-id": ""}, "officer-id"),
        ("officer", {"officer-id": "a/b"}, "officer-id"),
        ("officer", {"officer-id": "x", "officer-name": ""}, "officer-name"),
        ("officer", {"officer-id": "x", "officer-name": "X"}, "officer-roles"),
        ("officer", {"officer-id": "x", "officer-email": "không"}, "officer-email"),
        ("absence", {"absence-id": "dung", "absence-first": "2026-12-01"}, "absence-last"),
        ("way", {"way-procedure": "1/009645", "way-role-1": "head"}, "way-procedure"),
        ("way", {"way-division": "quy-hoach"}, "way-roles"),
        ("way", {"way-role-1": "head", "way-days-1": "9"}, "way-urges"),
        ("desk", {"desk-code": "Quầy 5"}, "desk-code"),
        ("desk", {"desk-code": "q", "desk-name": "Q", "desk-main": "dung"}, "desk-backups"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    ours: OurDesk, name: str, said: dict[str, str], field: str
) -> None:
    before = book(ours)
    answer = send(ours, name, {"key": "k", "seen": "new", **said})
    page = text_of(answer)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert all(f'value="{value}"' in page for value in said.values() if value)
    assert book(ours) == before


def test_a_book_keeps_somebody_who_may_keep_it(ours: OurDesk) -> None:
    said = form_of(look(ours, "officer", id="quan"), "officer")
    said.pop("officer-role-staff")
    answer = send(ours, "officer", said | {"officer-role-watcher": "1"})
    assert answer.status_code == 422
    assert OfficerRole.STAFF in officer(ours, "quan").roles


@pytest.mark.parametrize("part", ["", "officer", "desk", "readings", "way"])
def test_only_who_keeps_the_book_sees_it(ours: OurDesk, part: str) -> None:
    for other in ("dung", "truong", "not in the book"):
        with pytest.raises(Forbidden):
            look(ours, part, other)
    assert "Phạm Văn Dũng" not in look(ours, part, "")


def test_nobody_else_changes_the_book(ours: OurDesk) -> None:
    before = book(ours)
    for other in ("dung", "truong", "not in the book"):
        with pytest.raises(Forbidden):
            send(ours, "return", {"key": "k", "return-id": "dung"}, other)
    with pytest.raises(Unknown):
        send(ours, "return", {"key": "k", "return-id": "dung"}, "")
    with pytest.raises(NotFound):
        send(ours, "zzz", {"key": "k"})
    with pytest.raises(NotFound):
        look(ours, "officer", id="nobody")
    assert book(ours) == before


def test_the_page_is_offered_to_who_keeps_the_book(ours: OurDesk) -> None:
    assert f'href="{STAFF}"' in look(ours, "officer", id="dung")
    request = Request(path="/", who=who("dung"), headers=BROWSER)
    assert f'href="{STAFF}"' not in text_of(ours.service.look_at_work(request, OURS))


def test_who_read_a_dossier_is_told_by_its_code(ours: OurDesk) -> None:
    code = "000.00.00.H41-261123-0001"
    request = Request(path="/", who=who("dung"), headers=BROWSER)
    ours.service.look_at_step(request, OURS, "d1.1")
    page = look(ours, "readings", code=code)
    assert "Phạm Văn Dũng" in page
    assert "xem hồ sơ" in page
    assert "Phạm Văn Dũng" not in look(ours, "readings", code="000.00.00.H41-261123-0002")
    assert "Không có hồ sơ mang mã này" in look(ours, "readings", code="zzz")
    assert "Ai bị từ chối ở đây" in look(ours, "readings")


def test_a_process_is_written_changed_and_shown_as_kept(ours: OurDesk) -> None:
    said = form_of(look(ours, "way"), "way")
    said |= {"way-procedure": "1.009645", "way-role-1": "clerk", "way-role-2": "head"}
    said |= {"way-days-1": "-2", "way-whom-1": "head", "way-days-2": "3", "way-whom-2": "leader"}
    answer = send(ours, "way", said)
    assert send(ours, "way", said).status_code == 303  # a double click
    assert answer.headers["Location"] == f"{STAFF}/way?procedure=1.009645&done=way"
    page = look(ours, "way", procedure="1.009645", done="way")
    assert "Đã lưu quy trình" in page
    assert "văn thư → lãnh đạo phòng" in look(ours).replace(" \n", " ")
    assert send(ours, "way", form_of(page, "way")).status_code == 303
    kept = {each.procedure: each for each in book(ours).ways}["1.009645"]
    assert [each.value for each in kept.roles] == ["clerk", "head"]
    assert [(each.days, each.whom.value) for each in kept.urges] == [(-2, "head"), (3, "leader")]
    with pytest.raises(NotFound):
        look(ours, "way", procedure="1.000000")


def test_the_process_of_all_others_is_changed_and_not_overwritten(ours: OurDesk) -> None:
    first, second = (form_of(look(ours, "way", procedure="-"), "way") for _ in range(2))
    fresh = form_of(look(ours, "way"), "way") | {"way-role-1": "seal"}
    assert send(ours, "way", first | {"way-division": "cap-phep"}).status_code == 303
    for each in (second | {"way-role-1": "leader"}, fresh):
        late = send(ours, "way", each)
        assert late.status_code == 409
        assert "Đã thay đổi" in text_of(late)
    (way,) = book(ours).ways
    assert (way.division, [each.value for each in way.roles]) == (
        "cap-phep",
        ["specialist", "head"],
    )


NAMES = st.text("abc =-\t", max_size=6)


@given(NAMES, NAMES, st.sampled_from(list(OfficerRole)))
def test_the_mark_of_an_officer_tells_whatever_was_changed(
    name: str, division: str, role: OfficerRole
) -> None:
    book = OfficerBook(id=OURS, agency=OURS)
    written = put_officer(book, Officer(id="x", name=name, roles=(role,), division=division))
    facts = book_seen.of_officer(written, "x")
    book_seen.must_be_as_seen(facts, book_seen.mark(facts))
    book_seen.must_be_as_seen(facts, "")
    away = put_officer(book, Officer(id="x", name=f"{name}?", roles=(role,)))
    with pytest.raises(ChangedSince):
        book_seen.must_be_as_seen(book_seen.of_officer(away, "x"), book_seen.mark(facts))
    with pytest.raises(ChangedSince):
        book_seen.must_be_as_seen(facts, NEW)


def test_an_absence_is_part_of_what_was_seen() -> None:
    one = Officer(id="x", name="X", roles=(SPECIALIST,))
    away = Officer(
        id="x",
        name="X",
        roles=(SPECIALIST,),
        absences=(Absence(first=date(2026, 12, 1), last=date(2026, 12, 2)),),
    )
    marks = [
        book_seen.mark(book_seen.of_officer(OfficerBook(id="a", agency="a", officers=(each,)), "x"))
        for each in (one, away)
    ]
    assert marks[0] != marks[1]


def test_backups_may_be_parted_by_commas_or_blanks() -> None:
    for typed in ("a, b", "a b", "a,b ", " a,  b,"):
        assert staff_view.body_of("desk", {"desk-backups": typed})["backups"] == ["a", "b"]
    kept = CentreDesk(code="q", name="Q", main="m", backups=("a", "b"))
    filled = staff_view.desk_filled_in(kept)
    assert staff_view.body_of("desk", filled)["backups"] == ["a", "b"]
