"""In which part of a working day the counter takes a procedure, where that is restricted."""

from datetime import datetime

from contracts.procedure import Session
from foundation.errors import Refused
from foundation.worktime import Calendar, next_between, to_minute
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.explanation.wording import moment

HALVES = {Session.MORNING: (0, 720), Session.AFTERNOON: (720, 1440)}
ELSEWHERE = (
    " Nộp trực tuyến hoặc qua bưu chính thì không kể giờ.",
    " What is handed in online or by post is taken at any hour.",
)
SAID = {Session.MORNING: ("sáng", "morning"), Session.AFTERNOON: ("chiều", "afternoon")}


def must_be_in_session(
    procedure: Procedure, channel: Channel, now: datetime, calendar: Calendar
) -> None:
    """Hold who comes to the counter to the part of the day in which it takes the procedure.

    The day has its halves at noon, so that who came in the morning is still seen to after the
    bell. What comes online or by post comes at any time, and what was handed in in its session
    is received whenever the clerk gets to it. A unit that does not work in that half takes it
    all day: else nobody could hand it in.

    Raises:
        Refused: it is the other part of the day; says when the next is.
    """
    sessions = set(procedure.sessions)
    if channel is not Channel.COUNTER or len(sessions) != 1:
        return
    session = sessions.pop()
    begins, ends = HALVES[session]
    local = to_minute(now)
    opens = next_between(now, begins, ends, calendar)
    if opens and not begins <= local.hour * 60 + local.minute < ends:
        raise _not_now(procedure, session, opens)


def _not_now(procedure: Procedure, session: Session, opens: datetime) -> Refused:
    vi, en = SAID[session]
    elsewhere = set(procedure.channels) != {Channel.COUNTER}
    also_vi, also_en = ELSEWHERE if elsewhere else ("", "")
    return Refused(
        f"Quầy chỉ nhận thủ tục này vào buổi {vi}; lần nhận tới là {moment(opens, 'vi')}.{also_vi}",
        f"The counter takes this procedure in the {en} only, next on {moment(opens, 'en')}."
        f"{also_en}",
        article=procedure.sessions_article,
        fields={"sessions": [session.value], "next": [to_minute(opens).isoformat()]},
    )
