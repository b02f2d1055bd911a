"""The applicant as messages reach them: contact, words meant for them, who has the dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.envelope import write_time
from contracts.events import Event
from contracts.history import Revision
from contracts.orders import ContactGiven, WordGiven
from contracts.replies import HandlerReply
from contracts.roles import LONGEST_NAME
from foundation.as_seen import Facts, SeenThing
from foundation.frozen import replace
from services.notifications.domain.notice_channel import NoticeChannel

MOST_HANDLERS = 50
LAST_RESORT = (NoticeChannel.SMS, NoticeChannel.EMAIL)


@dataclass(frozen=True, kw_only=True)
class HandlingPerson:
    """Who of an agency has a step of the dossier, since when."""

    step: str
    name: str
    role: str
    since: datetime
    agency: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicantContact:
    """Contact of the applicant of the dossier `id`, and the code they know the dossier by.

    `owner` is the account that handed it in, "" if a clerk did; `correction` counts how often the
    contact was put right.
    `handlers` are the people who have the dossier, as agencies told it: letters name them, and
    `due`, when the result is. `chosen` are the channels the person asked for, in their order;
    `unsubscribed` says that they want nothing but what the law requires.
    """

    id: str
    name: str
    phone: str
    email: str
    language: str
    owner: str = ""
    code: str = ""
    correction: int = 0
    handlers: tuple[HandlingPerson, ...] = ()
    due: datetime | None = None
    chosen: tuple[NoticeChannel, ...] = ()
    unsubscribed: bool = False
    revision: Revision = Revision()

    def channels(self) -> Mapping[NoticeChannel, str]:
        """The addresses the applicant gave."""
        given = {
            NoticeChannel.EMAIL: self.email,
            NoticeChannel.SMS: self.phone,
            NoticeChannel.ZALO: self.phone,
        }
        return {channel: address for channel, address in given.items() if address}

    def ladder(self, usual: Sequence[NoticeChannel]) -> tuple[NoticeChannel, ...]:
        """The channels one after the other, as chosen or as `usual`; () for all at the same time.

        Whoever chose only channels that do not reach them is written to by those that do.
        """
        if not self.chosen:
            return tuple(each for each in usual if each in self.channels())
        others = (each for each in LAST_RESORT if each not in self.chosen)
        wanted = [each for each in self.chosen if each in self.channels()]
        return tuple(wanted or (each for each in others if each in self.channels()))


@dataclass(frozen=True, kw_only=True)
class Word:
    """A text for the applicant alone, to go with the event that was stored in the same write."""

    id: str
    dossier: str
    text: str
    revision: Revision = Revision()


def meet(dossier: str, contact: ContactGiven) -> ApplicantContact:
    """The applicant as the office got to know them."""
    language = contact.language if contact.language in {"vi", "en"} else "vi"
    return ApplicantContact(
        id=dossier,
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        language=language,
        owner=contact.owner,
        code=contact.code,
        correction=contact.correction,
    )


def meet_again(
    known: ApplicantContact | None, met: ApplicantContact
) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """The applicant as they are known now: what comes twice, or late, undoes no correction."""
    if known is None:
        return met, ()
    if met.correction <= known.correction:
        return known, ()
    kept = replace(
        met,
        owner=met.owner or known.owner,
        code=met.code or known.code,
        handlers=known.handlers,
        due=known.due,
        chosen=known.chosen,
        unsubscribed=known.unsubscribed,
        revision=known.revision,
    )
    return kept, ()


def former(applicant: ApplicantContact, contact: ContactGiven) -> ApplicantContact:
    """Whom the former contact reaches: perhaps a stranger, to whom no name is told."""
    return replace(applicant, name="", phone=contact.was_phone, email=contact.was_email)


def forget(applicant: ApplicantContact) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """Without name and address, once what they said has come to the end of its term."""
    return replace(applicant, name="", phone="", email="", owner="", chosen=()), ()


def note_code(applicant: ApplicantContact, code: str) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """The code an accepted dossier got: later messages name it."""
    return replace(applicant, code=code), ()


def note_due(
    applicant: ApplicantContact, due: datetime | None
) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """When the result is due now: messages name it beside who has the dossier."""
    return replace(applicant, due=due), ()


def choose(
    applicant: ApplicantContact, chosen: Sequence[NoticeChannel], language: str, *, quiet: bool
) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """What the person asked for: channels in order, language, and nothing the law lets us leave."""
    asked = replace(applicant, chosen=tuple(chosen), language=language, unsubscribed=quiet)
    return asked, ()


def unsubscribe(applicant: ApplicantContact) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """The person wants nothing but what the law requires us to tell."""
    return replace(applicant, unsubscribed=True), ()


def note_handler(
    applicant: ApplicantContact, told: HandlerReply, at: datetime
) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """Who has a step now; of two such words the later one counts."""
    before = next((each for each in applicant.handlers if each.step == told.step), None)
    if before and before.since > at:
        return applicant, ()
    # What an agency writes stays on one line of a letter.
    name = " ".join("".join(c if c.isprintable() else " " for c in told.name).split())
    person = HandlingPerson(
        step=told.step, name=name[:LONGEST_NAME], role=told.role, since=at, agency=told.agency
    )
    others = tuple(each for each in applicant.handlers if each.step != told.step)
    return replace(applicant, handlers=(*others, person)[-MOST_HANDLERS:]), ()


def word_id(subject: str, kind: str, time: datetime) -> str:
    """What joins a word to its event: both come from one write, so they carry the same time."""
    return f"{subject} {kind} {write_time(time)}"


def forget_word(word: Word) -> tuple[Word, tuple[Event, ...]]:
    """The words stand in the letters now."""
    return replace(word, text=""), ()


def remember(subject: str, time: datetime, word: WordGiven) -> Word:
    """Keep a word until its event comes, or find it there when it is late."""
    return Word(id=word_id(subject, word.kind, time), dossier=word.dossier, text=word.text)


def choice_facts(applicant: ApplicantContact) -> Facts:
    """What decides how a clerk sets the way a person is told, by name; no address."""
    return {
        "reached_by": ", ".join(sorted(each.value for each in applicant.channels())),
        "correction": str(applicant.correction),
        "channels": ", ".join(each.value for each in applicant.chosen),
        "language": applicant.language,
        "quiet": "yes" if applicant.unsubscribed else "",
    }


CHOICE_SEEN = SeenThing("cách báo tin", "The way they are told", choice_facts)


def choose_as_seen(
    applicant: ApplicantContact,
    chosen: Sequence[NoticeChannel],
    language: str,
    *,
    quiet: bool,
    mark: str = "",
) -> tuple[ApplicantContact, tuple[Event, ...]]:
    """As `choose`, of what is as it was seen; what is so already is done.

    Raises:
        ChangedSince: somebody has acted since; without a mark nothing is compared.
    """
    asked, told = choose(applicant, chosen, language, quiet=quiet)
    if asked != applicant:
        CHOICE_SEEN.must_be_as_seen(applicant, mark)
    return asked, told
