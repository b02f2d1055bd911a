"""The public notice of outages: each that goes on or is to come, as a sentence."""

from datetime import datetime
from typing import Protocol

from foundation.worktime import Outage
from services.intake.domain.calendar.outages import current
from services.intake.domain.calendar.unit_calendar import UnitCalendar


class Speaker(Protocol):
    """The words of a page (`pages.Spoken`): its language, names of agencies, moments."""

    @property
    def language(self) -> str:
        """`vi` or `en`."""
        ...

    def name(self, code: str) -> str:
        """An agency by its name."""
        ...

    def moment(self, at: datetime) -> str:
        """A moment as people write it."""
        ...


def notices(unit: UnitCalendar, words: Speaker, now: datetime) -> tuple[str, ...]:
    """The sentences of the notice, the next outage first (NĐ 224/2026 Đ13)."""
    return tuple(_notice(each, words) for each in current(unit, now))


def _notice(outage: Outage, words: Speaker) -> str:
    named = ", ".join(words.name(each) for each in outage.agencies)
    since, until = words.moment(outage.since), words.moment(outage.until)
    if words.language == "en":
        what = "planned outage from" if outage.planned else "not working since"
        back = "back at" if outage.planned else "expected back at"
        whose = named or "The online system"
        return f"{whose}: {what} {since}, {back} {until}. Reason: {outage.en}."
    what = "ngừng theo kế hoạch từ" if outage.planned else "gặp sự cố từ"
    back = "hoạt động lại lúc" if outage.planned else "dự kiến hoạt động lại lúc"
    return f"{named or 'Hệ thống trực tuyến'} {what} {since}, {back} {until}. Lý do: {outage.vi}."
