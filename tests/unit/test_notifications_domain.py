from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.events import MessageFailed, MessageSent
from contracts.orders import ContactGiven, WordGiven
from services.notifications.domain.applicant import meet, remember, word_id
from services.notifications.domain.notice import (
    Cue,
    Notice,
    NoticeState,
    NoticeText,
    notice_id,
    plan,
)
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.sending import (
    FIRST_DELAY,
    LONGEST_SENDING,
    LONGEST_TRYING,
    Decided,
    ProviderAnswer,
    SendOutcome,
    give_up,
)
from services.notifications.domain.sending import conclude as conclude_by
from services.notifications.domain.sending import take_up as take_up_by

NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
CONTACT = ContactGiven(
    agency="so-xay-dung", owner="citizen-1", name="Nguyễn Văn Đức", phone="+84912345678", email=""
)
NOTICE = Notice(
    id="n-1",
    dossier="d-1",
    agency="so-xay-dung",
    kind="accepted",
    channel=NoticeChannel.SMS,
    to="+84912345678",
    letter=NoticeText(subject="", text="Ho so da duoc tiep nhan."),
    planned=NOW,
    due=NOW,
)


def take_up(notice: Notice, now: datetime) -> Notice:
    return take_up_by(notice, "gateway", now)


def conclude(notice: Notice, outcome: SendOutcome, now: datetime) -> Decided:
    return conclude_by(notice, ProviderAnswer(outcome=outcome), now)


def test_an_applicant_is_reached_by_the_ways_they_gave() -> None:
    assert meet("d-1", CONTACT).channels() == {
        NoticeChannel.SMS: "+84912345678",
        NoticeChannel.ZALO: "+84912345678",
    }


def test_who_reads_a_language_we_do_not_write_gets_vietnamese() -> None:
    assert meet("d-1", replace(CONTACT, language="fr")).language == "vi"


def test_a_word_finds_the_event_of_the_same_write() -> None:
    word = WordGiven(agency="so-xay-dung", dossier="d-1", kind="refused", text="Sai thẩm quyền")
    assert remember("f-1", NOW, word).id == word_id("f-1", "refused", NOW)


def test_a_word_of_another_write_is_another_word() -> None:
    later = NOW + timedelta(milliseconds=1)
    assert word_id("d-1", "refused", NOW) != word_id("d-1", "refused", later)


def test_one_notice_is_planned_for_each_letter() -> None:
    cue = Cue(event="e-1", agency="so-xay-dung", kind="accepted")
    letters = {NoticeChannel.SMS: NoticeText(subject="", text="…")}
    (notice,) = plan(cue, meet("d-1", CONTACT), letters, NOW)
    assert (notice.id, notice.to, notice.state) == (
        notice_id("e-1", NoticeChannel.SMS),
        "+84912345678",
        NoticeState.PLANNED,
    )


@given(st.text(), st.text(), st.sampled_from(NoticeChannel), st.sampled_from(NoticeChannel))
def test_the_same_event_and_channel_always_give_the_same_notice(
    one: str, other: str, by: NoticeChannel, via: NoticeChannel
) -> None:
    assert (notice_id(one, by) == notice_id(other, via)) == ((one, by) == (other, via))


def test_a_message_the_provider_took_is_sent() -> None:
    sent, events = conclude(take_up(NOTICE, NOW), SendOutcome.TAKEN, NOW)
    assert sent.state is NoticeState.SENT
    assert events == (
        MessageSent(agency="so-xay-dung", dossier="d-1", channel="sms", kind="accepted"),
    )


def test_a_message_the_provider_may_have_taken_is_unknown_and_told_as_such() -> None:
    unknown, events = conclude(take_up(NOTICE, NOW), SendOutcome.UNCLEAR, NOW)
    assert unknown.state is NoticeState.UNKNOWN
    assert events == (
        MessageFailed(
            agency="so-xay-dung",
            dossier="d-1",
            channel="sms",
            kind="accepted",
            outcome="unknown",
        ),
    )


def test_a_busy_provider_is_asked_again_a_little_later() -> None:
    again, events = conclude(take_up(NOTICE, NOW), SendOutcome.BUSY, NOW)
    assert (again.state, again.due, events) == (NoticeState.PLANNED, NOW + FIRST_DELAY, ())


def test_a_message_refused_for_good_has_failed() -> None:
    failed, events = conclude(take_up(NOTICE, NOW), SendOutcome.REFUSED, NOW)
    assert failed.state is NoticeState.FAILED
    assert [type(each) for each in events] == [MessageFailed]


def test_a_message_is_tried_for_four_hours_with_growing_delays() -> None:
    notice, now, waits = NOTICE, NOW, []
    while notice.state is NoticeState.PLANNED:
        notice, _ = conclude(take_up(notice, now), SendOutcome.BUSY, now)
        waits.append(notice.due - now)
        now = notice.due
    assert notice.state is NoticeState.TEMPORARY_FAILURE
    assert waits[:-1] == sorted(waits[:-1])
    assert timedelta(hours=3.5) < now - NOW - LONGEST_SENDING <= LONGEST_TRYING


def test_a_message_left_half_sent_by_a_crash_is_unknown() -> None:
    sending = take_up(NOTICE, NOW)
    assert give_up(sending, NOW + LONGEST_SENDING)[0].state is NoticeState.UNKNOWN


def test_a_message_that_is_just_being_sent_is_left_alone() -> None:
    sending = take_up(NOTICE, NOW)
    assert give_up(sending, NOW + timedelta(seconds=1)) == (sending, ())


@given(
    st.lists(
        st.sampled_from([*SendOutcome, "gave up"]),
        max_size=12,
    )
)
def test_a_message_once_unknown_is_never_sent_again(course: list[SendOutcome | str]) -> None:
    notice, now, sends_after_unknown = NOTICE, NOW, 0
    for step in course:
        was_unknown = notice.state is NoticeState.UNKNOWN
        if notice.state is NoticeState.PLANNED:
            notice = take_up(notice, now)
            sends_after_unknown += was_unknown
        now += LONGEST_SENDING
        if isinstance(step, SendOutcome):
            notice, _ = conclude(notice, step, now)
        else:
            notice, _ = give_up(notice, now)
        assert not was_unknown or notice.state is NoticeState.UNKNOWN
    assert sends_after_unknown == 0


@given(st.sampled_from(SendOutcome), st.sampled_from(NoticeState))
def test_only_a_message_that_is_being_sent_can_be_concluded(
    outcome: SendOutcome, state: NoticeState
) -> None:
    notice = replace(NOTICE, state=state)
    after, events = conclude(notice, outcome, NOW)
    assert state is NoticeState.SENDING or (after, events) == (notice, ())
