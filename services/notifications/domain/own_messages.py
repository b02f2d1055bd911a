"""What the applicant of a dossier sees of the messages that were sent to them about it."""

from collections.abc import Iterable

from foundation.errors import NO_SUCH_THING, Hidden, NotFound
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.keeping import masked
from services.notifications.domain.notice import Notice, NoticeState

NEVER_SENT = frozenset((NoticeState.HELD, NoticeState.SPARED))
"""What waits for another channel, or was not needed: nobody was told anything by it."""


def shown_to(applicant: ApplicantContact | None, subject: str) -> ApplicantContact:
    """The applicant, to the account that handed the dossier in and to no other.

    Raises:
        NotFound: nobody is known by that dossier.
        Hidden: reads exactly the same.
    """
    if applicant is None:
        raise NotFound(*NO_SUCH_THING)
    if subject and applicant.owner == subject:
        return applicant
    raise Hidden(*NO_SUCH_THING, thing=applicant.id)


def theirs(found: Iterable[Notice], applicant: ApplicantContact) -> tuple[Notice, ...]:
    """Those that went to an address that is theirs as it is known now.

    One that was put right since may be a stranger's: what went there is not theirs to read.
    """
    known = {(channel, masked(to)) for channel, to in applicant.channels().items()}
    return tuple(
        each
        for each in found
        if each.state not in NEVER_SENT and (each.channel, masked(each.to)) in known
    )
