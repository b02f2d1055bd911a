"""The end of a dossier: decided at the counter, taken back, or its result handed over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.events import DossierOriginalsReturned, DossierReturned, DossierWithdrawn
from contracts.law import LawRule
from contracts.procedure import AtCounter, Collected
from foundation.errors import Invalid, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Decided,
    Dossier,
    State,
    must_be,
)
from services.intake.domain.case.fees import must_be_paid
from services.intake.domain.counter.reception import must_not_be_under_receipt
from services.intake.domain.route.stages import resolve, stop_steps


class CounterDecision(StrEnum):
    """What the counter decides."""

    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class ResultHandover:
    """The handing over of a result: how, to whom, and whether the originals went back with it."""

    channel: Channel
    to: str = ""
    originals: bool = False


def decide(
    dossier: Dossier,
    outcome: CounterDecision,
    document: str,
    now: datetime,
    calendar: Calendar,
    *,
    article: str = "",
) -> Decided:
    """The counter decides where that is its part: same day (Đ17.4), or by delegation.

    `article` is the rule by which it refuses.

    Raises:
        Refused: the dossier goes to agencies, or is not under way.
        Invalid: a refusal names no rule, or something else than a refusal names one.
    """
    if dossier.at_counter is AtCounter.FORWARDED:
        raise Refused(
            "Thủ tục này do cơ quan chuyên môn giải quyết, không quyết định tại một cửa.",
            "This procedure is decided by an agency, not at the counter.",
            article=dossier.by(LawRule.SAME_DAY),
        )
    must_be(dossier, *(each for each in UNDER_WAY if each is not State.STOPPED))
    if bool(article) != (outcome is CounterDecision.REFUSED):
        raise Invalid(
            "Từ chối phải nêu điều luật; chấp thuận thì không.",
            "A refusal must name its rule; an approval names none.",
            article=dossier.by(LawRule.REFUSAL),
            fields={"article": ["bắt buộc khi từ chối / required for a refusal"]},
        )
    return resolve(replace(dossier, article=article), outcome.value, document, now, calendar)


def withdraw(dossier: Dossier, now: datetime, calendar: Calendar) -> Decided:
    """The applicant takes the dossier back (state 7, counted as resolved); agencies stop.

    Raises:
        Refused: it is decided, ended, or just getting its code.
    """
    must_be(dossier, State.SUBMITTED, *UNDER_WAY)
    must_not_be_under_receipt(dossier)
    stopped, orders = stop_steps(dossier, now, calendar)
    event = DossierWithdrawn(agency=dossier.agency, code=dossier.code)
    return replace(stopped, state=State.WITHDRAWN), (event, *orders)


def hand_over(dossier: Dossier, given: ResultHandover, now: datetime) -> Decided:
    """The applicant gets the result, at the counter, by post or online (Đ20).

    Raises:
        Refused: there is no result yet, it was handed over before, a fee is not paid, or
            originals are still held.
    """
    must_be(dossier, State.RESOLVED)
    must_be_paid(dossier, Collected.BEFORE, Collected.AFTER)
    if dossier.originals and not given.originals:
        listed = "; ".join(dossier.originals)
        raise Refused(
            f"Phải trả lại bản chính đã giữ để đối chiếu: {listed}.",
            f"The originals that were kept must go back first: {listed}.",
            article=dossier.by(LawRule.ORIGINALS),
            fields={"originals": list(dossier.originals)},
        )
    back, told = hand_back(dossier) if dossier.originals else (dossier, ())
    returned = replace(
        back, state=State.RETURNED, returned=given.channel, handed_over=now, handed_to=given.to
    )
    event = DossierReturned(agency=dossier.agency, code=dossier.code, channel=given.channel.value)
    return returned, (*told, event)


def choose_way(dossier: Dossier, way: str) -> Decided:
    """The applicant chooses how the result is to reach them, until they have it; "" for no wish.

    Raises:
        Refused: the dossier is over.
        Invalid: it is to go by post, and no address is known.
    """
    must_be(dossier, State.SUBMITTED, State.RESOLVED, *UNDER_WAY)
    if way == Channel.POST and not dossier.applicant.address:
        words = (
            "Để trả qua bưu chính cần có địa chỉ của người nộp; hãy đính chính địa chỉ trước.",
            "The post needs the applicant's address; correct the applicant's data first.",
        )
        raise Invalid(*words, fields={"result_by": [words]})
    return replace(dossier, result_by=way), ()


def hand_back(dossier: Dossier) -> Decided:
    """The originals kept for checking go back to the applicant; also after the end (Đ20.2).

    Raises:
        Refused: none are held.
    """
    if not dossier.originals:
        raise Refused(
            "Hồ sơ không có bản chính nào đang được giữ.",
            "No originals of this dossier are held.",
            article=dossier.by(LawRule.ORIGINALS),
        )
    told = DossierOriginalsReturned(agency=dossier.agency, count=len(dossier.originals))
    return replace(dossier, originals=()), (told,)
