"""People at an office read of late work in one letter an hour, and of nothing that is private."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DossierAccepted, DossierEscalated, FeedbackUrged
from contracts.replies import ReminderReply
from foundation.errors import Duplicate, Invalid, NotFound, Stale
from services.notifications import schemas
from services.notifications.domain import digest
from services.notifications.domain.digest import MOST_LINES, DigestLine
from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from tests.fakes import FakeClock
from tests.unit.test_notifications_service import CODE, CONTACT, Desk, FakeProvider

NOW = FakeClock().now()
HOUR = 3600
READER = digest.director("giam-doc@example.vn, 0912345678", "vi", "https://motcua.vn/late")
SECRETS = ("Đức", "912345678", "duc@example.vn")


def line(number: int = 1, **changes: Any) -> DigestLine:
    first = DigestLine(
        code=f"{CODE[:-4]}{number:04}",
        action="thẩm định",
        matter="step",
        due=NOW + timedelta(minutes=number),
        late=True,
    )
    return replace(first, **changes)


def reminder(**changes: Any) -> ReminderReply:
    told = ReminderReply(
        agency="so-xay-dung",
        officer="an",
        email="an@so-xay-dung.vn",
        phone="",
        language="vi",
        step="d-1.1",
        action="có ý kiến",
        matter="step",
        due=NOW - timedelta(hours=1),
        late=True,
    )
    return replace(told, **changes)


def escalated(**changes: Any) -> DossierEscalated:
    event = DossierEscalated(
        agency="so-xay-dung", matter="dossier", step="", due=NOW - timedelta(hours=1), count=1
    )
    return replace(event, **changes)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Notifications, knowing one accepted dossier and nothing else to send."""
    desk = Desk()
    desk.service.meet(CONTACT, desk.about())
    accepted = DossierAccepted(
        agency="so-xay-dung", code=CODE, procedure="1.009645", due=desk.clock.now()
    )
    desk.service.accepted(accepted, desk.about())
    desk.notices.documents.clear()
    yield desk
    assert not [each for each in desk.digests.things if any(s in str(each) for s in SECRETS)]


def write(desk: Desk, **later: float) -> list[Notice]:
    """What was kept to be sent, after a while."""
    desk.clock.forward(**(later or {"seconds": HOUR}))
    desk.service.write_digests()
    return list(desk.notices.things)


def test_an_officer_reads_of_a_late_step_by_its_code(desk: Desk) -> None:
    desk.service.remind(reminder(), desk.about())
    (notice,) = write(desk)
    assert (notice.channel, notice.to) == (NoticeChannel.EMAIL, "an@so-xay-dung.vn")
    assert (notice.agency, notice.kind, notice.dossier) == ("so-xay-dung", "reminder", "")
    assert notice.letter.subject == "Nhắc việc: 1 việc quá hạn"
    for said in (CODE, "có ý kiến", "quá hạn từ 08:00 ngày 23/11/2026", "https://ban/so-xay-dung"):
        assert said in notice.letter.text
    desk.send(FakeProvider(), NoticeChannel.EMAIL)
    assert desk.told == [("message.sent", "")]


def test_a_hundred_that_become_late_in_one_hour_are_one_letter(desk: Desk) -> None:
    for number in range(100):
        told = reminder(action=f"việc {number}", due=NOW - timedelta(minutes=number))
        desk.service.remind(told, desk.about(message=f"m-{number}"))
    (notice,) = write(desk)
    assert "100 việc quá hạn" in notice.letter.subject
    assert notice.letter.text.count(CODE) == MOST_LINES
    assert "và 50 việc nữa" in notice.letter.text
    assert write(desk) == [notice]


def test_the_next_hour_has_its_own_letter(desk: Desk) -> None:
    for number in range(3):
        desk.service.remind(reminder(), desk.about(message=f"m-{number}"))
        assert len(write(desk)) == number + 1


def test_nothing_is_written_before_the_hour_is_over(desk: Desk) -> None:
    desk.service.remind(reminder(), desk.about())
    assert write(desk, seconds=HOUR - 1) == []


def test_each_officer_has_their_own_letter_by_all_their_ways_and_in_their_language(
    desk: Desk,
) -> None:
    desk.service.remind(reminder(), desk.about(message="m-1"))
    both = reminder(officer="binh", email="binh@x.vn", phone="+84987654321", language="en")
    desk.service.remind(both, desk.about(message="m-2"))
    notices = {(each.to, each.channel): each.letter for each in write(desk)}
    assert len(notices) == 3
    sms = notices["+84987654321", NoticeChannel.SMS].text
    assert sms.startswith("Reminder: 1 late. https://ban/so-xay-dung")
    assert CODE in sms
    assert len(sms) <= schemas.SMS_LENGTH
    assert "late, it was due at" in notices["binh@x.vn", NoticeChannel.EMAIL].text


def test_the_director_and_who_stands_in_read_it_with_a_link_to_the_dossier(desk: Desk) -> None:
    desk.service.escalate(escalated(), desk.about(message="m-1"))
    of_a_step = escalated(matter="step", step="d-1.2", action="đo đạc", held_by="ubnd-xa")
    desk.service.escalate(of_a_step, desk.about(message="m-2"))
    mail, sms = write(desk)
    assert (mail.to, sms.to) == ("giam-doc@x.vn", "+84911111111")
    assert mail.agency == "trung-tam"
    for said in ("2 việc quá hạn", "đo đạc", "ubnd-xa", "https://motcua.vn/late/d-1"):
        assert said in mail.letter.subject + mail.letter.text


