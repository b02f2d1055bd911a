from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.events import MessageFailed, MessageSent
from contracts.orders import ContactGiven, WordGiven
from services.notifications.domain.notice import (
    FIRST_DELAY,
    LONGEST_SENDING,
    LONGEST_TRYING,
    Channel,
    Cue,
    Letter,
    Notice,
    Outcome,
    State,
    conclude,
    give_up,
    meet,
    notice_id,
    plan,
    remember,
    take_up,
    word_id,
)

NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
CONTACT = ContactGiven(
    agency="so-xay-dung", owner="citizen-1", name="Nguyễn Văn Đức", phone="+84912345678", email=""
)
NOTICE = Notice(
    id="n-1",
    dossier="d-1",
    agency="so-xay-dung",
    kind="accepted",
    channel=Channel.SMS,
    to="+84912345678",
    letter=Letter(subject="", text="Ho so da duoc tiep nhan."),
    planned=NOW,
    due=NOW,
)


def test_an_applicant_is_reached_by_the_ways_they_gave() -> None:
    assert meet("d-1", CONTACT).channels() == {Channel.SMS: "+84912345678"}


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
    letters = {Channel.SMS: Letter(subject="", text="…")}
    (notice,) = plan(cue, meet("d-1", CONTACT), letters, NOW)
    assert (notice.id, notice.to, notice.state) == (
        notice_id("e-1", Channel.SMS),
        "+84912345678",
        State.PLANNED,
    )


@given(st.text(), st.text(), st.sampled_from(Channel), st.sampled_from(Channel))
def test_the_same_event_and_channel_always_give_the_same_notice(
    one: str, other: str, by: Channel, via: Channel
) -> None:
    assert (notice_id(one, by) == notice_id(other, via)) == ((one, by) == (other, via))


def test_a_message_the_provider_took_is_sent() -> None:
    sent, events = conclude(take_up(NOTICE, NOW), Outcome.TAKEN, NOW)
    assert sent.state is State.SENT
    assert events == (
        MessageSent(agency="so-xay-dung", dossier="d-1", channel="sms", kind="accepted"),
    )


def test_a_message_the_provider_may_have_taken_is_unknown_and_told_as_such() -> None:
    unknown, events = conclude(take_up(NOTICE, NOW), Outcome.UNCLEAR, NOW)
    assert unknown.state is State.UNKNOWN
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
    again, events = conclude(take_up(NOTICE, NOW), Outcome.BUSY, NOW)
    assert (again.state, again.due, events) == (State.PLANNED, NOW + FIRST_DELAY, ())


def test_a_message_refused_for_good_has_failed() -> None:
    failed, events = conclude(take_up(NOTICE, NOW), Outcome.REFUSED, NOW)
    assert failed.state is State.FAILED
    assert [type(each) for each in events] == [MessageFailed]


def test_a_message_is_tried_for_four_hours_with_growing_delays() -> None:
    notice, now, waits = NOTICE, NOW, []
    while notice.state is State.PLANNED:
        notice, _ = conclude(take_up(notice, now), Outcome.BUSY, now)
        waits.append(notice.due - now)
        now = notice.due
    assert notice.state is State.FAILED
    assert waits[:-1] == sorted(waits[:-1])
    assert timedelta(hours=3.5) < now - NOW - LONGEST_SENDING <= LONGEST_TRYING


def test_a_message_left_half_sent_by_a_crash_is_unknown() -> None:
    sending = take_up(NOTICE, NOW)
    assert give_up(sending, NOW + LONGEST_SENDING)[0].state is State.UNKNOWN


def test_a_message_that_is_just_being_sent_is_left_alone() -> None:
    sending = take_up(NOTICE, NOW)
    assert give_up(sending, NOW + timedelta(seconds=1)) == (sending, ())


@given(
    st.lists(
        st.sampled_from([*Outcome, "gave up"]),
        max_size=12,
    )
)
def test_a_message_once_unknown_is_never_sent_again(course: list[Outcome | str]) -> None:
    notice, now, sends_after_unknown = NOTICE, NOW, 0
    for step in course:
        was_unknown = notice.state is State.UNKNOWN
        if notice.state is State.PLANNED:
            notice = take_up(notice, now)
            sends_after_unknown += was_unknown
        now += LONGEST_SENDING
        if isinstance(step, Outcome):
            notice, _ = conclude(notice, step, now)
        else:
            notice, _ = give_up(notice, now)
        assert not was_unknown or notice.state is State.UNKNOWN
    assert sends_after_unknown == 0


@given(st.sampled_from(Outcome), st.sampled_from(State))
def test_only_a_message_that_is_being_sent_can_be_concluded(outcome: Outcome, state: State) -> None:
    notice = replace(NOTICE, state=state)
    after, events = conclude(notice, outcome, NOW)
    assert state is State.SENDING or (after, events) == (notice, ())
