"""The public holidays of Viet Nam as the `holidays` package knows them: the calendar's seed.

The Government announces each year which days are exchanged, and a province decides for its own
staff; what they decide (`national_decisions`, the calendar's own days) goes before this.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

FIRST_YEAR, LAST_YEAR = 1901, 2100
_OBSERVED = re.compile(r" \((nghỉ bù|observed)\)\Z")
_AMERICAN_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


@dataclass(frozen=True)
class National:
    """The public holidays around a year by name, and the days worked in exchange for others."""

    names: Mapping[date, tuple[str, str]]
    worked: frozenset[date]


@cache
def national(year: int) -> National:
    """What is known of a year; names are (Vietnamese, English), one per feast."""
    # An exchange is listed under the year of its holiday, which may be the next one.
    years = (year - 1, year, year + 1)
    vi = holidays.country_holidays("VN", years=years, language="vi")
    en = holidays.country_holidays("VN", years=years, language="en_US")
    names = {day: _feast(vi[day], en[day]) for day in vi}
    return National(names, frozenset(vi.weekend_workdays))


def _feast(vi: str, en: str) -> tuple[str, str]:
    """The name of the whole feast: people say Tết, not "the fourth day of Tết"."""
    if "Tết" in vi and "Dương lịch" not in vi:
        return "Tết Nguyên Đán", "Lunar New Year (Tết)"
    return _OBSERVED.sub("", vi), _AMERICAN_DATE.sub(r"\3-\1-\2", _OBSERVED.sub("", en))
