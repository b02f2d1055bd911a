"""The code of a dossier: unit, day and a number that counts through that day without gaps.

The code is written into the dossier in the same write that receives it, and a unique index lets
each code be written once. A number is only tried when the one before it is written, so none is
left out: a day's numbers 1, 2, 3, … are proven by the dossiers themselves.
"""

from datetime import date, datetime

from foundation.worktime import local_day


def book_of(unit: str, received: datetime) -> str:
    """The day book in which a unit numbers what it received at that moment."""
    return day_book(unit, local_day(received))


def day_book(unit: str, day: date) -> str:
    """The day book of a unit: the first part of its codes, `000.00.00.H41-200915`."""
    return f"{unit}-{day:%y%m%d}"


def code_of(book: str, number: int) -> str:
    """The dossier's code, `000.00.00.H41-200915-0001` (TT 01/2018/TT-VPCP Đ19).

    The circular gives the number four digits; should a day ever need more, it gets a fifth
    rather than turn people away.
    """
    return f"{book}-{number:04}"


def codes_of(book: str) -> tuple[str, str]:
    """What all codes of this day book lie between, in the order of letters."""
    return f"{book}-", f"{book}."
