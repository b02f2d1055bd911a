"""What is sealed of a denunciation, and who opened it when and why."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.history import ChainLink, Revision
from foundation.vault import Sealed

DENOUNCER = "denouncer"
"""The one name under which every denouncer acts in a history."""


class ReadingReason(StrEnum):
    """Why a handler opens the sealed part; a choice, so that it names nobody."""

    CLASSIFY = "classify"
    VERIFY = "verify"
    CONTACT = "contact"
    PROTECT = "protect"
    CONCLUDE = "conclude"
    COURT = "court"
    OWN = "own"
    """The denouncer looked at the state of their own."""


@dataclass(frozen=True, kw_only=True)
class DenouncerSecret:
    """What is sealed: everything a person said, and who they are; `subject` signs in."""

    text: str
    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    number: str = ""
    language: str = "vi"
    accused: str = ""
    about: str = ""
    dossier: str = ""
    evidence: bool = False
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What a denouncer added afterwards, sealed under a key of its own as the one of this `id`."""

    id: str
    at: datetime
    sealed: Sealed


@dataclass(frozen=True, kw_only=True)
class SealedReading:
    """One opening of a sealed part: by whom, when, why. Append-only, chained by hash.

    Of a denouncer who looks at their own it says that, and not who they are.
    """

    id: str = ""
    agency: str = ""
    by: str
    at: datetime
    denunciation: str
    reason: ReadingReason
    link: ChainLink = field(default_factory=ChainLink)
    revision: Revision = field(default_factory=Revision)
