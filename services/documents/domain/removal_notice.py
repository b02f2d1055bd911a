"""The notice to an applicant before files of a dossier go, and the legal hold on all of them.

A file of a dossier goes only under a notice: one for all whose terms end at about the same day.
"""

from datetime import datetime, timedelta

from contracts.events import DocumentLegalHoldChanged, DocumentRemovalNotified
from contracts.message import CENTRE, Message
from foundation.as_seen import Facts, SeenThing
from foundation.errors import Refused
from foundation.frozen import replace
from foundation.retention.hold import MOST_HOLDS, Hold
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.kept import RemovalNotice, Retention
from services.documents.domain.storing import DocumentActor

COVERS = timedelta(days=30)
"""So long after the day it names a notice still covers the end of a term."""
MOST_NOTICES = 50

Noticed = tuple[DossierAccess, tuple[Message, ...]]


def give(access: DossierAccess, end: datetime, warning: timedelta, now: datetime) -> Noticed:
    """Tell the applicant of a removal at `end`, with the whole warning; nothing if they know."""
    if access.held or standing(access, end, now):
        return access, ()
    notice = RemovalNotice(told=now, removes=max(end, now + warning))
    told = DocumentRemovalNotified(agency=CENTRE, removes=notice.removes)
    return replace(access, notices=(*access.notices, notice)[-MOST_NOTICES:]), (told,)


def standing(access: DossierAccess, end: datetime, now: datetime) -> RemovalNotice | None:
    """The notice by which a file whose term comes to its `end` may be announced now."""
    fitting = (each for each in reversed(access.notices) if now <= each.removes)
    return next((each for each in fitting if _covers(each, end)), None)


def rests_on_notice(kept: Retention, access: DossierAccess | None, end: datetime) -> bool:
    """Whether the announcement of a file goes with a notice that still stands, for about that day.

    What an earlier release announced has none: the applicant was not told.
    """
    given = access.notices if access else ()
    return any(each.told == kept.noticed and _covers(each, end) for each in given)


def hold_dossier(
    access: DossierAccess, *, on: bool, reason: str, by: DocumentActor, now: datetime
) -> Noticed:
    """Keep all files of a dossier whatever the rules say, or no longer; every decision stays.

    What was told of removals holds no longer: after the hold it is told anew.

    Raises:
        Refused: it is held already, or not held.
    """
    if access.held == on:
        raise Refused(
            "Hồ sơ đang ở đúng trạng thái này rồi.", "The dossier is held already, or is not held."
        )
    said = Hold(on=on, by=by.subject, at=now, reason=reason)
    held = replace(
        access,
        held=on,
        holds=(*access.holds, said)[-MOST_HOLDS:],
        notices=tuple(replace(each, stands=False) for each in access.notices),
    )
    return held, (DocumentLegalHoldChanged(agency=CENTRE, held=on),)


def _covers(notice: RemovalNotice, end: datetime) -> bool:
    return notice.stands and end <= notice.removes + COVERS


def facts_of(holds: tuple[Hold, ...], *, on: bool) -> Facts:
    """What decides on a hold, by name: whether it is on, and by whose word."""
    return {"held": "yes" if on else "", "by": holds[-1].by if holds else ""}


def dossier_hold_facts(access: DossierAccess) -> Facts:
    """What decides whether the files of a dossier are to be held, by name."""
    return facts_of(access.holds, on=access.held)


HOLD_SEEN = SeenThing("việc giữ hồ sơ", "The hold", dossier_hold_facts)
