"""The words of a page: what is the same for every service that shows one."""

from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.envelope import is_time, read_time
from foundation.settings.agency_names import Names

Words = tuple[str, str]
"""Vietnamese and English."""
_KB, _MB = 1 << 10, 1 << 20


@dataclass(frozen=True, kw_only=True)
class PageWords:
    """The translator of one page: its language, and the names of the agencies."""

    language: str
    names: Names = field(default_factory=dict)

    def say(self, words: Words) -> str:
        """Of (Vietnamese, English) the one that is spoken."""
        return words[self.language == "en"]

    def name(self, code: str) -> str:
        """An agency by its name; by its code where the name is not known."""
        return self.names.get(code, {}).get(self.language, code)

    @staticmethod
    def calendar_day(day: date) -> str:
        """A day of the calendar, the same in both languages: `07/10/2020`."""
        return f"{day:%d/%m/%Y}"


def moment_said(text: str) -> datetime | None:
    """The moment that a form says was shown; None for anything but a moment of this century.

    What a form carries comes back from outside, whatever it was when it went out.
    """
    return read_time(text) if text.startswith("20") and is_time(text) else None


def size(of: int) -> Words:
    """A number of bytes as people say it: `1,2 MB`, `1.2 MB`; "" where it is not known."""
    if not of:
        return "", ""
    said = f"{of / _MB:.1f} MB" if of >= _MB else f"{max(1, round(of / _KB))} kB"
    return said.replace(".", ","), said


def money(amount: int) -> Words:
    """Vietnamese đồng: `150.000 đồng`, `VND 150,000`."""
    return f"{amount:,} đồng".replace(",", "."), f"VND {amount:,}"
