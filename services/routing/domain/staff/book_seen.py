"""What an administrator saw of the book: a change that somebody else overtook changes nothing."""

from collections.abc import Mapping
from datetime import date

from foundation.errors import Refused
from services.routing.domain.staff.officers import OfficerBook

_APART = "\t"
NEW = "new"
"""The mark of what is not in the book yet."""

Facts = Mapping[str, str]


class BookChanged(Refused):
    """Somebody changed the officer or desk after the administrator looked at it."""


def of_officer(office: OfficerBook, officer_id: str) -> Facts:
    """What the book says of an officer, by name; nothing of one who is not in it."""
    for each in office.officers:
        if each.id == officer_id:
            return {
                "name": each.name,
                "roles": ", ".join(role.value for role in each.roles),
                "division": each.division,
                "first": _day(each.first),
                "last": _day(each.last),
                "absences": ", ".join(f"{one.first} – {one.last}" for one in each.absences),
                "email": each.email,
                "phone": each.phone,
                "language": each.language,
            }
    return {}


def of_desk(office: OfficerBook, code: str) -> Facts:
    """What the book says of one of the centre's desks; nothing of one that is not in it."""
    for each in office.desks:
        if each.code == code:
            return {"name": each.name, "main": each.main, "backups": ", ".join(each.backups)}
    return {}


def mark(facts: Facts) -> str:
    """The facts as one text, for a form to carry."""
    return _APART.join(f"{name}={value}" for name, value in facts.items()) or NEW


def differences(seen: str, facts: Facts) -> Mapping[str, tuple[str, str]]:
    """The facts that are others now: what was seen, and what holds."""
    parts = (part.partition("=") for part in seen.split(_APART))
    before = {name: value for name, _, value in parts}
    return {
        name: (before.get(name, ""), value)
        for name, value in facts.items()
        if before.get(name, "") != value
    }


def must_be_as_seen(seen: str, facts: Facts) -> None:
    """Refuse a change of what is not as it was when the administrator looked at it.

    Raises:
        BookChanged: somebody has changed it since; without a mark nothing is compared.
    """
    if seen and seen != mark(facts):
        raise BookChanged(
            "Trong lúc ông/bà xem, sổ cán bộ đã thay đổi; chưa có gì được ghi. Xem điểm thay đổi "
            "rồi gửi lại.",
            "The book changed while you looked at it; nothing was done. See what changed, then "
            "send it again.",
        )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
