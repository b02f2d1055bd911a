"""Digests: reminders to people at an office, gathered into one letter an hour.

An applicant is told of each thing at once. Whoever answers for hundreds of dossiers gets one
letter for all that they were told of within the hour, or they would read none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.events import DossierEscalated, FeedbackUrged
from contracts.history import Revision
from contracts.message import CENTRE
from contracts.replies import ReminderReply
from foundation.errors import Invalid, Stale
from foundation.frozen import replace
from foundation.text.cleaning import harmless_line
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice import Notice, NoticeText, first_state, notice_id
from services.notifications.domain.notice_channel import NoticeChannel

KIND = "reminder"
EXPLANATION, DIRECTOR = "explanation", "director"
LANGUAGES = ("vi", "en")
MOST_LINES = 50
LONGEST_ACTION = LONGEST_NAME = 200
ONE: Mapping[NoticeChannel, re.Pattern[str]] = {
    NoticeChannel.EMAIL: re.compile(r"(?=.{3,254}\Z)[^\s@,;<>\"]+@[^\s@,;<>\"]+"),
    NoticeChannel.SMS: re.compile(r"\+?[0-9]{6,15}"),
}


@dataclass(frozen=True, kw_only=True)
class ReaderAddress:
    """An address of a reader."""

    channel: NoticeChannel
    to: str


@dataclass(frozen=True, kw_only=True)
class DigestReader:
    """The reader of a digest; `link` is where they find their work, `key` tells them apart."""

    key: str
    agency: str
    language: str
    link: str
    addresses: tuple[ReaderAddress, ...]


@dataclass(frozen=True, kw_only=True)
class DigestLine:
    """A line of a digest: one date of one dossier, what is to be done by then, and by whom.

    `matter` is whose date it is: `step`, `dossier`, `urging`, `explanation`.
    """

    code: str
    action: str
    matter: str
    due: datetime
    late: bool
    held_by: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A digest: what one reader is told of until `due`; the first lines, and counts of all.

    Once it is `sealed` nothing more comes into it; it is `waiting` until its notices are kept.
    """

    id: str
    reader: DigestReader
    due: datetime
    lines: tuple[DigestLine, ...] = ()
    late: int = 0
    soon: int = 0
    sealed: bool = False
    waiting: bool = True
    revision: Revision = Revision()


def officer(reminder: ReminderReply, agency: str, desk: str) -> DigestReader:
    """The officer an agency names; `desk` is the address of desks, `{agency}` for its code.

    Raises:
        Invalid: they are not one person with one address of a kind: nobody writes to a crowd so.
    """
    given = {NoticeChannel.EMAIL: reminder.email, NoticeChannel.SMS: reminder.phone}
    one = all(ONE[each].fullmatch(to) for each, to in given.items() if to)
    if not one or not any(given.values()) or len(reminder.officer) > LONGEST_NAME:
        raise Invalid(
            "Người được nhắc phải có một địa chỉ thư hoặc một số điện thoại.",
            "Whoever is reminded must have one e-mail address, one telephone number, or both.",
        )
    return DigestReader(
        key=f"{agency} {reminder.officer}",
        agency=agency,
        language=_spoken(reminder.language),
        link=desk.replace("{agency}", agency),
        addresses=tuple(ReaderAddress(channel=each, to=to) for each, to in given.items() if to),
    )


def director(addresses: str, language: str, list_at: str) -> DigestReader:
    """The director and who stands in for them, by their addresses, and where their list is."""
    given = [each.strip() for each in addresses.split(",") if each.strip()]
    return DigestReader(
        key="director",
        agency=CENTRE,
        language=_spoken(language),
        link=list_at,
        addresses=tuple(
            ReaderAddress(
                channel=NoticeChannel.EMAIL if "@" in each else NoticeChannel.SMS, to=each
            )
            for each in given
        ),
    )


def reminded(reminder: ReminderReply, applicant: ApplicantContact, subject: str) -> DigestLine:
    """What an officer reads; the code is the centre's own, whatever the agency says.

    Feedback about no dossier has no other code than its id, the `subject`.
    """
    return DigestLine(
        code=applicant.code or subject,
        action=_one_line(reminder.action),
        matter=reminder.matter,
        due=reminder.due,
        late=reminder.late,
    )


def escalated(
    event: DossierEscalated, told: datetime, applicant: ApplicantContact, list_at: str
) -> DigestLine:
    """What the director reads, `told` when; each dossier has a page behind `list_at`."""
    return DigestLine(
        code=applicant.code,
        action=_one_line(event.action),
        matter=event.matter,
        due=event.due,
        late=event.due <= told,
        held_by=_one_line(event.held_by or event.agency),
        link=f"{list_at.rstrip('/')}/{applicant.id}" if list_at else "",
    )


def explanation_late(event: FeedbackUrged, feedback: str, told: datetime) -> DigestLine:
    """What the director reads of an agency that is late with explaining a feedback."""
    return DigestLine(
        code=feedback,
        action="",
        matter=EXPLANATION,
        due=event.answer_by,
        late=event.answer_by <= told,
        held_by=_one_line(event.agency),
    )


def begin(reader: DigestReader, now: datetime, seconds: int) -> Digest:
    """The reader's digest of now: one in so many seconds of real time."""
    number = int(now.timestamp()) // seconds
    due = datetime.fromtimestamp((number + 1) * seconds, UTC)
    return Digest(id=f"{reader.key} {number * seconds}", reader=reader, due=due)


def add(digest: Digest, reader: DigestReader, line: DigestLine) -> tuple[Digest, tuple[()]]:
    """Add a line; beyond the first lines they are only counted.

    Raises:
        Stale: it was written already: the next one has begun.
    """
    if digest.sealed:
        raise Stale("Thư này đã viết xong.", "This letter is written; the next one has begun.")
    lines = (*digest.lines, line) if len(digest.lines) < MOST_LINES else digest.lines
    counted = replace(
        digest, lines=lines, late=digest.late + line.late, soon=digest.soon + (not line.late)
    )
    return replace(counted, reader=reader), ()


def seal(digest: Digest) -> tuple[Digest, tuple[()]]:
    """Close the digest: no more lines are added."""
    return replace(digest, sealed=True), ()


def notices(
    digest: Digest, letters: Mapping[NoticeChannel, NoticeText], now: datetime
) -> tuple[Notice, ...]:
    """One for each address; asking twice gives the same ids."""
    return tuple(
        Notice(
            id=notice_id(f"{digest.id} {each.to}", each.channel),
            dossier="",
            agency=digest.reader.agency,
            kind=KIND,
            channel=each.channel,
            to=each.to,
            letter=letters[each.channel],
            planned=now,
            due=now,
            state=first_state(each.channel, each.to),
        )
        for each in digest.reader.addresses
    )


def done(digest: Digest) -> tuple[Digest, tuple[()]]:
    """Mark the digest as sent: its notices are kept."""
    return replace(digest, waiting=False), ()


def _spoken(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _one_line(text: str) -> str:
    return harmless_line(text)[:LONGEST_ACTION].strip()