def test_a_head_reads_of_a_late_explanation_and_the_director_in_turn(desk: Desk) -> None:
    late = reminder(matter="explanation", step="", action="Giải trình ý kiến của người dân")
    about_dossier = replace(late, dossier="d-1")
    desk.service.remind(about_dossier, desk.about("f-1", message="m-1"))
    desk.service.remind(late, desk.about(message="m-2"))
    for number, whom in enumerate((("head",), ("leader", "director"))):
        urged = FeedbackUrged(agency="ubnd-xa", answer_by=NOW, number=number + 1, whom=whom)
        desk.service.escalate_explanation(urged, desk.about("f-1", message=f"u-{number}"))
    letters = {each.to: each.letter for each in write(desk)}
    assert "chưa giải trình, hạn giải trình 08:00" in letters["an@so-xay-dung.vn"].text
    assert letters["an@so-xay-dung.vn"].text.count("Giải trình ý kiến") == 2
    director = letters["giam-doc@x.vn"]
    for said in ("1 việc quá hạn", "f-1", "ubnd-xa", "chưa giải trình"):
        assert said in director.subject + director.text
    assert "https://motcua.vn/late" in director.text, "their list stays linked"
    with pytest.raises(NotFound):
        desk.service.remind(replace(late, dossier="d-2"), desk.about("f-2", message="m-3"))


def test_without_an_address_the_director_is_told_on_the_page_alone(desk: Desk) -> None:
    desk.service.settings.director = " , "
    desk.service.escalate(escalated(), desk.about())
    assert desk.digests.things == write(desk) == []


def test_what_is_told_twice_is_one_line(desk: Desk) -> None:
    for told in (reminder(), escalated()):
        handle = desk.service.remind if isinstance(told, ReminderReply) else desk.service.escalate
        handle(told, desk.about(message="m-1"))
        with pytest.raises(Duplicate):
            handle(told, desk.about(message="m-1"))
    assert [each.late for each in desk.digests.things] == [1, 1]


def test_what_comes_before_the_dossier_is_known_waits_for_it(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.service.remind(reminder(), desk.about("d-2"))


@pytest.mark.parametrize("dies_after", ["seal", "notices"])
def test_a_process_that_dies_while_it_writes_loses_and_doubles_nothing(
    desk: Desk, dies_after: str
) -> None:
    desk.service.remind(reminder(), desk.about(message="m-1"))
    (kept,) = desk.digests.things
    desk.clock.forward(seconds=HOUR)
    sealed = desk.digests.change(kept.id, digest.seal)
    if dies_after == "notices":
        (gathered,) = digest.notices(sealed, schemas.gather(sealed), desk.clock.now())
        desk.notices.save(gathered)
    desk.clock.forward(seconds=-1)
    with pytest.raises(Stale):  # of a clock that is behind: it is tried again, with the next
        desk.service.remind(reminder(), desk.about(message="m-2"))
    assert len(write(desk)) == 1
    desk.service.remind(reminder(), desk.about(message="m-2"))
    assert len(write(desk)) == 2


def test_an_agency_cannot_put_lines_of_its_own_into_a_letter(desk: Desk) -> None:
    long = "a\nBcc: x@y.vn\r\n" * 100
    desk.service.remind(reminder(action=long, language="xx"), desk.about())
    (notice,) = write(desk)
    assert "\nBcc" not in notice.letter.text
    assert len(notice.letter.text) < 1000


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "a@x.vn, b@y.vn"},
        {"email": "a@x.vn;b@y.vn"},
        {"email": "a@x.vn\r\nBcc: b@y.vn"},
        {"email": "A <a@x.vn>"},
        {"email": "nobody"},
        {"email": f"{'a' * 250}@x.vn"},
        {"phone": "0912345678,0912345679"},
        {"phone": "tel:113"},
        {"email": "", "phone": ""},
        {"officer": "a" * 201},
    ],
    ids=str,
)
def test_what_is_not_one_person_is_not_written_to(desk: Desk, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        desk.service.remind(reminder(**wrong), desk.about())
    assert desk.digests.things == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("step", "dossier", "urging", "of a newer version")),
            st.booleans(),
            st.integers(-9999, 9999),
        ),
        min_size=1,
        max_size=2 * MOST_LINES,
    ),
    st.sampled_from(("vi", "en")),
)
def test_every_letter_says_how_much_there_is_and_begins_with_what_is_longest_late(
    dates: list[tuple[str, bool, int]], language: str
) -> None:
    letter = digest.begin(replace(READER, language=language), NOW, HOUR)
    for matter, late, minutes in dates:
        due = NOW + timedelta(minutes=minutes)
        letter, _ = digest.add(letter, letter.reader, line(matter=matter, late=late, due=due))
    assert letter.late + letter.soon == len(dates)
    texts = schemas.gather(letter)
    assert len(texts[NoticeChannel.SMS].text) <= schemas.SMS_LENGTH
    assert "\n" not in texts[NoticeChannel.EMAIL].subject
    listed = letter.lines
    worst = min(listed, key=lambda each: (not each.late, each.due))
    first = texts[NoticeChannel.EMAIL].text.partition("\n- ")[2].partition("\n")[0]
    assert schemas.moment(worst.due, language) in first
    assert texts[NoticeChannel.EMAIL].text.count("\n- ") == min(len(dates), MOST_LINES)
