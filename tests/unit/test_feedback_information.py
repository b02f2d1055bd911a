"""What cannot be handled and is used as information: by law, told to whom it may be told."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from contracts.events import FeedbackAnswered, FeedbackUsedAsInformation
from contracts.message import CENTRE
from contracts.orders import WordGiven
from foundation.errors import Forbidden, Invalid, Refused
from foundation.vault import Sealed
from foundation.worktime import Calendar
from services.feedback.domain import answering, explaining, information, passing
from services.feedback.domain.denunciation import (
    Denunciation,
    DenunciationState,
    Doing,
    use_as_information,
)
from services.feedback.domain.feedback import (
    Feedback,
    FeedbackKind,
    FeedbackState,
    Giver,
    VoiceChannel,
)
from services.feedback.schemas import denouncing
from tests.unit.test_feedback_service import CENTRE as DIRECTOR
from tests.unit.test_feedback_service import CITIZEN, Book, request

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NAMELESS = Feedback(
    id="f-1",
    giver="",
    kind=FeedbackKind.REFLECTION,
    about="so-xay-dung",
    text="Quầy 3 thu tiền ngoài quy định, biên lai số 12.",
    dossier="",
    received=NOW,
)
NAMED = replace(NAMELESS, giver="citizen-1", person=Giver(name="A", phone="1", language="en"))
DENOUNCED = Denunciation(
    id="t-1",
    sealed=Sealed(text=b"sealed", key=b"wrapped", master="vault.1"),
    channel=VoiceChannel.POST,
    received=NOW,
    due=NOW,
    anonymous=True,
    handlers=("handler-1",),
)
DOING = Doing(by="handler-1", now=NOW, calendar=Calendar.default())
ENTRY: dict[str, Any] = {
    "kind": "reflection",
    "about": "so-xay-dung",
    "text": NAMELESS.text,
    "channel": "phone",
    "anonymous": True,
}


def test_what_nobody_put_their_name_to_is_kept_as_information_and_nobody_is_written_to() -> None:
    used, messages = information.use(NAMELESS, "so-xay-dung", NOW)
    assert messages == (FeedbackUsedAsInformation(agency=CENTRE, by="so-xay-dung"),)
    assert (used.state, used.information_for, used.information_since) == (
        FeedbackState.INFORMATION,
        "so-xay-dung",
        NOW,
    )
    assert "20/2008" in information.article(used, "vi")


def test_a_giver_who_is_known_is_told_in_their_language_and_by_which_law() -> None:
    _, (word, answered, told) = information.use(NAMED, "", NOW)
    assert isinstance(word, WordGiven)
    assert word.text.startswith("It cannot be handled as a reflection")
    assert "20/2008" in word.text
    assert answered == FeedbackAnswered(agency="so-xay-dung", dossier="")
    assert told == FeedbackUsedAsInformation(agency=CENTRE, by="")


def test_a_complaint_and_what_is_dealt_with_are_not_used_so() -> None:
    with pytest.raises(Refused, match="accepted"):
        information.use(replace(NAMED, kind=FeedbackKind.COMPLAINT), "", NOW)
    for state in FeedbackState:
        if state is not FeedbackState.RECEIVED:
            with pytest.raises(Refused):
                information.use(replace(NAMED, state=state), "", NOW)


def test_what_has_no_giver_is_neither_answered_nor_asked_about_nor_passed_on() -> None:
    tries: tuple[Callable[[], object], ...] = (
        lambda: answering.answer(NAMELESS, "x", "d"),
        lambda: explaining.forward(NAMELESS, "", NOW, Calendar.default()),
        lambda: passing.pass_on(NAMELESS, "so-xay-dung", NOW),
    )
    for attempt in tries:
        with pytest.raises(Refused, match="information"):
            attempt()


def test_staff_enter_it_and_use_it_by_the_door() -> None:
    book = Book()
    sent = book.service.receive(request(DIRECTOR, ENTRY, "k-1")).body["id"]
    said = {"agency": "so-xay-dung"}
    answer = book.service.use_as_information(request(DIRECTOR, said, "k-2"), sent)
    assert (answer.body["state"], answer.body["information"]["by"]) == (
        "information",
        "so-xay-dung",
    )
    assert set(answer.body["information"]["article"]) == {"vi", "en"}
    assert [each.type for each in book.feedbacks.history(sent)][-1] == (
        "feedback.used_as_information"
    )


@pytest.mark.parametrize(
    ("who", "changes"),
    [(CITIZEN, {}), (DIRECTOR, {"channel": "online"}), (DIRECTOR, {"kind": "complaint"})],
)
def test_online_and_of_a_complaint_the_name_is_still_required(
    who: Any, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        Book().service.receive(request(who, {**ENTRY, **changes}, "k-1"))


def test_an_anonymous_denunciation_serves_as_information_by_its_article() -> None:
    used, messages = use_as_information(DENOUNCED, "so-xay-dung", DOING)
    assert (used.state, used.passed_to, messages) == (
        DenunciationState.INFORMATION,
        "so-xay-dung",
        (),
    )
    assert used.acts[-1].what == "use_as_information"
    said = denouncing.card(used)["information"]
    assert "Luật Tố cáo 2018" in said["vi"]
    assert denouncing.card(DENOUNCED)["information"] is None


def test_one_with_a_name_is_handled_and_nobody_else_may_decide_that() -> None:
    with pytest.raises(Refused, match="name and an address"):
        use_as_information(replace(DENOUNCED, anonymous=False), "", DOING)
    with pytest.raises(Forbidden):
        use_as_information(DENOUNCED, "", replace(DOING, by="other"))
    with pytest.raises(Refused):
        use_as_information(replace(DENOUNCED, state=DenunciationState.DECLINED), "", DOING)
