"""Officers and heads are written to of late work, as the rules say, and of nothing private."""

from datetime import timedelta

import pytest

from contracts.orders import RemindOrder, UrgeOrder
from contracts.replies import ReminderReply
from foundation.errors import Duplicate, Invalid
from tests.desks import OURS, OurDesk


def letters(desk: OurDesk) -> list[tuple[str, str, bool]]:
    """To whom of what, and if it was late, in order."""
    sent = [each for each in desk.dockets.messages if isinstance(each, ReminderReply)]
    assert not any("Công ty A" in str(each.write()) for each in sent)
    return [(each.officer, each.matter, each.late) for each in sent]


@pytest.fixture(name="manned")
def _manned() -> OurDesk:
    """Everybody left an address but the leader; another division has people of its own."""
    desk = OurDesk()
    book: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("quan", "staff", "", {"email": "quan@x.vn"}),
        ("an", "specialist", "tham-dinh", {"email": "an@x.vn", "phone": "0912345678"}),
        ("binh", "specialist", "tham-dinh", {"phone": "0912345679"}),
        ("hoa", "head", "tham-dinh", {"email": "hoa@x.vn", "language": "en"}),
        ("tam", "head", "van-phong", {"email": "tam@x.vn"}),
        ("lan", "leader", "", {}),
    )
    for name, role, division, reached in book:
        body = {"name": name, "roles": [role], "division": division, **reached}
        desk.service.put_officer(desk.request(body, officer="quan"), name)
    way = {"roles": ["specialist"], "division": "tham-dinh"}
    desk.service.put_way(desk.request(way, officer="quan"), "-")
    desk.order(dossier="d9", step="d9.1")
    return desk


def test_whom_the_rules_name_is_written_to_in_turn(manned: OurDesk) -> None:
    manned.service.take(manned.request(officer="an"), "d9.1")
    for _ in range(30 * 8):
        manned.clock.forward(hours=3)
        manned.service.tell_of_late_steps()
    told = letters(manned)
    assert told[:2] == [("an", "step", False), ("hoa", "step", False)]
    assert set(told[2:]) == {("hoa", "step", True)}
    assert len(told[2:]) == 3  # as often as the table says


def test_before_anybody_took_it_all_who_may_are_written_to(manned: OurDesk) -> None:
    manned.clock.forward(days=9, minutes=-1)
    manned.service.tell_of_late_steps()
    assert {who for who, _, _ in letters(manned)} >= {"an", "binh"}


def test_whoever_is_away_is_not_written_to(manned: OurDesk) -> None:
    leave = {"first": "2026-11-23", "last": "2027-11-22"}
    manned.service.be_absent(manned.request(leave, officer="quan"), "hoa")
    manned.clock.forward(days=30)
    manned.service.tell_of_late_steps()
    assert {who for who, _, _ in letters(manned)} == {"an", "binh"}


def test_an_urging_is_written_of_to_the_officer_and_the_head(manned: OurDesk) -> None:
    manned.service.take(manned.request(officer="an"), "d9.1")
    words = "vì sao hồ sơ của Công ty A chậm"
    until = manned.clock.now() + timedelta(days=1)
    order = UrgeOrder(agency=OURS, step="d9.1", urging="u1", words=words, answer_by=until)
    manned.service.urge(order, manned.about("d9", "urge", seq=2))
    assert letters(manned) == [("an", "urging", False), ("hoa", "urging", False)]
    with pytest.raises(Duplicate):
        manned.service.urge(order, manned.about("d9", "urge", seq=2))
    assert len(letters(manned)) == 2


def test_each_reminder_of_the_centre_is_written_of(manned: OurDesk) -> None:
    order = RemindOrder(
        agency=OURS, step="d9.1", matter="urging", whom="head", due=manned.clock.now()
    )
    for number in (2, 3):
        manned.service.remind(order, manned.about("d9", f"remind {number}", seq=number))
    assert letters(manned) == [("hoa", "urging", True)] * 2


def test_what_a_newer_centre_reminds_of_is_written_of_as_it_says(manned: OurDesk) -> None:
    due = manned.clock.now()
    order = RemindOrder(agency=OURS, step="d9.1", matter="fee", whom="head", due=due)
    manned.service.remind(order, manned.about("d9", "remind", seq=2))
    assert letters(manned) == [("hoa", "fee", True)]


def test_an_address_is_kept_as_it_can_be_reached_and_shown_as_it_was_written_down(
    manned: OurDesk,
) -> None:
    shown = manned.service.book(manned.request(officer="quan"))["officers"]
    found = {each["id"]: (each["email"], each["phone"], each["language"]) for each in shown}
    assert found["an"] == ("an@x.vn", "+84912345678", "vi")
    assert found["lan"] == ("", "", "vi")
    for each in shown:
        again = {name: value for name, value in each.items() if name != "id"}
        manned.service.put_officer(manned.request(again, officer="quan"), each["id"])
    assert manned.service.book(manned.request(officer="quan"))["officers"] == shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "không có"},
        {"email": "a@b.vn\r\nBcc: c@d.vn"},
        {"email": '"a b"@c.vn'},
        {"phone": "12"},
        {"language": "fr"},
        {"email": "a" * 260 + "@b.vn"},
    ],
)
def test_what_is_no_address_is_named(manned: OurDesk, wrong: dict[str, str]) -> None:
    body = {"name": "an", "roles": ["specialist"], **wrong}
    with pytest.raises(Invalid) as caught:
        manned.service.put_officer(manned.request(body, officer="quan"), "an")
    assert set(caught.value.fields) == set(wrong)
