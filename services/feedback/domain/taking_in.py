"""Taking in what came otherwise than online: what the law has it contain, and since when it counts.

Somebody at the centre enters what was said at the counter or by telephone, or came by post or
e-mail. Its terms run from when it came, not from when it was typed in.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from contracts.law import LawRule
from foundation.errors import FieldWord, Invalid
from foundation.frozen import replace
from foundation.law import cite
from services.feedback.domain.feedback import FeedbackKind, NewFeedback, VoiceChannel

BY_STAFF = (VoiceChannel.COUNTER, VoiceChannel.PHONE, VoiceChannel.POST, VoiceChannel.EMAIL)
"""Ways in which something comes to the centre and is entered by its staff."""
MOST_BEFORE = timedelta(days=366)
"""What came longer ago than this was typed wrongly."""

_REPORTED = ("name", "address", "phone")
CONTENTS: Mapping[FeedbackKind, tuple[str, ...]] = {
    FeedbackKind.REFLECTION: _REPORTED,
    FeedbackKind.PETITION: _REPORTED,
    FeedbackKind.COMPLAINT: ("name", "address", "demand"),
}
"""What each kind has to contain besides its text and whom it is about.

Reflection, petition: name, address and telephone (NĐ 20/2008). Complaint: name, address, and what
is asked for (Luật Khiếu nại 2011). Of a person who signed in online the account says who it is.
"""
RULES: Mapping[FeedbackKind, LawRule] = {
    FeedbackKind.REFLECTION: LawRule.REFLECTION,
    FeedbackKind.PETITION: LawRule.REFLECTION,
    FeedbackKind.COMPLAINT: LawRule.COMPLAINT,
}
NEEDS_LETTER: Mapping[FeedbackKind, tuple[VoiceChannel, ...]] = {
    FeedbackKind.COMPLAINT: (VoiceChannel.PHONE, VoiceChannel.EMAIL)
}
"""Where a signed letter, or coming in person, is still to be asked for: shown, never enforced."""

_REACHABLE: FieldWord = (
    "Cần số điện thoại hoặc thư điện tử.",
    "A telephone or an e-mail address is required.",
)
_MISSING: FieldWord = "luật yêu cầu phải ghi / the law requires this"
_TO_COME: FieldWord = "thời điểm này chưa đến / this moment is still to come"
_LONG_AGO: FieldWord = "quá một năm trước: xin kiểm tra / over a year ago: please check it"


def came(said: datetime | None, now: datetime) -> datetime:
    """When it came: what was said, else now.

    Raises:
        Invalid: that is still to come, or was typed wrongly.
    """
    if said is None or now - MOST_BEFORE <= said <= now:
        return said.astimezone(UTC) if said else now
    raise Invalid(
        "Thời điểm nhận chưa đúng.",
        "It cannot have come at that moment.",
        fields={"came": [_TO_COME if said > now else _LONG_AGO]},
    )


def complete(words: NewFeedback, now: datetime) -> NewFeedback:
    """What staff entered, unless it lacks what the law has it contain.

    A reflection or petition that nobody put their name to may be entered as `anonymous`: it serves
    as information alone. The applicant of the dossier that it is about is known. One without a way
    by which it came is taken as an online one.

    Raises:
        Invalid: says which fields are missing.
    """
    if words.channel not in BY_STAFF:
        _must_be_named(words)
        return replace(words, came=None)
    if words.anonymous and words.kind is not FeedbackKind.COMPLAINT:
        return words
    missing = [each for each in CONTENTS[words.kind] if not _said(words, each)]
    if missing:
        article = cite(RULES[words.kind], now)
        raise Invalid(
            f"Còn thiếu nội dung mà luật yêu cầu ({article}).",
            f"It lacks what the law requires ({article}).",
            fields={each: [_MISSING] for each in missing},
        )
    return words


def sent(words: NewFeedback) -> NewFeedback:
    """What its giver sends online, now; the answer goes by telephone or e-mail.

    Raises:
        Invalid: neither was given.
    """
    person = words.person
    if person and not (person.phone or person.email):
        raise Invalid(
            "Chưa có cách trả lời ông/bà.",
            "There is no way to answer you.",
            fields={"phone": [_REACHABLE]},
        )
    _must_be_named(words)
    return replace(words, channel=VoiceChannel.ONLINE, came=None)


def _must_be_named(words: NewFeedback) -> None:
    """What comes online says who sends it: what has no name is entered by staff alone."""
    if words.anonymous:
        raise Invalid(
            "Gửi trực tuyến cần có tên người gửi.",
            "What is sent online needs the name of who sends it.",
            fields={"person": [_MISSING]},
        )


def entered(words: NewFeedback, now: datetime) -> NewFeedback:
    """As staff enter it: complete, and from the moment at which it came."""
    words = complete(words, now)
    return replace(words, came=came(words.came, now))


def needs_letter(kind: FeedbackKind, channel: VoiceChannel) -> bool:
    """Whether a signed letter, or coming in person, is still to be asked for."""
    return channel in NEEDS_LETTER.get(kind, ())


def _said(words: NewFeedback, name: str) -> str:
    if name == "demand":
        return words.demand
    return str(getattr(words.person, name)) if words.person else words.dossier
